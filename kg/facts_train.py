"""Learns the fact reader from lessons: what joins two names (twice, see relate/relations.py), how a fact stands, and which time is its.

The second reading sees what a first one makes of a letter that it does not know: each half of the lessons is read by a first reader that
learned from the other half.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg import figures_train, maxent
from kg.figures.ranker import Choice, Ranker, train_ranker
from kg.gold import GoldFact
from kg.lessons import Lesson, dealt, in_plain
from kg.maxent import Classifier
from kg.model import SYMMETRIC
from kg.relate import Page
from kg.relate.context import BACKWARD, FORWARD, NOTHING, undecided
from kg.relate.dating import choices
from kg.relate.pairs import Pair, Pairs
from kg.relate.relations import Relations, seen_again
from kg.relate.status import BOTH
from kg.spans import Span
from kg.times import Timeline

Example = tuple[Sequence[int], str]


@dataclass(slots=True)
class Learned:
    """What a letter teaches: its pairs with what joins them ("" where nothing is to be learned), statuses and dates of its facts."""

    pairs: Pairs
    labels: list[str]
    statuses: list[Example]
    dates: list[Choice]


@dataclass(frozen=True, slots=True)
class Taught:
    """The classifiers of both readings, those of status and time, and what may join two classes."""

    first: Classifier
    second: Classifier
    statuses: Classifier
    dates: Ranker
    joins: Mapping[str, Sequence[str]]


def train(lessons: Sequence[Lesson]) -> Taught:
    """What lessons teach of facts; deterministic."""
    joined = joins(lessons)
    learned = [_learn(each, joined) for each in lessons]
    first = _first(learned)
    second = maxent.fit([example for others, part in dealt(learned) for example in _second(others, part, joined)], seen=1, classes=[NOTHING])
    statuses = maxent.fit([example for each in learned for example in each.statuses], c1=0.1, c2=0.5, classes=["done"])
    dates = train_ranker([choice for each in learned for choice in each.dates], epochs=8, rate=0.1)
    return Taught(first, second, statuses, dates, joined)


def _first(learned: Iterable[Learned]) -> Classifier:
    seen = ((keys, label) for each in learned for keys, label in zip(each.pairs.features().each(), each.labels, strict=True))
    return maxent.fit(((keys, label) for keys, label in seen if label), seen=1, classes=[NOTHING])


def _second(others: Sequence[Learned], part: Sequence[Learned], joined: Mapping[str, Sequence[str]]) -> Iterator[Example]:
    """The examples for the second reading that one part of the letters gives, by a first reader that learned from the others."""
    reader = Relations(_first(others), None, joined)
    for each in part:
        chances = reader.alone(each.pairs)
        rows = undecided(chances, reader.first.labels)
        seen = seen_again(each.pairs, chances, reader.first.labels, rows)
        yield from ((keys, each.labels[row]) for row, keys in zip(rows.tolist(), seen.each(), strict=True) if each.labels[row])


def _learn(each: Lesson, joined: Mapping[str, Sequence[str]]) -> Learned:
    timeline = Timeline(each.letter, [link.mention.span for entity in each.entities for link in entity.links])
    page = Page(each.letter, each.entities, joined, timeline)
    stated, said = _stated(each), list[tuple[Pair, list[GoldFact]]]()
    out = Learned(page.pairs(), [], [], [])
    for pair in out.pairs.each:
        facts = stated.get(frozenset((pair.left, pair.right)), [])
        here = [fact for fact, quote in facts if quote.overlaps(pair.scene.span)]
        out.dates += [choice for fact in here if (choice := _date(pair, fact, timeline)) is not None]
        label = "" if facts else NOTHING    # where the letter repeats a fact that gold quotes elsewhere, the pair teaches nothing
        if here and _label(pair, here[0]) in joined.get(pair.kinds, ()):
            label = _label(pair, here[0])
            said.append((pair, here))
        out.labels.append(label)
    seen = page.status_features((pair, here[0].predicate) for pair, here in said).each()
    out.statuses += [(keys, _status(here)) for keys, (_, here) in zip(seen, said, strict=True)]
    return out


def joins(lessons: Iterable[Lesson], least: int = 2) -> dict[str, list[str]]:
    """What the gold's facts join pairs of classes with, in either order ("Park>Company": "<settlesIn"), at least so often."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in lessons:
        kinds = {entity.name: entity.kind for entity in each.entities}
        for fact in each.gold.facts:
            one, other = kinds.get(fact.subject), kinds.get(fact.object)
            if one and other:
                back = FORWARD if fact.predicate in SYMMETRIC else BACKWARD
                counts.update({(f"{one}>{other}", FORWARD + fact.predicate), (f"{other}>{one}", back + fact.predicate)})
    out: dict[str, list[str]] = {}
    for (pair, label), count in sorted(counts.items()):
        if count >= least:
            out.setdefault(pair, []).append(label)
    return out


def _date(pair: Pair, fact: GoldFact, timeline: Timeline) -> Choice | None:
    """Which of the times that may date a fact do; None where the letter gives no choice, or none that is right."""
    options = choices(pair, fact.predicate, fact.status, timeline)
    right = frozenset(k for k, option in enumerate(options) if figures_train.same_time(fact.time, option.period))
    return Choice([option.features for option in options], right) if right and len(options) > 1 else None


def _stated(each: Lesson) -> Mapping[frozenset[str], list[tuple[GoldFact, Span]]]:
    """The gold's facts by their two ends, with where the quote stands in `Letter.plain`."""
    out: dict[frozenset[str], list[tuple[GoldFact, Span]]] = {}
    for fact in each.gold.facts:
        at = each.gold.text.find(fact.quote)
        span = in_plain(each.letter, Span(at, at + len(fact.quote)))
        out.setdefault(frozenset((fact.subject, fact.object)), []).append((fact, span))
    return out


def _label(pair: Pair, fact: GoldFact) -> str:
    forward = fact.predicate in SYMMETRIC or pair.left == fact.subject
    return (FORWARD if forward else BACKWARD) + fact.predicate


def _status(facts: Sequence[GoldFact]) -> str:
    first = facts[0]
    both = {fact.status for fact in facts if (fact.subject, fact.predicate) == (first.subject, first.predicate)}
    return BOTH if both == {"suggested", "planned"} else first.status
