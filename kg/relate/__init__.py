"""Reads facts: pairs of names in a sentence (or a name and an actor left out), a model that says what joins them, and how it stands.

    scenes      sentences with their names as nodes                       scene.py
    actors      who acts where the sentence names nobody                  actors.py
    pairs       two ends whose classes a fact may join                    pairs.py
    features    what is seen of pairs: signs, layout, parts, templates    features.py, signs.py, layout.py, parts.py
    relations   the classifiers: which predicate, in which direction      relations.py, context.py
    status      the classifier: done, ongoing, planned, suggested         status.py
    rules       what the user's own rules say, beside the classifiers                      rules.py
    dating      which time of the sentence, if any, is the fact's         dating.py
    gathering   one fact for each subject, predicate, object and status; time, amount, role, field
"""
from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from kg.figures.ranker import Ranker
from kg.keys import Bags
from kg.lexicon import Lexicon
from kg.maxent import Classifier
from kg.model import Entity, Fact, Letter, Status
from kg.relate.actors import actors
from kg.relate.certainty import UNTOLD, Certainty
from kg.relate.context import NOTHING, statement
from kg.relate.dating import dated
from kg.relate.pairs import Pair, Pairs, find_pairs
from kg.relate.qualifiers import Qualifiers
from kg.relate.relations import Relations
from kg.relate.rules import Rule, ruled
from kg.relate.scene import Scene, scenes
from kg.relate.signs import turned
from kg.relate.status import BOTH, Frames
from kg.spans import Span
from kg.times import Timeline
from kg.words import tagger

LEAST = 0.2     # what is less likely is no fact, whatever its status


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact read at one place: a pair, what joins it, how it stands, and how sure all that is."""

    subject: str
    predicate: str
    object: str
    status: str
    confidence: float
    pair: Pair
    rule: str = ""          # the pattern of the user's own rule that found it


@dataclass(frozen=True, slots=True)
class FactModel:
    """What says what joins names, how a fact stands and when; how sure that is; and the least confidence of a fact."""

    relations: Relations
    statuses: Classifier
    dates: Ranker
    certainty: Certainty
    threshold: float


class Page:
    """A letter laid out for reading facts: its scenes, the actors they leave out, its frames and times."""

    def __init__(self, letter: Letter, entities: Sequence[Entity], joins: Container[str], timeline: Timeline) -> None:
        self.letter, self.timeline, self.joins = letter, timeline, joins
        self.scenes: list[Scene] = scenes(letter, entities, tagger())
        self.actors = actors(letter, self.scenes, entities)
        self.frames = Frames(letter, self.scenes, tagger(), turned("frames"))

    def pairs(self) -> Pairs:
        """Every pair of the letter, in text order."""
        return find_pairs(self.scenes, self.actors, self.joins)

    def status_features(self, said: Iterable[tuple[Pair, str]]) -> Bags:
        """What the status model sees of pairs that are taken for facts of predicates."""
        issued = self.letter.header.date
        return Bags.of_keys([self.frames.features(pair, predicate, self.timeline.at(span_of(pair)), issued) for pair, predicate in said])


def span_of(pair: Pair) -> Span:
    """Where the later end of a pair stands."""
    token = pair.scene.tokens[pair.right_node.token]
    return Span(token.start, token.end)


def relate(letter: Letter, entities: Sequence[Entity], lexicon: Lexicon, model: FactModel, timeline: Timeline,
           rules: Sequence[Rule] = ()) -> tuple[Fact, ...]:
    """The facts that the letter states, in the order in which it first states them; those that only the user's own rules find come last."""
    page = Page(letter, entities, model.relations.joins, timeline)
    qualifiers = Qualifiers(page.letter)
    gathered: dict[tuple[str, str, str, str], list[Claim]] = {}
    for claim in chain(claims(page, model), ruled_claims(page, model, rules)):
        gathered.setdefault((claim.subject, claim.predicate, claim.object, claim.status), []).append(claim)
    return tuple(_fact(group, qualifiers, timeline, model.dates) for group in gathered.values())


def claims(page: Page, model: FactModel) -> Iterator[Claim]:
    """What the pairs of a letter state, those that are likely enough."""
    found = list(likely(page.pairs(), model))
    statuses = model.statuses.best(page.status_features((pair, label[1:]) for pair, label, _ in found))
    for (pair, label, joined), (status, chance) in zip(found, statuses, strict=True):
        subject, predicate, object_ = statement(pair, label)
        word = told_by(pair, predicate)
        for each in status.split("+") if status == BOTH else [status]:
            confidence = model.certainty.of(joined * chance, each, predicate, word)
            if confidence >= model.threshold:
                yield Claim(subject, predicate, object_, each, confidence, pair)


def ruled_claims(page: Page, model: FactModel, rules: Sequence[Rule]) -> Iterator[Claim]:
    """What the user's own rules find in a letter; where a rule does not say how a fact stands, the status model does."""
    found = [one for scene, left_out in zip(page.scenes, page.actors, strict=True) for one in ruled(rules, scene, left_out)]
    if not found:
        return
    statuses = model.statuses.best(page.status_features((one.pair, one.rule.predicate) for one in found))
    for one, (status, _) in zip(found, statuses, strict=True):
        for each in [one.rule.status] if one.rule.status else status.split("+") if status == BOTH else [status]:
            yield Claim(one.subject, one.rule.predicate, one.object, each, one.rule.confidence, one.pair, one.rule.pattern)


def likely(pairs: Pairs, model: FactModel) -> Iterator[tuple[Pair, str, float]]:
    """What may join each pair surely enough to be a fact, and how sure; list by list, so that facts of one list stand together."""
    if not pairs.each:
        return
    labels = model.relations.first.labels
    sure = model.relations.chances(pairs) * np.array([pair.certainty for pair in pairs.each])[:, None]
    sure[:, labels.index(NOTHING)] = 0
    rows, columns = np.nonzero(sure >= LEAST)
    for row, column in sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda one: (pairs.groups[one[0]], one)):
        yield pairs.each[row], labels[column], float(sure[row, column])


def _fact(group: Sequence[Claim], qualifiers: Qualifiers, timeline: Timeline, dates: Ranker) -> Fact:
    best = max(group, key=lambda claim: claim.confidence)
    status: Status = best.status  # type: ignore[assignment]
    quotes = tuple(sorted({claim.pair.scene.span for claim in group}))
    surest = sorted(group, key=lambda claim: -claim.confidence)
    period = next((p for claim in surest if (p := dated(claim.pair, claim.predicate, claim.status, timeline, dates)) is not None), None)
    return Fact(best.subject, best.predicate, best.object, status, quotes, round(best.confidence, 3), pattern_of(best), period,
                qualifiers.place(best.pair, best.predicate), qualifiers.fields(best.pair, best.predicate),
                qualifiers.amount(best.pair, best.predicate), qualifiers.role(best.pair, best.predicate))


def pattern_of(claim: Claim) -> str:
    """The predicate and the word that says it, as the name under which a fact is counted."""
    return claim.rule or f"{claim.predicate}:{told_by(claim.pair, claim.predicate)}"


def told_by(pair: Pair, predicate: str) -> str:
    """The first trigger of a predicate between or after the names of a pair; UNTOLD when there is none."""
    triggers = turned("triggers")
    first = pair.left_node.first if pair.left_node is not None else 0
    words = (t.text for t in pair.scene.words(first, pair.right_node.last + 8) if t.node < 0 and predicate in triggers.get(t.text, ()))
    return next(words, UNTOLD)
