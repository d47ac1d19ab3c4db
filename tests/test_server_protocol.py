"""The endpoint talks the SPARQL 1.1 Protocol: the ways to ask, the graphs named beside the query, the media types, the sentences.

The cases are those of the W3C's protocol suite, written anew from the specification (section numbers are of it). Its thirteen cases of
updates that succeed are left out: this endpoint takes no updates, which the tests of refused updates show.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg.iris import letter_graph
from kg.store import Store
from tests.nouns import extraction
from tests.serving import client

A, B, NONE = letter_graph("a"), letter_graph("b"), letter_graph("none")
QUERY, FORM, UPDATE = "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"
LETTERS, FUNDS = "SELECT (COUNT(*) AS ?n) { ?x a kg:Letter }", "SELECT (COUNT(*) AS ?n) { ?x a kg:Fund }"
ASK, CONSTRUCT = "ASK { ?x a kg:Fund }", "CONSTRUCT { ?x a kg:Fund } WHERE { ?x a kg:Fund }"
JSON = {"Accept": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two letters that say the same of the same things, but for themselves."""
    folder = tmp_path_factory.mktemp("two") / "store"
    with Store(folder, writable=True) as one:
        one.put_ontology()
        one.put_letter(extraction("a"))
        one.put_letter(extraction("b"))
    return folder


@pytest.fixture(scope="module")
def http(store: Path) -> Iterator[TestClient]:
    with client(store) as one:
        yield one


