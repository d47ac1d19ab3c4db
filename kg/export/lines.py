"""N-Triples and N-Quads: one statement a line, in the order of their bytes, as `LC_ALL=C sort` has it; N-Quads graph by graph."""
from __future__ import annotations

from collections.abc import Iterator

from kg.export.choice import Chosen
from kg.export.statements import raw
from kg.store import Store


def ntriples(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The merge of what is chosen."""
    with raw(store, chosen) as sorter:
        yield from (b"".join(line + b"\n" for line in lines) for lines in sorter.blocks())


def nquads(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The named graphs."""
    for graph in chosen.graphs:
        end = f" {graph} .\n".encode()
        with raw(store, chosen, graph) as sorter:
            yield from (b"".join(line[:-2] + end for line in lines) for lines in sorter.blocks())
