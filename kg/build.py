"""Many letters: which files they are, reading each, and what came of it. Letters come in one order whatever order they are named in."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError, KgError
from kg.model import STATUSES, Extraction, Source
from kg.read import Contents, Found, Readers, by_suffix, known_kinds, read_text
from kg.read.twins import NEAR, Print, printed, share, twins

if TYPE_CHECKING:
    from kg.llm.asking import Asked

Told = Callable[[int, int, str], None]
# Read when named, but in a directory these are notes and lists, not letters.
NOT_SOUGHT = frozenset({"", ".md", ".markdown", ".csv", ".tsv", ".jsonl", ".ndjson"})
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
    notices: tuple[str, ...] = ()       # what a person should know of the files
    failures: tuple[str, ...] = ()      # why files were passed over, a sentence for each
    asked: Asked | None = None          # what came of asking a language model; None where none was to be asked
    claims: Mapping[str, int] = field(default_factory=dict)     # and of what it claimed


@dataclass(frozen=True, slots=True)
class Item:
    """A letter to build: its name and file; its source where that is costly to read again, else None."""

    name: str
    path: Path
    source: Source | None = None

    def read(self) -> Source:
        return self.source if self.source is not None else read_text(self.path)


@dataclass(frozen=True, slots=True)
class Trial:
    """What reading all files gave: the letters to build, what a person should know, and why files were passed over."""

    items: tuple[Item, ...]
    notices: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def letter_files(paths: Iterable[Path]) -> list[Path]:
    """The files to read: those named, and in directories every file of a known format; by name.

    Raises InputError when one is missing, a directory holds no letters, or two files would give letters of one name.
    """
    files = {file.resolve(): file for path in paths for file in _files(path)}
    order = sorted(files.values(), key=lambda file: (file.stem, str(file)))
    for one, other in pairwise(order):
        if one.stem == other.stem and one.suffix.lower() == other.suffix.lower():
            raise InputError(f"{one} and {other} would both be the letter {one.stem!r}: rename one of them, or build them into two stores.")
    return order


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise InputError(f"{path} does not exist: name a letter, or a directory that holds letters.")
    if not path.is_dir():
        return [path]
    found = [file for file in path.rglob("*") if _is_letter(file)]
    if not found:
        suffixes = ", ".join(sorted(f"*{suffix}" for suffix in by_suffix() if suffix not in NOT_SOUGHT))
        raise InputError(f"{path} holds no letters ({suffixes}): name a directory that does.")
    return found


def _is_letter(file: Path) -> bool:
    suffix = file.suffix.lower()
    sought = suffix in by_suffix() and suffix not in NOT_SOUGHT
    return sought and not file.name.startswith(".") and not file.name.endswith(NOT_LETTERS) and file.is_file()


def try_all(files: Sequence[Path], ocr: bool = False, told: Told | None = None) -> Trial:
    """Read every file before anything is built. A file that cannot be read is passed over and told.

    A letter that comes twice under one name (as text and as PDF) is taken from the format that comes first in the table. Raises InputError when no
    file can be read, or when two letters of one name differ.
    """
    trial = _Trying()
    with Readers(ocr=ocr) as readers:
        for done, file in enumerate(files):
            if told:
                told(done, len(files), file.stem)
            try:
                trial.add(readers.file(file))
            except InputError as error:
                if len(files) == 1:
                    raise
                trial.failures.append(str(error))
    if not trial.letters and trial.failures:
        raise InputError(f"None of {len(files)} files could be read. The first: {trial.failures[0]}")
    return trial.done()


@dataclass(slots=True)
class _Trying:
    """What is gathered while files are tried; letters by name, with the rank of their format and their print."""

    letters: dict[str, tuple[Item, int, Print]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, contents: Contents) -> None:
        rank = list(known_kinds()).index(contents.kind)
        self.notices += [f"{contents.path.name}: {notice}" for notice in contents.notices]
        for found in contents.letters:
            self.notices += [f"{found.source.name}: {notice}" for notice in found.notices]
            self._letter(contents, found, rank)

    def _letter(self, contents: Contents, found: Found, rank: int) -> None:
        name = found.source.name
        cheap = contents.kind == "text" and len(contents.letters) == 1
        own = Item(name, contents.path, None if cheap else found.source), rank, printed(found.source.text)
        known = self.letters.get(name)
        if known is None:
            self.letters[name] = own
            return
        if share(known[2], own[2]) < NEAR:
            raise Clash(f"{known[0].path} and {contents.path} would both be the letter {name!r}: rename one of them, or build them into two stores.")
        kept, left = (own, known) if rank < known[1] else (known, own)
        self.letters[name] = kept
        self.notices.append(f"{left[0].path.name}: 与 {kept[0].path.name} 是同一封函，只读后者。 "
                            f"It is the same letter as {kept[0].path.name}, which was read.")

    def done(self) -> Trial:
        order = sorted(self.letters)
        pairs = twins((name, self.letters[name][2]) for name in order)
        said = [f"{pair.other}: 与 {pair.one} 几乎相同（{pair.share:.0%}），两者都已读入。 "
                f"It is nearly the same letter as {pair.one} ({pair.share:.0%}); both were read." for pair in pairs]
        return Trial(tuple(self.letters[name][0] for name in order), (*self.notices, *said), tuple(self.failures))


class Clash(KgError):
    """Two different letters would have one name."""


def extractions(items: Sequence[Item], extract: Callable[[Source], Extraction], told: Told | None = None) -> Iterator[Extraction]:
    """What each letter says, in order; `told` hears how far the work is."""
    for done, item in enumerate(items):
        if told:
            told(done, len(items), item.name)
        yield extract(item.read())


def report(found: Iterable[Extraction], seconds: float = 0.0) -> BuildReport:
    """The sums over extractions; entities are counted once however many letters name them."""
    letters: list[str] = []
    names: set[str] = set()
    statuses: Counter[str] = Counter()
    claims: Counter[str] = Counter()
    mentions = figures = 0
    for extraction in found:
        letters.append(extraction.letter.source.name)
        names |= {entity.name for entity in extraction.entities}
        statuses.update(fact.status for fact in extraction.facts)
        mentions += sum(len(entity.links) for entity in extraction.entities)
        figures += len(extraction.figures)
        claims.update(extraction.claims)
    return BuildReport(tuple(letters), mentions, len(names), {status: statuses[status] for status in STATUSES}, figures, seconds, claims=dict(claims))
