"""What the explorer shows, as values: each job over a store of the five letters, or over one made for the test."""
from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import iris
from kg.errors import QueryError, UnknownName
from kg.explore import JOBS
from kg.explore.chart import charts
from kg.explore.links import id_link, iri_of
from kg.explore.search import folded, search
from kg.model import Fact, Period
from kg.ontology import KG
from kg.query import run
from kg.store import Store
from tests.nouns import extraction, small

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def five(gold_store: Path) -> Iterator[Store]:
    with Store(gold_store) as store:
        yield store


@pytest.fixture
def tiny() -> Iterator[Store]:
    """One letter with one of everything."""
    with Store() as store:
        store.put_ontology()
        store.put_letter(extraction())
        yield store


@pytest.fixture(scope="module")
def named() -> Iterator[Store]:
    """Entities with other names, some of them beginning alike."""
    aliases = {"天开高教科创园": ("天开园",), "天开高教科创园西青园": (), "香港科学园": ("HKSTP",), "香港理工大学": ("港理工", "PolyU"), "重庆市": (), "天津市": ("津",)}
    kinds = ("Park", "Park", "Park", "University", "Place", "Place")
    said = small("letter", [*zip(aliases, kinds, strict=True), ("天开高教科创园", "Park")])
    with Store() as store:
        store.put_ontology()
        store.put_letter(replace(said, entities=tuple(replace(one, aliases=aliases[one.name]) for one in said.entities)))
        yield store


def chain(*facts: tuple[str, str, str, str]) -> Store:
    """A store of one letter that says these facts (subject, predicate, object, status) of organizations."""
    store = Store()
    store.put_ontology()
    names = dict.fromkeys(name for fact in facts for name in (fact[0], fact[2]))
    said = small("letter", [(name, "Organization") for name in names], [Fact(s, p, o, st_, (), 0.9, "p") for s, p, o, st_ in facts])      # type: ignore[arg-type]
    store.put_letter(said)
    return store


# search

@pytest.mark.parametrize(("text", "name"), [
    ("天开", "天开高教科创园"), ("科创园西", "天开高教科创园西青园"), ("天开园", "天开高教科创园"), ("tiankai", "天开高教科创园"), ("tian kai", "天开高教科创园"),
    ("tky", "天开高教科创园"), ("TKGJKCY", "天开高教科创园"), ("cqs", "重庆市"), ("chongqing", "重庆市"), ("polyu", "香港理工大学"), ("香港科學園", "香港科学园"),
    (" 香港理工大学 ", "香港理工大学"), ("university", "香港理工大学"), ("院校", "香港理工大学")])
def test_an_entity_is_found_by_any_part_of_a_name_pinyin_initials_traditional_characters_and_class(named: Store, text: str, name: str) -> None:
    assert search(named, text)["results"][0]["name"] == name


def test_a_whole_name_comes_before_names_that_contain_it_and_says_how_often_it_is_named(five: Store) -> None:
    found = search(five, "天津市")
    first = found["results"][0]
    assert first["name"] == "天津市" and first["kind"] == "Place" and first["via"] is None
    assert first["mentions"] > 50 and first["facts"] > 50 and found["total"] > len(found["results"])


def test_the_other_name_by_which_an_entity_was_found_is_told_as_it_is_written(named: Store) -> None:
    assert search(named, "polyu")["results"][0]["via"] == "PolyU"
    assert search(named, "天开高")["results"][0]["via"] is None


def test_a_class_is_searched_by_its_name_in_both_languages_and_narrows_by_kind(five: Store) -> None:
    funds = {one["name"] for one in search(five, "", "Fund", 200)["results"]}
    assert funds and funds <= {one["name"] for one in search(five, "fund", limit=200)["results"]}
    assert funds <= {one["name"] for one in search(five, "基金", limit=200)["results"]}


def test_a_letter_is_found_by_its_name_and_title(five: Store) -> None:
    assert [one["name"] for one in search(five, "youth-innovation")["letters"]] == ["shanghai-2023-youth-innovation"]


@pytest.mark.parametrize(("text", "name"), [("香港 科学园", "香港科学园"), ("科学园　香港", "香港科学园"), ("中国(上海)", "中国（上海）自由贸易试验区临港新片区管理委员会")])
def test_several_words_and_any_brackets_find_a_name(five: Store, text: str, name: str) -> None:
    assert name in [one["name"] for one in search(five, text)["results"]]


