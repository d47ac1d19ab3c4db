"""A sound graph has no problems; each kind of damage is found and told in words."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import KnowledgeError
from kg.iris import BASE
from kg.mapping import INTEGER, Activity, term
from kg.ontology import load_ontology, ontology_dir
from kg.store import Store
from kg.store.changes import Changes, apply
from kg.validate import as_json, as_text, as_turtle, problem, read_rules, validate, with_pyshacl, with_pyshifty
from tests.nouns import TEXT, extraction, quads

LETTER = BASE + "letter/a"
GRAPH = ox.NamedNode(BASE + "graph/letter/a")
AT = TEXT.index("我市")
MENTION = ox.NamedNode(f"{LETTER}#char={AT},{AT + 2}")
FACT = ox.NamedNode(f"{LETTER}#fact=天津市,cooperatesWith,香港特别行政区,ongoing")
PLAN = ox.NamedNode(next(quad.subject.value for quad in quads(extraction("a"), load_ontology()) if quad.object == term("kg:Planned")))      # type: ignore[union-attr]
INFERRED = ox.NamedNode(BASE + "graph/inferred")
FIGURE = ox.NamedNode(f"{LETTER}#figure=海河产业基金,规模,189.3,亿元")
CITY = ox.NamedNode(BASE + "天津市")
FUND = ox.NamedNode(BASE + "海河产业基金")
Node = ox.NamedNode | ox.Literal | ox.BlankNode


def built() -> Store:
    store = Store()
    store.put_ontology()
    store.put_letter(extraction("a"), Activity("1.0"))
    store.put_run(Activity("1.0"), datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC), 1)
    return store


def test_a_graph_that_was_built_is_sound() -> None:
    assert validate(built()) == []


def put(subject: Node, prop: str, value: Node, graph: ox.NamedNode = GRAPH) -> Callable[[Store], None]:
    return lambda store: apply(store.data, Changes(added={ox.Quad(subject, term(prop), value, graph)}))     # type: ignore[arg-type]


def drop(subject: ox.NamedNode, prop: str) -> Callable[[Store], None]:
    return lambda store: apply(store.data, Changes(removed=set(store.data.quads_for_pattern(subject, term(prop), None, GRAPH))))


def swap(subject: ox.NamedNode, prop: str, value: Node) -> Callable[[Store], None]:
    def change(store: Store) -> None:
        drop(subject, prop)(store)
        put(subject, prop, value)(store)
    return change


def text(value: str) -> ox.Literal:
    return ox.Literal(value)


def whole(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=INTEGER)


def day(value: str) -> ox.Literal:
    return ox.Literal(value, datatype=term("xsd:date"))


def zh(value: str) -> ox.Literal:
    return ox.Literal(value, language="zh")


PLAIN = "A relation is asserted that no done or ongoing fact"
DAMAGE = {
    "an entity without a name": (drop(FUND, "skos:prefLabel"), "exactly one name in Chinese"),
    "an entity with two names": (put(FUND, "skos:prefLabel", zh("海河")), "more than one name"),
    "a name without a language": (swap(FUND, "skos:prefLabel", text("海河")), "exactly one name in Chinese"),
    "an entity without a class": (drop(FUND, "rdf:type"), "exactly one main class"),
    "an entity with two main classes": (put(FUND, "rdf:type", term("kg:Company")), "more than one main class"),
    "a finer class of another main class": (put(FUND, "rdf:type", term("kg:City")), "does not lie below"),
    "a mention that begins after its end": (swap(MENTION, "nif:beginIndex", whole(AT + 2)), "less than its end"),
    "a mention with a negative beginning": (swap(MENTION, "nif:beginIndex", whole(-1)), "at least 0"),
    "a mention that ends after the text": (swap(MENTION, "nif:endIndex", whole(9999)), "not those of the letter at this place"),
    "a mention without an end": (drop(MENTION, "nif:endIndex"), "has one end"),
    "a mention with other characters than the text": (swap(MENTION, "nif:anchorOf", text("我省")), "not those of the letter at this place"),
    "a mention of two entities": (put(MENTION, "itsrdf:taIdentRef", FUND), "exactly one entity"),
    "a mention of no entity": (drop(MENTION, "itsrdf:taIdentRef"), "exactly one entity"),
    "a mention of an entity that is not there": (swap(MENTION, "itsrdf:taIdentRef", ox.NamedNode(BASE + "无")), "the graph says nothing"),
    "a mention without a class": (drop(MENTION, "itsrdf:taClassRef"), "which class it was read as"),
    "a mention without a letter": (drop(MENTION, "nif:referenceContext"), "belongs to one letter"),
    "a confidence above one": (swap(MENTION, "itsrdf:taConfidence", ox.Literal("1.5", datatype=term("xsd:decimal"))), "between 0 and 1"),
    "a fact without a status": (drop(FACT, "kg:status"), "exactly one status"),
    "a fact with a status of its own": (swap(FACT, "kg:status", term("kg:Perhaps")), "exactly one status"),
    "a fact with two objects": (put(FACT, "rdf:object", FUND), "exactly one object"),
    "a fact without a subject": (drop(FACT, "rdf:subject"), "exactly one subject"),
    "a fact with an unknown predicate": (swap(FACT, "rdf:predicate", term("kg:likes")), "one of the eighteen"),
    "a fact without a quote": (drop(FACT, "prov:wasQuotedFrom"), "is quoted from a sentence"),
    "a fact quoted from a sentence that is not there": (put(FACT, "prov:wasQuotedFrom", ox.NamedNode(LETTER + "#char=1,2")), "the graph says nothing"),
    "a fact without a letter": (drop(FACT, "kg:statedIn"), "exactly one letter"),
    "a fact that ends before it starts": (lambda s: [put(FACT, "schema:startDate", day("2025-01-02"))(s), put(FACT, "schema:endDate", day("2025-01-01"))(s)],
                                          "no later than its end date"),
    "a date that is none": (put(FACT, "schema:startDate", text("2024年")), "at most one start date"),
    "a planned fact as a plain triple": (put(CITY, "kg:organizes", ox.NamedNode(BASE + "津港合作周")), PLAIN),
    "a done fact without its plain triple": (drop(CITY, "kg:establishes"), "is not asserted as a plain triple"),
    "a figure without a value": (drop(FIGURE, "schema:value"), "exactly one number"),
    "a figure whose value is a text": (swap(FIGURE, "schema:value", text("多")), "exactly one number"),
    "a figure of nothing": (drop(FIGURE, "schema:observationAbout"), "about exactly one entity"),
    "a figure without an indicator": (drop(FIGURE, "rdfs:label"), "exactly one indicator"),
    "a letter without its text": (drop(ox.NamedNode(LETTER), "nif:isString"), "exactly one text"),
    "a letter with two dates": (put(ox.NamedNode(LETTER), "dcterms:issued", day("2025-01-01")), "at most one date"),
    "a letter without its file name": (drop(ox.NamedNode(LETTER), "dcterms:source"), "exactly one source file name"),
    "a proposal that says nothing": (put(ox.NamedNode(LETTER + "#other"), "rdf:type", term("kg:Proposal")), "has a title, a number or a session"),
    "a graph without its activity": (drop(GRAPH, "prov:wasGeneratedBy"), "lacks the letter, or where it came from"),
    "a file without its hash": (drop(ox.NamedNode(LETTER + "#source"), "kg:sha256"), "has its SHA-256"),
    "a fact that is a blank node": (put(ox.BlankNode(), "rdf:type", term("kg:Fact")), "A fact has an IRI"),
    "an entity that is a text": (swap(MENTION, "itsrdf:taIdentRef", text("海河")), "An entity has an IRI"),
    "a blank node": (put(ox.BlankNode(), "rdfs:label", zh("空")), "blank node"),
    "a time in a letter's graph": (put(Activity("1.0").iri(), "prov:startedAtTime", ox.Literal("2025-01-01T00:00:00Z", datatype=term("xsd:dateTime"))),
                                   "outside graph/builds"),
    "a term that the vocabulary lacks": (put(FUND, "kg:colour", zh("红")), "vocabulary does not have"),
    "a fact in the graph of another letter": (put(ox.NamedNode(BASE + "letter/b#fact=x"), "kg:statedIn", ox.NamedNode(BASE + "letter/b")), "in the graph of its letter"),
    "offsets that are not those of the IRI": (swap(MENTION, "nif:beginIndex", whole(AT - 1)), "offsets in the IRI"),
    "an inferred relation without its rule": (put(CITY, "kg:inCity", FUND, INFERRED), "which rule it was made by"),
    "an inference without a reason": (put(ox.NamedNode(BASE + "rule/city#x"), "rdf:type", term("kg:Inference"), INFERRED), "which facts or graphs"),
    "an inference from a plan": (lambda s: [put(ox.NamedNode(BASE + "rule/city#x"), "rdf:type", term("kg:Inference"), INFERRED)(s),
                                            put(ox.NamedNode(BASE + "rule/city#x"), "prov:wasDerivedFrom", PLAN, INFERRED)(s)], "neither done nor ongoing"),
    "a relation of rules in a letter": (put(CITY, "kg:inCity", FUND), "only rules infer"),
    "a merge that lacks a triple": (lambda s: s.data.remove(ox.Quad(FUND, term("skos:altLabel"), zh("海河基金"))), "The merge lacks"),
    "a merge with a triple too many": (lambda s: s.data.add(ox.Quad(FUND, term("skos:altLabel"), zh("多"))), "The merge says what no graph says"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_told_in_both_languages(name: str) -> None:
    change, sentence = DAMAGE[name]
    store = built()
    change(store)
    problems = [one for one in validate(store) if sentence in str(one)]
    assert problems
    assert problems[0].zh.endswith("。")
    assert problems[0].letter in ("a", "b", "")


def test_a_problem_names_the_letter_the_node_and_the_value() -> None:
    store = built()
    swap(MENTION, "nif:anchorOf", text("我省"))(store)
    assert str(validate(store)[0]) == f"a: char={AT},{AT + 2}: 原文与函中该处的文字不符。 The characters are not those of the letter at this place. [我省]"
    assert str(problem(store, CITY, "错。", "Wrong.")) == "a: 天津市: 错。 Wrong."


def test_both_engines_find_the_same() -> None:
    pytest.importorskip("pyshacl")
    pytest.importorskip("shifty")
    store = built()
    for name in ("an entity without a class", "a fact without a status", "a mention of two entities", "a figure whose value is a text"):
        DAMAGE[name][0](store)
    data = b"".join(store.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"" for graph in store.graphs())
    shapes = (ontology_dir() / "shapes.ttl").read_bytes()
    found = [sorted(str(row) for row in results(engine(shapes)(data))) for engine in (with_pyshifty, with_pyshacl)]
    assert found[0] == found[1]
    assert found[0]


def results(report: rdflib.Graph | None) -> Iterable[object]:
    assert report is not None
    return report.query("""PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT DISTINCT ?node ?message { ?r sh:focusNode ?node ; sh:resultMessage ?message }""")


def test_both_engines_give_no_report_of_sound_data() -> None:
    store = built()
    data = b"".join(store.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"" for graph in store.graphs())
    shapes = (ontology_dir() / "shapes.ttl").read_bytes()
    assert with_pyshifty(shapes)(data) is None
    assert with_pyshacl(shapes)(data) is None


def test_a_problem_says_which_shape_or_check_and_property_it_breaks() -> None:
    store = built()
    drop(FACT, "kg:status")(store)
    put(FUND, "skos:prefLabel", zh("海河"))(store)
    told = {(one.rule, one.path) for one in validate(store)}
    assert {("kg:FactShape", term("kg:status").value), ("kg:OneNameCheck", "")} <= told


def test_a_sound_graph_conforms_in_every_format() -> None:
    assert as_text([]) == "图谱无误。 The graph is sound.\n"
    assert json.loads(as_json([])) == {"conforms": True, "problems": []}
    assert "sh:conforms true" in as_turtle([])


def test_the_report_in_turtle_is_one_that_shacl_defines() -> None:
    store = built()
    drop(FACT, "kg:status")(store)
    swap(FIGURE, "schema:value", text('"多\n'))(store)
    problems = validate(store)
    report = rdflib.Graph().parse(data=as_turtle(problems), format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    node = report.value(None, rdflib.RDF.type, sh.ValidationReport)
    assert report.value(node, sh.conforms) == rdflib.Literal(False)
    assert {str(focus) for focus in report.objects(None, sh.focusNode)} == {one.iri for one in problems}
    assert all({text.language for text in report.objects(one, sh.resultMessage)} == {"zh", "en"} for one in report.objects(node, sh.result))    # type: ignore[attr-defined]
    assert len(json.loads(as_json(problems))["problems"]) == len(list(report.objects(node, sh.result)))


def test_many_problems_of_one_kind_are_told_up_to_a_hundred_and_counted() -> None:
    store = built()
    for number in range(150):
        put(ox.NamedNode(f"{BASE}多{number}"), "skos:prefLabel", zh(f"多{number}"))(store)
    told = [one for one in validate(store) if one.rule == "kg:ClassedCheck"]
    assert len(told) == 101
    assert told[0].value == "+ 50"


def test_shapes_that_are_no_turtle_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text("no turtle")
    with pytest.raises(KnowledgeError, match="cannot be read"):
        validate(built(), tmp_path / "shapes.ttl")


def test_every_check_and_shape_has_a_message_in_both_languages() -> None:
    path = ontology_dir() / "shapes.ttl"
    rules = read_rules(path)
    assert len(rules.checks) + len(rules.made) == path.read_text(encoding="utf-8").count("a kg:StoreCheck")
    lines = path.read_text(encoding="utf-8").splitlines()
    messages = [line for line in lines if "sh:message" in line]
    assert all('"@zh' in line and '"@en' in line for line in messages)
    assert len(messages) >= sum("sh:path" in line for line in lines)
