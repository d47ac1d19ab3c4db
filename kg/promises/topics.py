"""The fields that the sentences of a fact name: what a wide cooperation is about."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg import iris
from kg.claims import Claim
from kg.mapping import QUOTED, REF, TYPE, term
from kg.store import Store

MERGE = ox.DefaultGraph()
Place = tuple[int, int]


@dataclass(frozen=True)
class Topics:
    """Finds the fields of a fact: those it is given, and those mentioned in the sentences that say it."""

    store: Store

    @cached_property
    def mentioned(self) -> Mapping[str, list[tuple[Place, str]]]:
        """Letter -> the fields mentioned in it, with their characters."""
        found: dict[str, list[tuple[Place, str]]] = defaultdict(list)
        for node in self._nodes(None, TYPE, term("kg:Field")):
            name = iris.name_of(node.value, self.store.base) or node.value
            for mention in self._nodes(None, REF, node):
                letter, at = characters(mention.value)
                found[letter].append((at, name))
        return found

    def of(self, claim: Claim) -> tuple[str, ...]:
        """The names of the fields, sorted."""
        found = set(claim.fields)
        for quad in self.store.data.quads_for_pattern(ox.NamedNode(claim.iri), QUOTED, None, MERGE):
            if isinstance(quad.object, ox.NamedNode):
                letter, (begin, end) = characters(quad.object.value)
                found |= {name for (start, stop), name in self.mentioned.get(letter, ()) if begin <= start and stop <= end}
        return tuple(sorted(found))

    def _nodes(self, subject: ox.NamedNode | None, prop: ox.NamedNode, value: ox.NamedNode) -> Iterator[ox.NamedNode]:
        return (quad.subject for quad in self.store.data.quads_for_pattern(subject, prop, value, MERGE) if isinstance(quad.subject, ox.NamedNode))


def characters(iri: str) -> tuple[str, Place]:
    """The letter and the characters that an IRI …#char=BEGIN,END names."""
    letter, _, part = iri.partition("#char=")
    begin, _, end = part.partition(",")
    return letter, (int(begin), int(end)) if begin.isdecimal() and end.isdecimal() else (0, 0)
