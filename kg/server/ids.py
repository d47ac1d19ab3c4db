"""Every IRI of the graph leads to /id/…: to a page for a reader, to Turtle, JSON-LD or N-Triples for a program, by the Accept header or ?format=."""
from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kg.explore.links import ROOT
from kg.server.errors import Refused
from kg.server.negotiation import choose
from kg.server.pool import Pool

FORMATS: Mapping[str, str] = MappingProxyType({
    "text/html": "html", "text/turtle": "turtle", "application/ld+json": "jsonld", "application/n-triples": "ntriples",
    "application/json": "jsonld", "application/xhtml+xml": "html"})
VARY = {"Vary": "Accept"}


def wire_path(request: Request) -> str:
    """What follows /id/ in the address as it was sent, still escaped: a %2F in a name is no step in the path."""
    raw: bytes = request.scope.get("raw_path") or quote(request.url.path).encode()
    return raw.decode("utf-8", "replace").partition("?")[0].partition(ROOT)[2]


def wanted(request: Request) -> str:
    """html, turtle, jsonld or ntriples."""
    asked = request.query_params.get("format")
    if asked is not None:
        if asked not in FORMATS.values():
            raise Refused(400, f"There is no format {asked!r}: choose one of {', '.join(dict.fromkeys(FORMATS.values()))}.")
        return asked
    return FORMATS[choose(request.headers.get("accept"), list(FORMATS), "This resource")]


async def document(pool: Pool, iri: str, fmt: str) -> Response:
    """What the graph says of an IRI, as a program reads it."""
    found = await pool.call("describe", iri=iri, format=fmt)
    assert isinstance(found, dict)
    return Response(found["text"], media_type=found["media_type"], headers=VARY)
