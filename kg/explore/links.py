"""Where the explorer shows what an IRI names.

    BASE + rest             /id/rest                        entities, letters and their parts, graphs: rest as it stands in the IRI
    a fact, a figure        /fact?iri=…                     its own page; its IRI leads to its place in the letter
    anything else           the IRI itself

`iri_of` goes back from the path of a request, in whichever way a browser or a program has escaped it.
"""
from __future__ import annotations

from urllib.parse import quote, unquote

from kg import iris

ROOT = "/id/"
KINDS = ("letter", "graph", "activity", "run", "correction", "agent")


def id_link(iri: str, base: str) -> str:
    """The address of an IRI on this server; the IRI itself when it does not begin with the base."""
    if not iri.startswith(base):
        return iri
    path, _, fragment = iri[len(base):].partition("#")
    if any(part in ("%2E", "%2E%2E") for part in path.split("/")):      # a browser would take these for steps in the path
        return lookup_link(iri)
    return ROOT + path + (f"#{fragment}" if fragment else "")


def lookup_link(iri: str) -> str:
    """An address that works for any IRI of the graph."""
    return f"/lookup?iri={quote(iri, safe='')}"


def fact_link(iri: str) -> str:
    """The address of the page of a fact or figure."""
    return f"/fact?iri={quote(iri, safe='')}"


def iri_of(path: str, base: str) -> str:
    """The IRI whose `id_link` is ROOT + `path`; `path` is as it came over the wire, still escaped."""
    parts = path.split("/")
    head = 2 if parts[:2] == ["graph", "letter"] else 1 if len(parts) > 1 and parts[0] in KINDS else 0
    name = unquote("/".join(parts[head:]))
    return base + "/".join([*parts[:head], iris.escape(name)])
