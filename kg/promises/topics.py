"""What a wide cooperation is about: the fields that the sentences of a fact name."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from kg import iris
from kg.claims import Claim
from kg.mapping import ANCHOR, QUOTED, REF, TYPE, term
from kg.store import Store

MERGE = ox.DefaultGraph()
Place = tuple[int, int]


@dataclass(frozen=True)
class Topics:
    """Finds the fields of a fact: those it is given, and those named in the sentences that say it."""

    store: Store
    words: tuple[str, ...] = ()             # words of fields that are no entities
    general: tuple[str, ...] = ()           # words for all fields
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

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
        """The names of the fields, sorted; each fact is looked up once."""
        if claim.iri not in self._found:
            self._found[claim.iri] = self._of(claim)
        return self._found[claim.iri]

    def _of(self, claim: Claim) -> tuple[str, ...]:
        found = set(claim.fields)
        for sentence in self._sentences(claim):
            letter, (begin, end) = characters(sentence.value)
            found |= {name for (start, stop), name in self.mentioned.get(letter, ()) if begin <= start and stop <= end}
        return tuple(sorted(found | self._words_in(self._text(claim))))

    def _words_in(self, text: str) -> set[str]:
        """The words that a text has, a longer one in the place of those in it."""
        found = set()
        for word in sorted(self.words, key=len, reverse=True):
            if word in text:
                found.add(word)
                text = text.replace(word, " ")
        return found

    def are_all(self, claim: Claim) -> bool:
        """Whether the sentences speak of all fields."""
        text = self._text(claim)
        return any(word in text for word in self.general)

    def _sentences(self, claim: Claim) -> list[ox.NamedNode]:
        quads = self.store.data.quads_for_pattern(ox.NamedNode(claim.iri), QUOTED, None, MERGE)
        return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)]

    def _text(self, claim: Claim) -> str:
        if claim.iri not in self._texts:
            self._texts[claim.iri] = self._read(claim)
        return self._texts[claim.iri]

    def _read(self, claim: Claim) -> str:
        quads = (quad for one in self._sentences(claim) for quad in self.store.data.quads_for_pattern(one, ANCHOR, None, MERGE))
        return "\n".join(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))

    def _nodes(self, subject: ox.NamedNode | None, prop: ox.NamedNode, value: ox.NamedNode) -> Iterator[ox.NamedNode]:
        return (quad.subject for quad in self.store.data.quads_for_pattern(subject, prop, value, MERGE) if isinstance(quad.subject, ox.NamedNode))


def characters(iri: str) -> tuple[str, Place]:
    """The letter and the characters that an IRI …#char=BEGIN,END names."""
    letter, _, part = iri.partition("#char=")
    begin, _, end = part.partition(",")
    return letter, (int(begin), int(end)) if begin.isdecimal() and end.isdecimal() else (0, 0)
