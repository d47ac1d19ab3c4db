"""`python -m tests.fuzz.guided read-rtf 600`: input for one target, led by coverage (atheris: pip install 'zhihan[fuzz]', Linux and macOS)."""
from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kg"], enable_loader_override=False):
    from tests.fuzz.mutate import seeds_of
    from tests.fuzz.run import keep
    from tests.fuzz.targets import fault


def main(target: str, seconds: str) -> None:
    """Run for so many seconds; libFuzzer ends the process itself. A case that is found is kept in tests/fuzz/found/."""
    corpus = Path(tempfile.mkdtemp(prefix="kg-fuzz-"))
    for i, data in enumerate(seeds_of(target)):
        (corpus / f"seed{i}").write_bytes(data)

    def one(data: bytes) -> None:
        said = fault(target, data)
        if said:
            keep(target, data, said)
            raise AssertionError(said)

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=20000", "-timeout=20", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:3])
