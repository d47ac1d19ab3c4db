"""Readers of letters: one file per format, chosen by suffix."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from kg.errors import InputError
from kg.model import Source
from kg.read.text import read_text

Reader = Callable[[Path], Source]

READERS: Mapping[str, Reader] = MappingProxyType({
    ".txt": read_text,
    ".md": read_text,
    "": read_text,
})


def read(path: str | Path) -> Source:
    """Read one letter. Its name is the file's stem.

    Raises InputError when the file is missing, empty, binary, too large, or of a format that no reader knows.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(suffix for suffix in READERS if suffix))
        raise InputError(f"{path} is of a format that cannot be read ({path.suffix}): save it as one of {known}.")
    return reader(path)


__all__ = ["READERS", "Reader", "read", "read_text"]
