"""The page of the vocabulary describes every term, rule and check in two languages, and is what the vocabulary says now."""
from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.docs import page, sections
from kg.docs.terms import short
from kg.infer import read_rules
from kg.ontology import KG, load_ontology, ontology_dir
from kg.validate import read_rules as read_checks

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = load_ontology()
PARTS = sections(ONTOLOGY)
TERMS = [term for part in PARTS for term in part.terms]


class Anchors(HTMLParser):
    """Collects ids, links, and what would be asked of a server."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name == "src":
                self.outside.append(value or "")
        if tag in ("script", "link", "img", "iframe"):
            self.outside.append(tag)


@pytest.fixture(scope="module")
def text() -> str:
    return page(ONTOLOGY, read_rules(), read_checks(ontology_dir() / "shapes.ttl"))


def test_every_term_stands_in_one_section() -> None:
    terms = {t.subject.value.removeprefix(KG) for t in ONTOLOGY.triples if t.subject.value.startswith(KG)}     # type: ignore[union-attr]
    assert sorted(term.name for term in TERMS) == sorted(terms)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_term_has_a_label_and_a_definition_that_is_a_sentence(language: str) -> None:
    end = "。" if language == "zh" else "."
    for term in TERMS:
        label, definition = (term.zh, term.definition_zh) if language == "zh" else (term.en, term.definition_en)
        assert label, term.name
        assert definition.endswith(end), term.name
        assert language == "zh" or (label + definition).isascii(), term.name


def test_every_term_has_an_example() -> None:
    assert [term.name for term in TERMS if not term.example] == []


def test_an_example_of_a_predicate_uses_the_predicate() -> None:
    for term in TERMS:
        if " kg:" in term.example and not re.search(" a kg:| kg:Done", term.example):
            assert f" kg:{term.name} " in f"{term.example} ", term.name


def test_the_links_of_the_page_lead_to_its_terms_and_nothing_is_asked_of_a_server(text: str) -> None:
    anchors = Anchors(text)
    assert len(anchors.ids) == len(set(anchors.ids))
    assert [link for link in anchors.links if link.startswith("#") and link[1:] not in anchors.ids] == []
    assert anchors.outside == []
    assert "@import" not in text and "url(" not in text


def test_the_page_tells_rules_checks_and_alignment(text: str) -> None:
    assert all(rule.says_zh in text for rule in read_rules())
    assert "kg:OneClassCheck" in text and "kg:FactShape" in text
    assert "schema:GovernmentOrganization" in text and "eli:LegalResource" in text
    assert short("http://xmlns.com/foaf/0.1/Person") == "foaf:Person"
    assert short("urn:x") == "urn:x"


def test_the_page_of_the_documentation_is_the_one_that_the_vocabulary_gives(text: str) -> None:
    assert (ROOT / "docs" / "ontology.html").read_text(encoding="utf-8") == text, "run  make docs"


def test_the_command_writes_the_page(tmp_path: Path, text: str) -> None:
    result = CliRunner().invoke(cli, ["docs", "-o", str(tmp_path / "new" / "page.html")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8") == text
