"""What a query sees, as SPARQL says it (1.1, section 13), where pyoxigraph 0.5 does otherwise.

    no FROM                   the merge of all named graphs, kept in the default graph (kg/store/changes.py)
    FROM <a> FROM <b>         the merge of a and b; pyoxigraph gives a triple twice that is in both: a store is made of the two
    GRAPH ?g { … SELECT … }   each graph in turn; pyoxigraph leaves ?g unbound: written out, one branch for each graph
    SERVICE, updates          refused
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.query.lexer import UPDATES, From, Token, calls_service, closing, form, froms, glued, is_plain, tokens
from kg.store import Store


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a request names beside its query: they stand in the place of the query's own FROM and FROM NAMED."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def clauses(self) -> tuple[From, ...]:
        return tuple(From(graph, named, 0, 0) for named, graphs in ((False, self.default), (True, self.named)) for graph in graphs)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The quads to ask, the text to ask them with, and the graphs that stand in the place of those of the text (None: the text decides)."""

    quads: ox.Store
    text: str
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    named: list[ox.NamedNode | ox.BlankNode] | None = None


def refuse(words: Sequence[Token]) -> None:
    """QueryError for what a query may not do: change the graph, or ask other servers."""
    kind = form(words)
    if kind in UPDATES:
        raise QueryError(f"A query only reads; {kind} would change the graph: use kg build and kg remove for that.")
    if calls_service(words):
        raise QueryError("SERVICE asks another server, which queries here may not do: take the SERVICE clause out of the query.")
    if (word := glued(words)) is not None:
        raise QueryError(f"The keywords in {word!r} are written together: put spaces between them.")


def prepared(store: Store, sparql: str, dataset: Dataset | None = None) -> Prepared:
    """What to ask and how, so that the answer is the one that SPARQL says. `dataset` stands in the place of the query's own clauses.

    StopIteration, or ValueError for an IRI, may come of text that is no SPARQL.
    """
    if dataset is None and is_plain(sparql):
        return Prepared(store.data, sparql)
    words = tokens(sparql)
    clauses = froms(words) if dataset is None else dataset.clauses()
    sparql = _written_out(sparql, words, lambda: [graph.value for graph in _named(store, clauses)])
    default = list(dict.fromkeys(clause.graph for clause in clauses if not clause.named))
    if len(default) > 1:
        return Prepared(_merged(store, clauses), _without(sparql))
    if dataset is None:
        return Prepared(store.data, sparql)
    return Prepared(store.data, sparql, [ox.NamedNode(graph) for graph in default], [*_named(store, clauses)])


def _named(store: Store, clauses: Sequence[From]) -> list[ox.NamedNode]:
    """The graphs that GRAPH ?g goes through."""
    if clauses:
        return [ox.NamedNode(graph) for graph in dict.fromkeys(clause.graph for clause in clauses if clause.named)]
    return list(store.graphs())


def _merged(store: Store, clauses: Sequence[From]) -> ox.Store:
    """A store in memory with just these graphs: those of FROM as one."""
    made = ox.Store()
    for clause in clauses:
        graph = ox.NamedNode(clause.graph)
        text = store.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        made.bulk_load(text, ox.RdfFormat.N_TRIPLES, to_graph=graph if clause.named else ox.DefaultGraph())
    return made


def _without(sparql: str) -> str:
    """The text with blanks for its FROM clauses: those that are left count for nothing in a store made for them."""
    for clause in froms(tokens(sparql)):
        sparql = sparql[:clause.start] + " " * (clause.end - clause.start) + sparql[clause.end:]
    return sparql


def _written_out(sparql: str, words: Sequence[Token], named: Callable[[], Sequence[str]]) -> str:
    """The text with each GRAPH ?g that has a SELECT inside as a union over the graphs, inner ones first."""
    graphs: Sequence[str] | None = None
    while found := [i for i in range(len(words) - 2) if _is_trap(words, i)]:
        graphs = named() if graphs is None else graphs
        begin, end = found[-1], closing(words, found[-1] + 2)
        body = sparql[words[begin + 2].start:words[end].end]
        name = words[begin + 1].text
        branches = [f"{{ VALUES {name} {{ <{graph}> }} GRAPH <{graph}> {body} }}" for graph in graphs]
        sparql = f"{sparql[:words[begin].start]}{' UNION '.join(branches) or f'{{ VALUES {name} {{ }} }}'}{sparql[words[end].end:]}"
        words = tokens(sparql)
    return sparql


def _is_trap(words: Sequence[Token], i: int) -> bool:
    if not (words[i].says("GRAPH") and words[i + 1].kind == "variable" and words[i + 2].text == "{"):
        return False
    return any(word.says("SELECT") for word in words[i + 3:closing(words, i + 2)])
