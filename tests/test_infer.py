"""Rules give what follows, say what it follows from, never mix it with what is stated, and go when what they rest on goes."""
from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.api import Graph
from kg.cli import cli
from kg.errors import KnowledgeError, StoreError, UnknownName
from kg.export import export_pieces
from kg.infer import Inferred, chosen, infer, prefixed, put_inferences, read_rules
from kg.iris import BASE, entity_iri
from kg.lexicon import Entry
from kg.mapping import term
from kg.model import Extraction, Fact
from kg.query import ask
from kg.show import EntityPage, show
from kg.spans import Span
from kg.store import Store
from kg.validate import validate
from tests.nouns import small

LEXICON = (
    Entry("中国", (), (), "Place", "Country"), Entry("江苏省", (), (), "Place", "Province", "中国"), Entry("苏州市", (), (), "Place", "City", "江苏省"),
    Entry("苏州市吴江区", (), (), "Place", "District", "苏州市"), Entry("香港特别行政区", (), (), "Place", "SpecialAdministrativeRegion", "中国"),
    Entry("香港大学", (), (), "University", None, "香港特别行政区"), Entry("苏州大学", (), (), "University", None, "苏州市"),
)
MENTIONS = [("香港大学", "University"), ("苏州大学", "University"), ("苏州市吴江区", "Place"), ("苏港论坛", "Event"), ("吴江实验室", "Research")]


def fact(subject: str, predicate: str, object_: str, status: str = "done") -> Fact:
    return Fact(subject, predicate, object_, status, (Span(0, 4),), 0.9)      # type: ignore[arg-type]


def letter(*facts: Fact, name: str = "a") -> Extraction:
    return small(name, MENTIONS, facts)


def store(*facts: Fact) -> Store:
    one = Store()
    one.put_ontology()
    one.put_lexicon(LEXICON)
    one.put_letter(letter(*facts))
    return one


def derive(one: Store, *names: str) -> tuple[Inferred, ...]:
    found = infer(one, chosen(read_rules(), names))
    put_inferences(one, found)
    return found


def said(one: Store, rule: str) -> set[tuple[str, str, str]]:
    found, = derive(one, rule)
    return {(s.value.removeprefix(BASE), prefixed(p), o.value.removeprefix(BASE)) for (s, p, o), _ in found.statements}


