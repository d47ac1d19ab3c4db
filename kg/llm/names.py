"""Which names that a model gives may count: those that stand in the text, look like names, and that our own reader holds for possible.

    not in the text     not there letter for letter, in the section that was asked about
    no name             a stretch with a stop in it, half a bracket, a single character
    in the way          our reader has another name, or another class, there: ours counts
    unlikely            the sequence model all but excludes it, or holds another class for likelier
    (none)              our reader has the same name with the same class, or it is new
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.lexicon import Lexicon
from kg.llm.answer import Name
from kg.llm.confidence import NAME_FLOOR, tipped
from kg.llm.sections import Section
from kg.model import CLASSES, Letter, Mention
from kg.recognise import propose
from kg.recognise.passages import own_characters, passage
from kg.recognise.sequence import SequenceModel
from kg.spans import Span, best_cover
from kg.words import tagger

SOURCE = "llm"
STOP = re.compile(r"[。；！？]|://|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
BRACKETED = re.compile(r"《[^《》]*》|“[^“”]*”|‘[^‘’]*’|（[^（）]*）")
BROKEN = re.compile("[《》“”‘’（），、：]")        # outside of whole brackets
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Names:
    """What came of the names: new mentions, spans of the reader's that the model names too, and how many names were dropped, by reason."""

    new: tuple[Mention, ...]
    same: frozenset[Span]
    dropped: Mapping[str, int]


def verified(letter: Letter, own: Sequence[Mention], said: Sequence[tuple[Section, Sequence[Name]]], lexicon: Lexicon, model: SequenceModel) -> Names:
    """The names of all sections, verified; `own` are the mentions of our own reader, in text order."""
    asked = {(section.span, name): list(places(letter.plain, section.span, name.text)) for section, names in said for name in names}
    others = _Others(letter, own, lexicon)
    first = {(span, name): others.verdict(span, name) for (_, name), spans in asked.items() for span in spans}
    open_ = [(span, name) for (span, name), verdict in first.items() if verdict is None]
    chances = _chances(letter, open_, lexicon, model)
    likely = [Mention(span, name.kind, SOURCE, tipped(chances[span, name])) for span, name in open_ if chances[span, name] >= NAME_FLOOR]
    new = best_cover(likely, lambda mention: mention.span, lambda mention: mention.confidence)
    counted = {(mention.span, mention.kind) for mention in new}
    found = {(mention.span, mention.kind) for mention in likely}
    dropped: Counter[str] = Counter()
    for (_, name), spans in asked.items():
        reasons = [_reason(first[span, name], (span, name.kind) in counted, (span, name.kind) in found) for span in spans]
        if "" not in reasons:
            dropped[reasons[0] if reasons else "not in the text"] += 1
    return Names(tuple(new), frozenset(span for (span, _), verdict in first.items() if verdict == ""), dict(dropped))


def _reason(verdict: str | None, counted: bool, likely: bool) -> str:
    """Why a name is dropped at one place; empty where it is not."""
    if verdict is not None:
        return verdict
    return "" if counted else "in the way" if likely else "unlikely"


def places(text: str, span: Span, part: str) -> Iterator[Span]:
    """Where a part stands in a stretch of a text, letter for letter; without overlap."""
    at = text.find(part, span.start, span.end)
    while at >= 0:
        yield Span(at, at + len(part))
        at = text.find(part, at + len(part), span.end)


def looks_like_a_name(text: str) -> bool:
    """Whether a stretch could be a name at all: more than one character, no stop, no half of a bracket, no list."""
    bare = BRACKETED.sub("", text)
    while bare != (once := BRACKETED.sub("", bare)):
        bare = once
    return len(text) > 1 and text == text.strip() and bool(LETTER.search(text)) and not STOP.search(text) and not BROKEN.search(bare)


class _Others:
    """What our own reader and the lexicon say of the places that a model takes for names."""

    def __init__(self, letter: Letter, own: Sequence[Mention], lexicon: Lexicon) -> None:
        self._plain, self._lexicon = letter.plain, lexicon
        self._own = sorted(own, key=lambda mention: mention.span)
        self._starts = [mention.span.start for mention in self._own]
        self._kinds: defaultdict[str, set[str]] = defaultdict(set)
        for mention in self._own:
            self._kinds[mention.span.of(letter.plain)].add(mention.kind)

    def verdict(self, span: Span, name: Name) -> str | None:
        """Empty when our reader says the same, a reason when the name is dropped, None when only its likelihood is left to see."""
        there = self._at(span)
        if any(mention.span == span and mention.kind == name.kind for mention in there):
            return ""
        if there:
            return "in the way"
        if not looks_like_a_name(name.text):
            return "no name"
        known = self._kinds.get(name.text) or {entry.kind for entry in self._lexicon.named(name.text)}
        return "in the way" if known and name.kind not in known else None

    def _at(self, span: Span) -> list[Mention]:
        """Our mentions that share a character with a span; they do not overlap each other."""
        last = bisect_right(self._starts, span.end - 1)
        first = last
        while first and self._own[first - 1].span.end > span.start:
            first -= 1
        return self._own[first:last]


def _chances(letter: Letter, names: Sequence[tuple[Span, Name]], lexicon: Lexicon, model: SequenceModel) -> Mapping[tuple[Span, Name], float]:
    """How likely our own sequence model holds each name, block by block; 0 where a name is in no block, or in two."""
    out = dict.fromkeys(names, 0.0)
    starts = [block.span.start for block in letter.blocks]
    by_block: defaultdict[int, list[tuple[Span, Name]]] = defaultdict(list)
    for span, name in names:
        at = bisect_right(starts, span.start) - 1
        if at >= 0 and letter.blocks[at].span.covers(span):
            by_block[at].append((span, name))
    own = own_characters(letter, lexicon)
    for at, found in sorted(by_block.items()):
        start = letter.blocks[at].span.start
        read = passage(letter.blocks[at].span.of(letter.plain), start, lexicon, tagger(), own)
        asked = [(span.start - start, span.end - start, kind) for span, _ in found for kind in CLASSES]
        chances = iter(model.chances(read, propose(read), asked))
        for span, name in found:
            of = {kind: next(chances) for kind in CLASSES}
            out[span, name] = of[name.kind] if of[name.kind] == max(of.values()) else 0.0
    return out
