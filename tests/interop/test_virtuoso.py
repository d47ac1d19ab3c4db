"""Virtuoso loads our exports whole, and the named questions have the same answers there and in rdflib as in our store."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from kg.export import export
from kg.gold import read_golds
from kg.mapping import DECIMAL, INTEGER
from kg.ontology import PREFIXES
from kg.query import ask, find_question, named_queries
from kg.store import Store
from tests.conftest import SEEDS
from tests.from_gold import perfect
from tests.interop.stores import merge, odd, quads
from tests.interop.virtuoso import ISQL, SERVER, Virtuoso, virtuoso

pytestmark = pytest.mark.slow
HEAD = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items())
GIVEN = {"between": {"a": "天津市", "b": "香港特别行政区"}, "letter": {"letter": "tianjin-2023-high-tech"}, "mentions": {"who": "海河产业基金"},
         "timeline": {"who": "天津市"}, "cooperation": {"who": "天津市"}}
LISTS = ("、", " ")
# What a program cannot answer, with its version.
VIRTUOSO_CANNOT = {"between": "Virtuoso 7.2.5 does not parse EXISTS inside an expression of BIND",
                   "events": "REPLACE of Virtuoso 7.2.5 turns Chinese into question marks"}
THIRTY_TWO_BITS = 2 ** 31


@pytest.fixture(scope="module")
def server() -> Iterator[Virtuoso]:
    if not (SERVER and ISQL):
        pytest.skip("needs Virtuoso: apt-get install virtuoso-opensource")
    with virtuoso() as one:
        yield one


@pytest.fixture(scope="module")
def five() -> Store:
    store = Store()
    store.put_ontology()
    for gold in read_golds([SEEDS]):
        store.put_letter(perfect(gold))
    return store


@pytest.fixture(scope="module")
def loaded(server: Virtuoso, five: Store) -> Virtuoso:
    export(five, server.folder / "five.nq", "nquads")
    server.run("RDF_GLOBAL_RESET()")
    server.load(server.folder / "five.nq")
    return server


@pytest.fixture(scope="module")
def dataset(five: Store, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import rdflib
    path = tmp_path_factory.mktemp("rdflib") / "five.nq"
    export(five, path, "nquads")
    return rdflib.Dataset(default_union=True).parse(path, format="nquads")


@pytest.mark.parametrize("control", [False, True])
def test_virtuoso_finds_the_same_statements_in_nquads_and_in_turtle(control: bool, server: Virtuoso) -> None:
    store = odd(control)
    export(store, server.folder / "odd.nq", "nquads")
    export(store, server.folder / "odd.ttl", "turtle")
    server.run("RDF_GLOBAL_RESET()")
    server.load(server.folder / "odd.nq")
    server.load(server.folder / "odd.ttl", "urn:turtle", flags=0)
    rows = server.select("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
    named = {ox.Quad(term(r["s"]), term(r["p"]), term(r["o"]), term(r["g"])) for r in rows if "/graph/" in r["g"]["value"]}     # type: ignore[arg-type]
    plain = {ox.Triple(term(r["s"]), term(r["p"]), term(r["o"])) for r in rows if r["g"]["value"] == "urn:turtle"}     # type: ignore[arg-type]
    assert named == {ox.Quad(q.subject, q.predicate, as_virtuoso(q.object), q.graph_name) for q in quads(store)}
    assert plain == {ox.Triple(t.subject, t.predicate, as_virtuoso(t.object)) for t in merge(store)}


@pytest.mark.parametrize("name", [question.name for question in named_queries()])
def test_a_named_question_has_the_same_rows_in_virtuoso(name: str, five: Store, loaded: Virtuoso) -> None:
    if name in VIRTUOSO_CANNOT:
        pytest.xfail(VIRTUOSO_CANNOT[name])
    answer = ask(five, name, GIVEN.get(name, {}))
    found = loaded.select(HEAD + sparql(five, name))
    assert {row(r.get(c, {}).get("value", "") for c in answer.columns) for r in found} == ours(answer.rows)


@pytest.mark.parametrize("name", [question.name for question in named_queries()])
def test_a_named_question_has_the_same_rows_in_rdflib(name: str, five: Store, dataset: Any) -> None:
    answer = ask(five, name, GIVEN.get(name, {}))
    found = dataset.query(HEAD + sparql(five, name))
    assert {row("" if r[c] is None else str(r[c]) for c in answer.columns) for r in found} == ours(answer.rows)


def sparql(store: Store, name: str) -> str:
    """The question with its values at the head of its pattern."""
    question = find_question(name)
    values = question.bind(store, GIVEN.get(name, {}))
    if not values:
        return question.sparql
    block = f"VALUES ({' '.join('?' + one for one in values)}) {{ ({' '.join(map(str, values.values()))}) }}"
    return question.sparql.replace("WHERE {", f"WHERE {{ {block} ", 1)


def ours(rows: Any) -> set[tuple[tuple[str, ...], ...]]:
    return {row("" if cell is None else cell.value for cell in one) for one in rows}


def row(cells: Any) -> tuple[tuple[str, ...], ...]:
    """A row whose lists are in order: SPARQL leaves the order of GROUP_CONCAT open."""
    return tuple(tuple(sorted(cell.replace(" ", "、").split("、"))) if any(mark in cell for mark in LISTS) else (cell,) for cell in cells)


def term(value: dict[str, str]) -> ox.NamedNode | ox.Literal:
    if value["type"] == "uri":
        return ox.NamedNode(value["value"])
    if "xml:lang" in value:
        return ox.Literal(value["value"], language=value["xml:lang"])
    return ox.Literal(value["value"], datatype=ox.NamedNode(value["datatype"])) if "datatype" in value else ox.Literal(value["value"])


def as_virtuoso(value: Any) -> Any:
    """Virtuoso 7.2.5 keeps integers of more than 32 bits as decimals of the same value."""
    if isinstance(value, ox.Literal) and value.datatype == INTEGER and abs(int(value.value)) >= THIRTY_TWO_BITS:
        return ox.Literal(value.value, datatype=DECIMAL)
    return value
