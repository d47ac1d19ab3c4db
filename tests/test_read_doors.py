"""The doors: kg read, kg build and the graph show what was read, where it stands, and what was passed over."""
from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import cli
from kg.model import Extraction, Letter, Part, Record, Sentence, Source
from kg.model import Header as Told
from kg.ontology import load_ontology
from kg.spans import Span
from tests.nouns import quads
from tests.samples import office, pages

LETTER = "\n".join((pages.TITLE, *pages.LETTER)) + "\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.docx"
    path.write_bytes(office.docx(*map(office.paragraph, LETTER.splitlines())))
    return path


def test_kg_read_shows_format_header_parts_and_places(letter: Path) -> None:
    result = run("read", letter)
    assert result.exit_code == 0
    for word in ("Word 文档", pages.TITLE, "市政协十四届二次会议", "2024-05-20", "addressee", "p2"):
        assert word in result.output


def test_kg_read_text_is_the_text_alone(letter: Path) -> None:
    assert run("read", "--text", letter).output == LETTER


def test_kg_read_goes_on_after_a_bad_file_and_says_so_in_its_exit_code(letter: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    result = run("read", "--text", tmp_path / "bad.pdf", letter)
    assert result.exit_code == 1
    assert LETTER in result.output
    alone = run("read", tmp_path / "bad.pdf")
    assert alone.exit_code == 2
    assert "bad.pdf" in alone.output and "Traceback" not in alone.output


def test_the_python_door_reads_the_same(letter: Path) -> None:
    (found,) = kg.Graph.read(letter).letters
    assert found.source.text == LETTER
    assert found.likeness.score >= 0.9


def extraction(source: Source) -> Extraction:
    whole = Letter(source, source.text, tuple(range(len(source.text))), (), (Sentence(Span(0, 3), 0), Sentence(Span(4, 5), 0)), Told(), None)
    return Extraction(whole, (), Record(), (), ())


def test_a_sentence_in_the_graph_has_its_pages_and_elements_and_the_file_what_it_says_of_itself() -> None:
    parts = (Part(0, 1, "p1"), Part(2, 2, "p1"), Part(4, 2, "table1/row1"))
    source = Source("a", "a.pdf", "一二三\n四\n", "0" * 64, "utf-8", {"format": "application/pdf", "pages": "2", "created": "2024-05-20", "title": "题"}, parts)
    found = {(quad.subject.value.rpartition("#")[2], quad.predicate.value.rpartition("/")[2].rpartition("#")[2], quad.object.value)
             for quad in quads(extraction(source), load_ontology()) if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)}
    assert {("char=0,3", "pageStart", "1"), ("char=0,3", "pageEnd", "2"), ("char=0,3", "element", "p1"), ("char=4,5", "pageStart", "2"),
            ("char=4,5", "element", "table1/row1"), ("source", "format", "application/pdf"), ("source", "numberOfPages", "2"),
            ("source", "created", "2024-05-20")} <= found
    assert any(name == "title" and value == "题" for _, name, value in found)


def test_a_plain_text_letter_says_no_more_than_before() -> None:
    source = Source("a", "a.txt", "一二三\n四\n", "0" * 64)
    said = {quad.predicate.value for quad in quads(extraction(source), load_ontology())}
    assert not {one for one in said if one.endswith(("pageStart", "element", "format", "created"))}
