"""Queries see what SPARQL says they see, bind parameters as terms, and fail with a sentence."""
from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.errors import QueryError, UnknownName
from kg.iris import BASE, letter_graph
from kg.lexicon import Entry
from kg.model import Fact
from kg.query import Question, ask, find_entity, find_letter, named_queries, run
from kg.query.lexer import tokens
from kg.store import Store
from tests.nouns import extraction, small

A, B = letter_graph("a"), letter_graph("b")
FUNDS = "?x a kg:Fund"


@pytest.fixture(scope="module")
def store() -> Store:
    """Two letters that say the same, and the vocabulary."""
    one = Store()
    one.put_ontology()
    one.put_letter(extraction("a"))
    one.put_letter(extraction("b"))
    return one


def count(store: Store, sparql: str) -> str:
    return run(store, sparql).texts()[0][-1]


def test_without_graph_or_from_a_triple_that_two_letters_say_counts_once(store: Store) -> None:
    assert count(store, f"SELECT (COUNT(*) AS ?n) {{ {FUNDS} }}") == "1"


def test_graph_tells_which_letter_says_it(store: Store) -> None:
    answer = run(store, f"SELECT ?g {{ GRAPH ?g {{ {FUNDS} }} }} ORDER BY ?g")
    assert answer.texts() == [["a"], ["b"]]


def test_from_two_graphs_is_their_merge_and_not_the_whole(store: Store) -> None:
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> {{ {FUNDS} }}") == "1"
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> {{ ?x a kg:Letter }}") == "2"
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM <{A}> {{ ?x a kg:Letter }}") == "1"
    assert count(store, f"PREFIX g: <{BASE}graph/letter/> SELECT (COUNT(*) AS ?n) FROM g:a FROM g:b {{ {FUNDS} }}") == "1"
    assert count(store, f"BASE <{BASE}> SELECT (COUNT(*) AS ?n) FROM <graph/letter/a> FROM <graph/letter/b> {{ {FUNDS} }}") == "1"


def test_from_named_alone_leaves_the_default_graph_empty(store: Store) -> None:
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{A}> {{ {FUNDS} }}") == "0"
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{A}> {{ GRAPH ?g {{ {FUNDS} }} }}") == "1"
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> FROM NAMED <{A}> {{ GRAPH ?g {{ {FUNDS} }} }}") == "1"
    assert count(store, f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> {{ GRAPH ?g {{ {FUNDS} }} }}") == "0"


def test_a_select_inside_graph_is_asked_in_each_graph(store: Store) -> None:
    sparql = "SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?x a kg:Fact } } FILTER(?n > 0) } ORDER BY ?g"
    assert run(store, sparql).texts() == [["a", "3"], ["b", "3"]]
    assert run(store, f"SELECT ?g ?n FROM NAMED <{B}> {{ GRAPH ?g {{ {{ SELECT (COUNT(*) AS ?n) {{ ?x a kg:Fact }} }} }} }}").texts() == [["b", "3"]]


def test_a_select_inside_two_graphs_is_asked_in_each_pair(store: Store) -> None:
    sparql = """SELECT ?g ?h { GRAPH ?g { { SELECT ?x { ?x a kg:Letter } } } GRAPH ?h { { SELECT ?y { ?y a kg:Letter } } } } ORDER BY ?g ?h"""
    assert run(store, sparql).texts() == [["a", "a"], ["a", "b"], ["b", "a"], ["b", "b"]]


@pytest.mark.parametrize("sparql", [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE ?x { ?s ?p ?o } } } }", "SELECT * { FILTER(1<2)SERVICE#>\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
])
def test_service_is_refused_with_a_sentence(store: Store, sparql: str) -> None:
    with pytest.raises(QueryError, match="SERVICE asks another server"):
        run(store, sparql)


@pytest.mark.parametrize("sparql", [
    "ASK { ?s ?p trueSERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }", "ASKFROM <a:b> FROM <a:c> {}", "ASK FROMNAMED <a:b> {}", "ASK { ?s ?p trueGRAPH?g { SELECT * {} } }",
])
def test_keywords_that_are_written_together_hide_nothing(store: Store, sparql: str) -> None:
    with pytest.raises(QueryError, match="written together"):
        run(store, sparql)


