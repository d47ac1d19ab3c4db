"""What the endpoint can do and what it holds, as RDF: SPARQL 1.1 Service Description, with the statistics of VoID."""
from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox
from starlette.requests import Request

from kg.ontology import KG, PREFIXES
from kg.server.answers import written
from kg.server.limits import Limits, Settings

SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD")
TYPE, INTEGER = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["xsd"] + "integer")
Node = ox.NamedNode | ox.Literal


def address(request: Request, settings: Settings) -> str:
    """How the server is reached from outside, with / at its end."""
    return settings.public_url or f"{request.url.scheme}://{request.url.netloc}/"


def description(statistics: Mapping[str, object], root: str, media_type: str) -> bytes:
    """The Service Description of the endpoint."""
    return written(list({*_service(root), *_dataset(statistics, root), *_named(statistics, root)}), media_type, Limits())


def void(statistics: Mapping[str, object], root: str, media_type: str) -> bytes:
    """The description of the data alone."""
    return written(list({*_dataset(statistics, root), *_named(statistics, root)}), media_type, Limits())


def _service(root: str) -> Iterator[ox.Triple]:
    service = _node(f"{root}sparql#service")
    yield ox.Triple(service, TYPE, _node(SD + "Service"))
    yield ox.Triple(service, _node(SD + "endpoint"), _node(f"{root}sparql"))
    yield ox.Triple(service, _node(SD + "supportedLanguage"), _node(SD + "SPARQL11Query"))
    yield ox.Triple(service, _node(SD + "feature"), _node(SD + "UnionDefaultGraph"))
    yield ox.Triple(service, _node(SD + "defaultDataset"), _node(f"{root}.well-known/void#dataset"))
    for name in FORMATS:
        yield ox.Triple(service, _node(SD + "resultFormat"), _node(f"http://www.w3.org/ns/formats/{name}"))


def _dataset(statistics: Mapping[str, object], root: str) -> Iterator[ox.Triple]:
    dataset, default = _node(f"{root}.well-known/void#dataset"), _node(f"{root}.well-known/void#default-graph")
    yield ox.Triple(dataset, TYPE, _node(SD + "Dataset"))
    yield ox.Triple(dataset, TYPE, _node(VOID + "Dataset"))
    yield ox.Triple(dataset, _node(PREFIXES["dcterms"] + "title"), ox.Literal("zhihan 知函"))
    yield ox.Triple(dataset, _node(SD + "defaultGraph"), default)
    yield ox.Triple(dataset, _node(VOID + "sparqlEndpoint"), _node(f"{root}sparql"))
    yield ox.Triple(dataset, _node(VOID + "uriSpace"), ox.Literal(str(statistics["base"])))
    yield ox.Triple(dataset, _node(VOID + "vocabulary"), _node(KG))
    yield ox.Triple(default, TYPE, _node(SD + "Graph"))
    for node in (dataset, default):
        yield from _counted(node, statistics)
    for kind, prop, value, count in (("classes", "classPartition", "class", "entities"), ("properties", "propertyPartition", "property", "triples")):
        for iri, number in _numbers(statistics, kind):
            part = _node(f"{root}.well-known/void#{value}={_fragment(iri)}")
            yield ox.Triple(dataset, _node(VOID + prop), part)
            yield ox.Triple(part, _node(VOID + value), _node(iri))
            yield ox.Triple(part, _node(VOID + count), _integer(number))


def _counted(node: ox.NamedNode, statistics: Mapping[str, object]) -> Iterator[ox.Triple]:
    totals = dict(_numbers(statistics, "totals"))
    for name, key in (("triples", "triples"), ("properties", "properties"), ("distinctSubjects", "subjects"), ("distinctObjects", "objects")):
        yield ox.Triple(node, _node(VOID + name), _integer(totals[key]))
    yield ox.Triple(node, _node(VOID + "classes"), _integer(len(_numbers(statistics, "classes"))))


def _named(statistics: Mapping[str, object], root: str) -> Iterator[ox.Triple]:
    dataset = _node(f"{root}.well-known/void#dataset")
    for iri, number in _numbers(statistics, "graphs"):
        named, graph = (_node(f"{root}.well-known/void#{kind}={_fragment(iri)}") for kind in ("named-graph", "graph"))
        yield ox.Triple(dataset, _node(SD + "namedGraph"), named)
        yield ox.Triple(named, TYPE, _node(SD + "NamedGraph"))
        yield ox.Triple(named, _node(SD + "name"), _node(iri))
        yield ox.Triple(named, _node(SD + "graph"), graph)
        yield ox.Triple(graph, TYPE, _node(SD + "Graph"))
        yield ox.Triple(graph, _node(VOID + "triples"), _integer(number))


def _numbers(statistics: Mapping[str, object], key: str) -> list[tuple[str, int]]:
    found = statistics[key]
    assert isinstance(found, dict)
    return list(found.items())


def _fragment(iri: str) -> str:
    """An IRI as the end of another."""
    return iri.replace("#", "%23")


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=INTEGER)
