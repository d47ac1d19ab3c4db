"""Which facts of the graph a reader wants to see: by class, predicate, status, letter and time."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError
from kg.explore.reader import Reader
from kg.mapping import START, STATED, STOP
from kg.model import CLASSES, STATUSES
from kg.store import Store


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be shown; an empty set lets everything through. `since` and `until` are days (2024-01-01), empty for none.

    With a time, facts without one are left out.
    """

    classes: frozenset[str] = frozenset()
    predicates: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], store: Store) -> Filters:
        """From lists of names by class, predicate, status, letter, and since and until as years, months or days; QueryError for what is none."""
        known = {"class": CLASSES, "predicate": tuple(store.ontology.predicates), "status": STATUSES}
        chosen = {key: _known(key, given.get(key) or (), names) for key, names in known.items()}
        letters = frozenset(iris.letter_iri(name, store.base) for name in given.get("letter") or ())
        return cls(chosen["class"], chosen["predicate"], chosen["status"], letters,
                   _day(str(given.get("since") or ""), "-01-01"), _day(str(given.get("until") or ""), "-12-31"))

    def pass_entity(self, reader: Reader, node: ox.NamedNode) -> bool:
        return not self.classes or str(reader.ref(node)["kind"]) in self.classes

    def pass_fact(self, reader: Reader, fact: ox.NamedNode) -> bool:
        if (self.statuses and reader.status(fact) not in self.statuses) or (self.predicates and reader.predicate(fact) not in self.predicates):
            return False
        if self.letters and not self.letters & {one.value for one in reader.nodes(fact, STATED)}:
            return False
        return not (self.since or self.until) or self._in_time(reader.text(fact, START), reader.text(fact, STOP))

    def _in_time(self, first: str | None, last: str | None) -> bool:
        first, last = first or last or "", last or first or ""
        return bool(first) and (not self.since or last >= self.since) and (not self.until or first <= self.until)


def _known(key: str, names: Iterable[str], known: Sequence[str]) -> frozenset[str]:
    found = frozenset(names)
    unknown = next(iter(sorted(found - set(known))), None)
    if unknown is not None:
        raise QueryError(f"There is no {key} {unknown!r}: choose of {', '.join(known)}.")
    return found


def _day(text: str, rest: str) -> str:
    """A year or month made a day at its beginning or end; text that is none of them is refused."""
    digits = text.replace("-", "")
    if text and not (digits.isdigit() and len(text) in (4, 7, 10) and digits.isascii()):
        raise QueryError(f"{text!r} is no time: write a year, a month or a day as in 2024, 2024-06 or 2024-06-30.")
    return text + {4: rest, 7: "-01" if rest == "-01-01" else "-31"}.get(len(text), "") if text else ""
