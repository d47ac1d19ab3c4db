"""The process that writes a graph or corrections into the store: with the store's own lock, in one transaction, and with nothing kept afterwards."""
from __future__ import annotations

import json
import resource
import socket
from collections.abc import Mapping
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import KgError, StoreError, UnknownName
from kg.server.errors import Refused
from kg.server.limits import MB
from kg.server.messages import Message, receive, send
from kg.store import Store

FORMATS = {"text/turtle": ox.RdfFormat.TURTLE, "application/x-turtle": ox.RdfFormat.TURTLE, "application/n-triples": ox.RdfFormat.N_TRIPLES,
           "application/rdf+xml": ox.RdfFormat.RDF_XML, "application/ld+json": ox.RdfFormat.JSON_LD}
MULTIPART = "multipart/form-data"


def write(channel: socket.socket, store: str, memory_mb: int) -> None:
    """Do what one request says, and answer with a status."""
    resource.setrlimit(resource.RLIMIT_DATA, (4 * memory_mb * MB, resource.RLIM_INFINITY))
    send(channel, _answered(Path(store), *receive(channel)))


def _answered(store: Path, request: Message, body: bytes) -> Message:
    try:
        return {"status": _written(store, request, body)}
    except Refused as error:
        return {"status": error.status, "error": str(error)}
    except UnknownName as error:
        return {"status": 404, "error": str(error)}
    except StoreError as error:
        return {"status": 503 if "in use" in str(error) else 400, "error": str(error)}
    except KgError as error:
        return {"status": 400, "error": str(error)}
    except Exception as error:
        return {"status": 500, "error": f"{type(error).__name__}: {error}"}


def _written(store: Path, request: Message, body: bytes) -> int:
    """The status: 201 for a new graph, else 204."""
    if request["method"] == "CURATE":
        return _curated(store, json.loads(body))
    name = str(request["graph"])
    graph = ox.NamedNode(name)
    triples = [] if request["method"] == "DELETE" else parsed(body, str(request["type"]), name)
    with Store(store, writable=True) as opened:
        if request["method"] == "DELETE":
            opened.remove_graph(graph)
            return 204
        return 201 if opened.put_graph(graph, triples, keep=request["method"] == "POST") else 204


def _curated(store: Path, asked: Mapping[str, Any]) -> int:
    """Put a correction in force (`given`: values and new ones), take others back (`undo`: ids)."""
    from kg.curate.apply import apply
    from kg.curate.fields import Given, correction
    from kg.curate.model import Placed
    from kg.server.editing import SOURCE
    given = asked["given"]
    placed = [Placed(correction(Given({key: tuple(texts) for key, texts in given[0].items()}, given[1], SOURCE)), "this correction")] if given else []
    with Store(store, writable=True) as opened:
        apply(opened, placed, undo=asked["undo"])
    return 204


def parsed(body: bytes, content_type: str, base: str) -> list[ox.Triple]:
    """The triples of a document, or of all documents of a form; relative IRIs are those of `base`. Refused with 400 or 415."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        return [triple for part, its_type in _parts(body, content_type) for triple in parsed(part, its_type, base)]
    if media_type not in FORMATS:
        raise Refused(415, f"A graph is sent as {', '.join(FORMATS)}, not as {media_type or 'a body without Content-Type'}.")
    try:
        quads = ox.parse(body, FORMATS[media_type], base_iri=base, without_named_graphs=True, rename_blank_nodes=True)
        return list(dict.fromkeys(quad.triple for quad in quads))
    except (SyntaxError, ValueError, OSError) as error:
        raise Refused(400, f"The body is no {media_type}: {str(error).rstrip('.')}.") from None


def _parts(body: bytes, content_type: str) -> list[tuple[bytes, str]]:
    """The files of a form, each with its media type."""
    message = BytesParser(policy=policy.HTTP).parsebytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    if not message.is_multipart():
        raise Refused(400, "The form cannot be read: its parts are not where its boundary says.")
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [(data, part.get_content_type()) for part in parts if isinstance(data := part.get_payload(decode=True), bytes)]
