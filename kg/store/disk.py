"""A store's folder: what is in it, who may open it, and the sentences for what can be wrong.

    DIR/zhihan.json     {"format": 2, "base": "https://…", "id": "…", "program": "…"}: that this is a store, of which format, what its
                        IRIs begin with, which store it is (a random name, kept by copies), and which version made or migrated it
    DIR/data/           the quads, as pyoxigraph (RocksDB) keeps them; made as data.part, so that it is never there half
    DIR/lock            held by one writer, or shared by readers

A format counts up with every change of what is in the folder. Readers open older formats as they are; a writer
brings the store to the newest first, step by step (MIGRATIONS), the marker last: a step that was stopped is done again. A newer format is refused.
"""
from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import sleep
from types import MappingProxyType
from typing import IO
from uuid import uuid4

import pyoxigraph as ox

from kg import __version__
from kg.errors import StoreError
from kg.iris import BASE, checked_base

FORMAT = 2
MARKER = "zhihan.json"
PART = f"{MARKER}.part"                # a marker that is being written
TOLD = logging.getLogger("kg")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a store says of itself; a store of format 1 has no id and does not name its program."""

    format: int
    base: str
    id: str = ""
    program: str = ""


def _with_id(directory: Path, marker: Marker) -> Marker:
    """Format 2: a store can be told from others, so that what it pushed to a server is known there as its own."""
    return replace(marker, id=uuid4().hex)


# What brings a store of a format to the next one; each is given the folder, held for writing, and gives the marker to be written.
MIGRATIONS: Mapping[int, Callable[[Path, Marker], Marker]] = MappingProxyType({1: _with_id})


def open_writable(directory: Path, base: str | None) -> tuple[ox.Store, str, IO[bytes] | None]:
    """The quads, the base and the lock of a store that is made when there is none."""
    make(directory, base)
    found = read_base(directory)
    lock = hold(directory, exclusive=True)
    _migrate(directory)
    return reopened(directory), found, lock


def reopened(directory: Path) -> ox.Store:
    """The quads, to be written, of a store that is held."""
    return _opened(lambda: _data(directory), directory)


def _data(directory: Path) -> ox.Store:
    """The quads, to be written. RocksDB makes a new folder in some twenty steps, and cannot read what was stopped between two of them."""
    data, part = directory / "data", directory / "data.part"
    if not data.exists():
        shutil.rmtree(part, ignore_errors=True)
        ox.Store(str(part)).flush()
        part.rename(data)
    return ox.Store(str(data))


def open_readable(directory: Path) -> tuple[ox.Store, str, IO[bytes] | None]:
    """The quads, the base and the lock of a store that must be there; many processes may read one store."""
    if not directory.exists():
        raise StoreError(f"There is no store at {directory}: make one with  kg build LETTERS --store {directory}.")
    base = read_base(directory)
    lock = hold(directory, exclusive=False)
    data = directory / "data"
    if not data.exists():                  # made, but stopped before the first letter
        return ox.Store(), base, lock
    return _opened(lambda: ox.Store.read_only(str(data)), directory), base, lock


def read_base(directory: Path) -> str:
    """What the IRIs of a store begin with; StoreError when the folder is no store or one of a newer format."""
    return read_marker(directory).base


def identity(directory: Path) -> str:
    """The name by which this store is told from all others. A store that has none yet is migrated; StoreError when it cannot be."""
    marker = read_marker(directory)
    if not marker.id:
        lock = hold(directory, exclusive=True)
        try:
            marker = _migrate(directory)
        finally:
            if lock is not None:
                lock.close()
    return marker.id


def read_marker(directory: Path) -> Marker:
    """What the store says of itself; StoreError when the folder is no store or one of a newer format."""
    try:
        said = json.loads((directory / MARKER).read_text(encoding="utf-8"))
        marker = Marker(int(said["format"]), checked_base(said["base"]), str(said.get("id", "")), str(said.get("program", "")))
    except FileNotFoundError:
        raise StoreError(f"{directory} is no zhihan store (it has no {MARKER}): name the folder that kg build made, or one that is empty.") from None
    except NotADirectoryError:
        raise StoreError(f"{directory} is a file, not the folder of a store: give another --store.") from None
    except OSError as error:
        raise StoreError(f"The store {directory} cannot be read ({error.strerror}): check its permissions.") from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise StoreError(f"{directory / MARKER} is damaged: remove the store {directory} and build it again.") from error
    if marker.format > FORMAT:
        made = f" {marker.program}" if marker.program else ""
        raise StoreError(f"The store {directory} has format {marker.format}, made by a newer zhihan{made}; this is {__version__}, which knows "
                         f"formats up to {FORMAT}: install that version, or build the letters into another store.")
    return marker


def _migrate(directory: Path) -> Marker:
    """Bring a store, held for writing, to the newest format, and say so."""
    marker = read_marker(directory)
    old = marker.format
    while marker.format < FORMAT:
        if marker.format not in MIGRATIONS:
            raise StoreError(f"The store {directory} has format {marker.format}, which this zhihan ({__version__}) cannot migrate: build the letters "
                             f"into another store.")
        marker = replace(MIGRATIONS[marker.format](directory, marker), format=marker.format + 1, program=__version__)
        _write(directory, marker)
    if old != marker.format:
        TOLD.warning("The store %s was of format %d and is of format %d now: an older zhihan cannot open it any more.", directory, old, marker.format)
    return marker


def _write(directory: Path, marker: Marker) -> None:
    """Replace the marker whole."""
    part = directory / PART
    part.write_text(json.dumps(asdict(marker)) + "\n", encoding="utf-8")
    part.replace(directory / MARKER)


def make(directory: Path, base: str | None) -> None:
    """The folder and its marker, where there is nothing yet; the marker comes first, so that no half-made store is left.

    StoreError where there is a store of another base.
    """
    try:
        if directory.is_dir() and any(one.name != PART for one in directory.iterdir()):
            if base is not None and base != (found := read_base(directory)):
                raise StoreError(f"The store {directory} has the base {found}, not {base}: build into another store, or leave --base out.")
            return
        base = checked_base(base or BASE)
        directory.mkdir(parents=True, exist_ok=True)
        _write(directory, Marker(FORMAT, base, uuid4().hex, __version__))
    except (FileExistsError, NotADirectoryError):
        raise StoreError(f"The store {directory} cannot be made: a file stands in its way. Give another --store.") from None
    except OSError as error:
        raise StoreError(f"The store {directory} cannot be written ({error.strerror}): give another --store, or mend its permissions.") from error


def _opened(make: Callable[[], ox.Store], directory: Path) -> ox.Store:
    try:
        return make()
    except (OSError, RuntimeError) as error:        # RocksDB says what is corrupt by a RuntimeError
        raise StoreError(_why(str(error), directory)) from error


def _why(error: str, directory: Path) -> str:
    if "lock" in error.lower():
        return f"The store {directory} is in use by another process: wait until that has ended."
    if "permission denied" in error.lower() or "read-only" in error.lower():
        return f"The store {directory} cannot be written (permission denied): give another --store, or mend its permissions."
    if "no space left" in error.lower():
        return f"The store {directory} cannot be written (no space left on the device): make room, and run the same command again."
    if "too many open files" in error.lower() or "file descriptors" in error.lower():
        return f"The store {directory} needs more open files than a process may have here: allow more (ulimit -n 4096)."
    return f"The store {directory} is damaged ({error}): remove it and build it again."


def _try(work: Callable[[], None], times: int) -> None:
    """Work that may fail, again after a tenth of a second: a server that takes a snapshot holds the store for a moment."""
    for _ in range(times - 1):
        with suppress(OSError):
            work()
            return
        sleep(0.1)
    work()


def hold(directory: Path, exclusive: bool, named: Path | None = None) -> IO[bytes] | None:
    """Hold the store for writing, or with other readers for reading; where the system has no such locks, RocksDB's own must do.

    `named` is the store as messages name it, when the lock lies in a folder below it.
    """
    try:
        import fcntl
    except ImportError:                     # no such locks on Windows
        return None
    path, named = directory / "lock", named or directory
    try:
        if not path.exists():
            with suppress(OSError):         # a reader of a folder that it may not write
                path.touch()
        if not exclusive and not path.exists():
            return None
        held = path.open("r+b" if exclusive else "rb")
    except OSError as error:
        raise StoreError(f"The store {named} cannot be {'written' if exclusive else 'read'} ({error.strerror}): mend its permissions.") from error
    try:
        _try(lambda: fcntl.flock(held, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB), times=10 if exclusive else 1)
    except OSError:
        held.close()
        doing = "in use by" if exclusive else "being written by"
        raise StoreError(f"The store {named} is {doing} another process: wait until that has ended, or give another --store.") from None
    return held