@pytest.mark.parametrize("sparql", [
    'SELECT * { ?x skos:prefLabel "SERVICE" }', "SELECT ?service { ?service a kg:Fund } # SERVICE", "SELECT * { ?x <http://a/SERVICE#x> ?y }",
    'SELECT * { ?x ?y """ " SERVICE <x> {""" }', "PREFIX service: <http://a/> SELECT * { ?x service:a ?y }",
])
def test_the_word_service_elsewhere_is_no_harm(store: Store, sparql: str) -> None:
    assert run(store, sparql).rows is not None


@pytest.mark.parametrize("sparql", ["INSERT DATA { <http://a> <http://b> 1 }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "LOAD <http://a>",
                                    "PREFIX a: <http://a/> WITH a:b DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DROP ALL # SELECT"])
def test_an_update_is_refused_and_changes_nothing(store: Store, sparql: str) -> None:
    before = len(store.data)
    with pytest.raises(QueryError, match="only reads"):
        run(store, sparql)
    assert len(store.data) == before


@pytest.mark.parametrize(("sparql", "line", "column"), [
    ("SELECT ?x {\n ?x a kg:Fund ;; \n ?天津 }", 3, 7), ("SELECT * { ?s ?p }", 1, 19), ("SELECT * {\n?x 天津:a 1 }", 2, 9), ("nonsense", 1, 9),
])
def test_malformed_sparql_is_told_with_line_and_column_and_the_line(store: Store, sparql: str, line: int, column: int) -> None:
    with pytest.raises(QueryError, match=f"line {line}, column {column}") as error:
        run(store, sparql)
    assert sparql.splitlines()[line - 1].strip() in str(error.value)


def test_an_empty_query_and_one_that_fails_while_running_are_told(store: Store) -> None:
    with pytest.raises(QueryError, match="is empty"):
        run(store, "  # nothing\n")


def test_an_answer_is_written_in_each_format(store: Store) -> None:
    answer = run(store, "SELECT ?name ?none { ?x a kg:Fund ; skos:prefLabel ?name }")
    assert answer.columns == ("name", "none")
    assert answer.texts() == [["海河产业基金", ""]]
    assert answer.serialize("csv").splitlines() == ["name,none", "海河产业基金,"]
    assert answer.serialize("tsv").splitlines() == ["?name\t?none", '"海河产业基金"@zh\t']
    assert '"value":"海河产业基金"' in answer.serialize("json")
    assert "海河产业基金" in answer.serialize("xml")
    assert answer.serialize("table") == "name\tnone\n海河产业基金\t\n"
    with pytest.raises(QueryError, match="cannot be written as ttl"):
        answer.serialize("ttl")


def test_ask_and_construct_have_their_formats(store: Store) -> None:
    yes = run(store, f"ASK {{ {FUNDS} }}")
    assert (yes.boolean, yes.texts(), yes.serialize("csv")) == (True, [["true"]], "answer\ntrue\n")
    assert '"boolean":true' in yes.serialize("json").replace(" ", "")
    graph = run(store, f"CONSTRUCT {{ {FUNDS} }} WHERE {{ {FUNDS} }}")
    assert graph.serialize("ttl").endswith(f"<{BASE}海河产业基金> a kg:Fund .\n")
    assert graph.texts() == [["海河产业基金", "rdf:type", "kg:Fund"]]
    with pytest.raises(QueryError, match="choose table or ttl"):
        graph.serialize("csv")


# named questions

GIVEN = {"between": {"a": "天津", "b": "香港"}, "letter": {"letter": "a"}, "mentions": {"who": "天津"}, "timeline": {"who": "天津市"}}


@pytest.mark.parametrize("question", named_queries(), ids=lambda question: question.name)
def test_a_named_question_has_titles_and_answers(store: Store, question: object) -> None:
    name = question.name         # type: ignore[attr-defined]
    assert question.zh.endswith("？") or "排列" in question.zh      # type: ignore[attr-defined]
    assert question.en[0].isupper()       # type: ignore[attr-defined]
    assert ask(store, name, GIVEN.get(name, {})).columns


