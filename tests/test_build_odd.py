"""Folders, names, tables and addresses as they are found in archives: what can be read is, and what cannot is told."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.api import Graph
from kg.build import Inputs, inputs, watch
from kg.build.stored import digest_of
from kg.errors import InputError, StoreError
from kg.read import read
from kg.read.rows import stream
from kg.store import Store
from kg.store.disk import hold
from tests.quick import Quick
from tests.test_build import LETTER, letters, run


def test_what_cannot_be_looked_at_below_a_folder_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 2)
    (folder / "broken.txt").symlink_to("nowhere.txt")
    (folder / "round.txt").symlink_to("round.txt")
    report = run(tmp_path / "store", folder)
    assert len(report.written) == 2
    assert [text.split(" ", 1)[1][:21] for text in report.failures] == ["is a link to a file t", "cannot be read (Too m"]
    with pytest.raises(InputError, match="link"):
        run(tmp_path / "store", folder, fail_fast=True)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep names of files as text")
def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 1)
    named = Path(os.fsdecode(os.fsencode(folder) + b"/\xcc\xec.txt"))
    named.write_text(LETTER, encoding="utf-8")
    assert "not UTF-8: rename it" in run(tmp_path / "store", folder).failures[0]
    with pytest.raises(InputError, match="has a name that is not UTF-8"):
        inputs([named])


def test_a_folder_that_cannot_be_listed_is_told_and_its_letters_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = letters(tmp_path / "in", 2)
    letters(folder / "shut", 3)
    (folder / "shut" / "letter-0000.txt").unlink()
    (folder / "shut" / "letter-0001.txt").unlink()
    run(tmp_path / "store", folder)
    _shut(monkeypatch, folder / "shut")
    report = run(tmp_path / "store", folder, sync=True)
    assert (report.removed, len(report.failures)) == ((), 1) and "shut cannot be listed (Permission denied)" in report.failures[0]
    with pytest.raises(InputError, match="shut cannot be listed"):
        inputs([folder / "shut"])
    with pytest.raises(InputError, match=r"letter-0002.txt cannot be read \(Permission denied\): check its permissions"):
        inputs([folder / "shut" / "letter-0002.txt"])
    with Store(tmp_path / "store") as store:
        assert store.letters() == ("letter-0000", "letter-0001", "letter-0002")


def _shut(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have a folder that may neither be listed nor passed through, as it is for all but the administrator."""
    for name in ("stat", "lstat", "scandir"):
        def refuse(path: Any, *rest: Any, usual: Any = getattr(os, name), listing: bool = name == "scandir", **more: Any) -> Any:
            if isinstance(path, str | Path) and (str(path).startswith(f"{folder}{os.sep}") or (listing and str(path) == str(folder))):
                raise PermissionError(13, "Permission denied", str(path))
            return usual(path, *rest, **more)
        monkeypatch.setattr(os, name, refuse)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_the_place_of_a_letter_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "letter.txt")
    assert digest_of(str(tmp_path / "letter.txt")) == ""


# texts and tables

def test_a_few_broken_bytes_in_utf_8_are_replaced_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((LETTER * 20).encode()[:-5].replace("悉".encode(), b"\xe6\x82", 1))
    source = read(path)
    assert source.encoding == "utf-8" and source.text.count("\ufffd") == 2
    (tmp_path / "b.txt").write_bytes(("x = 1\n" * 3000).encode() + "联通公司答复".encode("gb18030"))
    assert read(tmp_path / "b.txt").encoding != "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_table_whose_first_row_is_long_is_read_in_its_encoding(encoding: str, tmp_path: Path) -> None:
    for shift in range(3):
        path, text = tmp_path / "t.jsonl", "a" * shift + LETTER + "有关工作，" * 8000
        path.write_text(json.dumps({"text": text}, ensure_ascii=False) + "\n", encoding=encoding)
        assert [one.text == text for one in stream(path)] == [True]


def test_rows_of_which_json_leaves_out_the_text_are_passed_over(tmp_path: Path) -> None:
    told: list[dict[str, str]] = [{"id": "a"}, {"id": "b", "text": LETTER}, {"id": "c"}, {"id": "d", "text": LETTER + "另。"}]
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told), encoding="utf-8")
    report = run(tmp_path / "store", path)
    assert (report.written, report.failures) == (("t-b", "t-d"), ())
    assert [notice.rpartition(" without")[0][-5:] for notice in report.notices if "without text" in notice] == ["Row 1", "Row 3"]


