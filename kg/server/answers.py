"""What a worker answers: results of queries and whole graphs, in the media type asked for, complete and within the limits."""
from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.export import turtle
from kg.ontology import PREFIXES
from kg.query import Dataset, found
from kg.server.errors import Refused
from kg.server.limits import MB, Limits
from kg.server.negotiation import GRAPHS, RESULTS, choose
from kg.store import Store

if TYPE_CHECKING:
    from typing_extensions import Buffer

# What stands between rows, before each, or after each and the header; never inside a value: there, quotes, angle brackets and line breaks
# are escaped. With each, the rows that there are before any is seen.
_ROW_MARK = {ox.QueryResultsFormat.JSON: (b'}},{"', 1), ox.QueryResultsFormat.XML: (b"<result>", 0), ox.QueryResultsFormat.TSV: (b"\n", -1)}


class TooLarge(Refused):
    """The answer has more rows or bytes than one request may have."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(422, f"The answer is larger than this server gives at once ({limits.rows:,} rows or {limits.result_mb} MB): "
                              f"ask for less, or in parts with ORDER BY, LIMIT and OFFSET; kg export writes everything.")


class Capped(io.BytesIO):
    """Keeps what is written, and stops the writer that writes too much: over `limits` in bytes, or in rows, told by the marks between them."""

    def __init__(self, limits: Limits, fmt: ox.QueryResultsFormat | None = None) -> None:
        super().__init__()
        self.limits, self.csv = limits, fmt == ox.QueryResultsFormat.CSV
        self.mark, self.rows = _ROW_MARK.get(fmt, (b"", -1)) if fmt is not None else (b"", 0)
        self.quoted, self.tail = False, b""

    def write(self, data: Buffer, /) -> int:
        self._count(bytes(data))
        if self.tell() > self.limits.result_mb * MB or self.rows > self.limits.rows:
            raise TooLarge(self.limits)
        return super().write(data)

    def _count(self, data: bytes) -> None:
        if self.mark:
            seen = self.tail + data
            self.rows += seen.count(self.mark)
            self.tail = seen[-(len(self.mark) - 1):] if len(self.mark) > 1 else b""
        elif self.csv:
            for piece in data.split(b'"'):      # line breaks count where no quotation mark is open
                self.rows += 0 if self.quoted else piece.count(b"\n")
                self.quoted = not self.quoted
            self.quoted = not self.quoted


def answered(store: Store, request: Mapping[str, object], limits: Limits) -> tuple[str, bytes]:
    """The media type and the bytes of a query's answer."""
    result = found(store, str(request["sparql"]), _dataset(request))
    accept = request.get("accept")
    if isinstance(result, ox.QueryTriples):
        media_type = choose(_text(accept), list(GRAPHS), "The triples of this query")
        return media_type, written(_distinct(result, limits), media_type, limits)
    media_type = choose(_text(accept), list(RESULTS), "The answer to this query")
    fmt = RESULTS[media_type]
    out = Capped(limits, fmt)
    result.serialize(out, format=fmt)
    return media_type, out.getvalue()


def dumped(store: Store, request: Mapping[str, object], limits: Limits) -> tuple[str, bytes]:
    """A named graph, or the merge of all when `graph` is nothing; 404 when the store has no such graph."""
    media_type = choose(_text(request.get("accept")), list(GRAPHS), "A graph")
    name = _text(request.get("graph"))
    graph = _node(name) if name is not None else ox.DefaultGraph()
    if isinstance(graph, ox.NamedNode) and next(store.quads(graph), None) is None and not store.data.contains_named_graph(graph):
        raise Refused(404, f"The store has no graph {name}: SELECT DISTINCT ?g {{ GRAPH ?g {{ }} }} lists those it has.")
    out = Capped(limits)
    prefixes = dict(PREFIXES) if GRAPHS[media_type] in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD) else None
    store.data.dump(out, GRAPHS[media_type], from_graph=graph, prefixes=prefixes)
    return media_type, out.getvalue()


def written(triples: Sequence[ox.Triple], media_type: str, limits: Limits) -> bytes:
    """Triples in a media type."""
    if GRAPHS[media_type] == ox.RdfFormat.TURTLE:
        return turtle(triples)
    out = Capped(limits)
    ox.serialize(triples, out, format=GRAPHS[media_type], prefixes=dict(PREFIXES) if GRAPHS[media_type] != ox.RdfFormat.N_TRIPLES else None)
    return out.getvalue()


def _distinct(found: ox.QueryTriples, limits: Limits) -> list[ox.Triple]:
    """Each triple once, those of a subject together."""
    triples = set[ox.Triple]()
    for triple in found:
        triples.add(triple)
        if len(triples) > limits.rows:
            raise TooLarge(limits)
    return sorted(triples, key=lambda one: (str(one.subject), str(one.predicate), str(one.object)))


def _dataset(request: Mapping[str, object]) -> Dataset | None:
    default, named = (tuple(map(str, request.get(key) or ())) for key in ("default", "named"))     # type: ignore[call-overload]
    return Dataset(default, named) if default or named else None


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise Refused(400, f"{iri!r} is no IRI of a graph: give an absolute one, such as https://example.org/graph.") from None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