def test_there_are_at_least_fourteen_named_questions() -> None:
    assert len(named_queries()) >= 14


def test_who_cooperates_with_whom_puts_the_one_asked_for_first(store: Store) -> None:
    assert ask(store, "cooperation", {"who": "香港"}).texts()[0][:3] == ["香港特别行政区", "天津市", "kg:Ongoing"]
    assert ask(store, "cooperation", {"who": "香港", "status": "planned"}).rows == ()


def test_cooperation_between_places_counts_what_lies_in_them_and_what_bears_their_name() -> None:
    from kg.model import Fact
    one = small("x", [("天津大学", "University"), ("香港大学", "University"), ("天津市", "Place"), ("香港特别行政区", "Place"), ("天津市教育委员会", "Government")])
    quote = (one.letter.sentences[0].span,)
    facts = (Fact("香港大学", "cooperatesWith", "天津大学", "done", quote, 0.9), Fact("天津市教育委员会", "cooperatesWith", "香港大学", "done", quote, 0.9))
    store = Store()
    store.put_ontology()
    store.put_lexicon((Entry("天津大学", kind="University", place="天津市"), Entry("香港大学", kind="University", place="香港特别行政区"),
                       Entry("天津市", kind="Place"), Entry("香港特别行政区", ("香港",), kind="Place")))
    from dataclasses import replace
    store.put_letter(replace(one, facts=facts))
    found = ask(store, "between", {"a": "天津市", "b": "香港"}).texts()
    assert [row[:2] for row in found] == [["天津大学", "香港大学"], ["天津市教育委员会", "香港大学"]]


def test_evidence_gives_the_sentence_with_its_offsets(store: Store) -> None:
    row = ask(store, "evidence", {"subject": "天津", "predicate": "举办", "object": "津港合作周"}).texts()[0]
    assert row == ["天津市", "举办", "津港合作周", "kg:Planned", "0.7", "a", "49", "65", "下一步，天津市将举办津港合作周。"]


def test_a_question_of_a_year_and_of_a_word(store: Store) -> None:
    assert len(ask(store, "timeline", {"who": "海河基金"}).rows) == 2
    assert len(ask(store, "figures", {"about": "海河基金", "indicator": "规"}).rows) == 2
    assert ask(store, "figures", {"indicator": '"} UNION { ?x ?y ?z'}).rows == ()
    assert ask(store, "events", {"year": "1999"}).rows == ()


