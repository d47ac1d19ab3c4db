"""The sentences that say a fact or figure: their text, with and without the names in it, and whether they tell what somebody else said."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.mapping import ANCHOR, BEGIN, CONTEXT, END, QUOTED, REF
from kg.promises.rules import Quoted
from kg.promises.topics import Place, characters
from kg.store import Store

MERGE = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that says a fact or figure: its IRI, its characters in the letter (from `begin` to before `end`) and its text."""

    iri: str
    begin: int
    end: int
    text: str


def evidence(store: Store, iri: str) -> tuple[Evidence, ...]:
    """The sentences that say a fact or figure, in the order of the letter."""
    quoted = (quad.object for quad in store.data.quads_for_pattern(ox.NamedNode(iri), QUOTED, None, MERGE))
    return tuple(sorted((_sentence(store, node) for node in quoted if isinstance(node, ox.NamedNode)), key=lambda one: (one.begin, one.iri)))


def _sentence(store: Store, node: ox.NamedNode) -> Evidence:
    def value(prop: ox.NamedNode) -> str:
        return next((q.object.value for q in store.data.quads_for_pattern(node, prop, None, MERGE) if isinstance(q.object, ox.Literal)), "")
    return Evidence(node.value, int(value(BEGIN) or 0), int(value(END) or 0), value(ANCHOR))


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a store's facts and figures."""

    store: Store
    quoted: Quoted
    _names: dict[str, list[Place]] = field(default_factory=dict)

    def text(self, iri: str) -> str:
        """The sentences of a fact or figure in one line each."""
        return " ".join(one.text for one in evidence(self.store, iri))

    def unnamed(self, iri: str) -> str:
        """The same with a blank for each character of a name: 京冀 holds no 冀, that is, no hope."""
        return " ".join(map(self._without_names, evidence(self.store, iri)))

    def by_others(self, iri: str) -> bool:
        """Whether a fact or figure stands only where the letter tells what somebody else said."""
        said = evidence(self.store, iri)
        return bool(said) and all(self.quoted.holds(one.text) for one in said)

    def _without_names(self, one: Evidence) -> str:
        text = one.text
        for begin, end in self._mentioned(one.iri.partition("#")[0]):
            if one.begin <= begin < end <= one.end:
                text = text[:begin - one.begin] + " " * (end - begin) + text[end - one.begin:]
        return text

    def _mentioned(self, letter: str) -> list[Place]:
        """Where names stand in a letter; each letter is looked up once."""
        if letter not in self._names:
            self._names[letter] = [place for node in self._phrases(letter) if (place := characters(node.value)[1]) != (0, 0)]
        return self._names[letter]

    def _phrases(self, letter: str) -> Iterator[ox.NamedNode]:
        data = self.store.data
        for quad in data.quads_for_pattern(None, CONTEXT, ox.NamedNode(letter), MERGE):
            node = quad.subject
            if isinstance(node, ox.NamedNode) and next(iter(data.quads_for_pattern(node, REF, None, MERGE)), None) is not None:
                yield node
