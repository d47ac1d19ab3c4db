"""Many letters: which files they are, reading each, and what came of it. Letters come in one order whatever order they are named in."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from kg.errors import InputError
from kg.model import STATUSES, Extraction, Source
from kg.read import READERS, read

Told = Callable[[int, int, str], None]
NOT_SOUGHT = frozenset({"", ".md"})     # read when named, but in a directory these are notes, not letters
NOT_LETTERS = (".gold.txt",)            # what a person says of a letter stands beside letters under this suffix


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build read: names of the letters, and how many of each it found."""

    letters: tuple[str, ...] = ()
    mentions: int = 0
    entities: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)      # by status
    figures: int = 0
    seconds: float = 0.0
    withdrawn: bool = False             # what rules had inferred was taken out, because something it may rest on changed


def letter_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read: those named, and in directories every file of a known format; by name.

    Raises InputError when one is missing, a directory holds no letters, or two files would give letters of one name.
    """
    files = {file.resolve(): file for path in paths for file in _files(path)}
    order = sorted(files.values(), key=lambda file: (file.stem, str(file)))
    for one, other in pairwise(order):
        if one.stem == other.stem:
            raise InputError(f"{one} and {other} would both be the letter {one.stem!r}: rename one of them, or build them into two stores.")
    return order


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError(f"{path} does not exist: name a letter, or a directory that holds letters.")
    if not path.is_dir():
        return [path]
    found = [file for file in path.rglob("*") if _is_letter(file)]
    if not found:
        kinds = ", ".join(sorted(f"*{suffix}" for suffix in READERS if suffix not in NOT_SOUGHT))
        raise InputError(f"{path} holds no letters ({kinds}): name a directory that does.")
    return found


def _is_letter(file: Path) -> bool:
    suffix = file.suffix.lower()
    return suffix in READERS and suffix not in NOT_SOUGHT and not file.name.startswith(".") and not file.name.endswith(NOT_LETTERS) and file.is_file()


def try_all(files: Iterable[Path]) -> None:
    """Read every file, so that a bad one is told before anything is built. Raises InputError."""
    for file in files:
        read(file)


def extractions(files: Sequence[Path], extract: Callable[[Source], Extraction], told: Told | None = None) -> Iterator[Extraction]:
    """What each letter says, in order; `told` hears how far the work is."""
    for done, file in enumerate(files):
        if told:
            told(done, len(files), file.stem)
        yield extract(read(file))


def report(found: Iterable[Extraction], seconds: float = 0.0) -> BuildReport:
    """The sums over extractions; entities are counted once however many letters name them."""
    letters: list[str] = []
    names: set[str] = set()
    statuses: Counter[str] = Counter()
    mentions = figures = 0
    for extraction in found:
        letters.append(extraction.letter.source.name)
        names |= {entity.name for entity in extraction.entities}
        statuses.update(fact.status for fact in extraction.facts)
        mentions += sum(len(entity.links) for entity in extraction.entities)
        figures += len(extraction.figures)
    return BuildReport(tuple(letters), mentions, len(names), {status: statuses[status] for status in STATUSES}, figures, seconds)