@pytest.mark.parametrize("text", ["沪科提复〔2023〕57号", "沪科提复[2023]57号", "沪科提复（2023）57号", "沪科提复(２０２３)57号", "沪科提复 57号"])
def test_a_letter_is_found_by_its_number_in_any_brackets(five: Store, text: str) -> None:
    assert [one["name"] for one in search(five, text)["letters"]] == ["shanghai-2023-youth-innovation"]


def test_nothing_is_found_for_no_text_and_for_nonsense(five: Store) -> None:
    assert search(five, "  ")["total"] == search(five, "qqqzzz")["total"] == search(five, "<script>")["total"] == 0


@given(NAMES)
def test_any_text_can_be_searched_and_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


# entities, facts, letters

def test_an_entity_has_names_place_letters_and_its_facts_by_predicate(five: Store) -> None:
    view = JOBS["entity"](five, "天开高教科创园")
    assert view["ref"]["name"] == "天开高教科创园"
    assert {group["predicate"]["name"] for group in view["groups"]} >= {"cooperatesWith", "organizes"}
    fact = view["groups"][0]["facts"][0]
    assert fact["quotes"][0]["text"] and fact["letter"]["name"] and fact["status"]["zh"] and 0 < fact["confidence"] <= 1


def test_facts_of_one_predicate_are_given_page_by_page() -> None:
    with chain(*(("甲", "cooperatesWith", f"乙{i}", "done") for i in range(45))) as store:
        first = JOBS["entity"](store, "甲")["groups"][0]
        rest = JOBS["entity"](store, "甲", predicate="cooperatesWith", start=40)["groups"][0]
    assert (first["total"], len(first["facts"]), len(rest["facts"])) == (45, 40, 5)
    assert not {fact["iri"] for fact in first["facts"]} & {fact["iri"] for fact in rest["facts"]}


def test_the_heights_of_a_chart_are_read_in_wan_and_yi() -> None:
    def chart(*values: str) -> dict[str, Any]:
        return charts({"first": f"{2020 + i}-01-01", "last": f"{2020 + i}-12-31", "base_value": value, "value": value, "unit": "元", "base_unit": "CNY",
                       "label": "产值", "time": str(2020 + i), "href": "/"} for i, value in enumerate(values))[0]
    large, small, plain = chart("60000000000", "73000000000"), chart("37200", "51100"), chart("577", "900")
    assert (large["scale"], [level["text"] for level in large["levels"]][:3]) == (100_000_000, ["0", "100", "200"])
    assert (small["scale"], plain["scale"]) == (10_000, 1)
    assert {level["text"] for level in plain["levels"]} >= {"0", "100", "900"}


def test_figures_of_several_times_make_a_chart_and_those_of_one_do_not() -> None:
    def figure(year: int, value: str, unit: str) -> dict[str, object]:
        return {"first": f"{year}-01-01", "last": f"{year}-12-31", "base_value": value, "value": value, "unit": unit, "base_unit": unit,
                "label": "产值", "time": str(year), "href": "/"}
    (chart,) = charts([figure(2021, "10", "元"), figure(2023, "30", "元"), figure(2023, "5", "家")])
    assert chart["unit"] == "元" and [point["text"] for point in chart["points"]] == ["10 元", "30 元"]
    assert chart["points"][0]["x"] < chart["points"][1]["x"] and chart["points"][0]["y"] > chart["points"][1]["y"]
    assert len(chart["lines"]) == 1


def test_a_letter_s_parts_joined_are_its_text_but_for_the_breaks_between_paragraphs(five: Store) -> None:
    for name in five.letters():
        view = JOBS["letter"](five, name)
        (text,) = (value.value for value in (quad.object for quad in five.quads(five.letter_graph(name)) if quad.predicate.value.endswith("isString"))
                   if isinstance(value, ox.Literal))
        for paragraph in view["paragraphs"]:
            shown = "".join(part["text"] for sentence in paragraph["sentences"] for part in sentence["parts"])
            assert shown == text[paragraph["begin"]:paragraph["end"]]
        shown_too = "".join(text[one["begin"]:one["end"]] for one in view["paragraphs"])
        assert "".join(shown_too.split()) == "".join(text.split())


def test_every_mention_and_fact_of_a_letter_is_on_its_page(five: Store) -> None:
    name = "tianjin-2025-three-attractions"
    view = JOBS["letter"](five, name)
    letter = f"<{iris.letter_iri(name)}>"
    mentions = run(five, f"SELECT ?m WHERE {{ ?m nif:referenceContext {letter} ; itsrdf:taIdentRef ?e }}").rows
    linked = {part["id"] for paragraph in view["paragraphs"] for sentence in paragraph["sentences"] for part in sentence["parts"] if part["entity"]}
    facts = {row["f"] for row in run(five, f"SELECT ?f WHERE {{ ?f a kg:Fact ; kg:statedIn {letter} }}").dicts()}
    noted = {note["value"]["iri"] for paragraph in view["paragraphs"] for note in paragraph["said"] if note["kind"] == "fact"}
    assert len(linked) == len(mentions) and noted == facts and view["facts_total"] == len(facts)


