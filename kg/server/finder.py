"""Search over the index of the current snapshot, kept in the server's own process: what answers each key must not wait for a worker."""
from __future__ import annotations

import asyncio
from typing import Any

from kg.explore.search import LIMIT, Index
from kg.server.pool import Pool


class Finder:
    """Finds entities and letters by what is typed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._made: tuple[object, Index] | None = None

    async def find(self, text: str, kind: str = "", limit: int = LIMIT) -> dict[str, Any]:
        """The same as the job search."""
        source: Any = await self._pool.once("index")
        if self._made is None or self._made[0] is not source:
            self._made = source, await asyncio.to_thread(Index.of, source)
        return await asyncio.to_thread(self._made[1].find, text, kind, limit)
