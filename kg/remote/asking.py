"""Questions to another server's SPARQL endpoint: the same names, files and texts as at home, with the same answers.

What a query without GRAPH or FROM sees is the server's own affair (SPARQL 1.1, section 13.1). At home it is the merge of all graphs;
so the first question finds out how the server is brought to that (`Ground`).
"""
from __future__ import annotations

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError, RemoteError
from kg.ontology import PREFIXES, Ontology, load_ontology
from kg.query import Answer, malformed, question_of, with_values
from kg.query.answer import answer
from kg.query.lexer import UPDATES, form, froms, tokens
from kg.remote.client import BUSY, Client, Fields, refused
from kg.remote.doors import checked
from kg.remote.names import Patterns, entity_names, letters

HEAD = " ".join(f"PREFIX {prefix}: <{space}>" for prefix, space in PREFIXES.items())
RESULTS, TRIPLES = "application/sparql-results+json", "application/n-triples, text/turtle;q=0.5"
UNION: Fields = (("union-default-graph", "true"),)      # as oxigraph serve calls it; others pass over it
SEVERAL = 1000                                          # graphs that are named one by one, at most
if TYPE_CHECKING:
    import httpx2 as httpx

TOLD = logging.getLogger("kg")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the IRIs of the server's graph begin with, and what a request says so that it is about all graphs."""

    base: str = iris.BASE
    fields: Fields = ()


class Remote:
    """A graph on another server, for asking. `close` it, or use `with`."""

    def __init__(self, endpoint: str, client: Client, ontology: Ontology | None = None, *, again: Collection[int] = BUSY) -> None:
        """`again` are the statuses after which a question is sent again; some servers say 500 of queries that they cannot answer."""
        self.endpoint, self.client, self.again = checked(endpoint), client, again
        self.ontology = ontology or load_ontology()

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self.client.close()

    def query(self, what: str, /, **given: str) -> Answer:
        """Ask a named question with its parameters, a .rq file, or SPARQL; see `Graph.query`.

        QueryError and UnknownName as at home, RemoteError for what the server does.
        """
        question = question_of(what, given)
        if question is None:
            return self.ask(what)
        return self.ask(with_values(question.sparql, question.bind(self, given)), shown=question.sparql)

    def letters(self) -> tuple[str, ...]:
        """The names of the letters there, sorted."""
        return letters(self)

    # what finding names needs of a store

    @property
    def base(self) -> str:
        """What the IRIs of the graph there begin with."""
        return self.ground.base

    @property
    def data(self) -> Patterns:
        return Patterns(self)

    def entity_names(self) -> set[str]:
        """Names of entities that letters there mention."""
        return entity_names(self)

    @property
    def server(self) -> str:
        """What the server calls itself; empty when it does not say."""
        got = self.client.send("POST", self.endpoint, form=(("query", "ASK { }"),), headers={"Accept": RESULTS}, again=self.again)
        return got.headers.get("server", "")

    # the requests

    @cached_property
    def ground(self) -> Ground:
        """How this server is asked about all graphs."""
        found = self.select("SELECT ?g WHERE { GRAPH ?g { ?l a kg:Letter } } LIMIT 1")
        base = next((row["g"].value.partition("graph/letter/")[0] for row in found if "graph/letter/" in row["g"].value), iris.BASE)
        probe = "ASK { ?l a kg:Letter }"
        if not found or self.ask(probe, fields=()).boolean:
            return Ground(base)
        if self.ask(probe, fields=UNION).boolean:
            return Ground(base, UNION)
        graphs = [row["g"].value for row in self.select(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT {SEVERAL + 1}")]
        if len(graphs) > SEVERAL:
            raise RemoteError(f"A query at {self.endpoint} sees no named graphs, and there are more than {SEVERAL}: "
                              f"set the server so that its default graph is the union of all graphs.")
        return Ground(base, tuple(("default-graph-uri", graph) for graph in graphs))

    def select(self, sparql: str) -> list[dict[str, ox.NamedNode | ox.Literal]]:
        """The rows of a query that names its graphs itself."""
        found = self.ask(sparql, fields=())
        return [{name: node for name, node in zip(found.columns, row, strict=True) if isinstance(node, ox.NamedNode | ox.Literal)}
                for row in found.rows]

    def ask(self, sparql: str, *, fields: Fields | None = None, shown: str | None = None) -> Answer:
        """Answer SPARQL text. Prefixes of the vocabulary are known; without FROM it is about the merge of all graphs. Errors are told in `shown`."""
        found = tokens(sparql)
        kind = form(found)
        if kind in UPDATES:
            raise QueryError(f"A query only reads; {kind} would change the graph: use kg push for that.")
        if fields is None:
            fields = () if froms(found) else self.ground.fields
        base = iris.BASE if "ground" not in self.__dict__ else self.ground.base
        wants = TRIPLES if kind in ("CONSTRUCT", "DESCRIBE") else RESULTS
        got = self.client.send("POST", self.endpoint, form=(("query", f"{HEAD} {sparql}"), *fields), headers={"Accept": wants},
                               again=self.again, fine=(400, 500))
        if not got.is_success:
            raise QueryError(malformed(shown or sparql) or refused(got, self.endpoint, self.client.access))
        return self._read(got, kind, base)

    def _read(self, got: httpx.Response, kind: str | None, base: str) -> Answer:
        try:
            found = triples(got) if kind in ("CONSTRUCT", "DESCRIBE") else results(got.content, kind)
            read = answer(found, base)
        except (SyntaxError, ValueError) as error:
            media = got.headers.get("content-type", "without a type")
            raise RemoteError(f"The answer of {self.endpoint} ({media}) is none that SPARQL knows: check that this is its address "
                              f"for queries.") from error
        most = got.headers.get("x-sparql-maxrows", "")
        if most.isdigit() and len(read.rows) >= int(most):
            TOLD.warning("The server gives at most %s rows: there may be more.", most)
        return read


def results(body: bytes, kind: str | None) -> ox.QuerySolutions | ox.QueryBoolean:
    """An answer in JSON (SPARQL 1.1 Query Results JSON Format). Virtuoso 7 answers ASK with a row."""
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if kind == "ASK" and isinstance(found, ox.QuerySolutions):
        row = next(iter(found), None)
        said = "true" if row is not None and str(row[0]).strip('"').startswith(("1", "true")) else "false"
        return results(f'{{"head":{{}},"boolean":{said}}}'.encode(), None)
    return found


def triples(got: httpx.Response) -> ox.QueryTriples:
    """The triples of a document, as a query would give them."""
    turtle = "turtle" in got.headers.get("content-type", "")
    if not turtle and not re.search("n-triples|text/plain", got.headers.get("content-type", "")):
        raise ValueError("no triples")
    made = ox.Store()
    made.load(got.content, ox.RdfFormat.TURTLE if turtle else ox.RdfFormat.N_TRIPLES)
    found = made.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(found, ox.QueryTriples)
    return found
