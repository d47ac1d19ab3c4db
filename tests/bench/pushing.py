"""A push at size: how long the first takes, one that changes nothing (also `--quick`) and one of a changed letter, to `oxigraph serve` and Virtuoso.

    python -m tests.bench.pushing [QUADS]
"""
from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kg.cli.terminal import table
from kg.remote import push_store
from kg.store import Store
from tests.bench.serving import make_store
from tests.nouns import small
from tests.test_remote_servers import SERVERS

QUADS = 100_000


def measured(quads: int, folder: Path) -> Iterator[tuple[str, ...]]:
    """For each server: letters, statements, and seconds of the four pushes."""
    make_store(folder / "store", quads)
    for name, start in SERVERS.items():
        store = shutil.copytree(folder / "store", folder / f"store-{name}")
        (folder / name).mkdir()
        with start(folder / name) as server:
            times, first = [], 0
            for quick in (False, False, True):
                began = time.perf_counter()
                first = max(first, push_store(store, server.endpoint, server.access, quick=quick).statements)
                times.append(time.perf_counter() - began)
            with Store(store, writable=True) as one:
                letters = one.letters()
                one.put_letter(small(letters[0], [("南开大学", "University")]))
            began = time.perf_counter()
            assert len(push_store(store, server.endpoint, server.access).plan.send) >= 1
            times.append(time.perf_counter() - began)
            yield (name, str(len(letters)), f"{first:,}", *(f"{one:.1f}" for one in times))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measured(int(sys.argv[1]) if len(sys.argv) > 1 else QUADS, Path(folder)))
    print(table(("server", "letters", "statements", "first push, s", "nothing changed, s", "the same, --quick", "one letter changed, s"), rows))


if __name__ == "__main__":
    main()
