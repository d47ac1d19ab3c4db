"""kg serve --edit: forms by which those who have the token correct the graph (docs/serving.md, docs/howto/correct.md).

    GET  /edit?iri=…            the forms for an entity, a letter, a fact or a figure
    POST /edit                  a correction: kind, what it concerns, what is right, why
    GET  /edit/corrections      all corrections and what became of them
    POST /edit/undo             take one back
    GET  /edit/enter, POST      the token and a name; POST /edit/leave

Who corrects is the name that was entered, when is today. The corrections stand in the store with the source "kg serve"; kg curate --write puts
them into a file.
"""
from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg import iris
from kg.curate.fields import Given, correction
from kg.errors import InputError
from kg.model import CLASSES, PREDICATES, STATUSES
from kg.ontology import load_ontology
from kg.server.errors import Refused
from kg.server.limits import Settings
from kg.server.pool import Pool
from kg.server.protocol import body
from kg.server.session import Session, Sessions, from_here, person
from kg.server.words import address, html

SOURCE = "kg serve"
FRESH = {"Cache-Control": "no-store"}
KEPT = "kept."                          # before the names of fields that wait for the token
PAUSE = 0.5                             # seconds that a wrong token costs
FORM = "application/x-www-form-urlencoded"


def routes(pool: Pool, settings: Settings) -> list[Route]:
    """The addresses of the forms; none of them is there unless the server was started with --edit."""
    edit = Editing(pool, settings)
    return [Route("/edit", edit.forms, methods=["GET"]), Route("/edit", edit.correct, methods=["POST"]),
            Route("/edit/corrections", edit.corrections), Route("/edit/undo", edit.undo, methods=["POST"]),
            Route("/edit/enter", edit.door, methods=["GET"]), Route("/edit/enter", edit.enter, methods=["POST"]),
            Route("/edit/leave", edit.leave, methods=["POST"])]


class Editing:
    """One method for each address."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        assert settings.token is not None
        self.pool, self.settings = pool, settings
        self.sessions = Sessions(settings.token, (settings.public_url or "").startswith("https://"))

    # who

    async def door(self, request: Request) -> Response:
        return _door(200, _inside(request.query_params.get("to", "")))

    async def enter(self, request: Request) -> Response:
        """The token and a name; a cookie for who has it, and the form that waited for it, as it was filled in."""
        given = await self._form(request)
        to, name = _inside(given.get("to", "")), person(given.get("name", ""))
        kept = {key.removeprefix(KEPT): value for key, value in given.items() if key.startswith(KEPT)}
        problem = "" if name else "请写上您的姓名。 Give your name."
        if not self.sessions.admits(given.get("token", "")):
            await asyncio.sleep(PAUSE)
            problem = "口令不对。 This is not the token of this server."
        if problem:
            return _door(403, to, problem, name, kept)
        cookie = self.sessions.cookie(name)
        response = await self._again(cookie, kept) if kept else RedirectResponse(to or "/edit/corrections", 303, FRESH)
        self.sessions.begin(response, cookie)
        return response

    async def _again(self, cookie: str, kept: Mapping[str, str]) -> Response:
        """The forms for a new session, with what was typed when the last was over."""
        session = self.sessions.known(cookie)
        assert session is not None
        try:
            return await self._forms(session, kept.get("iri", ""), given=kept)
        except Refused as error:
            return _failed(error)

    async def leave(self, request: Request) -> Response:
        await self._allowed(request)
        response = RedirectResponse("/", 303, FRESH)
        self.sessions.end(response)
        return response

    # what

    async def forms(self, request: Request) -> Response:
        session = self.sessions.of(request)
        if session is None:
            return _to_door(request)
        iri = request.query_params.get("iri", "")
        try:
            return await self._forms(session, iri)
        except Refused as error:
            return _failed(error)

    async def _forms(self, session: Session, iri: str, problem: str = "", given: Mapping[str, str] | None = None) -> Response:
        about = await self._about(iri)
        letters = [letter["name"] for letter in (await self._ask("letters"))["letters"]]
        return html("edit", 400 if problem else 200, FRESH, session=session, about=about, letters=letters, choices=_choices(), problem=problem,
                    given=given or {}, edit=True)

    async def _about(self, iri: str) -> dict[str, Any]:
        """What the forms are about: {what, iri, title, href, letter, refers}, where `refers` are the fields by which a correction finds it."""
        if "#fact=" in iri or "#figure=" in iri:
            view = await self._ask("fact", iri=iri)
            one = view[view["kind"]]
            return {"what": view["kind"], "iri": iri, "href": one["href"], "one": one, "refers": _refers(view["kind"], one)}
        found = await self._ask("kind", iri=iri)
        if found["kind"] == "entity":
            ref = (await self._ask("entity", name=iri))["ref"]
            name = iris.name_of(iri, await self._base()) or ref["name"]
            return {"what": "entity", "iri": iri, "href": ref["href"], "one": ref, "refers": {"name": name}}
        if found["kind"] == "letter" and not found["graph"]:
            ref = (await self._ask("letter", name=found["name"]))["ref"]
            return {"what": "letter", "iri": iri, "href": ref["href"], "one": ref, "refers": {"letter": ref["name"]}}
        raise Refused(404, "Only entities, letters, facts and figures can be corrected: go to one and follow its link.")

    async def correct(self, request: Request) -> Response:
        """Put one correction in force. What cannot be used is told beside the forms."""
        try:
            if self.sessions.of(request) is None:
                typed = {key: value for key, value in (await self._form(request)).items() if key != "csrf"}
                return _door(401, "", "请先输入口令，所填内容不会丢失。 Give the token first; what you typed is kept.", "", typed)
            session, given = await self._allowed(request)
            asked = _asked(given, session)
            try:
                made = correction(Given(*asked, SOURCE))
                await self._write({"given": asked, "undo": []})
            except (InputError, Refused) as error:
                if isinstance(error, Refused) and error.status != 400:
                    raise
                return await self._forms(session, given.get("iri", ""), str(error), given)
        except Refused as error:
            return _failed(error)
        return RedirectResponse(f"/edit/corrections?done={made.id}#c-{made.id}", 303, FRESH)

    async def undo(self, request: Request) -> Response:
        try:
            _, given = await self._allowed(request)
            await self._write({"given": None, "undo": [given.get("id", "")]})
        except Refused as error:
            return _failed(error)
        return RedirectResponse("/edit/corrections", 303, FRESH)

    async def corrections(self, request: Request) -> Response:
        session = self.sessions.of(request)
        if session is None:
            return _to_door(request)
        try:
            view = await self._ask("corrections")
            return html("corrections", 200, FRESH, view=view, session=session, done=request.query_params.get("done", ""), edit=True)
        except Refused as error:
            return _failed(error)

    # how

    async def _ask(self, job: str, **arguments: object) -> dict[str, Any]:
        found = await self.pool.call(job, **arguments)
        assert isinstance(found, dict)
        return found

    async def _base(self) -> str:
        found = await self.pool.once("overview")
        assert isinstance(found, dict)
        return str(found["base"])

    async def _write(self, what: Mapping[str, object]) -> None:
        await self.pool.write("CURATE", "", "application/json", json.dumps(what).encode())

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form that a page of this server sent; of a field given twice the last."""
        if not from_here(request):
            raise Refused(403, "This form came from a page of another site: open the page here and send it from there.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise Refused(415, f"Forms are sent as {FORM}.")
        text = (await body(request, self.settings.limits)).decode("utf-8", "replace")
        try:
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=60))
        except ValueError:
            raise Refused(400, "The form has too many fields.") from None

    async def _allowed(self, request: Request) -> tuple[Session, dict[str, str]]:
        """The session and the form of a request that may change something. Refused otherwise."""
        session, given = self.sessions.of(request), await self._form(request)
        if session is None:
            raise Refused(401, "Corrections need the token of this server: enter it at /edit/enter.")
        if not hmac.compare_digest(given.get("csrf", "").encode(), session.csrf.encode()):
            raise Refused(403, "This form is not of this session: open the page anew and send it again.")
        return session, given


