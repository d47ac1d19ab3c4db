"""Figures: the numbers of a letter that say something of an entity, with what they count, whose they are, and when.

    quantities      numbers with units            kg/quantities.py
    which are figures, whose, when                three rankers over what stands about (kg/figures_features.py, kg/figures_times.py)
    indicator       the noun phrase about the number
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.errors import ModelError
from kg.figures_features import Role, detect, roles, siblings, subjects
from kg.figures_times import times
from kg.indicators import indicator
from kg.model import Entity, Figure, Letter, Period
from kg.quantities import Quantity, find_quantities, normalised
from kg.ranker import Ranker, pack, unpack
from kg.scene import Scene
from kg.times import Timeline

NO = ["no"]


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

    scene: Scene
    timeline: Timeline
    roles: Sequence[Role]
    quantities: Sequence[Quantity]


def lay_out(letter: Letter, entities: Iterable[Entity], timeline: Timeline) -> Reading:
    """The names, times and quantities of a letter's paragraphs."""
    scene = Scene(letter, entities)
    taken = sorted([*(name.span for name in scene.names), *(mention.span for mention in timeline.mentions if mention.role != "now")])
    bodies = [block.span for block in letter.blocks if block.kind == "body"]
    found = find_quantities(letter, taken, bodies)
    return Reading(scene, timeline, roles(scene), found)


def measure(letter: Letter, entities: Iterable[Entity], timeline: Timeline, model: FigureModel) -> tuple[Figure, ...]:
    """The figures of a letter, in text order; one that says the same of the same entity at the same time is given once."""
    found: dict[tuple[object, ...], Figure] = {}
    for figure in _figures(lay_out(letter, entities, timeline), model):
        found.setdefault((figure.subject, figure.value, figure.unit, figure.period and (figure.period.first, figure.period.last)), figure)
    return tuple(found.values())


def _figures(reading: Reading, model: FigureModel) -> Iterator[Figure]:
    last: tuple[str, int] | None = None
    dated: tuple[Period | None, int, str] | None = None
    for quantity in reading.quantities:
        chance = model.detect.chances([detect(reading.scene, quantity), NO])[0]
        if chance < 0.5:
            continue
        candidates = subjects(reading.scene, reading.roles, quantity, last)
        if not candidates:
            continue
        index, sure = model.subject.best([candidate.features for candidate in candidates])
        subject = candidates[index].entity
        period = _period(reading, quantity, subject, dated, model)
        for entity in [subject, *siblings(reading.scene, reading.roles, quantity, subject)]:
            yield _figure(reading.scene, quantity, entity, period, chance * sure)
        last, dated = (subject, quantity.span.end), (period, quantity.span.end, subject)


def _period(reading: Reading, quantity: Quantity, subject: str, dated: tuple[Period | None, int, str] | None, model: FigureModel) -> Period | None:
    choices = times(reading.scene, reading.timeline, quantity, subject, dated)
    return choices[model.time.best([choice.features for choice in choices])[0]].period


def _figure(scene: Scene, quantity: Quantity, subject: str, period: Period | None, confidence: float) -> Figure:
    base = normalised(quantity.value, quantity.plain)
    value, unit = base if base else (None, None)
    sentence = scene.sentences[scene.sentence(quantity.span.start)]
    return Figure(subject, indicator(scene, quantity), quantity.value, quantity.unit, sentence, round(confidence, 4), period, value, unit)
