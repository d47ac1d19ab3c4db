"""The HTTP protocol of uvicorn, less patient: heads of requests must come whole and soon, and there are not more connections than so many."""
from __future__ import annotations

import asyncio
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.server.log import ABORT, HEADERS

HEAD_SECONDS = 10.0                     # for the head of a request, or the rest of a body that nobody waits for
CONNECTIONS = 500


class Protocol(H11Protocol):
    """Answers what is no HTTP, comes too slowly or is one too many with a sentence, and closes. Heads of more than 64 KB are refused by h11."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:        # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, ABORT: transport.abort}
        if len(self.connections) > CONNECTIONS:
            self._end(503, "The server has too many connections: try again in a few seconds.")
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        if not self.transport.is_closing():
            super().data_received(data)
            self._wait() if self._is_waiting() else self._heard()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._end(400, "This is no HTTP request, or its head is larger than 64 KB.")

    def _is_waiting(self) -> bool:
        """Whether the head of a request is not whole, or a body goes on to come after it was answered."""
        return self.conn.their_state is h11.IDLE or (self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY)

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _heard(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._is_waiting() and not self.transport.is_closing():
            self._end(408, f"The request did not come within {HEAD_SECONDS:g} s.")

    def _end(self, status: int, sentence: str) -> None:
        """Answer without the application, where nothing was answered yet, and close."""
        body = f"{sentence}\n".encode()
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(body)}",
                 "Connection: close", *(f"{name}: {value}" for name, value in HEADERS.items())]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE, h11.ERROR):
            self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()
