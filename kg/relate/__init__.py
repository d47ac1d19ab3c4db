"""Reads facts: pairs of names in a sentence (or a name and an actor left out), a model that says what joins them, and how it stands.

    scenes      sentences with their names as nodes                       scene.py
    actors      who acts where the sentence names nobody                  actors.py
    pairs       two ends whose classes a fact may join, with features     pairs.py
    relations   the classifier: which predicate, in which direction
    status      the classifier: done, ongoing, planned, suggested         status.py
    dating      which time of the sentence, if any, is the fact's         dating.py
    gathering   one fact for each subject, predicate, object and status; time, amount, role, field
"""
from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.figures.ranker import Ranker
from kg.lexicon import Lexicon
from kg.maxent import Classifier
from kg.model import SYMMETRIC, Entity, Fact, Letter, Status
from kg.patterns import load_patterns
from kg.relate.actors import actors
from kg.relate.dating import dated
from kg.relate.pairs import Pair, Reader
from kg.relate.qualifiers import Qualifiers
from kg.relate.scene import Scene, scenes
from kg.relate.status import BOTH, Frames
from kg.spans import Span
from kg.times import Timeline
from kg.words import tagger

NOTHING = "O"
FORWARD, BACKWARD = ">", "<"


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact read at one place: a pair, what joins it and how sure, and how it stands."""

    subject: str
    predicate: str
    object: str
    status: str
    confidence: float
    pair: Pair


@dataclass(frozen=True, slots=True)
class FactModel:
    """The two classifiers, what chooses a fact's time, what may join two classes, and the least confidence of a fact.

    `joins` maps classes ("Company>Park") to predicates with a direction (">settlesIn").
    """

    relations: Classifier
    statuses: Classifier
    dates: Ranker
    joins: Mapping[str, Sequence[str]]
    threshold: float
    allowed: Mapping[str, Sequence[int]] = field(init=False)

    def __post_init__(self) -> None:
        index = {label: k for k, label in enumerate(self.relations.labels)}
        allowed = {kinds: [index[label] for label in (NOTHING, *labels) if label in index] for kinds, labels in self.joins.items()}
        object.__setattr__(self, "allowed", allowed)


class Page:
    """A letter laid out for reading facts: its scenes, the actors they leave out, its frames and times."""

    def __init__(self, letter: Letter, entities: Sequence[Entity], joins: Container[str], timeline: Timeline) -> None:
        table = load_patterns("triggers")
        frames = turned(table.table("frames"))
        self.letter, self.timeline = letter, timeline
        self.scenes: list[Scene] = scenes(letter, entities, tagger())
        self.actors = actors(letter, self.scenes, entities)
        self.frames = Frames(letter, self.scenes, tagger(), frames)
        self.reader = Reader(turned(table.table("triggers")), frames, joins)

    def pairs(self) -> Iterator[Pair]:
        """Every pair of the letter, in text order."""
        for scene, left_out in zip(self.scenes, self.actors, strict=True):
            if scene.nodes:
                yield from self.reader.pairs(scene, left_out)

    def status_features(self, pair: Pair, predicate: str) -> list[str]:
        """What the status model sees of a pair."""
        return list(self.frames.features(pair, predicate, self.timeline.at(span_of(pair)), self.letter.header.date))


def turned(table: object) -> Mapping[str, tuple[str, ...]]:
    """A table from names to words as one from words to names."""
    out: dict[str, tuple[str, ...]] = {}
    for name in table.keys():  # type: ignore[attr-defined]
        for word in table.words(name):  # type: ignore[attr-defined]
            out[word] = (*out.get(word, ()), name)
    return out


def span_of(pair: Pair) -> Span:
    """Where the later end of a pair stands."""
    token = pair.scene.tokens[pair.right_node.token]
    return Span(token.start, token.end)


def relate(letter: Letter, entities: Sequence[Entity], lexicon: Lexicon, model: FactModel, timeline: Timeline) -> tuple[Fact, ...]:
    """The facts that the letter states, in the order in which it first states them."""
    page = Page(letter, entities, model.joins, timeline)
    claims = [claim for pair, chances in smoothed(page.pairs(), model) for claim in claims_of(page, pair, chances, model)]
    qualifiers = Qualifiers(page.letter)
    gathered: dict[tuple[str, str, str, str], list[Claim]] = {}
    for claim in claims:
        gathered.setdefault((claim.subject, claim.predicate, claim.object, claim.status), []).append(claim)
    return tuple(_fact(group, qualifiers, timeline, model.dates) for group in gathered.values())


def smoothed(pairs: Iterable[Pair], model: FactModel) -> Iterator[tuple[Pair, Sequence[float]]]:
    """Each pair with the probabilities of what may join it; what is said of one item of a list is said of all, so lists share them."""
    lists: dict[tuple[object, ...], list[tuple[Pair, list[float]]]] = {}
    for pair in pairs:
        lists.setdefault(pair.lists, []).append((pair, model.relations.among(pair.features, model.allowed[pair.kinds])))
    for group in lists.values():
        size = len(group)
        mean = [sum(column) / size for column in zip(*(chances for _, chances in group), strict=True)] if size > 1 else []
        for pair, chances in group:
            yield pair, [(one + all_) / 2 for one, all_ in zip(chances, mean, strict=True)] if mean else chances


def claims_of(page: Page, pair: Pair, chances: Sequence[float], model: FactModel) -> Iterator[Claim]:
    """What a pair states, if anything is likely enough."""
    for index, chance in zip(model.allowed[pair.kinds], chances, strict=True):
        label, confidence = model.relations.labels[index], chance * pair.certainty
        if label != NOTHING and confidence >= model.threshold:
            subject, object_ = ends(pair, label)
            status, _ = model.statuses.best(page.status_features(pair, label[1:]))
            for each in status.split("+") if status == BOTH else [status]:
                yield Claim(subject, label[1:], object_, each, confidence, pair)


def ends(pair: Pair, label: str) -> tuple[str, str]:
    """Subject and object of a pair under a label; of a symmetric predicate the first in code-point order is the subject."""
    subject, object_ = (pair.left, pair.right) if label[0] == FORWARD else (pair.right, pair.left)
    if label[1:] in SYMMETRIC and object_ < subject:
        subject, object_ = object_, subject
    return subject, object_


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
    """The predicate and the trigger word nearest to the pair, as the name under which a fact is counted."""
    page = load_patterns("triggers").table("triggers").words(claim.predicate)
    scene = claim.pair.scene
    first = claim.pair.left_node.first if claim.pair.left_node is not None else 0
    words = [t.text for t in scene.words(first, claim.pair.right_node.last + 8) if t.node < 0 and t.text in page]
    return f"{claim.predicate}:{words[0] if words else '-'}"
