"""The graph as a networkx graph: entities as nodes, facts as edges, in sorted order, the best connected when cut."""
from __future__ import annotations

import pytest

from kg.errors import UnknownName
from kg.model import Fact
from kg.network import period_text, to_networkx
from kg.store import Store
from tests.nouns import extraction, small


@pytest.fixture(scope="module")
def store() -> Store:
    one = Store()
    one.put_letter(extraction("a"))
    one.put_letter(extraction("b"))
    return one


def star() -> Store:
    """甲 works with 乙, 丙 and 丁; 丁 with 戊; 己 with 庚 apart."""
    names = "甲乙丙丁戊己庚"
    facts = [Fact(a, "cooperatesWith", b, "done", (), 0.5) for a, b in ("甲乙", "甲丙", "甲丁", "丁戊", "己庚")]
    store = Store()
    store.put_letter(small("x", [(name, "Company") for name in names], facts))
    return store


def test_a_node_has_names_class_letters_and_figures(store: Store) -> None:
    node = to_networkx(store).nodes["海河产业基金"]
    assert {key: node[key] for key in ("name", "kind", "kind_zh", "kind_en", "aliases", "surfaces", "letters", "mentions", "degree")} == {
        "name": "海河产业基金", "kind": "Fund", "kind_zh": "基金", "kind_en": "fund", "aliases": ["海河基金"], "surfaces": ["海河产业基金"],
        "letters": ["a", "b"], "mentions": 2, "degree": 2}
    assert node["figures"][0] == {"indicator": "规模", "value": "189.3", "unit": "亿元", "letter": "a", "quote": ["海河产业基金规模达189.3亿元。"]}


def test_an_edge_has_predicate_status_time_letter_and_quote(store: Store) -> None:
    edges = to_networkx(store)["天津市"]["海河产业基金"].values()
    assert [edge["letter"] for edge in edges] == ["a", "b"]
    edge = dict(next(iter(edges)))
    assert edge == {"predicate": "establishes", "label_zh": "设立", "label_en": "establishes", "status": "done", "letter": "a",
                    "quote": ["2024年，我市设立海河产业基金，与香港特别行政区合作。"], "time": "2024年", "start": "2024-01-01", "end": "2024-12-31",
                    "field": [], "confidence": 0.9}


def test_an_entity_without_facts_is_no_node(store: Store) -> None:
    assert set(to_networkx(store)) == {"天津市", "海河产业基金", "香港特别行政区", "津港合作周"}


def test_near_an_entity_are_those_within_so_many_steps() -> None:
    assert set(to_networkx(star(), about="丁")) == {"甲", "丁", "戊"}
    assert set(to_networkx(star(), about="丁", hops=2)) == {"甲", "乙", "丙", "丁", "戊"}
    with pytest.raises(UnknownName):
        to_networkx(star(), about="无")


def test_of_many_the_best_connected_are_kept_and_the_rest_is_counted() -> None:
    graph = to_networkx(star(), max_nodes=2)
    assert (set(graph), graph.graph["omitted"]) == ({"甲", "丁"}, 5)
    assert len(to_networkx(star(), max_nodes=None)) == 7


def test_the_same_store_gives_the_same_graph_in_the_same_order(store: Store) -> None:
    one, other = to_networkx(store), to_networkx(store)
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(other.edges(keys=True, data=True))


@pytest.mark.parametrize(("first", "last", "text"), [
    ("2024-01-01", "2024-12-31", "2024"), ("2024-06-01", "2024-06-30", "2024-06"), ("2024-02-01", "2024-02-29", "2024-02"), ("2024-06-30", "2024-06-30", "2024-06-30"),
    ("2021-01-01", "2024-12-31", "2021-01-01/2024-12-31"), ("2024-01-01", None, "2024-01-01/.."), (None, "2024-12-31", "../2024-12-31"), (None, None, None),
])
def test_a_period_is_told_as_short_as_iso_says_it(first: str | None, last: str | None, text: str | None) -> None:
    assert period_text(first, last) == text
