"""What of the graph is written: all of it, or what is asked for by letter, class, status, confidence, place and time.

    only="all"      everything that is said of what is chosen: facts, figures, mentions, sentences, letters with their text
    only="facts"    facts and figures with the sentences that say them, names and classes, the letters' own data without the text
    only="plain"    entities with names and classes, and the plain triples of facts that are done or ongoing

A choice is held in memory as one entry for each node that is chosen; all of the graph takes none.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pyoxigraph as ox

from kg.errors import InputError, UnknownName
from kg.ontology import Term
from kg.store import Store

Only = Literal["all", "facts", "plain"]
Keep = Callable[[bytes], bool]
KNOWLEDGE = ("lexicon", "curation", "inferred")     # graphs that say of entities what no letter says


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for. `classes` and `statuses` are names in English or Chinese; `since` and `until` are days, both included."""

    only: Only = "all"
    letters: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    min_confidence: float | None = None
    place: str | None = None
    since: date | None = None
    until: date | None = None
    with_builds: bool = False
    inferred: bool = True

    def __post_init__(self) -> None:
        """InputError for a time that ends before it begins, in which nothing could be, and for a place without a name."""
        if self.place is not None and not self.place.strip():
            raise InputError("A place has a name: give one, or leave the place out.")
        if self.since and self.until and self.since > self.until:
            raise InputError(f"The time from {self.since} to {self.until} ends before it begins: exchange the two days.")

    @property
    def narrows(self) -> bool:
        """Whether facts and figures are chosen one by one."""
        return bool(self.classes or self.statuses or self.place or self.since or self.until) or self.min_confidence is not None

    @property
    def of_classes(self) -> bool:
        """Whether classes are all that is asked for: then entities without facts are chosen too."""
        return bool(self.classes) and not (self.statuses or self.place or self.since or self.until or self.min_confidence is not None)

    def words(self) -> str:
        """The choice as options of the command line; empty for all of the graph."""
        pairs = [("only", self.only if self.only != "all" else None), *(("letter", one) for one in self.letters),
                 *(("class", one) for one in self.classes), *(("status", one) for one in self.statuses), ("min-confidence", self.min_confidence),
                 ("place", self.place), ("from", self.since), ("to", self.until)]
        return " ".join([f"--{name} {value}" for name, value in pairs if value is not None] + ["--with-builds"] * self.with_builds
                        + ["--no-inferred"] * (not self.inferred))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice as looked up in a store: the graphs to read, and of these the lines to keep (kg/export/statements.py, in parts)."""

    graphs: tuple[ox.NamedNode, ...]
    merged: bool = False                            # whether the merge that the store keeps is that of these graphs
    nodes: frozenset[bytes] | None = None           # subjects to keep, None for all
    ties: frozenset[bytes] = frozenset()            # plain triples to keep
    without: frozenset[bytes] = frozenset()         # predicates to leave out
    skipped: frozenset[bytes] = frozenset()         # lines of the merge that only graphs left out say
    knowledge: frozenset[ox.NamedNode] = frozenset()
    plain: frozenset[bytes] = frozenset()           # predicates of facts: of their triples only ties are kept
    letters: frozenset[str] | None = None           # IRIs of the letters that are chosen, None for all

    def keep(self, graph: ox.NamedNode | ox.DefaultGraph) -> Keep | None:
        """Which lines of a graph to keep; None for all."""
        nodes, skipped = self.nodes, self.skipped
        if nodes is None:
            return (lambda line: line not in skipped) if skipped and graph == ox.DefaultGraph() else None
        known = graph in self.knowledge

        def keep(line: bytes) -> bool:
            subject, predicate, object_ = line.split(b"\t", 2)
            if subject not in nodes or predicate in self.without:
                return False
            return predicate not in self.plain or line in self.ties or (known and bool(self.ties) and object_[:-3] in nodes)
        return keep


def class_name(store: Store, name: str) -> str:
    """The name of a class (Fund) from its name or label in English or Chinese; UnknownName lists the near ones."""
    return _named("class", name, store.ontology.classes)


def status_name(store: Store, name: str) -> str:
    """The name of a status (done) from its name or label in English or Chinese."""
    return _named("status", name, store.ontology.statuses)


def _named(what: str, name: str, terms: Mapping[str, Term]) -> str:
    known = {label.casefold(): key for key, one in terms.items() for label in (key, one.zh, one.en)}
    if name.casefold() not in known:
        raise UnknownName(what, name, known)
    return known[name.casefold()]


def day(text: str, last: bool = False) -> date:
    """2024, 2024-06 or 2024-06-30 as its first day, or its last. InputError for anything else."""
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 3:
            return date(*parts)
        year, month = parts[0], parts[1] if len(parts) == 2 else 12 if last else 1
        if len(parts) > 3:
            raise ValueError(text)
        first = date(year, month, 1)
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1) if last else first
    except ValueError:
        raise InputError(f"{text!r} is no day: write it as 2024, 2024-06 or 2024-06-30.") from None
