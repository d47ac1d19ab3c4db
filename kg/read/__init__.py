"""Readers of letters: one file per format, chosen by content and suffix (kg/read/kinds.py has the table).

    Readers().file(path)   every letter in a file, with what a person should know of it
    read(path)             the one letter in a file

Plain text is read here; every other format in a process that can be ended (kg/read/worker.py), started when the first such file comes.
"""
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import InputError
from kg.model import Source
from kg.read import disguise
from kg.read.document import Document, Notice, Task
from kg.read.kinds import BY_SUFFIX, KINDS, PLAIN, TABLES, Kind, Reader, by_suffix, kind_of, known_kinds, known_suffixes
from kg.read.likeness import Likeness, likeness
from kg.read.likeness import notice as unlike
from kg.read.limits import LIMITS, TEXT_BYTES, Limits
from kg.read.rows import stream
from kg.read.split import split
from kg.read.text import read_bytes, read_text
from kg.read.worker import FileRead, Worker


@dataclass(frozen=True, slots=True)
class Found:
    """A letter found in a file: the source, how like a letter it is, what to know of it, and the names of its attachments."""

    source: Source
    likeness: Likeness
    notices: tuple[Notice, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: its format (a name in KINDS), its letters, what concerns the file as a whole, and the SHA-256 of its bytes."""

    path: Path
    kind: str
    letters: tuple[Found, ...]
    notices: tuple[Notice, ...] = ()
    sha256: str = ""


@dataclass
class Readers:
    """The door to files. Keeps one reading process for all files but plain text; use `with`, or `close`, to let it go."""

    limits: Limits = LIMITS
    ocr: bool = False
    _worker: Worker | None = field(default=None, repr=False)

    def file(self, path: str | Path) -> Contents:
        """The letters of a file. Raises InputError (MissingExtra when an extra is to be installed) when there is none to read."""
        path = Path(path)
        read = self._plain(path) if _is_plain(path) else self._apart(path)
        letters = tuple(self._found(path, read))
        several = (Notice(f"文件中有 {len(letters)} 封函。", f"The file holds {len(letters)} letters."),) if len(letters) > 1 else ()
        return Contents(path, read.kind, letters, (*read.notices, *several), read.sha256)

    def rows(self, path: Path) -> Iterator[Found]:
        """The letters of a table of any size, one after the other. The SHA-256 of a letter is that of its row, so that others may change.

        Raises InputError when the file is no table, where it breaks off, or when its rows have no texts.
        """
        kind = BY_SUFFIX[path.suffix.lower()]
        KINDS[kind].load(str(path))
        names: dict[str, int] = {}
        for document in stream(path):
            yield from self._letters(path, document, _row_digest(document), names)

    def close(self) -> None:
        """End the reading process, if there is one."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _plain(self, path: Path) -> FileRead:
        data = read_bytes(path, min(TEXT_BYTES, self.limits.bytes))
        kind, notices = kind_of(data, str(path), path.suffix.lower())
        if kind not in PLAIN:
            return self._apart(path)
        return FileRead(kind, hashlib.sha256(data).hexdigest(), known_kinds()[kind].load(str(path))(data, Task(str(path), self.limits)), notices)

    def _apart(self, path: Path) -> FileRead:
        if self._worker is None:
            self._worker = Worker(self.limits, self.ocr)
        return self._worker.read(path)

    def _found(self, path: Path, read: FileRead) -> Iterator[Found]:
        names: dict[str, int] = {}
        for whole in read.documents:
            yield from self._letters(path, whole, read.sha256, names)

    def _letters(self, path: Path, whole: Document, sha256: str, names: dict[str, int]) -> Iterator[Found]:
        for document in split(whole):
            if len(document.text) > self.limits.characters:
                raise InputError(f"{path} has a letter of more than {self.limits.characters} characters: no letter is so long; split the file.")
            name = _named(path, document, names)
            score = likeness(document.text)
            source = Source(name, path.name, document.text, sha256, document.encoding, document.metadata, document.parts)
            yield Found(source, score, (*document.notices, *disguise.notices(document.text), *unlike(score)), document.attachments)

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read(path: str | Path) -> Source:
    """Read the one letter in a file. Its name is the file's stem.

    Raises InputError when the file is missing, empty, too large, of no known format, cannot be read, or holds several letters.
    """
    with Readers() as readers:
        contents = readers.file(path)
    if len(contents.letters) > 1:
        names = ", ".join(found.source.name for found in contents.letters[:5])
        raise InputError(f"{path} holds {len(contents.letters)} letters ({names} …): build it, or give a file with one letter.")
    return contents.letters[0].source


def _is_plain(path: Path) -> bool:
    """Whether a file is to be tried as plain text here; one that is missing too, so that it is told without starting a process."""
    return BY_SUFFIX.get(path.suffix.lower(), "") in PLAIN or not path.exists()


def _row_digest(document: Document) -> str:
    return hashlib.sha256(repr((document.text, sorted(document.metadata.items()))).encode("utf-8", "surrogatepass")).hexdigest()


def _named(path: Path, document: Document, names: dict[str, int]) -> str:
    """The file's stem, and the member's name or the letter's number where a file holds several; a name used already gets a number."""
    name = f"{path.stem}-{document.name}" if document.name else path.stem
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name}-{names[name]}"


__all__ = ["BY_SUFFIX", "KINDS", "TABLES", "Contents", "Found", "Kind", "Limits", "Notice", "Reader", "Readers", "by_suffix", "known_kinds",
           "known_suffixes", "read", "read_text"]
