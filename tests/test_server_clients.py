"""Programs that others wrote talk to the endpoint: each asks the named questions and gets the rows that the store itself gives."""
from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

from kg.ontology import PREFIXES
from kg.query import named_queries, run
from kg.store import Store
from tests.serving import server

pytestmark = pytest.mark.slow        # a server and its clients

Rows = Counter[tuple[tuple[str, str], ...]]
QUESTIONS = {question.name: question.sparql for question in named_queries()}
CLIENT = Path(__file__).parent / "clients" / "comunica.mjs"


@pytest.fixture(scope="module")
def url(gold_store: Path) -> Iterator[str]:
    with server(gold_store) as (url, _):
        yield f"{url}sparql"


@pytest.fixture(scope="module")
def expected(gold_store: Path) -> dict[str, Rows]:
    """The rows of each question, in-process: as often as each is there, what is unbound left out."""
    with Store(gold_store) as store:
        answers = {name: run(store, sparql) for name, sparql in QUESTIONS.items()}
    return {name: counted(zip(one.columns, row, strict=True) for row in one.rows) for name, one in answers.items()}


def counted(rows: Any) -> Rows:
    return Counter(tuple(sorted((name, value(node)) for name, node in row if node is not None)) for row in rows)


def value(node: Any) -> str:
    return str(node.value if isinstance(node, (ox.NamedNode, ox.Literal, ox.BlankNode)) else node)


def bindings(results: Any) -> Rows:
    """The rows of results in JSON."""
    return counted(((name, cell["value"]) for name, cell in row.items()) for row in results["results"]["bindings"])


def curl(*arguments: str) -> str:
    return subprocess.run(["curl", "--silent", "--show-error", "--max-time", "30", *arguments], capture_output=True, text=True, check=True, encoding="utf-8").stdout


def test_sparqlwrapper_gets_the_same_rows(url: str, expected: dict[str, Rows]) -> None:
    for name, sparql in QUESTIONS.items():
        asking = SPARQLWrapper(url)
        asking.setQuery(sparql)
        asking.setReturnFormat(JSON)
        assert bindings(asking.query().convert()) == expected[name], name


@pytest.mark.parametrize("direct", [False, True])
def test_sparqlwrapper_asks_by_post_too(url: str, expected: dict[str, Rows], direct: bool) -> None:
    asking = SPARQLWrapper(url)
    asking.setMethod(POST)
    if direct:
        asking.setRequestMethod(POSTDIRECTLY)
    asking.setQuery(QUESTIONS["cooperation"])
    asking.setReturnFormat(JSON)
    assert bindings(asking.query().convert()) == expected["cooperation"]


def test_sparqlwrapper_reads_xml_and_turtle(url: str) -> None:
    asking = SPARQLWrapper(url)
    asking.setQuery("SELECT ?x { ?x a kg:Letter }")
    asking.setReturnFormat(XML)
    assert str(asking.query().convert().toxml()).count("<result>") == 5      # type: ignore[union-attr]
    asking.setQuery("CONSTRUCT { ?x a kg:Letter } WHERE { ?x a kg:Letter }")
    asking.setReturnFormat(TURTLE)
    found = asking.query().convert()
    assert isinstance(found, bytes)
    assert found.count(b" a kg:Letter") == 5


def test_rdflib_s_store_gets_the_same_rows(url: str, expected: dict[str, Rows]) -> None:
    store = SPARQLStore(url)
    for name, sparql in QUESTIONS.items():
        found = store.query(sparql)
        columns = [str(variable) for variable in found.vars or ()]
        assert counted(zip(columns, row, strict=True) for row in found) == expected[name], name     # type: ignore[arg-type]


def test_rdflib_s_store_walks_the_graph(url: str) -> None:
    from rdflib import RDF, Graph, URIRef
    graph = Graph(SPARQLStore(url))
    letters = list(graph.subjects(RDF.type, URIRef(PREFIXES["kg"] + "Letter")))
    assert len(letters) == 5
    assert (letters[0], RDF.type, None) in graph


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_the_same_rows(url: str, expected: dict[str, Rows]) -> None:
    for name, sparql in QUESTIONS.items():
        assert bindings(json.loads(curl(url, "--data-urlencode", f"query={sparql}"))) == expected[name], name


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_gets_a_table_and_a_graph(url: str) -> None:
    assert len(curl("-G", url, "-H", "Accept: text/csv", "--data-urlencode", "query=SELECT ?x { ?x a kg:Letter }").splitlines()) == 6
    graph = url.replace("/sparql", "/graph-store?default")
    assert curl(graph, "-H", "Accept: application/n-triples").count("ontology#Letter> .") >= 5


def test_comunica_gets_the_same_rows(url: str, expected: dict[str, Rows], tmp_path: Path) -> None:
    """Comunica 4 and the Node 22 that it needs, both from npm."""
    def npm(*arguments: str) -> None:
        subprocess.run(["npm", *arguments], cwd=tmp_path, check=True, capture_output=True)
    npm("init", "--yes")
    npm("install", "--no-audit", "--no-fund", "@comunica/query-sparql@4", "node@22")
    shutil.copy(CLIENT, tmp_path / "comunica.mjs")
    (tmp_path / "questions.json").write_text(json.dumps({name: with_prefixes(sparql) for name, sparql in QUESTIONS.items()}), encoding="utf-8")
    found = subprocess.run([tmp_path / "node_modules" / ".bin" / "node", "comunica.mjs", url], cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8")
    answers: dict[str, Sequence[dict[str, str]]] = json.loads(found.stdout)
    assert {name: counted(row.items() for row in rows) for name, rows in answers.items()} == expected


def with_prefixes(sparql: str) -> str:
    """A question as a client needs it that reads the query itself."""
    return "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items()) + sparql
