"""`python -m tests.fuzz.run --seconds 600`: look for input that a target cannot stand. What is found is written to tests/fuzz/found/.

Input is mutated from the seeds, each target in turn. tests/fuzz/guided.py leads it by coverage, for one target.
"""
from __future__ import annotations

import argparse
import random
import sys
import time
from hashlib import sha256
from pathlib import Path

from tests.fuzz.mutate import mutated, seeds_of, tokens_of
from tests.fuzz.targets import TARGETS, fault

FOUND = Path(__file__).parent / "found"


def keep(target: str, data: bytes, said: str) -> Path:
    """Write a case down, and say what it does."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{target}-{sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    print(f"{target}: {said}\n  {path}", file=sys.stderr)
    return path


def search(seconds: float, names: list[str], seed: int, longest: float = 5.0) -> int:
    """Mutate for so many seconds; how many cases were found. A case that takes `longest` seconds is one too."""
    chance, end, tried, found = random.Random(seed), time.monotonic() + seconds, 0, 0
    pools = {name: list(seeds_of(name)) for name in names}
    while time.monotonic() < end:
        name = names[tried % len(names)]
        data = mutated(chance.choice(pools[name]), chance, tokens_of(name))
        begun = time.monotonic()
        said = fault(name, data)
        took = time.monotonic() - begun
        said = said or (f"took {took:.1f} s" if took > longest else None)
        if said:
            found += 1
            keep(name, data, said)
        elif chance.random() < 0.02 and len(pools[name]) < 200:
            pools[name].append(data)
        tried += 1
    print(f"{tried} inputs for {len(names)} targets in {seconds:.0f} s (seed {seed}): {found} faults")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--target", choices=sorted(TARGETS), help="one target instead of each in turn")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else time.time_ns() % 10**6
    return min(1, search(given.seconds, [given.target] if given.target else list(TARGETS), seed))


if __name__ == "__main__":
    sys.exit(main())