def test_a_table_without_a_column_of_texts_names_the_columns_that_it_has(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id;text\n1;答复\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"t.csv has no text \(its columns or keys are id;text\)"):
        run(tmp_path / "store", tmp_path / "t.csv")


def test_a_quotation_mark_that_is_never_closed_takes_no_rows_with_it_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'id,text\na,"{LETTER}"\nb,"{LETTER}\nc,{LETTER}', encoding="utf-8")
    report = run(tmp_path / "store", path)
    assert report.written == ("t-a",)
    assert report.failures == (f"{path}, line 5: a quotation mark is opened here and not closed up to the end. Save the table again as CSV.",)


# addresses

def test_an_address_of_this_machine_has_three_strokes(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    folder = letters(tmp_path / "in", 2)
    with Graph(tmp_path / "store") as graph:
        graph.reading = Quick()
        assert len(graph.build(folder.as_uri()).written) == 2


def test_an_address_that_cannot_be_read_leaves_no_store(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    with Graph(tmp_path / "store") as graph, pytest.raises(InputError, match="has no letters"):
        graph.build("memory://nothing/there")
    assert not (tmp_path / "store").exists()


def test_a_report_that_cannot_be_written_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    command = [sys.executable, "-m", "kg", "build", str(letters(tmp_path / "in", 1)), "--store", str(tmp_path / "store"),
               "--report", str(tmp_path / "file" / "report.json")]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 2 and "report.json cannot be written" in found.stderr
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(("error", "says"), [("IO error: No space left on device: While appending", "make room"),
                                             ("Oxigraph needs at least 96 file descriptors", "ulimit")])
def test_a_store_that_has_no_room_is_not_called_damaged(error: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "store", letters(tmp_path / "in", 1))

    def refuse(folder: Path) -> None:
        raise OSError(error)

    monkeypatch.setattr("kg.store.disk._data", refuse)
    with pytest.raises(StoreError, match=says) as found:
        Store(tmp_path / "store", writable=True)
    assert "remove it" not in str(found.value)


# the command

def kg(tmp_path: Path, *given: str | Path) -> Any:
    """The command in this process, with a way of reading that needs no model."""
    from click.testing import CliRunner

    from kg.cli import cli
    return CliRunner().invoke(cli, ["build", *map(str, given), "--store", str(tmp_path / "store")])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.api.Reading.of", lambda *given, **more: Quick())


@pytest.mark.usefixtures("quick")
def test_a_check_that_finds_nothing_hides_no_file_that_could_not_be_read(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 2)
    (folder / "empty.txt").write_text("", encoding="utf-8")
    found = kg(tmp_path, folder, "--check")
    assert "The graph is sound." in found.output and found.exit_code == 1


@pytest.mark.usefixtures("quick")
def test_addresses_cannot_be_watched(tmp_path: Path) -> None:
    found = kg(tmp_path, "memory://archive", "--watch")
    assert found.exit_code == 2 and "memory://archive is an address" in found.output


def test_what_changes_while_the_first_build_runs_is_seen_by_the_watch(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 2)
    found = watch([folder], lambda seconds: None)
    (folder / "letter-0002.txt").write_text(LETTER, encoding="utf-8")
    first = next(found)
    assert isinstance(first, Inputs) and len(first.files) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_a_watch_outlasts_what_hinders_a_build_and_infers_and_checks_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, held = letters(tmp_path / "in", 2), list[Any]()

    def changes(paths: Any) -> Iterator[Any]:
        def change() -> Iterator[Inputs]:
            (folder / "letter-0002.txt").write_text(LETTER + "今年，甲东公司和乙西公司开展合作。", encoding="utf-8")
            held.append(hold(tmp_path / "store", exclusive=False))
            yield inputs(paths)
        return change()

    monkeypatch.setattr("kg.build.watch", changes)
    monkeypatch.setattr("time.sleep", lambda seconds: held[0].close() if seconds > 1 else None)
    found = kg(tmp_path, folder, "--watch", "--infer", "--check")
    assert "is in use by another process" in found.output and "Still watching." in found.output
    assert found.output.count("The graph is sound.") == 2 and found.output.count("symmetric") == 2
    assert "3 letters in" in found.output
