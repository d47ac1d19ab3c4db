"""The whole graph at a glance: counts, the letters, and who is spoken of most."""
from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from kg.explore.reader import Json, Reader
from kg.mapping import CONTEXT, OBJECT, REF, STATED, SUBJECT, TYPE, term
from kg.ontology import KG
from kg.stats import stats
from kg.store import Store

LETTER, DATE, PLACE, NUMBER = term("kg:Letter"), term("dcterms:issued"), term("kg:jurisdiction"), term("kg:documentNumber")
TOP = 12


def overview(store: Store) -> Json:
    """{totals: {letters, mentions, entities, facts, figures, sentences, triples}, classes: [term + count], predicates: [term + total, counts],
    statuses: [term + count], top: [ref + facts]}; base is what the IRIs of the store begin with."""
    reader = Reader(store)
    summary = stats(store)
    predicates = [reader.term(term_.name) | {"total": sum(numbers), "counts": list(numbers)} for term_, numbers in summary.facts]
    sums = [sum(numbers[i] for _, numbers in summary.facts) for i in range(len(summary.statuses))]
    return {
        "base": store.base, "totals": dict(summary.totals), "predicates": sorted(predicates, key=lambda one: -one["total"]),
        "classes": [reader.term(term_.name) | {"count": count} for term_, count in sorted(summary.entities, key=lambda pair: -pair[1])],
        "statuses": [reader.term(status) | {"count": count} for status, count in zip(summary.statuses, sums, strict=True)],
        "top": [reader.ref(node) | {"facts": count} for node, count in most_told(reader, TOP)]}


def vocabulary(store: Store) -> Json:
    """{classes, predicates, statuses: [term + iri]}: what facts and entities of this store may be, with the predicates of the user's own."""
    reader, known = Reader(store), store.ontology
    iris = {"classes": {name: KG + name for name in known.classes}, "predicates": {name: known.iri(name) for name in known.predicates},
            "statuses": {name: KG + name.capitalize() for name in known.statuses}}
    return {group: [reader.term(name) | {"iri": iri} for name, iri in them.items()] for group, them in iris.items()}


def most_told(reader: Reader, count: int) -> list[tuple[ox.NamedNode, int]]:
    """The entities with most facts, and how many each has."""
    facts: Counter[ox.NamedNode] = Counter()
    for fact in set(reader.all_facts()):
        facts.update(end for prop in (SUBJECT, OBJECT) if (end := reader.node(fact, prop)))
    return sorted(facts.items(), key=lambda pair: (-pair[1], pair[0].value))[:count]


def letters(store: Store) -> Json:
    """{letters: [letter + date, number, place: ref, mentions, facts]}, the newest first, those without a date last."""
    reader = Reader(store)
    said: Counter[ox.NamedNode] = Counter(letter for fact in set(reader.all_facts()) if (letter := reader.node(fact, STATED)))
    named: Counter[ox.NamedNode] = Counter()
    for quad in store.data.quads_for_pattern(None, REF, None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and (letter := reader.node(quad.subject, CONTEXT)):
            named[letter] += 1
    rows = [_row(reader, node) | {"mentions": named[node], "facts": said[node]} for node in reader.subjects(TYPE, LETTER)]
    dated = sorted((row for row in rows if row["date"]), key=lambda row: (row["date"], row["name"]), reverse=True)
    return {"letters": dated + sorted((row for row in rows if not row["date"]), key=lambda row: str(row["name"]))}


def _row(reader: Reader, node: ox.NamedNode) -> Json:
    place = reader.node(node, PLACE)
    return reader.letter(node) | {"date": reader.text(node, DATE), "number": reader.text(node, NUMBER), "place": reader.ref(place) if place else None}
