"""The application: its routes, and what stands about all of them."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.errors import KgError
from kg.server import editing, pages
from kg.server.description import address, description, void
from kg.server.errors import Refused
from kg.server.graphstore import GraphStore
from kg.server.limits import Settings
from kg.server.log import Guard
from kg.server.negotiation import GRAPHS, choose
from kg.server.pool import Pool
from kg.server.protocol import asked
from kg.store.disk import read_base


def create_app(store_path: str | Path, settings: Settings | None = None) -> Starlette:
    """The server of a store. StoreError when there is none; the workers start and end with the application's lifespan."""
    settings = settings or Settings()
    store = Path(store_path)
    read_base(store)
    pool = Pool(store, settings)
    endpoint = Endpoint(pool, settings)
    graph_store = GraphStore(pool, settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await pool.start()
        except KgError as error:
            app.state.failure = error       # for whoever runs the application: a server only says that it did not start
            raise
        try:
            yield
        finally:
            await pool.stop()

    routes = [
        Route("/sparql", endpoint.sparql, methods=["GET", "POST", "OPTIONS"]), Route("/sparql/", endpoint.sparql, methods=["GET", "POST", "OPTIONS"]),
        Route("/graph-store", graph_store.answer, methods=["GET", "PUT", "POST", "DELETE", "OPTIONS"]),
        Route("/health", endpoint.health), Route("/.well-known/void", endpoint.void),
        *pages.routes(pool, settings.edit), *(editing.routes(pool, settings) if settings.edit else []),
    ]
    failures = {Refused: pages.told, 404: pages.told, 405: pages.told}
    app = Starlette(routes=routes, lifespan=lifespan, middleware=_middleware(settings), exception_handlers=failures)
    app.state.pool, app.state.edit = pool, settings.edit
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    about = [Middleware(Guard, settings=settings)]
    if settings.cors:
        about.append(Middleware(CORSMiddleware, allow_origins=list(settings.cors), allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
                                allow_headers=["Authorization", "Content-Type", "Accept"], expose_headers=["Location"]))
    return about


class Endpoint:
    """The SPARQL endpoint, and what it says of itself."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool, self.settings = pool, settings

    async def sparql(self, request: Request) -> Response:
        """The SPARQL protocol; without a query, the description of the service, or for a reader the page where queries are written."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        query = await asked(request, self.settings.limits)
        accept = request.headers.get("accept")
        if query.sparql is None:
            return await self._describe(request, accept)
        result = await self.pool.query(query.sparql, query.default, query.named, accept)
        return Response(result.body, media_type=result.media_type, headers={"Vary": "Accept"})

    async def _describe(self, request: Request, accept: str | None) -> Response:
        if request.method == "POST":
            raise Refused(400, "The request has no query: send it as the parameter query, or as a body of application/sparql-query.")
        media_type = choose(accept, [*GRAPHS, "text/html"], "The description of this service")
        if media_type == "text/html":
            return RedirectResponse("/query", 303, headers={"Vary": "Accept"})
        body = description(await self.pool.statistics(), address(request, self.settings), media_type)
        return Response(body, media_type=media_type, headers={"Vary": "Accept"})

    async def void(self, request: Request) -> Response:
        """What the store holds, as VoID."""
        media_type = choose(request.headers.get("accept"), list(GRAPHS), "The description of the data")
        body = void(await self.pool.statistics(), address(request, self.settings), media_type)
        return Response(body, media_type=media_type, headers={"Vary": "Accept"})

    async def health(self, request: Request) -> Response:
        """Whether there are workers that answer, and how busy they are."""
        state = self.pool.state()
        well = state["idle"] + state["running"] + state["slow"] > 0
        return JSONResponse({"status": "ok" if well else "no worker is ready", **state}, 200 if well else 503)
