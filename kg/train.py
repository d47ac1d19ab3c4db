"""Learns a model from gold letters: the names, the facts and their status, the figures. The same letters give the same model.

    gold ──> letter, its entities (in the letter's own offsets) ──┬─> mentions    labels of characters
                                                                  ├─> relations   pairs of names in a sentence
                                                                  ├─> statuses    those pairs that are facts
                                                                  └─> figures     numbers, whose and when
"""
from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from kg import figures_train, maxent
from kg.bundle import Bundle
from kg.figures.ranker import Choice, Ranker, pack, train_ranker
from kg.gold import Gold, GoldFact
from kg.lexicon import Lexicon
from kg.model import SYMMETRIC, Answering, Entity, Letter, Link, Mention, Source
from kg.recognise import features, propose, sequence
from kg.recognise.passages import passages
from kg.relate import BACKWARD, FORWARD, NOTHING, Page
from kg.relate.dating import choices
from kg.relate.pairs import Pair
from kg.relate.status import BOTH
from kg.segment import segment
from kg.spans import Span
from kg.times import Timeline
from kg.words import tagger

THRESHOLD = 0.4
"""The least probability of a fact; chosen by precision in cross-validation (docs/quality.md)."""

@dataclass(frozen=True, slots=True)
class Lesson:
    """A letter with its gold, the gold's entities in the offsets of `Letter.plain`."""

    gold: Gold
    letter: Letter
    entities: tuple[Entity, ...]


def source(gold: Gold) -> Source:
    """The letter of a gold file, as if it had been read."""
    return Source(gold.name, f"{gold.name}.txt", gold.text, sha256(gold.text.encode()).hexdigest())


def train(golds: Sequence[Gold], lexicon: Lexicon) -> Bundle:
    """A model of all the letters of `golds`."""
    lessons = [lesson(gold, lexicon) for gold in sorted(golds, key=lambda gold: gold.name)]
    joined = joins(lessons)
    relations, statuses, dates = _facts(lessons, joined)
    parts = {
        "mentions": sequence.fit(example for each in lessons for example in labelled(each, lexicon)),
        "relations": relations.pack(),
        "statuses": statuses.pack(),
        "dates": pack({"dates": dates}),
        "figures": figures_train.train(figures_train.Example(x.letter, x.entities, x.gold) for x in lessons).pack(),
    }
    return Bundle(parts, {"letters": [x.gold.name for x in lessons], "threshold": THRESHOLD, "joins": joined})


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


def labelled(each: Lesson, lexicon: Lexicon) -> Iterator[tuple[list[list[str]], list[str]]]:
    """The passages of a lesson as the sequence model learns them: the features and the label of each character."""
    marked = [(link.mention.span, entity.kind) for entity in each.entities for link in entity.links]
    for passage in passages(each.letter, lexicon, tagger()):
        whole = Span(passage.start, passage.start + len(passage.text))
        inside = [(span.start - whole.start, span.end - whole.start, kind) for span, kind in marked if whole.covers(span)]
        yield features.of(passage, propose(passage)), sequence.spelled(len(passage.text), inside)


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


def _facts(lessons: Iterable[Lesson], joined: Mapping[str, Sequence[str]]) -> tuple[maxent.Classifier, maxent.Classifier, Ranker]:
    relations: list[tuple[Sequence[str], str]] = []
    statuses: list[tuple[Sequence[str], str]] = []
    dates: list[Choice] = []
    for each in lessons:
        timeline = Timeline(each.letter, [link.mention.span for entity in each.entities for link in entity.links])
        page = Page(each.letter, each.entities, joined, timeline)
        stated = _stated(each)
        for pair in page.pairs():
            facts = stated.get(frozenset((pair.left, pair.right)), [])
            here = [fact for fact, quote in facts if quote.overlaps(pair.scene.span)]
            dates += [choice for fact in here if (choice := _date(pair, fact, timeline)) is not None]
            if here and _label(pair, here[0]) in joined.get(pair.kinds, ()):
                relations.append((pair.features, _label(pair, here[0])))
                statuses.append((page.status_features(pair, here[0].predicate), _status(here)))
            elif not facts:     # where the letter repeats a fact that gold quotes elsewhere, the pair teaches nothing
                relations.append((pair.features, NOTHING))
    return maxent.fit(relations), maxent.fit(statuses, c1=0.1, c2=0.5), train_ranker(dates, epochs=8, rate=0.1)


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
