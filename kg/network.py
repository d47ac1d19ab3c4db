"""The graph as a networkx.MultiDiGraph: a node for each entity of a fact, an edge for each fact. What pictures are drawn from.

    node    key: the canonical name
            name  kind (Fund)  kind_zh  kind_en  fine  aliases  surfaces (forms in the letters)  letters  mentions  degree  place
            figures: [{indicator, value, unit, time, letter, quote}]
    edge    key: the fact's IRI
            predicate  label_zh  label_en  status (done …)  letter  quote (list)  time  start  end  amount  place  role  field (list)  confidence

Nodes, edges and lists are in sorted order, so that the same store gives the same graph. What is unknown is absent.
"""
from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import networkx
import pyoxigraph as ox

from kg import iris
from kg.mapping import REF, TYPE, term
from kg.model import CLASSES
from kg.ontology import KG
from kg.query import find_entity
from kg.store import Store

MERGE = ox.DefaultGraph()
Ends = tuple[ox.NamedNode, ox.NamedNode]


def to_networkx(store: Store, about: str | None = None, hops: int = 1, max_nodes: int | None = 300,
                 max_facts: int | None = None) -> networkx.MultiDiGraph:
    """The facts of all letters, or those within `hops` steps of the entity `about`; of more than `max_nodes` entities the best connected.

    `graph.graph["omitted"]` tells how many entities were left out. With `max_facts` no more facts are looked at, whichever come first in the store.
    UnknownName when there is no entity `about`.
    """
    reader = _Reader(store)
    facts = dict(islice(reader.facts(), max_facts))
    centre = find_entity(store, about) if about else None
    near = _near(facts, centre, hops) if centre else dict.fromkeys(node for ends in facts.values() for node in ends)
    shown = _chosen(facts, near, max_nodes)
    graph = networkx.MultiDiGraph(omitted=len(near) - len(shown))
    degrees = Counter(node for ends in facts.values() for node in set(ends))
    for node in sorted(shown, key=str):
        graph.add_node(reader.key(node), **reader.entity(node), degree=degrees[node])
    for fact, (subject, object_) in sorted(facts.items(), key=lambda item: item[0].value):
        if subject in shown and object_ in shown:
            graph.add_edge(reader.key(subject), reader.key(object_), key=fact.value, **reader.fact(fact))
    return graph


def _near(facts: Mapping[ox.NamedNode, Ends], centre: ox.NamedNode, hops: int) -> dict[ox.NamedNode, int]:
    """The entities within so many steps, whichever way the facts point, with their distance."""
    ties: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for subject, object_ in facts.values():
        ties.setdefault(subject, set()).add(object_)
        ties.setdefault(object_, set()).add(subject)
    found, edge = {centre: 0}, {centre}
    for step in range(1, hops + 1):
        edge = {other for node in edge for other in ties.get(node, ())} - set(found)
        found |= dict.fromkeys(edge, step)
    return found


