"""What stands about every request: who asks, the headers that every answer carries, a sentence for every failure, and a line in the log."""
from __future__ import annotations

import re
import sys
import time
from datetime import datetime

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.server.errors import Refused
from kg.server.limits import Settings
from kg.server.pool import CLIENT

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
}
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


class Guard:
    """The outermost layer of the application, below Starlette's own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        CLIENT.set(scope["client"][0] if scope.get("client") else "")
        line = _Line(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            line.note(message)
            await send(message)

        try:
            refusal = self._refusal(scope)
            await (refusal(scope, receive, sending) if refusal else self.app(scope, receive, sending))
        finally:
            if self.settings.log:
                print(line, file=sys.stderr, flush=True)

    def _refusal(self, scope: Scope) -> Response | None:
        """An answer to a request that names another server than this."""
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0])):
            return _told(400, "The request must name one host, as in  Host: localhost:8080.")
        name = hosts[0].rpartition(":")[0] if hosts and re.search(r":\d+$", hosts[0]) else "".join(hosts)
        if hosts and self.settings.hosts and name.lower() not in self.settings.hosts:
            return _told(421, f"This server is not {name}: if that is how it is to be reached, start it with  --public-url http://{name}/")
        return None


class _Line:
    """A line of the access log: time, client, method, address, status, bytes, milliseconds."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.began = scope, time.perf_counter()
        self.status, self.size = 0, 0

    def note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))

    def __str__(self) -> str:
        query = self.scope["query_string"].decode("latin-1")
        path = _CONTROL.sub(lambda found: f"%{ord(found.group()):02X}", self.scope["path"] + (f"?{query}" if query else ""))
        client = self.scope["client"][0] if self.scope.get("client") else "-"
        took = (time.perf_counter() - self.began) * 1000
        return f"{datetime.now():%Y-%m-%d %H:%M:%S} {client} {self.scope['method']} {path[:500]} {self.status or '-'} {self.size} B {took:.0f} ms"


async def sentence(request: Request, error: Exception) -> Response:
    """A failure as a status and one sentence."""
    if isinstance(error, Refused):
        return _told(error.status, str(error), {"Retry-After": str(error.retry_after)} if error.retry_after else None)
    assert isinstance(error, HTTPException)
    said = {404: f"There is nothing at {request.url.path}: the endpoint is at /sparql.", 405: f"{request.method} is not possible here."}
    return _told(error.status_code, said.get(error.status_code, error.detail), dict(error.headers or {}))


def _told(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
