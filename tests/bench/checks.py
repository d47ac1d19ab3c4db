"""How long validation and the rules take on a large store: the letters of the corpus again and again under other names, and the lexicon.

    python -m tests.bench.checks [QUADS]       a million by default; takes some minutes
"""
from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from kg.cli.terminal import table
from kg.gold import read_golds
from kg.infer import infer, put_inferences, read_rules
from kg.lexicon import Lexicon
from kg.mapping import Activity
from kg.model import Extraction
from kg.store import Store
from kg.store.changes import merged
from kg.validate import validate
from tests.bench.run import ROOT, Measure
from tests.from_gold import perfect
from tests.nouns import quads


def renamed(extraction: Extraction, name: str) -> Extraction:
    """The same letter under another name."""
    source = replace(extraction.letter.source, name=name, file=f"{name}.txt")
    return replace(extraction, letter=replace(extraction.letter, source=source))


def letters() -> Iterator[Extraction]:
    """Letters without end."""
    golds = [perfect(gold) for gold in read_golds([ROOT / "tests" / "corpus"])]
    return (renamed(one, f"{one.letter.source.name}-{number}") for number in count() for one in golds)


def fill(store: Store, least: int) -> tuple[int, int]:
    """Put letters until there are so many quads; how many letters and quads. Loaded in bulk: one by one would take half an hour."""
    store.put_ontology()
    store.put_lexicon(Lexicon.load().told())
    number = quantity = 0
    for letter in letters():
        if quantity >= least:
            break
        batch = list(quads(letter, store.ontology, store.base, Activity("bench")))
        store.data.bulk_extend([*batch, *map(merged, batch)])
        number, quantity = number + 1, quantity + len(batch)
    store.settle()
    store.data.optimize()
    return number, quantity


def timed(work: Callable[[], object]) -> str:
    """Wall time and processor time, which differ where other programs run."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return f"{time.perf_counter() - wall:.0f} s, {time.process_time() - processor:.0f} s of processor time"


def measures(least: int) -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store", writable=True) as store:
        number, quantity = fill(store, least)
        what = f"{number} letters, {quantity:,} quads and the lexicon"
        yield Measure(f"validate: {what}", timed(lambda: validate(store)), "60 s for a million")
        yield Measure("infer: the same", timed(lambda: put_inferences(store, infer(store, read_rules()))), "")
        yield Measure("memory of this measurement", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", "")


def main() -> None:
    least = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(table(("what", "measured", "held to"), [(m.what, m.figure, m.bound) for m in measures(least)]))


if __name__ == "__main__":
    main()
