"""The two passes over letters, as functions that run in any process: what they are given and what they give can be sent.

    read_files      files -> notes            each letter by itself
    write_letters   notes -> a shard          each letter with what the corpus says of short names
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from kg import iris
from kg.build.notes import Failure, FileRead, Note, unpacked
from kg.errors import KgError
from kg.mapping import Activity, statements
from kg.model import Aliases, Extraction, Source
from kg.read import Contents, Readers
from kg.read.twins import printed
from kg.reading import Reading
from kg.store.prepared import Prepared

_ONE_AT_A_TIME = Lock()         # Dask gives one process several threads; caches of the language stage are made for one


@dataclass(frozen=True, slots=True)
class ReadJob:
    """Files to read."""

    reading: Reading
    paths: tuple[str, ...]

    def parts(self) -> list[ReadJob]:
        """A job for each file."""
        return [ReadJob(self.reading, (path,)) for path in self.paths]


@dataclass(frozen=True, slots=True)
class NoteJob:
    """Letters that are read already (rows of a table), each with what a person should know of it."""

    reading: Reading
    path: str
    letters: tuple[tuple[Source, tuple[str, ...]], ...]

    def parts(self) -> list[NoteJob]:
        """A job for each letter."""
        return [NoteJob(self.reading, self.path, (one,)) for one in self.letters]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to write: its row in the manifest, its name and note, and what other letters say of its short names."""

    id: int
    name: str
    note: bytes
    aliases: Aliases


@dataclass(frozen=True, slots=True)
class WriteJob:
    """Letters to write."""

    reading: Reading
    activity: Activity
    base: str
    letters: tuple[Letter, ...]

    def parts(self) -> list[WriteJob]:
        """A job for each letter."""
        return [WriteJob(self.reading, self.activity, self.base, (one,)) for one in self.letters]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was found in a letter, given by its row in the manifest: mentions, facts by status, figures; and the names of its entities."""

    letter: int
    mentions: int
    facts: Mapping[str, int]
    figures: int
    entities: tuple[str, ...]
    claims: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shard:
    """The graphs of some letters as N-Quads (kg/store/prepared.py), and what is in them, letter by letter; `failures` are the others."""

    data: bytes
    counts: tuple[Counts, ...]
    failures: tuple[tuple[str, str], ...] = ()


@cache
def _readers(ocr: bool) -> Readers:
    """The readers of this process, with a reading process of their own when one is needed."""
    return Readers(ocr=ocr)


def let_go(reading: Reading) -> None:
    """End the reading process of this process, if it has one."""
    _readers(reading.ocr).close()


def read_files(job: ReadJob) -> list[FileRead | Failure]:
    """What each file holds. A file that cannot be read gives the reason."""
    with _ONE_AT_A_TIME:
        return [_file(path, job.reading) for path in job.paths]


def _file(path: str, reading: Reading) -> FileRead | Failure:
    readers = _readers(reading.ocr)
    try:
        contents = readers.file(Path(path))
        notes = tuple(_notes(contents, reading))
    except KgError as error:
        return Failure(path, str(error))
    except Exception as error:          # one letter that the program was not made for does not stop the others
        return Failure(path, f"{path} could not be understood ({_told(error)}): take it out, and tell the makers of zhihan.")
    return FileRead(path, contents.kind, contents.sha256, notes, tuple(map(str, contents.notices)))


def _notes(contents: Contents, reading: Reading) -> Iterator[Note]:
    for found in contents.letters:
        yield noted(found.source, reading, tuple(map(str, found.notices)))


def note_letters(job: NoteJob) -> list[Note | Failure]:
    """What the first pass finds in each letter."""
    with _ONE_AT_A_TIME:
        return [_noted(source, notices, job) for source, notices in job.letters]


def _noted(source: Source, notices: tuple[str, ...], job: NoteJob) -> Note | Failure:
    try:
        return noted(source, job.reading, notices)
    except Exception as error:
        why = f"The letter {source.name} of {job.path} could not be understood ({_told(error)}): take it out, and tell the makers of zhihan."
        return Failure(job.path, why)


def noted(source: Source, reading: Reading, notices: tuple[str, ...] = ()) -> Note:
    """What the first pass finds in a letter."""
    from kg.resolve import learn  # the language stage takes a third of a second to import: only when there is something to read
    letter, mentions = reading.read(source)
    return Note(source, mentions, learn(letter, mentions, reading.lexicon()), printed(source.text), notices)


def write_letters(job: WriteJob) -> Shard:
    """The graphs of some letters."""
    parts: list[bytes] = []
    found: list[Counts] = []
    failures: list[tuple[str, str]] = []
    for one in job.letters:
        try:
            with _ONE_AT_A_TIME:
                extraction = _extracted(one, job.reading)
                parts.append(_packed(one.name, extraction, job))
                found.append(counts(one, extraction))
        except Exception as error:      # as in the first pass
            failures.append((one.name, _told(error)))
    return Shard(b"".join(parts), tuple(found), tuple(failures))


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"


def _extracted(one: Letter, reading: Reading) -> Extraction:
    from kg.segment import segment
    source, mentions = unpacked(one.note)
    return reading.understand(segment(source, reading.lexicon()), mentions, one.aliases)


def _packed(name: str, extraction: Extraction, job: WriteJob) -> bytes:
    from kg.pipeline import known_terms
    said = statements(extraction, known_terms(job.reading.project), job.base, job.activity)
    return Prepared.of(name, said).packed(iris.letter_graph(name, job.base))


def counts(one: Letter, extraction: Extraction) -> Counts:
    """How much an extraction says."""
    statuses: Counter[str] = Counter(fact.status for fact in extraction.facts)
    mentions = sum(len(entity.links) for entity in extraction.entities)
    return Counts(one.id, mentions, dict(statuses), len(extraction.figures), tuple(entity.name for entity in extraction.entities),
                  dict(extraction.claims))


def warm(reading: Reading) -> None:
    """Load what reading needs, so that processes that are forked share it."""
    from kg.pipeline import known_terms
    reading.warm()
    known_terms(reading.project)


def batches(sizes: Sequence[int], most: int, most_bytes: int) -> Iterator[range]:
    """Runs of neighbours, of at most so many and about so many bytes."""
    start, total = 0, 0
    for at, size in enumerate(sizes):
        if at > start and (at - start >= most or total + size > most_bytes):
            yield range(start, at)
            start, total = at, 0
        total += size
    if start < len(sizes):
        yield range(start, len(sizes))
