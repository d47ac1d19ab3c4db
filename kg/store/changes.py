"""Quads put into and taken out of a store in one transaction, with the merge of all graphs kept beside them.

The default graph holds the merge: each triple of any named graph once. So a query without GRAPH or FROM sees what the
vocabulary promises, at the speed of one graph (docs/decisions/0001-the-merge-is-kept.md).
"""
from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING
from uuid import uuid4

import pyoxigraph as ox

from kg.errors import StoreError
from kg.iris import genid_iri

if TYPE_CHECKING:
    from typing_extensions import Buffer

DEFAULT = ox.DefaultGraph()
PART = 25_000                           # lines that are loaded at a time


class _Made(io.RawIOBase):
    """Bytes that are made as they are read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces, self._left = iter(pieces), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer as far as one piece reaches; 0 at the end."""
        while not self._left and (piece := next(self._pieces, None)) is not None:
            self._left = memoryview(piece)
        wanted = memoryview(buffer)
        size = min(len(wanted), len(self._left))
        wanted[:size], self._left = self._left[:size], self._left[size:]
        return size


def streamed(pieces: Iterable[bytes]) -> io.BufferedReader:
    """Bytes to be read once, made piece by piece as they are read: what is loaded at once need not be in memory at once."""
    return io.BufferedReader(_Made(pieces), 1 << 16)


@dataclass(slots=True)
class Changes:
    """What is to be taken out and put in. A quad that is both is left as it is."""

    removed: set[ox.Quad] = field(default_factory=set)
    added: set[ox.Quad] = field(default_factory=set)

    def swap(self, old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Have `new` in the place of `old`."""
        old, new = set(old), set(new)
        self.removed |= old - new
        self.added |= new - old

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


def apply(store: ox.Store, changes: Changes) -> None:
    """Make the changes, all or none, and the same in the merge."""
    removed, added = changes.removed - changes.added, changes.added - changes.removed
    if removed:
        _exchange(store, removed, added)
    elif added:
        store.load(_both(added), ox.RdfFormat.N_QUADS)     # one transaction too, and twice as fast as an update


def _exchange(store: ox.Store, removed: set[ox.Quad], added: set[ox.Quad]) -> None:
    new = {merged(quad) for quad in added}
    gone = {one for one in {merged(quad) for quad in removed} if one not in new and not _elsewhere(store, one, removed)}
    parts = [_data("DELETE", [*gone, *removed])] + ([_data("INSERT", [*new, *added])] if added else [])
    store.update(" ;\n".join(parts))
    for graph in _graphs(removed) - _graphs(added):
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)       # an empty graph says nothing; only its name is left, outside the transaction


def _both(quads: Iterable[ox.Quad]) -> bytes:
    """Quads as N-Quads, each in its graph and in the merge."""
    by_graph: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(quad.triple)
    texts = ((graph, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"") for graph, triples in by_graph.items())
    return b"".join(text + in_graph(text, graph) for graph, text in texts)


def in_graph(text: bytes, graph: str) -> bytes:
    """N-Triples as N-Quads. A line break inside a literal is escaped, so that a point and a break end a statement and nothing else."""
    return text.replace(b" .\n", f" {graph} .\n".encode())


def named(triples: Iterable[ox.Triple], base: str) -> Iterator[ox.Triple]:
    """The triples with a new IRI for each of their blank nodes; StoreError for triples inside triples."""
    known: dict[object, ox.NamedNode] = {}

    def own(node: object) -> ox.NamedNode | ox.Literal:
        if isinstance(node, (ox.NamedNode, ox.Literal)):
            return node
        if isinstance(node, ox.Triple):
            raise StoreError("The document speaks of statements as RDF 1.2 does, which other programs do not read: say it with RDF 1.1.")
        return known.setdefault(node, ox.NamedNode(genid_iri(uuid4().hex, base)))
    return (ox.Triple(own(one.subject), one.predicate, own(one.object)) for one in triples)      # type: ignore[arg-type]


def write_graph(store: ox.Store, graph: ox.NamedNode, triples: Iterable[ox.Triple], *, keep: bool) -> None:
    """Have the triples in a graph, beside what it said (`keep`) or instead of it, and the same in the merge; one transaction.

    There are no blank nodes among them (see `named`). A graph of no triples is there all the same.
    """
    text = " .\n".join(map(str, triples))
    parts = [] if keep else [*_emptied(graph)]
    store.update(" ;\n".join([*parts, f"CREATE SILENT GRAPH {graph}", f"INSERT DATA {{ {text}\nGRAPH {graph} {{ {text} }} }}"]))


def drop_graph(store: ox.Store, graph: ox.NamedNode) -> None:
    """Take a graph out, and from the merge what no other graph says."""
    store.update(" ;\n".join(_emptied(graph)))


def _emptied(graph: ox.NamedNode) -> Iterator[str]:
    other = f"GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {graph})"
    yield f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ {other} }} }}"
    yield f"DROP SILENT GRAPH {graph}"


def merged(quad: ox.Quad) -> ox.Quad:
    """The quad as it stands in the merge."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, DEFAULT)


def load(store: ox.Store, lines: Iterable[str], graph: ox.NamedNode) -> None:
    """Put N-Triples lines into a graph and the merge, a part at a time: fast for many. Other threads run meanwhile.

    Each part is there in both or in neither, so that a process may be stopped at any time; all at once would take twice the
    memory. Loading again what is there changes nothing.
    """
    left = iter(lines)
    while part := list(islice(left, PART)):
        text = "".join(f"{line}\n" for line in part).encode()
        store.bulk_load(text + in_graph(text, str(graph)), ox.RdfFormat.N_QUADS)


def _elsewhere(store: ox.Store, one: ox.Quad, removed: set[ox.Quad]) -> bool:
    """Whether a named graph keeps the triple."""
    found = store.quads_for_pattern(one.subject, one.predicate, one.object, None)
    return any(quad.graph_name != DEFAULT and quad not in removed for quad in found)


def _graphs(quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    return {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}


def _data(verb: str, quads: Iterable[ox.Quad]) -> str:
    """An update of one verb; the terms are written by pyoxigraph, which escapes them."""
    by_graph: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(quad.graph_name, []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
    return f"{verb} DATA {{ {' '.join(_blocks(by_graph))} }}"


def _blocks(by_graph: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[str]]) -> Iterator[str]:
    for graph, statements in by_graph.items():
        body = "\n".join(statements)
        yield body if graph == DEFAULT else f"GRAPH {graph} {{ {body} }}"
