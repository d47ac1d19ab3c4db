"""What the pages tell a reader to do is done, in their order, word for word: commands, files to save, Python."""
from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from kg.bundle import SHIPPED
from kg.cli import cli

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))
import walking  # noqa: E402 - a script of docs/, which is no package

PRINTED = {
    "tutorial.md": {"kg read letters/example.txt": "市政协十五届三次会议", "kg build": "3 letters in", "kg query cooperation": "香港理工大学", "kg show example": "李明",
                    "kg query figures about=海河产业基金": "2021.6", "kg show 津门低空智联实验室 --names": "低空智联实验室", "kg validate": "The graph is sound."},
    "predicate.md": {"kg query evidence predicate=leads": "天津大学", "kg show 天津大学": "牵头 leads", "kg validate": "The graph is sound.",
                     "kg build --check": "The graph is sound."},
    "lexicon.md": {"kg show 津门低空经济论坛 --names": "2024津门低空经济论坛"},
    "plugin.md": {"kg build letters": "1 letter in", "kg show GB/T35273-2020": "文件 document", "head -5 names.txt": "南开大学"},
}
pytestmark = pytest.mark.skipif(not SHIPPED.is_file(), reason="no model was trained yet")


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in walking.pages() if page.name != "tutorial.md"], ids=lambda page: page.name)
def test_a_page_can_be_followed_word_for_word(page: Path, tmp_path: Path) -> None:
    """All but the tutorial, which tests/test_wheel.py follows with what was installed."""
    follow(page, tmp_path)


def follow(page: Path, folder: Path, python: Path | None = None) -> None:
    printed = {step.text: text for step, text in walking.walk(page, folder, python)}
    for command, words in PRINTED.get(page.name, {}).items():
        assert words in printed[command], f"{command}\n{printed[command]}"


@pytest.mark.slow
def test_a_predicate_of_ones_own_is_two_files_and_a_build(tmp_path: Path) -> None:
    walker, saved = walking.Walk(tmp_path), set[str]()
    for step in walking.steps(DOCS / "howto" / "predicate.md"):
        saved.add(step.name)
        if step.kind == "file" or step.text.startswith(("kg init", "cd")) or "patterns/own.toml" in saved:     # the looks before are for the slow tests
            code, printed = walker.step(step)
            assert code == 0, printed
        if step.text == "kg query evidence predicate=leads":
            break
    assert [line.split()[:4] for line in printed.splitlines() if "牵头" in line.split()][:1] == [["天津大学", "牵头", "leads", "津门低空智联实验室"]]


def test_a_predicate_of_ones_own_needs_no_python() -> None:
    kinds = {step.kind for step in walking.steps(DOCS / "howto" / "predicate.md")}
    assert kinds == {"command", "file"}
    assert {step.name for step in walking.steps(DOCS / "howto" / "predicate.md") if step.name} == {"ontology.ttl", "patterns/own.toml", "patterns/more.toml"}


def test_both_tutorials_run_the_same_commands() -> None:
    english, chinese = ([step.text for step in walking.steps(DOCS / name) if step.kind == "command"] for name in ("tutorial.md", "tutorial.zh.md"))
    assert english == chinese


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    walker = walking.Walk(tmp_path)
    walker.run("kg build examples/letters")
    for step in walking.steps(ROOT / "README.md"):
        assert walker.step(step)[0] == 0


def test_every_command_on_a_page_is_one_of_the_program() -> None:
    verbs = {name for name, command in cli.commands.items() if not command.hidden}
    for page in (*DOCS.rglob("*.md"), ROOT / "README.md"):
        for block in re.findall(r"^```(?:console|sh|text)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            said = re.findall(r"^\s*(?:\$ )?kg ([a-z][a-z-]*)", block, re.MULTILINE)
            assert set(said) <= verbs, page.name


@pytest.mark.parametrize(("body", "expected"), [
    ("$ kg build\n$ kg stats\n", [("kg build", ""), ("kg stats", "")]),
    ("$ kg stats\nletters  5\n\nfacts  2\n$ cd x\n", [("kg stats", "letters  5\n\nfacts  2\n"), ("cd x", "")]),
])
def test_a_console_block_is_commands_with_what_they_print(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(step.text, step.shown) for step in walking.commands(body)] == expected


