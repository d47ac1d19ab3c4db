"""Exports are the same bytes for the same graph, whole when read back, and carry no time unless asked."""
from __future__ import annotations

import difflib
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cli.exchange import FOLDERS
from kg.cli.exchange import FORMATS as CLI_FORMATS
from kg.errors import InputError, UnknownName
from kg.export import export, export_pieces, formats
from kg.importing import in_rdf_11
from kg.mapping import Activity
from kg.model import PREDICATES, Fact
from kg.ontology import KG, PREFIXES, load_ontology, ontology_dir
from kg.spans import Span
from kg.store import Store
from tests.nouns import TEXT, extraction, small

READ = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS,
        "rdfxml": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD, "turtle12": ox.RdfFormat.TURTLE}
FORMATS = formats()
FILES = [name for name, form in FORMATS.items() if form.pieces and name != "xlsx"]
SCORER = Path(os.environ.get("ZHIHAN_SHARED", Path(__file__).parent.parent.parent / "shared")) / "corpus" / "score.py"


def built(*names: str) -> Store:
    store = Store()
    store.put_ontology()
    for name in names:
        store.put_letter(extraction(name))
    return store


def written(store: Store, fmt: str, letter: str | None = None, with_builds: bool = False) -> bytes:
    out = io.BytesIO()
    export(store, out, fmt, letter=letter, with_builds=with_builds)
    return out.getvalue()


def read(text: bytes, fmt: str) -> ox.Store:
    store = ox.Store()
    store.extend(one for quad in ox.parse(text, READ[fmt]) for one in in_rdf_11(quad))
    return store


@pytest.mark.parametrize("fmt", FILES)
def test_letters_put_in_any_order_give_the_same_bytes(fmt: str) -> None:
    again = built("b")
    again.put_letter(extraction("c"))
    again.put_letter(extraction("a"))
    again.remove_letter("c")
    assert written(built("a", "b"), fmt) == written(again, fmt)


@pytest.mark.parametrize("fmt", READ)
def test_an_export_read_back_holds_the_same_statements(fmt: str) -> None:
    store = built("a", "<b> 𠮷/#")
    expected = {quad for graph in store.graphs() for quad in store.quads(graph)} if FORMATS[fmt].graphs else set(store.merge())
    assert set(read(written(store, fmt), fmt)) == expected


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda text: text.strip() and "。" not in text))
@settings(max_examples=30, deadline=None)
def test_a_name_of_any_characters_survives(name: str) -> None:
    store = Store()
    store.put_letter(small("x", [(name, "Company")], [Fact(name, "cooperatesWith", name, "done", (Span(0, 1),), 1.0)]))
    for fmt in ("turtle", "ntriples", "jsonld", "turtle12"):
        assert set(read(written(store, fmt), fmt)) == set(store.merge())


def test_an_export_goes_into_a_pipe_and_does_not_take_its_place(tmp_path: Path) -> None:
    """As with -o /dev/stdout, whose file an export once became."""
    pipe, store = tmp_path / "pipe", Store()
    store.put_letter(extraction())
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    export(store, pipe, "ntriples")
    reader.join(10)
    assert pipe.is_fifo() and read == [b"".join(export_pieces(store, "ntriples"))]


@pytest.mark.slow
def test_turtle_is_the_same_in_every_process() -> None:
    program = "from tests.test_export import *; sys.stdout.buffer.write(written(built('a'), 'trig'))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    assert run.stdout == written(built("a"), "trig")


def test_prefixes_stand_for_vocabularies_only() -> None:
    lines = written(built("a"), "turtle").decode().splitlines()
    declared = [line for line in lines if line.startswith("@prefix")]
    assert declared == sorted(f"@prefix {prefix}: <{space}> ." for prefix, space in PREFIXES.items())
    assert "\\#" not in "\n".join(lines)


