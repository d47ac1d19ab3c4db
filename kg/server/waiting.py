"""Work for a client, as long as the client is there."""
from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from starlette.requests import Request

from kg.server.errors import Refused

Given = TypeVar("Given")


async def while_there(request: Request, work: Coroutine[None, None, Given]) -> Given:
    """What the work gives; when the client goes before, the work is stopped, so that nobody's query takes nobody's time."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Refused(499, "The client has gone.")
    finally:
        gone.cancel()
        working.cancel()
        await asyncio.wait({working, gone})


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
