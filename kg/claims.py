"""What letters say, read a column at a time: facts, figures and the days of the letters, for those who compare letters with each other.

    said = read_claims(store)
    said.claims        every fact and figure of every letter, sorted by letter and IRI
    said.letters       IRI -> Dated: the days between which the letter was written, its place and organs

A letter's day is the day that it gives (dcterms:issued). A letter without one was written in the year that its name gives, and where
the name has no year, in the year of the last thing that it reports as done, or in the next.
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import pyoxigraph as ox

from kg import iris
from kg.mapping import FIELD, LABEL, OBJECT, PLACE, PREDICATE, START, STATED, STATUS, STOP, SUBJECT, TIME_TEXT, TYPE, term
from kg.ontology import KG
from kg.store import Store

MERGE = ox.DefaultGraph()
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
FIRST_DAY, LAST_DAY = "-01-01", "-12-31"
Column = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Dated:
    """A letter: its IRI and name, the days (ISO, "" when unknown) between which it was written, its place and the organs that issued it."""

    iri: str
    name: str
    first: str
    last: str
    place: str = ""
    organs: tuple[str, ...] = ()

    def before(self, other: Dated) -> bool:
        """Whether it is surely the earlier one."""
        return bool(self.last and other.first) and self.last < other.first


class Claim(NamedTuple):
    """A fact or figure of one letter. Entities are canonical names, days ISO, what is unknown "".

    Of a figure, `predicate` is its label and `object` is empty; `amount` is value and unit as written, `value` and `unit` the same in base units.
    """

    iri: str
    letter: str
    kind: str                       # fact or figure
    subject: str
    predicate: str
    object: str
    status: str = ""
    first: str = ""
    last: str = ""
    amount: str = ""
    place: str = ""
    fields: tuple[str, ...] = ()
    role: str = ""
    value: Decimal | None = None
    unit: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """All claims, and the letters that make them."""

    claims: tuple[Claim, ...]
    letters: Mapping[str, Dated]


def read_claims(store: Store) -> Said:
    """Every fact and figure that a letter states, and every letter with its days."""
    columns = _Columns(store)
    claims = tuple(sorted([*columns.facts(), *columns.figures()], key=lambda claim: (claim.letter, claim.iri)))
    return Said(claims, _letters(store, columns, claims))


class _Columns:
    """The properties of facts and figures, each read in one pass over the merge."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.names: dict[str, str] = {}
        self.stated = self.column(STATED)
        self.start, self.stop, self.time = self.column(START), self.column(STOP), self.column(TIME_TEXT)

    def column(self, prop: ox.NamedNode) -> Column:
        """Node -> the values of a property, sorted where there are several."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self.store.data.quads_for_pattern(None, prop, None, MERGE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                found[quad.subject.value].append(quad.object.value)
        for values in found.values():
            values.sort()
        return found

    def name(self, iri: str) -> str:
        """The canonical name of an entity, which is in its IRI."""
        if iri not in self.names:
            self.names[iri] = iris.name_of(iri, self.store.base) or iri
        return self.names[iri]

    def facts(self) -> Iterable[Claim]:
        subject, predicate, target, status = (self.column(prop) for prop in (SUBJECT, PREDICATE, OBJECT, STATUS))
        amount, place, field, role = (self.column(prop) for prop in (term("kg:amountText"), PLACE, FIELD, term("kg:role")))
        for iri in subject:
            if iri in self.stated and iri in predicate and iri in target and iri in status:
                yield Claim(iri, self.stated[iri][0], "fact", self.name(subject[iri][0]), predicate[iri][0].removeprefix(KG),
                            self.name(target[iri][0]), status[iri][0].removeprefix(KG).lower(), *self._days(iri), _one(amount, iri),
                            self.name(_one(place, iri)), tuple(map(self.name, field.get(iri, ()))), _one(role, iri), time=_one(self.time, iri))

    def figures(self) -> Iterable[Claim]:
        about, label = self.column(term("schema:observationAbout")), self.column(LABEL)
        value, unit = self.column(term("schema:value")), self.column(term("schema:unitText"))
        base, base_unit = self.column(term("kg:normalizedValue")), self.column(term("kg:normalizedUnit"))
        for iri in about:
            if iri in self.stated:
                written, plain = _one(value, iri), _one(unit, iri)
                yield Claim(iri, self.stated[iri][0], "figure", self.name(about[iri][0]), _one(label, iri), "", "", *self._days(iri), written + plain,
                            value=_number(_one(base, iri) or written), unit=_one(base_unit, iri) or plain, time=_one(self.time, iri))

    def _days(self, iri: str) -> tuple[str, str]:
        first, last = _one(self.start, iri), _one(self.stop, iri)
        return first or last, last or first


def _one(column: Column, iri: str) -> str:
    values = column.get(iri)
    return values[0] if values else ""


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _letters(store: Store, columns: _Columns, claims: Iterable[Claim]) -> dict[str, Dated]:
    issued, places, organs = (columns.column(term(name)) for name in ("dcterms:issued", "kg:jurisdiction", "kg:issuedBy"))
    reported: dict[str, str] = defaultdict(str)
    for claim in claims:
        if claim.status == "done":
            reported[claim.letter] = max(reported[claim.letter], claim.last[:4])
    nodes = sorted(quad.subject.value for quad in store.data.quads_for_pattern(None, TYPE, term("kg:Letter"), MERGE)
                   if isinstance(quad.subject, ox.NamedNode))
    found = {}
    for iri in nodes:
        name = iris.name_of(iri, store.base) or iri
        place = _one(places, iri)
        found[iri] = Dated(iri, name, *_written(_one(issued, iri), name, reported[iri]), columns.name(place) if place else "",
                           tuple(map(columns.name, organs.get(iri, ()))))
    return found


def _written(issued: str, name: str, reported: str) -> tuple[str, str]:
    """The first and the last day on which a letter may have been written."""
    if issued:
        return issued, issued
    if in_name := YEAR.findall(name):
        return in_name[0] + FIRST_DAY, in_name[0] + LAST_DAY
    return (reported + FIRST_DAY, f"{int(reported) + 1}{LAST_DAY}") if reported else ("", "")