def test_one_letter_is_written_alone() -> None:
    store = built("a", "b")
    assert read(written(store, "nquads", "a"), "nquads").contains_named_graph(store.letter_graph("a"))
    assert set(read(written(store, "turtle", "a"), "turtle")) == {ox.Quad(q.subject, q.predicate, q.object) for q in store.quads(store.letter_graph("a"))}
    with pytest.raises(UnknownName, match="Near names"):
        written(store, "nquads", "aa")


@pytest.mark.parametrize("fmt", READ)
def test_builds_are_written_only_when_asked_for(fmt: str) -> None:
    store, activity = built("a"), Activity()
    plain = written(store, fmt)
    store.put_run(activity, datetime.now(UTC), datetime.now(UTC), 1)
    assert written(store, fmt) == plain
    assert b"startedAtTime" in written(store, fmt, with_builds=True)


def test_an_unknown_format_or_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = built("a")
    with pytest.raises(InputError, match="no export format 'pdf'"):
        export(store, tmp_path / "x", "pdf")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export(store, tmp_path / "file" / "x.ttl")
    export(store, tmp_path / "new" / "x.ttl")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["x.ttl"]


def test_another_reader_finds_the_same_triples() -> None:
    rdflib = pytest.importorskip("rdflib")
    store = built("a", "<b> 𠮷/#")
    graph = rdflib.Graph().parse(data=written(store, "turtle"), format="turtle")
    quads = rdflib.Dataset().parse(data=written(store, "nquads"), format="nquads")
    assert {str(node) for triple in graph for node in triple} == {q.value for quad in store.merge() for q in (quad.subject, quad.predicate, quad.object)}    # type: ignore[union-attr]
    assert len(graph) == len(list(store.merge()))
    assert {str(one.identifier) for one in quads.graphs() if len(one)} == {one.value for one in store.graphs()}


def test_each_format_has_a_media_type_and_one_who_writes_it() -> None:
    assert all("/" in form.media_type and form.about and (form.pieces is None) != (form.files is None) for form in FORMATS.values())
    assert set(FORMATS) == set(CLI_FORMATS)
    assert {name for name, form in FORMATS.items() if form.files} == set(FOLDERS)


def test_turtle_has_a_statement_a_line_so_that_one_fact_more_is_a_few_lines_more() -> None:
    before, after = small("x", [("甲", "Company"), ("乙", "Company")]), small("x", [("甲", "Company"), ("乙", "Company")], [
        Fact("甲", "cooperatesWith", "乙", "done", (), 1.0)])
    texts = []
    for one in (before, after):
        store = Store()
        store.put_letter(one)
        texts.append(written(store, "turtle").decode().splitlines())
    changed = [line for line in difflib.ndiff(texts[0], texts[1]) if line[0] in "+-"]
    assert all(line[0] == "+" for line in changed)
    assert "+     kg:cooperatesWith <https://w3id.org/zhihan/id/乙> ;" in changed
    assert len(changed) == 11           # the plain triple, and the fact with its seven statements, its head, its end and a blank line


def test_turtle_groups_by_subject_with_type_and_names_first_and_shows_texts_as_they_are() -> None:
    text = written(built("a"), "turtle").decode()
    assert ("<https://w3id.org/zhihan/id/天津市>\n    a kg:Municipality ;\n    a kg:Place ;\n    skos:prefLabel \"天津市\"@zh ;\n"
            "    skos:altLabel \"天津\"@zh ;\n") in text
    assert '    nif:isString """关于深化津港合作提案的答复\n张三委员：\n' in text
    assert "    nif:beginIndex 0 ;\n" in text
    assert '    kg:normalizedValue "18930000000"^^xsd:integer ;\n' in text     # Virtuoso refuses large bare integers
    subjects = [line for line in text.splitlines() if line.startswith("<https")]
    assert len(subjects) == len(set(subjects))


