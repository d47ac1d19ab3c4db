"""Promises as plain values that JSON can say: what the pages, the table, CSV and JSON are made from.

    {as_of, counts: {state: number}, total, start, axis: [{x, year}], places: [{name, organs: [{name, promises: [number]}]}], promises: [promise]}
    promise     {iri, kind, state: term, due, notes: [term], subject, predicate: term, object, amount, time, letter, quotes, later: [told], strip}
    told        {iri, kind, status, subject, predicate: term, object, amount, time, letter, quotes}
    letter      {iri, name, when}           quote   {iri, begin, end, text}       term   {name, zh, en}
    strip       {made, due, told}           where on a line of 0 to 100 the letter, the due day and the later letter stand; None when unknown

Of a promise's sentences the one that names its time stands first, of what is told later the one most like the promise's. `promises` of an organ
are places in the list. An organ is who the promise is of; it stands under the place that its letter answers for.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import Any

from kg.claims import Claim, Dated
from kg.network import period_text
from kg.promises import Promise, Promises, evidence
from kg.store import Store

Json = dict[str, Any]
STATE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "kept": ("已兑现", "kept"), "repeated": ("再次承诺", "repeated"), "changed": ("已变更", "changed"), "open": ("未见下文", "open"),
    "overdue": ("已过期", "overdue")})
NOTE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "late": ("迟于原定时间", "later than planned"), "time": ("时间不同", "another time"), "amount": ("数额不同", "another amount"),
    "place": ("地点不同", "another place"), "party": ("主体不同", "another party"), "indirect": ("由相关事实可知", "it follows from another fact"),
    "below": ("低于目标", "below the target")})


def told(store: Store, found: Promises, start: int = 0, most: int | None = None) -> Json:
    """All of it, or `most` promises from the number `start` on; counts and total are of all."""
    shown = found.promises[start:None if most is None else start + most]
    line = Line(shown, found.letters)
    listed = [_promise(store, found.letters, promise, line) for promise in shown]
    return {"as_of": found.as_of, "counts": found.counts(), "total": len(found.promises), "start": start, "axis": line.years(),
            "places": _places(found.letters, shown), "promises": listed}


def _promise(store: Store, letters: Mapping[str, Dated], promise: Promise, line: Line) -> Json:
    one, then = _claim(store, letters, promise.claim), [_claim(store, letters, later) for later in promise.later]
    one["quotes"].sort(key=lambda quote: (promise.claim.time not in quote["text"], quote["begin"]))
    pairs = _pairs("".join(quote["text"] for quote in one["quotes"]))
    for later in then:
        later["quotes"].sort(key=lambda quote: (-_likeness(quote["text"], pairs), quote["begin"]))
    return one | {"state": word(promise.state, STATE_WORDS), "due": promise.due or None, "notes": [word(note, NOTE_WORDS) for note in promise.notes],
                  "later": then, "strip": line.strip(promise)}


def _pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text."""
    return {text[at:at + 2] for at in range(len(text) - 1)}


def _likeness(text: str, pairs: Set[str]) -> float:
    """The share of a text's pairs that are among others."""
    own = _pairs(text)
    return round(len(own & pairs) / len(own), 6) if own else 0.0


def _claim(store: Store, letters: Mapping[str, Dated], claim: Claim) -> Json:
    letter = letters.get(claim.letter) or Dated(claim.letter, claim.letter, "", "")
    label = claim.predicate if claim.kind == "figure" else ""
    zh, en = (label or store.ontology.label(claim.predicate, language) for language in ("zh", "en"))
    predicate = {"name": claim.predicate, "zh": zh, "en": en}
    return {"iri": claim.iri, "kind": claim.kind, "status": claim.status, "subject": claim.subject, "predicate": predicate, "object": claim.object,
            "amount": claim.amount, "time": period_text(claim.first or None, claim.last or None) or claim.time or "",
            "letter": {"iri": letter.iri, "name": letter.name, "when": period_text(letter.first or None, letter.last or None) or "",
                       "place": letter.place, "organs": list(letter.organs)},
            "quotes": [{"iri": one.iri, "begin": one.begin, "end": one.end, "text": one.text} for one in evidence(store, claim.iri)]}


def word(name: str, words: Mapping[str, tuple[str, str]]) -> Json:
    """A state or note with what it is called."""
    zh, en = words[name]
    return {"name": name, "zh": zh, "en": en}


def _places(letters: Mapping[str, Dated], shown: Sequence[Promise]) -> list[Json]:
    """The promises by place and organ, those with most promises first."""
    by: dict[str, dict[str, list[int]]] = {}
    for number, promise in enumerate(shown):
        letter = letters.get(promise.claim.letter)
        by.setdefault(letter.place if letter else "", {}).setdefault(promise.claim.subject, []).append(number)
    places = sorted(by.items(), key=lambda item: (-sum(map(len, item[1].values())), item[0]))
    return [{"name": place, "organs": [{"name": organ, "promises": numbers} for organ, numbers in
                                       sorted(organs.items(), key=lambda item: (-len(item[1]), item[0]))]} for place, organs in places]


class Line:
    """A line of time from the first to the last year that the promises speak of, as numbers from 0 to 100."""

    def __init__(self, promises: Iterable[Promise], letters: Mapping[str, Dated]) -> None:
        self.letters = letters
        days = [day for promise in promises for day in self._days(promise) if day]
        self.first = min((int(day[:4]) for day in days), default=0)
        self.last = max((int(day[:4]) for day in days), default=0) + 1

    def _days(self, promise: Promise) -> Iterator[str]:
        for claim in (promise.claim, *promise.later):
            letter = self.letters.get(claim.letter)
            yield from (letter.first, letter.last) if letter else ()
        yield promise.due

    def strip(self, promise: Promise) -> Json:
        """Where the letter, the due day and the first later letter stand."""
        later = promise.later[0] if promise.later else None
        return {"made": self._letter(promise.claim), "due": self._at(promise.due), "told": self._letter(later) if later else None}

    def _letter(self, claim: Claim) -> float | None:
        """A letter's day; of one that gives only its year, the middle of the year."""
        letter = self.letters.get(claim.letter)
        first, last = (self._at(letter.first), self._at(letter.last)) if letter else (None, None)
        return None if first is None or last is None else round((first + last) / 2, 2)

    def _at(self, day: str) -> float | None:
        if not day:
            return None
        whole = date.fromisoformat(day)
        return round(100 * (whole.year + (whole.timetuple().tm_yday - 1) / 366 - self.first) / (self.last - self.first), 2)

    def years(self) -> list[Json]:
        """The years of the line, at most a dozen, and where each begins."""
        step = max(1, -(-(self.last - self.first) // 12))
        return [{"x": self._at(f"{year:04}-01-01"), "year": year} for year in range(self.first, self.last, step)] if self.first else []
