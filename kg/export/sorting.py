"""Lines in order, however many there are: what does not fit in memory waits in a temporary file.

    with Sorter() as sorter:
        store.dump(sorter, …)               # or sorter.write(b"a line\\n")
        for lines in sorter.blocks(): …     # lists of lines, in the order of their bytes, each line once

The lines are sorted by parts ("runs"), and the runs are merged block by block, so that memory depends on ROOM and not on the store.
"""
from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import IO

from kg.errors import StoreError

ROOM = 4 << 20                          # bytes that are sorted at a time
BLOCK = 64 << 10                        # bytes that are read of each run at a time
Prepare = Callable[[bytes], bytes]


class Sorter:
    """Takes text in pieces, gives its lines in order. `prepare`, which may be set between writes, sees whole lines before they are sorted."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._prepare: Prepare | None = None
        self._buffer = bytearray()
        self._lines: list[bytes] | None = None
        self._file: IO[bytes] | None = None
        self._runs: list[tuple[int, int]] = []      # where each run begins and ends in the file

    def __enter__(self) -> Sorter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            with suppress(OSError):         # it is full, which was told, and nobody needs it any more
                self._file.close()

    def prepare(self, work: Prepare | None) -> None:
        """Have `work` change the text that is written from now on."""
        self._cut(whole=True)
        self._prepare = work

    def write(self, text: bytes) -> int:
        """Add text; a line may come in several pieces."""
        self._buffer += text
        if len(self._buffer) >= self._room:
            self._cut(whole=False)
        return len(text)

    def flush(self) -> None:
        """Nothing: writers of files may call it."""

    def blocks(self) -> Iterator[list[bytes]]:
        """The lines, many at a time, without their line ends. May be called again; nothing can be written any more."""
        self._cut(whole=True)
        if self._file is None:
            yield self._lines or []
        else:
            if self._lines:
                self._spill()
            yield from _merged([_Run(self._file, *run) for run in self._runs])

    def _cut(self, whole: bool) -> None:
        """Sort what was written (up to the last line end), and put it aside when there is enough of it."""
        end = len(self._buffer) if whole else self._buffer.rfind(b"\n") + 1
        if not end:
            return
        text = bytes(self._buffer[:end])
        del self._buffer[:end]
        lines = (self._prepare(text) if self._prepare else text).split(b"\n")
        self._lines = sorted({*lines, *(self._lines or ())} - {b""})
        if not whole or sum(map(len, self._lines)) >= self._room:
            self._spill()

    def _spill(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()    # noqa: SIM115  closed when the sorter is left
            begin = self._file.seek(0, 2)
            self._file.writelines(line + b"\n" for line in self._lines or ())
            self._file.flush()
        except OSError as error:
            folder = tempfile.tempdir or "The folder for temporary files"
            raise StoreError(f"{folder} cannot be written ({error.strerror or error}), and statements are put in order there: make room, "
                             f"or name another with TMPDIR.") from error
        self._runs.append((begin, self._file.tell()))
        self._lines = None


class _Run:
    """A sorted part of the file; `lines` are those that were read and not yet taken."""

    def __init__(self, file: IO[bytes], begin: int, end: int) -> None:
        self._file, self._at, self._end = file, begin, end
        self.lines: list[bytes] = []

    @property
    def more(self) -> bool:
        """Whether lines are left in the file."""
        return self._at < self._end

    def fill(self) -> None:
        """Have some lines, if any is left."""
        if not self.lines and self.more:
            self._file.seek(self._at)
            text = self._file.read(min(BLOCK, self._end - self._at))
            if not text.endswith(b"\n"):
                text += self._file.readline()
            self._at += len(text)
            self.lines = text[:-1].split(b"\n")

    def take(self, bound: bytes | None) -> list[bytes]:
        """The lines up to `bound`, or all."""
        at = len(self.lines) if bound is None else bisect_right(self.lines, bound)
        taken, self.lines = self.lines[:at], self.lines[at:]
        return taken


def _merged(runs: list[_Run]) -> Iterator[list[bytes]]:
    """The lines of all runs in order: each time those that no later block of any run can come before."""
    while runs:
        for run in runs:
            run.fill()
        bound = min((run.lines[-1] for run in runs if run.more), default=None)
        yield sorted({line for run in runs for line in run.take(bound)})
        runs = [run for run in runs if run.lines or run.more]
