"""Who asks, and whether they are still there."""
from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from kg.server.errors import Refused


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: by which name, and where to hear that the client has gone (an ASGI `receive`, when the request has been read)."""

    name: str
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]] | None = None

    async def gone(self) -> None:
        """Return when the client has gone."""
        if self.receive is None:
            await asyncio.Event().wait()
        else:
            while (await self.receive())["type"] != "http.disconnect":
                pass


NOBODY = Client("")
CLIENT: ContextVar[Client] = ContextVar("CLIENT", default=NOBODY)        # set by the middleware for each request


async def first(asking: asyncio.Future[Any], gone: Coroutine[None, None, None], seconds: float) -> None:
    """Wait for an answer as long as there is time and somebody to take it."""
    leaving = asyncio.ensure_future(gone)
    try:
        await asyncio.wait({asking, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
    if leaving.done() and not leaving.cancelled() and not asking.done():
        raise Refused(499, "The client has gone.")
