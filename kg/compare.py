"""Compares one letter's extraction with its gold, measure by measure: what was found, what a person says, under keys that compare.

Every function gives keyed items: the keys decide what agrees, the items say how to show it and what found it.
"""
from __future__ import annotations

from calendar import monthrange
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kg.gold import Gold, GoldFact
from kg.measures import MEASURES
from kg.model import SYMMETRIC, Extraction, Fact, Period

Verdict = Literal["hit", "missed", "extra"]
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is right, missed or extra. `kind` is a class, predicate, unit or key; `start` an offset of the letter's text or -1."""

    measure: str
    letter: str
    verdict: Verdict
    key: Key
    text: str
    kind: str = ""
    by: str = ""
    confidence: float | None = None
    start: int = -1
    end: int = -1


Tally = tuple[Finding, ...]


def score(gold: Gold, extraction: Extraction | None) -> Tally:
    """The findings of one letter, for every measure; without an extraction everything is missed."""
    return _Comparison(gold).tally(extraction)


@dataclass(frozen=True, slots=True)
class _Item:
    """What stands behind a key: how to show it and how to break it down."""

    text: str
    kind: str
    by: str = ""
    confidence: float | None = None
    start: int = -1
    end: int = -1


Items = dict[Key, _Item]


class _Comparison:
    """One letter's gold, and the accepted names by which what was found is recognised."""

    def __init__(self, gold: Gold) -> None:
        place = gold.letter.get("jurisdiction", "")
        self.gold = gold
        self.names = {name: entity for entity, names in gold.names.items() for name in names}
        self.accepted = {place: place, **self.names}

    def canonical(self, name: str) -> str:
        return self.accepted.get(name, "?" + name)

    def tally(self, found: Extraction | None) -> Tally:
        facts, status = self.found_facts(found, status=False), self.found_facts(found, status=True)
        gold_facts, gold_status = self.gold_facts(status=False), self.gold_facts(status=True)
        times, gold_times = self.fact_times(found, status)
        figures, figures_time = self.found_figures(found)
        gold_figures, gold_figures_time = self.gold_figures()
        wanted = {
            "mentions": self.gold_mentions(linked=False), "linking": self.gold_mentions(linked=True), "entities": self.gold_entities(),
            "facts": gold_facts, "facts+status": gold_status, "fact times": gold_times,
            "figures": gold_figures, "figures+time": gold_figures_time, "letter": self.gold_letter(),
        }
        given = {
            "mentions": self.found_mentions(found, linked=False), "linking": self.found_mentions(found, linked=True),
            "entities": self.found_entities(found), "facts": facts, "facts+status": status, "fact times": times,
            "figures": figures, "figures+time": self.matched(figures_time, gold_figures_time), "letter": self.found_letter(found),
        }
        return tuple(finding for measure in MEASURES for finding in self.compare(measure, wanted[measure], given[measure]))

    def compare(self, measure: str, wanted: Items, given: Items) -> Iterable[Finding]:
        """Hits and extras carry what found them; what was missed carries what the gold says."""
        for key, item in given.items():
            yield self.finding(measure, "hit" if key in wanted else "extra", key, item)
        for key, item in wanted.items():
            if key not in given:
                yield self.finding(measure, "missed", key, item)

    def finding(self, measure: str, verdict: Verdict, key: Key, item: _Item) -> Finding:
        return Finding(measure, self.gold.name, verdict, key, item.text, item.kind, item.by, item.confidence, item.start, item.end)

    # ---- mentions and entities

    def gold_mentions(self, *, linked: bool) -> Items:
        items: Items = {}
        for m in self.gold.mentions:
            surface, last = m.span.of(self.gold.text), m.entity if linked else m.kind
            items[m.span.start, m.span.end, last] = _Item(_arrow(surface, last), m.kind, "", None, m.span.start, m.span.end)
        return items

    def found_mentions(self, found: Extraction | None, *, linked: bool) -> Items:
        items: Items = {}
        for entity in found.entities if found else ():
            for link in entity.links:
                assert found is not None
                span = found.letter.origin(link.mention.span)
                surface, last = span.of(found.letter.source.text), self.canonical(entity.name) if linked else entity.kind
                items[span.start, span.end, last] = _Item(
                    _arrow(surface, last), entity.kind, link.mention.found_by, link.mention.confidence, span.start, span.end)
        return items

    def gold_entities(self) -> Items:
        return {(m.entity, m.kind): _Item(_arrow(m.entity, m.kind), m.kind) for m in self.gold.mentions}

    def found_entities(self, found: Extraction | None) -> Items:
        named = [(self.canonical(e.name), e.kind) for e in found.entities if e.links] if found else []
        return {(name, kind): _Item(_arrow(name, kind), kind) for name, kind in named}

    # ---- facts

    def gold_facts(self, *, status: bool) -> Items:
        return {_fact_key(f.subject, f.predicate, f.object, f.status)[:4 if status else 3]: self.gold_fact(f) for f in self.gold.facts}

    def gold_fact(self, fact: GoldFact) -> _Item:
        at = self.gold.text.find(fact.quote)
        return _Item(f"{_says(fact.subject, fact.predicate, fact.object, fact.status)}  「{fact.quote}」", fact.predicate, "", None, at,
                     at + len(fact.quote) if at >= 0 else -1)

    def fact_key(self, fact: Fact) -> Key:
        return _fact_key(self.canonical(fact.subject), fact.predicate, self.canonical(fact.object), fact.status)

    def found_facts(self, found: Extraction | None, *, status: bool) -> Items:
        items: Items = {}
        for fact in found.facts if found else ():
            assert found is not None
            key = self.fact_key(fact)
            quote = found.letter.origin(fact.quotes[0]) if fact.quotes else None
            items.setdefault(key[:4 if status else 3], _Item(
                _says(*(str(part) for part in key)) + f"  [{fact.pattern}]", fact.predicate, fact.pattern, fact.confidence,
                quote.start if quote else -1, quote.end if quote else -1))
        return items

    def fact_times(self, found: Extraction | None, right: Items) -> tuple[Items, Items]:
        """(found, gold) times of the facts that are right: a time that agrees has the gold's words for key."""
        times: dict[Key, set[tuple[date | None, date | None]]] = {}
        for fact in found.facts if found else ():
            times.setdefault(self.fact_key(fact), set()).add(_days(fact.period))
        given: Items = {}
        wanted: Items = {}
        for gold_fact in self.gold.facts:
            key = _fact_key(gold_fact.subject, gold_fact.predicate, gold_fact.object, gold_fact.status)
            if key not in right:
                continue
            item = self.gold_fact(gold_fact)
            if gold_fact.time != "-":
                wanted[*key, gold_fact.time] = _Item(f"{gold_fact.time}  {item.text}", item.kind, "", None, item.start, item.end)
            if any(days != (None, None) for days in times[key]):
                agrees = any(same_time(gold_fact.time, *days) for days in times[key])
                said = gold_fact.time if agrees else "; ".join(sorted(f"{first or ''}/{last or ''}" for first, last in times[key]))
                given[*key, said if agrees else f"?{said}"] = _Item(f"{said}  {item.text}", item.kind, right[key].by, right[key].confidence,
                                                                  item.start, item.end)
        return given, wanted

    # ---- figures

    def gold_figures(self) -> tuple[Items, Items]:
        plain: Items = {}
        timed: Items = {}
        for f in self.gold.figures:
            at = self.gold.text.find(f.quote)
            item = _Item(f"{f.subject}  {f.indicator}  {f.value} {f.unit}  {f.time}  「{f.quote}」", f.unit, "", None, at, at + len(f.quote))
            key = (f.subject, _number(f.value), f.unit)
            plain[key] = timed[*key, f.time] = item
        return plain, timed

    def found_figures(self, found: Extraction | None) -> tuple[Items, Items]:
        plain: Items = {}
        timed: Items = {}
        for f in found.figures if found else ():
            assert found is not None
            key = (self.canonical(f.subject), _number(str(f.value)), f.unit)
            quote, (first, last) = found.letter.origin(f.quote), _days(f.period)
            text = f"{key[0]}  {f.indicator}  {key[1]} {f.unit}  {_span_of_days(first, last)}"
            item = _Item(text, f.unit, "", f.confidence, quote.start, quote.end)
            plain.setdefault(key, item)
            timed.setdefault((*key, first, last), item)
        return plain, timed

    def matched(self, given: Items, wanted: Items) -> Items:
        """Figures with times; where a gold time agrees its words take the place of the days."""
        items: Items = {}
        for key, item in given.items():
            same = (w for w in wanted if w[:3] == key[:3] and same_time(str(w[3]), key[3], key[4]))   # type: ignore[arg-type]
            items[next(same, key)] = item
        return items

    # ---- the letter's own data

    def gold_letter(self) -> Items:
        pairs = [(key, value.strip()) for key, values in self.gold.letter.items() for value in values.split(";") if value.strip()]
        return {(key, self.names.get(value, value)): _Item(f"{key}: {value}", key) for key, value in pairs}

    def found_letter(self, found: Extraction | None) -> Items:
        pairs = [(key, value) for key, values in letter_data(found).items() for value in values if key in self.gold.letter] if found else []
        return {(key, self.names.get(value, value)): _Item(f"{key}: {value}", key) for key, value in pairs}


