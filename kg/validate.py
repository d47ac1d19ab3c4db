"""Whether a store holds a sound graph: the shapes and checks of `ontology/shapes.ttl`, told in words.

The shapes are standard SHACL, checked by an engine for it on what the letters say together. What concerns named graphs or the whole
store (offsets against the text, plain triples against facts, one class in all letters …) are the SPARQL checks of the same file.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyoxigraph as ox

from kg import iris
from kg.errors import KnowledgeError
from kg.mapping import term
from kg.ontology import PREFIXES, ontology_dir
from kg.query import text
from kg.store import Store

if TYPE_CHECKING:
    from rdflib import Graph

MOST = 100                              # problems of one kind that are told; the rest is counted
SH = PREFIXES["sh"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong: the letter (empty for the whole store), the node in words, what it is, and the offending value."""

    letter: str
    node: str
    zh: str
    en: str
    value: str = ""
    iri: str = ""

    def __str__(self) -> str:
        where = f"{self.letter}: " if self.letter else ""
        value = f" [{self.value}]" if self.value else ""
        return f"{where}{self.node}: {self.zh} {self.en}{value}"


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the whole store: what it finds, in Chinese and English, and the query that finds it."""

    name: str
    zh: str
    en: str
    sparql: str


def validate(store: Store, shapes: Path | None = None) -> list[Problem]:
    """All that is wrong with the graph, sorted; nothing when it is sound."""
    path = shapes or ontology_dir() / "shapes.ttl"
    found = {*_checked(store, read_checks(path)), *_shaped(store, path)}
    return sorted(found)


@cache
def read_checks(path: Path) -> tuple[Check, ...]:
    """The checks of the whole store in a shapes file. KnowledgeError when the file is missing or broken."""
    try:
        quads = list(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    except (OSError, SyntaxError) as error:
        raise KnowledgeError(f"The shapes {path} cannot be read ({error}): restore the file.") from error
    store = ox.Store()
    store.extend(quads)
    found = store.query("""SELECT ?name ?zh ?en ?q WHERE { ?name a kg:StoreCheck ; sh:select ?q ; sh:message ?zh , ?en
                           FILTER(LANG(?zh) = "zh" && LANG(?en) = "en") } ORDER BY ?name""", prefixes=dict(PREFIXES))
    assert isinstance(found, ox.QuerySolutions)
    return tuple(Check(*(row[name].value for name in ("name", "zh", "en", "q"))) for row in found)


def _checked(store: Store, checks: tuple[Check, ...]) -> Iterator[Problem]:
    for check in checks:
        for number, (node, value) in enumerate(_found(store, check)):
            if number == MOST:
                yield Problem("", "…", check.zh, check.en, f"> {MOST}")
                break
            yield problem(store, node, check.zh, check.en, value)


def _found(store: Store, check: Check) -> Iterator[tuple[object, object]]:
    """The nodes that a check finds, with the value that is wrong."""
    sparql = check.sparql
    if "?base" in sparql:
        sparql = sparql.replace("{", f"{{ VALUES ?base {{ {ox.Literal(store.base)} }}", 1)
    solutions = store.data.query(sparql, prefixes=dict(PREFIXES))
    assert isinstance(solutions, ox.QuerySolutions)
    has_value = any(variable.value == "value" for variable in solutions.variables)
    return ((row["this"], row["value"] if has_value else None) for row in solutions)


def _shaped(store: Store, path: Path) -> Iterator[Problem]:
    """What SHACL finds in the letters' graphs together. The lexicon has thousands of entries, for which the checks are enough."""
    from rdflib import RDF, Literal, URIRef  # here, because it takes a while to load

    graphs = (graph for graph in store.graphs() if graph != store.graph("lexicon"))
    data = b"".join(store.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"" for graph in graphs)
    report = engine()(data, path.read_bytes())
    for result in report.subjects(RDF.type, URIRef(SH + "ValidationResult")):
        found = report.objects(result, URIRef(SH + "resultMessage"))
        messages = {message.language: str(message) for message in found if isinstance(message, Literal)}
        node, value = (report.value(result, URIRef(SH + name)) for name in ("focusNode", "value"))
        yield problem(store, _term(node), messages.get("zh", ""), messages.get("en") or next(iter(messages.values()), ""), _term(value))


def engine() -> Callable[[bytes, bytes], Graph]:
    """A SHACL engine: data and shapes (as Turtle) to the report. pyshifty, or where it is not installed pySHACL, which is far slower."""
    return with_pyshifty if find_spec("shifty") else with_pyshacl


def with_pyshifty(data: bytes, shapes: bytes) -> Graph:
    import shifty

    _, report, _ = shifty.validate(data, shapes, graph_mode="data")
    assert not isinstance(report, (bytes, str))
    return report


def with_pyshacl(data: bytes, shapes: bytes) -> Graph:
    import pyshacl
    import rdflib

    graphs = (rdflib.Graph().parse(data=text, format="turtle") for text in (data, shapes))
    _, report, _ = pyshacl.validate(next(graphs), shacl_graph=next(graphs), inference="none")
    assert isinstance(report, rdflib.Graph)
    return report


def _term(node: object) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    """An rdflib node as a pyoxigraph one."""
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode()
    return ox.Literal(str(node)) if node is not None else None


def problem(store: Store, node: object, zh: str, en: str, value: object = None) -> Problem:
    """A problem told in words: the letter and the part of it for a node inside a letter, the name for an entity."""
    iri = node.value if isinstance(node, ox.NamedNode) else ""
    shown = text(value, store.base) if isinstance(value, (ox.NamedNode, ox.Literal, ox.BlankNode)) else ""
    begin = f"{store.base}letter/"
    if iri.startswith(begin):
        letter, _, part = iri[len(begin):].partition("#")
        return Problem(unquote(letter), unquote(part) or "letter", zh, en, shown, iri)
    letters = _letters(store, node) if isinstance(node, ox.NamedNode) else ""
    name = text(node, store.base) if isinstance(node, (ox.NamedNode, ox.Literal)) else str(node)
    return Problem(letters, name, zh, en, shown, iri)


def _letters(store: Store, node: ox.NamedNode) -> str:
    """The letters whose graphs speak of an entity; empty for what only the lexicon knows."""
    found = store.data.quads_for_pattern(node, term("rdf:type"), None, None)
    graphs = {quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode)}
    names = sorted(name for graph in graphs if (name := iris.letter_of_graph(graph, store.base)))
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
