"""What is seen of a fact for its status: headings, frames before it, words of its clause, and whether its time is past."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter

from kg.keys import code
from kg.model import Letter, Period
from kg.relate.pairs import Pair
from kg.relate.scene import Scene, Token
from kg.spans import Span
from kg.words import Tagger

BOTH = "suggested+planned"
"""A suggestion that is taken up where it is told is planned too: one class of its own for the status model."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """What stands in some clauses of a sentence and around them, whatever fact is told there.

    `keys` are the features that hold for every predicate; `signs` say where words point to which status; `words` are frame words in the
    clauses with the index of their token.
    """

    keys: Sequence[int]
    near: frozenset[str]
    signs: Sequence[str]
    words: Sequence[tuple[int, str]]


class Frames:
    """What stands over each sentence of a letter: words of its headings, and the frame words that opened its block."""

    def __init__(self, letter: Letter, scenes: Sequence[Scene], tagger: Tagger, frames: Mapping[str, Sequence[str]]) -> None:
        self._frames = frames
        self._plain = letter.plain
        self._long = _either(frozenset(frames))
        self._heads = {scene.span: "".join(h.of(letter.plain) for h in scene.sentence.headings) for scene in scenes}
        spans = {span for scene in scenes for span in scene.sentence.headings}
        words = {span: [word for word, _ in tagger.pairs(span.of(letter.plain))] for span in spans}
        self._headings = {scene.span: [w for span in scene.sentence.headings for w in words[span]] for scene in scenes}
        self._opened: dict[Span, list[str]] = {}
        self._before: dict[Span, list[str]] = {}
        self._clauses: dict[tuple[Span, int, int], Clauses] = {}
        self._signs: dict[Span, list[frozenset[str]]] = {}
        block, opened, before = -1, [""][:0], [""][:0]
        for scene in scenes:
            if scene.sentence.block != block:
                block, opened, before = scene.sentence.block, [], []
            self._opened[scene.span], self._before[scene.span] = list(opened), before
            head = [t.text for t in scene.tokens[:8] if t.node < 0 and t.text in frames]
            opened = head or opened
            before = [t.text for t in scene.tokens if t.node < 0 and t.text in frames]

    def features(self, pair: Pair, predicate: str, period: Period | None, issued: date | None) -> list[int]:
        """The keys of the features of a pair that is taken for a fact."""
        clauses, now = self.clauses(pair), tense(period, issued)
        told = ["p" + predicate, "t" + now, "t" + now + predicate, f"v{pair.left_node is None}", *(sign + predicate for sign in clauses.signs)]
        for k, word in clauses.words:
            told += ["c" + word + predicate, ("B" if k < pair.right_node.token else "A") + word]
        return [*clauses.keys, *map(code, told)]

    def clauses(self, pair: Pair) -> Clauses:
        """What stands in the clauses of a pair and around them. Worked out once for pairs of the same."""
        scene, right = pair.scene, pair.right_node
        low = scene.clauses[pair.left_node.first if pair.left_node is not None else right.first]
        place = scene.span, low, scene.clauses[right.last]
        if place not in self._clauses:
            self._clauses[place] = self._read(scene, low, place[2])
        return self._clauses[place]

    def _read(self, scene: Scene, low: int, high: int) -> Clauses:
        """The clauses `low` to `high` of a sentence."""
        found = self._pointed(scene)
        near, over = frozenset().union(*found[low:high + 1]), frozenset().union(*found[:low])
        heading = frozenset(sign for found in self._long.finditer(self._heads[scene.span]) for sign in self._frames[found[0]])
        opened = frozenset(sign for word in self._opened[scene.span] for sign in self._frames[word])
        signs = [f"{name}={sign}" for name, told in (("I", near), ("E", over), ("H", heading), ("O", opened)) for sign in told]
        both = [f"{name}={'+'.join(sorted(near))}|{'+'.join(sorted(other))}" for name, other in (("IE", over), ("IH", heading | opened))]
        words = [(k, token.text) for k, token in enumerate(scene.tokens)
                 if token.node < 0 and low <= scene.clauses[k] <= high and token.text in self._frames]
        return Clauses(list(map(code, (*signs, *both, *self._over(scene), *self._around(scene, low, high)))), near, signs, words)

    def _over(self, scene: Scene) -> Iterator[str]:
        """The words of headings, of what opened the block, of the sentence before, and those that begin the sentence."""
        yield from ("h" + word for word in set(self._headings[scene.span]))
        yield from ("b" + word for word in self._opened[scene.span])
        yield from ("q" + word for word in set(self._before[scene.span]))
        yield "o" + " ".join(t.text for t in scene.tokens[:2] if t.node < 0)
        yield from ("o" + t.text for t in scene.tokens[:4] if t.node < 0)

    def _around(self, scene: Scene, low: int, high: int) -> Iterator[str]:
        """The words of clauses, and the frame words before them and in the clause after them."""
        last = ""
        for token, number in zip(scene.tokens, scene.clauses, strict=True):
            word = token.text
            if token.node >= 0 or number > high + 1:
                continue
            if low <= number <= high:
                yield "c" + word
            elif word in self._frames:
                yield ("e" if number < low else "a") + word
                last = word if number < low else last
        yield "last" + last

    def _pointed(self, scene: Scene) -> list[frozenset[str]]:
        """The statuses (and negation) that frame words in each clause of a sentence point to; words of one character count as words only."""
        if scene.span not in self._signs:
            self._signs[scene.span] = [frozenset(self._pointing(list(tokens))) for tokens in _by_clause(scene)]
        return self._signs[scene.span]

    def _pointing(self, clause: Sequence[Token]) -> Iterator[str]:
        for found in self._long.finditer(self._plain, clause[0].start, clause[-1].end):
            yield from self._frames[found[0]]
        for token in clause:
            if token.node < 0 and len(token.text) == 1 and token.text in self._frames:
                yield from self._frames[token.text]


def _by_clause(scene: Scene) -> Iterator[Iterator[Token]]:
    """The tokens of each clause."""
    return ((token for token, _ in group) for _, group in groupby(zip(scene.tokens, scene.clauses, strict=True), itemgetter(1)))


@cache
def _either(words: frozenset[str]) -> re.Pattern[str]:
    """Any of the words that have more than one character, the longest first."""
    return re.compile("|".join(sorted((word for word in words if len(word) > 1), key=lambda word: (-len(word), word))))


def tense(period: Period | None, issued: date | None) -> str:
    """Whether a period is past, present or future for a letter of a date."""
    if period is None or issued is None:
        return "unknown" if period is not None else "none"
    if period.first is not None and period.first > issued:
        return "future"
    if period.last is not None and period.last < issued:
        return "past"
    return "now"
