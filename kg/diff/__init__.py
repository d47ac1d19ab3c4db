"""What two graphs, two letters or two years say differently: facts and figures, compared by what they say (docs/howto/compare.md).

    diff(whole(store_a), whole(store_b))              two stores
    diff(*letters(store, "a", "b"))                   two letters of a store
    diff(*years(store, "2023", "2025"))               the letters of two years
    … , about="海河产业基金")                           only what is said of one entity

A fact is the same when subject, predicate and object are; it is changed when status, time, amount, place, field or role differ. A figure is
the same when its owner and label are; it is changed when value, unit or time differ. IRIs of facts, letters and confidence do not count, nor
do quotation marks, hyphens and spaces in names.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kg import iris
from kg.claims import Claim, Dated, read_claims
from kg.errors import QueryError, UnknownName
from kg.model import SYMMETRIC
from kg.network import period_text
from kg.ontology import Ontology
from kg.promises.rules import keeping
from kg.query import find_entity, find_letter
from kg.store import Store

__all__ = ["HOWS", "Change", "Difference", "Side", "Version", "diff", "letters", "whole", "years"]

How = Literal["new", "gone", "changed"]
HOWS: tuple[How, ...] = ("new", "gone", "changed")
Key = tuple[str, str, str, str]
Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: what it is called, its store, and its claims with their letters."""

    name: str
    store: Store
    claims: tuple[Claim, ...]
    dated: dict[str, Dated]


@dataclass(frozen=True, slots=True)
class Version:
    """One way in which a side says a fact or figure: its claims, which differ in letter only, the first of them first."""

    claims: tuple[Claim, ...]

    @property
    def claim(self) -> Claim:
        return self.claims[0]

    def text(self, ontology: Ontology) -> str:
        """What may differ, in words: status in Chinese and English, amount, time, place, fields, role."""
        one = self.claim
        status = f"{ontology.label(one.status, 'zh')} {one.status}" if one.status else ""
        time = period_text(one.first or None, one.last or None)
        parts = (status, one.amount, time, f"@ {one.place}" if one.place else "", "、".join(one.fields), one.role)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Change:
    """A fact or figure that differs. `before` and `after` are all ways in which the sides say it."""

    how: How
    kind: str
    subject: str
    predicate: str
    object: str
    before: tuple[Version, ...]
    after: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, by subject, predicate and object, and how many facts and figures are the same; false when nothing differs."""

    before: Side
    after: Side
    changes: tuple[Change, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.changes)

    def counts(self) -> dict[str, int]:
        """How many are new, gone and changed."""
        found = Counter(change.how for change in self.changes)
        return {how: found[how] for how in HOWS}


def whole(store: Store, name: str = "") -> Side:
    """All that a store says."""
    said = read_claims(store)
    return Side(name or str(store.directory or "memory"), store, said.claims, dict(said.letters))


def letters(store: Store, one: str, other: str) -> tuple[Side, Side]:
    """What two letters of a store say. Raises UnknownName with the near ones."""
    every = whole(store)
    first, second = (_part(every, name, {find_letter(store, name).value}) for name in (one, other))
    return first, second


def years(store: Store, one: str, other: str) -> tuple[Side, Side]:
    """What the letters of two years say; a letter without a sure year is in none. Raises QueryError for a year without letters."""
    every = whole(store)
    first, second = (_part(every, year, _written_in(every, year)) for year in (one, other))
    return first, second


def _part(side: Side, name: str, chosen: set[str]) -> Side:
    return Side(name, side.store, tuple(claim for claim in side.claims if claim.letter in chosen), side.dated)


def _written_in(side: Side, year: str) -> set[str]:
    known = {letter.iri: letter.first[:4] for letter in side.dated.values() if letter.first and letter.first[:4] == letter.last[:4]}
    found = {letter for letter, written in known.items() if written == year}
    if not found:
        years = ", ".join(sorted(set(known.values())))
        choice = f"choose from {years}" if years else "the store has no letter whose year is known"
        raise QueryError(f"No letter was surely written in {year}: {choice}.")
    return found


def diff(before: Side, after: Side, about: str | None = None) -> Difference:
    """What differs between two sides, or what differs of it about an entity. Raises UnknownName when neither side has the entity."""
    name = _named(before, after, about) if about else None
    old, new = _versions(before, name), _versions(after, name)
    found = (_change(old.get(key, {}), new.get(key, {})) for key in sorted(old.keys() | new.keys()))
    changes = tuple(change for change in found if change)
    return Difference(before, after, changes, len(old.keys() | new.keys()) - len(changes))


def _named(before: Side, after: Side, about: str) -> str:
    """The canonical name of an entity that either side knows."""
    for side in (before, after):
        try:
            return iris.name_of(find_entity(side.store, about).value, side.store.base) or about
        except UnknownName as error:
            missing = error
    raise missing


def _versions(side: Side, about: str | None) -> dict[Key, dict[Content, list[Claim]]]:
    """What the side says of each fact and figure, by content."""
    found: dict[Key, dict[Content, list[Claim]]] = {}
    wanted = _plain(about) if about else None
    for claim in side.claims:
        if wanted is None or wanted in (_plain(claim.subject), _plain(claim.object)):
            found.setdefault(_key(claim), {}).setdefault(_content(claim), []).append(claim)
    return found


def _plain(name: str) -> str:
    """A name without what writers leave out or write otherwise: quotation marks, hyphens, spaces."""
    return keeping().naming.drop.sub("", name) or name


def _key(claim: Claim) -> Key:
    ends: Sequence[str] = (_plain(claim.subject), _plain(claim.object))
    one, other = sorted(ends) if claim.predicate in SYMMETRIC and claim.kind == "fact" else ends
    return one, claim.kind, claim.predicate, other


def _content(claim: Claim) -> Content:
    """What may differ. A figure's amount counts in base units, so that 1亿元 and 10000万元 are the same."""
    amount = (str(claim.value.normalize()), claim.unit) if claim.value is not None else (claim.amount, "")
    return claim.status, claim.first, claim.last, *amount, claim.place, claim.fields, claim.role


def _change(old: dict[Content, list[Claim]], new: dict[Content, list[Claim]]) -> Change | None:
    if old.keys() == new.keys():
        return None
    how: How = "new" if not old else "gone" if not new else "changed"
    before, after = _sorted(old), _sorted(new)
    said = (after or before)[0].claim
    return Change(how, said.kind, said.subject, said.predicate, said.object, before, after)


def _sorted(versions: dict[Content, list[Claim]]) -> tuple[Version, ...]:
    """The versions in order of time."""
    return tuple(Version(tuple(claims)) for _, claims in sorted(versions.items(), key=lambda item: (item[1][0].first, str(item[0]))))
