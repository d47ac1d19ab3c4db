"""Graphs are read and written as documents, as the SPARQL 1.1 Graph Store Protocol says, and the merge of all stays right.

The cases are those of the W3C's suite, written anew from the specification. Two things are answered otherwise: the default graph cannot
be written, because it is the merge of the others; and blank nodes come back as IRIs, because every node of the store has one.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from kg.iris import BASE, letter_graph
from kg.server.limits import Limits, Settings
from kg.store import Store
from kg.validate import validate
from tests.nouns import extraction
from tests.serving import client

pytestmark = pytest.mark.slow        # servers of its own

TOKEN = "a-token-for-tests"
WITH = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = {**WITH, "Content-Type": "text/turtle"}
PERSON, OTHER = "http://example.org/person/1", "http://example.org/person/2"
JOHN = '@prefix f: <http://xmlns.com/foaf/0.1/> . <http://example.org/1> a f:Person ; f:card [ f:name "John Doe" ] .'
JANE = '@prefix f: <http://xmlns.com/foaf/0.1/> . <http://example.org/1> a f:Person ; f:card [ f:name "Jane Doe" ] .'
MORE = '@prefix f: <http://xmlns.com/foaf/0.1/> . <http://example.org/1> f:age 39 ; a f:Person .'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "store"
    with Store(folder, writable=True) as one:
        one.put_ontology()
        one.put_letter(extraction("a"))
        one.put_letter(extraction("b"))
    return folder


@pytest.fixture(scope="module")
def http(folder: Path) -> Iterator[TestClient]:
    with client(folder, Settings(Limits(body_mb=1), workers=1, token=TOKEN, log=False)) as one:
        yield one


@pytest.fixture
def john(http: TestClient) -> str:
    """A graph that says who John is, whatever it said before."""
    assert http.put("/graph-store", params={"graph": PERSON}, content=JOHN, headers=TURTLE).status_code in (201, 204)
    return PERSON


def same(answer: object, turtle: str) -> bool:
    """Whether an answer says what the Turtle says; its blank nodes have IRIs."""
    return isomorphic(blank(Graph().parse(data=answer.text, format="turtle")), Graph().parse(data=turtle, format="turtle"))      # type: ignore[attr-defined]


def blank(graph: Graph) -> Graph:
    """A graph with blank nodes again in the place of the IRIs that the store gave them."""
    nodes = {node: BNode() for node in graph.all_nodes() if str(node).startswith(f"{BASE}genid/")}
    made = Graph()
    for s, p, o in graph:
        made.add((nodes.get(s, s), p, nodes.get(o, o)))
    return made


def get(http: TestClient, graph: str) -> object:
    return http.get("/graph-store", params={"graph": graph}, headers={"Accept": "text/turtle"})


def count(http: TestClient, pattern: str) -> int:
    answer = http.get("/sparql", params={"query": f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"}, headers={"Accept": "application/json"})
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def sound(folder: Path) -> bool:
    """Whether the merge is what the graphs say together, each triple once."""
    with Store(folder) as store:
        said = {quad.triple for quad in store.data if quad.graph_name != ox.DefaultGraph()}
        return said == {quad.triple for quad in store.merge()}


# PUT

def test_put_makes_a_graph_and_get_gives_it_back(http: TestClient, john: str, folder: Path) -> None:
    answer = get(http, john)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")      # type: ignore[attr-defined]
    assert same(answer, JOHN)
    assert sound(folder)


def test_put_replaces_a_graph_and_what_it_said_is_gone_from_the_merge(http: TestClient, john: str, folder: Path) -> None:
    assert http.put("/graph-store", params={"graph": john}, content=JANE, headers=TURTLE).status_code == 204
    assert same(get(http, john), JANE)
    assert count(http, '?x ?y "John Doe"') == 0
    assert count(http, '?x ?y "Jane Doe"') == 1
    assert sound(folder)


def test_put_of_nothing_makes_an_empty_graph(http: TestClient) -> None:
    empty = "http://example.org/empty"
    assert http.put("/graph-store", params={"graph": empty}, content="", headers=TURTLE).status_code == 201
    assert same(get(http, empty), "")


@pytest.mark.parametrize(("content", "media_type", "status", "says"), [
    (JOHN, "application/rdf+xml", 400, "is no application/rdf+xml"), ("<http://a> <http://b> .", "text/turtle", 400, "is no text/turtle"),
    (JOHN, "text/html", 415, "not as text/html"), (JOHN, None, 415, "without Content-Type"), (b"\xff\xfe", "text/turtle", 400, "is no text/turtle"),
    ("x" * 1024 * 1024 + "x", "text/turtle", 413, "larger than 1 MB"),
    ('{"@context": "http://127.0.0.1:1/c", "@id": "http://a", "http://b": 1}', "application/ld+json", 400, "is no application/ld+json"),
])
def test_what_is_no_graph_is_refused_and_changes_nothing(http: TestClient, content: str | bytes, media_type: str | None, status: int, says: str) -> None:
    before = count(http, "?s ?p ?o")
    headers = {**WITH, **({"Content-Type": media_type} if media_type else {})}
    answer = http.put("/graph-store", params={"graph": letter_graph("a")}, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert says in answer.text
    assert count(http, "?s ?p ?o") == before


@pytest.mark.parametrize(("media_type", "fmt"), [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"),
                                                 ("application/ld+json", "json-ld")])
def test_a_graph_is_taken_and_given_in_each_format(http: TestClient, media_type: str, fmt: str) -> None:
    text = Graph().parse(data=JOHN, format="turtle").serialize(format=fmt)
    http.put("/graph-store", params={"graph": OTHER}, content=text.encode(), headers={**WITH, "Content-Type": media_type})
    answer = http.get("/graph-store", params={"graph": OTHER}, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert isomorphic(blank(Graph().parse(data=answer.text, format=fmt)), Graph().parse(data=JOHN, format="turtle"))


def test_relative_iris_are_those_of_the_graph(http: TestClient) -> None:
    http.put("/graph-store", params={"graph": OTHER}, content="<#me> <#knows> <3> .", headers=TURTLE)
    assert same(get(http, OTHER), f"<{OTHER}#me> <{OTHER}#knows> <http://example.org/person/3> .")


# POST

def test_post_adds_to_a_graph(http: TestClient, john: str, folder: Path) -> None:
    assert http.post("/graph-store", params={"graph": john}, content=MORE, headers=TURTLE).status_code == 204
    assert same(get(http, john), JOHN + MORE)
    assert sound(folder)


def test_post_of_nothing_adds_nothing(http: TestClient, john: str) -> None:
    assert http.post("/graph-store", params={"graph": john}, content="", headers=TURTLE).status_code == 204
    assert same(get(http, john), JOHN)


def test_post_makes_a_graph_that_is_not_there(http: TestClient) -> None:
    made = "http://example.org/made/by/post"
    assert http.post("/graph-store", params={"graph": made}, content=JOHN, headers=TURTLE).status_code == 201
    assert same(get(http, made), JOHN)


def test_post_of_a_form_with_files_adds_them_all(http: TestClient, john: str) -> None:
    files = [("one", ("one.ttl", MORE, "text/turtle")), ("two", ("two.nt", "<http://a> <http://b> <http://c> .\n", "application/n-triples"))]
    assert http.post("/graph-store", params={"graph": john}, files=files, headers=WITH).status_code == 204
    assert same(get(http, john), f"{JOHN}{MORE} <http://a> <http://b> <http://c> .")


def test_post_to_the_store_itself_makes_a_graph_and_says_where(http: TestClient) -> None:
    answer = http.post("/graph-store", content=MORE, headers=TURTLE)
    assert answer.status_code == 201
    assert unquote(answer.headers["location"]) == f"/graph-store?graph={answer.text.strip()}"
    assert answer.text.startswith(f"{BASE}graph/posted/")
    assert same(http.get(answer.headers["location"]), MORE)


# DELETE, HEAD, GET

def test_delete_takes_a_graph_out_and_then_it_is_not_there(http: TestClient, john: str, folder: Path) -> None:
    assert http.delete("/graph-store", params={"graph": john}, headers=WITH).status_code == 204
    assert get(http, john).status_code == 404       # type: ignore[attr-defined]
    assert http.delete("/graph-store", params={"graph": john}, headers=WITH).status_code == 404
    assert count(http, f"GRAPH <{john}> {{ ?s ?p ?o }}") == 0
    assert sound(folder)


def test_delete_leaves_what_another_graph_says_too(http: TestClient, folder: Path) -> None:
    before, said = count(http, "?s ?p ?o"), "<http://example.org/shared> a <http://example.org/Thing> ."
    graphs = ("http://example.org/said/here", "http://example.org/and/here")
    for graph in graphs:
        http.put("/graph-store", params={"graph": graph}, content=said, headers=TURTLE)
    for graph, left in zip(graphs, (1, 0), strict=True):
        http.delete("/graph-store", params={"graph": graph}, headers=WITH)
        assert count(http, "<http://example.org/shared> ?p ?o") == left
    assert count(http, "?s ?p ?o") == before
    assert sound(folder)


def test_head_tells_whether_a_graph_is_there(http: TestClient, john: str) -> None:
    there, not_there = (http.head("/graph-store", params={"graph": graph}) for graph in (john, "http://example.org/none"))
    assert (there.status_code, there.content, not_there.status_code) == (200, b"", 404)
    assert int(there.headers["content-length"]) > 0


def test_the_default_graph_is_the_merge_of_all(http: TestClient) -> None:
    triples = http.get("/graph-store?default", headers={"Accept": "application/n-triples"}).text.splitlines()
    assert len(triples) == len(set(triples)) == count(http, "?s ?p ?o")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_default_graph_cannot_be_written_because_it_is_the_merge(http: TestClient, method: str) -> None:
    answer = http.request(method, "/graph-store?default", content=MORE, headers=TURTLE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "merge" in answer.text


@pytest.mark.parametrize("path", ["/graph-store?graph=a:b&default", "/graph-store?graph=a:b&graph=a:c", "/graph-store", "/graph-store?graph=relative",
                                  "/graph-store?graph=", "/graph-store?graph=http://a/%3E%20%7B%7D"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_one_graph_must_be_named_by_an_iri(http: TestClient, path: str, method: str) -> None:
    answer = http.request(method, path, content=MORE if method == "PUT" else None, headers=TURTLE)
    assert answer.status_code == 400
    assert "graph" in answer.text


def test_what_is_written_settles_classes_and_leaves_the_store_sound(http: TestClient, folder: Path) -> None:
    graph = f"{BASE}graph/curation"
    curated = f'<{BASE}海河产业基金> a <https://w3id.org/zhihan/ontology#Company> .'
    assert http.put("/graph-store", params={"graph": graph}, content=curated.encode(), headers=TURTLE).status_code == 201
    assert count(http, "?x a kg:Fund") == 0
    assert http.delete("/graph-store", params={"graph": graph}, headers=WITH).status_code == 204
    assert count(http, "?x a kg:Fund") == 1
    with Store(folder) as store:
        assert validate(store) == []


def test_a_store_that_is_being_built_is_not_written(http: TestClient, folder: Path) -> None:
    with Store(folder, writable=True):
        answer = http.put("/graph-store", params={"graph": PERSON}, content=MORE, headers=TURTLE)
    assert answer.status_code == 503
    assert "in use" in answer.text


# who may write

@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer"},
                                     {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN}])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_who_has_no_token_writes_nothing(http: TestClient, method: str, headers: dict[str, str]) -> None:
    answer = http.request(method, "/graph-store", params={"graph": letter_graph("a")}, content=MORE, headers={**headers, "Content-Type": "text/turtle"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="zhihan"')
    assert count(http, "?x a kg:Letter") == 2


def test_without_a_token_the_server_only_reads(gold_store: Path) -> None:
    with client(gold_store) as http:
        answer = http.put("/graph-store", params={"graph": PERSON}, content=MORE, headers=TURTLE)
    assert answer.status_code == 403
    assert "only reads" in answer.text
