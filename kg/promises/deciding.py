"""What became of a promise: kept, repeated, changed, open or overdue, by what later letters say of the same thing.

    kept        a later letter states it as done (or as going on, where keeping is going on)
    changed     a later letter plans it for another time, amount or place, or by another party; or states it with another amount or place
    repeated    a later letter plans it again
    overdue     nothing of these, and it was due before the day that is asked about
    open        nothing of these, and it is not due, or no letter says when it is

A letter is later when it was surely written after the other (kg/claims.py). What had happened before the promise was made keeps nothing.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.claims import LAST_DAY, Claim, Dated
from kg.promises.matching import Matcher
from kg.promises.rules import Way

State = Literal["kept", "repeated", "changed", "open", "overdue"]
STATES: tuple[State, ...] = ("kept", "repeated", "changed", "open", "overdue")


@dataclass(frozen=True, slots=True)
class Promise:
    """A planned fact or target figure, the day by which it is due ("" when unknown), and what later letters say of it, the best first.

    `notes` says what differs: late, time, amount, place, party, indirect (a later fact from which it follows), below (a figure not reached).
    """

    claim: Claim
    due: str
    state: State
    later: tuple[Claim, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A later claim that decides, how, and what differs in it; the rank puts the best first."""

    state: State
    claim: Claim
    notes: tuple[str, ...]
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides the promises of facts. `today` is the day asked about: letters written after it say nothing yet."""

    matcher: Matcher
    today: str

    def promise(self, claim: Claim) -> Promise:
        """What became of a planned fact."""
        found = sorted(self._found(claim), key=lambda one: (STATES.index(one.state) if one.state != "changed" else 0.5, one.rank, one.claim.iri))
        due = self.due(claim)
        if found:
            best = found[0]
            return Promise(claim, due, best.state, tuple(dict.fromkeys(one.claim for one in found if one.state == best.state)), best.notes)
        return Promise(claim, due, "overdue" if due and due < self.today else "open")

    def due(self, claim: Claim) -> str:
        """The last day of the planned time; without one, of the year in the name of what is planned, the last one of what is to go on.

        "" where that was over before the letter was written: then it is the time of something else.
        """
        lasts = any(way.direct and way.ongoing and way.predicate == claim.predicate for way in self.matcher.rules.ways.get(claim.predicate, ()))
        ends = [self.matcher.named[end] for end in (claim.object, claim.subject)]
        years = [year for end in ends if (year := end.until if lasts else end.year)]
        due = claim.last or (years[0] + LAST_DAY if years else "")
        return due if due >= self.matcher.letter(claim).first else ""

    def _found(self, promise: Claim) -> Iterable[Found]:
        made = self.matcher.letter(promise)
        ways = [(way, list(self.matcher.alike(promise, way))) for way in self.matcher.rules.ways.get(promise.predicate, ())]
        existed = any(self._known(made, alike) for _, alike in ways)
        for number, (way, alike) in enumerate(ways):
            if existed and not way.direct and promise.object not in self.matcher.loose:
                continue            # that a thing is there says nothing of a promise to build on it
            before = self._known(made, alike) if way.direct else existed
            for later in alike:
                letter = self.matcher.letter(later)
                if not made.before(letter) or letter.first > self.today:
                    continue
                rank = (number, int(later.subject != promise.subject), int(letter.first.replace("-", "") or 0))
                if found := self._kept(promise, later, way, before, rank) or self._planned(promise, later, way, rank):
                    yield found
        yield from self._by_others(promise)

    def _known(self, made: Dated, alike: Iterable[Claim]) -> bool:
        """Whether one of the facts was reported as done before the promise, or in the same letter."""
        return any(one.status == "done" and not made.before(self.matcher.letter(one)) for one in alike)

    # done or going on

    def _kept(self, promise: Claim, later: Claim, way: Way, before: bool, rank: tuple[int, ...]) -> Found | None:
        """The later fact as what keeps the promise, or changes it in keeping it."""
        if not (later.status == "done" or (later.status == "ongoing" and way.ongoing)) or not self._since(promise, later, before):
            return None
        if not self._same_edition(promise, later) or self.matcher.other_field(promise, later):
            return None
        changed = ("amount",) if promise.amount and later.amount and promise.amount != later.amount else ()
        direct = way.direct and way.predicate == promise.predicate
        notes = (*changed, *(("late",) if self._late(promise, later) else ()), *(() if direct else ("indirect",)))
        return Found("changed" if changed else "kept", later, notes, rank)

    def _since(self, promise: Claim, later: Claim, before: bool) -> bool:
        """Whether the later fact is of the time after the promise; one without a time is not, where the same was done before, or is so wide."""
        if later.status == "ongoing":       # what the whole does all the time says nothing of a part
            return later.subject == promise.subject or not promise.subject.startswith(later.subject)
        made, told = self.matcher.letter(promise), self.matcher.letter(later)
        recurs = bool({promise.subject, promise.object} & self.matcher.loose)
        if recurs and promise.first and min(later.last or told.last, told.last) < promise.first:
            return False
        return later.last >= made.first if later.last else not before and not self.matcher.is_wide(promise)

    def _late(self, promise: Claim, later: Claim) -> bool:
        due = self.due(promise)
        return bool(due and later.first > due)

    def _same_edition(self, promise: Claim, later: Claim) -> bool:
        """Whether the later fact is of the edition that was promised, by number or year; a promise without edition is for any."""
        own, other = self._edition(promise), self._edition(later)
        if own[1] and other[1]:
            return own[1] == other[1]
        year = own[0]
        if year:
            return year == (other[0] or later.first[:4]) or (bool(later.last) and later.first[:4] <= year <= later.last[:4])
        return not own[1]

    def _edition(self, claim: Claim) -> tuple[str, str]:
        """Year and number of the edition that a fact speaks of, from the names at its ends."""
        ends = [self.matcher.named[end] for end in (claim.object, claim.subject)]
        return next((end.year for end in ends if end.year), ""), next((end.number for end in ends if end.number), "")

    # planned again

    def _planned(self, promise: Claim, later: Claim, way: Way, rank: tuple[int, ...]) -> Found | None:
        """The later fact as the same plan made again, or changed."""
        if later.status != "planned" or later.predicate != promise.predicate or not way.direct or self.matcher.other_field(promise, later):
            return None
        own, other = self._edition(promise), self._edition(later)
        if any(a != b for a, b in zip(own, other, strict=True) if a):
            return None
        notes = self._changes(promise, later)
        return Found("changed" if notes else "repeated", later, notes, rank)

    def _changes(self, promise: Claim, later: Claim) -> tuple[str, ...]:
        """What is planned otherwise: a time, an amount, a place."""
        time = bool(promise.last and later.last) and _other_time(promise, later)
        amount = bool(promise.amount and later.amount) and promise.amount != later.amount
        place = bool(promise.place and later.place) and promise.place != later.place
        return tuple(name for name, so in (("time", time), ("amount", amount), ("place", place)) if so)

    def _by_others(self, promise: Claim) -> Iterable[Found]:
        """The same thing in a later letter of the same place, by a party that had no part in it."""
        if promise.predicate not in self.matcher.rules.party or promise.object not in self.matcher.loose:
            return
        made, alike = self.matcher.letter(promise), list(self.matcher.alike(promise, Way(promise.predicate, "*", "O", ongoing=False)))
        parties = {one.subject for one in alike if one.letter == promise.letter}
        for later in alike:
            letter = self.matcher.letter(later)
            if made.before(letter) and letter.first <= self.today and later.status in ("done", "planned") and self._same_edition(promise, later):
                others = {one.subject for one in alike if one.letter == later.letter}
                if not _related(parties, others) and (later.status == "planned" or self._since(promise, later, before=True)):
                    yield Found("changed", later, ("party",), (9, 0, int(letter.first.replace("-", ""))))


def _other_time(one: Claim, other: Claim) -> bool:
    """Whether two times have no day in common, or are stretches that begin on one day and end on two; the first day of a stretch is within it."""
    if other.first > one.last or other.last < one.first:
        return True
    return one.first == other.first and one.last != other.last and one.first < one.last and other.first < other.last


def _related(parties: set[str], others: set[str]) -> bool:
    return any(a.startswith(b) or b.startswith(a) for a in parties for b in others)


def newest(letters: Iterable[str]) -> str:
    """The latest of the first days on which letters may have been written."""
    return max((day for day in letters if day), default="")

