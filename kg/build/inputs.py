"""Which files are letters: those named, those of directories, those that match a pattern."""
from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kg.errors import InputError
from kg.read import by_suffix

# Read when named, but in a directory these are notes and lists, not letters.
NOT_SOUGHT = frozenset({"", ".md", ".markdown", ".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})
NOT_LETTERS = (".gold.txt",)            # what a person says of a letter stands beside letters under this suffix
_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Input:
    """A file of letters: its absolute path, its size in bytes and the time of its last change in nanoseconds."""

    path: str
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of a build, by name; `roots` are the directories, each with a separator at its end, below which all letters were looked for."""

    files: tuple[Input, ...]
    roots: tuple[str, ...]
    looked: int                         # when, in nanoseconds


def inputs(paths: Iterable[Path]) -> Inputs:
    """The files to read, in one order whatever order they are named in.

    Raises InputError when one is missing, a directory holds no letters, or two files of one kind would give letters of one name.
    """
    looked = time.time_ns()
    paths = list(paths)
    found = {one.path: one for path in paths for one in _files(path)}
    order = sorted(found.values(), key=lambda one: (_key(one.path), one.path))
    for one, other in pairwise(order):
        if _key(one.path) == _key(other.path):
            raise InputError(f"{one.path} and {other.path} would both be the letter {_stem(one.path)!r}: rename one of them, "
                             f"or build them into two stores.")
    roots = tuple(sorted({os.path.join(os.path.realpath(path), "") for path in paths if path.is_dir()}))
    return Inputs(tuple(order), roots, looked)


def letter_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read, as paths."""
    return [Path(one.path) for one in inputs(paths).files]


def _files(path: Path) -> list[Input]:
    if path.is_dir():
        found = list(_below(os.path.realpath(path)))
        if not found:
            raise InputError(f"{path} holds no letters ({', '.join(sorted(f'*{suffix}' for suffix in _sought()))}): name a directory that does.")
        return found
    if not os.path.lexists(path) and _MAGIC & set(str(path)):
        return _matching(path)
    try:
        stat = path.stat()
    except (OSError, ValueError):
        raise InputError(f"{path} does not exist: name a letter, or a directory that holds letters.") from None
    # A link keeps its own name, which is the letter's.
    return [Input(os.path.join(os.path.realpath(path.parent), path.name), stat.st_size, stat.st_mtime_ns)]


def _matching(pattern: Path) -> list[Input]:
    """The files that a pattern (*.txt, 2023/**/*.pdf) names, for shells that leave it to the program."""
    from glob import glob
    found = [Path(name) for name in sorted(glob(str(pattern), recursive=True)) if os.path.isfile(name)]
    if not found:
        raise InputError(f"No file matches {pattern}: correct the pattern.")
    return [one for path in found for one in _files(path)]


def _below(folder: str) -> Iterator[Input]:
    """The letters in a directory and those below it. Links to directories are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"{folder} cannot be listed ({error.strerror}): check its permissions.") from error
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif is_letter(entry.name) and entry.is_file():
            stat = entry.stat()
            yield Input(entry.path, stat.st_size, stat.st_mtime_ns)


def _sought() -> frozenset[str]:
    """The suffixes of the formats that are looked for in directories."""
    return frozenset(by_suffix()) - NOT_SOUGHT


def is_letter(name: str) -> bool:
    """Whether a file of this name is sought in a directory."""
    return os.path.splitext(name)[1].lower() in _sought() and not name.startswith(".") and not name.endswith(NOT_LETTERS)


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _key(path: str) -> tuple[str, str]:
    stem, suffix = os.path.splitext(os.path.basename(path))
    return stem, suffix.lower()