def number(http: TestClient, sparql: str, **graphs: str | list[str]) -> int:
    """The one number that a query gives."""
    answer = http.get("/sparql", params={"query": sparql, **{name.replace("_", "-"): value for name, value in graphs.items()}}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


# how a query is sent (2.1)

@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_a_query_is_asked_by_get_by_a_form_and_by_its_own_media_type(http: TestClient, path: str) -> None:
    answers = [http.get(path, params={"query": ASK}), http.post(path, data={"query": ASK}), http.post(path, content=ASK, headers={"Content-Type": QUERY}),
               http.post(path, content=ASK, headers={"Content-Type": f"{QUERY}; charset=UTF-8"})]
    assert [(one.status_code, one.json()["boolean"]) for one in answers] == [(200, True)] * 4


def test_head_gives_the_headers_of_get(http: TestClient) -> None:
    answer = http.head("/sparql", params={"query": ASK})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", "application/sparql-results+json")


def test_options_tells_the_methods(http: TestClient) -> None:
    answer = http.options("/sparql")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_chinese_in_a_query_may_come_in_each_way(http: TestClient) -> None:
    sparql = 'ASK { ?x skos:prefLabel "海河产业基金"@zh }'
    assert http.get("/sparql", params={"query": sparql}).json()["boolean"] is True
    assert http.post("/sparql", data={"query": sparql}).json()["boolean"] is True
    assert http.post("/sparql", content=sparql.encode(), headers={"Content-Type": QUERY}).json()["boolean"] is True


@pytest.mark.parametrize(("method", "path", "content", "media_type", "status", "says"), [
    ("GET", "/sparql?query=ASK{}&query=ASK{}", None, None, 400, "2 queries"),
    ("POST", "/sparql", b"query=ASK{}&query=ASK{}", FORM, 400, "2 queries"),
    ("POST", "/sparql?query=ASK{}", b"ASK {}", QUERY, 400, "given twice"),
    ("PUT", "/sparql?query=ASK{}", None, None, 405, "PUT is not possible"),
    ("DELETE", "/sparql?query=ASK{}", None, None, 405, "DELETE is not possible"),
    ("POST", "/sparql", b"query=ASK{}", "text/plain", 415, "not as text/plain"),
    ("POST", "/sparql", b"query=ASK{}", None, 415, "without Content-Type"),
    ("POST", "/sparql", b"ASK {}", None, 415, "without Content-Type"),
    ("POST", "/sparql", b"ASK {}", "application/sparql-query; charset=gb18030", 415, "send it as UTF-8"),
    ("POST", "/sparql", 'ASK { ?x ?y "海"@zh }'.encode("gb18030"), QUERY, 400, "not UTF-8"),
    ("POST", "/sparql", b"query=ASK%20%7B%20%3Fx%20%3Fy%20%22%BA%A3%22%7D", FORM, 400, "not UTF-8"),
    ("POST", "/sparql", b"query=ASK \xba\xa3", FORM, 400, "not UTF-8"),
    ("GET", "/sparql?query=ASK%20%ff", None, None, 400, "not UTF-8"),
    ("POST", "/sparql", b"ASK {", QUERY, 400, "malformed at line 1"),
    ("GET", "/sparql?query=ASK%20%7B", None, None, 400, "malformed at line 1"),
    ("GET", "/sparql?query=", None, None, 400, "is empty"),
    ("POST", "/sparql", b"", QUERY, 400, "is empty"),
    ("POST", "/sparql", b"nothing=here", FORM, 400, "has no query"),
    ("POST", "/sparql", b"", FORM, 400, "has no query"),
])
def test_what_is_no_query_is_refused_with_a_sentence(http: TestClient, method: str, path: str, content: bytes | None, media_type: str | None,
                                                     status: int, says: str) -> None:
    answer = http.request(method, path, content=content, headers={"Content-Type": media_type} if media_type else {})
    assert answer.status_code == status, answer.text
    assert says in answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


# updates (2.2): none is taken, and none changes anything

@pytest.mark.parametrize(("method", "path", "content", "media_type", "status"), [
    ("GET", "/sparql?update=CLEAR%20ALL", None, None, 403),
    ("POST", "/sparql", b"update=CLEAR+ALL", FORM, 403),
    ("POST", "/sparql", b"update=CLEAR+ALL&update=CLEAR+ALL", FORM, 403),
    ("POST", "/sparql?using-graph-uri=http://example.org/", b"update=CLEAR+ALL", FORM, 403),
    ("POST", "/sparql", b"CLEAR ALL", UPDATE, 403),
    ("POST", "/sparql", b"CLEAR XYZ", UPDATE, 403),
    ("POST", "/sparql", b"CLEAR ALL \xff", UPDATE, 403),
    ("POST", "/sparql", b"CLEAR ALL", QUERY, 400),
    ("GET", "/sparql?query=INSERT%20DATA%20%7B%20%3Ca:b%3E%20%3Ca:b%3E%201%20%7D", None, None, 400),
    ("POST", "/sparql", b"LOAD <file:///etc/passwd>", QUERY, 400),
])
def test_an_update_is_refused_and_changes_nothing(http: TestClient, method: str, path: str, content: bytes | None, media_type: str | None, status: int) -> None:
    answer = http.request(method, path, content=content, headers={"Content-Type": media_type} if media_type else {})
    assert answer.status_code == status
    assert "only reads" in answer.text
    assert number(http, LETTERS) == 2


# the dataset (2.1.4), with the engine's traps

def test_without_a_dataset_a_query_sees_the_merge_each_triple_once(http: TestClient) -> None:
    assert (number(http, LETTERS), number(http, FUNDS)) == (2, 1)


@pytest.mark.parametrize("way", ["get", "post"])
def test_one_default_graph(http: TestClient, way: str) -> None:
    answer = http.request(way, "/sparql", headers=JSON, **{"params" if way == "get" else "data": {"query": LETTERS, "default-graph-uri": A}})    # type: ignore[arg-type]
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "1"


def test_a_default_graph_in_the_address_of_a_posted_query(http: TestClient) -> None:
    answer = http.post("/sparql", params={"default-graph-uri": A}, content=LETTERS, headers={"Content-Type": QUERY})
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "1"


def test_several_default_graphs_are_their_merge_each_triple_once(http: TestClient) -> None:
    assert number(http, LETTERS, default_graph_uri=[A, B]) == 2
    assert number(http, FUNDS, default_graph_uri=[A, B]) == 1
    assert number(http, FUNDS, default_graph_uri=[A, A]) == 1


def test_a_named_graph_alone_leaves_the_default_graph_empty(http: TestClient) -> None:
    assert number(http, FUNDS, named_graph_uri=A) == 0
    assert number(http, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?x a kg:Fund } }", named_graph_uri=A) == 1
    assert number(http, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?x a kg:Fund } }", named_graph_uri=[A, B]) == 2


