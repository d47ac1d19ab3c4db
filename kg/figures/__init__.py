"""Figures: the numbers of a letter that say something of an entity, with what they count, whose they are, and when.

    quantities.py   numbers with units
    scene.py        names, words, clauses and sentences by position
    roles.py        how each name stands in its clause, and what the paragraph speaks of
    subjects.py     is a quantity a figure, and whose: features of the choices
    owners.py       whose each figure is, one after another
    when.py         its time: features of the choice
    ranker.py       the choices, learned
    units.py        units and base units
    tables.py       numbers in tables, whose unit stands in the head
    indicators.py   the noun phrase that says what is counted
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import ModelError
from kg.figures.indicators import indicator
from kg.figures.owners import Owners
from kg.figures.quantities import Quantity, find_quantities
from kg.figures.ranker import Ranker, pack, unpack
from kg.figures.scene import Scene, names_of
from kg.figures.subjects import Stage, detect, siblings, subjects
from kg.figures.units import normalised
from kg.figures.when import Dated, times
from kg.model import Entity, Figure, Letter, Link, Mention, Period
from kg.times import Timeline

NO = ["no"]
LEAST = 0.35
"""What is less sure is no figure: two of three of those just below it are wrong in cross-validation."""
UNNAMED = "?"
"""What the names of what doubtful mentions stand for begin with; no other name does, since none begins with a mark."""


@dataclass(frozen=True, slots=True)
class FigureModel:
    """What was learned of figures: which quantities are some, whose they are, and when."""

    detect: Ranker
    subject: Ranker
    time: Ranker

    def pack(self) -> bytes:
        """The model as bytes, the same for the same weights."""
        return pack({"detect": self.detect, "subject": self.subject, "time": self.time})

    @classmethod
    def unpack(cls, data: bytes) -> FigureModel:
        """The model of `pack`'s bytes. Raises ModelError when they are not such."""
        try:
            rankers = unpack(data)
            return cls(rankers["detect"], rankers["subject"], rankers["time"])
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"The model's part for figures is damaged ({error}); train it again with kg train.") from error


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter laid out for its figures."""

    stage: Stage
    timeline: Timeline
    quantities: Sequence[Quantity]

    @property
    def scene(self) -> Scene:
        return self.stage.scene


def lay_out(letter: Letter, entities: Sequence[Entity], timeline: Timeline, doubted: Iterable[Entity] = ()) -> Reading:
    """The names, times and quantities of a letter's paragraphs; what doubtful mentions stand for, where they are no part of a quantity."""
    names = names_of(entities)
    taken = sorted([*(name.span for name in names), *(mention.span for mention in timeline.mentions if mention.role != "now")])
    bodies = [block.span for block in letter.blocks if block.kind == "body"]
    found = find_quantities(letter, taken, bodies)
    apart = [one for one in doubted if not any(link.mention.span.overlaps(quantity.span) for link in one.links for quantity in found)]
    scene = Scene(letter, names_of([*entities, *apart]), [quantity.span for quantity in found])
    return Reading(Stage.of(scene), timeline, found)


def measure(letter: Letter, entities: Sequence[Entity], timeline: Timeline, model: FigureModel, doubts: Sequence[Mention] = ()) -> tuple[Figure, ...]:
    """The figures of a letter, in text order; one that says the same of the same entity at the same time is given once.

    A figure is as sure as that it is one, that it is this entity's, and that this entity is a name. One that is rather that of a
    doubtful mention is not given: whose it is is not known.
    """
    doubted = [Entity(UNNAMED + doubt.span.of(letter.plain), doubt.kind, links=(Link(doubt, "doubt"),)) for doubt in doubts]
    found: dict[tuple[object, ...], Figure] = {}
    for figure in _figures(lay_out(letter, entities, timeline, doubted), model, _sure(entities), _sure(doubted)):
        if figure.confidence >= LEAST and not figure.subject.startswith(UNNAMED):
            found.setdefault((figure.subject, figure.value, figure.unit, figure.period and (figure.period.first, figure.period.last)), figure)
    return tuple(found.values())


def _sure(entities: Iterable[Entity]) -> dict[str, float]:
    """How sure it is that each entity is a name: by the surest of its mentions; 1 for one that is mentioned nowhere."""
    found: dict[str, float] = {}
    for entity in entities:
        found[entity.name] = max(found.get(entity.name, 0.0), max((link.mention.confidence for link in entity.links), default=1.0))
    return found


def _figures(reading: Reading, model: FigureModel, named: Mapping[str, float], doubts: Mapping[str, float]) -> Iterator[Figure]:
    dated: Dated | None = None
    owners = Owners(model.subject, reading.scene, doubts)
    for quantity in reading.quantities:
        chance = model.detect.chances([detect(reading.scene, quantity), NO])[0]
        candidates = subjects(reading.stage, quantity) if chance >= 0.5 else []
        if not candidates:
            continue
        chances = owners.next(quantity, candidates)
        subject = max(chances, key=chances.__getitem__)
        choices = times(reading.scene, reading.timeline, quantity, subject, dated)
        period = choices[model.time.best([choice.features for choice in choices])[0]].period
        for entity in [subject, *siblings(reading.stage, quantity, subject)]:
            yield _figure(reading.scene, quantity, entity, period, chance * chances[subject] * named.get(entity, 1.0))
        dated = Dated(period, quantity.span.end, subject)


def _figure(scene: Scene, quantity: Quantity, subject: str, period: Period | None, confidence: float) -> Figure:
    base = normalised(quantity.value, quantity.plain)
    value, unit = base if base else (None, None)
    sentence = scene.sentences[scene.sentence(quantity.span.start)]
    return Figure(subject, indicator(scene, quantity), quantity.value, quantity.unit, sentence, round(confidence, 4), period, value, unit)
