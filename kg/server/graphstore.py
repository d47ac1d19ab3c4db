"""The SPARQL 1.1 Graph Store Protocol: graphs as documents, at /graph-store?graph=IRI or ?default."""
from __future__ import annotations

import hmac
from urllib.parse import quote
from uuid import uuid4

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg import iris
from kg.server.errors import Refused
from kg.server.limits import Settings
from kg.server.pool import Pool
from kg.server.protocol import body
from kg.store.disk import read_base

MERGE = "The default graph is the merge of all named graphs and is kept by the store: write a named graph, /graph-store?graph=IRI."


class GraphStore:
    """GET and HEAD are open; PUT, POST and DELETE ask for the token."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool, self.settings = pool, settings

    async def answer(self, request: Request) -> Response:
        """One request for one graph."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS"})
        if request.method in ("GET", "HEAD"):
            result = await self.pool.graph(_named(request), request.headers.get("accept"))
            return Response(result.body, media_type=result.media_type, headers={"Vary": "Accept"})
        self._check(request)
        return await self._write(request)

    def _check(self, request: Request) -> None:
        """Refused unless writing is on and the request has the token."""
        if self.settings.token is None:
            raise Refused(403, "This server only reads: start it with --token to write graphs.")
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self.settings.token.encode()):
            raise Refused(401, "Writing needs the token of this server, as in  Authorization: Bearer TOKEN.")

    async def _write(self, request: Request) -> Response:
        made = request.method == "POST" and not request.query_params
        graph = iris.graph_iri(f"posted/{uuid4().hex}", read_base(self.pool.store)) if made else _named(request)
        if graph is None:
            raise Refused(405, MERGE)
        try:
            ox.NamedNode(graph)
        except ValueError:
            raise Refused(400, f"{graph!r} is no IRI of a graph: give an absolute one, such as https://example.org/graph.") from None
        data = b"" if request.method == "DELETE" else await body(request, self.settings.limits)
        status = await self.pool.write(request.method, graph, request.headers.get("content-type", ""), data)
        if not made:
            return Response(status_code=status)
        return PlainTextResponse(f"{graph}\n", status, {"Location": f"/graph-store?graph={quote(graph, safe='')}"})


def _named(request: Request) -> str | None:
    """The graph that a request names; None for the default graph."""
    graphs, default = request.query_params.getlist("graph"), request.query_params.getlist("default")
    if len(graphs) + len(default) != 1:
        raise Refused(400, "Name one graph: /graph-store?graph=IRI, or /graph-store?default for the merge of all graphs.")
    return graphs[0] if graphs else None
