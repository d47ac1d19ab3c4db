"""A name read once is a name wherever the letter writes it, and of one class."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kg.model import Letter, Mention
from kg.spans import Span

SURE, SHORTEST = 0.6, 3
POINTING = frozenset("我全本该其")


def agreed(letter: Letter, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those of one surface all of the class that has the most confidence in the letter."""
    votes: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for mention in mentions:
        votes[mention.span.of(letter.plain)][mention.kind] += mention.confidence
    out = []
    for mention in mentions:
        kinds = votes[mention.span.of(letter.plain)]
        kind = max(kinds, key=lambda k: (kinds[k], k))
        out.append(mention if kind == mention.kind else Mention(mention.span, kind, mention.found_by, mention.confidence * 0.9))
    return out


def repeated(letter: Letter, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions, and what repeats one of them letter for letter where no mention stands."""
    taken = bytearray(len(letter.plain))
    best: dict[str, Mention] = {}
    for mention in mentions:
        taken[mention.span.start:mention.span.end] = b"\1" * len(mention.span)
        surface = mention.span.of(letter.plain)
        if len(surface) >= SHORTEST and mention.confidence >= SURE and surface[0] not in POINTING:
            known = best.get(surface)
            best[surface] = mention if known is None or mention.confidence > known.confidence else known
        yield mention
    for surface in sorted(best, key=lambda s: (-len(s), s)):
        at = letter.plain.find(surface)
        while at >= 0:
            end = at + len(surface)
            if not any(taken[at:end]):
                taken[at:end] = b"\1" * (end - at)
                yield Mention(Span(at, end), best[surface].kind, "repeat", round(best[surface].confidence * 0.8, 3))
            at = letter.plain.find(surface, end)
