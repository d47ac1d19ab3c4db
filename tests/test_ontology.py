"""The vocabulary defines what the program uses, in two languages, and infers no second main class."""
from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KnowledgeError
from kg.lexicon import read_classes
from kg.model import CLASSES, PREDICATES, STATUSES, SYMMETRIC
from kg.ontology import KG, OWL, RDF, RDFS, knowledge_digest, load_ontology, ontology_dir

ONTOLOGY = load_ontology()


def test_the_sixteen_main_classes_are_their_own_main_class() -> None:
    assert [name for name in ONTOLOGY.classes if ONTOLOGY.main(name) == name] == list(CLASSES)


def test_a_finer_class_belongs_to_its_main_class() -> None:
    assert (ONTOLOGY.main("City"), ONTOLOGY.main("Exchange"), ONTOLOGY.main("Agent")) == ("Place", "Organization", None)


def test_every_finer_class_of_the_lexicon_is_defined_under_the_same_main_class() -> None:
    finer = read_classes(ontology_dir() / "lexicon" / "classes.tsv")
    assert {name: ONTOLOGY.main(name) for name in finer} == finer


@pytest.mark.parametrize("name", PREDICATES)
def test_a_predicate_has_labels_definitions_domain_and_range(name: str) -> None:
    predicate = ONTOLOGY.predicates[name]
    assert all((predicate.zh, predicate.en, predicate.definition_zh, predicate.definition_en))
    assert predicate.domain in ONTOLOGY.classes
    assert predicate.range in ONTOLOGY.classes
    assert predicate.inverse
    assert predicate.symmetric == (name in SYMMETRIC)


def test_no_domain_or_range_is_a_main_class_so_that_inference_adds_none() -> None:
    ends = {t.object.value.removeprefix(KG) for t in ONTOLOGY.triples if t.predicate.value in (RDFS + "domain", RDFS + "range")}    # type: ignore[union-attr]
    assert not ends & set(CLASSES)


def test_statuses_and_classes_have_labels_in_both_languages() -> None:
    assert [ONTOLOGY.label(status, "en") for status in STATUSES] == ["done", "ongoing", "planned", "suggested"]
    assert ONTOLOGY.label("Fund") == "基金"
    assert ONTOLOGY.label("nothing") == "nothing"


def test_every_kg_term_has_a_label_in_chinese_and_english() -> None:
    terms = {t.subject.value for t in ONTOLOGY.triples if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(KG)}
    labels = {(t.subject.value, t.object.language) for t in ONTOLOGY.triples                                # type: ignore[union-attr]
              if t.predicate.value == RDFS + "label" and isinstance(t.object, ox.Literal)}
    assert not [term for term in terms if {(term, "zh"), (term, "en")} - labels]


def test_main_classes_are_disjoint() -> None:
    pairs = [t for t in ONTOLOGY.triples if t.predicate.value == OWL + "disjointWith"]
    assert len(pairs) == 16 * 15 // 2


def test_a_property_of_the_vocabulary_is_declared_once_as_what_it_is() -> None:
    kinds = {t.object.value.rpartition("#")[2] for t in ONTOLOGY.triples if t.predicate.value == RDF + "type" and t.subject.value == KG + "cooperatesWith"}     # type: ignore[union-attr]
    assert kinds == {"ObjectProperty", "SymmetricProperty"}


def test_a_vocabulary_with_a_blank_node_or_without_a_class_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kg.ttl").write_text("<http://a> <http://b> [] .")
    with pytest.raises(KnowledgeError, match="blank node"):
        load_ontology(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "kg.ttl").write_text("<http://a> <http://b> <http://c> .")
    with pytest.raises(KnowledgeError, match="does not define kg:Place"):
        load_ontology(other)


def test_the_digest_of_the_knowledge_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "kg.ttl").write_text("a")
    before = knowledge_digest(tmp_path)
    (tmp_path / "lexicon" / "x.tsv").write_text("b")
    assert knowledge_digest(tmp_path) != before
