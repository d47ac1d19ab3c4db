"""What the graph says of an IRI, for programs: the document that the IRI leads to, in Turtle, N-Triples or JSON-LD.

    an entity           what is said of it, and the facts and figures about it
    a letter            all that the letter says, whichever part of it was asked for (a fragment never reaches a server)
    a graph of a letter the same
    anything else       what is said of it
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError, UnknownName
from kg.explore.links import id_link, iri_of
from kg.explore.reader import ABOUT, MERGE, Json, Reader
from kg.export import turtle
from kg.ontology import PREFIXES
from kg.query import text
from kg.store import Store

FACTS = 2000                             # facts and figures of an entity that are given
ROWS = 500
Triples = list[ox.Triple]


def _ntriples(triples: Triples) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _jsonld(triples: Triples) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.JSON_LD, prefixes=dict(PREFIXES)) or b""


FORMATS: Mapping[str, tuple[str, Callable[[Triples], bytes]]] = MappingProxyType({
    "turtle": ("text/turtle", turtle), "ntriples": ("application/n-triples", _ntriples), "jsonld": ("application/ld+json", _jsonld)})


def describe(store: Store, iri: str, format: str = "turtle") -> Json:
    """{media_type, text}: the document of an IRI. Raises UnknownName when the graph says nothing of it, QueryError for an unknown format."""
    if format not in FORMATS:
        raise QueryError(f"There is no format {format!r}: choose one of {', '.join(FORMATS)}.")
    triples = _document(store, iri)
    if not triples:
        raise UnknownName("resource", iri, ())
    media_type, write = FORMATS[format]
    return {"media_type": media_type, "text": write(_sorted(triples)).decode()}


def statements(store: Store, iri: str) -> Json:
    """What is said of an IRI that has no page of its own: {iri, kind, rows: [{property, value, href}]}. Raises UnknownName for nothing."""
    node = _node(iri)
    rows = [(quad.predicate, quad.object) for quad in store.data.quads_for_pattern(node, None, None, MERGE)] if node else []
    if not rows:
        raise UnknownName("resource", iri, ())
    shown = [{"property": text(prop, store.base), "value": text(value, store.base) if not isinstance(value, ox.NamedNode) else value.value,
              "href": id_link(value.value, store.base) if isinstance(value, ox.NamedNode) else None}
             for prop, value in sorted(rows, key=lambda row: (row[0].value, str(row[1])))[:ROWS]]
    return {"iri": iri, "rows": shown}


def kind(store: Store, iri: str = "", path: str = "") -> Json:
    """What an IRI names: {iri, kind: entity, letter, other or none, name, href, graph}; `path` is what follows /id/ in an address instead.

    A letter's parts and graph are the letter (`graph` tells the latter); none is a letter that the store does not have.
    """
    asked = iri or iri_of(path, store.base)
    name = iris.letter_of_graph(asked, store.base)
    about = {"iri": asked, "graph": name is not None}
    if name is None and asked.startswith(iris.letter_iri("", store.base)):
        name = iris.name_of(asked.partition("#")[0], store.base)
    if name is not None:
        href = id_link(iris.letter_iri(name, store.base), store.base)
        return about | {"kind": "letter" if name in store.letters() else "none", "name": name, "href": href}
    entity = iris.is_entity(asked, store.base)
    return about | {"kind": "entity" if entity else "other", "name": iris.name_of(asked, store.base) if entity else asked,
                    "href": id_link(asked, store.base)}


def _document(store: Store, iri: str) -> set[ox.Triple]:
    asked = kind(store, iri)
    if asked["kind"] == "letter":
        return {quad.triple for quad in store.quads(store.letter_graph(asked["name"]))}
    node = _node(iri)
    if node is None:
        return set()
    triples = _said_of(store, [node])
    if asked["kind"] == "entity" and triples:
        reader = Reader(store)
        about = {*(fact for fact, _ in reader.facts_about(node)), *reader.subjects(ABOUT, node)}
        triples |= _said_of(store, sorted(about, key=str)[:FACTS])
    return triples


def _said_of(store: Store, nodes: Iterable[ox.NamedNode]) -> set[ox.Triple]:
    return {quad.triple for node in nodes for quad in store.data.quads_for_pattern(node, None, None, MERGE)}


def _sorted(triples: Iterable[ox.Triple]) -> Triples:
    return sorted(triples, key=lambda one: (str(one.subject), one.predicate.value, str(one.object)))


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
