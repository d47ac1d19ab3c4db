"""Which time a figure has: the times about it, and what speaks for each."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from kg.model import Period
from kg.patterns import load_patterns
from kg.quantities import Quantity
from kg.scene import Scene
from kg.spans import Span
from kg.times import Timeline, TimeMention


@dataclass(slots=True)
class When:
    """A period that a figure may have (None: no time), and what speaks for it."""

    period: Period | None
    features: list[str]


@cache
def _signs() -> dict[str, tuple[str, ...]]:
    """Words of the clause that speak for or against a time."""
    signs = load_patterns("figures").table("signs")
    return {kind: signs.words(kind) for kind in signs.data}


def times(scene: Scene, timeline: Timeline, quantity: Quantity, subject: str, last: tuple[Period | None, int, str] | None) -> list[When]:
    """The periods that a quantity may have, no time first; `last` has the period, end and subject of the figure before it."""
    return _Look(scene, timeline, quantity, subject, last).all()


def _days(period: Period | None) -> tuple[date | None, date | None]:
    return (period.first, period.last) if period else (None, None)


def _grain(mention: TimeMention) -> str:
    period = mention.period
    if period is None or period.first is None or period.last is None:
        return "unknown"
    days = (period.last - period.first).days
    return "day" if days == 0 else "days" if days < 27 else "month" if days < 32 else "months" if days < 364 else "year" if days < 367 else "years"


class _Look:
    """The surroundings of one quantity in time."""

    __slots__ = ("at", "clause", "end", "index", "last", "quantity", "reference", "scene", "segment", "signs", "start", "subject", "text", "timeline")

    def __init__(self, scene: Scene, timeline: Timeline, quantity: Quantity, subject: str, last: tuple[Period | None, int, str] | None) -> None:
        self.scene, self.timeline, self.quantity, self.subject, self.last = scene, timeline, quantity, subject, last
        self.text, self.at, self.end = scene.letter.plain, quantity.span.start, quantity.span.end
        self.index = scene.sentence(self.at)
        self.start = scene.sentences[self.index].start if scene.sentences else 0
        self.clause, self.segment = scene.clause(self.at, self.start), scene.segment(self.at, self.start)
        self.reference = scene.letter.header.date
        about = self.text[self.clause:self.at] + "|" + self.text[self.end:self.end + 2]
        self.signs = [kind for kind, words in _signs().items() if any(word in about for word in words)]

    def all(self) -> list[When]:
        """No time, and every period about, each once."""
        found: dict[tuple[date | None, date | None], When] = {(None, None): When(None, [])}
        seen = {"clause": False, "segment": False, "sentence": False, "earlier": False}
        for mention, features in self._mentions(seen):
            found.setdefault(_days(mention.period), When(mention.period, [])).features.extend(features)
        if self.last:
            found.setdefault(_days(self.last[0]), When(self.last[0], [])).features.extend(self._same(self.last))
        near = next((name for name, there in seen.items() if there), "nowhere")
        found[None, None].features.extend(self._none(near))
        return list(found.values())

    def _none(self, near: str) -> list[str]:
        unit = self.quantity.plain
        same = "new" if self.last is None or self.last[2] != self.subject else "same"
        return ["none", f"none {near}", f"none {near} {same}", f"none u={unit}", *(f"none s={sign}" for sign in self.signs), *(f"none {near} s={sign}" for sign in self.signs),
                f"none {near} p={self.text[max(self.clause, self.at - 2):self.at]}", f"none dated={self.reference is not None}"]

    def _same(self, last: tuple[Period | None, int, str]) -> list[str]:
        where = "clause" if last[1] > self.clause else "segment" if last[1] > self.segment else "sentence" if last[1] > self.start else "earlier"
        subject = "same" if last[2] == self.subject else "new"
        between = [m for m in self.timeline.within(Span(last[1], self.at)) if m.role != "compare"]
        fresh = not between
        timed = "dated" if last[0] else "undated"
        return [f"last {timed}", f"last {timed} {where} {fresh}", f"last {timed} {where} {subject} {fresh}", f"last {timed} {subject} {fresh}",
                *(f"last {timed} {fresh} s={sign}" for sign in self.signs)]

    def _mentions(self, seen: dict[str, bool]) -> Iterator[tuple[TimeMention, list[str]]]:
        block = self.scene.letter.sentences[self.index].block if self.scene.sentences else -1
        begin = self.start
        for back in (1, 2, 3, 4):
            if self.index - back >= 0 and self.scene.letter.sentences[self.index - back].block == block:
                begin = self.scene.sentences[self.index - back].start
        mentions = self.timeline.within(Span(begin, self.at))
        dating = [m for m in mentions if m.role != "compare"]
        for rank, mention in enumerate(reversed(dating)):
            if mention.role == "now":
                continue
            yield mention, self._before(mention, rank, seen, dating[len(dating) - rank:])
        for mention in mentions:
            if mention.role == "compare":
                yield mention, [f"compare {self.clause <= mention.span.start}"]
        after = next((m for m in self.timeline.within(Span(self.end, self.end + 20))), None)
        if after and self.scene.clauses_between(self.end, after.span.start) == 0:
            yield after, [f"after {after.role}", f"after {_grain(after)} gap={min(after.span.start - self.end, 6)}"]

    def _before(self, mention: TimeMention, rank: int, seen: dict[str, bool], later: list[TimeMention]) -> list[str]:
        start = mention.span.start
        place = "clause" if start >= self.clause else "segment" if start >= self.segment else "sentence" if start >= self.start else "earlier"
        seen[place] = True
        sentence = self.scene.sentences[self.scene.sentence(start)].start if self.scene.sentences else 0
        gap = start - self.scene.clause(start, sentence)
        head = "first" if start - sentence <= 6 else "head" if gap <= 3 else "near" if gap <= 8 else "in"
        names = self.scene.named(mention.span.end, self.at)
        own = any(name.entity == self.subject for name in names)
        others = sum(1 for name in names if name.entity != self.subject)
        before = any(name.entity == self.subject for name in self.scene.named(sentence, start))
        subject = "after" if own else "before" if before else "else"
        far = min(self.scene.clauses_between(mention.span.end, self.at), 3)
        grain, role = _grain(mention), mention.role
        now = any(m.role == "now" for m in later)
        future = "future" if self.reference and mention.period and mention.period.last and mention.period.last > self.reference else "past" if self.reference else "undated"
        next2 = self.text[mention.span.end:mention.span.end + 2]
        base = f"{place} r{min(rank, 2)}"
        return [
            f"t {place}", f"t {base}", f"t {base} {head}", f"t {base} {role}", f"t {base} {grain}", f"t {base} {subject}", f"t {base} {subject} {head}", f"t {place} {subject} far={far}",
            f"t {base} others={min(others, 3)}", f"t {role} {grain}", f"t {role} {future}", f"t {place} {future}", f"t now={now} {place}", f"t {place} far={far} {role}",
            f"t {place} n={next2}", f"t {place} l={self.text[max(0, start - 1):start]}", f"t {grain} {subject} {place} {head}", f"t {place} {mention.relative}",
            *(f"t {place} s={sign}" for sign in self.signs), *(f"t {role} s={sign}" for sign in self.signs), *(f"t {future} s={sign}" for sign in self.signs),
            *(f"t {base} {subject} s={sign}" for sign in self.signs), f"t {place} u={self.quantity.plain}",
            f"t verb={self._verb(mention)} {place}", f"t verb={self._verb(mention)} {place} {grain}",
        ]

    def _verb(self, mention: TimeMention) -> str:
        """The first word after a time that is a verb of its own clause: what the time says when."""
        items = self.scene.items
        i = self.scene.item(mention.span.end)
        for item in items[i:i + 8]:
            if item.start >= self.at or item.tag == "x" and item.word in "，；。":
                return "-"
            if item.tag[0] == "v":
                return item.word
        return "-"
