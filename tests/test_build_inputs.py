"""Tables of letters, folders that are watched, disks that are full, and what the command says of a build."""
from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.api import Graph
from kg.build import BuildReport, Step, watch
from kg.build.inputs import Inputs
from kg.cli.letters import summary
from kg.cli.pace import said, span
from kg.errors import InputError
from kg.store import Store
from tests.quick import Quick
from tests.test_build import letters, run

ROOT = Path(__file__).resolve().parent.parent


def rows(number: int) -> list[dict[str, str]]:
    return [{"id": f"n{at:03}", "text": f"关于第{at}号提案的答复\n今年，甲{'东西'[at % 2]}公司和{at}号乙公司开展合作。\n", "date": "2024-05-01"} for at in range(number)]


def jsonl(path: Path, told: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told), encoding="utf-8")
    return path


def table(path: Path, told: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, ["id", "text", "date"])
        writer.writeheader()
        writer.writerows(told)
    return path


def parquet(path: Path, told: list[dict[str, str]]) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    files: Any = pytest.importorskip("pyarrow.parquet")
    files.write_table(pyarrow.Table.from_pylist(told), path)
    return path


def test_a_table_that_breaks_off_leaves_nothing_to_the_next_pass_of_several_processes(tmp_path: Path) -> None:
    """The rows before the error are read, and their answers are not taken for those of what is done next."""
    path = jsonl(tmp_path / "a.jsonl", rows(6))
    path.write_text(path.read_text(encoding="utf-8") + "{no JSON\n", encoding="utf-8")
    report = run(tmp_path / "store", letters(tmp_path / "letters", 3), path, workers=2)
    assert len(report.written) == 9
    assert len(report.failures) == 1


@pytest.mark.parametrize(("make", "name"), [(jsonl, "a.jsonl"), (table, "a.csv"), (parquet, "a.parquet"),
                                            (lambda path, told: table(path, told, "gb18030"), "a.csv")], ids=["jsonl", "csv", "parquet", "gb18030"])
def test_each_row_of_a_table_is_a_letter(tmp_path: Path, make: object, name: str) -> None:
    assert callable(make)
    report = run(tmp_path / "store", make(tmp_path / name, rows(20)))
    assert (report.letters, report.written[0], report.failures) == (20, "a-n000", ())
    assert len([notice for notice in report.notices if "编码" in notice]) == 0


def test_of_a_changed_table_only_changed_rows_are_read_and_vanished_ones_removed(tmp_path: Path) -> None:
    told, path, store = rows(20), tmp_path / "a.jsonl", tmp_path / "store"
    run(store, jsonl(path, told))
    told[3]["text"] += "另，甲东大学参加。\n"
    report = run(store, jsonl(path, [*told[:7], *told[8:], {"id": "new", "text": told[0]["text"] + "再答。"}]), sync=True)
    assert (report.written, report.removed, report.letters) == (("a-n003", "a-new"), ("a-n007",), 20)
    assert run(store, path).written == ()


def test_a_table_that_breaks_off_gives_the_rows_before_and_keeps_those_that_were_there(tmp_path: Path) -> None:
    told, path, store = rows(6), tmp_path / "a.jsonl", tmp_path / "store"
    run(store, jsonl(path, told[:5]))
    path.write_text(jsonl(path, [told[5], *told[:2]]).read_text(encoding="utf-8") + "{no JSON\n", encoding="utf-8")
    report = run(store, path, sync=True)
    assert report.written == ("a-n005",) and "line 4" in report.failures[0]
    with Store(store) as opened:
        assert len(opened.letters()) == 6


