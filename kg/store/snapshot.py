"""The store as it is at a moment, as a folder of its own: for readers that must not hinder a build.

    take(DIR, TARGET)       TARGET/zhihan.json and TARGET/data: a store that can be opened for reading
    signature(DIR)          what changes when the store is written; the same as long as it is not

The files of RocksDB that hold quads are never changed once written, so that they are linked, not copied, where the file system can.
"""
from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.disk import MARKER, hold, read_base

Signature = frozenset[tuple[str, int, int]]
_IGNORED = ("LOG", "LOCK", "OPTIONS")       # written by whoever opens the store, and of no matter


def take(directory: Path, target: Path) -> None:
    """Copy the store to a new folder, as a stopped process would leave it. StoreError while it is being written, or when it cannot be read."""
    read_base(directory)
    lock = hold(directory, exclusive=False)
    try:
        (target / "data").mkdir(parents=True)
        shutil.copy2(directory / MARKER, target / MARKER)
        for path in (directory / "data").glob("*"):
            if path.name != "LOCK":
                _link(path, target / "data" / path.name) if path.suffix == ".sst" else shutil.copy2(path, target / "data" / path.name)
    except OSError as error:
        why = f"No snapshot of the store {directory} can be made in {target} ({error.strerror})"
        raise StoreError(f"{why}: make room, or mend its permissions.") from error
    finally:
        if lock is not None:
            lock.close()


def compact(target: Path) -> None:
    """Put a snapshot into few files, what stood in its log included: it is opened and asked faster, and a reader has all its files open."""
    data = ox.Store(str(target / "data"))
    data.flush()
    data.optimize()


def signature(directory: Path) -> Signature:
    """The names, sizes and times of the files that hold the store; empty when there is none."""
    found = set()
    for path in (directory / "data").glob("*"):
        try:
            if not path.name.startswith(_IGNORED):
                status = path.stat()
                found.add((path.name, status.st_size, status.st_mtime_ns))
        except OSError:         # gone since it was listed: a build is at work
            found.add((path.name, 0, 0))
    return frozenset(found)


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:             # another file system, or one without links
        shutil.copy2(path, target)
