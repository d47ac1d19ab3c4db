"""What a reader makes of a file: documents, each a text with its places in the original, its metadata and what a person should know of it."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from kg.model import Part
from kg.read.limits import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader of the letter should know, in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or table row of an original: its text, its page (from 1) and its element, where the format has them.

    One that `goes_on` is the rest of the paragraph before it, on another page: no line break parts them.
    """

    text: str
    page: int | None = None
    element: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One text of a file. `name` tells it from others of the same file (a member of an archive, a row), else it is empty.

    Metadata keys: format (media type), title, author, issued, created, modified, publisher, address, pages.
    Attachments are names or addresses as the original gives them; nothing is ever fetched from them.
    """

    text: str
    parts: tuple[Part, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    attachments: tuple[str, ...] = ()
    encoding: str = "utf-8"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What a reader is told besides the bytes: the file's name, the limits, whether pictures are read, how deep in archives it is."""

    file: str
    limits: Limits = LIMITS
    ocr: bool = False
    depth: int = 0

    @property
    def suffix(self) -> str:
        return PurePath(self.file).suffix.lower()

    @property
    def stem(self) -> str:
        return PurePath(self.file).stem

    def within(self, member: str) -> Task:
        """The task of reading a member of this file."""
        return Task(f"{self.file}/{member}", self.limits, self.ocr, self.depth + 1)


def compose(paragraphs: Iterable[Paragraph]) -> tuple[str, tuple[Part, ...]]:
    """The text of paragraphs, one on each line, and the part in which each stands; neighbours of one place are one part."""
    texts: list[str] = []
    parts: list[Part] = []
    at = 0
    place: tuple[int | None, str] = (None, "")
    for paragraph in paragraphs:
        text = ("\n" if texts and not paragraph.goes_on else "") + paragraph.text
        if (paragraph.page, paragraph.element) != place:
            place = paragraph.page, paragraph.element
            parts.append(Part(at + len(text) - len(paragraph.text), *place))
        texts.append(text)
        at += len(text)
    return "".join(texts) + ("\n" if texts else ""), tuple(parts)
