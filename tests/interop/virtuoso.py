"""A Virtuoso of one's own for a test: in a temporary folder, on loopback ports that were free, stopped when the test leaves it."""
from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SERVER, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-v")
NQUADS = 512                            # the flag of its Turtle loader for N-Quads
INI = """[Database]
DatabaseFile={folder}/virtuoso.db
ErrorLogFile={folder}/virtuoso.log
LockFile={folder}/virtuoso.lck
TransactionFile={folder}/virtuoso.trx
xa_persistent_file={folder}/virtuoso.pxa
FileExtend=200
MaxCheckpointRemap=2000
[TempDatabase]
DatabaseFile={folder}/virtuoso-temp.db
TransactionFile={folder}/virtuoso-temp.trx
MaxCheckpointRemap=2000
[Parameters]
ServerPort=127.0.0.1:{sql}
DirsAllowed={folder}
NumberOfBuffers=20000
MaxDirtyBuffers=15000
CheckpointInterval=0
[HTTPServer]
ServerPort=127.0.0.1:{http}
ServerRoot={folder}
[SPARQL]
ResultSetMaxRows=10000000
MaxQueryCostEstimationTime=0
MaxQueryExecutionTime=0
"""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """A server that runs; it reads files of `folder` only. `pid` is its process."""

    folder: Path
    sql: int
    http: int
    pid: int = 0

    def run(self, statement: str) -> str:
        """An SQL statement; RuntimeError with what the server says when it fails."""
        done = subprocess.run([str(ISQL), f"127.0.0.1:{self.sql}", "dba", "dba", "ERRORS=STDOUT", "BANNER=OFF", "PROMPT=OFF", "VERBOSE=OFF",
                               f"EXEC={statement};"], capture_output=True, text=True, timeout=300, check=False)
        if "*** Error" in done.stdout + done.stderr or done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def load(self, path: Path, graph: str = "urn:default", flags: int = NQUADS) -> None:
        """Load a file of N-Quads, or of Turtle into a graph."""
        self.run(f"DB.DBA.TTLP_MT(file_to_string_output('{path}'), '', '{graph}', {flags})")

    def select(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query: by variable what the SPARQL results format says."""
        data = urllib.parse.urlencode({"query": query, "format": "application/sparql-results+json"}).encode()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/sparql", data, timeout=300) as answer:
                rows: list[dict[str, Any]] = json.loads(answer.read().decode())["results"]["bindings"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()[:500]) from error
        return rows


@contextmanager
def virtuoso() -> Iterator[Virtuoso]:
    """Start a server, and stop it."""
    with TemporaryDirectory(prefix="virtuoso-") as folder:
        server = Virtuoso(Path(folder), _free(), _free())
        (Path(folder) / "virtuoso.ini").write_text(INI.format(folder=folder, sql=server.sql, http=server.http))
        with running(server) as one:
            yield one


@contextmanager
def running(server: Virtuoso) -> Iterator[Virtuoso]:
    """Start the server of a folder, also again after it was killed, and stop it."""
    (server.folder / "virtuoso.lck").unlink(missing_ok=True)
    command = [str(SERVER), "-f", "-c", str(server.folder / "virtuoso.ini")]
    with (server.folder / "out").open("ab") as out, subprocess.Popen(command, cwd=server.folder, stdout=out, stderr=out) as process:
        try:
            _wait(server, process)
            yield replace(server, pid=process.pid)
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(server: Virtuoso, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if process.poll() is not None:
            raise RuntimeError("Virtuoso ended while it started")
        try:
            server.select("SELECT (1 AS ?x) WHERE {}")
            return
        except (OSError, RuntimeError):
            time.sleep(0.5)
    raise RuntimeError("Virtuoso did not start within two minutes")
