"""Scores what was extracted against gold: counts of right, missed and extra, micro-averaged over letters.

    mentions       same start, end and class
    linking        same start and end, and the entity's name is an accepted one
    entities       entities of a letter, by accepted name and class
    facts          subject, predicate, object (either order where the predicate is symmetric); `+status` also the status
    fact times     the period, of those facts that are right, status included, and have one on either side
    figures        subject, value and unit; `+time` also the time
    letter         the letter's own data

`score` compares one letter and gives its findings; `evaluate` adds those of many. A finding keeps what a breakdown needs: class or
predicate, the recognisers or the pattern that found it, and the confidence.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.compare import Finding, Tally, score
from kg.gold import Gold
from kg.lexicon import Entry, Lexicon
from kg.measures import DIMENSIONS, MEASURES
from kg.model import CLASSES, Extraction

__all__ = ["DIMENSIONS", "MEASURES", "Finding", "Row", "Scores", "Tally", "evaluate", "line", "macro", "reliability", "row", "score", "settled"]


@dataclass(frozen=True, slots=True)
class Row:
    """How many of a kind are in the gold, were found, and agree."""

    gold: int
    found: int
    hit: int

    @property
    def p(self) -> float:
        return self.hit / self.found if self.found else 0.0

    @property
    def r(self) -> float:
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.p * self.r / (self.p + self.r) if self.hit else 0.0

    def figures(self) -> dict[str, float]:
        """Precision, recall and F1 to four places, and the counts."""
        return {"p": round(self.p, 4), "r": round(self.r, 4), "f1": round(self.f1, 4), "gold": self.gold, "found": self.found}


@dataclass(frozen=True, slots=True)
class Scores:
    """The findings of one or many letters, and their sums."""

    findings: Tally

    @property
    def rows(self) -> dict[str, Row]:
        """One row per measure, in the order of MEASURES."""
        return {measure: row(f for f in self.findings if f.measure == measure) for measure in MEASURES}

    def by(self, dimension: str) -> dict[tuple[str, str], Row]:
        """One row per measure and type, predicate, pattern, recogniser or letter; recall has no meaning by pattern or recogniser."""
        split = SPLITS[dimension]
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.findings:
            for label in split(finding):
                groups.setdefault((finding.measure, label), []).append(finding)
        order = sorted(groups, key=lambda group: (MEASURES.index(group[0]), group[1]))
        return {group: row(groups[group]) for group in order}

    def errors(self, measure: str | None = None) -> list[Finding]:
        """What was missed or is extra, by measure and letter, in text order."""
        wrong = [f for f in self.findings if f.verdict != "hit" and measure in (None, f.measure)]
        return sorted(wrong, key=lambda f: (MEASURES.index(f.measure), f.letter, f.start, f.text, f.verdict))

    def json(self) -> dict[str, dict[str, float]]:
        return {measure: row.figures() for measure, row in self.rows.items()}

    def lines(self) -> list[str]:
        """One line per measure, for people."""
        return [line(measure, row) for measure, row in self.rows.items()]


SPLITS: dict[str, Callable[[Finding], list[str]]] = {
    "type": lambda f: [f.kind] if f.measure in ("mentions", "linking", "entities") else [],
    "predicate": lambda f: [f.kind] if f.measure in ("facts", "facts+status", "fact times") else [],
    "pattern": lambda f: [f.by] if f.by and f.measure in ("facts", "facts+status") else [],
    "recogniser": lambda f: f.by.split("+") if f.by and f.measure in ("mentions", "linking") else [],
    "letter": lambda f: [f.letter],
}


def row(findings: Iterable[Finding]) -> Row:
    """The counts of some findings."""
    verdicts = [finding.verdict for finding in findings]
    hit, missed, extra = (verdicts.count(v) for v in ("hit", "missed", "extra"))
    return Row(gold=hit + missed, found=hit + extra, hit=hit)


def line(label: str, row: Row) -> str:
    """Precision, recall, F1 and counts in one line; rounded from four places, as other scorers of this corpus do."""
    said = row.figures()
    return f"{label:13} P {said['p']:.3f}  R {said['r']:.3f}  F1 {said['f1']:.3f}   gold {row.gold}  found {row.found}"


def evaluate(pairs: Iterable[tuple[Gold, Extraction | None]]) -> Scores:
    """The scores of many letters; a letter without extraction counts as empty."""
    return Scores(tuple(finding for gold, extraction in pairs for finding in score(gold, extraction)))


def reliability(findings: Iterable[Finding], bounds: tuple[float, ...] = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)) -> dict[float, Row]:
    """Of the found, how many are right, in bands of confidence that begin at each bound."""
    bands: dict[float, list[Finding]] = {bound: [] for bound in bounds}
    for finding in findings:
        if finding.verdict != "missed" and finding.confidence is not None:
            bands[max(bound for bound in bounds if bound <= finding.confidence)].append(finding)
    return {bound: row(found) for bound, found in bands.items()}


def settled(found: Sequence[Extraction], lexicon: Lexicon) -> list[Extraction]:
    """The extractions with one class for each entity, as a store that holds them all decides it: the lexicon, else most mentions."""
    votes: dict[str, Counter[str]] = {}
    for extraction in found:
        for entity in extraction.entities:
            mentions = {link.mention.span for link in entity.links}
            votes.setdefault(entity.name, Counter())[entity.kind] += max(1, len(mentions))
    kinds = {name: _decided(count, lexicon.entry(name), name) for name, count in votes.items()}
    return [replace(extraction, entities=tuple(replace(entity, kind=kinds[entity.name]) for entity in extraction.entities)) for extraction in found]


def _decided(votes: Counter[str], entry: Entry | None, name: str) -> str:
    if entry is not None and entry.told and entry.name == name:
        return entry.kind
    return max(votes, key=lambda kind: (votes[kind], -CLASSES.index(kind)))


def macro(rows: Mapping[str, Row]) -> float:
    """The mean F1 of the measures that have gold."""
    scored = [row.f1 for row in rows.values() if row.gold]
    return sum(scored) / len(scored) if scored else 0.0
