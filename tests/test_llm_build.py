"""kg build --llm, from both doors: what is said before and after, what is sent, and that a build never fails for it."""
from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import cli
from kg.llm.asking import Estimate
from kg.llm.settings import KEY
from tests.llm_server import Said, endpoint
from tests.test_llm import TEXT, missed

FOUND = """SELECT ?by WHERE { ?f a kg:Fact ; rdf:predicate kg:settlesIn ; kg:status kg:Done ; kg:foundBy ?by . }"""


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one letter to build, in which answers and stores come to lie."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "short.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "letters"


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(cli, [str(argument) for argument in arguments])


def exported(store: str) -> bytes:
    """All that a store says but when it was built, as bytes."""
    result = run("export", "--store", store, "-o", f"{store}.nq", "--format", "nquads")
    assert result.exit_code == 0, result.output
    return Path(f"{store}.nq").read_bytes()


@contextmanager
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{closed.getsockname()[1]}/v1"


@pytest.mark.slow
def test_a_build_asks_says_so_before_and_after_and_the_graph_names_the_model(letter: Path) -> None:
    with endpoint(lambda request, _: Said(missed(request.text))) as running:
        result = run("build", letter, "--llm", running.url, "--model", "qwen/some-model", "--llm-price", 1, 2)
    assert result.exit_code == 0, result.output
    assert [request.body["model"] for request in running.requests] == ["qwen/some-model"]
    assert "1 of 1 sections are to be asked of qwen/some-model" in result.stderr and "0.0012 at the price given" not in result.stderr.splitlines()[0]
    assert "answered 1 of 1 sections, 0 were answered before: 1000 tokens in and 100 out, 0.0012 at the price given." in result.stderr
    assert "It added 0 names and 0 facts, confirmed 2 and 1; 0 claims were dropped." in result.stderr
    with kg.open() as graph:
        assert [str(row["by"]).endswith("+llm") for row in graph.query(FOUND).dicts()] == [True]
        options = [row["o"] for row in graph.query("SELECT ?o WHERE { ?g prov:wasGeneratedBy/kg:options ?o . ?g prov:wasDerivedFrom ?file }").dicts()]
    assert all('"llm": "qwen/some-model"' in str(one) and "llm_prompt" in str(one) for one in options) and options


def test_a_dry_run_sends_nothing_and_builds_nothing(letter: Path) -> None:
    with nobody() as url:
        result = run("build", letter, "--llm", url, "--llm-model", "m", "--llm-dry-run")
    assert result.exit_code == 0 and "1 of 1 sections are to be asked of m" in result.stdout
    assert not Path("kg-store").exists() and not Path("cache").exists()


def test_on_a_terminal_nothing_is_sent_before_it_is_agreed_to(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.cli.llm.on_terminal", lambda: True)
    with endpoint(lambda request, _: Said(missed(request.text))) as running:
        result = CliRunner().invoke(cli, ["build", str(letter), "--llm", running.url, "--llm-model", "m"], input="n\n")
    assert result.exit_code == 130 and running.requests == [] and not Path("kg-store").exists()
    assert f"Send them to {running.url}/chat/completions?" in result.stderr


@pytest.mark.parametrize(("arguments", "words"), [
    (["--llm", "http://127.0.0.1:9"], "--llm-model"), (["--llm-model", "m"], "give it with --llm"), (["--llm-dry-run"], "give it with --llm"),
    (["--llm-budget", "2"], "give it with --llm"),
    (["--llm", "localhost", "--llm-model", "m"], "no address"), (["--llm", "https://a:b@x/", "--llm-model", "m"], "holds no key"),
    (["--llm", "http://x", "--model", "none.model"], "--llm-model"), (["--llm", "http://x", "--llm-model", " "], "its name")])
def test_options_that_cannot_be_meant_are_told_in_a_sentence(arguments: list[str], words: str, letter: Path) -> None:
    result = run("build", letter, *arguments)
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1
    assert not Path("kg-store").exists()


def test_without_the_extra_a_sentence_names_it(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with nobody() as url:
        result = run("build", letter, "--llm", url, "--llm-model", "m")
    assert result.exit_code == 2 and "pip install 'zhihan[llm]'" in result.stderr


def test_what_a_model_adds_is_scored_by_itself(letter: Path) -> None:
    gold = Path(__file__).parent / "corpus" / "seeds" / "gold" / "tianjin-2025-three-attractions.gold.txt"
    with endpoint(lambda request, _: Said(missed(request.text))) as running:
        result = run("evaluate", gold, "--by", "pattern", "--measure", "facts", "--llm", running.url, "--llm-model", "m")
    assert result.exit_code == 0, result.output
    assert "sections are to be asked of m" in result.stderr and "The language model answered" in result.stderr
    assert len(running.requests) >= 2


@pytest.mark.slow
def test_with_the_endpoint_down_the_build_ends_as_without_it_and_says_so_once(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.llm.client.sleep", lambda seconds: None)
    for number in range(8):
        (letter / f"more-{number}.txt").write_text(TEXT.replace("2024年，", f"202{number}年，"), encoding="utf-8")
    with nobody() as url:
        result = run("build", letter, "--llm", url, "--llm-model", "m", "--store", "down")
    assert result.exit_code == 0, result.output
    assert result.stderr.count("cannot be reached") == 1 and "The result is as without it." in result.stderr
    assert run("build", letter, "--store", "plain").exit_code == 0
    assert exported("down") == exported("plain")


@pytest.mark.slow
def test_a_rebuild_without_the_endpoint_gives_the_same_bytes(letter: Path) -> None:
    with endpoint(lambda request, _: Said(missed(request.text))) as running:
        assert run("build", letter, "--llm", running.url, "--llm-model", "m", "--store", "one").exit_code == 0
    again = run("build", letter, "--llm", running.url, "--llm-model", "m", "--store", "two")
    assert again.exit_code == 0 and "answered 0 of 1 sections, 1 were answered before: 0 tokens in" in again.stderr
    assert exported("one") == exported("two")
    assert b'+llm"' in exported("one")


@pytest.mark.slow
def test_the_key_stands_neither_in_the_store_nor_in_the_cache_nor_on_the_screen(letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "sk-geheim")
    with endpoint(lambda request, _: Said(missed(request.text))) as running:
        result = run("build", letter, "--llm", running.url, "--llm-model", "m")
    assert result.exit_code == 0 and "geheim" not in result.output
    assert exported("kg-store")
    assert not any(b"sk-geheim" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.slow
def test_the_python_door_hears_the_estimate_and_reports_what_came_of_it(letter: Path) -> None:
    heard: list[Estimate] = []
    with endpoint(lambda request, _: Said(missed(request.text))) as running:
        with kg.open("out", llm=kg.LanguageModel(running.url, "m")) as graph:
            report = graph.build(letter, estimated=heard.append)
        with pytest.raises(KeyboardInterrupt), kg.open("never", llm=kg.LanguageModel(running.url, "n")) as graph:
            graph.build(letter, estimated=refuse)
    assert [one.asked for one in heard] == [1] and report.asked is not None and report.asked.answered == 1
    assert report.claims["facts confirmed"] == 1
    assert len(running.requests) == 1 and not Path("never").exists()


def refuse(estimate: Estimate) -> None:
    raise KeyboardInterrupt
