"""Where a server is asked and written to: the address of its queries says most of it, and its Server header the rest.

    server              queries         graphs (SPARQL 1.1 Graph Store HTTP Protocol)       updates
    kg serve            /sparql         /graph-store                                        none
    oxigraph serve      /query          /store                                              /update
    Virtuoso 7          /sparql         /sparql-graph-crud-auth                             /sparql-auth

Any other server is written to where the user says.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from kg.errors import RemoteError

# By how the Server header begins; kg serve sends none.
BESIDE: Mapping[str, tuple[str, str | None]] = MappingProxyType({
    "oxigraph": ("store", "update"), "virtuoso": ("sparql-graph-crud-auth", "sparql-auth")})
OURS = ("/sparql", "graph-store")


@dataclass(frozen=True, slots=True)
class Doors:
    """The addresses of a server; it is written to by the Graph Store Protocol where it has that, else by SPARQL Update."""

    query: str
    graph_store: str | None = None
    update: str | None = None


def checked(url: str) -> str:
    """The address itself; RemoteError when it is none."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise RemoteError(f"{url!r} is no address of a server: give one such as http://127.0.0.1:8080/sparql.")
    return url


def doors(endpoint: str, server: str, graph_store: str | None = None, update: str | None = None) -> Doors:
    """The doors of the server that answers queries at `endpoint` and calls itself `server`; what the user names counts alone.

    RemoteError when nothing tells where the server is written to.
    """
    if graph_store or update:
        return Doors(endpoint, checked(graph_store) if graph_store else None, checked(update) if update else None)
    for name, (graphs, updates) in BESIDE.items():
        if server.lower().startswith(name):
            return Doors(endpoint, urljoin(endpoint, graphs), urljoin(endpoint, updates) if updates else None)
    if not server and urlsplit(endpoint).path.endswith(OURS[0]):
        return Doors(endpoint, urljoin(endpoint, OURS[1]))
    raise RemoteError(f"Nothing tells where the server of {endpoint} ({server or 'it has no name'}) is written to: "
                      f"name its graph store with --graph-store, or else its address for updates with --update-endpoint.")
