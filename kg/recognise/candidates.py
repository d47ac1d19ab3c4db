"""All that may be a name in a letter: what the first reading found, what the sequence model holds possible, and what rules propose."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import CLASSES, Mention
from kg.recognise.base import Found, Passage, Proposal
from kg.recognise.passages import LOCAL, SEVERAL
from kg.recognise.repair import repaired
from kg.spans import Span

LEXICON, LOCALLY = "lexicon", "lexicon, with a place"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of `Letter.plain` that may be a name of a class.

    `chance`  the probability that the sequence model gives it; 0 where that is too little to count
    `rules`   who else proposes it, in order
    `first`   the mention of the first reading that it is, if it is one
    """

    start: int
    end: int
    kind: str
    chance: float
    rules: tuple[str, ...]
    first: Mention | None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def candidates(passages: Sequence[Passage], proposals: Sequence[Sequence[Proposal]], possible: Sequence[Sequence[Found]],
               first: Sequence[Mention]) -> list[Candidate]:
    """The candidates of a letter by start, end and class, each once. `first` is what the first reading found."""
    chances: defaultdict[tuple[int, int, str], float] = defaultdict(float)
    rules: defaultdict[tuple[int, int, str], set[str]] = defaultdict(set)
    for passage, proposed, found in zip(passages, proposals, possible, strict=True):
        for name in found:
            start, end = repaired(passage.text, name.start, name.end)
            if start < end:
                key = passage.start + start, passage.start + end, name.kind
                chances[key] = max(chances[key], name.confidence)
        for start, end, kind, rule in _ruled(passage, proposed):
            rules[passage.start + start, passage.start + end, kind].add(rule)
    known = {(mention.span.start, mention.span.end, mention.kind): mention for mention in first}
    return [Candidate(*key, chances.get(key, 0.0), tuple(sorted(rules.get(key, ()))), known.get(key))
            for key in sorted(chances.keys() | rules.keys() | known.keys())]


def _ruled(passage: Passage, proposals: Sequence[Proposal]) -> Iterator[tuple[int, int, str, str]]:
    """What the lexicon and rules hold for a name of a class in a passage, and which does."""
    for name in passage.names:
        local = name.label.startswith(LOCAL)
        kind = name.label.removeprefix(LOCAL)
        if name.label != SEVERAL and kind in CLASSES and name.end - name.start > 1:
            yield name.start, name.end, kind, LOCALLY if local else LEXICON
    for proposal in proposals:
        if proposal.kind in CLASSES:
            start, end = repaired(passage.text, proposal.start, proposal.end)
            if start < end:
                yield start, end, proposal.kind, proposal.source