def test_a_file_is_a_question_too(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("# param: who | entity | one | \nSELECT ?name { ?who skos:prefLabel ?name }", encoding="utf-8")
    assert ask(store, str(file), {"who": "天津"}).texts() == [["天津市"]]
    with pytest.raises(QueryError, match="no query file"):
        ask(store, str(tmp_path / "none.rq"))


@pytest.mark.parametrize(("name", "given", "sentence"), [
    ("letter", {}, "needs letter="), ("cooperation", {"x": "1"}, "has no parameter 'x'"), ("events", {"year": "MMXX"}, "is no whole number"),
    ("planned", {"by": "soon"}, "is no date"), ("SELECT * { ?s ?p ?o }", {"x": "1"}, "takes no parameters"),
])
def test_wrong_parameters_are_told(store: Store, name: str, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence):
        ask(store, name, given)


@pytest.mark.parametrize(("name", "given", "near"), [
    ("cooperatoin", {}, "cooperation"), ("letter", {"letter": "aa"}, "a"), ("mentions", {"who": "海河产业"}, "海河产业基金"),
    ("evidence", {"predicate": "organize"}, "organizes"), ("cooperation", {"status": "plan"}, "Planned"),
])
def test_an_unknown_name_suggests_near_ones(store: Store, name: str, given: dict[str, str], near: str) -> None:
    with pytest.raises(UnknownName, match=rf"Near names: .*{near}"):
        ask(store, name, given)


def test_an_entity_is_found_by_name_other_name_or_iri(store: Store) -> None:
    wanted = BASE + "香港特别行政区"
    assert {find_entity(store, name).value for name in ("香港特别行政区", "香港", wanted, " 香港 ")} == {wanted}
    assert find_letter(store, "a.txt") == find_letter(store, "a") == find_letter(store, BASE + "letter/a")


@pytest.mark.parametrize("written", ["香港特別行政區", "ＨＫ科学园", "hk科學園"])
def test_an_entity_is_found_in_traditional_characters_full_width_and_any_case(written: str) -> None:
    store = Store()
    store.put_letter(small("x", [("香港特别行政区", "Place"), ("HK科学园", "Park")]))
    assert find_entity(store, written).value in {BASE + "香港特别行政区", BASE + "HK科学园"}


def test_a_name_that_folds_to_several_is_unknown_and_an_unknown_iri_is_told_by_its_name() -> None:
    store = Store()
    store.put_letter(small("x", [("InnoEx", "Event"), ("INNOEX", "Event")]))
    with pytest.raises(UnknownName, match="No entity is named 'innoex'"):
        find_entity(store, "innoex")
    with pytest.raises(UnknownName, match=r"No entity is named 'InnoE'\. Near names: .*InnoEx"):
        find_entity(store, BASE + "InnoE")


def test_a_name_of_several_entities_is_told_unless_letters_speak_of_one() -> None:
    store = Store()
    store.put_letter(small("x", [("甲大学", "University")]))
    store.put_lexicon((Entry("甲大学", ("大",), kind="University"), Entry("乙大学", ("大", "学"), kind="University"), Entry("丙大学", ("学",), kind="University")))
    assert find_entity(store, "大").value == BASE + "甲大学"
    with pytest.raises(QueryError, match=r"several entities.*丙大学, 乙大学"):
        find_entity(store, "学")


def test_tokens_cover_the_text_but_blanks_and_comments() -> None:
    words = tokens("SELECT ?x # c\nWHERE { ?x a <http://a#b> ; kg:a\\,b 'it''s' FILTER(?x < 3 && ?y > 2) }")
    assert [word.text for word in words if word.kind == "iri"] == ["<http://a#b>"]
    assert "c" not in [word.text for word in words]


def test_a_named_question_s_table_names_terms_in_chinese_and_english_and_sparql_s_does_not(gold_store: Path) -> None:
    def asked(*words: str) -> str:
        return CliRunner().invoke(cli, ["query", *words, "--store", str(gold_store)]).stdout
    assert "已完成 done" in asked("cooperation") and "kg:Done" not in asked("cooperation")
    assert "kg:Done" in asked("cooperation", "--format", "json") or "#Done" in asked("cooperation", "--format", "json")
    assert "kg:Done" in asked("-q", "SELECT ?s WHERE { ?f kg:status ?s } LIMIT 500")
    funds = asked("funds")
    assert "位于 located in" in funds and "已完成 done" in funds and "对方 with" in funds
    assert "locatedIn" in asked("funds", "--format", "csv") and "对方" not in asked("funds", "--format", "csv")
    assert "计划中 planned" in asked("events") and "与…合作 cooperates with" in asked("evidence")


@pytest.mark.parametrize("question", named_queries(), ids=lambda question: question.name)
def test_no_cell_or_head_of_a_named_question_s_table_is_bare_english(store: Store, question: Question) -> None:
    """Every column has a word in Chinese; no cell is the name of a term without its words."""
    answer = ask(store, question.name, GIVEN.get(question.name, {}))
    assert set(question.columns) == set(answer.columns) and question.terms <= set(answer.columns)
    terms = store.ontology.called()
    told = answer.told(store.ontology, question.terms)
    assert [cell for row in told for cell in row if cell in terms and cell.isascii() and "en" not in answer.columns] == []


def test_a_fund_s_part_in_a_fact_is_said() -> None:
    """Whether the fund does it, or it is done to the fund."""
    fact = Fact("甲市", "establishes", "甲基金", "done", (small("x", [("甲市", "Place")]).letter.sentences[0].span,), 0.9)
    with Store() as store:
        store.put_letter(small("x", [("甲市", "Place"), ("甲基金", "Fund")], (fact,)))
        assert [row[:4] for row in ask(store, "funds").texts()] == [["甲基金", "宾语 object", "establishes", "甲市"]]
