"""Graphs written to another server, in parts where they are large; by the Graph Store Protocol, or by SPARQL Update.

Both do the same: `put` replaces a graph, `add` puts statements beside what is there, `delete` drops a graph. Each request may be sent
twice, since there are no blank nodes.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kg.errors import RemoteError
from kg.remote.client import Client
from kg.remote.doors import Doors

MB = 1_000_000
SMALLEST = 2_000                        # bytes of a part below which a server that takes none is not asked for less


class Writer(Protocol):
    """What writes graphs, each given as the lines of N-Triples."""

    def put(self, graph: str, lines: Sequence[bytes]) -> None: ...

    def add(self, graph: str, lines: Sequence[bytes]) -> None: ...

    def delete(self, graph: str) -> None: ...


def writer(client: Client, doors: Doors, part: int) -> Writer:
    """The writer for a server, whose requests hold at most so many bytes of statements."""
    if doors.graph_store is not None:
        return GraphStore(client, doors.graph_store, part)
    assert doors.update is not None
    return Updates(client, doors.update, part)


class Parts:
    """How large a part may be; less when the server says that one is too large."""

    def __init__(self, size: int) -> None:
        self.size = size

    def of(self, lines: Sequence[bytes], start: int) -> int:
        """Where the part that begins at `start` ends: at least one line."""
        end, size = start, 0
        while end < len(lines) and (end == start or size + len(lines[end]) <= self.size):
            size += len(lines[end])
            end += 1
        return end

    def shrink(self) -> bool:
        """Half of it from now on; False when that is no use."""
        self.size //= 2
        return self.size >= SMALLEST


class _Writer:
    """Cuts graphs into parts, and sends each by `_send`, which says False when a part is too large."""

    def __init__(self, client: Client, url: str, part: int) -> None:
        self.client, self.url, self.parts = client, url, Parts(part)

    def put(self, graph: str, lines: Sequence[bytes]) -> None:
        """Have the lines as the whole of a graph. In several parts, readers may see the first of them alone for a while."""
        self._all(graph, lines, replace=True)

    def add(self, graph: str, lines: Sequence[bytes]) -> None:
        """Have the lines in a graph, beside what it says."""
        self._all(graph, lines, replace=False)

    def _all(self, graph: str, lines: Sequence[bytes], replace: bool) -> None:
        start = 0
        while start < len(lines):
            end = self.parts.of(lines, start)
            if self._send(graph, b"".join(lines[start:end]), replace and start == 0):
                start = end
            elif not self.parts.shrink():
                raise RemoteError(f"The server at {self.url} takes no request of {2 * SMALLEST // 1000} kB: raise its limit.")

    def _send(self, graph: str, text: bytes, replace: bool) -> bool:
        raise NotImplementedError


class GraphStore(_Writer):
    """SPARQL 1.1 Graph Store HTTP Protocol, section 5."""

    def _send(self, graph: str, text: bytes, replace: bool) -> bool:
        answer = self.client.send("PUT" if replace else "POST", self.url, params={"graph": graph}, content=text,
                                  headers={"Content-Type": "text/turtle; charset=utf-8"}, fine=(413,))
        return answer.status_code != 413

    def delete(self, graph: str) -> None:
        """Drop a graph; one that is not there stays so."""
        self.client.send("DELETE", self.url, params={"graph": graph}, fine=(404,))


class Updates(_Writer):
    """SPARQL 1.1 Update, sent as it is (SPARQL 1.1 Protocol, section 2.2.2): as a form, Chinese would take three times the room."""

    def _send(self, graph: str, text: bytes, replace: bool) -> bool:
        drop = f"DROP SILENT GRAPH <{graph}> ;\n" if replace else ""
        return self._update(f"{drop}INSERT DATA {{ GRAPH <{graph}> {{\n{text.decode()}}} }}")

    def delete(self, graph: str) -> None:
        """Drop a graph; one that is not there stays so."""
        self._update(f"DROP SILENT GRAPH <{graph}>")

    def _update(self, update: str) -> bool:
        answer = self.client.send("POST", self.url, content=update.encode(), headers={"Content-Type": "application/sparql-update"}, fine=(413,))
        return answer.status_code != 413
