"""Which later claims speak of the same thing as a promise: found by key in an index, never by looking at all pairs."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg import iris
from kg.claims import Claim, Dated, Said
from kg.mapping import ALT, TYPE, term
from kg.model import SYMMETRIC
from kg.promises.names import Series, series
from kg.promises.rules import Keeping, Way
from kg.promises.topics import Topics
from kg.store import Store

MERGE = ox.DefaultGraph()
At = tuple[str, str, str]                # predicate, end (S or O), key


@dataclass(frozen=True)
class Matcher:
    """The claims of all letters, found by the names at their ends."""

    said: Said
    rules: Keeping
    loose: Set[str]                      # names of entities whose names may differ in year, number, place before
    places: Set[str]                     # names of places
    wide: Set[str]                       # names of entities between which cooperation is wide
    topics: Topics

    @cached_property
    def named(self) -> Mapping[str, Series]:
        """Entity -> its series; for an entity of another class its name alone."""
        names = {end for claim in self.said.claims for end in (claim.subject, claim.object)}
        return {name: series(name, self.rules.naming, self.places) if name in self.loose else Series(name) for name in names}

    @cached_property
    def index(self) -> Mapping[At, list[Claim]]:
        """(predicate, end, key) -> the facts that have such a name there."""
        found: dict[At, list[Claim]] = defaultdict(list)
        for claim in self.facts():
            for end, name in (("S", claim.subject), ("O", claim.object)):
                for key in self.named[name].keys():
                    found[claim.predicate, end, key].append(claim)
        return found

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str, str], list[Claim]]:
        """(predicate, subject, object) -> the facts that say it; of a symmetric predicate both ways."""
        found: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
        for claim in self.facts():
            found[claim.predicate, claim.subject, claim.object].append(claim)
            if claim.predicate in SYMMETRIC and claim.subject != claim.object:
                found[claim.predicate, claim.object, claim.subject].append(claim)
        return found

    def facts(self) -> Iterator[Claim]:
        return (claim for claim in self.said.claims if claim.kind == "fact")

    def letter(self, claim: Claim) -> Dated:
        return self.said.letters.get(claim.letter) or Dated(claim.letter, claim.letter, "", "")

    def alike(self, promise: Claim, way: Way) -> Iterator[Claim]:
        """The facts, of any letter and status, that the way describes for this promise; sorted as the claims are."""
        if promise.predicate in self.rules.exact and way.direct and promise.object not in self.loose:
            yield from self.pairs.get((way.predicate, promise.subject, promise.object), ())
            return
        thing = "S" if promise.subject in self.loose and "S" in (way.subject, way.object) else "O"      # the end with the fewer namesakes
        end = "S" if way.subject == thing else "O"
        name = promise.subject if thing == "S" else promise.object
        seen = set()
        for key in sorted(self.named[name].keys()):
            for claim in self.index.get((way.predicate, end, key), ()):
                if claim.iri not in seen and self._fits(promise, claim, way):
                    seen.add(claim.iri)
                    yield claim

    def _fits(self, promise: Claim, claim: Claim, way: Way) -> bool:
        ends = {way.subject: claim.subject, way.object: claim.object}
        if not self.same_thing(promise.object, ends["O"]):
            return False
        if "S" in ends:
            return self.same_party(promise, ends["S"])
        return self.same_place(promise, claim, ends["*"])

    def same_thing(self, one: str, other: str) -> bool:
        """Whether two names stand for one thing, or for editions of one series."""
        return one == other or self.named[one].like(self.named[other])

    def same_party(self, promise: Claim, other: str) -> bool:
        """Whether a name is that of the promise's subject, of a part of it, or of what it is part of."""
        own = promise.subject
        if own == other or (own in self.loose and self.same_thing(own, other)):
            return True
        return promise.predicate not in self.rules.exact and (own.startswith(other) or other.startswith(own))

    def is_wide(self, promise: Claim) -> bool:
        """Whether it is cooperation between places or governments, which may be about anything."""
        return promise.predicate in self.rules.wide and {promise.subject, promise.object} <= self.wide

    def other_field(self, promise: Claim, claim: Claim) -> bool:
        """Whether the facts are about different fields: both name some and share none; of wide cooperation, that they share none."""
        if self.is_wide(promise):
            if self.topics.are_all(promise):
                return claim.status == "planned" and not self.topics.are_all(claim)
            own, other = self.topics.of(promise), self.topics.of(claim)
            return not any(a.startswith(b) or b.startswith(a) for a in own for b in other)      # 科技创新 is 科技, 金融科技 is not
        return bool(promise.fields and claim.fields) and not _shared(promise.fields, claim.fields)

    def same_place(self, promise: Claim, claim: Claim, other: str) -> bool:
        """Whether the letters answer for one place, or the other end of the later fact is that place or the promise's subject."""
        here, there = self.letter(promise).place, self.letter(claim).place
        if other in (promise.subject, here) and other:
            return True
        return bool(here and there) and (here.startswith(there) or there.startswith(here))


def matcher(store: Store, said: Said, rules: Keeping) -> Matcher:
    """The matcher over a store's claims."""
    loose = {name for kind in rules.naming.loose for name in _instances(store, kind)}
    wide = {name for kind in rules.wide_classes for name in _instances(store, kind)}
    return Matcher(said, rules, loose, _place_names(store), wide, Topics(store, rules.fields, rules.general))


def _shared(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether a name is, or is a part of, one of the others."""
    others = tuple(other)
    return any(a in b or b in a for a in one for b in others)


def _instances(store: Store, kind: str) -> Iterator[str]:
    for quad in store.data.quads_for_pattern(None, TYPE, term(f"kg:{kind}"), MERGE):
        if isinstance(quad.subject, ox.NamedNode) and (name := iris.name_of(quad.subject.value, store.base)):
            yield name


def _place_names(store: Store) -> frozenset[str]:
    return frozenset(_with_other_names(store, _instances(store, "Place")))


def _with_other_names(store: Store, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield name
        node = ox.NamedNode(iris.entity_iri(name, store.base))
        yield from (quad.object.value for quad in store.data.quads_for_pattern(node, ALT, None, MERGE) if isinstance(quad.object, ox.Literal))
