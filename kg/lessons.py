"""Gold letters as lessons: segmented, with the gold's entities in the offsets of the plain text."""
from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar

from kg.gold import Gold
from kg.lexicon import Lexicon
from kg.model import Answering, Entity, Letter, Link, Mention, Source
from kg.segment import segment
from kg.spans import Span

PARTS = 2
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A letter with its gold, the gold's entities in the offsets of `Letter.plain`."""

    gold: Gold
    letter: Letter
    entities: tuple[Entity, ...]


def dealt(lessons: Sequence[T]) -> Iterator[tuple[list[T], list[T]]]:
    """The lessons in PARTS parts, each with the others before it: a second reading must see what a first one makes of letters that it did not
    learn from. A single lesson is both."""
    if len(lessons) < PARTS:
        yield list(lessons), list(lessons)
        return
    for part in range(PARTS):
        yield [each for k, each in enumerate(lessons) if k % PARTS != part], list(lessons[part::PARTS])


def source(gold: Gold) -> Source:
    """The letter of a gold file, as if it had been read."""
    return Source(gold.name, f"{gold.name}.txt", gold.text, sha256(gold.text.encode()).hexdigest())


def lesson(gold: Gold, lexicon: Lexicon) -> Lesson:
    """The letter of a gold file segmented, answering as the gold says, with the gold's entities."""
    letter = segment(source(gold), lexicon)
    place = gold.letter.get("jurisdiction")
    if place and (letter.answering is None or letter.answering.place != place):
        letter = replace(letter, answering=Answering(place, lexicon.level(place) or "city", letter.answering.organ if letter.answering else None))
    return Lesson(gold, letter, _entities(gold, letter))


def in_plain(letter: Letter, span: Span) -> Span:
    """The span of `Letter.plain` that stands for a span of the source; empty when nothing of it was kept."""
    return Span(bisect_left(letter.origins, span.start), bisect_left(letter.origins, span.end))


def _entities(gold: Gold, letter: Letter) -> tuple[Entity, ...]:
    links: defaultdict[str, list[Link]] = defaultdict(list)
    for marked in gold.mentions:
        span = in_plain(letter, marked.span)
        if len(span) > 0:
            links[marked.entity].append(Link(Mention(span, marked.kind, "gold", 1.0), "gold"))
    entities = [Entity(name, gold.kinds[name], links=tuple(found)) for name, found in links.items()]
    place = gold.letter.get("jurisdiction")
    return (*entities, *([Entity(place, "Place")] if place and place not in links else []))
