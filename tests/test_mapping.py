"""An extraction becomes the graph that the vocabulary promises, term by term."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.iris import BASE, graph_iri, letter_graph
from kg.lexicon import Entry
from kg.mapping import Activity, lexicon_lines, number, run_quads, term
from kg.model import Entity, Fact
from kg.ontology import load_ontology
from kg.spans import Span
from tests.nouns import TEXT, extraction, letter, link, quads

ONTOLOGY = load_ontology()
LETTER = BASE + "letter/tianjin-2024"


def said(one: object = None, base: str = BASE) -> set[tuple[str, str, str]]:
    """The triples of an extraction as N-Triples terms."""
    found = quads(one or extraction(), ONTOLOGY, base)      # type: ignore[arg-type]
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in found}


def of(subject: str, prop: str, triples: set[tuple[str, str, str]] | None = None) -> set[str]:
    return {o for s, p, o in triples or said() if s == f"<{subject}>" and p == str(term(prop))}


def test_every_quad_stands_in_the_letters_graph_and_none_has_a_blank_node() -> None:
    found = list(quads(extraction(), ONTOLOGY))
    assert {q.graph_name for q in found} == {ox.NamedNode(letter_graph("tianjin-2024"))}
    assert not [q for q in found if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]


def test_no_quad_comes_twice_and_the_order_is_always_the_same() -> None:
    found = list(quads(extraction(), ONTOLOGY))
    assert len(found) == len(set(found))
    assert found == list(quads(extraction(), ONTOLOGY))


@pytest.mark.parametrize(("prop", "value"), [
    ("rdf:type", "<https://w3id.org/zhihan/ontology#Letter>"), ("dcterms:source", '"tianjin-2024.txt"'), ("kg:documentNumber", '"津函〔2024〕1号"'),
    ("dcterms:issued", '"2024-06-30"^^<http://www.w3.org/2001/XMLSchema#date>'), ("kg:jurisdiction", f"<{BASE}天津市>"),
    ("dcterms:title", '"关于深化津港合作提案的答复"@zh'),
    ("kg:issuedBy", f"<{BASE}天津市科学技术局>"), ("kg:addressedTo", f"<{BASE}张三>"), ("kg:repliesTo", f"<{LETTER}#proposal>"),
])
def test_a_letter_says_of_itself(prop: str, value: str) -> None:
    assert value in of(LETTER, prop)


def test_the_text_of_a_letter_is_the_files_text_unchanged() -> None:
    assert of(LETTER, "nif:isString") == {str(ox.Literal(TEXT))}


def test_what_the_letter_does_not_give_is_absent() -> None:
    bare = replace(extraction(), letter=letter())
    assert not of(LETTER, "kg:repliesTo", said(bare))
    assert not of(LETTER, "kg:documentNumber", said(bare))
    assert not of(LETTER, "dcterms:issued", said(bare))


def test_a_proposal_has_title_number_and_session() -> None:
    node = LETTER + "#proposal"
    assert of(node, "kg:proposalNumber") == {'"0123"'}
    assert of(node, "kg:session") == {'"市政协十五届二次会议"'}
    assert of(node, "dcterms:title") == {'"关于深化津港合作的提案"@zh'}


def test_an_entity_has_its_main_class_a_finer_one_and_its_names() -> None:
    assert of(BASE + "天津市", "rdf:type") == {str(term("kg:Place")), str(term("kg:Municipality"))}
    assert of(BASE + "天津市", "skos:prefLabel") == {'"天津市"@zh'}
    assert of(BASE + "天津市", "skos:altLabel") == {'"天津"@zh'}


def test_a_finer_class_of_another_main_class_is_left_out() -> None:
    one = replace(extraction(), entities=(Entity("某地", "Company", "City"),))
    assert of(BASE + "某地", "rdf:type", said(one)) == {str(term("kg:Company"))}


def test_a_mention_has_offsets_characters_entity_class_and_why() -> None:
    start = TEXT.index("我市")
    node = f"{LETTER}#char={start},{start + 2}"
    assert of(node, "nif:beginIndex") == {f'"{start}"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    assert of(node, "nif:anchorOf") == {'"我市"'}
    assert of(node, "nif:referenceContext") == {f"<{LETTER}>"}
    assert of(node, "itsrdf:taIdentRef") == {f"<{BASE}天津市>"}
    assert of(node, "itsrdf:taClassRef") == {str(term("kg:Place")), str(term("kg:Municipality"))}
    assert of(node, "itsrdf:taConfidence") == {'"0.9"^^<http://www.w3.org/2001/XMLSchema#decimal>'}
    assert (of(node, "kg:foundBy"), of(node, "kg:resolvedBy")) == ({'"lexicon"'}, {'"name"'})


def test_offsets_are_those_of_the_file_where_the_text_read_is_shorter() -> None:
    text = "天津\n\n大学。"
    one = letter(text)
    joined = replace(one, plain="天津大学。", origins=(0, 1, 4, 5, 6), blocks=(), sentences=())
    entity = Entity("天津大学", "University", links=(link("天津大学。", "天津大学", "University"),))
    found = said(replace(extraction(), letter=joined, entities=(entity,), facts=(), figures=()))
    assert of(f"{LETTER}#char=0,6", "nif:anchorOf", found) == {str(ox.Literal("天津\n\n大学"))}


def test_every_sentence_is_a_node_with_offsets() -> None:
    assert len([1 for _, p, o in said() if o == str(term("nif:Sentence"))]) == 5


def test_a_done_or_ongoing_fact_is_also_a_plain_triple_and_a_planned_one_is_not() -> None:
    triples = said()
    assert of(BASE + "天津市", "kg:establishes", triples) == {f"<{BASE}海河产业基金>"}
    assert of(BASE + "天津市", "kg:cooperatesWith", triples) == {f"<{BASE}香港特别行政区>"}
    assert not of(BASE + "天津市", "kg:organizes", triples)


def test_a_fact_has_its_ends_status_quote_confidence_and_time() -> None:
    triples = said()
    fact = next(s for s, p, o in triples if o == str(term("kg:establishes")) and p == str(term("rdf:predicate")))[1:-1]
    assert of(fact, "rdf:subject", triples) == {f"<{BASE}天津市>"}
    assert of(fact, "kg:status", triples) == {str(term("kg:Done"))}
    assert of(fact, "kg:statedIn", triples) == {f"<{LETTER}>"}
    assert of(fact, "schema:startDate", triples) == {'"2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'}
    assert of(fact, "kg:timeText", triples) == {'"2024年"'}
    assert len(of(fact, "prov:wasQuotedFrom", triples)) == 1


def test_a_fact_said_twice_is_one_node_with_both_quotes_and_the_best_confidence() -> None:
    one = letter("甲与乙合作。\n乙与甲合作。\n")
    facts = tuple(Fact(a, "cooperatesWith", b, "done", (sentence.span,), sure)
                  for (a, b, sure), sentence in zip((("甲", "乙", 0.5), ("乙", "甲", 0.75)), one.sentences, strict=True))
    triples = said(replace(extraction(), letter=one, entities=(), facts=facts, figures=()))
    fact = f"{LETTER}#fact=乙,cooperatesWith,甲,done"
    assert len(of(fact, "prov:wasQuotedFrom", triples)) == 2
    assert of(fact, "kg:confidence", triples) == {'"0.75"^^<http://www.w3.org/2001/XMLSchema#decimal>'}
    assert of(fact, "rdf:subject", triples) == {f"<{BASE}甲>"}


def test_a_figure_has_value_and_unit_as_written_and_normalized() -> None:
    triples = said()
    node = f"{LETTER}#figure=海河产业基金,规模,189.3,亿元"
    assert of(node, "schema:value", triples) == {'"189.3"^^<http://www.w3.org/2001/XMLSchema#decimal>'}
    assert of(node, "schema:unitText", triples) == {'"亿元"'}
    assert of(node, "rdfs:label", triples) == {'"规模"@zh'}
    assert of(node, "kg:normalizedValue", triples) == {'"18930000000"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    assert of(node, "schema:observationAbout", triples) == {f"<{BASE}海河产业基金>"}


def test_the_letters_graph_tells_its_file_and_how_it_was_made_and_no_time() -> None:
    activity = Activity("1.0", "abc", "def", {"min_confidence": 0.5})
    triples = {(str(q.subject), str(q.predicate), str(q.object)) for q in quads(extraction(), ONTOLOGY, BASE, activity)}
    graph = letter_graph("tianjin-2024")
    assert of(graph, "prov:wasDerivedFrom", triples) == {f"<{LETTER}#source>"}
    assert of(LETTER + "#source", "kg:sha256", triples) == {f'"{"0" * 64}"'}
    assert of(graph, "prov:wasGeneratedBy", triples) == {str(activity.iri())}
    assert of(activity.iri().value, "schema:softwareVersion", triples) == {'"1.0"'}
    assert not [p for _, p, _ in triples if "AtTime" in p]


def test_an_activity_is_named_by_what_it_was_done_with() -> None:
    assert Activity("1", options={"a": 1, "b": 2}).iri() == Activity("1", options={"b": 2, "a": 1}).iri()
    assert Activity("1").iri() != Activity("2").iri()


def test_a_run_stands_in_the_graph_of_builds_with_its_times() -> None:
    found = list(run_quads(Activity("1"), datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC), 5))
    assert {q.graph_name.value for q in found} == {graph_iri("builds")}     # type: ignore[union-attr]
    assert {q.object.value for q in found if q.predicate == term("prov:startedAtTime")} == {"2025-01-01T00:00:00+00:00"}    # type: ignore[union-attr]


def test_the_lexicon_tells_names_class_place_and_links_but_no_local_form() -> None:
    lines = "\n".join(lexicon_lines((Entry("天津市", ("天津",), ("本市",), "Place", "Municipality", None, "Q11736", "120000"),
                                     Entry("天津大学", ("天大",), (), "University", None, "天津市"), Entry("某校", place="无此地"))))
    store = ox.Store()
    store.load(lines, ox.RdfFormat.N_TRIPLES)
    found = {(q.subject.value, q.predicate, q.object.value) for q in store}
    assert (BASE + "天津大学", term("kg:locatedIn"), BASE + "天津市") in found
    assert (BASE + "天津市", term("schema:sameAs"), "http://www.wikidata.org/entity/Q11736") in found
    assert (BASE + "天津市", term("dcterms:identifier"), "120000") in found
    assert not [value for _, _, value in found if value in ("本市", BASE + "无此地")]


@pytest.mark.parametrize(("value", "text", "kind"), [("2", "2", "integer"), ("2.0", "2", "integer"), ("189.30", "189.3", "decimal"), ("1E+3", "1000", "integer"),
                                                     ("0.05", "0.05", "decimal"), ("0", "0", "integer")])
def test_numbers_are_written_as_a_store_keeps_them(value: str, text: str, kind: str) -> None:
    assert number(Decimal(value)) == ox.Literal(text, datatype=term(f"xsd:{kind}"))


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_the_same_after_a_journey_through_n_quads(text: str) -> None:
    one = letter(text + "。")
    store = ox.Store()
    store.load(ox.serialize(quads(replace(extraction(), letter=one, entities=(), facts=(), figures=()), ONTOLOGY), format=ox.RdfFormat.N_QUADS) or b"",
               ox.RdfFormat.N_QUADS)
    assert [q.object.value for q in store.quads_for_pattern(None, term("nif:isString"), None)] == [text + "。"]     # type: ignore[union-attr]


TERMS = """rdf:type skos:prefLabel skos:altLabel nif:isString dcterms:source dcterms:title dcterms:issued kg:documentNumber kg:jurisdiction kg:issuedBy
    kg:preparedWith kg:addressedTo kg:repliesTo kg:proposalNumber kg:session nif:referenceContext nif:beginIndex nif:endIndex nif:anchorOf itsrdf:taIdentRef
    itsrdf:taConfidence rdf:subject rdf:predicate rdf:object kg:status kg:statedIn prov:wasQuotedFrom kg:confidence schema:startDate schema:endDate kg:timeText
    kg:place kg:field kg:amountText kg:role schema:observationAbout rdfs:label schema:value schema:unitText kg:normalizedValue kg:normalizedUnit
    prov:wasGeneratedBy prov:wasDerivedFrom kg:sha256""".split()


def test_every_property_of_the_graph_is_there_when_a_letter_has_all() -> None:
    one = extraction()
    fact = replace(one.facts[0], place="天津市", fields=("生物医药",), amount="30亿", role="行政长官")
    whole = replace(one, facts=(fact,), record=replace(one.record, prepared_with=("天津市科学技术局",)))
    assert not {str(term(prop)) for prop in TERMS} - {p for _, p, _ in said(whole)}
    found = next(s for s, p, o in said(whole) if o == str(term("kg:Fact")))[1:-1]
    assert (of(found, "kg:field", said(whole)), of(found, "kg:role", said(whole))) == ({f"<{BASE}生物医药>"}, {'"行政长官"@zh'})
    assert of(found, "kg:amountText", said(whole)) == {'"30亿"'}


def test_an_empty_quote_is_left_out() -> None:
    one = replace(extraction(), facts=(Fact("天津市", "visits", "香港特别行政区", "done", (Span(0, 0),), 0.5),), figures=())
    assert not [p for _, p, _ in said(one) if p == str(term("prov:wasQuotedFrom"))]
