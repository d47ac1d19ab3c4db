"""A choice by letter, class, status, confidence, place and time takes what fits, with all that it refers to, and nothing else."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import InputError, UnknownName
from kg.export import Choice, day, export_pieces
from kg.infer import infer, put_inferences, read_rules
from kg.mapping import OBJECT, PREDICATE, REF, SUBJECT, TYPE, term
from kg.model import PREDICATES, Fact
from kg.spans import Span
from kg.store import Store
from tests.nouns import extraction, small

PLAIN = {term(f"kg:{name}") for name in PREDICATES}


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.put_ontology()
    for name in ("a", "b"):
        made.put_letter(extraction(name))
    return made


@pytest.fixture(scope="module")
def five(gold_store: Path) -> Iterator[Store]:
    with Store(gold_store) as one:
        yield one


def chosen(store: Store, fmt: str = "nquads", **given: Any) -> set[ox.Quad]:
    text = b"".join(export_pieces(store, fmt, Choice(**given)))
    return set(ox.parse(text, ox.RdfFormat.N_QUADS if fmt == "nquads" else ox.RdfFormat.TURTLE))


def typed(quads: set[ox.Quad], kind: str) -> set[str]:
    return {quad.subject.value for quad in quads if quad.predicate == TYPE and quad.object == term(f"kg:{kind}")}     # type: ignore[union-attr]


def facts(quads: set[ox.Quad]) -> set[tuple[str, ...]]:
    """Subject, predicate and object of each fact, by the last part of their IRIs."""
    values = {(quad.subject, quad.predicate): quad.object.value.rpartition("/")[2].rpartition("#")[2] for quad in quads if not isinstance(quad.object, ox.Triple)}
    return {tuple(values[ox.NamedNode(fact), prop] for prop in (SUBJECT, PREDICATE, OBJECT)) for fact in typed(quads, "Fact")}


def plain(quads: set[ox.Quad]) -> set[str]:
    return {quad.predicate.value.rpartition("#")[2] for quad in quads if quad.predicate in PLAIN}


def test_all_of_the_graph_is_every_statement(store: Store) -> None:
    assert chosen(store) == {quad for graph in store.graphs() for quad in store.quads(graph)}


def test_letters_are_their_graphs_and_two_letters_the_merge_of_theirs(store: Store) -> None:
    assert chosen(store, letters=("a",)) == set(store.quads(store.letter_graph("a")))
    both = chosen(store, "turtle", letters=("a", "b"))
    assert both == {ox.Quad(q.subject, q.predicate, q.object) for name in "ab" for q in store.quads(store.letter_graph(name))}


def test_a_status_takes_its_facts_and_no_figures(store: Store) -> None:
    planned = chosen(store, statuses=("planned",))
    assert facts(planned) == {("天津市", "organizes", "津港合作周")}
    assert plain(planned) == set()
    assert typed(planned, "Figure") == set()
    assert chosen(store, statuses=("计划中",)) == planned
    assert plain(chosen(store, statuses=("done", "ongoing"))) == {"establishes", "cooperatesWith"}


def test_a_class_takes_facts_and_figures_about_it_and_entities_without_facts(store: Store) -> None:
    fund = chosen(store, classes=("Fund",))
    assert facts(fund) == {("天津市", "establishes", "海河产业基金")}
    assert len(typed(fund, "Figure")) == 2
    assert chosen(store, classes=("基金",)) == fund
    person = chosen(store, classes=("Person",))
    assert facts(person) == set()
    assert any(quad.predicate == REF for quad in person)


def test_confidence_is_a_least_one(store: Store) -> None:
    assert {one[1] for one in facts(chosen(store, min_confidence=0.8))} == {"establishes", "cooperatesWith"}


def test_time_takes_what_has_a_day_in_common_and_nothing_without_time(store: Store) -> None:
    assert {one[1] for one in facts(chosen(store, since=date(2024, 12, 31)))} == {"establishes"}
    assert facts(chosen(store, until=date(2023, 12, 31))) == set()
    assert {one[1] for one in facts(chosen(store, since=date(2020, 1, 1), until=date(2024, 1, 1)))} == {"establishes"}


def test_a_place_is_itself_what_lies_in_it_and_what_is_said_to_be_there() -> None:
    names = [("天津市", "Place"), ("和平区", "Place"), ("甲公司", "Company"), ("乙公司", "Company"), ("北京市", "Place"), ("某展", "Event"), ("某会", "Event")]
    said = [("和平区", "locatedIn", "天津市", None), ("甲公司", "locatedIn", "和平区", None), ("甲公司", "signs", "某会", None), ("乙公司", "signs", "某会", None),
            ("乙公司", "organizes", "某展", "和平区"), ("北京市", "organizes", "某展", None)]
    store = Store()
    store.put_letter(small("x", names, [Fact(s, p, o, "done", (Span(0, 4),), 1.0, place=place) for s, p, o, place in said]))
    assert {one[:2] for one in facts(chosen(store, place="天津市"))} == {
        ("和平区", "locatedIn"), ("甲公司", "locatedIn"), ("甲公司", "signs"), ("乙公司", "organizes")}


def test_only_facts_leaves_out_texts_mentions_and_plain_triples(store: Store) -> None:
    said = chosen(store, only="facts")
    assert len(typed(said, "Fact")) == 6
    assert not {term("nif:isString"), REF} & {quad.predicate for quad in said}
    assert plain(said) == set()
    assert term("nif:anchorOf") in {quad.predicate for quad in said}
    assert len(typed(said, "Letter")) == 2


def test_only_plain_is_entities_with_names_and_what_is_so(store: Store) -> None:
    said = chosen(store, only="plain")
    assert plain(said) == {"establishes", "cooperatesWith"}
    assert typed(said, "Fact") | typed(said, "Letter") == set()
    assert "https://w3id.org/zhihan/id/张三" in typed(said, "Person")


@pytest.mark.parametrize("given", [{"only": "facts"}, {"only": "plain"}, {"statuses": ("done",)}, {"place": "天津市"}, {"classes": ("基金",), "only": "facts"},
                                   {"since": date(2024, 1, 1)}])
def test_every_entity_that_is_pointed_to_has_its_name(given: dict[str, Any], five: Store) -> None:
    quads = chosen(five, **given)
    named = {quad.subject for quad in quads if quad.predicate == term("skos:prefLabel")}
    pointed = {quad.object for quad in quads if quad.predicate in {SUBJECT, OBJECT, REF, term("kg:place"), term("schema:observationAbout"), *PLAIN}}
    assert pointed <= named


@pytest.mark.parametrize("given", [{"letters": ("x",)}, {"classes": ("Fond",)}, {"statuses": ("dun",)}, {"place": "天津"[:1] + "晶市"}])
def test_an_unknown_name_is_told_with_near_ones(given: dict[str, Any], store: Store) -> None:
    with pytest.raises(UnknownName):
        chosen(store, **given)


def test_days_are_years_months_or_days() -> None:
    assert [day("2024"), day("2024", last=True), day("2024-02", last=True), day("2024-06-30")] == [
        date(2024, 1, 1), date(2024, 12, 31), date(2024, 2, 29), date(2024, 6, 30)]
    for wrong in ("", "24-13", "2024-01-02-03", "今年", "2024-02-30"):
        with pytest.raises(InputError, match="is no day"):
            day(wrong)


def test_a_choice_tells_itself_in_words() -> None:
    assert Choice().words() == ""
    assert Choice("facts", classes=("基金",), since=date(2024, 1, 1)).words() == "--only facts --class 基金 --from 2024-01-01"


@pytest.mark.parametrize("fmt", ["nquads", "turtle"])
@pytest.mark.parametrize("given", [{}, {"only": "plain"}])
def test_what_was_inferred_is_left_out_when_asked(fmt: str, given: dict[str, Any]) -> None:
    made = Store()
    made.put_ontology()
    made.put_letter(extraction("a"))
    stated = chosen(made, fmt, **given)
    put_inferences(made, infer(made, read_rules()))
    assert len(chosen(made, fmt)) > len(chosen(made, fmt, inferred=False))
    assert chosen(made, fmt, inferred=False, **given) == stated
