"""Links of the lexicon to the world: well-formed, unique, about names that the lexicon has, and in graph/lexicon only."""
from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KnowledgeError
from kg.iris import entity_iri
from kg.lexicon import Entry, Lexicon
from kg.linked import Linked, read_linked
from kg.mapping import lexicon_lines, term
from kg.ontology import knowledge_digest, ontology_dir
from kg.pinyin import HIDDEN, LANGUAGE, reading, reading_quads
from kg.query import find_entity
from kg.show import EntityPage, show
from kg.store import Store
from kg.validate import validate
from tests.nouns import small

LINKED = read_linked()
LEVELS = {"Province", "AutonomousRegion", "Municipality", "SpecialAdministrativeRegion", "City", "Prefecture"}
HEADER = "name\ten\twikidata\tlatitude\tlongitude\n"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def said(lines: list[str]) -> set[tuple[str, str]]:
    """Property and value of each line, as the graph has them."""
    return {(str(q.predicate), str(q.object)) for q in ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)}


def test_every_link_is_of_a_canonical_name_of_the_lexicon(lexicon: Lexicon) -> None:
    assert [name for name in LINKED if (entry := lexicon.entry(name)) is None or entry.name != name] == []


def test_wikidata_ids_are_unique_here_and_in_the_lexicon_together(lexicon: Lexicon) -> None:
    own = [entry.wikidata for entry in lexicon if entry.wikidata]
    ids = Counter([*own, *(one.wikidata for one in LINKED.values() if one.wikidata)])
    assert [qid for qid, count in ids.items() if count > 1] == []
    assert len(ids) > 500


def test_an_entry_has_its_wikidata_id_in_one_place_only(lexicon: Lexicon) -> None:
    assert [entry.name for entry in lexicon if entry.wikidata and entry.name in LINKED and LINKED[entry.name].wikidata] == []


def test_english_names_are_unique_so_that_an_entity_is_found_by_them() -> None:
    names = Counter(one.en for one in LINKED.values() if one.en)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_division_down_to_the_city_has_an_english_name_and_coordinates_in_china(lexicon: Lexicon) -> None:
    for entry in lexicon:
        if entry.fine in LEVELS:
            one = LINKED[entry.name]
            assert one.en, entry.name
            assert 3 < float(one.latitude) < 54, entry.name
            assert 73 < float(one.longitude) < 136, entry.name


def test_a_city_lies_near_its_province(lexicon: Lexicon) -> None:
    """A mistyped coordinate would put it far off: no city is more than 2,000 km from its province's capital."""
    for entry in lexicon:
        if entry.fine in LEVELS and entry.place in LINKED and entry.place != "中国":
            city, province = LINKED[entry.name], LINKED[entry.place or ""]
            assert abs(float(city.latitude) - float(province.latitude)) < 12, entry.name
            assert abs(float(city.longitude) - float(province.longitude)) < 19, entry.name


def test_every_division_of_the_mainland_has_a_code_of_six_digits_within_its_parents(lexicon: Lexicon) -> None:
    codes = [entry for entry in lexicon if entry.code]
    assert len(codes) > 3000
    assert len({entry.code for entry in codes}) == len(codes)
    for entry in codes:
        above = lexicon.entry(entry.place or "")
        assert (entry.code or "").isdigit() and len(entry.code or "") == 6, entry.name
        if above is not None and above.code and not (above.code or "").startswith("71"):
            assert (entry.code or "")[:2] == (above.code or "")[:2], entry.name


def test_what_is_linked_is_said_in_the_lexicon_s_graph() -> None:
    entry = Entry("苏州市", (), (), "Place", "City", None, None, "320500")
    lines = said(list(lexicon_lines([entry], linked={"苏州市": Linked("Suzhou", "Q42622", "31.30", "120.59")})))
    assert {(str(term("owl:sameAs")), "<http://www.wikidata.org/entity/Q42622>"), (str(term("skos:altLabel")), '"Suzhou"@en'),
            (str(term("schema:latitude")), '"31.3"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
            (str(term("schema:longitude")), '"120.59"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
            (str(term("dcterms:identifier")), '"320500"')} <= lines
    assert not any(prop == str(term("owl:sameAs")) for prop, _ in said(list(lexicon_lines([entry]))))


def test_links_play_no_part_in_reading_letters(tmp_path: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "kg.ttl").write_text("a")
    before = knowledge_digest(tmp_path)
    (tmp_path / "linked.tsv").write_text(HEADER)
    assert knowledge_digest(tmp_path) == before
    assert (ontology_dir() / "linked.tsv").is_file()


@pytest.mark.parametrize(("row", "sentence"), [
    ("天津市\tTianjin\t11736\t39\t117\n", "is no Wikidata id"), ("天津市\tTianjin\tQ11736\t39\t\n", "no latitude and longitude"),
    ("天津市\tTianjin\tQ11736\t139\t39\n", "no latitude and longitude"), ("天津市\tTianjin\tQ11736\tnorth\t39\n", "no latitude and longitude"),
])
def test_a_wrong_link_is_told_with_its_line(tmp_path: Path, row: str, sentence: str) -> None:
    (tmp_path / "linked.tsv").write_text(HEADER + row, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"line 2.*{sentence}"):
        read_linked(tmp_path / "linked.tsv")


def known() -> Store:
    store = Store()
    store.put_ontology()
    store.put_lexicon([Entry("天津市", ("天津",), (), "Place", "Municipality", None, None, "120000")])
    store.put_letter(small("a", [("天津市", "Place"), ("重庆大学", "University"), ("APEC", "Event")]))
    return store


def test_an_entity_is_found_by_its_english_name_and_shown_with_its_links() -> None:
    store = known()
    assert find_entity(store, "Tianjin").value == entity_iri("天津市")
    page = show(store, "Tianjin")
    assert isinstance(page, EntityPage)
    assert page.links == ("GB/T 2260 120000", "http://www.wikidata.org/entity/Q11736", "39.13, 117.2")
    assert validate(store) == []


def test_readings_are_derived_for_what_letters_mention_and_marked_as_derived() -> None:
    store = known()
    store.put_inferred(set(reading_quads(store)))
    found = {quad.object.value: quad.object.language for quad in store.data.quads_for_pattern(None, HIDDEN, None, store.graph("inferred"))}      # type: ignore[union-attr]
    assert found == {"tiān jīn shì": LANGUAGE, "chóng qìng dà xué": LANGUAGE}
    assert validate(store) == []


def test_a_store_without_letters_has_no_readings() -> None:
    assert list(reading_quads(Store())) == []


def test_reading_keeps_what_is_no_chinese_character() -> None:
    assert reading("“6+21+X”科技园") == "“6+21+X” kē jì yuán"
