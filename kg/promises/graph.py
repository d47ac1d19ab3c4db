"""Promises as RDF, for graph/promises: a node for each, and from what was promised to what keeps, repeats or changes it.

    <letter/A#promise=…> a kg:Promise ; kg:promised <fact or figure> ; kg:promiseState kg:Kept ; kg:dueDate "…"^^xsd:date ;
        kg:promisedIn <letter/A> ; kg:promiseNote "late" ; prov:wasDerivedFrom <fact>, <later fact> .
    <fact> kg:keptBy <later fact> .

The sentences are those of the facts (prov:wasQuotedFrom).
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.claims import Claim
from kg.mapping import DATE, TYPE, Statement, term
from kg.ontology import PREFIXES
from kg.promises import Promise, Promises
from kg.store import Store

GRAPH = "promises"
LINKS = {"kept": term("kg:keptBy"), "repeated": term("kg:repeatedBy"), "changed": term("kg:changedBy"), "overdue": term("kg:fellShortIn")}
PROMISED, PROMISED_IN, STATE, DUE, NOTE, AS_OF = (
    term(f"kg:{name}") for name in ("promised", "promisedIn", "promiseState", "dueDate", "promiseNote", "asOf"))


def statements(found: Promises, graph: ox.NamedNode) -> Iterator[Statement]:
    """All that is said of the promises, and of the day asked about on the graph itself."""
    yield graph, TYPE, term("prov:Entity")
    if found.as_of:
        yield graph, AS_OF, ox.Literal(found.as_of, datatype=DATE)
    for promise in found.promises:
        yield from _promise(promise)


def _promise(promise: Promise) -> Iterator[Statement]:
    claim = promise.claim
    node, what = ox.NamedNode(promise_iri(claim)), ox.NamedNode(claim.iri)
    yield node, TYPE, term("kg:Promise")
    yield node, PROMISED, what
    yield node, PROMISED_IN, ox.NamedNode(claim.letter)
    yield node, STATE, term(f"kg:{promise.state.capitalize()}")
    if promise.due:
        yield node, DUE, ox.Literal(promise.due, datatype=DATE)
    for note in promise.notes:
        yield node, NOTE, ox.Literal(note)
    for later in promise.later:
        yield what, LINKS[promise.state], ox.NamedNode(later.iri)
    for one in (claim, *promise.later):
        yield node, term("prov:wasDerivedFrom"), ox.NamedNode(one.iri)


def promise_iri(claim: Claim) -> str:
    """The promise of a fact or figure: its IRI, with what it says under #promise=."""
    for kind in ("#fact=", "#figure="):
        if kind in claim.iri:
            return claim.iri.replace(kind, "#promise=", 1)
    return f"{claim.iri}{'.' if '#' in claim.iri else '#'}promise"


def turtle(found: Promises, store: Store) -> str:
    """The promises as Turtle."""
    triples = [ox.Triple(*one) for one in statements(found, store.graph(GRAPH))]
    prefixes = {name: PREFIXES[name] for name in ("kg", "prov", "xsd")}
    ordered = sorted(triples, key=str)
    return (ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def put(store: Store, found: Promises) -> int:
    """Have the promises as the whole of graph/promises; how many there are. Whatever changes the letters takes them out again."""
    graph = store.graph(GRAPH)
    store.put_derived(GRAPH, quads(statements(found, graph), graph))
    return len(found.promises)


def quads(said: Iterable[Statement], graph: ox.NamedNode) -> set[ox.Quad]:
    return {ox.Quad(s, p, o, graph) for s, p, o in said}
