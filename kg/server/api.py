"""What the pages' scripts ask for, and any other program may: the jobs of kg.explore as JSON, pictures as SVG, answers as CSV."""
from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.ontology import KG, PREFIXES, load_ontology
from kg.server.asked import FAR, graph_arguments, whole
from kg.server.errors import Refused
from kg.server.finder import Finder
from kg.server.pool import Pool


def routes(pool: Pool, finder: Finder) -> list[Route]:
    api = Api(pool, finder)
    table = {"search": api.search, "entity": api.entity, "letter": api.letter, "fact": api.fact, "overview": api.overview, "letters": api.letters,
             "events": api.events, "places": api.places, "promises": api.promises, "compare": api.compare,
             "graph": api.graph, "graph.svg": api.picture, "questions/{name}": api.question,
             "vocabulary": api.vocabulary}
    return [Route(f"/api/{path}", handler) for path, handler in table.items()]


class Api:
    """One method for each address under /api."""

    def __init__(self, pool: Pool, finder: Finder) -> None:
        self.pool, self.finder = pool, finder

    async def _answer(self, job: str, **arguments: object) -> Response:
        return JSONResponse(await self.pool.call(job, **arguments))

    async def search(self, request: Request) -> Response:
        given = request.query_params
        return JSONResponse(await self.finder.find(given.get("q", "")[:200], given.get("kind", ""), whole(request, "limit", 12, 200)))

    async def entity(self, request: Request) -> Response:
        return await self._answer("entity", name=_given(request, "name"), predicate=request.query_params.get("predicate", ""),
                                  start=whole(request, "start", 0, FAR))

    async def letter(self, request: Request) -> Response:
        return await self._answer("letter", name=_given(request, "name"))

    async def fact(self, request: Request) -> Response:
        return await self._answer("fact", iri=_given(request, "iri"))

    async def overview(self, request: Request) -> Response:
        return JSONResponse(await self.pool.once("overview"))

    async def letters(self, request: Request) -> Response:
        return JSONResponse(await self.pool.once("letters"))

    async def events(self, request: Request) -> Response:
        given = request.query_params
        return await self._answer("timeline", year=given.get("year", ""), status=given.get("status", ""), start=whole(request, "start", 0, FAR))

    async def promises(self, request: Request) -> Response:
        given = {name: request.query_params.get(name, "") for name in ("place", "organ", "state", "as_of")}
        return await self._answer("promises", **given, start=whole(request, "start", 0, FAR))

    async def compare(self, request: Request) -> Response:
        given = request.query_params
        return await self._answer("compare", a=_given(request, "a"), b=_given(request, "b"), by=given.get("by", ""), about=given.get("about", ""),
                                  start=whole(request, "start", 0, FAR))

    async def places(self, request: Request) -> Response:
        return JSONResponse(await self.pool.once("matrix", size=whole(request, "size", 20, 60)))

    async def graph(self, request: Request) -> Response:
        return await self._answer("graph", **graph_arguments(request))

    async def picture(self, request: Request) -> Response:
        found: Any = await self.pool.call("picture", **graph_arguments(request))
        headers = {"Content-Disposition": 'attachment; filename="zhihan-graph.svg"'}       # a page shows it all the same, as an image
        return Response(found["svg"], media_type="image/svg+xml", headers=headers)

    async def question(self, request: Request) -> Response:
        """A named question; with format=csv its whole answer as a table."""
        given = {name: value for name, value in request.query_params.items() if name != "format"}
        found: Any = await self.pool.call("question", name=request.path_params["name"], given=given)
        if request.query_params.get("format") == "csv":
            headers = {"Content-Disposition": f'attachment; filename="{found["form"]["name"]}.csv"'}
            return Response("\ufeff" + found["csv"], media_type="text/csv", headers=headers)       # spreadsheets know UTF-8 by this mark alone
        return JSONResponse({key: value for key, value in found.items() if key != "csv"})

    async def vocabulary(self, request: Request) -> Response:
        """Classes, predicates and statuses with their labels, and the prefixes: what an editor completes."""
        ontology = load_ontology()
        groups = {"classes": ontology.classes, "predicates": ontology.predicates, "statuses": ontology.statuses}
        terms = {group: [{"iri": KG + (one.name.capitalize() if group == "statuses" else one.name), "zh": one.zh, "en": one.en}
                         for one in them.values()] for group, them in groups.items()}
        return JSONResponse({**terms, "prefixes": dict(PREFIXES)})


def _given(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise Refused(400, f"The address lacks {name}: give it as in  {request.url.path}?{name}=…")
    return value
