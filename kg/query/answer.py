"""What a query gave, and the formats it can be written in."""
from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError
from kg.export import turtle
from kg.mapping import term
from kg.ontology import PREFIXES

if TYPE_CHECKING:
    import pandas

    from kg.ontology import Ontology

STRING = term("xsd:string")
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
RESULTS: Mapping[str, ox.QueryResultsFormat] = MappingProxyType({
    "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV, "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML})
FORMATS = ("table", *RESULTS, "ttl")
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """The columns and rows of a SELECT; an ASK has one row of one value, a CONSTRUCT or DESCRIBE its triples."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]
    base: str = iris.BASE
    named: Mapping[str, str] = field(default_factory=dict)        # names of predicates of the user's own, by IRI
    graph: bool = False                # whether the rows are triples

    def __repr__(self) -> str:
        return f"<Answer: {len(self.rows)} rows of {', '.join(self.columns)}>"

    def texts(self) -> list[list[str]]:
        """The rows as a reader reads them: names for entities and letters, kg:… for terms, nothing for what is unbound."""
        return [[text(node, self.base, self.named) for node in row] for row in self.rows]

    def told(self, ontology: Ontology, terms: Collection[str] = ()) -> list[list[str]]:
        """The same with classes, predicates and statuses as they are called in Chinese and English, kg:… only for other terms.

        `terms` names columns whose texts are names or labels of terms, or several names with blanks between them.
        """
        known = ontology.called() if terms else {}
        return [[_called(node, ontology) or (_words(shown, known) if column in terms else shown)
                 for column, node, shown in zip(self.columns, row, texts, strict=True)] for row, texts in zip(self.rows, self.texts(), strict=True)]

    def dicts(self) -> list[dict[str, str]]:
        """The rows as text by column; what is unbound is absent. IRIs and literals are whole."""
        return [{name: node.value for name, node in zip(self.columns, row, strict=True) if node is not None and not isinstance(node, ox.Triple)}
                for row in self.rows]

    def to_pandas(self, *, iris: bool = False) -> pandas.DataFrame:
        """The rows as a data frame: numbers, dates and truth values by kind, entities and terms as a reader reads them, or as whole IRIs.

        Column names are those of the query. MissingExtra without pandas.
        """
        from kg.frames import answer_frame
        texts = [[str(getattr(node, "value", node)) for node in row] for row in self.rows] if iris else self.texts()
        return answer_frame(self.columns, self.rows, texts)

    def _repr_html_(self) -> str:
        """The first rows as a table in a notebook."""
        from kg.notebook import table
        return table(self.columns, self.texts())

    def serialize(self, fmt: str) -> str:
        """The answer in one of FORMATS; QueryError when this kind of answer has no such format."""
        if fmt == "table":
            return "".join("\t".join(row) + "\n" for row in [list(self.columns), *self.texts()])
        if fmt == "ttl" and self.graph:
            return turtle(ox.Triple(*row) for row in self.rows).decode()     # type: ignore[arg-type]
        if fmt not in RESULTS or self.graph:
            fits = ("table", "ttl") if self.graph else ("table", *RESULTS)
            raise QueryError(f"The answer to this query cannot be written as {fmt}: choose {' or '.join(fits)}.")
        if self.columns == ("answer",) and fmt in ("csv", "tsv"):
            return f"answer\n{str(self.boolean).lower()}\n"
        parsed = ox.parse_query_results(self._json(), format=ox.QueryResultsFormat.JSON)
        return parsed.serialize(format=RESULTS[fmt]).decode()       # type: ignore[union-attr]

    def _json(self) -> bytes:
        """The answer in the SPARQL 1.1 Query Results JSON Format."""
        if self.columns == ("answer",) and len(self.rows) == 1:
            return json.dumps({"head": {}, "boolean": self.boolean}).encode()
        rows = [{name: _said(node) for name, node in zip(self.columns, row, strict=True) if node is not None} for row in self.rows]
        return json.dumps({"head": {"vars": self.columns}, "results": {"bindings": rows}}).encode()

    @property
    def boolean(self) -> bool:
        """The answer to an ASK; for others, whether there is any row."""
        first = self.rows[0][0] if self.rows else None
        return first.value == "true" if self.columns == ("answer",) and isinstance(first, ox.Literal) else bool(self.rows)


def _said(node: Node) -> dict[str, object]:
    """A node as the JSON format has it; triples as in RDF 1.2."""
    if isinstance(node, ox.Triple):
        return {"type": "triple", "value": {"subject": _said(node.subject), "predicate": _said(node.predicate), "object": _said(node.object)}}
    if not isinstance(node, ox.Literal):
        return {"type": "uri" if isinstance(node, ox.NamedNode) else "bnode", "value": node.value}
    more = {"xml:lang": node.language} if node.language else {"datatype": node.datatype.value} if node.datatype != STRING else {}
    return {"type": "literal", "value": node.value, **more}


def answer(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, base: str, named: Mapping[str, str] = NOTHING) -> Answer:
    """What pyoxigraph gave, read to the end."""
    if isinstance(found, ox.QueryTriples):
        rows = sorted({(t.subject, t.predicate, t.object) for t in found}, key=lambda row: tuple(map(str, row)))
        return Answer(("subject", "predicate", "object"), tuple(rows), base, named, graph=True)
    if isinstance(found, ox.QueryBoolean):
        return Answer(("answer",), ((ox.Literal(bool(found)),),), base, named)
    columns = tuple(variable.value for variable in found.variables)
    return Answer(columns, tuple(tuple(solution) for solution in found), base, named)


def text(node: Node | None, base: str = iris.BASE, named: Mapping[str, str] = NOTHING) -> str:
    """A node as a reader reads it: the name of an entity, a letter or a letter's graph, kg:… for a term, else all of it.

    `named` has the names of predicates of the user's own.
    """
    if node is None:
        return ""
    if isinstance(node, ox.NamedNode):
        return iris.name_of(node.value, base) or iris.letter_of_graph(node.value, base) or named.get(node.value) or _short(node.value)
    return node.value if isinstance(node, ox.Literal) else str(node)


def _called(node: Node | None, ontology: Ontology) -> str:
    """What a term of the vocabulary is called; nothing for what is none."""
    if not isinstance(node, ox.NamedNode):
        return ""
    name = ontology.name(node.value)
    return words if (words := ontology.words(name)) != name else ""


def _words(text: str, known: Mapping[str, str]) -> str:
    """A text as what its terms are called: 已完成 done、计划中 planned; as it stands where it is no term."""
    names = [text] if text in known else text.split()
    return "、".join(known[name] for name in names) if all(name in known for name in names) else text


def _short(iri: str) -> str:
    known = max((space for space in PREFIXES.values() if iri.startswith(space)), key=len, default=None)
    if known is None:
        return iri
    prefix = next(prefix for prefix, space in PREFIXES.items() if space == known)
    return f"{prefix}:{iri[len(known):]}"
