"""A request of the SPARQL 1.1 Protocol as a query: three ways to send one, and the graphs named beside it."""
from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.server.errors import Refused
from kg.server.limits import MB, Limits

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
READ_ONLY = "This endpoint only reads, it takes no SPARQL updates: use kg build, kg remove, or the graph store protocol at /graph-store."


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the graphs of its dataset; empty ones leave that to the query. `sparql` is None when nothing was asked."""

    sparql: str | None
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


async def asked(request: Request, limits: Limits) -> Asked:
    """What a request asks for; Refused with 400, 405, 413 or 415 for one that is no query."""
    parameters = _parsed(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        return _asked(parameters)
    media_type = content_type(request)
    if media_type == FORM:
        return _asked(parameters + _parsed(await body(request, limits)))
    if media_type == DIRECT:
        if any(name == "query" for name, _ in parameters):
            raise Refused(400, "The query is given twice, in the address and in the body: give it once.")
        return _asked([*parameters, ("query", _text(await body(request, limits)))])
    if media_type == UPDATE:
        raise Refused(403, READ_ONLY)
    raise Refused(415, f"A query is sent as {FORM} or {DIRECT}, not as {media_type or 'a body without Content-Type'}.")


def _asked(parameters: list[tuple[str, str]]) -> Asked:
    queries = [value for name, value in parameters if name == "query"]
    if any(name == "update" for name, _ in parameters):
        raise Refused(403, READ_ONLY)
    if len(queries) > 1:
        raise Refused(400, f"The request has {len(queries)} queries: send one at a time.")
    default, named = (tuple(value for name, value in parameters if name == wanted) for wanted in ("default-graph-uri", "named-graph-uri"))
    return Asked(queries[0] if queries else None, default, named)


def content_type(request: Request) -> str:
    """The media type of the body, without parameters; 415 for another character set than UTF-8."""
    media_type, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    charset = next((one[8:].strip(' "') for one in parameters if one.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise Refused(415, f"The body is said to be {charset}: send it as UTF-8.")
    return media_type


async def body(request: Request, limits: Limits) -> bytes:
    """The body; 413 when it is larger than the limit, 408 when it takes too long to come, 415 when it is compressed."""
    if request.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise Refused(415, "The body is compressed: send it as it is.")
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(request, limits.body_mb * MB)
    except TimeoutError:
        raise Refused(408, f"The body did not come within {limits.body_seconds:g} s.") from None
    except ClientDisconnect:
        raise Refused(400, "The body ended before it was whole.") from None


async def _read(request: Request, most: int) -> bytes:
    data = bytearray()
    if int(request.headers.get("content-length", 0)) > most:
        raise _too_large(most)
    async for part in request.stream():
        data += part
        if len(data) > most:
            raise _too_large(most)
    return bytes(data)


def _too_large(most: int) -> Refused:
    return Refused(413, f"The body is larger than {most // MB} MB, the most that this server takes.")


def _parsed(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a form; 400 when they are not UTF-8 or more than a thousand."""
    try:
        text = encoded.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError:
        raise Refused(400, "The request is not UTF-8: encode the query as UTF-8, each byte above 127 as %XX.") from None
    except ValueError as error:
        raise Refused(400, f"The parameters cannot be read ({error}).") from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(400, "The query is not UTF-8: encode it so.") from None
