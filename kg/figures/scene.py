"""A letter laid out for looking around its numbers: names, words, clauses and sentences by position."""
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.model import Entity, Letter
from kg.spans import Span
from kg.words import tagger

_BREAK = re.compile(r"[，；。：（）！？\n]|——|(?<![\d.])[,;:](?!\d)")
_STOP = "；。！？\n"


@dataclass(frozen=True, slots=True)
class Name:
    """A mention with the entity that it names."""

    span: Span
    entity: str
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words in text order: where each begins, its characters, and its tag; a name is one word with the tag '@'."""

    starts: list[int]
    words: list[str]
    tags: list[str]

    def at(self, position: int) -> int:
        """The index of the word in which a position lies."""
        return max(0, bisect_right(self.starts, position) - 1)

    def first(self, position: int) -> int:
        """The index of the first word that begins at a position or after it."""
        return bisect_left(self.starts, position)


class Scene:
    """Positions of a letter. Built once; nothing in it changes."""

    __slots__ = ("_heads", "blocks", "breaks", "letter", "names", "place", "sentences", "starts", "stops", "text", "words")

    def __init__(self, letter: Letter, names: Sequence[Name], quantities: Sequence[Span] = ()) -> None:
        """`names` in text order. Words are cut only in the blocks of `quantities`; a 、 or 和 after one of them parts two clauses,
        as in 甲认缴2亿元、乙认缴1亿元."""
        self.letter, self.text, self.names = letter, letter.plain, names
        self.place = letter.answering.place if letter.answering else None
        self.starts = [name.span.start for name in names]
        self.sentences = [sentence.span for sentence in letter.sentences]
        self._heads = [span.start for span in self.sentences]
        self.blocks = [sentence.block for sentence in letter.sentences]
        parted = {span.end for span in quantities if letter.plain[span.end:span.end + 1] in ("、", "和")}
        self.breaks = sorted({at for at in _breaks(letter.plain) if not self.within(at)} | parted)
        self.stops = [at for at in self.breaks if letter.plain[at] in _STOP]
        read = sorted({self.blocks[self.sentence(span.start)] for span in quantities}) if self.sentences else []
        self.words = _cut(letter.plain, names, [letter.blocks[block].span for block in read])

    def within(self, at: int) -> bool:
        """Whether a position is inside a name."""
        found = bisect_right(self.starts, at) - 1
        return found >= 0 and self.names[found].span.end > at

    def sentence(self, at: int) -> int:
        """The index of the sentence in which a position lies (the last one that begins before it)."""
        return max(0, bisect_right(self._heads, at) - 1)

    def block(self, at: int) -> int:
        """The index of the block of a position."""
        return self.blocks[self.sentence(at)] if self.blocks else 0

    def clause(self, at: int, start: int = 0) -> int:
        """Where the clause of a position begins, not before `start`."""
        found = bisect_left(self.breaks, at) - 1
        return max(start, self.breaks[found] + 1) if found >= 0 else start

    def segment(self, at: int, start: int = 0) -> int:
        """Where the part of a sentence between semicolons begins, not before `start`."""
        found = bisect_left(self.stops, at) - 1
        return max(start, self.stops[found] + 1) if found >= 0 else start

    def clauses_between(self, first: int, last: int) -> int:
        """The clause breaks from one position to another."""
        return bisect_left(self.breaks, last) - bisect_left(self.breaks, first)

    def span_of(self, start: int, end: int) -> range:
        """The indexes of the names that begin between two positions."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def named(self, start: int, end: int) -> Sequence[Name]:
        """The names that begin between two positions, in text order."""
        return self.names[bisect_left(self.starts, start):bisect_left(self.starts, end)]


def names_of(entities: Iterable[Entity]) -> list[Name]:
    """The mentions of entities, in text order."""
    names = [Name(link.mention.span, entity.name, entity.kind) for entity in entities for link in entity.links]
    return sorted(names, key=lambda name: (name.span.start, name.span.end))


def _breaks(text: str) -> Iterator[int]:
    return (match.start() for match in _BREAK.finditer(text))


def _cut(text: str, names: Sequence[Name], spans: Iterable[Span]) -> Words:
    """The words of some spans: the names in them, and what stands between the names."""
    found = Words([], [], [])
    starts = [name.span.start for name in names]
    for span in spans:
        at = span.start
        for name in names[bisect_left(starts, span.start):bisect_left(starts, span.end)]:
            if name.span.start >= at:
                _add(found, text[at:name.span.start], at)
                found.starts.append(name.span.start)
                found.words.append(name.span.of(text))
                found.tags.append("@")
                at = name.span.end
        _add(found, text[at:span.end], at)
    return found


def _add(found: Words, text: str, at: int) -> None:
    for word, tag in tagger().pairs(text):
        found.starts.append(at)
        found.words.append(word)
        found.tags.append(tag)
        at += len(word)