def _asked(given: Mapping[str, str], session: Session) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The fields of a form as a file of corrections has them: `x.NAME` is a new value of `change`, empty ones are left out."""
    kind, target = given.get("kind", ""), given.get("target", "")
    fields = {key: " ".join(value.split()) for key, value in given.items() if key not in ("kind", "target", "csrf", "iri") and value.strip()}
    to = {key[2:]: value for key, value in fields.items() if key.startswith("x.")}
    name = fields.pop("name", "")
    values = {key: (value,) for key, value in fields.items() if not key.startswith("x.")}
    return {kind: (name if target == "name" else target,), **values, "by": (session.name,), "when": (date.today().isoformat(),)}, to


def _refers(kind: str, one: Mapping[str, Any]) -> dict[str, str]:
    """The fields by which a correction finds a fact or figure."""
    first, last = one["first"], one["last"]
    time = "-" if not (first or last) else first if first == last else f"{first}/{last}" if first and last else ""
    letter = one["letter"]["name"] if one["letter"] else ""
    if kind == "fact":
        return {"letter": letter, "subject": one["subject"]["name"], "predicate": one["predicate"]["name"], "object": one["object"]["name"],
                "status": one["status"]["name"], "time": time}
    about = one["about"]["name"] if one["about"] else ""
    return {"letter": letter, "subject": about, "indicator": one["label"], "value": one["value"], "unit": one["unit"], "time": time}


def _choices() -> dict[str, list[dict[str, str]]]:
    """What lists to choose from hold: classes with the finer ones under them, predicates, statuses."""
    ontology = load_ontology()

    def shown(name: str, indent: str = "") -> dict[str, str]:
        return {"name": name, "zh": indent + ontology.label(name, "zh"), "en": ontology.label(name, "en")}
    classes = [shown(name, "" if name == main else "　") for main in CLASSES
               for name in (main, *sorted(one for one in ontology.classes if ontology.main(one) == main and one != main))]
    return {"classes": classes, "predicates": [shown(name) for name in PREDICATES], "statuses": [shown(name) for name in STATUSES]}


def _inside(to: str) -> str:
    """An address of this server's forms; nothing for any other."""
    try:
        parts = urlsplit(to)
    except ValueError:
        return ""
    return to if not parts.scheme and not parts.netloc and parts.path.startswith("/edit") and "\\" not in to else ""


def _door(status: int, to: str, problem: str = "", name: str = "", kept: Mapping[str, str] = MappingProxyType({})) -> Response:
    """Where the token is given; `kept` are the fields of a form that waits for it."""
    return html("enter", status, FRESH, to=to, problem=problem, name=name, kept={KEPT + key: value for key, value in kept.items()}, edit=True)


def _to_door(request: Request) -> Response:
    to = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return RedirectResponse(address("/edit/enter", to=to), 303, FRESH)


def _failed(error: Refused) -> Response:
    headers = {**FRESH, **({"Retry-After": str(error.retry_after)} if error.retry_after else {})}
    return html("error", error.status, headers, sentence=str(error), status=error.status, edit=True)