def test_default_and_named_graphs_together(http: TestClient) -> None:
    both = "SELECT (COUNT(*) AS ?n) { ?x a kg:Letter . GRAPH ?g { ?y a kg:Letter } }"
    assert number(http, both, default_graph_uri=A, named_graph_uri=[A, B]) == 2
    assert number(http, both, default_graph_uri=[A, B], named_graph_uri=B) == 2
    assert number(http, both, default_graph_uri=[A, B], named_graph_uri=[A, B]) == 4
    assert number(http, both, default_graph_uri=A) == 0


def test_a_default_graph_alone_leaves_no_named_graphs(http: TestClient) -> None:
    assert number(http, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?x a kg:Fund } }", default_graph_uri=A) == 0
    assert number(http, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{A}> {{ ?x a kg:Fund }} }}", default_graph_uri=B) == 0
    assert number(http, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{A}> {{ ?x a kg:Fund }} }}", named_graph_uri=B) == 0


def test_the_dataset_of_the_request_stands_in_the_place_of_the_query_s_own(http: TestClient) -> None:
    query = f"SELECT ?x FROM <{B}> FROM NAMED <{B}> {{ ?x a kg:Letter }}"
    found = http.get("/sparql", params={"query": query, "default-graph-uri": A}, headers=JSON).json()["results"]["bindings"]
    assert [one["x"]["value"].rpartition("/")[2] for one in found] == ["a"]
    assert number(http, f"SELECT (COUNT(*) AS ?n) FROM <{B}> {{ ?x a kg:Letter }}", default_graph_uri=[A, B]) == 2


def test_a_graph_that_is_not_there_is_empty(http: TestClient) -> None:
    assert number(http, LETTERS, default_graph_uri=NONE) == 0
    assert number(http, LETTERS, default_graph_uri=[NONE, A]) == 1
    assert number(http, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?x a kg:Fund } }", named_graph_uri=NONE) == 0


def test_a_select_inside_graph_is_asked_in_each_named_graph_of_the_request(http: TestClient) -> None:
    query = "SELECT (SUM(?m) AS ?n) { GRAPH ?g { SELECT (COUNT(*) AS ?m) { ?x a kg:Fact } } FILTER(BOUND(?g)) }"
    assert number(http, query, named_graph_uri=[A, B]) == 6
    assert number(http, query, named_graph_uri=A) == 3


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("value", ["not an iri", "relative", ""])
def test_a_graph_that_is_no_iri_is_refused(http: TestClient, name: str, value: str) -> None:
    answer = http.get("/sparql", params={"query": ASK, name: value})
    assert answer.status_code == 400
    assert "IRI" in answer.text


# what comes back (2.1.5, 2.1.6)

