"""The snapshots that workers read: made when the store was built anew, removed when nobody reads them.

They stand in DIR/snapshots, on the file system of the store, so that its files can be linked; where that folder cannot be written, in the
system's folder for temporary files. Each server holds a lock on its own folder there; what a killed server left is removed by the next.
"""
from __future__ import annotations

import fcntl
import os
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from kg.server.messages import send
from kg.store.snapshot import Signature, compact, signature, take

FOLDER = "snapshots"


class Snapshot:
    """A folder with a store as it was; it is removed when it is `old` and has no readers."""

    def __init__(self, path: Path, of: Signature) -> None:
        self.path, self.of, self.readers, self.old = path, of, 0, False

    def let_go(self) -> None:
        """A reader has ended."""
        self.readers -= 1
        self.drop_if_unused()

    def drop_if_unused(self) -> None:
        if self.old and self.readers <= 0:
            shutil.rmtree(self.path, ignore_errors=True)


class Snapshots:
    """Makes the snapshots of one store for one server."""

    def __init__(self, store: Path) -> None:
        self.store, self._number = store, 0
        self._folder, self._lock = _own_folder(store)

    def changed(self, since: Snapshot) -> bool:
        """Whether the store was written since that snapshot."""
        return signature(self.store) != since.of

    def take(self) -> Snapshot:
        """The store as it is now. StoreError while a build is at work."""
        self._number += 1
        path = self._folder / str(self._number)
        before = signature(self.store)
        try:
            take(self.store, path)
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return Snapshot(path, before)

    def close(self) -> None:
        self._lock.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):
            self._folder.parent.rmdir()         # when no other server is there


def prepare(channel: socket.socket, path: str) -> None:
    """Make a snapshot quick to open: runs in a process of its own, and says when it is done."""
    os.nice(10)
    if (Path(path) / "data").exists():
        compact(Path(path))
    send(channel, {"status": 200})


def _own_folder(store: Path) -> tuple[Path, IO[bytes]]:
    """A new folder and the lock that shows that it is in use."""
    try:
        parent = store / FOLDER
        parent.mkdir(exist_ok=True)
        _remove_left(parent)
        folder = Path(tempfile.mkdtemp(dir=parent))
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="zhihan-"))
    lock = (folder / "lock").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def _remove_left(parent: Path) -> None:
    for path in parent.glob("*/lock"):
        with suppress(OSError), path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.parent, ignore_errors=True)
