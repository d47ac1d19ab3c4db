"""A letter laid out for looking around in it: names, words, clauses and sentences by position."""
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.model import Entity, Letter
from kg.spans import Span
from kg.words import tagger

_STOP = "；。！？\n"
_BREAK = re.compile(r"[，；。：（）！？\n]|——|(?<![\d.])[,;:](?!\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """A mention with the entity that it names."""

    span: Span
    entity: str
    kind: str


@dataclass(frozen=True, slots=True)
class Item:
    """A word of the letter with its tag, or a whole name with the tag '@' and its class."""

    start: int
    word: str
    tag: str


class Scene:
    """Positions of a letter. Built once; nothing in it changes."""

    __slots__ = ("_heads", "_items", "breaks", "items", "letter", "names", "place", "sentences", "starts", "stops")

    def __init__(self, letter: Letter, entities: Iterable[Entity]) -> None:
        self.letter = letter
        self.place = letter.answering.place if letter.answering else None
        self.names = sorted((Name(link.mention.span, entity.name, entity.kind) for entity in entities for link in entity.links),
                            key=lambda name: name.span)
        self.starts = [name.span.start for name in self.names]
        inside = bytearray(len(letter.plain) + 1)
        for name in self.names:
            inside[name.span.start:name.span.end] = b"\1" * len(name.span)
        self.breaks = [match.start() for match in _BREAK.finditer(letter.plain) if not inside[match.start()]]
        self.stops = [at for at in self.breaks if letter.plain[at] in _STOP]
        self.sentences = [sentence.span for sentence in letter.sentences]
        self._heads = [span.start for span in self.sentences]
        self.items = list(_items(letter.plain, self.names))
        self._items = [item.start for item in self.items]

    def sentence(self, at: int) -> int:
        """The index of the sentence in which a position lies (the last one that begins before it)."""
        return max(0, bisect_right(self._heads, at) - 1)

    def clause(self, at: int, start: int) -> int:
        """Where the clause of a position begins, not before `start`."""
        found = bisect_left(self.breaks, at) - 1
        return max(start, self.breaks[found] + 1) if found >= 0 else start

    def segment(self, at: int, start: int) -> int:
        """Where the part of a sentence between semicolons begins, not before `start`."""
        found = bisect_left(self.stops, at) - 1
        return max(start, self.stops[found] + 1) if found >= 0 else start

    def clauses_between(self, first: int, last: int) -> int:
        """The clause breaks from one position to another."""
        return bisect_left(self.breaks, last) - bisect_left(self.breaks, first)

    def named(self, start: int, end: int) -> Sequence[Name]:
        """The names that begin between two positions, in text order."""
        return self.names[bisect_left(self.starts, start):bisect_left(self.starts, end)]

    def item(self, at: int) -> int:
        """The index of the item in which a position lies."""
        return max(0, bisect_right(self._items, at) - 1)


def _items(text: str, names: Sequence[Name]) -> Iterator[Item]:
    """The words between the names, and the names."""
    cut, at = tagger().pairs, 0
    for name in names:
        if name.span.start < at:
            continue
        yield from _words(cut(text[at:name.span.start]), at)
        yield Item(name.span.start, name.span.of(text), "@" + name.kind)
        at = name.span.end
    yield from _words(cut(text[at:]), at)


def _words(pairs: Iterable[tuple[str, str]], at: int) -> Iterator[Item]:
    for word, tag in pairs:
        yield Item(at, word, tag)
        at += len(word)
