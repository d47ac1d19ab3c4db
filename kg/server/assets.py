"""Files for browsers: the style, which is always there, and the scripts that npm builds (`make web`), which may not be.

    /style/site.css     how pages look
    /style/kinds.css    the colours of classes and predicates, from the table that pictures have too
    /static/…           what `kg/server/web` is built into: search as you type, the graph view, the SPARQL editor, licences
"""
from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from kg.render.style import FAMILIES, LOOKS, OTHER
from kg.server.errors import Refused

HERE = Path(__file__).resolve().parent
STYLE, BUILT = HERE / "style", HERE / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png"}
FRESH = {"Cache-Control": "no-cache"}           # asked again each time, answered with 304 when it is the same


def routes() -> list[Route]:
    return [Route("/style/kinds.css", _kinds), Route("/style/{name}", _style), Route("/static/{name}", _static), Route("/favicon.ico", _icon)]


def built(name: str = "main.js") -> bool:
    """Whether npm has built this file."""
    return (BUILT / name).is_file()


async def _style(request: Request) -> Response:
    return _file(STYLE, request.path_params["name"])


async def _static(request: Request) -> Response:
    return _file(BUILT, request.path_params["name"])


async def _icon(request: Request) -> Response:
    return _file(STYLE, "icon.svg")


def _file(folder: Path, name: str) -> Response:
    """A file that lies in the folder itself."""
    path = folder / name
    if path.parent != folder or path.suffix not in TYPES or not path.is_file():
        raise Refused(404, f"There is no file {name} here: scripts are built with  make web  (it needs Node.js).")
    return FileResponse(path, media_type=TYPES[path.suffix], headers=FRESH)


async def _kinds(request: Request) -> Response:
    return Response(kinds_css(), media_type="text/css", headers=FRESH)


@cache
def kinds_css() -> str:
    """The colours of classes as --k for .k-Fund and the like, of predicates as --f for .f-0 and on, for light and dark."""
    def side(i: int) -> str:
        kinds = "".join(f".k-{name}{{--k:{look.colours[i]}}}" for name, look in {**LOOKS, "Entity": OTHER}.items())
        return kinds + "".join(f".f-{n}{{--f:{one.colours[i]}}}" for n, one in enumerate(FAMILIES))
    return f"{side(0)}@media(prefers-color-scheme:dark){{{side(1)}}}\n"
