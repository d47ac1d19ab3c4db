"""A project of the user's own: what kg init makes, where commands find it, and the sentence for a project file that cannot be used."""
from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import cli
from kg.errors import InputError, KnowledgeError
from kg.ontology import knowledge_digest
from kg.pipeline import known_names, known_terms
from kg.project import KEYS, find_project, read_project
from kg.reading import Reading
from kg.relate.rules import read_rules
from kg.starting import start


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    start(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def test_init_makes_a_project_that_can_be_used_as_it_is(project: Path) -> None:
    found = read_project(project)
    assert {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()} == {
        "zhihan.toml", "letters/example.txt", "lexicon/own.tsv", "patterns/own.toml", "ontology.ttl", "Makefile", "README.md", ".gitignore"}
    assert known_names(found).named("低空智联实验室")[0].name == "津门低空智联实验室"
    assert read_rules(found.rule_files(), known_terms(found)) == ()
    assert all(f"{key} =" in (project / "zhihan.toml").read_text(encoding="utf-8") for key in KEYS)


def test_init_leaves_what_is_there_alone(project: Path) -> None:
    (project / "letters" / "example.txt").unlink()
    result = run("init", project)
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert not (project / "letters" / "example.txt").exists()
    with pytest.raises(InputError, match="is a file"):
        start(project / "README.md")


def test_init_puts_no_example_among_letters_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "mine" / "letters" / "2024.txt"
    own.parent.mkdir(parents=True)
    own.write_text("关于提案的答复", encoding="utf-8")
    result = run("init", tmp_path / "mine")
    assert (result.exit_code, "no example was put there" in result.stderr, "example.txt" in result.stdout) == (0, True, False)
    assert [path.name for path in own.parent.iterdir()] == ["2024.txt"] and (tmp_path / "mine" / "zhihan.toml").is_file()


@pytest.mark.parametrize("name", ["README.md", "lexicon"])
def test_init_writes_over_nothing_and_says_what_stands_in_the_way(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    result = run("init", tmp_path)
    assert (result.exit_code, f"{tmp_path / name} is there already" in result.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_project_is_found_from_any_folder_below_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "letters")
    found = find_project()
    assert found is not None
    assert found.store.resolve() == project / "kg-store"
    monkeypatch.chdir(project.parent)
    assert find_project() is None


def test_commands_take_the_store_of_the_project_unless_another_is_named(project: Path, gold_store: Path) -> None:
    (project / "zhihan.toml").write_text(f'store = "{os.path.relpath(gold_store, project)}"\n', encoding="utf-8")
    assert "letters" in run("stats").stdout
    assert run("stats", "--store", "elsewhere").exit_code == 2
    assert CliRunner(env={"KG_STORE": "elsewhere"}).invoke(cli, ["stats"]).exit_code == 2


def test_build_needs_letters_from_the_command_or_the_project(project: Path) -> None:
    (project / "zhihan.toml").write_text("", encoding="utf-8")
    result = run("build")
    assert result.exit_code == 2
    assert "Name letters" in result.stderr
    with kg.open(project=project) as graph, pytest.raises(InputError, match="There is nothing to read"):
        graph.build()
    assert not (project / "kg-store").exists()


@pytest.mark.parametrize(("file", "text"), [
    ("lexicon/bad.tsv", "name\tclass\n某园\tPlanet\n"), ("patterns/bad.toml", "[[rule]]\nname = 1\n"), ("ontology.ttl", "my:x a")])
def test_knowledge_that_cannot_be_used_is_told_before_a_store_is_made(project: Path, file: str, text: str) -> None:
    (project / file).write_text(text, encoding="utf-8")
    result = run("build")
    assert result.exit_code == 2
    assert file.rpartition("/")[2] in result.stderr
    assert not (project / "kg-store").exists()


def test_options_come_before_the_project(project: Path) -> None:
    (project / "zhihan.toml").write_text("min_confidence = 0.5\nocr = true\n", encoding="utf-8")
    found = read_project(project)
    assert Reading.of(found).min_confidence == 0.5
    assert Reading.of(found).ocr
    assert Reading.of(found, min_confidence=0.9).min_confidence == 0.9


def test_a_project_that_cannot_be_opened_is_told_without_the_number_of_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder" / "zhihan.toml").mkdir(parents=True)
    (tmp_path / "other.toml").write_text("ocr = true", encoding="utf-8")
    for wrong, told in (("folder", "cannot be read"), ("other.toml", "is a file, not the folder of a project"), ("nothing", "is no project")):
        with pytest.raises(KnowledgeError, match=told) as raised:
            kg.open(project=tmp_path / wrong)
        assert "Errno" not in str(raised.value)


def test_python_opens_a_project_by_its_folder_or_its_file(project: Path) -> None:
    with kg.open(project=project / "zhihan.toml") as graph:
        assert graph.path == project / "kg-store"
    with kg.open(project=project) as graph:
        assert graph.path == project / "kg-store"
        assert graph.reading.project is not None
    with kg.open("other", project=project) as graph:
        assert graph.path == Path("other")


def test_the_knowledge_of_a_project_is_part_of_the_provenance(project: Path) -> None:
    before = read_project(project).digest
    with (project / "lexicon" / "own.tsv").open("a", encoding="utf-8") as file:
        file.write("某某园\t\t\tPark\t天津市\t\n")
    changed = read_project(project).digest
    (project / "zhihan.toml").write_text("", encoding="utf-8")
    assert len({before, changed, knowledge_digest()}) == 3
    assert read_project(project).digest == knowledge_digest()


@pytest.mark.parametrize(("text", "words"), [
    ("letters = 3", "'letters' must be a text or a list of texts"), ("min_confidence = 2", "must be a number from 0 to 1"), ('ocr = "yes"', "true or false"),
    ('store = ""', "'store' must be a text"), ('letter = "letters"', "no key 'letter'"), ('lexicon = "none"', "no such folder"),
    ('ontology = "none.ttl"', "no such file"), ("letters = ", "cannot be read as TOML"),
])
def test_a_project_file_that_cannot_be_used_is_told_in_a_sentence(project: Path, text: str, words: str) -> None:
    (project / "zhihan.toml").write_text(text, encoding="utf-8")
    result = run("stats")
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_without_a_project_file_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="kg init"):
        kg.open(project=tmp_path)


def test_corrections_that_cannot_be_used_are_told_before_anything_is_read(project: Path) -> None:
    with (project / "zhihan.toml").open("a", encoding="utf-8") as file:
        file.write('\ncorrections = "corrections.yaml"\n')
    assert "corrections.yaml cannot be read" in run("build").stderr
    (project / "corrections.yaml").write_text("corrections:\n- 5\n", encoding="utf-8")
    result = run("build")
    assert (result.exit_code, "line 2" in result.stderr, (project / "kg-store").exists()) == (2, True, False)


@pytest.mark.slow
def test_a_graph_made_anew_has_the_corrections_of_the_projects_file(project: Path) -> None:
    with (project / "zhihan.toml").open("a", encoding="utf-8") as file:
        file.write('\ncorrections = "corrections.yaml"\n')
    said = "by: w\nwhen: 2025-01-01\ncorrections:\n- {hide: 李明, why: private}\n- {note: 南开大学, why: a word}\n"
    (project / "corrections.yaml").write_text(said, encoding="utf-8")
    assert "2 corrections new, 0 taken back" in run("build").stderr
    assert run("show", "李明").exit_code == 2
    assert "corrections" not in run("build").stderr
    (project / "corrections.yaml").write_text("corrections: []\n", encoding="utf-8")
    assert "0 corrections new, 2 taken back" in run("build").stderr
