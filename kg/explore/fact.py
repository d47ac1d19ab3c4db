"""One fact or figure with all that is said with it, and the paragraph that says it."""
from __future__ import annotations

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.explore.corrected import corrected
from kg.explore.letter import passage
from kg.explore.links import id_link
from kg.explore.reader import FACT, FIGURE, Json, Reader
from kg.mapping import OBJECT, PREDICATE, SUBJECT, TYPE
from kg.store import Store

LIKE = 30


def fact(store: Store, iri: str) -> Json:
    """The page of a fact or figure: {kind, fact or figure, passage: [paragraph], read, others: [fact], sparql, corrections: [correction]}.

    `read` leads to its sentence in the letter; `others` are facts of the same subject, predicate and object, in this letter or another.
    Raises UnknownName for an IRI that is neither.
    """
    reader = Reader(store)
    node = _node(iri)
    kinds = reader.nodes(node, TYPE) if node else []
    if node is None or not {FACT, FIGURE} & set(kinds):
        raise UnknownName("fact or figure", iri, ())
    said = passage(store, node)
    marked = [sentence["iri"] for paragraph in said for sentence in paragraph["sentences"] if sentence["marked"] and sentence["iri"]]
    page: Json = {"passage": said, "read": id_link(marked[0], store.base) if marked else None, "sparql": _sparql(iri),
                  "corrections": corrected(store, node)}
    if FACT in kinds:
        return page | {"kind": "fact", "fact": reader.fact(node), "others": _others(reader, node)}
    return page | {"kind": "figure", "figure": reader.figure(node), "others": []}


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _others(reader: Reader, node: ox.NamedNode) -> list[Json]:
    ends = reader.ends(node)
    if ends is None:
        return []
    subject, object_ = ends
    predicate = reader.node(node, PREDICATE)
    same = {one for one in reader.subjects(SUBJECT, subject) if reader.node(one, OBJECT) == object_ and reader.node(one, PREDICATE) == predicate}
    return [reader.fact(one) for one in sorted(same - {node}, key=str)[:LIKE]]


def _sparql(iri: str) -> str:
    """What the graph says of it, as a query."""
    return f"SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }} ORDER BY ?property ?value"

