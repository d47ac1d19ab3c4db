"""Stores side by side on the same statements: how fast they load, how large they are, and how long the named questions take.

    python -m tests.bench.stores [QUADS] [FOLDER]           all of CONTENDERS, each in a process of its own
    python -m tests.bench.stores 1000000 /tmp/stores zhihan "pyoxigraph alone"

The statements are the five letters again and again under other names (tests/bench/serving.py), one named graph for each letter, written once as
N-Quads. The questions are named ones about entities and letters chosen by a seed; each is asked REPEATS times and its quickest answer counts, all
rows read. A contender may take BUDGET seconds for all questions: one that is then not answered counts as that long, and those after it are
not asked. Rows are compared with ours, as sets.
"""
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from statistics import median
from threading import Timer
from typing import Any

from kg.cli.terminal import table
from kg.ontology import PREFIXES
from kg.query import find_question
from kg.store.compact import size
from tests.bench.serving import QUESTIONS, questions, write_nquads

QUADS, EACH, REPEATS = 100_000, 3, 3
LOADING, BUDGET = 900.0, 150.0          # seconds
WHOLE = ("funds", "classes", "overview")                # asked of all letters together
Rows = Iterable[Sequence[object]]
Ask = Callable[[str], Rows]


@dataclass(frozen=True, slots=True)
class Result:
    """What one contender did: seconds to load, bytes on disk (0: none), peak memory in MB, seconds of each question (None: not asked) and a hash of its rows."""

    name: str
    load: float
    disk: int
    memory: int
    seconds: list[float | None]
    rows: list[str]


# the contenders: each loads a file into a folder, and gives what answers a query

@contextmanager
def zhihan(nquads: Path, folder: Path) -> Iterator[tuple[float, Ask]]:
    """Our store: the statements, their merge, put in order. One that is loaded already is opened."""
    from kg.query import run
    from kg.store import Store
    if not (folder / "loaded").exists():
        (folder.parent / "loading").write_text(str(fill(nquads, folder)), encoding="ascii")
        (folder.parent / "loading").replace(folder / "loaded")
    with Store(folder) as store:
        yield float((folder / "loaded").read_text(encoding="ascii")), lambda sparql: run(store, sparql).rows


def fill(nquads: Path, folder: Path) -> float:
    """Load a new store of ours; how many seconds that took."""
    import pyoxigraph as ox

    from kg.store import Store
    began = time.perf_counter()
    with Store(folder, writable=True) as store:
        for part in parts(nquads):
            store.data.bulk_load(part + re.sub(rb" <[^<>]*> \.\n", b" .\n", part), ox.RdfFormat.N_QUADS)
        store.flush()
        store.data.optimize()
    return time.perf_counter() - began


@contextmanager
def pyoxigraph(nquads: Path, folder: Path) -> Iterator[tuple[float, Ask]]:
    """pyoxigraph alone on disk; without FROM it is told to see the union of all graphs."""
    import pyoxigraph as ox
    (folder / "data").mkdir(parents=True)
    began = time.perf_counter()
    store = ox.Store(str(folder / "data"))
    store.bulk_load(path=nquads, format=ox.RdfFormat.N_QUADS)
    store.flush()
    store.optimize()
    loaded = time.perf_counter() - began
    del store
    opened = ox.Store.read_only(str(folder / "data"))
    yield loaded, lambda sparql: [tuple(row) for row in opened.query(sparql, use_default_graph_as_union=True)]      # type: ignore[union-attr]


@contextmanager
def same_data(nquads: Path, folder: Path) -> Iterator[tuple[float, Ask]]:
    """pyoxigraph alone on the data of our store, merge included: what our own layer costs."""
    import pyoxigraph as ox
    opened = ox.Store.read_only(str(folder.parent / "zhihan" / "data"))
    yield 0.0, lambda sparql: [tuple(row) for row in opened.query(sparql)]      # type: ignore[union-attr]


@contextmanager
def rdflib_memory(nquads: Path, folder: Path) -> Iterator[tuple[float, Ask]]:
    """rdflib in memory."""
    import rdflib
    began = time.perf_counter()
    dataset = rdflib.Dataset(default_union=True).parse(str(nquads), format="nquads")
    yield time.perf_counter() - began, lambda sparql: list(dataset.query(sparql))     # type: ignore[arg-type]


