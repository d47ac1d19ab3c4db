"""All that the graph says of one entity, in an order to read: names, place, letters, facts by predicate, figures with charts."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from kg.explore.chart import charts
from kg.explore.corrected import corrected
from kg.explore.reader import ABOUT, STATUS_RANK, Json, Reader
from kg.explore.search import mentions_of
from kg.mapping import ALT, ANCHOR, REF, RESOLVED, START, term
from kg.model import PREDICATES
from kg.query import find_entity
from kg.store import Store

IN, SAME, CODE, DATE = term("kg:locatedIn"), term("schema:sameAs"), term("dcterms:identifier"), term("dcterms:issued")
PAGE = 40                                # facts of one predicate that are shown at a time
FIGURES = 200
ORDER = {name: i for i, name in enumerate(PREDICATES)}
Key = tuple[str, bool]


def entity(store: Store, name: str, predicate: str = "", start: int = 0) -> Json:
    """The page of an entity, by name, other name or IRI. Raises UnknownName with near names.

    {ref, kinds: [term], names, places: [ref], letters: [letter + date, count], code, same: [IRI], forms,
     groups: [{predicate: term, forward, total, start, step, facts: [fact]}], figures: [figure], figures_total, charts, corrections: [correction]}

    A group has at most PAGE facts; with `predicate` only its groups are given, from the fact number `start` on.
    """
    reader = Reader(store)
    node = find_entity(store, name)
    figures = sorted((reader.figure(one) for one in set(reader.subjects(ABOUT, node))), key=_figure_order)
    counts = mentions_of(reader, node)
    letters = [reader.letter(letter) | {"date": reader.text(letter, DATE), "count": count} for letter, count in counts.items()]
    return {
        "ref": reader.ref(node), "kinds": [reader.term(kind) for kind in reader.kinds(node)],
        "names": [text for text in reader.texts(node, ALT) if text != reader.ref(node)["name"]],
        "places": [reader.ref(place) for place in reader.nodes(node, IN)], "code": reader.text(node, CODE),
        "same": [one.value for one in reader.nodes(node, SAME)], "forms": _forms(reader, node),
        "letters": sorted(letters, key=lambda letter: (letter["date"] or "9", letter["name"])),
        "groups": _groups(reader, node, predicate, max(0, start)), "charts": charts(figures),
        "figures": figures[:FIGURES], "figures_total": len(figures), "corrections": corrected(store, node)}


def _groups(reader: Reader, node: ox.NamedNode, only: str, start: int) -> list[Json]:
    """The facts under their predicates; those of which it is the subject first."""
    by: dict[Key, set[ox.NamedNode]] = defaultdict(set)
    for fact, forward in reader.facts_about(node):
        by[reader.predicate(fact), forward].add(fact)
    keys = sorted(by, key=lambda key: (not key[1], ORDER.get(key[0], len(ORDER)), key[0]))
    if only:
        keys = [key for key in keys if key[0] == only]
    return [_group(reader, key, by[key], start if only else 0) for key in keys]


def _group(reader: Reader, key: Key, facts: Iterable[ox.NamedNode], start: int) -> Json:
    order = sorted(facts, key=lambda fact: (STATUS_RANK.get(reader.status(fact), 9), _newest_first(reader.text(fact, START)), fact.value))
    return {"predicate": reader.term(key[0]), "forward": key[1], "total": len(order), "start": start, "step": PAGE,
            "facts": [reader.fact(fact) for fact in order[start:start + PAGE]]}


def _newest_first(day: str | None) -> str:
    """A text that sorts later days first, and no day last."""
    return "".join(chr(ord("9") - ord(char) + ord("0")) if char.isdigit() else char for char in day or "") or "~"


def _figure_order(figure: Json) -> tuple[str, ...]:
    return figure["first"] or figure["last"] or "9", figure["label"], figure["iri"]


def _forms(reader: Reader, node: ox.NamedNode) -> list[Json]:
    """The forms under which letters name the entity, how often, and why each was taken for it."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for mention in reader.subjects(REF, node):
        found[reader.text(mention, ANCHOR) or "", reader.text(mention, RESOLVED) or ""] += 1
    rows = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return [{"form": form, "reason": reason, "count": count} for (form, reason), count in rows[:60]]

