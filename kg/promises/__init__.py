"""Promises: every planned fact and every target figure, and what later letters say of it (docs/howto/promises.md).

    promises(store)                      -> Promises: what became of each, by due day
    promises(store, place="天津市", states=["overdue"], as_of="2026-01-01")

What counts as keeping is data: ontology/promises/keeping.toml. How later letters are searched is in matching.py, how they decide in
deciding.py (facts) and targets.py (figures).
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kg import iris
from kg.claims import Dated, read_claims
from kg.errors import QueryError, UnknownName
from kg.promises.deciding import STATES, Decider, Promise, State, newest
from kg.promises.matching import matcher
from kg.promises.rules import keeping
from kg.promises.sentences import Evidence, Sentences, evidence
from kg.promises.targets import Targets
from kg.query import find_entity
from kg.store import Store

__all__ = ["STATES", "Evidence", "Promise", "Promises", "State", "evidence", "promises"]


@dataclass(frozen=True, slots=True)
class Promises:
    """The promises that were asked for, by due day (those without one last), and the letters by IRI; `as_of` is the day asked about."""

    promises: tuple[Promise, ...]
    letters: Mapping[str, Dated]
    as_of: str

    def counts(self) -> dict[str, int]:
        """How many are in each state."""
        found = Counter(promise.state for promise in self.promises)
        return {state: found[state] for state in STATES}


def promises(store: Store, *, place: str | None = None, organ: str | None = None, states: Iterable[str] = (), as_of: str | None = None) -> Promises:
    """What became of every promise, or of those of a place (and what lies in it by name), of an organ (as subject, or as the letter's issuer)
    or in some states.

    `as_of` (ISO) is the day asked about: what was due before is overdue, and letters written after it do not count. By default it is the
    day of the newest letter, so that an answer changes with the letters and not with the clock. Raises UnknownName, and QueryError for
    what is no day.
    """
    states = tuple(states)
    if strange := [one for one in states if one not in STATES]:
        raise UnknownName("state of a promise", strange[0], STATES)
    said = read_claims(store)
    today = _day(as_of) if as_of else newest(letter.first for letter in said.letters.values())
    rules, known = keeping(), set(states)
    decider = Decider(matcher(store, said, rules), today)
    sentences = Sentences(store, rules.quoted)
    targets = Targets(said, rules.aims, sentences, today)
    asked = _asked(store, said.letters, place, organ)
    planned = (decider.promise(claim) for claim in said.claims
               if claim.status == "planned" and asked(claim.subject, claim.letter) and not sentences.by_others(claim.iri))
    aimed = (promise for promise in targets.promises()
             if asked(promise.claim.subject, promise.claim.letter) and not sentences.by_others(promise.claim.iri))
    found = [one for one in (*planned, *aimed) if (not known or one.state in known) and _by_then(said.letters.get(one.claim.letter), today)]
    return Promises(tuple(sorted(found, key=lambda one: (one.due or "9999", one.claim.letter, one.claim.iri))), said.letters, today)


def _by_then(letter: Dated | None, today: str) -> bool:
    """Whether a letter was, or may have been, written by that day."""
    return letter is None or letter.first <= today


class _Asked:
    """Whether a promise by this subject in this letter is one of those asked for."""

    def __init__(self, letters: Mapping[str, Dated], place: str | None, organ: str | None) -> None:
        self.letters, self.place, self.organ = letters, place, organ

    def __call__(self, subject: str, letter: str) -> bool:
        told = self.letters.get(letter)
        here = self.place is None or (told.place if told and told.place else subject).startswith(self.place) or subject.startswith(self.place)
        return here and (self.organ is None or self.organ == subject or bool(told and self.organ in told.organs))


def _asked(store: Store, letters: Mapping[str, Dated], place: str | None, organ: str | None) -> _Asked:
    def name(given: str | None) -> str | None:
        return (iris.name_of(find_entity(store, given).value, store.base) or given) if given else None
    return _Asked(letters, name(place), name(organ))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise QueryError(f"{text!r} is no day: write it as 2025-12-31.") from None
