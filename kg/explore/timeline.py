"""Events in the order of time, done and planned, with who holds them and where."""
from __future__ import annotations

import re
from collections import Counter, defaultdict

import pyoxigraph as ox

from kg.explore.reader import STATUS_RANK, Json, Reader, first_by
from kg.mapping import START, STOP, TYPE, term
from kg.network import period_text
from kg.store import Store

EVENT = term("kg:Event")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MOST = 200                               # events that are given at a time


def timeline(store: Store, year: str = "", status: str = "", start: int = 0) -> Json:
    """{total, fit, start, step, years: [{year, done, ongoing, planned, suggested}],
    events: [{ref, day, time, year, status: term, by, at, letters, facts}]}.

    An event is as far as the furthest of its facts (done, ongoing, planned, suggested); its day is the first that a fact gives, its year
    without one the year in its name. Events without a year come last, with the year "". `year` and `status` leave only what fits; `years`
    counts them all. MOST events are given, from the number `start` on.
    """
    reader = Reader(store)
    events = sorted(filter(None, (_event(reader, node) for node in set(reader.subjects(TYPE, EVENT)))), key=_order)
    years: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        years[event["year"]][event["status"]["name"]] += 1
    fit = [event for event in events if year in ("", event["year"]) and status in ("", event["status"]["name"])]
    return {"total": len(events), "year": year, "status": status, "fit": len(fit), "start": start, "step": MOST,
            "events": [_told(reader, event) for event in fit[start:start + MOST]],
            "years": [{"year": one, **{name: years[one][name] for name in STATUS_RANK}} for one in sorted(years, key=lambda one: one or "9999")]}


def _order(event: Json) -> tuple[str, ...]:
    return event["year"] or "9999", event["day"] or "9", event["ref"]["name"]


def _event(reader: Reader, node: ox.NamedNode) -> Json | None:
    """What the facts about an event say of its time and status; None when there is no fact."""
    facts = sorted({fact for fact, _ in reader.facts_about(node)}, key=str)
    if not facts:
        return None
    days = sorted(filter(None, (_days(reader, fact) for fact in facts)))
    in_name = YEAR.search(reader.ref(node)["name"])
    status = min((reader.status(fact) for fact in facts), key=lambda one: STATUS_RANK.get(one, 9))
    return {"ref": reader.ref(node), "day": days[0][0] if days else None, "time": period_text(*days[0]) if days else None,
            "year": days[0][0][:4] if days else in_name[0] if in_name else "", "status": reader.term(status), "facts": facts}


def _days(reader: Reader, fact: ox.NamedNode) -> tuple[str, str] | None:
    first, last = reader.text(fact, START), reader.text(fact, STOP)
    return (first or last or "", last or first or "") if first or last else None


def _told(reader: Reader, event: Json) -> Json:
    """The event with who holds it, where, and which letters say so, in the place of its facts."""
    told = [reader.fact(fact) for fact in event["facts"]]
    return event | {
        "by": first_by([f["subject"] for f in told if f["predicate"]["name"] == "organizes"], "iri"),
        "at": first_by([f["object"] for f in told if f["predicate"]["name"] == "heldIn"], "iri"),
        "letters": first_by([f["letter"] for f in told if f["letter"]], "iri"), "facts": len(told)}
