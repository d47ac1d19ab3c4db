"""Folders that are looked at again and again, for a graph that follows them."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from kg.build.inputs import Inputs, inputs
from kg.errors import InputError

SECONDS = 1.0


def watch(paths: Iterable[Path], pause: Callable[[float], object] = time.sleep, seconds: float = SECONDS) -> Iterator[Inputs | str]:
    """The files below the paths, each time that one is new, gone, or of another size or time, and no longer being written.

    They are compared with what they were when this was called. A path that cannot be listed gives the sentence that says why, once.
    """
    paths = list(paths)
    return _changes(paths, _listed(paths), pause, seconds)


def _changes(paths: Sequence[Path], known: Inputs | str, pause: Callable[[float], object], seconds: float) -> Iterator[Inputs | str]:
    told = ""
    while True:
        pause(seconds)
        found = _listed(paths)
        if isinstance(found, str):
            if found != told:
                told = found
                yield found
        elif found.files != (known.files if isinstance(known, Inputs) else ()):
            pause(seconds)
            again = _listed(paths)
            if isinstance(again, Inputs) and again.files == found.files:        # else it is still being written
                known, told = again, ""
                yield again


def _listed(paths: Iterable[Path]) -> Inputs | str:
    try:
        return inputs(paths)
    except InputError as error:
        return str(error)
