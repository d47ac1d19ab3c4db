"""Whether the merge in the default graph is what the named graphs say together, statement by statement.

Every graph is written out once as N-Triples, and only a hash of each statement is kept (64 bits: that two of a million statements share
one has a chance of one in thirty million). SPARQL would look each statement up in each graph, which takes three times as long.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyoxigraph as ox

from kg.store import Store
from kg.validate.checks import Rules, told
from kg.validate.problems import Problem

BLANK = re.compile(rb"^_:|> _:[^ \"]+ \.$", re.MULTILINE)
Pair = tuple[object, object]


class GraphText:
    """The named graphs of a store as N-Triples, with the hashes of all statements that were asked for."""

    def __init__(self, data: ox.Store) -> None:
        self.data = data
        self.hashes: set[int] = set()
        self.blank = False              # whether a statement has a blank node

    def of(self, graph: ox.NamedNode) -> bytes:
        """The statements of a graph."""
        text = self.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
        self.hashes.update(map(hash, text.split(b"\n")))
        self.blank = self.blank or (b"_:" in text and BLANK.search(text) is not None)
        return text


class _Lines:
    """A stream that hands on the lines written to it."""

    def __init__(self, take: Callable[[list[bytes]], object]) -> None:
        self._take, self._rest = take, b""

    def write(self, piece: bytes) -> int:
        *lines, self._rest = (self._rest + bytes(piece)).split(b"\n")
        self._take(lines)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back but half a line."""


def compare(store: Store, texts: GraphText, rules: Rules) -> Iterator[Problem]:
    """What the merge lacks, what it says that no graph does, and blank nodes; `texts` must have seen every graph."""
    extra: list[bytes] = []
    count = 0
    known = texts.hashes - {hash(b"")}

    def take(lines: list[bytes]) -> None:
        nonlocal count
        count += len(lines)
        extra.extend(line for line in lines if hash(line) not in known)

    store.data.dump(_Lines(take), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())      # type: ignore[arg-type]
    yield from told(store, rules.check("MergeOnlyCheck"), map(_pair, extra))
    if count - len(extra) < len(known):
        yield from told(store, rules.check("MergeCheck"), _missing(store))
    if texts.blank:
        yield from told(store, rules.check("BlankCheck"), _blank(store))


def _missing(store: Store) -> Iterator[Pair]:
    for graph in store.graphs():
        for quad in store.quads(graph):
            if ox.Quad(quad.subject, quad.predicate, quad.object) not in store.data:
                yield quad.subject, quad.object


def _blank(store: Store) -> Iterator[Pair]:
    for graph in store.graphs():
        for quad in store.quads(graph):
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                yield quad.subject, quad.object


def _pair(line: bytes) -> Pair:
    quad = next(iter(ox.parse(line, ox.RdfFormat.N_TRIPLES)))
    return quad.subject, quad.object