@contextmanager
def oxrdflib(nquads: Path, folder: Path) -> Iterator[tuple[float, Ask]]:
    """rdflib with Oxigraph on disk as its store."""
    import rdflib
    (folder / "data").mkdir(parents=True)
    began = time.perf_counter()
    dataset = rdflib.Dataset(store="Oxigraph", default_union=True)
    dataset.open(str(folder / "data"))
    dataset.parse(str(nquads), format="ox-nquads", transactional=False)
    dataset.store._inner.optimize()          # type: ignore[attr-defined]
    yield time.perf_counter() - began, lambda sparql: list(dataset.query(sparql))     # type: ignore[arg-type]
    dataset.close()


@contextmanager
def virtuoso(nquads: Path, folder: Path) -> Iterator[tuple[float, Ask]]:
    """Virtuoso over HTTP on this machine, with 1 GB of buffers; its own loader."""
    import httpx2 as httpx
    import pyoxigraph as ox

    from tests.interop import virtuoso as server
    server.INI = server.INI.replace("NumberOfBuffers=20000", "NumberOfBuffers=120000").replace("MaxDirtyBuffers=15000", "MaxDirtyBuffers=90000")
    with server.virtuoso() as one, httpx.Client(timeout=BUDGET) as client:
        began = time.perf_counter()
        for at, part in enumerate(parts(nquads)):       # its loader takes a file of some 200 MB at most
            (one.folder / f"{at}.nq").write_bytes(part)
            one.load(one.folder / f"{at}.nq")
            (one.folder / f"{at}.nq").unlink()
        one.run("checkpoint")
        loaded = time.perf_counter() - began

        def ask(sparql: str) -> Rows:
            got = client.post(f"http://127.0.0.1:{one.http}/sparql", data={"query": sparql}, headers={"Accept": "application/sparql-results+json"})
            got.raise_for_status()
            return [tuple(row) for row in ox.parse_query_results(got.content, format=ox.QueryResultsFormat.JSON)]     # type: ignore[union-attr]
        os.symlink(one.folder, folder / "data")
        yield loaded, ask


CONTENDERS: Mapping[str, Callable[[Path, Path], Any]] = {
    "zhihan": zhihan, "pyoxigraph on the same data": same_data, "pyoxigraph alone": pyoxigraph, "oxrdflib": oxrdflib, "rdflib": rdflib_memory,
    "Virtuoso": virtuoso}


def parts(nquads: Path, lines: int = 200_000) -> Iterator[bytes]:
    """A file in parts of so many lines."""
    with nquads.open("rb") as file:
        part = list[bytes]()
        for line in file:
            part.append(line)
            if len(part) == lines:
                yield b"".join(part)
                part = []
        if part:
            yield b"".join(part)


# one contender, in a process of its own

def measure(name: str, folder: Path, asked: Sequence[str]) -> Iterator[Result]:
    """Load, and ask one question after the other: the result after each."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    with CONTENDERS[name](folder / "letters.nq", folder / name) as (loaded, ask):
        found = list[tuple[float | None, str]]()
        for sparql in [None, *asked]:
            if sparql is not None:
                found.append(timed(ask, sparql))
            disk = size(folder / name) if (folder / name / "data").exists() else 0
            yield Result(name, loaded, disk, peak(), [seconds for seconds, _ in found], [rows for _, rows in found])


def timed(ask: Ask, sparql: str) -> tuple[float | None, str]:
    """The quickest of some answers in seconds, and a hash of the rows; what takes more than a second is asked once."""
    best, rows = BUDGET, ""
    for _ in range(REPEATS):
        began = time.perf_counter()
        try:
            answer = list(ask(sparql))
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"[:60]
        best = min(best, time.perf_counter() - began)
        rows = hashed(answer)
        if best > 1:
            break
    return best, rows


def hashed(rows: Rows) -> str:
    """The rows as a set; lists within a cell, and numbers, in one way."""
    return sha256("\n".join(sorted({"\t".join(map(_cell, row)) for row in rows})).encode()).hexdigest()


def _cell(node: object) -> str:
    text = str(getattr(node, "value", "" if node is None else node))
    with suppress(ValueError):
        return f"{float(text):.6g}"
    return "、".join(sorted(re.split("[、 ]", text)))


def peak() -> int:
    """The most memory that this process had, in MB; 0 where the system does not tell."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
        return int(found[1]) // 1024 if found else 0
    return 0


# all of them

