"""What a store holds, counted for VoID: a job of the worker."""
from __future__ import annotations

from kg.query import run
from kg.store import Store


def statistics(store: Store) -> dict[str, object]:
    """Triples, subjects, objects, classes and properties of the merge, and the triples of each named graph."""
    row = run(store, """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
                        (COUNT(DISTINCT ?o) AS ?objects) WHERE { ?s ?p ?o }""").dicts()[0]
    classes = run(store, "SELECT ?c (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c").dicts()
    properties = run(store, "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p").dicts()
    graphs = run(store, "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g").dicts()
    return {
        "base": store.base, "totals": {name: int(number) for name, number in row.items()},
        "classes": {one["c"]: int(one["n"]) for one in classes}, "properties": {one["p"]: int(one["n"]) for one in properties},
        "graphs": {one["g"]: int(one["n"]) for one in graphs},
    }
