"""The explorer's pages: the graph for a reader, rendered here and readable without a script (docs/explorer.md).

    /                   the graph at a glance           /letters, /events, /places    lists, the timeline, who cooperates with whom
    /search?q=          entities and letters            /graph?about=                 the graph view
    /id/…, /lookup?iri= entities, letters, anything     /questions, /questions/NAME   named questions as forms
    /fact?iri=          a fact or figure                /query?query=                 SPARQL
    /promises           what was planned, and then      /compare?by=&a=&b=            two letters, or two years

The same as JSON stands under /api (kg/server/api.py).
"""
from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.diff.page import WORDS
from kg.explore import forms
from kg.model import CLASSES, STATUSES
from kg.ontology import PREFIXES, load_ontology
from kg.promises.told import STATE_WORDS
from kg.server import api, assets
from kg.server.asked import FAR, graph_arguments, whole
from kg.server.errors import Refused
from kg.server.finder import Finder
from kg.server.ids import document, wanted, wire_path
from kg.server.log import failure, sentence
from kg.server.pool import Pool
from kg.server.tables import Table, table_of
from kg.server.words import html

Handler = Callable[[Request], Awaitable[Response]]
SHOWN, LETTERS = 40, 300                 # results of a search, and letters of a list, that are shown at a time
START_QUERY = """SELECT ?from ?to ?status ?letter WHERE {
  ?fact rdf:predicate kg:cooperatesWith ; kg:status ?status ; kg:statedIn ?letter ;
        rdf:subject/skos:prefLabel ?from ; rdf:object/skos:prefLabel ?to .
} ORDER BY ?from ?to LIMIT 100"""
ANSWERS = "application/sparql-results+json, text/turtle;q=0.9"


def routes(pool: Pool, edit: bool = False) -> list[Route]:
    """All that a reader looks at, what scripts ask for, and the files of both; with `edit` pages lead to forms that correct."""
    finder = Finder(pool)
    pages = Pages(pool, finder, edit)
    table: dict[str, Handler] = {
        "/": pages.overview, "/letters": pages.letters, "/events": pages.events, "/places": pages.places, "/search": pages.search,
        "/promises": pages.promises, "/compare": pages.compare,
        "/fact": pages.fact, "/graph": pages.graph, "/questions": pages.questions, "/questions/{name}": pages.question, "/query": pages.query,
        "/lookup": pages.lookup, "/id/{path:path}": pages.resource}
    return [*(Route(path, _readable(handler)) for path, handler in table.items()), *api.routes(pool, finder), *assets.routes()]


def _readable(handler: Handler) -> Handler:
    """The handler, with failures told on a page to those who read pages."""
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as error:
            return await told(request, error)
    return answer


async def told(request: Request, error: Exception) -> Response:
    """A failure as a page for those who read pages, as one sentence for all others."""
    if "text/html" not in request.headers.get("accept", ""):
        return await sentence(request, error)
    status, text, headers = failure(request, error)
    return html("error", status, headers, sentence=text, status=status, wanted=_named(request) if status == 404 else "", edit=request.app.state.edit)


def _named(request: Request) -> str:
    """The name in an address of /id/…, to search for what is not there."""
    name = unquote(wire_path(request)).strip()
    return name.removeprefix("letter/") if name and "#" not in name else ""