def compared(quads: int, folder: Path, names: Sequence[str]) -> tuple[int, list[Result]]:
    """How many statements there are, and what each contender did with them. `folder` must be empty or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    count = write_nquads(folder / "letters.nq", quads)
    (folder / "questions.json").write_text("[]", encoding="utf-8")
    one("zhihan", folder, 0)
    head = "".join(f"PREFIX {prefix}: <{space}> " for prefix, space in PREFIXES.items())
    asked = [*questions(folder / "zhihan", EACH * len(QUESTIONS)), *(head + find_question(name).sparql for name in WHOLE)]
    (folder / "questions.json").write_text(json.dumps(asked), encoding="utf-8")
    found = [result for name in names if (result := one(name, folder, len(asked))) is not None]
    return count, found


def one(name: str, folder: Path, number: int) -> Result | None:
    """What one contender did in a process of its own, which is ended when it takes too long; None when it did not even load."""
    result, began, until = None, time.perf_counter(), LOADING
    with subprocess.Popen([sys.executable, "-m", "tests.bench.stores", "--one", name, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        timer = Timer(LOADING, process.terminate)
        timer.start()
        for line in process.stdout:
            if result is None:
                timer.cancel()
                began, until = time.perf_counter(), BUDGET
                timer = Timer(BUDGET, process.terminate)
                timer.start()
            result = Result(**json.loads(line))
        timer.cancel()
    if result is None:
        print(f"{name}: not loaded within {until:.0f} s, or failed", file=sys.stderr)
        return None
    missing = number - len(result.seconds)
    print(f"{name}: loaded in {result.load:.1f} s, {len(result.seconds)} of {number} questions in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    cut = [BUDGET, *[None] * (missing - 1)] if missing else []
    return replace(result, seconds=[*result.seconds, *cut], rows=[*result.rows, *[""] * missing])


def shown(count: int, results: Sequence[Result]) -> Iterator[str]:
    """Two tables: the stores, and the questions by kind in ms."""
    first = results[0]
    alone = next((one for one in results if one.name == "pyoxigraph alone"), first)
    yield table(("store", "loaded in s", "quads a second", "MB on disk", "MB memory", "same rows", f"median ratio to {alone.name}", "all questions s"), [
        (one.name, *loading(count, one.load), f"{one.disk / 1e6:.0f}" if one.disk else "-", str(one.memory), same(first, one), ratio(alone, one),
         f"{sum(filter(None, one.seconds)):.2f}") for one in results])
    yield table(("question, ms", *(one.name for one in results)), [
        (kind, *(_ms([one.seconds[at] for at in places]) for one in results)) for kind, places in kinds().items()])


def kinds() -> dict[str, list[int]]:
    """The questions of each kind, by their places."""
    about = {kind: list(range(first, EACH * len(QUESTIONS), len(QUESTIONS))) for first, kind in enumerate(QUESTIONS)}
    return about | {f"{kind} (all)": [EACH * len(QUESTIONS) + at] for at, kind in enumerate(WHOLE)}


def loading(count: int, seconds: float) -> tuple[str, str]:
    """Seconds, and statements a second; nothing for a contender that loads nothing."""
    return (f"{seconds:.1f}", f"{count / seconds:,.0f}") if seconds else ("-", "-")


def same(first: Result, other: Result) -> str:
    """On how many of the questions that both answered the rows are the same."""
    both = [a == b for a, b in zip(first.rows, other.rows, strict=True) if len(a) == len(b) == 64]
    return f"{sum(both)} of {len(both)}"


def ratio(alone: Result, other: Result) -> str:
    """The middle of the ratios, question by question."""
    both = [b / a for a, b in zip(alone.seconds, other.seconds, strict=True) if a and b]
    return f"{median(both):.2f}" if both else "-"


def _ms(seconds: Sequence[float | None]) -> str:
    known = [one for one in seconds if one is not None]
    if not known:
        return "-"
    middle = median(known)
    return f"> {BUDGET * 1000:.0f}" if middle >= BUDGET else f"{middle * 1000:.1f}"


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        name, folder = sys.argv[2], Path(sys.argv[3])
        asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
        if name == "Virtuoso":              # it has a server to stop; the others end at once, whatever they do
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        for result in measure(name, folder, asked):
            print(json.dumps(asdict(result)), flush=True)
        return
    quads = int(sys.argv[1]) if len(sys.argv) > 1 else QUADS
    names = sys.argv[3:] or list(CONTENDERS)
    with tempfile.TemporaryDirectory() as made:
        count, results = compared(quads, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made) / "stores", names)
    print(f"{count:,} quads\n\n" + "\n\n".join(shown(count, results)))


if __name__ == "__main__":
    main()
