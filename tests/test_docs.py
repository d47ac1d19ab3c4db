"""What the documentation says is true: its commands run, every command and option is described, its links lead somewhere."""
from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kg.bundle import SHIPPED
from kg.cli import cli
from kg.cli.reference import reference
from kg.export import export
from kg.query import named_queries
from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent
README, REFERENCE = ROOT / "README.md", ROOT / "docs" / "cli.md"
CORPUS = ROOT / "tests" / "corpus"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
NEEDS_MODEL = ("build", "evaluate", "train")
TOO_LONG = ("--folds", "train", "kg build")
ENDLESS = ("kg serve",)                 # run by tests/test_server_process.py; what needs another server by tests/test_remote*.py


def commands(path: Path) -> list[str]:
    """The lines of shell blocks; comments at their ends left out."""
    lines = (line.strip() for block in BLOCK.findall(path.read_text(encoding="utf-8")) for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def kg_commands() -> list[str]:
    return sorted({line for path in (README, REFERENCE) for line in commands(path) if line.startswith("kg ") and not line.startswith(ENDLESS) and "--endpoint" not in line})


@pytest.fixture(scope="module")
def exported(gold_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the five letters as N-Quads."""
    path = tmp_path_factory.mktemp("exported") / "graph.nq"
    with Store(gold_store) as store:
        export(store, path, "nquads")
    return path


@pytest.fixture
def checkout(tmp_path: Path, gold_store: Path, exported: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples, a built store and a few letters of the corpus, as a reader of the README has it."""
    os.symlink(ROOT / "examples", tmp_path / "examples")
    for name in ("seeds", "written"):
        gold = tmp_path / "tests" / "corpus" / name / "gold"
        gold.mkdir(parents=True)
        for path in sorted((CORPUS / name / "gold").glob("*.gold.txt"), key=lambda path: path.stat().st_size)[:2]:
            os.symlink(path, gold / path.name)
    shutil.copytree(gold_store, tmp_path / "kg-store")
    (tmp_path / "out").mkdir()
    shutil.copy(exported, tmp_path / "out" / "graph.nq")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", [pytest.param(line, marks=pytest.mark.slow) if any(word in line for word in TOO_LONG) else line
                                  for line in kg_commands()])
def test_a_command_of_the_documentation_runs(line: str, checkout: Path) -> None:
    arguments = shlex.split(line, comments=True)[1:]
    if arguments[0] in NEEDS_MODEL and not SHIPPED.is_file():
        pytest.skip("no model was trained yet")
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output


def test_other_commands_of_the_readme_are_verbs_of_make_or_files() -> None:
    verbs = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in commands(README):
        word, *rest = shlex.split(line, comments=True)
        if word == "make":
            assert set(rest) <= verbs, line
        elif word == "python":
            assert (ROOT / rest[0]).is_file(), line
        else:
            assert word in ("kg", "git", "cd", ".", "pip"), line


def test_the_readme_begins_with_the_two_commands() -> None:
    assert [line.split()[1] for line in commands(README) if line.startswith("make ")][:2] == ["run", "test"]


def test_the_reference_is_what_the_commands_say() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(cli) + "\n", "run  make docs"


def test_every_command_and_option_is_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        if not command.hidden:
            assert f"## kg {name}\n" in text
            assert command.help
            for option in command.params:
                if isinstance(option, click.Option):
                    assert option.help, f"kg {name} {option.opts[0]}"
                    assert option.opts[0] in text


def test_every_link_of_the_documentation_leads_to_a_file() -> None:
    pages = [README, *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "corpus" / "README.md"]
    broken = [f"{page.name}: {link}" for page in pages for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert broken == []


def test_there_are_a_dozen_named_questions_each_in_two_languages() -> None:
    questions = named_queries()
    assert len(questions) >= 12
    assert all(question.zh and question.en.isascii() for question in questions)
