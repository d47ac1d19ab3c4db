"""Learns the figure model from letters with gold."""
from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kg.figures import NO, FigureModel, Reading, lay_out
from kg.figures.quantities import Quantity
from kg.figures.ranker import Choice, train_ranker
from kg.figures.subjects import Owned, carried, detect, subjects
from kg.figures.when import Dated, times
from kg.gold import Gold, GoldFigure
from kg.model import Entity, Letter, Period
from kg.times import Timeline

_NEAR = 60      # characters that a quantity may be away from its quote, for broken quotes


@dataclass(frozen=True, slots=True)
class Example:
    """A letter as read, its entities, and its gold."""

    letter: Letter
    entities: Sequence[Entity]
    gold: Gold


def train(examples: Iterable[Example]) -> FigureModel:
    """The model that the examples teach; deterministic."""
    found: list[Choice] = []
    owned: list[Choice] = []
    dated: list[Choice] = []
    for example in examples:
        _learn(example, found, owned, dated)
    return FigureModel(train_ranker(found), train_ranker(owned, epochs=5, rate=0.05, seen=4), train_ranker(dated, epochs=6, rate=0.05))


def _learn(example: Example, found: list[Choice], owned: list[Choice], dated: list[Choice]) -> None:
    """The choices of one letter: is it a figure, whose, when."""
    timeline = Timeline(example.letter, [link.mention.span for entity in example.entities for link in entity.links])
    reading = lay_out(example.letter, example.entities, timeline)
    accepted = {name: entity for entity, names in example.gold.names.items() for name in names}
    when: Dated | None = None
    last: Owned | None = None
    for quantity, figures in zip(reading.quantities, align(reading, example.gold), strict=True):
        found.append(Choice([detect(reading.scene, quantity), NO], frozenset([0 if figures else 1])))
        if not figures:
            continue
        candidates = subjects(reading.stage, quantity)
        wanted = {figure.subject for figure in figures}
        right = frozenset(i for i, candidate in enumerate(candidates) if accepted.get(candidate.entity, candidate.entity) in wanted)
        owned.append(Choice([[*candidate.features, *carried(reading.scene, quantity, candidate.entity, last)] for candidate in candidates], right))
        subject = candidates[min(right)].entity if right else figures[0].subject
        choices = times(reading.scene, timeline, quantity, subject, when)
        hits = frozenset(i for i, choice in enumerate(choices) if any(same_time(figure.time, choice.period) for figure in figures))
        dated.append(Choice([choice.features for choice in choices], hits))
        period = choices[min(hits)].period if hits else None
        when, last = Dated(period, quantity.span.end, subject), Owned(subject, quantity.span.end)


def align(reading: Reading, gold: Gold) -> list[list[GoldFigure]]:
    """For each quantity the gold figures that it is: the same value and unit, in or near the quote."""
    letter = reading.scene.letter
    found: list[list[GoldFigure]] = [[] for _ in reading.quantities]
    for figure in gold.figures:
        ranked = [(*_distance(letter, quantity, figure, gold.text), any(f.indicator != figure.indicator for f in found[i]), i)
                  for i, quantity in enumerate(reading.quantities) if quantity.unit == figure.unit and float(quantity.value) == float(figure.value)]
        if ranked and min(ranked)[0] < _NEAR:
            found[min(ranked)[-1]].append(figure)
    return found


def _distance(letter: Letter, quantity: Quantity, figure: GoldFigure, text: str) -> tuple[int]:
    """Characters between a quantity and the nearest place of the figure's quote; 0 inside it."""
    at, best, start = letter.origins[quantity.span.start], _NEAR, text.find(figure.quote)
    while start >= 0:
        end = start + len(figure.quote)
        best = min(best, 0 if start <= at < end else min(abs(at - start), abs(at - end)))
        start = text.find(figure.quote, start + 1)
    return (best,)


def days(time: str) -> tuple[date | None, date | None]:
    """First and last day of a gold time: 2024, 2024-06, 2024-06-30, START/END of these, or "-"."""
    if time == "-":
        return None, None
    first, _, last = time.partition("/")
    start = [int(part) for part in first.split("-")]
    end = [int(part) for part in (last or first).split("-")]
    year, month = end[0], end[1] if len(end) > 1 else 12
    closing = end[2] if len(end) > 2 else monthrange(year, month)[1]
    return date(start[0], start[1] if len(start) > 1 else 1, start[2] if len(start) > 2 else 1), date(year, month, closing)


def same_time(time: str, period: Period | None) -> bool:
    """Whether a period is a gold time; one as of a day may have its end alone."""
    first, last = days(time)
    if period is None or last is None:
        return period is None and last is None
    return (period.last or period.first) == last and (period.first is None or period.first in (first, last))
