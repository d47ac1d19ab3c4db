"""A worker process: it opens a snapshot, shuts every door behind itself, and answers one request after the other over a socket.

    request     {"op": "query" | "graph" | "job", …}            as JSON
    answer      {"status": 200, "type": "text/csv"} + bytes     or {"status": 400, "error": "…"}

What it cannot do: open files or connections (no file descriptors are left to it), take more memory than its limit, run much longer than
its deadline (the pool kills it; the limit on processor time is for a worker whose pool is gone), or change anything (the store is open
for reading, and only queries are run).
"""
from __future__ import annotations

import json
import os
import resource
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from kg import explore
from kg.errors import KgError, UnknownName
from kg.server.answers import TooLarge, answered, dumped
from kg.server.errors import Refused
from kg.server.limits import MB, Limits
from kg.server.messages import Message, receive, send
from kg.server.statistics import statistics
from kg.store import Store

ALL_JOBS = MappingProxyType({**explore.JOBS, "statistics": statistics})


def main(channel: socket.socket, snapshot: str, limiting: Mapping[str, float]) -> None:
    """Serve requests until the other end is closed."""
    limits = Limits(**limiting)         # type: ignore[arg-type]
    store = Store(Path(snapshot))
    answer_with = _operations(store, limits)
    _warm(answer_with)
    shut_doors(Path(snapshot), limits)
    send(channel, {"status": 200})
    with suppress(EOFError, OSError):
        while True:
            request, _ = receive(channel)
            _allow_time(limits)
            send(channel, *_answer(answer_with, request))


def shut_doors(snapshot: Path, limits: Limits) -> None:
    """From here on: no new file descriptors, and no more memory than the limit above what is in use."""
    used = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory_mb * MB, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fewest = _needed_descriptors(snapshot)
    resource.setrlimit(resource.RLIMIT_NOFILE, (fewest, fewest))


def _address_space() -> int:
    """The bytes of address space in use; where the system does not say, what such a process has at most."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 2048 * MB


def _needed_descriptors(snapshot: Path) -> int:
    """None, when all files of the snapshot are open; in a store of hundreds of files RocksDB opens the rest when it needs them."""
    files = {path.name for path in (snapshot / "data").glob("*.sst")}
    try:
        links = [os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{number}")]
    except OSError:
        return 0
    unopened = files - {os.path.basename(link) for link in links}
    return len(links) + len(unopened) + 1 if unopened else 0


def _allow_time(limits: Limits) -> None:
    """A limit on processor time a little beyond the deadline, counted from now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime + limits.seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _operations(store: Store, limits: Limits) -> Mapping[str, Callable[[Message], tuple[str, bytes]]]:
    def job(request: Message) -> tuple[str, bytes]:
        result = ALL_JOBS[str(request["name"])](store, **request["args"])      # type: ignore[arg-type]
        body = json.dumps(result, ensure_ascii=False).encode()
        if len(body) > limits.result_mb * MB:
            raise TooLarge(limits)
        return "application/json", body

    return {"query": lambda request: answered(store, request, limits), "graph": lambda request: dumped(store, request, limits), "job": job}


def _warm(answer_with: Mapping[str, Callable[[Message], tuple[str, bytes]]]) -> None:
    """One request of each kind, so that whatever is loaded when first needed is loaded while files can be opened."""
    for accept in ("application/sparql-results+json", "text/csv"):
        answer_with["query"]({"sparql": "SELECT * { ?s ?p ?o } LIMIT 1", "accept": accept})
    answer_with["query"]({"sparql": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1", "accept": "text/turtle"})
    with suppress(KgError):
        answer_with["query"]({"sparql": "SELECT", "accept": None})


def _answer(answer_with: Mapping[str, Callable[[Message], tuple[str, bytes]]], request: Message) -> tuple[Message, bytes]:
    try:
        media_type, body = answer_with[str(request["op"])](request)
        return {"status": 200, "type": media_type}, body
    except Refused as error:
        return {"status": error.status, "error": str(error)}, b""
    except UnknownName as error:
        return {"status": 404, "error": str(error)}, b""
    except KgError as error:
        return {"status": 400, "error": str(error)}, b""
    except MemoryError:
        return {"status": 422, "error": "memory"}, b""
    except Exception as error:
        return {"status": 500, "error": f"{type(error).__name__}: {error}"}, b""
