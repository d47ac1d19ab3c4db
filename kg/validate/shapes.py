"""The shapes, checked by a SHACL engine on the graphs of the letters, some at a time, so that memory stays flat.

A letter's graph says all that the shapes speak of (entities with class and name, sentences, the activity), so each may be checked by itself;
what letters contradict each other in is found by the checks of the whole store.

pyshifty reads the shapes once and answers yes or no for a batch three times as fast as it writes a report: only batches that are not
sound are asked for one. Where it is not installed pySHACL does the same, far slower.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import KnowledgeError
from kg.mapping import term
from kg.ontology import PREFIXES
from kg.store import Store
from kg.validate.problems import Problem, problem

if TYPE_CHECKING:
    from rdflib import Graph

    Validator = Callable[[bytes], Graph | None]

BATCH = 4_000_000                       # bytes of N-Triples that are checked at a time: about a dozen letters
RESULTS = """SELECT DISTINCT ?node ?value ?path ?zh ?en WHERE { ?r a sh:ValidationResult ; sh:focusNode ?node
  OPTIONAL { ?r sh:resultMessage ?zh FILTER(LANG(?zh) = "zh") } OPTIONAL { ?r sh:resultMessage ?en FILTER(LANG(?en) != "zh") }
  OPTIONAL { ?r sh:value ?value } OPTIONAL { ?r sh:resultPath ?path } }"""


LIST_END = "SELECT ?end WHERE { kg:FactShape sh:property ?p . ?p sh:path rdf:predicate ; sh:in/rdf:rest* ?end . ?end rdf:rest rdf:nil }"
FIRST, REST, NIL = term("rdf:first"), term("rdf:rest"), term("rdf:nil")


class Shapes:
    """Collects the texts of graphs and checks them when there are enough for a batch."""

    def __init__(self, path: Path, names: Mapping[str, str], predicates: Iterable[str] = ()) -> None:
        """`names` tells the shape that an English message belongs to; `predicates` are IRIs that facts may have besides those of the shapes."""
        self._check, self._names = engine(path, predicates), names
        self._texts: list[bytes] = []
        self._size = 0

    def add(self, store: Store, text: bytes) -> list[Problem]:
        """Have a graph checked, now or with the next; the problems found now."""
        self._texts.append(text)
        self._size += len(text)
        return self.rest(store) if self._size >= BATCH else []

    def rest(self, store: Store) -> list[Problem]:
        """Check what was added and not yet checked."""
        data, self._texts, self._size = b"".join(self._texts), [], 0
        report = self._check(data) if data else None
        return list(problems(store, report, self._names)) if report is not None else []


def problems(store: Store, report: Graph, names: Mapping[str, str]) -> Iterator[Problem]:
    """The results of a SHACL report in words."""
    data = ox.Store()
    data.bulk_load(report.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)
    rows = data.query(RESULTS, prefixes=dict(PREFIXES))
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        zh, en = (row[name].value if row[name] else "" for name in ("zh", "en"))
        path = row["path"].value if isinstance(row["path"], ox.NamedNode) else ""
        yield problem(store, row["node"], zh, en, row["value"], f"kg:{names[en]}" if en in names else "", path)


def engine(path: Path, predicates: Iterable[str] = ()) -> Validator:
    """A SHACL engine over these shapes: from data to a report, or None for data that are sound. KnowledgeError for bad shapes."""
    try:
        return (with_pyshifty if find_spec("shifty") else with_pyshacl)(allowing(path.read_bytes(), tuple(predicates)))
    except (ValueError, SyntaxError, RuntimeError) as error:
        raise KnowledgeError(f"The shapes {path} cannot be read ({error}): restore the file.") from error


def allowing(shapes: bytes, predicates: Sequence[str]) -> bytes:
    """The shapes, with more predicates at the end of the list (sh:in) of those that a fact may have."""
    if not predicates:
        return shapes
    data = ox.Store()
    data.bulk_load(shapes, ox.RdfFormat.TURTLE)
    found = data.query(LIST_END, prefixes=dict(PREFIXES))
    assert isinstance(found, ox.QuerySolutions)
    cells = [ox.BlankNode() for _ in predicates]
    for end in [row["end"] for row in found]:
        assert isinstance(end, ox.BlankNode)
        data.remove(ox.Quad(end, REST, NIL))
        for cell, before, predicate in zip(cells, [end, *cells], predicates, strict=False):
            data.add(ox.Quad(before, REST, cell))
            data.add(ox.Quad(cell, FIRST, ox.NamedNode(predicate)))
        data.add(ox.Quad(cells[-1], REST, NIL))
    return data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""


def with_pyshifty(shapes: bytes) -> Validator:
    import shifty

    prepared = shifty.PreparedValidator(shapes)

    def check(data: bytes) -> Graph | None:
        if prepared.validate_algebra(data, graph_mode="data", infer=False, sort_results=False).conforms:
            return None
        return prepared.validate(data, graph_mode="data", infer=False, sort_results=False)[1]
    return check


def with_pyshacl(shapes: bytes) -> Validator:
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(data=shapes, format="turtle")

    def check(data: bytes) -> Graph | None:
        conforms, report, _ = pyshacl.validate(rdflib.Graph().parse(data=data, format="nt"), shacl_graph=graph, inference="none")
        assert isinstance(report, rdflib.Graph)
        return None if conforms else report
    return check

