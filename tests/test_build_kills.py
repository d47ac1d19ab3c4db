"""A build that is killed at any moment: the store opens, holds whole letters, and the next build ends with the bytes of an undisturbed one."""
from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import iris
from kg.store import Store
from tests.test_build import exported, letters, run

ROOT = Path(__file__).resolve().parent.parent
BUILD = "import sys; from pathlib import Path; from tests.test_build import run; run(Path(sys.argv[1]), Path(sys.argv[2]), workers=int(sys.argv[3]))"


def start(store: Path, folder: Path, workers: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BUILD, str(store), str(folder), str(workers)], cwd=ROOT, start_new_session=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def whole(store: Path, lines: dict[str, set[bytes]]) -> int:
    """How many letters there are, each as the undisturbed build has it but for classes, which the letters there decide."""
    if not (store / "zhihan.json").exists():         # killed before it had begun
        return 0
    with Store(store) as opened:
        names = opened.letters()
        for name in names:
            assert sum(1 for _ in opened.quads(opened.letter_graph(name))) == len(lines[name]), name
        return len(names)


def by_letter(data: bytes) -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = {}
    for line in data.split(b"\n"):
        graph = line.rpartition(b" <")[2].removesuffix(b"> .").decode()
        name = iris.letter_of_graph(graph)
        if name is not None:
            found.setdefault(name, set()).add(line)
    return found


def short_letters(folder: Path, number: int) -> Path:
    """Letters of one sentence: 2,000 are built in about 20 s of a processor, so that fifty kills hit every pass of several builds in 3 minutes."""
    folder.mkdir()
    for at in range(number):
        firm, school = "甲乙丙丁戊己庚辛壬癸"[at % 10] + "东西南北"[at % 4], "甲乙丙丁戊己庚"[at % 7] + "东西南"[at % 3]
        (folder / f"letter-{at:04}.txt").write_text(f"今年，{firm}公司和{school}大学签署第{at}号协议。\n", encoding="utf-8")
    return folder


def disturbed(tmp_path: Path, folder: Path, kills: int, longest: float, seed: int) -> None:
    number, store, chance = len(list(folder.iterdir())), tmp_path / "store", random.Random(seed)
    run(tmp_path / "undisturbed", folder)
    wanted = exported(tmp_path / "undisturbed")
    lines, seen, killed = by_letter(wanted), [0], 0
    for turn in range(kills):
        process = start(store, folder, turn % 3 + 1)
        time.sleep(chance.uniform(0.3, longest))
        running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate(timeout=30)
        assert b"Traceback" not in output, output.decode()
        killed += running
        seen.append(whole(store, lines))
        if not running:     # it came to its end: begin again
            assert seen[-1] == number
            subprocess.run(["rm", "-r", str(store)], check=True)
    assert killed
    run(store, folder)
    assert exported(store) == wanted


@pytest.mark.slow
def test_a_few_kills(tmp_path: Path) -> None:
    disturbed(tmp_path, letters(tmp_path / "in", 60), 3, 1.0, 1)


@pytest.mark.slow
def test_fifty_kills_of_a_build_of_two_thousand_letters(tmp_path: Path) -> None:
    disturbed(tmp_path, short_letters(tmp_path / "in", 2000), 50, 3.0, 2)


def test_a_store_that_was_killed_over_its_first_file_is_made(tmp_path: Path) -> None:
    (tmp_path / "zhihan.json.part").write_text("{", encoding="utf-8")
    with Store(tmp_path, writable=True) as opened:
        assert not opened.letters()
    assert not (tmp_path / "zhihan.json.part").exists()


@pytest.mark.slow
def test_a_store_whose_making_is_killed_opens(tmp_path: Path) -> None:
    chance = random.Random(3)
    code = "import sys; from pathlib import Path; from kg.store import Store; print(flush=True); Store(Path(sys.argv[1]), writable=True)"
    for turn in range(30):
        store = tmp_path / str(turn)
        process = subprocess.Popen([sys.executable, "-c", code, str(store)], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        process.communicate()
        if (store / "zhihan.json").exists():
            with Store(store) as opened:
                assert not opened.letters()
        with Store(store, writable=True) as opened:
            assert not opened.letters()


@pytest.mark.slow
def test_the_processes_of_a_killed_build_end_with_it(tmp_path: Path) -> None:
    process = start(tmp_path / "store", letters(tmp_path / "in", 400), 3)
    time.sleep(1.5)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)         # returns when nobody holds the pipe any more
