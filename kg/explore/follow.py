"""What became of promises, and what differs between two letters or two years: kg.promises and kg.diff, with links."""
from __future__ import annotations

from typing import Any

from kg import diff as comparing
from kg import promises as following
from kg.diff.written import told as told_difference
from kg.errors import QueryError
from kg.explore.links import fact_link, id_link
from kg.iris import entity_iri, letter_iri
from kg.promises.told import told as told_promises
from kg.store import Store

Json = dict[str, Any]
MOST = 100                               # promises, and changes, that are given at a time


def promises(store: Store, place: str = "", organ: str = "", state: str = "", as_of: str = "", start: int = 0) -> Json:
    """What kg/promises/told.py says, MOST promises from the number `start` on; every name, letter and sentence with its `href`.

    `counts` are of all states, whichever was asked for. Raises UnknownName, and QueryError for what is no state or day.
    """
    if state not in ("", *following.STATES):
        raise QueryError(f"{state!r} is no state of a promise: choose one of {', '.join(following.STATES)}.")
    every = following.promises(store, place=place or None, organ=organ or None, as_of=as_of or None)
    chosen = tuple(one for one in every.promises if state in ("", one.state))
    view = told_promises(store, following.Promises(chosen, every.letters, every.as_of), start, MOST)
    for one in view["promises"]:
        for claim in (one, *one["later"]):
            _link(claim, store.base)
    return view | {"counts": every.counts(), "step": MOST, "place": place, "organ": organ, "state": state}


def _link(claim: Json, base: str) -> None:
    claim["href"] = fact_link(claim["iri"])
    claim["subject_href"] = id_link(entity_iri(claim["subject"], base), base)
    claim["object_href"] = id_link(entity_iri(claim["object"], base), base) if claim["object"] else None
    claim["letter"]["href"] = id_link(claim["letter"]["iri"], base)
    for quote in claim["quotes"]:
        quote["href"] = id_link(quote["iri"], base)


def compare(store: Store, a: str, b: str, by: str = "letters", about: str = "", start: int = 0) -> Json:
    """What kg/diff/written.py says of two letters, or by years, of two years: MOST changes from the number `start` on, changed ones first.

    Every subject and letter has its link in `hrefs`. Raises UnknownName, and QueryError for a year without letters.
    """
    sides = comparing.years(store, a, b) if by == "years" else comparing.letters(store, a, b)
    found = comparing.diff(*sides, about or None)
    order = ("changed", "new", "gone")
    changes = tuple(sorted(found.changes, key=lambda one: order.index(one.how)))
    view = told_difference(comparing.Difference(found.before, found.after, changes[start:start + MOST], found.same))
    names = {name for one in view["changes"] for name in (one["subject"], one["object"]) if name}
    versions = [version for one in view["changes"] for version in (*one["before"], *one["after"])]
    letters = {quote["letter"] for version in versions for quote in version["quotes"]}
    return view | {"counts": found.counts(), "total": len(changes), "start": start, "step": MOST, "a": a, "b": b, "by": by, "about": about, "hrefs":
                   {name: id_link(entity_iri(name, store.base), store.base) for name in sorted(names)},
                   "letter_hrefs": {name: id_link(letter_iri(name, store.base), store.base) for name in sorted(letters)}}
