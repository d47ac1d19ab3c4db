"""Rules and predicates of the user's own: what a rule finds in a sentence, what a vocabulary file may say, and the sentence for what it may not."""
from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import KnowledgeError
from kg.export import Choice, export_pieces
from kg.model import Extraction, Fact
from kg.ontology import KG, Ontology, load_ontology, read_triples
from kg.query import ask
from kg.relate.pairs import Actor
from kg.relate.rules import read_rules, ruled
from kg.relate.scene import scenes
from kg.stats import stats
from kg.store import Store
from kg.validate import validate
from kg.vocabulary import extended, stored
from kg.words import tagger
from tests.nouns import entity, extraction, letter, quote

HEAD = "@prefix my: <https://example.org/my#> . @prefix kg: <https://w3id.org/zhihan/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n" \
       "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
LEADS = 'my:leads a owl:ObjectProperty ; rdfs:subPropertyOf kg:relatesTo ; rdfs:label "牵头"@zh , "leads"@en ; rdfs:domain kg:Agent ; rdfs:range kg:Entity .\n'
MY = "https://example.org/my#leads"


@pytest.fixture
def own(tmp_path: Path) -> Ontology:
    return vocabulary(tmp_path, LEADS)


def vocabulary(folder: Path, text: str) -> Ontology:
    path = folder / "ontology.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    return extended(load_ontology(), read_triples(path), str(path))


def found(folder: Path, own: Ontology, rule: str, text: str, *names: tuple[str, str], actors: tuple[Actor, ...] = ()) -> list[tuple[str, str]]:
    """Subject and object of what a rule finds in a sentence with these names."""
    path = folder / "own.toml"
    path.write_text(f'[[rule]]\nname = "one"\npredicate = "leads"\nwords = ["牵头"]\n{rule}\n', encoding="utf-8")
    (scene,) = scenes(letter(text), [entity(text, name, kind, name) for name, kind in names], tagger())
    return [(one.subject, one.object) for one in ruled(read_rules([path], own), scene, actors)]


NANKAI, TIANDA, PLAN, LAB = ("南开大学", "University"), ("天津大学", "University"), ("英才计划", "Programme"), ("低空实验室", "Research")


@pytest.mark.parametrize(("rule", "text", "names", "expected"), [
    ("", "南开大学牵头实施英才计划。", (NANKAI, PLAN), [("南开大学", "英才计划")]),
    ("", "南开大学、天津大学牵头实施英才计划。", (NANKAI, TIANDA, PLAN), [("南开大学", "英才计划"), ("天津大学", "英才计划")]),
    ("", "南开大学未牵头实施英才计划。", (NANKAI, PLAN), []),
    ("", "南开大学支持，天津大学牵头实施英才计划。", (NANKAI, TIANDA, PLAN), [("天津大学", "英才计划")]),
    ("", "南开大学牵头，实施英才计划。", (NANKAI, PLAN), []),
    ('within = "sentence"', "南开大学牵头，实施英才计划。", (NANKAI, PLAN), [("南开大学", "英才计划")]),
    ("gap = 1", "南开大学牵头实施英才计划。", (NANKAI, PLAN), []),
    ('without = ["协助"]', "南开大学协助牵头实施英才计划。", (NANKAI, PLAN), []),
    ('order = "object subject words"', "英才计划由南开大学牵头。", (PLAN, NANKAI), [("南开大学", "英才计划")]),
    ('order = "words subject object"', "牵头的有南开大学和低空实验室。", (NANKAI, LAB), [("南开大学", "低空实验室")]),
    ('object = ["Research"]', "南开大学牵头英才计划和低空实验室。", (NANKAI, PLAN, LAB), [("南开大学", "低空实验室")]),
    ('subject = ["Government"]', "南开大学牵头实施英才计划。", (NANKAI, PLAN), []),
    ("", "南开大学实施英才计划。", (NANKAI, PLAN), []),
])
def test_a_rule_joins_the_nearest_names_that_fit(tmp_path: Path, own: Ontology, rule: str, text: str, names: tuple[tuple[str, str], ...],
                                                expected: list[tuple[str, str]]) -> None:
    assert found(tmp_path, own, rule, text, *names) == expected


def test_a_trigger_inside_of_a_name_is_none(tmp_path: Path, own: Ontology) -> None:
    text = "南开大学参加牵头行动和英才计划。"
    assert found(tmp_path, own, "", text, NANKAI, ("牵头行动", "Event"), PLAN) == []


def test_who_acts_may_be_left_out_where_the_rule_says_so(tmp_path: Path, own: Ontology) -> None:
    actors = (Actor("天津市", "Place", "place"),)
    assert found(tmp_path, own, "implied = true", "牵头制定英才计划。", PLAN, actors=actors) == [("天津市", "英才计划")]
    assert found(tmp_path, own, "", "牵头制定英才计划。", PLAN, actors=actors) == []


