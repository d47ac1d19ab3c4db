"""How long exports take and how much memory, for a graph of 100,000 and of 1,000,000 statements.

    python -m tests.bench.exports

Each export runs in a process of its own; times are processor time and are compared with what pyoxigraph itself takes to write Turtle from the same store, in the
same run. The store is made of the letters of tests/corpus, again and again under other names, until it is large enough.
"""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.gold import read_golds
from kg.ontology import load_ontology
from kg.store import Store
from tests.from_gold import perfect
from tests.nouns import quads

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = (100_000, 1_000_000)
FORMATS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "turtle12", "graphml", "csv", "parquet", "xlsx")
OWN = "pyoxigraph"
Line = tuple[str, str, str]             # what was measured, how much it is, what it is held to
WORK = """
import json, resource, sys, time
from pathlib import Path
import pyoxigraph as ox
from kg.export import export
from kg.importing import incoming
from kg.ontology import PREFIXES
from kg.store import Store
folder, fmt, out = sys.argv[1:]
with Store(Path(folder), writable=fmt == "import") as store:
    start = time.process_time()
    if fmt == "pyoxigraph":
        store.data.dump(out, format=ox.RdfFormat.TURTLE, from_graph=ox.DefaultGraph(), prefixes=dict(PREFIXES))
    elif fmt == "import":
        with incoming(Path(out)) as found:
            found.put(store)
    else:
        export(store, Path(out), fmt)
    seconds = time.process_time() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def made(folder: Path, size: int) -> None:
    """A store of at least so many statements."""
    golds, ontology, total, copy = read_golds([ROOT / "tests" / "corpus"]), load_ontology(), 0, 0
    with Store(folder, writable=True) as store:
        store.put_ontology()
        while total < size:
            for gold in golds:
                whole = perfect(gold)
                source = replace(whole.letter.source, name=f"{gold.name}-{copy}")
                statements = list(quads(replace(whole, letter=replace(whole.letter, source=source)), ontology))
                total += len(statements)
                store.data.bulk_load((ox.serialize(statements, format=ox.RdfFormat.N_QUADS) or b"")
                                     + (ox.serialize([one.triple for one in statements], format=ox.RdfFormat.N_TRIPLES) or b""), ox.RdfFormat.N_QUADS)
            copy += 1
        store.data.optimize()
        store.flush()


def work(folder: Path, fmt: str, out: Path) -> tuple[float, float]:
    """Seconds of processor time and MB of an export."""
    done = subprocess.run([sys.executable, "-c", WORK, str(folder), fmt, str(out)], check=True, capture_output=True, cwd=ROOT)
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


def exports() -> Iterator[Line]:
    """The figures; of pyoxigraph the mean of one run before and one after."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for size in SIZES:
            made(folder / str(size), size)
        memory: dict[str, float] = {}
        for size in SIZES:
            store, out = folder / str(size), folder / f"out-{size}"
            before = work(store, OWN, folder / "own")
            found = {fmt: work(store, fmt, out / fmt) for fmt in FORMATS}
            own = (before[0] + work(store, OWN, folder / "own")[0]) / 2
            yield (f"{size:,}: pyoxigraph's own Turtle", f"{own:.1f} s, {before[1]:.0f} MB", "")
            for fmt, (seconds, megabytes) in found.items():
                bound = "3 times" if fmt == "turtle" else ""
                grown = f", {megabytes - memory[fmt]:+.0f}" if fmt in memory else ""
                yield (f"{size:,}: {fmt}", f"{seconds / own:.1f} times, {megabytes:.0f} MB{grown}", bound)
                memory[fmt] = megabytes
            seconds, megabytes = work(folder / f"again-{size}", "import", (out / "nquads").rename(out / "graph.nq"))
            yield (f"{size:,}: import of nquads", f"{seconds / own:.1f} times, {megabytes:.0f} MB", "")


def main() -> None:
    for what, figure, bound in exports():
        print(f"{what:40}{figure:28}{bound}", flush=True)


if __name__ == "__main__":
    main()