def test_a_fact_stands_in_its_paragraph_with_the_sentence_marked(tiny: Store) -> None:
    fact = JOBS["entity"](tiny, "海河产业基金")["groups"][0]["facts"][0]
    view = JOBS["fact"](tiny, fact["iri"])
    marked = ["".join(part["text"] for part in sentence["parts"]) for paragraph in view["passage"] for sentence in paragraph["sentences"] if sentence["marked"]]
    assert marked == ["2024年，我市设立海河产业基金，与香港特别行政区合作。"] == [quote_["text"] for quote_ in fact["quotes"]]


def test_a_figure_has_a_page_like_a_fact(tiny: Store) -> None:
    figure = JOBS["entity"](tiny, "海河产业基金")["figures"][0]
    view = JOBS["fact"](tiny, figure["iri"])
    assert view["kind"] == "figure" and view["figure"]["base_value"] == "18930000000" and len(view["passage"]) == 1


@pytest.mark.parametrize("iri", ["", "nonsense", "https://w3id.org/zhihan/id/天津市", "https://w3id.org/zhihan/id/letter/x#fact=y"])
def test_what_is_no_fact_has_no_fact_page(tiny: Store, iri: str) -> None:
    with pytest.raises(UnknownName):
        JOBS["fact"](tiny, iri)


# the whole

def test_the_overview_counts_what_the_store_holds(five: Store) -> None:
    view = JOBS["overview"](five)
    assert view["totals"]["letters"] == 5 and sum(one["count"] for one in view["statuses"]) == view["totals"]["facts"]
    assert view["top"][0]["name"] == "天津市"


def test_letters_are_listed_with_what_they_say(five: Store) -> None:
    rows = JOBS["letters"](five)["letters"]
    assert len(rows) == 5 and sum(row["facts"] for row in rows) == JOBS["overview"](five)["totals"]["facts"]
    assert rows[0]["date"] is not None and rows[-1]["date"] is None


def test_an_event_is_as_far_as_its_furthest_fact_and_stands_in_its_first_year() -> None:
    first, later = (Period(date(year, 1, 1), date(year, 12, 31), f"{year}年") for year in (2023, 2025))
    with Store() as store:
        store.put_ontology()
        store.put_letter(small("letter", [("甲会", "Event"), ("乙周", "Event"), ("2027丙节", "Event"), ("市", "Place")], [
            Fact("市", "organizes", "甲会", "planned", (), 0.9, "p", later), Fact("市", "organizes", "甲会", "done", (), 0.9, "p", first),
            Fact("市", "organizes", "乙周", "planned", (), 0.9, "p", later), Fact("2027丙节", "heldIn", "市", "suggested", (), 0.9, "p")]))
        view = JOBS["timeline"](store)
        assert [(one["ref"]["name"], one["year"], one["status"]["name"]) for one in view["events"]] == [
            ("甲会", "2023", "done"), ("乙周", "2025", "planned"), ("2027丙节", "2027", "suggested")]
        assert view["events"][0]["by"][0]["name"] == "市" and view["events"][2]["at"][0]["name"] == "市"
        assert [one["ref"]["name"] for one in JOBS["timeline"](store, status="planned")["events"]] == ["乙周"]
        assert [one["ref"]["name"] for one in JOBS["timeline"](store, year="2023")["events"]] == ["甲会"]


def test_cooperation_counts_for_the_places_of_the_two_sides_by_place_containment_and_name() -> None:
    with Store() as store:
        store.put_ontology()
        store.put_letter(small("letter", [("国", "Place"), ("东州", "Place"), ("东州某区", "Place"), ("西州", "Place"), ("西州大学", "University")], [
            Fact("东州", "locatedIn", "国", "done", (), 0.9, "p"), Fact("东州某区", "locatedIn", "东州", "done", (), 0.9, "p"),
            Fact("西州", "locatedIn", "国", "done", (), 0.9, "p"), Fact("东州某区", "cooperatesWith", "西州大学", "planned", (), 0.9, "p")]))
        view = JOBS["matrix"](store)
        places = [one["name"] for one in view["places"]]
        cell = view["rows"][places.index("东州")][places.index("西州")]
        assert sorted(places) == ["东州", "西州"] and cell["planned"] == cell["total"] == 1 and cell["done"] == 0
        assert JOBS["between"](store, "西州", "东州")["facts"][0]["object"]["name"] in ("西州大学", "东州某区")
        with pytest.raises(UnknownName):
            JOBS["between"](store, "西州大学", "东州")


