"""Which time a figure has: the periods about it, and what speaks for each."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kg.figures.quantities import Quantity
from kg.figures.scene import Scene
from kg.figures.subjects import sign_words
from kg.model import Period
from kg.spans import Span
from kg.times import Timeline, TimeMention

_YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
_ROW = 40       # characters of the longest line that may be a row of a table
_BACK = 4       # sentences of the paragraph that are searched for a time before the figure's own


@dataclass(slots=True)
class When:
    """A period that a figure may have (None: no time), and what speaks for it."""

    period: Period | None
    features: list[str]


@dataclass(frozen=True, slots=True)
class Dated:
    """The figure before: its period, where it ends, and its subject."""

    period: Period | None
    end: int
    subject: str


def times(scene: Scene, timeline: Timeline, quantity: Quantity, subject: str, last: Dated | None) -> list[When]:
    """The periods that a quantity of a subject may have, no time first; `last` is the figure before."""
    return _Look(scene, timeline, quantity, subject, last).all()


def _days(period: Period | None) -> tuple[date | None, date | None]:
    return (period.first, period.last) if period else (None, None)


def _grain(mention: TimeMention) -> str:
    """How long a time is."""
    period = mention.period
    if period is None or period.first is None or period.last is None:
        return "unknown"
    days = (period.last - period.first).days
    bounds = ((1, "day"), (27, "days"), (32, "month"), (364, "months"), (367, "year"))
    return next((name for bound, name in bounds if days < bound), "years")


class _Look:
    """The surroundings of one quantity in time."""

    __slots__ = ("at", "clause", "end", "index", "last", "quantity", "reference", "scene", "segment", "signs", "start", "subject", "text", "timeline")

    def __init__(self, scene: Scene, timeline: Timeline, quantity: Quantity, subject: str, last: Dated | None) -> None:
        self.scene, self.timeline, self.quantity, self.subject, self.last = scene, timeline, quantity, subject, last
        self.text, self.at, self.end = scene.text, quantity.span.start, quantity.span.end
        self.index = scene.sentence(self.at)
        self.start = scene.sentences[self.index].start if scene.sentences else 0
        self.clause, self.segment = scene.clause(self.at, self.start), scene.segment(self.at, self.start)
        self.reference = scene.letter.header.date
        about = self.text[self.clause:self.at] + "|" + self.text[self.end:self.end + 2]
        self.signs = [kind for kind, pattern in sign_words() if pattern.search(about)]

    def all(self) -> list[When]:
        """No time, and every period about, each once."""
        none = When(None, [])
        found = {_days(None): none}
        near = "nowhere"
        for mention, place, features in self._mentions():
            near = place if near == "nowhere" else near
            found.setdefault(_days(mention.period), When(mention.period, [])).features.extend(features)
        for period, features in self._afar():
            found.setdefault(_days(period), When(period, [])).features.extend(features)
        if self.last:
            found.setdefault(_days(self.last.period), When(self.last.period, [])).features.extend(self._same(self.last))
        none.features.extend(self._none(near))
        return list(found.values())

    def _afar(self) -> Iterator[tuple[Period, list[str]]]:
        """Periods from farther away: the year in the subject's name, headings, the lines above a row of a table."""
        if year := _YEAR.search(self.subject):
            near = bool(self.timeline.within(Span(self.start, self.at)))
            yield Period(date(int(year[0]), 1, 1), date(int(year[0]), 12, 31), year[0]), ["named", f"named near={near}"]
        headings = self.scene.letter.sentences[self.index].headings if self.scene.sentences else ()
        for depth, span in enumerate(reversed(headings)):
            for mention in self.timeline.within(span)[-1:]:
                if mention.period:
                    yield mention.period, ["heading", f"heading {depth} {mention.role}"]
        if self.scene.sentences and (above := self._above()) and above.period:
            yield above.period, ["above", f"above {above.role}"]

    def _above(self) -> TimeMention | None:
        """The last time in the lines above a short line, such as a row of a table."""
        block = self.scene.blocks[self.index]
        blocks = self.scene.letter.blocks
        if len(blocks[block].span) > _ROW:
            return None
        first = block
        while first > 0 and block - first < 5 and len(blocks[first].span) <= _ROW:
            first -= 1
        return next(iter(reversed(self.timeline.within(Span(blocks[first].span.start, blocks[block].span.start)))), None)

    def _place(self, at: int) -> str:
        return "clause" if at >= self.clause else "segment" if at >= self.segment else "sentence" if at >= self.start else "earlier"

    def _none(self, near: str) -> list[str]:
        """What speaks for no time; `near` is where the nearest time stands."""
        same = "same" if self.last and self.last.subject == self.subject else "new"
        return ["none", f"none {near}", f"none {near} {same}", f"none u={self.quantity.plain}", f"none dated={self.reference is not None}",
                f"none {near} p={self.text[max(self.clause, self.at - 2):self.at]}",
                *[f"none s={sign}" for sign in self.signs], *[f"none {near} s={sign}" for sign in self.signs]]

    def _same(self, last: Dated) -> list[str]:
        """What speaks for the time of the figure before."""
        where = self._place(last.end - 1)
        subject = "same" if last.subject == self.subject else "new"
        fresh = all(mention.role == "compare" for mention in self.timeline.within(Span(last.end, self.at)))
        timed = f"last {'dated' if last.period else 'undated'}"
        return [timed, f"{timed} {where} {fresh}", f"{timed} {where} {subject} {fresh}", f"{timed} {subject} {fresh}",
                *[f"{timed} {fresh} s={sign}" for sign in self.signs]]

    def _begin(self) -> int:
        """Where the sentences begin that are searched: the last few of the paragraph."""
        first = self.index
        while first > 0 and self.index - first < _BACK and self.scene.blocks[first - 1] == self.scene.blocks[self.index]:
            first -= 1
        return self.scene.sentences[first].start if self.scene.sentences else 0

    def _mentions(self) -> Iterator[tuple[TimeMention, str, list[str]]]:
        """The times before the number, the nearest first, and one that follows it; each with its place and features."""
        mentions = self.timeline.within(Span(self._begin(), self.at))
        dating = [mention for mention in mentions if mention.role != "compare"]
        for rank, mention in enumerate(reversed(dating)):
            if mention.role != "now":
                yield mention, self._place(mention.span.start), self._before(mention, rank, dating[len(dating) - rank:])
        for mention in mentions:
            if mention.role == "compare":
                yield mention, "nowhere", [f"compare {self.clause <= mention.span.start}"]
        for mention in self.timeline.within(Span(self.end, self.end + 20))[:1]:
            if not self.scene.clauses_between(self.end, mention.span.start):
                yield mention, "nowhere", [f"after {mention.role}", f"after {_grain(mention)} gap={min(mention.span.start - self.end, 6)}"]

    def _before(self, mention: TimeMention, rank: int, later: Sequence[TimeMention]) -> list[str]:
        """What speaks for a time before the number."""
        start, place = mention.span.start, self._place(mention.span.start)
        sentence = self.scene.sentences[self.scene.sentence(start)].start if self.scene.sentences else 0
        head, subject, others = self._head(start, sentence), self._subject(mention, sentence), self._others(mention)
        far = min(self.scene.clauses_between(mention.span.end, self.at), 3)
        grain, role, tense = _grain(mention), mention.role, self._tense(mention)
        now = any(m.role == "now" for m in later)
        base, t = f"t {place} r{min(rank, 2)}", f"t {place}"
        return [
            t, base, f"{base} {head}", f"{base} {role}", f"{base} {grain}", f"{base} {subject}", f"{base} {subject} {head}",
            f"{t} {subject} far={far}",
            f"{base} others={others}", f"t {role} {grain}", f"t {role} {tense}", f"{t} {tense}", f"t now={now} {place}", f"{t} far={far} {role}",
            f"{t} n={self.text[mention.span.end:mention.span.end + 2]}", f"{t} l={self.text[max(0, start - 1):start]}", f"{t} {mention.relative}",
            f"t {grain} {subject} {place} {head}", f"{t} u={self.quantity.plain}",
            *[f"{t} s={sign}" for sign in self.signs],
            *[f"t {role} s={sign}" for sign in self.signs], *[f"t {tense} s={sign}" for sign in self.signs],
            *[f"{base} {subject} s={sign}" for sign in self.signs],
        ]

    def _head(self, start: int, sentence: int) -> str:
        """Whether a time opens its sentence or its clause."""
        gap = start - self.scene.clause(start, sentence)
        return "first" if start - sentence <= 6 else "head" if gap <= 3 else "near" if gap <= 8 else "in"

    def _subject(self, mention: TimeMention, sentence: int) -> str:
        """Where the figure's subject is named: after the time, before it in its sentence, or elsewhere."""
        if any(name.entity == self.subject for name in self.scene.named(mention.span.end, self.at)):
            return "after"
        return "before" if any(name.entity == self.subject for name in self.scene.named(sentence, mention.span.start)) else "else"

    def _others(self, mention: TimeMention) -> int:
        """How many other names stand between a time and the number, up to three."""
        return min(3, sum(1 for name in self.scene.named(mention.span.end, self.at) if name.entity != self.subject))

    def _tense(self, mention: TimeMention) -> str:
        """Whether a time ends before or after the letter's date."""
        if self.reference is None or mention.period is None or mention.period.last is None:
            return "undated"
        return "future" if mention.period.last > self.reference else "past"
