"""What an address asks for, checked."""
from __future__ import annotations

from typing import Any

from starlette.requests import Request

from kg.server.errors import Refused

CENTRES = 40                             # names of one address that are taken
FAR = 10_000_000                         # where a page of a list may begin at most


def whole(request: Request, name: str, default: int, most: int) -> int:
    """A whole number of the address, from 0 to `most`."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(400, f"{name}={text} is no whole number: give one from 0 to {most}.")
    return min(int(text), most)


def graph_arguments(request: Request) -> dict[str, Any]:
    """The arguments of the jobs graph and picture: whose neighbourhood, how far, how many, and which facts."""
    given = request.query_params
    about = [name for name in dict.fromkeys(given.getlist("about")) if name.strip()][:CENTRES]
    filters = {key: [value for value in given.getlist(key) if value] for key in ("class", "predicate", "status", "letter")}
    return {"about": about, "to": given.get("to", "").strip(), "hops": max(1, whole(request, "hops", 1, 3)),
            "size": max(2, whole(request, "size", 80, 300)),
            "filters": {**filters, "since": given.get("since", "").strip(), "until": given.get("until", "").strip()}}
