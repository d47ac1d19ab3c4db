"""Nodes of the graph as plain values for pages and programs: lists, dicts, texts and numbers that JSON can say.

    ref       {iri, href, name, kind, zh, en}                    an entity: its name, its main class and what the class is called
    letter    {iri, href, name, title}
    term      {name, zh, en}                                     a class, predicate or status
    fact      {iri, href, subject: ref, predicate: term, object: ref, status: term, letter, quotes, confidence,
               time, time_text, first, last, place: ref, fields: [ref], amount, role, found_by, anchor, corrected: by a person}
    figure    {iri, href, about: ref, label, value, unit, base_value, base_unit, letter, quotes, confidence, time, …}
    quote     {iri, href, begin, end, text}                      a sentence; offsets count characters of the letter's text

What is unknown is None or empty. `href` is where the explorer shows the thing (kg/explore/links.py), `anchor`
the id by which a browser finds it in the page of its letter.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from kg import iris
from kg.curate.rdf import BY
from kg.explore.links import fact_link, id_link
from kg.mapping import (
    ANCHOR,
    BEGIN,
    END,
    FIELD,
    FOUND,
    LABEL,
    OBJECT,
    PLACE,
    PREDICATE,
    PREF,
    QUOTED,
    START,
    STATED,
    STATUS,
    STOP,
    SUBJECT,
    SURE,
    TIME_TEXT,
    TYPE,
    term,
)
from kg.model import CLASSES, STATUSES
from kg.network import period_text
from kg.ontology import KG
from kg.store import Store

MERGE = ox.DefaultGraph()
Json = dict[str, Any]
FACT, FIGURE, ABOUT = term("kg:Fact"), term("kg:Figure"), term("schema:observationAbout")
TITLE, REPLIES, AMOUNT, ROLE = term("dcterms:title"), term("kg:repliesTo"), term("kg:amountText"), term("kg:role")
VALUE, UNIT, BASE_VALUE, BASE_UNIT = term("schema:value"), term("schema:unitText"), term("kg:normalizedValue"), term("kg:normalizedUnit")
RANK: dict[str, int] = {kind: i for i, kind in enumerate(CLASSES)}
STATUS_RANK: dict[str, int] = {status: i for i, status in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the merge of a store; what it has read of entities and letters it keeps while it lives."""

    store: Store
    _refs: dict[ox.NamedNode, Json] = field(default_factory=dict)
    _letters: dict[ox.NamedNode, Json] = field(default_factory=dict)

    # nodes and values

    def nodes(self, node: ox.NamedNode, prop: ox.NamedNode) -> list[ox.NamedNode]:
        """The IRIs that a property of the node has, sorted."""
        return sorted((v for v in self._values(node, prop) if isinstance(v, ox.NamedNode)), key=str)

    def node(self, node: ox.NamedNode, prop: ox.NamedNode) -> ox.NamedNode | None:
        """The first of them."""
        return next(iter(self.nodes(node, prop)), None)

    def texts(self, node: ox.NamedNode, prop: ox.NamedNode) -> list[str]:
        """The literals that a property of the node has, sorted."""
        return sorted({v.value for v in self._values(node, prop) if isinstance(v, ox.Literal)})

    def text(self, node: ox.NamedNode, prop: ox.NamedNode) -> str | None:
        """The first of them."""
        return next(iter(self.texts(node, prop)), None)

    def subjects(self, prop: ox.NamedNode, value: ox.NamedNode) -> Iterator[ox.NamedNode]:
        """The IRIs that have this value, in no order."""
        found = self.store.data.quads_for_pattern(None, prop, value, MERGE)
        return (quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode))

    def _values(self, node: ox.NamedNode, prop: ox.NamedNode) -> Iterator[object]:
        return (quad.object for quad in self.store.data.quads_for_pattern(node, prop, None, MERGE))

    # things

    def kinds(self, node: ox.NamedNode) -> list[str]:
        """The classes of an entity without kg:, the main one first."""
        names = [v.value.removeprefix(KG) for v in self.nodes(node, TYPE) if v.value.startswith(KG)]
        return sorted(names, key=lambda name: (RANK.get(name, len(RANK)), name))

    def ref(self, node: ox.NamedNode) -> Json:
        """The entity, so that it can be named and linked."""
        if node not in self._refs:
            kind = next(iter(self.kinds(node)), "Entity")
            name = self.text(node, PREF) or iris.name_of(node.value, self.store.base) or node.value
            self._refs[node] = {"iri": node.value, "href": id_link(node.value, self.store.base), "name": name} | self._kind(kind)
        return self._refs[node]

    def _kind(self, kind: str) -> Json:
        term_ = self.term(kind)
        return {"kind": kind, "zh": term_["zh"], "en": term_["en"]}

    def term(self, name: str) -> Json:
        """A class, predicate or status with its labels."""
        return {"name": name, "zh": self.store.ontology.label(name, "zh"), "en": self.store.ontology.label(name, "en")}

    def letter(self, node: ox.NamedNode) -> Json:
        """The letter, so that it can be named and linked."""
        if node not in self._letters:
            name = iris.name_of(node.value, self.store.base) or node.value
            self._letters[node] = {"iri": node.value, "href": id_link(node.value, self.store.base), "name": name, "title": self._title(node)}
        return self._letters[node]

    def _title(self, letter: ox.NamedNode) -> str | None:
        """The letter's title, or that of the proposal that it answers."""
        proposal = self.node(letter, REPLIES)
        return self.text(letter, TITLE) or (self.text(proposal, TITLE) if proposal else None)

    def quotes(self, node: ox.NamedNode) -> list[Json]:
        """The sentences that say a fact or figure, in the order of the letter's text."""
        found = [self._quote(sentence) for sentence in self.nodes(node, QUOTED)]
        return sorted(found, key=lambda quote: (quote["begin"], quote["iri"]))

    def _quote(self, sentence: ox.NamedNode) -> Json:
        return {"iri": sentence.value, "href": id_link(sentence.value, self.store.base), "begin": int(self.text(sentence, BEGIN) or 0),
                "end": int(self.text(sentence, END) or 0), "text": self.text(sentence, ANCHOR) or ""}

    def ends(self, fact: ox.NamedNode) -> tuple[ox.NamedNode, ox.NamedNode] | None:
        """Subject and object of a fact; None when either is missing."""
        subject, object_ = self.node(fact, SUBJECT), self.node(fact, OBJECT)
        return (subject, object_) if subject and object_ else None

    def predicate(self, fact: ox.NamedNode) -> str:
        return self._local(fact, PREDICATE)

    def status(self, fact: ox.NamedNode) -> str:
        """done, ongoing, planned or suggested."""
        return self._local(fact, STATUS).lower()

    def _local(self, node: ox.NamedNode, prop: ox.NamedNode) -> str:
        found = self.node(node, prop)
        return self.store.ontology.name(found.value) if found else ""

    def fact(self, fact: ox.NamedNode) -> Json:
        """All that is said with a fact."""
        ends = self.ends(fact) or (fact, fact)
        place = self.node(fact, PLACE)
        return self._said(fact) | {
            "subject": self.ref(ends[0]), "predicate": self.term(self.predicate(fact)), "object": self.ref(ends[1]),
            "status": self.term(self.status(fact)), "place": self.ref(place) if place else None,
            "fields": [self.ref(one) for one in self.nodes(fact, FIELD)], "amount": self.text(fact, AMOUNT), "role": self.text(fact, ROLE)}

    def figure(self, figure: ox.NamedNode) -> Json:
        """All that is said with a figure; value and unit as the letter writes them."""
        about = self.node(figure, ABOUT)
        return self._said(figure) | {
            "about": self.ref(about) if about else None, "label": self.text(figure, LABEL) or "",
            "value": self.text(figure, VALUE) or "", "unit": self.text(figure, UNIT) or "",
            "base_value": self.text(figure, BASE_VALUE), "base_unit": self.text(figure, BASE_UNIT)}

    def _said(self, node: ox.NamedNode) -> Json:
        letter = self.node(node, STATED)
        first, last = self.text(node, START), self.text(node, STOP)
        time_text = self.text(node, TIME_TEXT)
        return {"iri": node.value, "href": fact_link(node.value), "anchor": unquote(node.value.partition("#")[2]),
                "letter": self.letter(letter) if letter else None, "quotes": self.quotes(node),
                "confidence": float(self.text(node, SURE) or 0), "first": first, "last": last,
                "time": period_text(first, last) or time_text, "time_text": time_text, "found_by": self.texts(node, FOUND),
                "corrected": bool(self.nodes(node, BY))}

    # what is said of an entity

    def facts_about(self, node: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, bool]]:
        """The facts that have the entity as subject (True) or object (False), in no order."""
        for prop, forward in ((SUBJECT, True), (OBJECT, False)):
            yield from ((fact, forward) for fact in self.subjects(prop, node))

    def all_facts(self) -> Iterator[ox.NamedNode]:
        return self.subjects(TYPE, FACT)


def first_by(items: Iterable[Json], key: str) -> list[Json]:
    """The items, the first of each value of `key`."""
    return list({item[key]: item for item in reversed(list(items))}.values())[::-1]