def _chosen(facts: Mapping[ox.NamedNode, Ends], near: Mapping[ox.NamedNode, int | None], most: int | None) -> set[ox.NamedNode]:
    """Of the entities near by the nearest, then those with most facts, as many as hang together with another that is shown."""
    ties = [ends for ends in facts.values() if ends[0] in near and ends[1] in near]
    degrees = Counter(node for ends in ties for node in ends)
    order = sorted(near, key=lambda node: (near[node] or 0, -degrees[node], node.value))

    def tied(count: int) -> set[ox.NamedNode]:
        kept = set(order[:count])
        found = {node for ends in ties if ends[0] in kept and ends[1] in kept for node in ends}
        return found | {node for node in kept if near[node] == 0}

    if most is None or len(order) <= most:
        return tied(len(order))
    return tied(bisect_right(range(len(order) + 1), max(1, most), key=lambda count: len(tied(count))) - 1)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads entities and facts from the merge as attributes."""

    store: Store

    def facts(self) -> Iterator[tuple[ox.NamedNode, Ends]]:
        """Each fact with its subject and object."""
        for quad in self.store.data.quads_for_pattern(None, TYPE, term("kg:Fact"), MERGE):
            if isinstance(quad.subject, ox.NamedNode):
                subject, object_ = self._node(quad.subject, "rdf:subject"), self._node(quad.subject, "rdf:object")
                if subject and object_:
                    yield quad.subject, (subject, object_)

    def key(self, node: ox.NamedNode) -> str:
        return iris.name_of(node.value, self.store.base) or node.value

    def entity(self, node: ox.NamedNode) -> dict[str, Any]:
        types = [one.value.removeprefix(KG) for one in self._nodes(node, "rdf:type")]
        kind = min((name for name in types if name in CLASSES), key=CLASSES.index, default="Entity")
        ontology = self.store.ontology
        mentions = [quad.subject for quad in self.store.data.quads_for_pattern(None, REF, node, MERGE) if isinstance(quad.subject, ox.NamedNode)]
        return _given({
            "name": self._text(node, "skos:prefLabel") or self.key(node), "kind": kind,
            "kind_zh": ontology.label(kind, "zh"), "kind_en": ontology.label(kind, "en"),
            "fine": next((name for name in sorted(types) if name != kind and ontology.main(name) == kind), None),
            "aliases": self._texts([node], "skos:altLabel"), "surfaces": self._texts(mentions, "nif:anchorOf"),
            "letters": self._letters(mentions, "nif:referenceContext"), "mentions": len(mentions), "place": self._name(node, "kg:locatedIn"),
            "figures": [self._figure(figure) for figure in self._about(node)]})

    def fact(self, fact: ox.NamedNode) -> dict[str, Any]:
        ontology = self.store.ontology
        predicate = ontology.name((self._node(fact, "rdf:predicate") or fact).value)
        return _given({
            "predicate": predicate, "label_zh": ontology.label(predicate, "zh"), "label_en": ontology.label(predicate, "en"),
            "status": (self._node(fact, "kg:status") or fact).value.removeprefix(KG).lower(),
            "letter": next(iter(self._letters([fact], "kg:statedIn")), None),
            "quote": self._quotes(fact), "time": self._text(fact, "kg:timeText"),
            "start": self._text(fact, "schema:startDate"), "end": self._text(fact, "schema:endDate"),
            "amount": self._text(fact, "kg:amountText"), "place": self._name(fact, "kg:place"), "role": self._text(fact, "kg:role"),
            "field": sorted(self.key(node) for node in self._nodes(fact, "kg:field")), "confidence": float(self._text(fact, "kg:confidence") or 0)})

    def _figure(self, figure: ox.NamedNode) -> dict[str, Any]:
        return _given({
            "indicator": self._text(figure, "rdfs:label"), "value": self._text(figure, "schema:value"), "unit": self._text(figure, "schema:unitText"),
            "time": period_text(self._text(figure, "schema:startDate"), self._text(figure, "schema:endDate")) or self._text(figure, "kg:timeText"),
            "letter": next(iter(self._letters([figure], "kg:statedIn")), None), "quote": self._quotes(figure)})

    def _about(self, node: ox.NamedNode) -> list[ox.NamedNode]:
        found = self.store.data.quads_for_pattern(None, term("schema:observationAbout"), node, MERGE)
        return sorted((quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)), key=str)

    def _quotes(self, node: ox.NamedNode) -> list[str]:
        """The sentences that say it, in text order."""
        def at(sentence: ox.NamedNode) -> tuple[int, str]:
            return int(self._text(sentence, "nif:beginIndex") or 0), sentence.value
        return [text for sentence in sorted(self._nodes(node, "prov:wasQuotedFrom"), key=at) if (text := self._text(sentence, "nif:anchorOf"))]

    def _letters(self, nodes: Iterable[ox.NamedNode], prop: str) -> list[str]:
        return sorted({self.key(letter) for node in nodes for letter in self._nodes(node, prop)})

    def _texts(self, nodes: Iterable[ox.NamedNode], prop: str) -> list[str]:
        return sorted({value.value for node in nodes for value in self._values(node, prop) if isinstance(value, ox.Literal)})

    def _text(self, node: ox.NamedNode, prop: str) -> str | None:
        return next(iter(self._texts([node], prop)), None)

    def _nodes(self, node: ox.NamedNode, prop: str) -> list[ox.NamedNode]:
        return [value for value in self._values(node, prop) if isinstance(value, ox.NamedNode)]

    def _node(self, node: ox.NamedNode, prop: str) -> ox.NamedNode | None:
        return min(self._nodes(node, prop), key=str, default=None)

    def _name(self, node: ox.NamedNode, prop: str) -> str | None:
        found = self._node(node, prop)
        return self.key(found) if found else None

    def _values(self, node: ox.NamedNode, prop: str) -> list[object]:
        return [quad.object for quad in self.store.data.quads_for_pattern(node, term(prop), None, MERGE)]


def period_text(first: str | None, last: str | None) -> str | None:
    """A period as short as ISO says it: 2024, 2024-06, 2024-06-30 or first/last, either left open."""
    if not (first or last):
        return None
    if not (first and last) or first == last:
        return first if first == last else f"{first or '..'}/{last or '..'}"
    if first[:4] == last[:4] and (first[4:], last[4:]) == ("-01-01", "-12-31"):
        return first[:4]
    return first[:7] if first[:7] == last[:7] and first[8:] == "01" and last[8:] >= "28" else f"{first}/{last}"


def _given(attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes that have a value; lists may be empty."""
    return {name: value for name, value in attributes.items() if value is not None}
