"""Which media type an answer has: the one that the Accept header prefers among those that fit the kind of answer (RFC 9110, section 12.5.1)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pyoxigraph as ox

from kg.server.errors import Refused

# In the order of our preference: the first is the answer to */*.
RESULTS: Mapping[str, ox.QueryResultsFormat] = MappingProxyType({
    "application/sparql-results+json": ox.QueryResultsFormat.JSON, "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML, "application/xml": ox.QueryResultsFormat.XML, "text/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV, "text/tab-separated-values": ox.QueryResultsFormat.TSV,
})
GRAPHS: Mapping[str, ox.RdfFormat] = MappingProxyType({
    "text/turtle": ox.RdfFormat.TURTLE, "application/n-triples": ox.RdfFormat.N_TRIPLES, "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD, "application/xml": ox.RdfFormat.RDF_XML, "text/xml": ox.RdfFormat.RDF_XML,
    "application/json": ox.RdfFormat.JSON_LD, "application/x-turtle": ox.RdfFormat.TURTLE, "text/plain": ox.RdfFormat.N_TRIPLES,
})
BOOLEANS: Mapping[str, ox.QueryResultsFormat] = RESULTS


def choose(accept: str | None, offered: Sequence[str], what: str) -> str:
    """The best of `offered` for an Accept header; 406 when none fits. Of equal ones the first offered is taken."""
    wanted = preferences(accept)
    best = max(offered, key=lambda one: (_quality(one, wanted), -offered.index(one)))
    if _quality(best, wanted) <= 0:
        raise Refused(406, f"{what} cannot be written as {accept!r}: ask for one of {', '.join(offered)}.")
    return best


def preferences(accept: str | None) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their quality. No header, or an empty one, takes anything."""
    found = [_range(part) for part in (accept or "").split(",")[:100] if part.strip()]
    return tuple(found) or (("*/*", 1.0),)


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    value = next((one[2:].strip() for one in parameters if one.startswith("q=")), "1")
    try:
        return name, min(1.0, max(0.0, float(value)))
    except ValueError:
        return name, 0.0


def _quality(media_type: str, wanted: Sequence[tuple[str, float]]) -> float:
    """How much a type is wanted: by the most specific range that covers it."""
    for covers in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        found = [quality for name, quality in wanted if name == covers]
        if found:
            return max(found)
    return 0.0
