"""What a graph holds, counted: letters, mentions, entities by class, facts by predicate and status, figures."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import CLASSES, STATUSES
from kg.ontology import Term
from kg.query import run
from kg.store import Store

ENTITIES = """SELECT ?c (COUNT(?x) AS ?n) WHERE {
  { SELECT DISTINCT ?x WHERE { ?m itsrdf:taIdentRef ?x } } ?x a ?c . ?c a kg:MainClass } GROUP BY ?c"""
FACTS = """SELECT ?p ?st (COUNT(DISTINCT ?f) AS ?n) WHERE { ?f a kg:Fact ; rdf:predicate ?p ; kg:status ?st } GROUP BY ?p ?st"""
COUNTS = {
    "letters": "?x a kg:Letter", "mentions": "?x itsrdf:taIdentRef ?e", "entities": "?m itsrdf:taIdentRef ?x",
    "facts": "?x a kg:Fact", "figures": "?x a kg:Figure", "sentences": "?x a nif:Sentence",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """`totals` by kind; `entities` by class, `facts` by predicate with one number per status of `statuses`. What is not there is left out."""

    totals: Mapping[str, int]
    entities: tuple[tuple[Term, int], ...]
    facts: tuple[tuple[Term, tuple[int, ...]], ...]
    statuses: tuple[str, ...] = STATUSES


def stats(store: Store) -> Summary:
    """Count a store. Entities are those that a letter mentions; triples are those of the merge."""
    totals = {kind: _number(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {body} }}") for kind, body in COUNTS.items()}
    totals["triples"] = _number(store, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    kinds = {_local(row["c"]): int(row["n"]) for row in run(store, ENTITIES).dicts()}
    facts: Counter[tuple[str, str]] = Counter()
    for row in run(store, FACTS).dicts():
        facts[store.ontology.name(row["p"]), _local(row["st"]).lower()] += int(row["n"])
    by_predicate = ((term, tuple(facts[name, status] for status in STATUSES)) for name, term in store.ontology.predicates.items())
    return Summary(totals, tuple((store.ontology.classes[name], kinds[name]) for name in CLASSES if name in kinds),
                   tuple((term, numbers) for term, numbers in by_predicate if any(numbers)))


def _number(store: Store, sparql: str) -> int:
    return int(run(store, sparql).dicts()[0]["n"])


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
