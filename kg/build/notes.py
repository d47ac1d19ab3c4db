"""What the first pass writes down of each letter, so that the second needs no file, and so that nothing is read twice.

    A note is kept as bytes in the manifest: the source, its names, what it says of short names, and its print (kg/read/twins.py).
"""
from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

from kg.model import Learned, Mention, Part, Source
from kg.read.twins import Print
from kg.spans import Span


@dataclass(frozen=True, slots=True)
class Note:
    """A letter as the first pass leaves it."""

    source: Source
    mentions: tuple[Mention, ...]
    learned: Learned
    print: Print
    notices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.source.name


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file of letters: its format (a name in KINDS), the SHA-256 of its bytes, its letters, and what a person should know of it."""

    path: str
    kind: str
    sha256: str
    notes: tuple[Note, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and the sentence that says why."""

    path: str
    why: str


def packed(source: Source, mentions: tuple[Mention, ...]) -> bytes:
    """A source and the names in it, as compressed JSON."""
    whence = {"name": source.name, "file": source.file, "text": source.text, "sha256": source.sha256, "encoding": source.encoding,
              "metadata": dict(source.metadata), "parts": [[part.start, part.page, part.element] for part in source.parts]}
    told = {"source": whence, "mentions": [[m.span.start, m.span.end, m.kind, m.found_by, m.confidence] for m in mentions]}
    return zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), 1)


def unpacked(data: bytes) -> tuple[Source, tuple[Mention, ...]]:
    """What `packed` wrote."""
    told = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    source = Source(**(told["source"] | {"parts": tuple(Part(*part) for part in told["source"]["parts"])}))
    return source, tuple(Mention(Span(start, end), kind, found_by, confidence) for start, end, kind, found_by, confidence in told["mentions"])


def packed_print(one: Print) -> bytes:
    """The hash and the sketch of a text as bytes."""
    return bytes.fromhex(one.digest) + b"".join(value.to_bytes(4, "little") for value in one.sketch)


def unpacked_print(data: bytes) -> Print:
    """What `packed_print` wrote."""
    return Print(data[:32].hex(), tuple(int.from_bytes(data[at:at + 4], "little") for at in range(32, len(data), 4)))
