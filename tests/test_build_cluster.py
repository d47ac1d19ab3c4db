"""Builds on a Dask cluster: the same bytes, and a sentence and a state to go on from when workers or the scheduler go."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kg.build import Options, Step, build, inputs
from kg.errors import InputError, KgError, StoreError
from tests.quick import Quick
from tests.test_build import exported, letters, run

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
QUIET = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers on loopback, as the commands of docs/howto/cluster.md start them; the address, and the processes, scheduler first."""
    folder.mkdir(exist_ok=True)
    file = folder / "scheduler.json"
    processes = [_dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))]
    try:
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.2)
        import json
        address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
        processes += [_dask("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1",
                            "--local-directory", str(folder)) for _ in range(workers)]
        yield address, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _dask(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments], cwd=ROOT, env=QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_three_workers_give_the_same_bytes(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 60)
    run(tmp_path / "one", folder)
    with cluster(tmp_path / "dask", 3) as (address, _):
        assert len(run(tmp_path / "three", folder, scheduler=address).written) == 60
    assert exported(tmp_path / "three") == exported(tmp_path / "one")


def test_a_worker_that_is_killed_is_made_up_for(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 400)
    run(tmp_path / "one", folder)
    with cluster(tmp_path / "dask", 3) as (address, processes):
        hear = _after(3, lambda: processes[1].send_signal(signal.SIGKILL))
        build(tmp_path / "three", None, Quick(), inputs([folder]), Options(scheduler=address), hear)
    assert exported(tmp_path / "three") == exported(tmp_path / "one")


def test_a_scheduler_that_is_lost_is_told_and_the_next_build_goes_on(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 400)
    run(tmp_path / "one", folder)
    with cluster(tmp_path / "dask", 2) as (address, processes):
        hear = _after(5, lambda: processes[0].send_signal(signal.SIGKILL))
        with pytest.raises(StoreError, match="run the same command again"):
            build(tmp_path / "two", None, Quick(), inputs([folder]), Options(scheduler=address), hear)
    report = run(tmp_path / "two", folder)
    assert 0 < report.files_read < 400
    assert exported(tmp_path / "two") == exported(tmp_path / "one")


def test_what_hinders_a_cluster_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, start = letters(tmp_path / "in", 3), time.monotonic()
    with pytest.raises(InputError, match=r"No Dask scheduler answers at tcp://127.0.0.1:9 \(Connection refused\)"):
        run(tmp_path / "store", folder, scheduler="tcp://127.0.0.1:9")
    assert time.monotonic() - start < 15
    monkeypatch.setattr("kg.build.cluster.PATIENCE", 2)
    with pytest.raises(InputError, match="answers at nonsense"):
        run(tmp_path / "store", folder, scheduler="nonsense")
    with cluster(tmp_path / "empty", 0) as (address, _), pytest.raises(InputError, match="has no worker"):
        run(tmp_path / "store", folder, scheduler=address)
    monkeypatch.setattr("kg.build.cluster.PATIENCE", 30)
    monkeypatch.setattr(Quick, "activity", lambda self: Other)
    with cluster(tmp_path / "another", 1) as (address, _), pytest.raises(KgError, match="another version"):
        run(tmp_path / "store", folder, scheduler=address)


Other: Any = type("Other", (), {"digest": "0" * 64})


def _after(steps: int, what: Any) -> Any:
    """Hears a build, and does something once, after some steps."""
    heard = []

    def hear(step: Step) -> None:
        heard.append(step)
        if len(heard) == steps:
            threading.Thread(target=what).start()
    return hear
