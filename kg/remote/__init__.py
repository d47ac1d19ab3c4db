"""Graphs on other servers: asked as at home (`kg query --endpoint`), and brought to what a store says (`kg push`).

    with connect("http://127.0.0.1:8890/sparql") as remote:
        remote.query("cooperation", who="天津市")

Each server is spoken to by SPARQL 1.1 alone: Protocol, Graph Store HTTP Protocol, Update. docs/howto/push.md has the three that are tested.
"""
from __future__ import annotations

from pathlib import Path

from kg.remote.asking import Remote
from kg.remote.client import FAULTS, Access, Client
from kg.remote.doors import doors
from kg.remote.pushing import Plan, Pushed, Told, push
from kg.remote.writing import MB, writer
from kg.store import Store
from kg.store.disk import identity

__all__ = ["Access", "Plan", "Pushed", "Remote", "connect", "push_store"]
PART = 8                                # MB of a request: kg serve takes 10


def connect(endpoint: str, *, user: str | None = None, password: str | None = None, token: str | None = None, timeout: float = 60.0,
            retries: int = 5) -> Remote:
    """The graph at a SPARQL endpoint, to be asked; nothing is sent before the first question. `timeout` is seconds. RemoteError for no address."""
    return Remote(endpoint, Client(Access(user, password, token, timeout, retries)))


def push_store(directory: Path, endpoint: str, access: Access | None = None, *, graph_store: str | None = None, update_endpoint: str | None = None,
               part: float = PART, mirror: bool = False, quick: bool = False, dry_run: bool = False, told: Told | None = None) -> Pushed:
    """Bring a server to what the store in a folder says; see `kg.remote.pushing`. `part` is the most MB of a request.

    StoreError for the store, RemoteError for the server.
    """
    owner = identity(directory)
    with Client(access) as client, Store(directory) as store:
        remote = Remote(endpoint, client, store.ontology, again=FAULTS)
        found = doors(endpoint, remote.server, graph_store, update_endpoint)
        return push(store, remote, writer(client, found, int(part * MB)), owner, mirror=mirror, quick=quick, dry_run=dry_run,
                    told=told)
