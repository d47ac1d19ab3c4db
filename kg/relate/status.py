"""What is seen of a fact for its status: headings, frames before it, words of its clause, and whether its time is past."""
from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from kg.model import Letter, Period
from kg.relate.pairs import Pair
from kg.relate.scene import Scene
from kg.spans import Span
from kg.words import Tagger

BOTH = "suggested+planned"
"""A suggestion that is taken up where it is told is planned too: one class of its own for the status model."""


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
        self._opened: dict[object, list[str]] = {}
        self._before: dict[object, list[str]] = {}
        block, opened, before = -1, [""][:0], [""][:0]
        for scene in scenes:
            if scene.sentence.block != block:
                block, opened, before = scene.sentence.block, [], []
            self._opened[scene.span], self._before[scene.span] = list(opened), before
            head = [t.text for t in scene.tokens[:8] if t.node < 0 and t.text in frames]
            opened = head or opened
            before = [t.text for t in scene.tokens if t.node < 0 and t.text in frames]

    def features(self, pair: Pair, predicate: str, period: Period | None, issued: date | None) -> Iterator[str]:
        """The features of a pair that is taken for a fact."""
        scene = pair.scene
        yield "p" + predicate
        for word in set(self._headings[scene.span]):
            yield "h" + word
        for word in self._opened[scene.span]:
            yield "b" + word
        for word in set(self._before[scene.span]):
            yield "q" + word
        yield from self._signs(pair, predicate)
        yield "o" + " ".join(t.text for t in scene.tokens[:2] if t.node < 0)
        for token in scene.tokens[:4]:
            if token.node < 0:
                yield "o" + token.text
        yield from self._clause(pair, predicate)
        yield "t" + tense(period, issued)
        yield "t" + tense(period, issued) + predicate
        yield f"v{pair.left_node is None}"

    def _signs(self, pair: Pair, predicate: str) -> Iterator[str]:
        """Which statuses the words over and in the clause point to, whatever the words: few strong features beside many weak ones."""
        scene, right = pair.scene, pair.right_node
        first = pair.left_node.first if pair.left_node is not None else right.first
        inside = clause_span(scene, min(first, right.first), right.last)
        near = self.pointed(scene, inside)
        over = self.pointed(scene, Span(scene.span.start, inside.start))
        heading = frozenset(sign for found in self._long.finditer(self._heads[scene.span]) for sign in self._frames[found[0]])
        opened = frozenset(sign for word in self._opened[scene.span] for sign in self._frames[word])
        for name, signs in (("I", near), ("E", over), ("H", heading), ("O", opened)):
            for sign in signs:
                yield f"{name}={sign}"
                yield f"{name}={sign}{predicate}"
        yield "IE=" + "+".join(sorted(near)) + "|" + "+".join(sorted(over))
        yield "IH=" + "+".join(sorted(near)) + "|" + "+".join(sorted(heading | opened))

    def pointed(self, scene: Scene, span: Span) -> frozenset[str]:
        """The statuses (and negation) that frame words in a span point to; words of one character count as words only."""
        signs = {sign for found in self._long.finditer(self._plain, span.start, span.end) for sign in self._frames[found[0]]}
        for token in scene.tokens:
            if span.start <= token.start < span.end and token.node < 0 and len(token.text) == 1 and token.text in self._frames:
                signs.update(self._frames[token.text])
        return frozenset(signs)

    def _clause(self, pair: Pair, predicate: str) -> Iterator[str]:
        scene, right = pair.scene, pair.right_node
        low = scene.clauses[pair.left_node.first] if pair.left_node is not None else scene.clauses[right.first]
        high = scene.clauses[right.last]
        frames: Collection[str] = self._frames
        last = ""
        for k, token in enumerate(scene.tokens):
            if token.node >= 0:
                continue
            word, number = token.text, scene.clauses[k]
            if low <= number <= high:
                yield "c" + word
                if word in frames:
                    yield "c" + word + predicate
                    side = "B" if k < right.token else "A"
                    yield side + word
            elif number < low and word in frames:
                yield "e" + word
                last = word
            elif number == high + 1 and word in frames:
                yield "a" + word
        yield "last" + last


@cache
def _either(words: frozenset[str]) -> re.Pattern[str]:
    """Any of the words that have more than one character, the longest first."""
    return re.compile("|".join(sorted((word for word in words if len(word) > 1), key=lambda word: (-len(word), word))))


def clause_span(scene: Scene, first: int, last: int) -> Span:
    """From the start of the clause of one token to the end of that of another."""
    low, high = scene.clauses[first], scene.clauses[last]
    inside = [token for token, number in zip(scene.tokens, scene.clauses, strict=True) if low <= number <= high]
    return Span(inside[0].start, inside[-1].end)


def tense(period: Period | None, issued: date | None) -> str:
    """Whether a period is past, present or future for a letter of a date."""
    if period is None or issued is None:
        return "unknown" if period is not None else "none"
    if period.first is not None and period.first > issued:
        return "future"
    if period.last is not None and period.last < issued:
        return "past"
    return "now"
