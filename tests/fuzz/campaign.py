"""`python -m tests.fuzz.campaign --random 100000 --mutated 10000`: so many files through the door that a build uses, and what became of them.

Counted: letters read, files refused in a sentence, readers ended (time, memory, crash), faults (anything else); and measured: the longest
time of one file, and the most memory that the reading process had.
"""
from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.errors import KgError
from kg.read import KINDS, Limits, Readers
from kg.read.limits import LIMITS
from tests.fuzz.mutate import mutated, seeds_of, tokens_of

FORMATS = ("text", "markdown", "html", "docx", "rtf", "pdf", "mail", "zip", "jsonl", "csv")
MAGIC = (b"", b"", b"%PDF-1.4\n", b"{\\rtf1 ", b"<html><body>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MIME-Version: 1.0\n\n", b"\xff\xfe")
_ENDED = re.compile(r"given up|ended its reading process|needs more than")


def random_files(number: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Random bytes under random names; two of three begin like a format."""
    suffixes = [KINDS[name].suffixes[0] for name in (*FORMATS, "doc", "text", "text")]
    for _ in range(number):
        size = min(100_000, int(chance.expovariate(1 / 600)))
        yield chance.choice(suffixes), chance.choice(MAGIC) + chance.randbytes(size)


def mutated_files(number: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Well-formed files of each format in turn, damaged."""
    for i in range(number):
        name = FORMATS[i % len(FORMATS)]
        yield KINDS[name].suffixes[0], mutated(chance.choice(seeds_of(f"read-{name}")), chance, tokens_of(f"read-{name}"))


def peak(readers: Readers) -> int:
    """The most memory that the reading process had so far, in bytes; 0 when there is none."""
    worker = readers._worker
    if worker is None or worker._process is None:
        return 0
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker._process.pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def campaign(files: Iterator[tuple[str, bytes]], limits: Limits, folder: Path) -> tuple[Counter[str], float, int]:
    """What became of the files, the longest time of one in seconds, and the most memory in bytes."""
    counts: Counter[str] = Counter()
    longest, most = 0.0, 0
    with Readers(limits) as readers:
        for suffix, data in files:
            path = folder / f"a{suffix}"
            path.write_bytes(data)
            begun = time.perf_counter()
            try:
                readers.file(path)
                counts["read"] += 1
            except KgError as error:
                ended = _ENDED.search(str(error))
                counts["ended" if ended else "refused"] += 1
                if ended:
                    print(f"ended: {error}", file=sys.stderr)
            except Exception as error:
                counts["fault"] += 1
                print(f"fault: {type(error).__name__}: {error}", file=sys.stderr)
            longest, most = max(longest, time.perf_counter() - begun), max(most, peak(readers))
            path.unlink()
    return counts, longest, most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=100_000)
    parser.add_argument("--mutated", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--seconds", type=float, default=20, help="the limit for one file")
    given = parser.parse_args()
    chance, limits = random.Random(given.seed), replace(LIMITS, seconds=given.seconds)
    faults = 0
    for label, files in (("random", random_files(given.random, chance)), ("mutated", mutated_files(given.mutated, chance))):
        begun = time.perf_counter()
        with TemporaryDirectory(prefix="kg-campaign-") as folder:
            (Path(folder) / "in").mkdir()
            counts, longest, most = campaign(files, limits, Path(folder) / "in")
        faults += counts["fault"]
        print(f"{label}: {counts.total()} files in {time.perf_counter() - begun:.0f} s: {counts['read']} read, {counts['refused']} refused, "
              f"{counts['ended']} ended, {counts['fault']} faults; longest {longest:.2f} s (limit {limits.seconds:g} s), "
              f"most memory {most / 1e6:.0f} MB (limit {limits.memory / 1e6:.0f} MB)")
    return min(1, faults)


if __name__ == "__main__":
    sys.exit(main())
