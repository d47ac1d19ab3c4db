"""Speed and memory, measured (`make bench`): each line says what, the figure and the bound it is held to.

    python -m tests.bench.run
"""
from __future__ import annotations

import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.cli.terminal import table
from kg.gold import read_golds
from kg.pipeline import extract, knowledge
from kg.train import source

ROOT = Path(__file__).resolve().parent.parent.parent
LETTERS = ROOT / "examples" / "letters"


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured, how much it is, and what it should be."""

    what: str
    figure: str
    bound: str


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs."""
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    return min(once() for _ in range(times))


def command(*arguments: object) -> float:
    """Seconds that `kg` takes, imports included."""
    return seconds(lambda: subprocess.run([sys.executable, "-m", "kg", *map(str, arguments)], check=True, capture_output=True, cwd=ROOT))


def peak(*arguments: object) -> float:
    """The most memory of a `kg` command, in MB."""
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); " \
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", code, sys.executable, "-m", "kg", *map(str, arguments)], check=True, capture_output=True, cwd=ROOT)
    return int(done.stdout) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def measures() -> Iterator[Measure]:
    yield Measure("kg --help", f"{command('--help'):.2f} s", "0.25 s")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kg", "build", LETTERS, "--store", store], check=True, capture_output=True, cwd=ROOT)
        yield Measure("build of the five letters, imports included", f"{time.perf_counter() - start:.2f} s", "3 s")
        yield Measure("the same, nothing changed", f"{command('build', LETTERS, '--store', store):.2f} s", "")
        yield Measure("its memory", f"{peak('build', LETTERS, '--store', Path(folder) / 'other'):.0f} MB", "300 MB")
        yield Measure("a question", f"{command('query', 'cooperation', '--store', store):.2f} s", "")
        yield Measure("a picture", f"{command('render', '-o', Path(folder) / 'g.html', '--store', store):.2f} s", "")
    yield from reading_speed()
    yield Measure("memory of this measurement", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", "")


def reading_speed() -> Iterator[Measure]:
    """Characters a second on one core through the whole language stage, beside jieba's tagger on the same text."""
    import jieba.posseg
    jieba.setLogLevel(logging.WARNING)
    sources = [source(gold) for gold in read_golds([ROOT / "tests" / "corpus"])]
    characters = sum(len(one.text) for one in sources)
    known = knowledge()
    extract(sources[0], known)
    ours = characters / seconds(lambda: [extract(one, known) for one in sources], 2)
    list(jieba.posseg.cut(sources[0].text))
    sample = sources[::8]
    theirs = sum(len(one.text) for one in sample) / seconds(lambda: [list(jieba.posseg.cut(one.text)) for one in sample], 1)
    yield Measure("letters read on one core", f"{ours:,.0f} characters a second", "60,000")
    yield Measure("jieba.posseg on the same text", f"{theirs:,.0f} characters a second", "")


def main() -> None:
    print(table(("what", "measured", "held to"), [(m.what, m.figure, m.bound) for m in measures()]))


if __name__ == "__main__":
    main()
