"""What a query gave, and the formats it can be written in."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError
from kg.export import turtle
from kg.ontology import PREFIXES

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
RESULTS: Mapping[str, ox.QueryResultsFormat] = MappingProxyType({
    "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV, "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML})
FORMATS = ("table", *RESULTS, "ttl")
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns and rows of a SELECT; an ASK has one row of one value, a CONSTRUCT or DESCRIBE its triples."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]
    base: str = iris.BASE
    named: Mapping[str, str] = field(default_factory=dict)        # names of predicates of the user's own, by IRI
    results: bytes | None = None       # a SELECT's or ASK's answer as JSON; None for triples

    def texts(self) -> list[list[str]]:
        """The rows as a reader reads them: names for entities and letters, kg:… for terms, nothing for what is unbound."""
        return [[text(node, self.base, self.named) for node in row] for row in self.rows]

    def dicts(self) -> list[dict[str, str]]:
        """The rows as text by column; what is unbound is absent. IRIs and literals are whole."""
        return [{name: node.value for name, node in zip(self.columns, row, strict=True) if node is not None and not isinstance(node, ox.Triple)}
                for row in self.rows]

    def serialize(self, fmt: str) -> str:
        """The answer in one of FORMATS; QueryError when this kind of answer has no such format."""
        if fmt == "table":
            return "".join("\t".join(row) + "\n" for row in [list(self.columns), *self.texts()])
        if fmt == "ttl" and self.results is None:
            return turtle(ox.Triple(*row) for row in self.rows).decode()     # type: ignore[arg-type]
        if fmt not in RESULTS or self.results is None:
            fits = ("table", "ttl") if self.results is None else ("table", *RESULTS)
            raise QueryError(f"The answer to this query cannot be written as {fmt}: choose {' or '.join(fits)}.")
        if self.columns == ("answer",) and fmt in ("csv", "tsv"):
            return f"answer\n{str(self.boolean).lower()}\n"
        parsed = ox.parse_query_results(self.results, format=ox.QueryResultsFormat.JSON)
        return parsed.serialize(format=RESULTS[fmt]).decode()       # type: ignore[union-attr]

    @property
    def boolean(self) -> bool:
        """The answer to an ASK; for others, whether there is any row."""
        first = self.rows[0][0] if self.rows else None
        return first.value == "true" if self.columns == ("answer",) and isinstance(first, ox.Literal) else bool(self.rows)


def answer(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, base: str, named: Mapping[str, str]) -> Answer:
    """What pyoxigraph gave, read to the end."""
    if isinstance(found, ox.QueryTriples):
        rows = sorted({(t.subject, t.predicate, t.object) for t in found}, key=lambda row: tuple(map(str, row)))
        return Answer(("subject", "predicate", "object"), tuple(rows), base, named)
    if isinstance(found, ox.QueryBoolean):
        return Answer(("answer",), ((ox.Literal(bool(found)),),), base, named, found.serialize(format=ox.QueryResultsFormat.JSON))
    results = found.serialize(format=ox.QueryResultsFormat.JSON)
    solutions = ox.parse_query_results(results, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = tuple(variable.value for variable in solutions.variables)
    return Answer(columns, tuple(tuple(solution) for solution in solutions), base, named, results)


def text(node: Node | None, base: str = iris.BASE, named: Mapping[str, str] = NOTHING) -> str:
    """A node as a reader reads it: the name of an entity, a letter or a letter's graph, kg:… for a term, else all of it.

    `named` has the names of predicates of the user's own.
    """
    if node is None:
        return ""
    if isinstance(node, ox.NamedNode):
        return iris.name_of(node.value, base) or iris.letter_of_graph(node.value, base) or named.get(node.value) or _short(node.value)
    return node.value if isinstance(node, ox.Literal) else str(node)


def _short(iri: str) -> str:
    known = max((space for space in PREFIXES.values() if iri.startswith(space)), key=len, default=None)
    if known is None:
        return iri
    prefix = next(prefix for prefix, space in PREFIXES.items() if space == known)
    return f"{prefix}:{iri[len(known):]}"
