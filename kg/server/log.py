"""What stands about every request: who asks, the headers that every answer carries, a sentence for every failure, and a line in the log."""
from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.server.client import CLIENT, Client
from kg.server.errors import Refused
from kg.server.limits import Settings

HEADERS: Mapping[str, str] = MappingProxyType({
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
})
ABORT = "abort"                         # what the protocol gives to each request: how to drop the connection with all that waits to be sent
HEAD = 64 * 1024                        # of a request
PIECE = 256 * 1024                      # what is sent at a time, so that a client that takes nothing costs no more than this
_CONTROL = re.compile(r"[^\x21-\x7e]")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        CLIENT.set(Client(scope["client"][0] if scope.get("client") else "", receive))
        outlet = _Outlet(scope, send, self.settings.limits.send_seconds)
        try:
            refusal = self._refusal(scope)
            await (refusal(scope, receive, outlet) if refusal else self.app(scope, receive, outlet))
        except TimeoutError:
            outlet.status = 0               # the client takes nothing
            scope.get("state", {}).get(ABORT, lambda: None)()
        except Exception as error:
            print(f"kg: A fault of the program: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            if not outlet.status:
                await _told(500, "A fault of the program stopped this request; its log says which.")(scope, receive, outlet)
        finally:
            if self.settings.log:
                print(outlet, file=sys.stderr, flush=True)

    def _refusal(self, scope: Scope) -> Response | None:
        """An answer to a request whose head is too large, or that names another server than this."""
        if len(scope.get("raw_path", b"")) + sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD:
            return _told(431, f"The head of the request is larger than {HEAD // 1024} KB: send long queries by POST.")
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0])):
            return _told(400, "The request must name one host, as in  Host: localhost:8080.")
        name = re.sub(r":\d+$", "", "".join(hosts))
        if hosts and self.settings.hosts and name.lower() not in self.settings.hosts:
            return _told(421, f"This server is not {name}: if that is how it is to be reached, start it with  --public-url http://{name}/")
        return None


class _Outlet:
    """Where an answer goes: adds the headers, sends large bodies piece by piece, and knows the line for the log."""

    def __init__(self, scope: Scope, send: Send, seconds: float) -> None:
        self.scope, self.began, self.status, self.size = scope, time.perf_counter(), 0, 0
        self._send, self._seconds = send, seconds
        self._until: float | None = None

    async def __call__(self, message: Message) -> None:
        """Send a message; TimeoutError when the client does not take the answer in time."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            await self._send(message)
        else:
            self._until = self._until or asyncio.get_running_loop().time() + self._seconds
            await self._body(message)

    async def _body(self, message: Message) -> None:
        body, more = memoryview(message.get("body", b"")), message.get("more_body", False)
        self.size += len(body)
        async with asyncio.timeout_at(self._until):
            for start in range(0, max(1, len(body)), PIECE):
                piece, last = bytes(body[start:start + PIECE]), start + PIECE >= len(body)
                await self._send({"type": "http.response.body", "body": piece, "more_body": more or not last})

    def __str__(self) -> str:
        """Time, client, method, address, status, bytes and milliseconds; - for the status when the client did not take the answer."""
        query = self.scope["query_string"].decode("latin-1")
        path = self.scope.get("raw_path", b"").decode("latin-1").partition("?")[0] + (f"?{query}" if query else "")
        shown = _CONTROL.sub(lambda found: f"%{ord(found.group()):02X}", path[:500])
        client = self.scope["client"][0] if self.scope.get("client") else "-"
        took = (time.perf_counter() - self.began) * 1000
        return f"{datetime.now():%Y-%m-%d %H:%M:%S} {client} {self.scope['method']} {shown} {self.status or '-'} {self.size} B {took:.0f} ms"


async def sentence(request: Request, error: Exception) -> Response:
    """A failure as a status and one sentence."""
    return _told(*failure(request, error))


def failure(request: Request, error: Exception) -> tuple[int, str, dict[str, str]]:
    """The status of a failure, its sentence and the headers that go with it."""
    if isinstance(error, Refused):
        return error.status, str(error), _more(error)
    assert isinstance(error, HTTPException)
    said = {404: f"There is nothing at {request.url.path[:200]}: pages begin at /, the endpoint is at /sparql.",
            405: f"{request.method} is not possible here."}
    return error.status_code, said.get(error.status_code, error.detail), dict(error.headers or {})


def _more(error: Refused) -> dict[str, str]:
    """What a status asks for beside its sentence (RFC 9110)."""
    retry = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return {**retry, **{401: {"WWW-Authenticate": 'Bearer realm="zhihan"'}, 405: {"Allow": "GET, HEAD, OPTIONS"}}.get(error.status, {})}


def _told(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