def test_the_matrix_is_symmetric(five: Store) -> None:
    rows = JOBS["matrix"](five)["rows"]
    assert rows and all(rows[i][j] == rows[j][i] for i in range(len(rows)) for j in range(len(rows)))


# graph

def test_a_neighbourhood_has_the_entities_within_so_many_steps_with_a_place_each() -> None:
    with chain(("甲", "signs", "乙", "done"), ("乙", "signs", "丙", "done"), ("丙", "signs", "丁", "done")) as store:
        one, two = (JOBS["graph"](store, ["乙"], hops) for hops in (1, 2))
    assert {node["name"] for node in one["nodes"]} == {"甲", "乙", "丙"}
    assert {node["name"] for node in two["nodes"]} == {"甲", "乙", "丙", "丁"}
    assert {node["name"]: node["hidden"] for node in one["nodes"]} == {"甲": 0, "乙": 0, "丙": 1}
    assert len({(node["x"], node["y"]) for node in two["nodes"]}) == 4


def test_growing_two_entities_shows_neighbours_of_both_in_turn() -> None:
    facts = [("甲", "signs", f"甲{i}", "done") for i in range(20)] + [("乙", "signs", f"乙{i}", "done") for i in range(20)] + [("甲", "signs", "乙", "done")]
    with chain(*facts) as store:
        view = JOBS["graph"](store, ["甲", "乙"], size=12)
    names = [node["name"] for node in view["nodes"]]
    assert len(names) == 12 and view["omitted"] == 30
    assert abs(sum(name[0] == "甲" for name in names) - sum(name[0] == "乙" for name in names)) <= 2


def test_there_is_an_end_to_how_many_entities_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["kg.explore.graph"], "MOST", 30)        # three hundred take seconds to lay out
    with chain(*(("甲", "signs", f"文{i}", "done") for i in range(40))) as store:
        assert len(JOBS["graph"](store, ["甲"], size=100_000)["nodes"]) == 30


@pytest.mark.parametrize(("filters", "left"), [
    ({"status": ["planned"]}, {"甲", "丙"}), ({"predicate": ["signs"]}, {"甲", "乙"}), ({"class": ["Fund"]}, {"甲"}), ({"letter": ["other"]}, {"甲"}),
    ({"letter": ["letter"]}, {"甲", "乙", "丙"}), ({"since": "2024"}, {"甲"})])
def test_a_graph_is_narrowed_by_status_predicate_class_letter_and_time(filters: dict[str, object], left: set[str]) -> None:
    with chain(("甲", "signs", "乙", "done"), ("甲", "cooperatesWith", "丙", "planned")) as store:
        assert {node["name"] for node in JOBS["graph"](store, ["甲"], filters=filters)["nodes"]} == left


@pytest.mark.parametrize(("since", "until", "shown"), [("2024", "", True), ("", "2023", False), ("2024-06", "2024-06", True), ("2025-01-01", "", False)])
def test_facts_with_a_time_pass_when_their_period_meets_what_is_asked(tiny: Store, since: str, until: str, shown: bool) -> None:
    view = JOBS["graph"](tiny, ["海河产业基金"], filters={"since": since, "until": until})
    assert bool(view["edges"]) == shown


@pytest.mark.parametrize("filters", [{"status": ["maybe"]}, {"class": ["<b>"]}, {"since": "yesterday"}, {"until": "2024-1"}])
def test_filters_that_mean_nothing_are_refused_with_a_sentence(tiny: Store, filters: dict[str, object]) -> None:
    with pytest.raises(QueryError, match=r"\.$"):
        JOBS["graph"](tiny, ["天津市"], filters=filters)


def test_the_way_between_two_entities_is_a_shortest_one() -> None:
    with chain(("甲", "signs", "乙", "done"), ("丙", "signs", "乙", "done"), ("丙", "signs", "丁", "planned"), ("甲", "signs", "戊", "done"), ("戊", "signs", "己", "done"),
               ("己", "signs", "庚", "done"), ("庚", "signs", "丁", "done"), ("辛", "signs", "壬", "done")) as store:
        view = JOBS["graph"](store, ["甲"], to="丁")
        done_only = JOBS["graph"](store, ["甲"], to="丁", filters={"status": ["done"]})
        none = JOBS["graph"](store, ["甲"], to="辛")
    assert [unquote(iri).removeprefix(iris.BASE) for iri in view["path"]] == ["甲", "乙", "丙", "丁"]
    assert [unquote(iri).removeprefix(iris.BASE) for iri in done_only["path"]] == ["甲", "戊", "己", "庚", "丁"]
    assert none["path"] == [] and none["found"] is False and {node["name"] for node in none["nodes"]} == {"甲", "辛"}


