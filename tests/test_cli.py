"""The command line: what each command prints, the exit codes, and a sentence for every input that cannot be used."""
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.api import existing
from kg.bundle import SHIPPED
from kg.cli import cli
from kg.cli.terminal import cells

ROOT = Path(__file__).resolve().parent.parent
LETTERS = ROOT / "examples" / "letters"
with_model = pytest.mark.skipif(not SHIPPED.is_file(), reason="no model was trained yet")


def kg(*arguments: object, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(cli, [str(argument) for argument in arguments])


def start(*arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "kg", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            cwd=ROOT, env={**os.environ, **environment})


def sentence(result: Result) -> str:
    """The one sentence of a failure with exit code 2."""
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("kg: ")
    assert result.stderr.rstrip().endswith(".")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr


# what the commands print

def test_stats_counts_letters_entities_and_facts(gold_store: Path) -> None:
    result = kg("stats", "--store", gold_store)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["函", "letters", "5"] in lines
    assert ["事实", "facts", "283"] in lines
    assert ["上市于", "listed", "on", "1", "0", "0", "0"] in lines
    assert "计划中 planned" in result.stdout


def test_a_named_question_answers_with_its_parameters(gold_store: Path) -> None:
    result = kg("query", "cooperation", "who=天津市眼科医院", "status=done", "--store", gold_store)
    assert result.exit_code == 0
    assert "香港眼科医院" in result.stdout
    assert "香港科学园" not in result.stdout


def test_columns_of_a_table_begin_at_the_same_cell(gold_store: Path) -> None:
    lines = kg("query", "-q", "SELECT ?a ?p WHERE { ?x skos:prefLabel ?a ; kg:locatedIn/skos:prefLabel ?p }", "--store", gold_store).stdout.splitlines()
    rule = lines[1]
    assert len(lines) > 5
    assert all(line[len(line.split("  ")[0]):].startswith("  ") for line in lines[2:])
    assert all(cells(line) <= cells(rule) for line in lines)


@pytest.mark.parametrize(("fmt", "begins"), [("csv", "n\r\n"), ("tsv", "?n\n"), ("json", '{"head"'), ("xml", "<?xml")])
def test_answers_come_in_the_formats_of_sparql(gold_store: Path, fmt: str, begins: str) -> None:
    result = kg("query", "-q", "SELECT ?n WHERE { ?x a kg:Fund ; skos:prefLabel ?n }", "--format", fmt, "--store", gold_store)
    assert result.exit_code == 0
    assert result.stdout_bytes.decode().startswith(begins)


def test_a_file_with_a_query_is_asked(gold_store: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text("CONSTRUCT { ?x a kg:Fund } WHERE { ?x a kg:Fund }", encoding="utf-8")
    result = kg("query", tmp_path / "mine.rq", "--format", "ttl", "--store", gold_store)
    assert "海河产业基金" in result.stdout


def test_queries_are_listed_in_both_languages_with_parameters() -> None:
    result = kg("queries")
    assert "cooperation  [who=ENTITY] [status=STATUS]\n    谁与谁合作？\n    Who cooperates with whom?\n" in result.stdout


def test_show_gives_names_facts_and_the_quoted_sentence(gold_store: Path) -> None:
    page = kg("show", "天津经济技术开发区", "--store", gold_store).stdout
    assert page.startswith("天津经济技术开发区   园区 park")
    assert "cooperates with" in page
    assert "经济技术开发区与香港科学园达成了合作意向" in page.replace("\n             ", "")


def test_show_names_lists_the_forms_that_were_merged_and_why(gold_store: Path) -> None:
    rows = [line.split() for line in kg("show", "海河产业基金", "--names", "--store", gold_store).stdout.splitlines()]
    assert ["海河基金", "原名", "name", "1", "tianjin-2023-high-tech"] in rows


def test_show_a_letter_gives_what_it_says_of_itself(gold_store: Path) -> None:
    page = kg("show", "tianjin-2025-three-attractions", "--store", gold_store).stdout
    assert "关于发挥香港优势，精准“三引”助力天津科创高质量发展的提案" in page.replace("\n               ", "")
    assert "天津市 -> 香港特别行政区" in page


def test_export_writes_a_file_or_standard_output(gold_store: Path, tmp_path: Path) -> None:
    one, all_ = kg("export", "--format", "nquads", "--letter", "tianjin-2023-high-tech", "--store", gold_store), tmp_path / "all.nq"
    assert kg("export", "--format", "nquads", "-o", all_, "--store", gold_store).exit_code == 0
    assert set(one.stdout.splitlines()) < set(all_.read_text(encoding="utf-8").splitlines())


def test_render_writes_a_page_and_says_how_much_it_shows(gold_store: Path, tmp_path: Path) -> None:
    result = kg("render", "-o", tmp_path / "g.html", "--max-nodes", 50, "--store", gold_store)
    assert result.exit_code == 0
    assert " entities of 210; --max-nodes" in result.stderr
    assert "海河" in (tmp_path / "g.html").read_text(encoding="utf-8")


def test_remove_takes_one_letter_out(gold_store: Path, tmp_path: Path) -> None:
    store = shutil.copytree(gold_store, tmp_path / "store")
    assert kg("remove", "tianjin-2023-high-tech", "--store", store).exit_code == 0
    assert "tianjin-2023-high-tech" in sentence(kg("remove", "tianjin-2023-high-tech", "--store", store))
    assert ["函", "letters", "4"] in [line.split() for line in kg("stats", "--store", store).stdout.splitlines()]


def test_every_command_has_help_with_an_example() -> None:
    for name, command in cli.commands.items():
        if not command.hidden:
            assert f"  kg {name}" in kg(name, "--help").output, name


# what cannot be used

@pytest.mark.parametrize(("make", "says"), [
    (lambda folder: folder / "none.txt", "does not exist"),
    (lambda folder: folder, "holds no letters"),
    (lambda folder: written(folder / "empty.txt", b""), "empty"),
    (lambda folder: written(folder / "binary.txt", bytes(range(256)) * 20), "binary.txt"),
    (lambda folder: written(folder / "picture.png", b"\x89PNG"), "picture.png"),
])
def test_a_letter_that_cannot_be_read_is_told_and_makes_no_store(tmp_path: Path, make: object, says: str) -> None:
    assert callable(make)
    store = tmp_path / "store"
    assert says in sentence(kg("build", make(tmp_path), "--store", store))
    assert not store.exists()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_two_letters_of_one_name_are_told(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        shutil.copy(LETTERS / "tianjin-2023-high-tech.txt", tmp_path / folder / "a.txt")
    assert "would both be the letter 'a'" in sentence(kg("build", tmp_path, "--store", tmp_path / "store"))


def test_a_store_that_cannot_be_used_is_told(tmp_path: Path, gold_store: Path) -> None:
    assert "kg build" in sentence(kg("stats", "--store", tmp_path / "none"))
    (tmp_path / "other").mkdir()
    written(tmp_path / "other" / "file", b"x")
    assert "no zhihan store" in sentence(kg("stats", "--store", tmp_path / "other"))
    old = shutil.copytree(gold_store, tmp_path / "old")
    marker = json.loads((old / "zhihan.json").read_text(encoding="utf-8"))
    (old / "zhihan.json").write_text(json.dumps({**marker, "format": 99}), encoding="utf-8")
    assert "format 99" in sentence(kg("stats", "--store", old))


def test_a_store_below_a_file_cannot_be_written_and_is_told(tmp_path: Path) -> None:
    written(tmp_path / "file", b"x")
    sentence(kg("build", LETTERS, "--store", tmp_path / "file" / "store"))


def test_no_letter_is_removed_where_one_of_the_names_is_wrong_and_a_letter_goes_by_any_of_its_names(gold_store: Path, tmp_path: Path) -> None:
    store = shutil.copytree(gold_store, tmp_path / "store")
    sentence(kg("remove", "tianjin-2023-high-tech", "nothing", "--store", store))
    assert len(graph_letters(store)) == 5
    assert kg("remove", "tianjin-2023-high-tech.docx", "tianjin-2023-high-tech", "--store", store).stdout == "Removed tianjin-2023-high-tech.\n"
    assert len(graph_letters(store)) == 4


def graph_letters(store: Path) -> tuple[str, ...]:
    with existing(store) as graph:
        return graph.letters()


@pytest.mark.parametrize("arguments", [["queries"], ["export", "--format", "ntriples"]])
def test_a_reader_that_goes_is_no_finding_of_a_check(arguments: list[str], gold_store: Path) -> None:
    """As in  kg export | head -1: the exit code is 0, and nothing is said."""
    process = start(*arguments, KG_STORE=str(gold_store))
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait(30)) == (b"", 0)
    process.stderr.close()


@pytest.mark.parametrize(("arguments", "says"), [
    (["query", "-q", "SELECT ?x\nWHERE { ?x a }"], "line 2"),
    (["query", "coperation"], "cooperation"),
    (["query", "cooperation", "whom=天津市"], "no parameter 'whom'"),
    (["query", "missing.rq"], "missing.rq"),
    (["query", "-q", ""], "The query is empty"),
    (["query", "-q", "overview"], "malformed at line 1"),
    (["query", "cooperation", "who="], "'who' is empty"),
    (["query", "evidence", "predicate=foo"], "locatedIn (位于)"),
    (["build", "examples/letters", "--base", "http://example.org/other/"], "has the base https://w3id.org/zhihan/id/"),
    (["show", "天津市教育委员"], "天津市教育委员会"),
    (["show", "tianjin-2023-hightech"], "tianjin-2023-high-tech"),
    (["export", "--letter", "tianjin"], "tianjin"),
    (["export", "-o", "pyproject.toml/out.ttl"], "pyproject.toml"),
    (["render", "-o", "out.pdf"], "out.pdf"),
    (["render", "--about", "海河产业", "-o", "out.html"], "海河产业基金"),
    (["evaluate", "examples/letters"], "No gold file"),
])
def test_a_wrong_name_or_query_is_told_in_one_sentence(gold_store: Path, arguments: list[str], says: str) -> None:
    assert says in sentence(kg(*arguments, KG_STORE=str(gold_store)))


@pytest.mark.parametrize("arguments", [["build"], ["query"], ["query", "cooperation", "who"], ["render"], ["nothing"], ["export", "--format", "pdf"],
                                       ["query", "cooperation", "who=天津", "who=上海"], ["infer", "--none", "city"], ["infer", "--list", "--pinyin"]])
def test_a_wrong_use_of_a_command_exits_with_2(arguments: list[str], gold_store: Path) -> None:
    result = kg(*arguments, KG_STORE=str(gold_store))
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


# as a process

@pytest.mark.slow
@pytest.mark.parametrize("locale", [{"LANG": "C", "LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}])
def test_chinese_comes_out_as_utf8_whatever_the_locale(gold_store: Path, locale: dict[str, str]) -> None:
    process = start("query", "listed", KG_STORE=str(gold_store), **locale)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "香港联合交易所有限公司" in output.decode("utf-8")


def test_a_reader_that_goes_away_is_no_error(gold_store: Path) -> None:
    process = start("export", "--format", "nquads", KG_STORE=str(gold_store))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, bytes]:
    """What `kg build` says of the five letters, and the export of the store that it made."""
    store = tmp_path_factory.mktemp("built") / "store"
    return kg("build", LETTERS, "--store", store), exported(store)


def exported(store: Path) -> bytes:
    return kg("export", "--format", "nquads", "--store", store).stdout_bytes


@with_model
def test_a_build_says_what_it_read(built: tuple[Result, bytes]) -> None:
    result, _ = built
    assert result.exit_code == 0
    assert result.stdout.startswith("5 letters in ")
    assert result.stderr == ""


@with_model
@pytest.mark.slow
def test_the_same_letters_give_the_same_bytes_in_any_order(tmp_path: Path, built: tuple[Result, bytes]) -> None:
    files, store = sorted(LETTERS.glob("*.txt")), tmp_path / "store"
    assert kg("build", *reversed(files[2:]), "--store", store).exit_code == 0
    assert kg("build", *files[:3], "--store", store).exit_code == 0
    assert exported(store) == built[1]


@pytest.mark.slow
@with_model
def test_a_strange_file_name_is_harmless_everywhere(tmp_path: Path) -> None:
    name = "<script>alert('1')</script>".replace("/", "∕") + ' "𠮷#%?\n甲'
    letter = tmp_path / f"{name}.txt"
    shutil.copy(LETTERS / "tianjin-2024-youth-exchange.txt", letter)
    store = tmp_path / "store"
    assert kg("build", letter, "--store", store).exit_code == 0
    page = kg("show", name, "--store", store)
    assert page.exit_code == 0
    assert page.stdout.splitlines()[0] == name.replace("\n", " ")
    assert kg("render", "-o", tmp_path / "g.html", "--store", store).exit_code == 0
    assert "<script>alert" not in (tmp_path / "g.html").read_text(encoding="utf-8")
    assert name in json.loads(kg("query", "-q", "SELECT ?s { ?l dcterms:source ?s }", "--format", "json", "--store", store).stdout)["results"][
        "bindings"][0]["s"]["value"]
    assert kg("remove", name, "--store", store).exit_code == 0


@pytest.mark.slow
@with_model
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_build_that_is_stopped_leaves_whole_letters(tmp_path: Path, built: tuple[Result, bytes], how: signal.Signals) -> None:
    store = tmp_path / "store"
    process = start("build", LETTERS, "--store", store)
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline and not (store / "data").exists():
            time.sleep(0.05)
        time.sleep(0.5)
    finally:
        process.send_signal(how)
    errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode in (0, 130, -how)
    assert "Traceback" not in errors

    assert kg("build", LETTERS, "--store", store).exit_code == 0
    assert exported(store) == built[1]
