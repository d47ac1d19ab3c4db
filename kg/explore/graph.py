"""What the graph view shows: the neighbourhood of some entities, or the ways between two, with places for all computed here.

    {centres: [iri], nodes, edges, path: [iri], omitted, sparql, filters}
    node      ref + x, y (whole units, y downwards), size, shape, colours (light, dark), centre, hidden (facts that are not shown)
    edge      {id, source, target, predicate: term, status: term, arrow, dashes, colours, count,
               facts: [{href, time, amount, confidence, letter, quote}]}

An edge stands for all facts of one subject, predicate, object and status. Positions are those of kg.render: the same picture for the same graph.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx
import pyoxigraph as ox

from kg.explore.filters import Filters
from kg.explore.near import Tie, neighbourhood, ways
from kg.explore.overview import most_told
from kg.explore.reader import Json, Reader
from kg.model import SYMMETRIC
from kg.ontology import Ontology
from kg.query import find_entity
from kg.render import still
from kg.render.layout import positions
from kg.render.style import DASHES, FAMILIES, family, look, radius
from kg.store import Store

MOST, START = 300, 24                    # nodes at most; entities that a graph without a centre begins with
FACTS = 12                               # facts of one edge that are given


def graph(store: Store, about: Sequence[str] = (), hops: int = 1, size: int = 120, to: str = "", filters: Mapping[str, Any] | None = None) -> Json:
    """The neighbourhood of the entities `about` (by name or IRI), within `hops` (1 to 3) steps and of at most `size` (2 to 300) entities.

    With `to`, the shortest ways from the first of `about` to it. Without `about`, the entities with most facts. Raises UnknownName, QueryError.
    """
    shown = _Shown(store, about, hops, size, to, filters or {})
    network = shown.network()
    places = positions(network)
    return {
        "centres": [node.value for node in shown.centres], "path": [node.value for node in shown.path], "omitted": shown.omitted,
        "nodes": [shown.node(node, places[node.value], network) for node in shown.nodes], "edges": shown.edges(),
        "sparql": sparql(shown.nodes, shown.filters, store.ontology), "found": not to or bool(shown.path)}


def picture(store: Store, about: Sequence[str] = (), hops: int = 1, size: int = 60, to: str = "", filters: Mapping[str, Any] | None = None) -> Json:
    """The same as one SVG: {svg, nodes: how many}."""
    shown = _Shown(store, about, hops, size, to, filters or {})
    title = " · ".join(str(shown.reader.ref(node)["name"]) for node in shown.centres[:3]) or "zhihan"
    return {"svg": still(shown.network(), title), "nodes": len(shown.nodes)}


class _Shown:
    """The entities and facts that were asked for."""

    def __init__(self, store: Store, about: Sequence[str], hops: int, size: int, to: str, given: Mapping[str, Any]) -> None:
        self.reader, self.filters = Reader(store), Filters.of(given, store)
        self.centres = list(dict.fromkeys(find_entity(store, name) for name in about))
        size = max(2, min(size, MOST))
        self.path: list[ox.NamedNode] = []
        if to and self.centres:
            found = ways(self.reader, self.centres[0], find_entity(store, to), self.filters, size)
            self.path, self.nodes, self.ties, self.omitted = found.path, found.nodes, found.ties, found.omitted
            self.centres = [self.centres[0], find_entity(store, to)]
        else:
            starts = self.centres or [node for node, _ in most_told(self.reader, START)]
            found = neighbourhood(self.reader, starts, max(1, min(hops, 3)) if self.centres else 1, self.filters, size)
            self.nodes, self.ties, self.omitted = found.nodes, found.ties, found.omitted

    def network(self) -> networkx.MultiDiGraph:
        """As kg.render draws it; the nodes are IRIs."""
        out = networkx.MultiDiGraph(omitted=self.omitted)
        for node in sorted(self.nodes, key=str):
            ref = self.reader.ref(node)
            out.add_node(node.value, name=ref["name"], kind=ref["kind"], kind_zh=ref["zh"], kind_en=ref["en"])
        for tie in self.ties:
            label = self.reader.term(tie.predicate)
            out.add_edge(tie.subject.value, tie.object.value, key=tie.fact.value, predicate=tie.predicate, status=tie.status,
                         label_zh=label["zh"], label_en=label["en"])
        return out

    def node(self, node: ox.NamedNode, at: tuple[int, int], network: networkx.MultiDiGraph) -> Json:
        ref = self.reader.ref(node)
        style = look(ref["kind"])
        total = len({fact for fact, _ in self.reader.facts_about(node)})
        shown = len({tie.fact for tie in self.ties if node in (tie.subject, tie.object)})
        return ref | {"x": at[0], "y": at[1], "size": round(radius(network.degree(node.value)), 1), "shape": style.shape,
                      "colours": list(style.colours), "centre": node in self.centres, "hidden": max(0, total - shown)}

    def edges(self) -> list[Json]:
        by: dict[tuple[str, str, str, str], list[Tie]] = {}
        for tie in self.ties:
            by.setdefault(_key(tie), []).append(tie)
        return [self._edge(key, ties) for key, ties in sorted(by.items())]

    def _edge(self, key: tuple[str, str, str, str], ties: Sequence[Tie]) -> Json:
        source, target, predicate, status = key
        return {"id": "\x1f".join(key), "source": source, "target": target, "predicate": self.reader.term(predicate),
                "status": self.reader.term(status), "arrow": predicate not in SYMMETRIC, "dashes": list(DASHES.get(status, ())),
                "colours": list(FAMILIES[family(predicate)].colours), "count": len(ties),
                "facts": [self._fact(tie) for tie in sorted(ties, key=lambda tie: tie.fact.value)[:FACTS]]}

    def _fact(self, tie: Tie) -> Json:
        fact = self.reader.fact(tie.fact)
        quotes = fact["quotes"]
        return {key: fact[key] for key in ("href", "time", "amount", "confidence")} | {
            "letter": fact["letter"], "quote": quotes[0]["text"] if quotes else ""}


def _key(tie: Tie) -> tuple[str, str, str, str]:
    one, other = tie.subject.value, tie.object.value
    if tie.predicate in SYMMETRIC:
        one, other = min(one, other), max(one, other)
    return one, other, tie.predicate, tie.status


def sparql(nodes: Iterable[ox.NamedNode], filters: Filters, ontology: Ontology) -> str:
    """The query that gives the facts shown between these entities."""
    values = "\n".join(f"    {node}" for node in sorted(nodes, key=str))
    lines = ["SELECT ?fact ?from ?predicate ?to ?status ?time ?letter WHERE {", "  VALUES ?s {", values, "  }", "  VALUES ?o {", values, "  }",
             "  ?fact a kg:Fact ; rdf:subject ?s ; rdf:predicate ?predicate ; rdf:object ?o ; kg:status ?status ; kg:statedIn ?letter .",
             "  ?s skos:prefLabel ?from . ?o skos:prefLabel ?to .", "  OPTIONAL { ?fact kg:timeText ?time }", *_conditions(filters, ontology),
             "} ORDER BY ?from ?predicate ?to ?status ?fact"]
    return "\n".join(lines)


def _conditions(filters: Filters, ontology: Ontology) -> list[str]:
    lines = [_among("?predicate", (f"<{ontology.iri(name)}>" for name in sorted(filters.predicates))),
             _among("?status", (f"kg:{name.capitalize()}" for name in sorted(filters.statuses))),
             _among("?letter", (f"<{iri}>" for iri in sorted(filters.letters)))]
    if filters.since or filters.until:
        lines.append("  OPTIONAL { ?fact schema:startDate ?start } OPTIONAL { ?fact schema:endDate ?end }")
    if filters.since:
        lines.append(f'  FILTER(STR(COALESCE(?end, ?start)) >= "{filters.since}")')
    if filters.until:
        lines.append(f'  FILTER(STR(COALESCE(?start, ?end)) <= "{filters.until}")')
    return [line for line in lines if line]


def _among(variable: str, values: Iterable[str]) -> str:
    said = " ".join(values)
    return f"  VALUES {variable} {{ {said} }}" if said else ""

