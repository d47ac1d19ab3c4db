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
    """The files of a build, by name; `roots` are the directories, each with a separator at its end, below which all letters were looked for.

    `unseen` are sentences: why something below the directories, which may be letters, is not among the files.
    """

    files: tuple[Input, ...]
    roots: tuple[str, ...]
    looked: int                         # when, in nanoseconds
    unseen: tuple[str, ...] = ()


def inputs(paths: Iterable[Path]) -> Inputs:
    """The files to read, in one order whatever order they are named in.

    Raises InputError when one is missing, a directory holds no letters, or two files of one kind would give letters of one name.
    """
    looked = time.time_ns()
    paths = list(paths)
    seen = [one for path in paths for one in _files(path)]
    found = {one.path: one for one in seen if isinstance(one, Input)}
    order = sorted(found.values(), key=lambda one: (_key(one.path), one.path))
    for one, other in pairwise(order):
        if _key(one.path) == _key(other.path):
            raise InputError(f"{one.path} and {other.path} would both be the letter {_stem(one.path)!r}: rename one of them, "
                             f"or build them into two stores.")
    roots = tuple(sorted({os.path.join(os.path.realpath(path), "") for path in paths if os.path.isdir(path)}))
    return Inputs(tuple(order), roots, looked, tuple(sorted({one for one in seen if isinstance(one, str)})))


def letter_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read, as paths."""
    return [Path(one.path) for one in inputs(paths).files]


def _files(path: Path) -> list[Input | str]:
    """The letters that a path names, and why others are not among them. InputError when there is none."""
    if os.path.isdir(path):
        found = list(_below(os.path.realpath(path)))
        if not any(isinstance(one, Input) for one in found):
            none = f"{path} holds no letters ({', '.join(sorted(f'*{suffix}' for suffix in _sought()))}): name a directory that does."
            raise InputError(next((one for one in found if isinstance(one, str)), none))
        return found
    if not os.path.lexists(path) and _MAGIC & set(str(path)):
        return _matching(path)
    # A link keeps its own name, which is the letter's.
    one = _looked(os.path.join(os.path.realpath(path.parent), path.name))
    if isinstance(one, Input):
        return [one]
    raise InputError(one or f"{_shown(str(path))} does not exist: name a letter, or a directory that holds letters.")


def _matching(pattern: Path) -> list[Input | str]:
    """The files that a pattern (*.txt, 2023/**/*.pdf) names, for shells that leave it to the program."""
    from glob import glob
    found = [Path(name) for name in sorted(glob(str(pattern), recursive=True)) if os.path.isfile(name)]
    if not found:
        raise InputError(f"No file matches {pattern}: correct the pattern.")
    return [one for path in found for one in _files(path)]


def _below(folder: str) -> Iterator[Input | str]:
    """The letters in a directory and those below it. Links to directories are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield f"{_shown(folder)} cannot be listed ({error.strerror}): check its permissions."
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif is_letter(entry.name) and not os.path.isdir(entry.path) and (one := _looked(entry.path)):
            yield one


def _looked(path: str) -> Input | str:
    """A file, or the sentence that says why it cannot be one of a build; empty when there is none."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return f"{_shown(path)} has a name that is not UTF-8: rename it."
    try:
        stat = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return f"{path} is a link to a file that is not there: mend the link, or remove it." if os.path.islink(path) else ""
    except (OSError, ValueError) as error:
        return f"{_shown(path)} cannot be read ({getattr(error, 'strerror', None) or error}): check its permissions."
    return Input(path, stat.st_size, stat.st_mtime_ns)


def _shown(path: str) -> str:
    """A path as it can be printed, whatever bytes its names are made of."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
