"""What the explorer shows, as plain values that JSON can say: pure functions over an opened store that may be read-only.

    JOBS[name](store, **arguments) -> dict

A server calls them in worker processes that have no files and no network: what they need is loaded when this package is imported, and by
`warm`, which is called before the workers are forked.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import igraph  # noqa: F401  (kg.render loads it when first needed: too late in a worker without files)
import pyoxigraph as ox
import pypinyin

from kg.explore.describe import describe, kind, statements
from kg.explore.entity import entity
from kg.explore.fact import fact
from kg.explore.follow import compare, promises
from kg.explore.graph import graph, picture
from kg.explore.letter import letter
from kg.explore.overview import letters, overview
from kg.explore.places import between, matrix
from kg.explore.questions import forms, question
from kg.explore.search import folded, index, search
from kg.explore.timeline import timeline
from kg.mapping import OBJECT, PREDICATE, STATUS, SUBJECT, TYPE, term
from kg.promises.rules import keeping
from kg.store import Store

__all__ = ["JOBS", "forms", "warm"]

JOBS: Mapping[str, Callable[..., dict[str, Any]]] = MappingProxyType({
    "search": search, "index": index,
    "entity": entity, "letter": letter, "fact": fact, "overview": overview, "letters": letters, "timeline": timeline,
    "matrix": matrix, "between": between, "graph": graph, "picture": picture, "question": question, "describe": describe,
    "statements": statements, "kind": kind, "promises": promises, "compare": compare,
})


def warm() -> None:
    """Load what the jobs read from files when they first need it: questions, pinyin, spelling, layout, words of pictures."""
    forms()
    keeping()
    folded("會")
    pypinyin.lazy_pinyin("重庆")
    with Store() as store:
        one, other, fact_ = (ox.NamedNode(store.base + name) for name in ("a", "b", "letter/a#fact=a"))
        store.data.extend(ox.Quad(fact_, *said) for said in (
            (TYPE, term("kg:Fact")), (SUBJECT, one), (PREDICATE, term("kg:signs")), (OBJECT, other), (STATUS, term("kg:Done"))))
        graph(store)
        picture(store)
        search(store, "a")
        describe(store, fact_.value, "jsonld")
