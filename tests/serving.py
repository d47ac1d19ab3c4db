"""A server for tests: the application in this process, with real workers, asked without a socket; or `kg serve` as a process of its own."""
from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from kg.server.app import create_app
from kg.server.limits import Settings

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def client(store: Path, settings: Settings | None = None) -> Iterator[TestClient]:
    """A client of the application."""
    with TestClient(create_app(store, settings or Settings(workers=1, log=False)), base_url="http://127.0.0.1", follow_redirects=False) as one:
        yield one


@contextmanager
def server(store: Path, *options: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`kg serve` on a free port: its address (with / at the end) and its process, which is ended afterwards."""
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None, process.stderr and process.stderr.read()
        yield found.group(), process
    finally:
        process.terminate()
        process.communicate(timeout=30)
