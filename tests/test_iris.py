"""IRIs are made from names, readable, safe, and lead back to the names."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.iris import (
    BASE,
    char_iri,
    checked_base,
    entity_iri,
    escape,
    fact_iri,
    figure_iri,
    is_entity,
    letter_graph,
    letter_iri,
    letter_of_graph,
    name_of,
)
from kg.model import Fact, Figure, Period
from kg.spans import Span

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@given(NAMES)
def test_the_name_of_an_entity_iri_is_the_name_it_was_made_from(name: str) -> None:
    assert name_of(entity_iri(name)) == name
    assert name_of(letter_iri(name)) == name
    assert letter_of_graph(letter_graph(name)) == name


@given(NAMES)
def test_every_name_gives_a_legal_iri_that_is_an_entitys(name: str) -> None:
    iri = entity_iri(name)
    assert ox.NamedNode(iri).value == iri
    assert is_entity(iri)
    assert not is_entity(letter_iri(name))


@given(NAMES, NAMES)
def test_two_names_never_give_one_iri(one: str, other: str) -> None:
    assert (entity_iri(one) == entity_iri(other)) == (one == other)


def test_chinese_stays_readable() -> None:
    assert entity_iri("“海河英才”行动计划") == BASE + "“海河英才”行动计划"
    assert entity_iri("上海医药（集团）有限公司") == BASE + "上海医药（集团）有限公司"


@pytest.mark.parametrize(("name", "escaped"), [
    ("a/b", "a%2Fb"), ("a#b", "a%23b"), ("a?b", "a%3Fb"), ("100%", "100%25"), ("a b", "a%20b"), ("<script>", "%3Cscript%3E"), ('"', "%22"),
    ("a\nb", "a%0Ab"), ("a,b", "a%2Cb"), ("..", "%2E%2E"), ("a.b", "a.b"), ("\u3000", "%E3%80%80"), ("\u200e", "%E2%80%8E"), ("\ue000", "%EE%80%80"),
    ("𠮷", "𠮷"),
])
def test_what_an_iri_forbids_or_hides_is_escaped(name: str, escaped: str) -> None:
    assert escape(name) == escaped


def test_an_entity_named_like_a_letter_or_graph_is_not_taken_for_one() -> None:
    assert entity_iri("letter/x") != letter_iri("x")
    assert name_of(entity_iri("graph/letter/x")) == "graph/letter/x"


@pytest.mark.parametrize("base", ["", "id/", "https://w3id.org/x", "https://w3id.org/a b/", "https://w3id.org/x#"])
def test_a_base_that_cannot_begin_iris_is_refused_in_a_sentence(base: str) -> None:
    with pytest.raises(StoreError, match=r"base.*cannot begin IRIs"):
        checked_base(base)


def test_a_part_of_a_letter_is_named_by_its_characters() -> None:
    assert char_iri(letter_iri("a"), Span(120, 126)) == BASE + "letter/a#char=120,126"


def fact(subject: str = "天津市", object_: str = "香港大学", predicate: str = "cooperatesWith", quote: int = 0, period: Period | None = None) -> Fact:
    return Fact(subject, predicate, object_, "done", (Span(quote, quote + 1),), 0.5, period=period)


def test_a_fact_is_named_by_what_it_says_and_not_by_where() -> None:
    assert fact_iri("L", fact(quote=3)) == fact_iri("L", fact(quote=9)) == "L#fact=天津市,cooperatesWith,香港大学,done"


def test_facts_that_say_different_things_have_different_names() -> None:
    year = Period(date(2024, 1, 1), date(2024, 12, 31), "2024年")
    assert len({fact_iri("L", one) for one in (fact(), fact(period=year), fact(predicate="visits"), fact("香港大学", "天津市", "visits"))}) == 4


def test_a_symmetric_fact_has_one_name_whichever_side_comes_first() -> None:
    assert fact_iri("L", fact("甲", "乙")) == fact_iri("L", fact("乙", "甲"))


def test_a_figure_is_named_by_what_it_says() -> None:
    figure = Figure("天津市", "新增上市公司", Decimal("2"), "家", Span(0, 1), 0.9, Period(date(2024, 1, 1), date(2024, 12, 31), "2024年"))
    assert figure_iri("L", figure) == "L#figure=天津市,新增上市公司,2,家,2024-01-01..2024-12-31"