@pytest.mark.parametrize(("query", "accept", "media_type"), [
    (LETTERS, None, "application/sparql-results+json"),
    (LETTERS, "*/*", "application/sparql-results+json"),
    (LETTERS, "application/sparql-results+xml", "application/sparql-results+xml"),
    (LETTERS, "application/json", "application/json"),
    (LETTERS, "text/csv", "text/csv; charset=utf-8"),
    (LETTERS, "text/*", "text/xml; charset=utf-8"),
    (LETTERS, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    (LETTERS, "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
    (LETTERS, "text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
    (LETTERS, "*/*;q=0.1, text/csv", "text/csv; charset=utf-8"),
    (LETTERS, "application/sparql-results+json;q=0, */*", "application/json"),
    (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
    (ASK, "text/csv", "text/csv; charset=utf-8"),
    (CONSTRUCT, None, "text/turtle; charset=utf-8"),
    (CONSTRUCT, "application/n-triples", "application/n-triples"),
    (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
    (CONSTRUCT, "application/ld+json", "application/ld+json"),
    (CONSTRUCT, "application/sparql-results+json, text/turtle;q=0.5", "text/turtle; charset=utf-8"),
    ("DESCRIBE <https://w3id.org/zhihan/id/海河产业基金>", "application/rdf+xml", "application/rdf+xml"),
])
def test_the_media_type_is_the_one_preferred(http: TestClient, query: str, accept: str | None, media_type: str) -> None:
    answer = http.get("/sparql", params={"query": query}, headers={"Accept": accept} if accept else {"Accept": ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(("query", "accept"), [(LETTERS, "text/turtle"), (CONSTRUCT, "text/csv"), (ASK, "image/png"), (ASK, "*/*;q=0"), (ASK, "nonsense")])
def test_a_media_type_that_does_not_fit_is_refused_with_those_that_do(http: TestClient, query: str, accept: str) -> None:
    answer = http.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 406
    assert ("text/turtle" if query == CONSTRUCT else "text/csv") in answer.text


@pytest.mark.parametrize(("media_type", "fmt"), [("text/turtle", ox.RdfFormat.TURTLE), ("application/n-triples", ox.RdfFormat.N_TRIPLES),
                                                 ("application/rdf+xml", ox.RdfFormat.RDF_XML), ("application/ld+json", ox.RdfFormat.JSON_LD)])
def test_triples_are_the_same_in_every_format_and_each_there_once(http: TestClient, media_type: str, fmt: ox.RdfFormat) -> None:
    query = "CONSTRUCT { ?x a ?c . ?x a ?c } WHERE { GRAPH ?g { ?x a ?c } }"
    body = http.get("/sparql", params={"query": query}, headers={"Accept": media_type}).content
    found = [quad.triple for quad in ox.parse(body, fmt)]
    expected = http.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?x ?c { ?x a ?c } }"}).json()
    assert len(found) == len(set(found)) == int(expected["results"]["bindings"][0]["n"]["value"])


def test_rows_are_the_same_in_every_format(http: TestClient) -> None:
    query = "SELECT ?x ?name { ?x skos:prefLabel ?name } ORDER BY ?x ?name"
    found = {one: http.get("/sparql", params={"query": query}, headers={"Accept": one}).content for one in
             ("application/sparql-results+json", "application/sparql-results+xml", "text/tab-separated-values")}
    formats = (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML, ox.QueryResultsFormat.TSV)
    rows = [[tuple(row) for row in ox.parse_query_results(body, format=fmt)] for body, fmt in zip(found.values(), formats, strict=True)]     # type: ignore[union-attr]
    assert rows[0] == rows[1] == rows[2]
    assert len(rows[0]) > 3


# what a query may not do

@pytest.mark.parametrize("query", ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "ASK { SERVICE SILENT ?x { } }"])
def test_other_servers_are_not_asked(http: TestClient, query: str) -> None:
    answer = http.get("/sparql", params={"query": query})
    assert answer.status_code == 400
    assert "SERVICE asks another server" in answer.text


@pytest.mark.parametrize("query", ["SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }"])
def test_from_reads_no_files_and_no_addresses(http: TestClient, query: str) -> None:
    assert http.get("/sparql", params={"query": query}, headers=JSON).json()["results"]["bindings"] == []


# without a query

def test_for_a_browser_the_endpoint_is_the_page_where_queries_are_written(http: TestClient) -> None:
    answer = http.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/query")


def test_there_is_a_sentence_for_what_is_not_there(http: TestClient) -> None:
    answer = http.get("/nothing")
    assert answer.status_code == 404
    assert "/sparql" in answer.text


def test_every_answer_has_the_headers_that_keep_pages_safe(http: TestClient) -> None:
    for path in ("/sparql?query=ASK{}", "/sparql?query=ASK", "/nothing", "/health", "/graph-store", "/sparql"):
        headers = http.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';"), path
        assert "unsafe" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["x-frame-options"], headers["referrer-policy"]) == ("nosniff", "DENY", "no-referrer")


def test_health_says_that_workers_are_there(http: TestClient) -> None:
    answer = http.get("/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["workers"]) == (200, "ok", 1)