def test_the_query_of_a_graph_gives_the_facts_that_it_shows(five: Store) -> None:
    for filters in ({}, {"status": ["planned", "ongoing"], "predicate": ["cooperatesWith"]}, {"since": "2024", "until": "2024"}):
        view = JOBS["graph"](five, ["天津市"], size=30, filters=filters)
        rows = run(five, view["sparql"]).dicts()
        assert len({row["fact"] for row in rows}) == sum(edge["count"] for edge in view["edges"])


def test_the_same_graph_has_the_same_places_and_the_same_picture(five: Store) -> None:
    assert JOBS["graph"](five, ["天开高教科创园"]) == JOBS["graph"](five, ["天开高教科创园"])
    assert JOBS["picture"](five, ["天开高教科创园"])["svg"] == JOBS["picture"](five, ["天开高教科创园"])["svg"]


# questions, documents, links

def test_a_question_s_cells_lead_to_what_they_name(five: Store) -> None:
    view = JOBS["question"](five, "cooperation", {"who": "香港理工大学", "status": ""})
    first = dict(zip(view["columns"], view["rows"][0], strict=True))
    assert first["one"]["href"] == "/id/香港理工大学" and first["letter"]["href"].startswith("/id/letter/") and first["status"]["zh"]
    assert view["given"] == {"who": "香港理工大学"}


def test_the_query_of_a_question_gives_its_rows(five: Store) -> None:
    view = JOBS["question"](five, "planned", {"who": "天津市", "by": "2025-12-31"})
    assert len(run(five, view["sparql"]).rows) == view["total"] > 0


@pytest.mark.parametrize("fmt", ["turtle", "ntriples", "jsonld"])
def test_an_entity_s_document_has_its_names_and_the_facts_about_it(five: Store, fmt: str) -> None:
    found = JOBS["describe"](five, iris.entity_iri("天开高教科创园"), fmt)
    quads = list(ox.parse(found["text"], ox.RdfFormat.from_media_type(found["media_type"])))
    own = ox.NamedNode(iris.entity_iri("天开高教科创园"))
    facts = {quad.subject for quad in quads if quad.predicate.value.endswith(("#subject", "#object")) and quad.object == own}
    assert facts and any(quad.subject == own and isinstance(quad.object, ox.Literal) and quad.object.value == "天开高教科创园" for quad in quads)


def test_a_letter_s_document_is_its_graph(five: Store) -> None:
    name = five.letters()[0]
    found = JOBS["describe"](five, iris.letter_iri(name), "ntriples")
    assert {quad.triple for quad in ox.parse(found["text"], ox.RdfFormat.N_TRIPLES)} == {quad.triple for quad in five.quads(five.letter_graph(name))}


def test_an_iri_of_which_nothing_is_said_has_no_document(five: Store) -> None:
    for iri in (iris.entity_iri("无"), iris.letter_iri("无"), "nonsense", KG + "Nothing"):
        with pytest.raises(UnknownName):
            JOBS["describe"](five, iri)


@given(NAMES)
def test_the_link_of_a_name_leads_back_to_its_iri_however_a_client_escapes_it(name: str) -> None:
    for iri in (iris.entity_iri(name), iris.letter_iri(name), iris.letter_graph(name)):
        link = id_link(iri, iris.BASE)
        if link.startswith("/id/"):
            path = link.removeprefix("/id/")
            assert iri_of(path, iris.BASE) == iri_of(quote(path, safe="%/"), iris.BASE) == iri


def test_every_job_gives_what_json_can_say(five: Store) -> None:
    jobs: dict[str, dict[str, Any]] = {"overview": {}, "letters": {}, "timeline": {}, "matrix": {}, "graph": {"about": ["天津市"], "size": 20}, "search": {"text": "天"},
            "entity": {"name": "天津市"}, "letter": {"name": five.letters()[0]}, "kind": {"path": "天津市"}}
    for name, arguments in jobs.items():
        assert json.loads(json.dumps(JOBS[name](five, **arguments))) == JOBS[name](five, **arguments)