def test_ntriples_stand_in_the_order_of_their_bytes() -> None:
    lines = written(built("a", "b"), "ntriples").splitlines()
    assert lines == sorted(lines)


def test_jsonld_has_an_object_for_each_entity_with_its_facts_and_figures_inside() -> None:
    things = {thing["id"]: thing for thing in json.loads(written(built("a"), "jsonld"))["@graph"]}
    city, fund = (things[f"https://w3id.org/zhihan/id/{name}"] for name in ("天津市", "海河产业基金"))
    assert city["type"] == ["Municipality", "Place"]
    assert (city["name"], city["otherNames"]) == ("天津市", ["天津"])
    assert city["establishes"] == [fund["id"]]
    fact = next(fact for fact in city["facts"] if fact["predicate"] == "establishes")
    assert (fact["status"], fact["confidence"], fact["startDate"]) == ("Done", "0.9", "2024-01-01")
    assert fact["object"] == {"id": fund["id"], "name": "海河产业基金"}
    assert fact["quotedFrom"][0]["quote"].startswith("2024年，我市设立")
    assert fund["figures"][0]["value"] == {"@type": "xsd:decimal", "@value": "189.3"}
    assert fund["figures"][0]["normalizedValue"] == 18930000000
    letter = things["https://w3id.org/zhihan/id/letter/a"]
    assert letter["repliesTo"]["proposalNumber"] == "0123"
    assert [mention["begin"] for mention in letter["mentions"]] == sorted(mention["begin"] for mention in letter["mentions"])
    assert not any("#fact" in name or "#char" in name for name in things)


def test_the_context_has_a_term_for_every_predicate_and_fits_the_vocabulary() -> None:
    context = json.loads((ontology_dir() / "context.jsonld").read_text())["@context"]
    assert all(context[name] == {"@id": f"kg:{name}", "@type": "@id", "@container": "@set"} for name in PREDICATES)
    assert {prefix: context[prefix] for prefix in PREFIXES} == dict(PREFIXES)
    used = {said["@id"] for said in context.values() if isinstance(said, dict) and str(said.get("@id")).startswith("kg:")}
    known = {f"kg:{triple.subject.value.removeprefix(KG)}" for triple in load_ontology().triples if isinstance(triple.subject, ox.NamedNode)}
    assert used <= known


def test_rdf_1_2_annotates_what_is_so_and_reifies_what_is_planned() -> None:
    text = written(built("a"), "turtle12").decode()
    assert "    kg:establishes <https://w3id.org/zhihan/id/海河产业基金>\n        ~ <https://w3id.org/zhihan/id/letter/a#fact=天津市,establishes," in text
    assert "    rdf:reifies <<( <https://w3id.org/zhihan/id/天津市> kg:organizes <https://w3id.org/zhihan/id/津港合作周> )>> ;\n" in text
    assert "rdf:subject" not in text.partition("\n\n")[2].replace("rdf:subject> ", "")


def test_what_xml_cannot_carry_is_told() -> None:
    store = Store()
    store.put_letter(extraction("a", "标题\n\x0c" + TEXT.partition("\n")[2]))
    with pytest.raises(InputError, match=r"U\+000C, which XML cannot carry"):
        written(store, "rdfxml")


def test_pieces_are_many_for_a_large_graph() -> None:
    assert b"".join(export_pieces(built("a"), "nquads")) == written(built("a"), "nquads")


@pytest.mark.skipif(not SCORER.exists(), reason="the scorer is not here")
def test_the_scorer_reads_the_export(tmp_path: Path, gold_store: Path) -> None:
    with Store(gold_store) as store:
        export(store, tmp_path / "out.nq", "nquads")
    golds = sorted((SCORER.parent / "seeds" / "gold").glob("*.gold.txt"))
    found = subprocess.run([sys.executable, str(SCORER), str(tmp_path / "out.nq"), *map(str, golds)], check=True, capture_output=True, text=True).stdout
    assert found.count("F1 1.000") == 9