class Pages:
    """One method for each page."""

    def __init__(self, pool: Pool, finder: Finder, edit: bool = False) -> None:
        self.pool, self.finder, self.edit = pool, finder, edit

    def show(self, template: str, code: int = 200, **values: Any) -> Response:
        """The page of a template; with a way to the corrections where there are any."""
        return html(template, code, **{"edit": self.edit, **values})

    async def ask(self, job: str, **arguments: object) -> dict[str, Any]:
        found = await self.pool.call(job, **arguments)
        assert isinstance(found, dict)
        return found

    async def glance(self, job: str, **arguments: object) -> dict[str, Any]:
        """The same for what is the whole store at a glance: worked out once for each snapshot."""
        found = await self.pool.once(job, **arguments)
        assert isinstance(found, dict)
        return found

    async def tried(self, asked: Awaitable[dict[str, Any]]) -> tuple[dict[str, Any] | None, str, int]:
        """What was asked for by a form; or nothing, with what is wrong to tell beside the form, and the status that says so."""
        try:
            return await asked, "", 200
        except Refused as error:
            if error.status not in (400, 404):
                raise
            return None, f"{'没有找到。' if error.status == 404 else '无法回答。'} {error}", error.status

    async def overview(self, request: Request) -> Response:
        matrix, events = await self.glance("matrix", size=10), await self.glance("timeline", status="planned")
        planned = [event for event in events["events"] if event["year"]][-8:] or events["events"][:8]
        return self.show("overview", view=await self.glance("overview"), matrix=matrix, events=planned, events_total=events["total"],
                         letters=(await self.glance("letters"))["letters"][:8], questions=forms())

    async def letters(self, request: Request) -> Response:
        every, start = (await self.glance("letters"))["letters"], whole(request, "start", 0, FAR)
        return self.show("letters", letters=every[start:start + LETTERS], total=len(every), start=start, step=LETTERS)

    async def events(self, request: Request) -> Response:
        given = request.query_params
        status = given.get("status", "")
        if status not in ("", *STATUSES):
            raise Refused(400, f"There is no status {status!r}: choose one of {', '.join(STATUSES)}.")
        view = await self.ask("timeline", year=given.get("year", ""), status=status, start=whole(request, "start", 0, FAR))
        most = max((year["done"] + year["ongoing"] + year["planned"] + year["suggested"] for year in view["years"] if year["year"]), default=1)
        return self.show("events", view=view, most=most, statuses=[_term(name) for name in STATUSES])

    async def places(self, request: Request) -> Response:
        a, b = request.query_params.get("a", ""), request.query_params.get("b", "")
        between = await self.ask("between", a=a, b=b) if a and b else None
        return self.show("places", matrix=await self.glance("matrix", size=whole(request, "size", 20, 60)), between=between)

    async def promises(self, request: Request) -> Response:
        given = {name: request.query_params.get(name, "").strip() for name in ("place", "organ", "state", "as_of")}
        narrowed = given["place"] or given["organ"] or given["as_of"]
        asked = (self.ask if narrowed else self.glance)("promises", **given, start=whole(request, "start", 0, FAR))
        view, problem, status = await self.tried(asked)
        states = [{"name": name, "zh": zh, "en": en} for name, (zh, en) in STATE_WORDS.items()]
        return self.show("promises", status, view=view, states=states, given=given, problem=problem)

    async def compare(self, request: Request) -> Response:
        given = {name: request.query_params.get(name, "").strip() for name in ("by", "a", "b", "about")}
        letters = [letter["name"] for letter in (await self.glance("letters"))["letters"]]
        view, problem, status = None, "", 200
        if given["a"] and given["b"]:
            view, problem, status = await self.tried(self.ask("compare", **given, start=whole(request, "start", 0, FAR)))
        return self.show("compare", status, view=view, given=given, letters=letters, problem=problem, words=WORDS)

    async def search(self, request: Request) -> Response:
        text, kind = request.query_params.get("q", "")[:200], request.query_params.get("kind", "")
        found = await self.finder.find(text, kind, whole(request, "limit", SHOWN, 200))
        return self.show("search", found=found, kind=_term(kind) if kind else None)

    async def fact(self, request: Request) -> Response:
        return self.show("fact", view=await self.ask("fact", iri=_needed(request, "iri")))

    async def graph(self, request: Request) -> Response:
        arguments = graph_arguments(request)
        view, problem, status = await self.tried(self.ask("graph", **arguments))
        choices = await self._choices()
        letters = [letter["name"] for letter in (await self.glance("letters"))["letters"]]
        refs = {node["iri"]: node for node in view["nodes"]} if view else {}
        return self.show("graph", status, view=view, refs=refs, asked=arguments, choices=choices, letters=letters, query=request.url.query,
                         problem=problem)

    async def _choices(self) -> dict[str, list[Any]]:
        """The classes, predicates and statuses to choose from."""
        predicates = (await self.glance("vocabulary"))["predicates"]
        return {"class": [_term(one) for one in CLASSES], "predicate": predicates, "status": [_term(one) for one in STATUSES]}

    async def questions(self, request: Request) -> Response:
        return self.show("questions", questions=forms())

    async def question(self, request: Request) -> Response:
        name = request.path_params["name"]
        form = next((one for one in forms() if one["name"] == name), None)
        if form is None:
            raise Refused(404, f"No question is named {name!r}: /questions lists them.")
        given = {one["name"]: value for one in form["parameters"] if (value := request.query_params.get(one["name"], "").strip())}
        ready = all(one["name"] in given for one in form["parameters"] if one["needed"])
        answer, problem, status = await self.tried(self.ask("question", name=name, given=given)) if ready else (None, "", 200)
        choices = {**await self._choices(), "letter": [letter["name"] for letter in (await self.glance("letters"))["letters"]]}
        return self.show("question", status, form=form, given=given, answer=answer, problem=problem, choices=choices)

    async def query(self, request: Request) -> Response:
        sparql = request.query_params.get("query", "")
        table, problem = None, ""
        if sparql.strip() and "run" in request.query_params:
            try:
                table = await self._answer(sparql)
            except Refused as error:
                if error.status not in (400, 422):
                    raise
                problem = str(error)
        return self.show("query", 400 if problem else 200, sparql=sparql or START_QUERY, table=table, problem=problem, examples=forms(),
                         prefixes=json.dumps(dict(PREFIXES)), base=(await self.glance("overview"))["base"])

    async def _answer(self, sparql: str) -> Table:
        result = await self.pool.query(sparql, accept=ANSWERS)
        return table_of(result.media_type, result.body, (await self.glance("overview"))["base"])

    async def lookup(self, request: Request) -> Response:
        iri = _needed(request, "iri")
        return await self._resource(request, await self.ask("kind", iri=iri))

    async def resource(self, request: Request) -> Response:
        return await self._resource(request, await self.ask("kind", path=wire_path(request)))

    async def _resource(self, request: Request, what: dict[str, Any]) -> Response:
        """The page or the document of an IRI."""
        fmt = wanted(request)
        if fmt != "html":
            return await document(self.pool, what["iri"], fmt)
        if what["kind"] == "entity":
            group = request.query_params.get("predicate", "")
            view = await self.ask("entity", name=what["iri"], predicate=group, start=whole(request, "start", 0, FAR))
            return self.show("entity", view=view, group=group)
        if what["kind"] == "letter":
            if what["graph"]:
                return RedirectResponse(what["href"], 303)
            return self.show("letter", view=await self.ask("letter", name=what["name"]))
        return self.show("other", view=await self.ask("statements", iri=what["iri"]))


def _term(name: str) -> dict[str, str]:
    ontology = load_ontology()
    return {"name": name, "zh": ontology.label(name, "zh"), "en": ontology.label(name, "en")}


def _needed(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise Refused(400, f"The address lacks {name}: give it as in  {request.url.path}?{name}=https://w3id.org/zhihan/id/天津市")
    return value