COOPERATE = fact("香港大学", "cooperatesWith", "苏州大学", "ongoing")
LIES = fact("吴江实验室", "locatedIn", "苏州市吴江区")
CASES = {
    "inverse": ((fact("苏州大学", "organizes", "苏港论坛"),), {("苏港论坛", "organizedBy", "苏州大学")}),
    "symmetric": ((COOPERATE,), {("苏州大学", "cooperatesWith", "香港大学")}),
    "common": ((LIES, COOPERATE, fact("苏州大学", "organizes", "苏港论坛")), {("苏港论坛", "schema:organizer", "苏州大学"), ("香港大学", "org:linkedTo", "苏州大学"),
              ("吴江实验室", "schema:location", "苏州市吴江区"), ("吴江实验室", "prov:atLocation", "苏州市吴江区")}),
    "within": ((LIES, fact("苏港论坛", "heldIn", "苏州市吴江区")),
               {(who, how, where) for who, how in (("吴江实验室", "locatedIn"), ("苏港论坛", "heldIn")) for where in ("苏州市", "江苏省")}),
    "city": ((LIES, COOPERATE), {("吴江实验室", "inCity", "苏州市"), ("苏州市吴江区", "inCity", "苏州市"), ("苏州大学", "inCity", "苏州市"),
                       ("香港大学", "inCity", "香港特别行政区")}),
    "together": ((fact("苏州大学", "organizes", "苏港论坛"), fact("香港大学", "participatesIn", "苏港论坛")),
                 {("苏州大学", "sharesEventWith", "香港大学")}),
    "institutions": ((COOPERATE,), {("苏州市", "institutionsCooperateWith", "香港特别行政区")}),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_gives_what_follows_and_the_graph_stays_sound(rule: str) -> None:
    facts, expected = CASES[rule]
    one = store(*facts)
    found = said(one, rule)
    # what is said of a small letter is at most twice its facts: the others are added so that none is left out
    if not found:
        one.put_letter(letter(*facts, *(fact("香港大学", "focusesOn", who) for who, _ in MENTIONS)))
        found = said(one, rule)
    assert expected <= found
    assert validate(one) == []


def test_every_rule_of_the_folder_has_a_case_and_says_itself_in_two_languages() -> None:
    rules = read_rules()
    assert {rule.name for rule in rules} == set(CASES)
    assert all(rule.says_zh.endswith("。") and rule.says_en.endswith(".") and rule.says_en.isascii() for rule in rules)


@pytest.mark.parametrize("status", ["planned", "suggested"])
@pytest.mark.parametrize("rule", ["inverse", "symmetric", "common", "within", "together", "institutions"])
def test_nothing_follows_from_what_is_only_planned_or_suggested(rule: str, status: str) -> None:
    facts = [fact(f.subject, f.predicate, f.object, status) for f in CASES[rule][0]]
    assert said(store(*facts), rule) == set()


def test_an_inference_names_its_rule_and_the_facts_it_follows_from() -> None:
    one = store(COOPERATE)
    derive(one, "symmetric")
    rows = one.data.query("SELECT ?rule ?why WHERE { GRAPH ?g { ?i a kg:Inference ; kg:byRule ?rule ; prov:wasDerivedFrom ?why } }",
                          prefixes={"kg": term("kg:x").value[:-1], "prov": "http://www.w3.org/ns/prov#"})
    reason = BASE + "letter/a#fact=苏州大学,cooperatesWith,香港大学,ongoing"
    assert [(row["rule"].value, row["why"].value) for row in rows] == [(BASE + "rule/symmetric", reason)]     # type: ignore[union-attr]


def test_what_is_inferred_stands_in_its_own_graph_and_what_is_stated_is_not_inferred_again() -> None:
    one = store(COOPERATE, fact("苏州大学", "cooperatesWith", "香港大学"), LIES)
    letters = set(one.quads(one.letter_graph("a")))
    assert said(one, "symmetric") == set()          # stated both ways already
    assert said(one, "common")
    assert set(one.quads(one.letter_graph("a"))) == letters


def test_cooperation_of_institutions_is_never_said_to_be_that_of_their_places() -> None:
    one = store(COOPERATE)
    derive(one)
    places = [ox.NamedNode(entity_iri(name)) for name in ("苏州市", "香港特别行政区")]
    assert not [quad for place in places for quad in one.data.quads_for_pattern(place, term("kg:cooperatesWith"), None, None)]


def test_at_most_twice_the_stated_facts_are_inferred_and_a_rule_that_would_pass_it_is_left_out_whole() -> None:
    one = store(fact("苏港论坛", "heldIn", "苏州市吴江区"))
    found = {each.rule.name: (len(each.statements), each.left_out) for each in derive(one)}
    assert sum(number for number, _ in found.values()) <= 2
    assert (found["city"], found["within"], found["common"], found["inverse"]) == ((1, 0), (0, 2), (1, 0), (0, 1))


def test_running_again_gives_the_same_and_running_one_rule_replaces_what_others_gave() -> None:
    one = store(*[each for facts, _ in CASES.values() for each in facts])
    derive(one)
    before = b"".join(export_pieces(one, "nquads"))
    derive(one)
    assert b"".join(export_pieces(one, "nquads")) == before
    derive(one, "symmetric")
    assert {quad.object.value for quad in one.data.quads_for_pattern(None, term("kg:byRule"), None, one.graph("inferred"))} == {BASE + "rule/symmetric"}    # type: ignore[union-attr]


def test_what_was_inferred_goes_when_a_letter_comes_or_goes_and_stays_when_nothing_changes() -> None:
    one, alone = store(COOPERATE, LIES), store(COOPERATE, LIES)
    derive(one, "symmetric")
    assert not one.put_letter(letter(COOPERATE, LIES))
    assert one.graph("inferred") in one.graphs()
    one.put_letter(letter(COOPERATE, name="b"))
    assert one.graph("inferred") not in one.graphs()
    derive(one, "symmetric")
    one.remove_letter("b")
    assert b"".join(export_pieces(one, "nquads")) == b"".join(export_pieces(alone, "nquads"))
    assert set(one.merge()) == set(alone.merge())


def test_the_store_tells_that_something_inferred_was_taken_out() -> None:
    one = store(COOPERATE)
    derive(one, "symmetric")
    assert not one.withdrawn
    one.put_letter(letter(LIES))
    assert one.withdrawn


def test_a_new_lexicon_or_correction_takes_out_what_was_inferred() -> None:
    one = store(COOPERATE)
    derive(one, "symmetric")
    one.put_lexicon(LEXICON[:-1])
    assert one.graph("inferred") not in one.graphs()
    derive(one, "symmetric")
    one.put_curation([f"<{entity_iri('苏港论坛')}> {term('rdf:type')} {term('kg:Programme')} ."])
    assert one.graph("inferred") not in one.graphs()


def test_show_tells_what_is_inferred_from_what_is_stated() -> None:
    one = store(*[each for facts, _ in CASES.values() for each in facts], *(fact("香港大学", "focusesOn", who) for who, _ in MENTIONS))
    derive(one)
    page = show(one, "苏州大学")
    assert isinstance(page, EntityPage)
    assert {line.other for line in page.inferred} == {"香港大学", "苏州市"}
    assert [line.reasons for line in page.inferred if line.other == "苏州市"] == [("lexicon",)]
    assert page.restated                # what it organized, the other way round
    assert {f.predicate for f in page.facts} == {"organizes", "cooperatesWith", "focusesOn"}
    lab = show(one, "吴江实验室")
    assert isinstance(lab, EntityPage)
    assert lab.places == ("苏州市吴江区",)


def test_questions_about_facts_do_not_find_inferences() -> None:
    one = store(fact("苏港论坛", "heldIn", "苏州市吴江区"), LIES)
    before = ask(one, "events").texts()
    assert said(one, "within")
    assert ask(one, "events").texts() == before
    assert before


def test_the_commands_infer_list_and_take_out(gold_store: Path, tmp_path: Path) -> None:
    import shutil
    folder = tmp_path / "store"
    shutil.copytree(gold_store, folder)

    def kg(*arguments: str) -> str:
        result = CliRunner().invoke(cli, [*arguments, "--store", str(folder)])
        assert result.exit_code == 0, result.output
        return result.output
    assert "inverse" in kg("infer", "inverse")
    assert "The other way round" in kg("infer", "--list")
    assert kg("infer", "--none") == "已无推断。 Nothing is inferred now.\n"
    with Store(folder) as one:
        assert one.graph("inferred") not in one.graphs()
    wrong = CliRunner().invoke(cli, ["infer", "inverce", "--store", str(folder)])
    assert (wrong.exit_code, "Near names: inverse" in wrong.output) == (2, True)


def test_inferring_without_a_store_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        Graph(tmp_path / "none").infer()
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("text", "sentence"), [
    ("SELECT ?s WHERE { ?s ?p ?o }", "has no '# title-zh:'"),
    ("# title-zh: 一\n# title-en: a\n# says-zh: 一\n# says-en: a\n# kind: odd\nSELECT ?s WHERE { ?s ?p ?o }", "is of kind 'odd'"),
    ("# title-zh: 一\n# title-en: a\n# says-zh: 一\n# says-en: a\n# kind: adds\nSELECT ?s WHERE { ?s ?p", "malformed SPARQL"),
])
def test_a_file_that_is_no_rule_is_told_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "one.rq").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=sentence):
        read_rules(tmp_path)


def test_a_rule_that_selects_no_reason_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "one.rq").write_text("# title-zh: 一\n# title-en: a\n# says-zh: 一\n# says-en: a\n# kind: adds\nSELECT ?s ?p ?o WHERE { ?s ?p ?o }", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="what it follows from"):
        infer(store(LIES), read_rules(tmp_path))
    with pytest.raises(KnowledgeError, match="does not exist"):
        read_rules(tmp_path / "none")
    with pytest.raises(UnknownName, match="Near names: inverse"):
        chosen(read_rules(), ["inverce"])
