"""The explorer's routes."""
from __future__ import annotations

from starlette.routing import Route

from kg.server.pool import Pool


def routes(pool: Pool) -> list[Route]:
    """What a reader looks at."""
    return []