@pytest.mark.parametrize(("text", "words"), [
    ('[[rule]]\npredicate = "leads"\nwords = ["牵头"]', "no key 'name'"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = []', "'words' is empty"),
    ('[[rule]]\nname = "a"\npredicate = "rules"\nwords = ["牵头"]', "no predicate 'rules'"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\nsubjects = []', "no key 'subjects'"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\nsubject = ["Planet"]', "'Planet' is no class"),
    ('[[rule]]\nname = "a"\npredicate = "organizes"\nwords = ["办"]\nobject = ["Company"]', "lies outside of the range"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\norder = "subject object"', "'order' must have"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\nconfidence = 2', "from 0 to 1"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\nstatus = "over"', "'status' must be one of"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\nimplied = "yes"', "true or false"),
    ('[[rule]]\nname = "a"\npredicate = "leads"\nwords = ["牵头"]\n' * 2, "two rules named 'a'"),
    ('name = "a"', "outside of a rule"),
    ("[[rule]", "cannot be read as TOML"),
])
def test_a_rule_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, own: Ontology, text: str, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        read_rules([path], own)
    assert words in str(error.value)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(("text", "words"), [
    (LEADS.replace('"牵头"@zh , ', ""), "no label in Chinese"),
    (LEADS.replace("kg:Agent", "my:Agent"), "domain"),
    (LEADS.replace("my:leads", "kg:leads"), "which the program defines"),
    (LEADS.replace("my:leads", "my:organizes"), "has 'organizes' already"),
    (LEADS.replace("my:leads", "<https://example.org/牵头>"), "letters, digits"),
    (LEADS.replace("rdfs:subPropertyOf kg:relatesTo ;", ""), "has no predicate"),
    (LEADS + "my:Lab a owl:Class .", "defines a class"),
    (LEADS + LEADS.replace("my:leads", "<https://example.org/other#leads>"), "two predicates named 'leads'"),
    ("my:leads a", "cannot be read"),
])
def test_a_vocabulary_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(KnowledgeError) as error:
        vocabulary(tmp_path, text)
    assert words in str(error.value)


def test_a_file_without_statements_adds_nothing(tmp_path: Path) -> None:
    assert vocabulary(tmp_path, "") is load_ontology()


def led() -> Extraction:
    one = extraction()
    fact = Fact("天津市", "leads", "津港合作周", "done", (quote(one.letter, "津港合作周"),), 0.8, "rule:leads")
    return Extraction(one.letter, one.entities, one.record, (*one.facts, fact), one.figures)


@pytest.fixture
def store(own: Ontology, tmp_path: Path) -> Store:
    """A store built with a predicate of the user's own, opened again as anybody opens it."""
    with Store(tmp_path / "store", writable=True, ontology=own) as made:
        made.put_ontology()
        made.put_letter(led())
    return Store(tmp_path / "store")


def test_a_store_keeps_the_predicates_that_it_was_built_with(store: Store, own: Ontology) -> None:
    assert store.ontology.predicates["leads"] == own.predicates["leads"]
    assert store.ontology.digest == own.digest
    assert stored(store.data, store.graph("ontology")).triples[:5] == load_ontology().triples[:5]


def test_an_export_taken_in_elsewhere_brings_its_predicates(store: Store, tmp_path: Path) -> None:
    for fmt, name in (("turtle", "graph.ttl"), ("nquads", "graph.nq")):
        (tmp_path / name).write_bytes(b"".join(export_pieces(store, fmt)))
        with kg.open(tmp_path / f"store-{fmt}") as graph:
            graph.import_(tmp_path / name)
            assert "leads" in graph.store.ontology.predicates
            assert ("leads", (1, 0, 0, 0)) in [(term.name, numbers) for term, numbers in graph.stats().facts]


def test_a_store_opens_whatever_its_graphs_say_of_predicates(own: Ontology, tmp_path: Path) -> None:
    bad = (ox.NamedNode("https://example.org/bad#one"), ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf"), ox.NamedNode(f"{KG}relatesTo"))
    with Store(tmp_path / "store", writable=True, ontology=own) as made:
        made.put_ontology()
        made.put_graph(made.graph("elsewhere"), [ox.Triple(*bad)])
        made.put_graph(made.graph("ontology"), [ox.Triple(*bad)], keep=True)
    with Store(tmp_path / "store") as opened:
        assert list(opened.ontology.predicates)[-1] == "leads"


def test_what_a_rule_found_is_a_fact_like_any_other(store: Store) -> None:
    assert ox.Quad(ox.NamedNode(store.base + "天津市"), ox.NamedNode(MY), ox.NamedNode(store.base + "津港合作周")) in store.data
    assert [row["relation"] for row in ask(store, "evidence", {"predicate": "牵头"}).dicts()] == ["牵头"]
    assert ("leads", (1, 0, 0, 0)) in [(term.name, numbers) for term, numbers in stats(store).facts]
    assert validate(store) == []


def test_a_predicate_that_nobody_declared_is_told_by_validate(own: Ontology) -> None:
    with Store(ontology=own) as made:
        made.put_ontology()
        made.put_letter(led())
        made.ontology = load_ontology()
        assert any("eighteen" in problem.en for problem in validate(made))


def test_an_export_of_plain_triples_has_those_of_own_predicates_that_are_chosen(store: Store) -> None:
    def said(choice: Choice) -> bool:
        text = b"".join(export_pieces(store, "ntriples", choice)).decode()
        return any(f" <{MY}> " in line for line in text.splitlines())

    assert said(Choice(only="plain", statuses=("done",)))
    assert not said(Choice(only="plain", statuses=("planned",)))


def test_tables_name_the_predicate_in_both_languages(store: Store, tmp_path: Path) -> None:
    from kg.export import export
    export(store, tmp_path / "tables", "csv")
    (row,) = [line for line in (tmp_path / "tables" / "facts.csv").read_text(encoding="utf-8-sig").splitlines() if ",leads," in line]
    assert row.startswith("天津市,leads,牵头,津港合作周,done")
