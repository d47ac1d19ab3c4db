"""A problem of the graph, told in words: where it is, what it is in Chinese and English, and the value that is wrong."""
from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

import pyoxigraph as ox

from kg import iris
from kg.mapping import term
from kg.query import text
from kg.store import Store


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong: the letter (empty for the whole store), the node in words, what it is, and the offending value.

    `iri` is the node's, `rule` the name of the shape or check, `path` the IRI of the property that a shape speaks of.
    """

    letter: str
    node: str
    zh: str
    en: str
    value: str = ""
    iri: str = ""
    rule: str = ""
    path: str = ""

    def __str__(self) -> str:
        where = f"{self.letter}: " if self.letter else ""
        value = f" [{self.value}]" if self.value else ""
        return f"{where}{self.node}: {self.zh} {self.en}{value}"


def problem(store: Store, node: object, zh: str, en: str, value: object = None, rule: str = "", path: str = "") -> Problem:
    """A problem told in words: the letter and the part of it for a node inside a letter, the name for an entity."""
    iri = node.value if isinstance(node, ox.NamedNode) else ""
    shown = text(value, store.base) if isinstance(value, (ox.NamedNode, ox.Literal, ox.BlankNode)) else ""
    begin = f"{store.base}letter/"
    if iri.startswith(begin):
        letter, _, part = iri[len(begin):].partition("#")
        return Problem(unquote(letter), unquote(part) or "letter", zh, en, shown, iri, rule, path)
    letters = _letters(store, node) if isinstance(node, ox.NamedNode) else ""
    name = text(node, store.base) if isinstance(node, (ox.NamedNode, ox.Literal)) else str(node)
    return Problem(letters, name, zh, en, shown, iri, rule, path)


def _letters(store: Store, node: ox.NamedNode) -> str:
    """The letters whose graphs speak of an entity; empty for what only the lexicon knows."""
    found = store.data.quads_for_pattern(node, term("rdf:type"), None, None)
    graphs = {quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode)}
    names = sorted(name for graph in graphs if (name := iris.letter_of_graph(graph, store.base)))
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
