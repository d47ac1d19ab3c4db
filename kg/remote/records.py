"""What was pushed to a server, told by the server itself: one triple for each graph, in graph/pushed.

    <…/graph/letter/NAME>  dcterms:provenance  <…/graph/pushed#sha256=…,triples=…,sum=…,store=…>

`sha256` is of what was sent. `triples` and `sum` are what the server itself answered when asked for the content right afterwards. When
they are still its answer, the graph is as it was sent: a graph that somebody changed, emptied or half overwrote has others. Engines write
numbers in ways of their own, so that a sum counts only beside others of the same server. `store` says which store sent it: one store does
not remove what another sent.
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product

import pyoxigraph as ox

from kg import iris
from kg.errors import RemoteError
from kg.mapping import term
from kg.remote.asking import Remote
from kg.store import Store

PROVENANCE = term("dcterms:provenance")
ROWS = 8000                             # of an answer, about: Virtuoso gives no more than 10,000 as it is shipped
TOGETHER, TRIPLES = 50, 100_000         # graphs and triples whose content one query adds up
DIGITS = "0123456789abcdef"
_RECORD = re.compile(r"#sha256=([0-9a-f]{64}),triples=(\d+),sum=(\d+),store=([0-9A-Za-z-]+)$")
# Six digits of the MD5 of a statement as a number; whoever changes a statement and keeps the sum does so by a chance of 1 to 16 million.
_NUMBER = " + ".join(f'{16 ** (5 - at)} * STRLEN(STRBEFORE("{DIGITS}", SUBSTR(?h, {at + 1}, 1)))' for at in range(6))
_SAID = 'CONCAT(STR(?s), " ", STR(?p), " ", STR(?o), " ", COALESCE(LANG(?o), ""), " ", COALESCE(STR(DATATYPE(?o)), ""))'
_COUNTS = "SELECT ?g (COUNT(*) AS ?n) WHERE { VALUES ?g { %s } GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_SUMS = (f"SELECT ?g (COUNT(*) AS ?n) (SUM({_NUMBER}) AS ?sum) WHERE {{ VALUES ?g {{ %s }} GRAPH ?g {{ ?s ?p ?o }} "
         f"BIND(LCASE(MD5({_SAID})) AS ?h) }} GROUP BY ?g")


@dataclass(frozen=True, slots=True)
class Content:
    """What a server says of a graph: how many triples, and their sum (None: not asked); 0 and 0 when it is not there."""

    triples: int = 0
    sum: int | None = 0

    def fits(self, other: Content) -> bool:
        """Whether both are the same, as far as was asked."""
        return self.triples == other.triples and (self.sum is None or other.sum is None or self.sum == other.sum)


@dataclass(frozen=True, slots=True)
class Record:
    """That a graph was pushed: the SHA-256 of what was sent, what the server had then, and from which store."""

    sha256: str
    content: Content
    store: str

    def iri(self, base: str) -> str:
        return f"{iris.graph_iri('pushed', base)}#sha256={self.sha256},triples={self.content.triples},sum={self.content.sum},store={self.store}"


@dataclass(frozen=True, slots=True)
class Here:
    """A graph of our own: its name, the SHA-256 of its statements in order, and how many they are."""

    graph: str
    sha256: str
    triples: int


Records = Mapping[str, frozenset[Record]]


def lines(store: Store, graph: str) -> list[bytes]:
    """The statements of a graph as N-Triples, each with its line break, in order."""
    text = store.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph)) or b""
    return sorted(text.splitlines(keepends=True))


def here(store: Store) -> Iterator[Here]:
    """The graphs that are pushed: all that hold something, but for when builds ran, and what was pushed to this very store."""
    own = {iris.graph_iri(name, store.base) for name in ("builds", "pushed")}
    for graph in store.graphs():
        if graph.value not in own and (said := lines(store, graph.value)):
            yield Here(graph.value, sha256(b"".join(said)).hexdigest(), len(said))


def statements(records: Iterable[tuple[str, Record]], base: str) -> list[bytes]:
    """Records as N-Triples, in order."""
    return sorted(f"{ox.NamedNode(graph)} {PROVENANCE} {ox.NamedNode(record.iri(base))} .\n".encode() for graph, record in records)


def recorded(remote: Remote, base: str) -> Records:
    """What the server says was pushed to it, by graph. RemoteError when it does not tell all."""
    pattern = f"GRAPH <{iris.graph_iri('pushed', base)}> {{ ?graph {PROVENANCE} ?record }}"
    number = int(remote.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0]["n"].value)
    found, rows = defaultdict[str, set[Record]](set), 0
    for part in _parts(number):
        for row in remote.select(f"SELECT ?graph ?record WHERE {{ {pattern} {part} }}"):
            rows += 1
            match = _RECORD.search(row["record"].value)
            if match:
                found[row["graph"].value].add(Record(match[1], Content(int(match[2]), int(match[3])), match[4]))
    if rows != number:
        raise RemoteError(f"The server at {remote.endpoint} gives {rows} of {number} rows, so that what is there cannot be told: raise its limit.")
    return {graph: frozenset(records) for graph, records in found.items()}


def _parts(number: int) -> Iterator[str]:
    """Filters that cut so many rows into parts of about ROWS, by the first digits of a hash of the graph's name."""
    digits = 0
    while number > ROWS * 16 ** digits:
        digits += 1
    for begin in product(DIGITS, repeat=digits):
        yield f'FILTER(STRSTARTS(LCASE(MD5(STR(?graph))), "{"".join(begin)}"))' if digits else ""


def contents(remote: Remote, graphs: Sequence[str], expected: Mapping[str, int], *, quick: bool = False) -> dict[str, Content]:
    """What the server has of these graphs; when `quick`, only how many triples. `expected` tells about how large each is: no query takes long."""
    found: dict[str, Content] = {}
    for part in batches(graphs, expected, triples=20 * TRIPLES if quick else TRIPLES):
        rows = remote.select((_COUNTS if quick else _SUMS) % " ".join(f"<{graph}>" for graph in part))
        found |= {row["g"].value: Content(int(row["n"].value), None if quick else _sum(row)) for row in rows}
    return found


def _sum(row: Mapping[str, ox.NamedNode | ox.Literal]) -> int:
    """A graph with blank nodes has no sum, and so is like nothing that was sent."""
    return int(float(row["sum"].value)) if "sum" in row else -1


def batches(graphs: Iterable[str], sizes: Mapping[str, int], together: int = TOGETHER, triples: int = TRIPLES) -> Iterator[list[str]]:
    """The graphs in parts of at most so many graphs and triples; one that is larger is a part of its own."""
    part, size = list[str](), 0
    for graph in graphs:
        if part and (len(part) == together or size + sizes.get(graph, 0) > triples):
            yield part
            part, size = [], 0
        part.append(graph)
        size += sizes.get(graph, 0)
    if part:
        yield part