@pytest.mark.parametrize(("name", "content", "says"), [
    ("a.parquet", b"PAR1 nothing", "no Parquet file"), ("a.jsonl", b"", "empty"), ("a.csv", b"id,nothing\n1,2\n", "has no text"),
])
def test_a_table_that_is_none_is_told(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        run(tmp_path / "store", tmp_path / name)


def test_a_watched_folder_gives_each_change_once_and_tells_what_hinders_it(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 2)
    first = folder / "letter-0000.txt"
    steps = iter([
        lambda: None, lambda: first.write_text("改", encoding="utf-8"), lambda: None,           # changed, then at rest
        lambda: first.write_text("改之", encoding="utf-8"), lambda: first.write_text("改之又改", encoding="utf-8"), lambda: None, lambda: None,
        lambda: shutil.rmtree(folder) or folder.mkdir(), lambda: None, lambda: None,      # type: ignore[func-returns-value]
    ])
    heard: list[object] = []

    def pause(seconds: float) -> None:
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()      # type: ignore[no-untyped-call]

    with pytest.raises(KeyboardInterrupt):
        heard.extend(iter(_taking(watch([folder], pause), heard)))
    assert [isinstance(one, Inputs) or str(one) for one in heard][:2] == [True, True]
    assert len(heard) == 3 and "holds no letters" in str(heard[2])


def _taking(found: object, heard: list[object]) -> list[object]:
    for one in found:       # type: ignore[attr-defined]
        heard.append(one)
    return []


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="a small disk is made by mounting one")
@pytest.mark.slow
def test_a_full_disk_is_told_and_the_next_build_goes_on(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        command = [sys.executable, "-m", "kg", "build", str(ROOT / "examples" / "letters"), "--store", str(disk / "store")]
        full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert full.returncode == 2, full.stderr
        assert "run the same command again" in full.stderr and "Traceback" not in full.stderr
        subprocess.run(["mount", "-o", "remount,size=300m", disk], check=True)
        subprocess.run(command, cwd=ROOT, check=True)
        with Store(disk / "store") as opened:
            assert len(opened.letters()) == 5
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_file_that_may_not_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 3)
    (folder / "letter-0001.txt").unlink()
    (folder / "letter-0001.txt").symlink_to("/proc/self/mem")
    report = run(tmp_path / "store", folder, folder / "letter-0001.txt")
    assert len(report.written) == 2 and len(report.failures) == 1 and "letter-0001.txt" in report.failures[0]


def test_the_report_says_in_words_what_was_done(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 3)
    first = run(tmp_path / "store", folder)
    assert summary(first).startswith("3 letters in ") and "mentions of" in summary(first)
    assert summary(run(tmp_path / "store", folder)).endswith("nothing new or changed.")
    (folder / "letter-0001.txt").unlink()
    assert summary(run(tmp_path / "store", folder, sync=True)).endswith("nothing new or changed. 1 letter removed.")
    assert json.loads(json.dumps(first.as_json()))["written"] == ["letter-0000", "letter-0001", "letter-0002"]


def test_letters_at_an_address_are_copied_and_followed(tmp_path: Path) -> None:
    fsspec: Any = pytest.importorskip("fsspec")
    there = fsspec.filesystem("memory")
    for at, path in enumerate(sorted(letters(tmp_path / "in", 3).iterdir())):
        there.pipe_file(f"/archive/{at}/{path.name}", path.read_bytes())

    def build() -> BuildReport:
        with Graph(tmp_path / "store") as graph:
            graph.reading = Quick()
            return graph.build("memory://archive", sync=True)

    assert build().written == ("letter-0000", "letter-0001", "letter-0002")
    assert build().files_read == 0
    there.rm("/archive/1/letter-0001.txt")
    there.pipe_file("/archive/2/letter-0002.txt", "改了的函".encode())
    report = build()
    assert (report.written, report.removed) == (("letter-0002",), ("letter-0001",))
    with Graph(tmp_path / "store") as graph, pytest.raises(InputError, match="has no letters"):
        graph.build("memory://nothing/here")


def test_progress_says_rate_time_left_and_failures() -> None:
    assert said(Step("read", 30, 90, 2, "甲"), 20, 10.0) == "read 30/90, 2.0/s, 30 s left, 2 failed  甲"
    assert [span(seconds) for seconds in (0.4, 59, 61, 3600 * 2 + 300)] == ["0 s", "59 s", "1 min 1 s", "2 h 5 min"]
