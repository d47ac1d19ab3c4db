"""The SPARQL 1.1 Graph Store Protocol: graphs as documents, at /graph-store?graph=IRI or ?default."""
from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kg.server.errors import Refused
from kg.server.limits import Settings
from kg.server.pool import Pool


class GraphStore:
    """GET and HEAD are open; PUT, POST and DELETE ask for the token."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool, self.settings = pool, settings

    async def answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": "GET, HEAD, PUT, POST, DELETE, OPTIONS"})
        graph = _named(request)
        if request.method in ("GET", "HEAD"):
            result = await self.pool.graph(graph, request.headers.get("accept"))
            return Response(result.body, media_type=result.media_type, headers={"Vary": "Accept"})
        raise Refused(403, "This server only reads: start it with a token to write graphs.")


def _named(request: Request) -> str | None:
    """The graph that a request names; None for the default graph."""
    graphs, default = request.query_params.getlist("graph"), request.query_params.getlist("default")
    if len(graphs) + len(default) != 1:
        raise Refused(400, "Name one graph: /graph-store?graph=IRI, or /graph-store?default for the merge of all graphs.")
    return graphs[0] if graphs else None