def letter_data(found: Extraction) -> dict[str, tuple[str, ...]]:
    """The letter's own data under the keys that gold files use."""
    header, record = found.letter.header, found.record

    def one(value: object) -> tuple[str, ...]:
        return (str(value),) if value is not None else ()

    return {
        "jurisdiction": one(record.jurisdiction), "issuer": record.issued_by, "document_number": one(header.document_number),
        "proposal_number": one(header.proposal_number), "proposal_title": one(header.proposal_title), "session": one(header.session),
        "date": one(header.date), "addressees": record.addressed_to, "prepared_with": record.prepared_with,
    }


def same_time(gold: str, first: date | None, last: date | None) -> bool:
    """Whether both days agree; a figure as of a day may give the end alone."""
    if gold == "-" or not (first or last):
        return gold == "-" and not (first or last)
    start, end = days(gold)
    return (last or first) == end and first in (None, start, end)


def days(time: str) -> tuple[date, date]:
    """First and last day of an ISO year, month or day, or of START/END."""
    first, _, last = time.partition("/")
    return date(*_ymd(first, (1, 1))), date(*_ymd(last or first, None))


def _ymd(text: str, default: tuple[int, int] | None) -> tuple[int, int, int]:
    """Year, month and day; what is not said is the default, or the last of its kind."""
    parts = [int(part) for part in text.split("-")]
    month = parts[1] if len(parts) > 1 else (default[0] if default else 12)
    day = parts[2] if len(parts) > 2 else (default[1] if default else monthrange(parts[0], month)[1])
    return parts[0], month, day


def _fact_key(subject: str, predicate: str, target: str, status: str) -> Key:
    if predicate in SYMMETRIC and target < subject:
        subject, target = target, subject
    return subject, predicate, target, status


def _days(period: Period | None) -> tuple[date | None, date | None]:
    return (period.first, period.last) if period else (None, None)


def _number(text: str) -> str:
    return f"{float(text):g}" if text else text


def _span_of_days(first: date | None, last: date | None) -> str:
    return f"{first or ''}/{last or ''}" if first or last else "-"


def _arrow(left: str, right: str) -> str:
    return f"{left} -> {right}"


def _says(subject: str, predicate: str, target: str, status: str) -> str:
    return f"{status}  {subject}  {predicate}  {target}"
