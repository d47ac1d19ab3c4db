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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from kg.cli.terminal import table
from kg.gold import read_golds
from kg.lessons import source
from kg.model import Source
from kg.pipeline import Knowledge, extract, knowledge
from tests.bench import serving

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
    yield from (Measure(*one) for one in serving.measured())
    yield Measure("memory of this measurement", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", "")


def reading_speed() -> Iterator[Measure]:
    """Characters that one core reads a second through the whole language stage, and jieba's tagger on the same text, in processor time.

    posseg is given the whole corpus once: it is slow, and slower by far on letters in traditional characters, so each side's
    middle letter is told too.
    """
    sources = [source(gold) for gold in read_golds([ROOT / "tests" / "corpus"])]
    known, posseg = knowledge(), tagged_by_jieba()
    characters = sum(len(one.text) for one in sources)
    extract(sources[0], known)
    ours = [(len(one.text), min(processor(lambda one=one: extract(one, known)) for _ in range(2))) for one in sources]     # type: ignore[misc]
    theirs = [(len(one.text), processor(lambda one=one: posseg(one.text))) for one in sources]     # type: ignore[misc]
    yield Measure("characters read", f"{characters:,} in {len(sources)} letters", "")
    yield Measure("letters read on one core", f"{rate(ours):,.0f} characters a second, the middle letter {middle(ours):,.0f}", "60,000")
    yield Measure("jieba.posseg on the same text", f"{rate(theirs):,.0f} characters a second, the middle letter {middle(theirs):,.0f}", "")
    yield Measure("ours to posseg", f"{rate(ours) / rate(theirs):.2f}, the middle letters {middle(ours) / middle(theirs):.2f}", "2")
    for stage, spent in stages(sources, known).items():
        yield Measure(f"  {stage}", f"{spent / characters * 1e6:.1f} microseconds a character", "")


def tagged_by_jieba() -> Callable[[str], object]:
    """jieba's tagger with its dictionary loaded."""
    import jieba.posseg
    jieba.setLogLevel(logging.WARNING)
    list(jieba.posseg.cut("我们"))
    return lambda text: list(jieba.posseg.cut(text))


def processor(work: Callable[[], object]) -> float:
    """Seconds of processor time that something takes: other programs on the machine count for little."""
    start = time.process_time()
    work()
    return time.process_time() - start


def rate(letters: Sequence[tuple[int, float]]) -> float:
    """Characters a second over all letters, each given as its characters and the seconds it took."""
    return sum(size for size, _ in letters) / sum(spent for _, spent in letters)


def middle(letters: Sequence[tuple[int, float]]) -> float:
    """Characters a second of the letter in the middle."""
    return median(size / spent for size, spent in letters)


def stages(sources: Iterable[Source], known: Knowledge) -> dict[str, float]:
    """Seconds of processor time that each stage takes for all letters."""
    spent: dict[str, float] = {}
    last = time.process_time()

    def told(stage: str) -> None:
        nonlocal last
        now = time.process_time()
        spent[stage] = spent.get(stage, 0.0) + now - last
        last = now

    for one in sources:
        extract(one, known, told)
    return spent


def main() -> None:
    print(table(("what", "measured", "held to"), [(m.what, m.figure, m.bound) for m in measures()]))


if __name__ == "__main__":
    main()
