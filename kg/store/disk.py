"""A store's folder: what is in it, who may open it, and the sentences for what can be wrong.

    DIR/zhihan.json     {"format": 1, "base": "https://…"}: that this is a store, of which format, and what its IRIs begin with
    DIR/data/           the quads, as pyoxigraph (RocksDB) keeps them
    DIR/lock            held by one writer, or shared by readers
"""
from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import IO

import pyoxigraph as ox

from kg.errors import StoreError
from kg.iris import BASE, checked_base

FORMAT = 1
MARKER = "zhihan.json"


def open_writable(directory: Path, base: str | None) -> tuple[ox.Store, str, IO[bytes] | None]:
    """The quads, the base and the lock of a store that is made when there is none."""
    make(directory, base)
    found = read_base(directory)
    if base is not None and base != found:
        raise StoreError(f"The store {directory} has the base {found}, not {base}: build into another store, or leave --base out.")
    lock = hold(directory, exclusive=True)
    return _opened(lambda: ox.Store(str(directory / "data")), directory), found, lock


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
    """What the IRIs of a store begin with; StoreError when the folder is no store or one of another format."""
    try:
        marker = json.loads((directory / MARKER).read_text(encoding="utf-8"))
        format_, base = marker["format"], checked_base(marker["base"])
    except FileNotFoundError:
        raise StoreError(f"{directory} is no zhihan store (it has no {MARKER}): name the folder that kg build made, or one that is empty.") from None
    except NotADirectoryError:
        raise StoreError(f"{directory} is a file, not the folder of a store: give another --store.") from None
    except OSError as error:
        raise StoreError(f"The store {directory} cannot be read ({error.strerror}): check its permissions.") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise StoreError(f"{directory / MARKER} is damaged: remove the store {directory} and build it again.") from error
    if format_ != FORMAT:
        raise StoreError(f"The store {directory} has format {format_}, this program reads format {FORMAT}: "
                         f"build the letters into another store, or use the version of the program that made it.")
    return base


def make(directory: Path, base: str | None) -> None:
    """The folder and its marker, where there is nothing yet; the marker comes first, so that no half-made store is left."""
    try:
        if directory.is_dir() and any(directory.iterdir()):
            return
        base = checked_base(base or BASE)
        directory.mkdir(parents=True, exist_ok=True)
        part = directory / f"{MARKER}.part"
        part.write_text(json.dumps({"format": FORMAT, "base": base}) + "\n", encoding="utf-8")
        part.replace(directory / MARKER)
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
    return f"The store {directory} is damaged ({error}): remove it and build it again."


def _try(work: Callable[[], None], times: int) -> None:
    """Work that may fail, again after a tenth of a second: a server that takes a snapshot holds the store for a moment."""
    for _ in range(times - 1):
        with suppress(OSError):
            work()
            return
        sleep(0.1)
    work()


def hold(directory: Path, exclusive: bool) -> IO[bytes] | None:
    """Hold the store for writing, or with other readers for reading; where the system has no such locks, RocksDB's own must do."""
    try:
        import fcntl
    except ImportError:                     # no such locks on Windows
        return None
    path = directory / "lock"
    try:
        if not path.exists():
            with suppress(OSError):         # a reader of a folder that it may not write
                path.touch()
        if not exclusive and not path.exists():
            return None
        held = path.open("r+b" if exclusive else "rb")
    except OSError as error:
        raise StoreError(f"The store {directory} cannot be {'written' if exclusive else 'read'} ({error.strerror}): mend its permissions.") from error
    try:
        _try(lambda: fcntl.flock(held, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB), times=10 if exclusive else 1)
    except OSError:
        held.close()
        doing = "in use by" if exclusive else "being written by"
        raise StoreError(f"The store {directory} is {doing} another process: wait until that has ended, or give another --store.") from None
    return held
