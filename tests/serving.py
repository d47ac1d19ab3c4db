"""A server for tests: the application in this process, with real workers, asked without a socket; or `kg serve` as a process of its own."""
from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
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
def server(store: Path, *options: str, log: Path | None = None, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`kg serve` on a free port: its address (with / at the end) and its process, which is ended afterwards. What it logs goes to `log`."""
    with (log.open("w+", encoding="utf-8") if log else tempfile.TemporaryFile("w+", encoding="utf-8")) as errors:
        process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options], stdout=subprocess.PIPE,
                                   stderr=errors, text=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found is not None, line or Path(f"/dev/fd/{errors.fileno()}").read_text(encoding="utf-8")
            yield found.group(), process
        finally:
            process.terminate()
            process.communicate(timeout=30)
