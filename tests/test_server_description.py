"""The endpoint says what it can do (SPARQL 1.1 Service Description) and what it holds (VoID)."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from starlette.testclient import TestClient

from kg.server.limits import Settings
from kg.store import Store
from tests.serving import client

pytestmark = pytest.mark.slow        # a server for each format

SD, VOID = Namespace("http://www.w3.org/ns/sparql-service-description#"), Namespace("http://rdfs.org/ns/void#")
ROOT = "http://127.0.0.1/"


@pytest.fixture(scope="module")
def http(gold_store: Path) -> Iterator[TestClient]:
    with client(gold_store) as one:
        yield one


def described(http: TestClient, path: str = "/sparql") -> Graph:
    answer = http.get(path, headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    return Graph().parse(data=answer.text, format="turtle")


@pytest.mark.parametrize(("accept", "fmt"), [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt"),
                                             ("application/ld+json", "json-ld"), ("*/*", "turtle")])
@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/.well-known/void"])
def test_the_description_is_rdf_in_the_format_asked_for(http: TestClient, path: str, accept: str, fmt: str) -> None:
    answer = http.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert len(Graph().parse(data=answer.text, format=fmt)) == len(described(http, path))


def test_the_description_names_the_endpoint_at_which_it_was_asked_for(http: TestClient) -> None:
    graph = described(http)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert list(graph.objects(service, SD.endpoint)) == [URIRef(f"{ROOT}sparql")]


def test_the_description_keeps_to_the_schema(http: TestClient) -> None:
    graph = described(http)
    (service,) = graph.subjects(RDF.type, SD.Service)
    (dataset,) = graph.objects(service, SD.defaultDataset)
    (default,) = graph.objects(dataset, SD.defaultGraph)
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert SD.UnionDefaultGraph in set(graph.objects(service, SD.feature))
    assert SD.Dataset in set(graph.objects(dataset, RDF.type))
    assert SD.Graph in set(graph.objects(default, RDF.type))
    for named in graph.objects(dataset, SD.namedGraph):
        assert SD.NamedGraph in set(graph.objects(named, RDF.type))
        assert len(list(graph.objects(named, SD.name))) == len(list(graph.objects(named, SD.graph))) == 1


def test_the_formats_it_names_are_given(http: TestClient) -> None:
    graph = described(http)
    formats = {str(one).rpartition("/")[2] for one in graph.objects(None, SD.resultFormat)}
    assert formats == {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD"}


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_the_numbers_are_those_of_the_store(http: TestClient, gold_store: Path, path: str) -> None:
    graph = described(http, path)
    with Store(gold_store) as store:
        merge = list(store.merge())
        sizes = {named.value: len(list(store.quads(named))) for named in store.graphs()}
    (dataset,) = graph.subjects(RDF.type, VOID.Dataset)
    assert [int(str(one)) for one in graph.objects(dataset, VOID.triples)] == [len(merge)]
    assert [int(str(one)) for one in graph.objects(dataset, VOID.distinctSubjects)] == [len({quad.subject for quad in merge})]
    found = {str(graph.value(one, SD.name)): int(str(graph.value(graph.value(one, SD.graph), VOID.triples))) for one in graph.objects(dataset, SD.namedGraph)}
    assert found == sizes


def test_behind_another_server_the_public_address_is_the_one_named(gold_store: Path) -> None:
    with client(gold_store, Settings(workers=1, public_url="https://kg.example.org/", log=False)) as http:
        assert (None, SD.endpoint, URIRef("https://kg.example.org/sparql")) in described(http)
