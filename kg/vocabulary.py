"""Predicates of the user's own, beside those of kg.ttl: read from a Turtle file, or from the graph of a store that was built with them.

    @prefix my: <https://example.org/my#> .
    my:leads a owl:ObjectProperty ;
        rdfs:subPropertyOf kg:relatesTo ;
        rdfs:label "牵头"@zh , "leads"@en ;
        rdfs:domain kg:Agent ; rdfs:range kg:Undertaking .

What is a sub-property of kg:relatesTo is a predicate of facts. Its name in rules, tables and options is what stands after the last # or / of its IRI.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.errors import KnowledgeError
from kg.ontology import KG, OWL, RDF, RDFS, SKOS, Ontology, Predicate, load_ontology, read_triples

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
TYPE, ABOVE, CLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subPropertyOf"), ox.NamedNode(OWL + "Class")
RELATES = ox.NamedNode(KG + "relatesTo")
Values = Mapping[str, list[ox.NamedNode | ox.Literal]]


@cache
def vocabulary(path: Path | None, digest: str = "") -> Ontology:
    """The shipped vocabulary with the predicates of a file, read once for each `digest` of its contents."""
    known = load_ontology()
    return known if path is None else extended(known, read_triples(path), str(path))


def stored(data: ox.Store, graph: ox.NamedNode) -> Ontology:
    """The shipped vocabulary, with the predicates that a store has beside it: in graph/ontology, or in a graph that was taken in from elsewhere.

    A predicate that cannot be used is passed over here, so that every store opens.
    """
    known = load_ontology()
    places = {quad.graph_name for quad in data.quads_for_pattern(None, ABOVE, RELATES, None) if not _is_ours(quad.triple)}
    if not places:
        return known
    place = graph if graph in places else ox.DefaultGraph()
    shipped = {triple.subject for triple in known.triples}
    own = [quad.triple for quad in _described(data, place) if quad.subject not in shipped and quad.subject != graph and not _is_ours(quad.triple)]
    usable = {iri for iri, values in _by_subject(own).items() if _usable(iri, values, known)}
    try:
        return extended(known, [one for one in own if isinstance(one.subject, ox.NamedNode) and one.subject.value in usable], "graph/ontology")
    except KnowledgeError:
        return known


def _described(data: ox.Store, place: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    """All of graph/ontology; of the merge of all graphs only what is said of predicates."""
    if isinstance(place, ox.NamedNode):
        yield from data.quads_for_pattern(None, None, None, place)
    else:
        for quad in data.quads_for_pattern(None, ABOVE, RELATES, place):
            yield from data.quads_for_pattern(quad.subject, None, None, place)


def _usable(iri: str, values: Values, known: Ontology) -> bool:
    """Whether a term is no predicate of facts, or one that can be used."""
    try:
        return RELATES not in values.get(ABOVE.value, []) or bool(_predicate(iri, values, known, ""))
    except KnowledgeError:
        return False


def extended(known: Ontology, own: Iterable[ox.Triple], where: str) -> Ontology:
    """The vocabulary with more predicates. KnowledgeError says what of `where` cannot be used, and why."""
    triples = sorted(set(own), key=str)
    if not triples:
        return known
    shipped = {triple.subject for triple in known.triples}
    for one in triples:
        if one.subject in shipped or _is_ours(one):
            raise KnowledgeError(f"{where} says something of {one.subject}, which the program defines: give a term an IRI of your own.")
        if one.predicate == TYPE and one.object == CLASS:
            raise KnowledgeError(f"{where} defines a class, {one.subject}: only predicates can be added; choose a class of the vocabulary.")
    predicates = [_predicate(iri, values, known, where) for iri, values in _by_subject(triples).items() if RELATES in values.get(ABOVE.value, [])]
    if not predicates:
        raise KnowledgeError(f"{where} has no predicate: say  rdfs:subPropertyOf kg:relatesTo  of one.")
    names = [one.name for one in predicates]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise KnowledgeError(f"{where} has two predicates named {twice!r}: call one of them something else.")
    digest = sha256("\n".join([known.digest, *map(str, triples)]).encode()).hexdigest()
    named = {one.name: one for one in predicates}
    return replace(known, predicates=MappingProxyType({**known.predicates, **named}), triples=(*known.triples, *triples), digest=digest,
                   named=MappingProxyType({one.iri: one.name for one in predicates}))


def _is_ours(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(KG)


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]:
    found: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for one in triples:
        if isinstance(one.subject, ox.NamedNode) and isinstance(one.object, (ox.NamedNode, ox.Literal)):
            found.setdefault(one.subject.value, {}).setdefault(one.predicate.value, []).append(one.object)
    return found


def _predicate(iri: str, values: Values, known: Ontology, where: str) -> Predicate:
    name = re.split("[#/]", iri)[-1]
    if not _NAME.fullmatch(name):
        raise KnowledgeError(f"{where}: the IRI <{iri}> must end in # or / and a name of letters, digits, - and _.")
    if name in known.predicates or name in known.classes or name in known.statuses:
        raise KnowledgeError(f"{where}: the vocabulary has {name!r} already: call <{iri}> something else.")
    labels = {language: _text(values, RDFS + "label", language) for language in ("zh", "en")}
    missing = next((language for language, label in labels.items() if not label), None)
    if missing is not None:
        raise KnowledgeError(f"{where}: <{iri}> has no label in {'Chinese' if missing == 'zh' else 'English'}: add  rdfs:label \"…\"@{missing}.")
    domain, range_ = (_end(values, RDFS + side, iri, known, where) for side in ("domain", "range"))
    symmetric = ox.NamedNode(OWL + "SymmetricProperty") in values.get(TYPE.value, [])
    supers = tuple(node.value for node in values.get(ABOVE.value, []) if isinstance(node, ox.NamedNode) and node != RELATES)
    return Predicate(name, labels["zh"], labels["en"], _text(values, SKOS + "definition", "zh"), _text(values, SKOS + "definition", "en"),
                     domain, range_, symmetric=symmetric, supers=supers, space=iri[:-len(name)])


def _text(values: Values, prop: str, language: str) -> str:
    return next((one.value for one in values.get(prop, []) if isinstance(one, ox.Literal) and one.language == language), "")


def _end(values: Values, prop: str, iri: str, known: Ontology, where: str) -> str:
    """The class of domain or range: a main class of the vocabulary, or one above several."""
    given = [node.value for node in values.get(prop, []) if isinstance(node, ox.NamedNode)]
    if not given:
        return "Entity"
    name = given[0].removeprefix(KG)
    if len(given) > 1 or not known.mains(name):
        allowed = ", ".join(f"kg:{one}" for one in known.below if known.mains(one))
        raise KnowledgeError(f"{where}: {prop.rpartition('#')[2]} of <{iri}> must be one class of {allowed}.")
    return name
