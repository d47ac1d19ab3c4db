"""A store put into as few files as it needs: what was replaced and removed since is dropped, and queries are faster.

RocksDB writes new files beside the old ones and then, by one record in its log, lets the new ones count: stopped at any moment, the
store says what it said. Snapshots keep the files that they link to. Room for a second copy of the data is needed while it runs.
"""
from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.store.disk import hold, open_writable, read_base


@dataclass(frozen=True, slots=True)
class Compacted:
    """Bytes that the data took before and after."""

    before: int
    after: int


def size(directory: Path) -> int:
    """Bytes of the files of a store's data."""
    total = 0
    for path in (directory / "data").glob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def compact(directory: Path) -> Compacted:
    """Put a store into order. StoreError when it is not there, is in use, or there is no room."""
    read_base(directory)                # opening it to write would make one
    before = size(directory)
    _optimize(directory)
    lock = hold(directory, exclusive=True)
    try:
        for path in (directory / "data").glob("LOG.old.*"):     # what RocksDB said of itself each time it was opened
            path.unlink(missing_ok=True)
    finally:
        if lock is not None:
            lock.close()
    return Compacted(before, size(directory))


def _optimize(directory: Path) -> None:
    """Runs to its end and closes the store: the old files are removed then."""
    data, _, lock = open_writable(directory, None)
    try:
        data.flush()
        data.optimize()
    except (OSError, RuntimeError) as error:
        raise StoreError(f"The store {directory} cannot be compacted ({error}): make room for a second copy of it; it is as it was.") from error
    finally:
        del data
        if lock is not None:
            lock.close()
