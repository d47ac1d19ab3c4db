"""A process that reads files and can be ended: what hangs, takes too much memory or crashes takes only this process with it.

The parent writes a task as a line of JSON, the worker answers with four bytes of length and JSON; nothing is unpickled. The worker has
bounded memory, no network where Linux allows a process to give it up, and is ended with the programs that it started.
"""
from __future__ import annotations

import hashlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from kg.errors import InputError, KgError, MissingExtra
from kg.model import Part
from kg.read.document import Document, Notice, Task
from kg.read.kinds import kind_of, known_kinds
from kg.read.limits import LIMITS, Limits
from kg.read.text import read_bytes

_FILES = 200                        # after which a worker is replaced, so that what libraries leave behind does not grow
_MOST_ANSWER = 400_000_000
_ROOM = 4_000_000_000               # of address space for programs that the worker starts
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000     # of unshare(2)


@dataclass(frozen=True, slots=True)
class FileRead:
    """What was found in a file: the format, the SHA-256 of its bytes, its documents, and what concerns the file as a whole."""

    kind: str
    sha256: str
    documents: tuple[Document, ...]
    notices: tuple[Notice, ...] = ()


def read_file(path: Path, limits: Limits = LIMITS, ocr: bool = False, shown: str | None = None) -> FileRead:
    """Read a file in this process: by content, else by suffix. Raises InputError; time and memory are not bounded here."""
    data = read_bytes(path, limits.bytes)
    task = Task(shown or str(path), limits, ocr)
    kind, notices = kind_of(data, task.file, path.suffix.lower())
    return FileRead(kind, hashlib.sha256(data).hexdigest(), known_kinds()[kind].load(task.file)(data, task), notices)


@dataclass
class Worker:
    """The parent's side: a reading process that is started when first needed and replaced when it was ended. Use `with`, or `close`."""

    limits: Limits = LIMITS
    ocr: bool = False
    _process: subprocess.Popen[bytes] | None = None
    _read: int = 0
    _started: list[int] = field(default_factory=list)

    def read(self, path: Path) -> FileRead:
        """What is in a file. Raises InputError, also when the process hung, crashed or ran out of memory over it."""
        process = self._running()
        request = json.dumps({"path": str(path), "ocr": self.ocr, "limits": asdict(self.limits)}) + "\n"
        try:
            assert process.stdin is not None
            process.stdin.write(request.encode())
            process.stdin.flush()
        except OSError:
            self.close()
            raise InputError(f"{path} could not be read: the reading process ended. Try again.") from None
        answer = _within(lambda: _received(process.stdout), self.limits.time(self.ocr))
        if answer is None or not answer:
            raise InputError(self._ended(path, hung=answer is None))
        self._read += 1
        if self._read >= _FILES or answer.get("tired"):
            self.close()
        return _understood(answer)

    def close(self) -> None:
        """End the process and what it started."""
        process, self._process, self._read = self._process, None, 0
        if process is not None:
            _end(process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            self._process = subprocess.Popen([sys.executable, "-m", "kg.read.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                             stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
        return self._process

    def _ended(self, path: Path, hung: bool) -> str:
        process = self._process
        self.close()
        if hung:
            return f"{path} was not read within {self.limits.time(self.ocr):g} s and was given up: it is damaged, hostile or far too large."
        code = process.returncode if process is not None else 0
        if code == -signal.SIGKILL:
            return f"{path} ended its reading process, probably for want of memory: it is damaged, hostile or far too large."
        return f"{path} ended its reading process (status {code}): it is damaged or hostile."

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its group, so that the programs that it started end too."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def _within(receive: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any] | None:
    """What a function gives within a time, else None."""
    found: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: found.append(receive()), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None if thread.is_alive() else {}


def _received(stream: IO[bytes] | None) -> dict[str, Any]:
    """One answer; empty when the process ended before it gave one."""
    try:
        head = stream.read(4) if stream is not None else b""
        size = struct.unpack(">I", head)[0] if len(head) == 4 else 0
        data = stream.read(size) if stream is not None and 0 < size <= _MOST_ANSWER else b""
        answer = json.loads(data) if size and len(data) == size else {}
        return answer if isinstance(answer, dict) else {}
    except (OSError, ValueError):
        return {}


def _understood(answer: Mapping[str, Any]) -> FileRead:
    """The answer as values. Raises the error that the worker told."""
    if "error" in answer:
        kind = MissingExtra if answer.get("kind") == "MissingExtra" else InputError
        raise Exception.__new__(kind, str(answer["error"]))
    read = answer["read"]
    return FileRead(read["kind"], read["sha256"], tuple(map(_document, read["documents"])), _noted(read["notices"]))


def _document(told: Mapping[str, Any]) -> Document:
    return Document(told["text"], tuple(Part(*part.values()) for part in told["parts"]), told["metadata"], _noted(told["notices"]),
                    tuple(told["attachments"]), told["encoding"], told["name"])


def _noted(told: list[dict[str, str]]) -> tuple[Notice, ...]:
    return tuple(Notice(**notice) for notice in told)


# What follows runs in the worker.

def main() -> None:
    """Answer tasks from standard input until it ends; what libraries print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _no_network()
    for line in sys.stdin.buffer:
        task = json.loads(line)
        limits = Limits(**task["limits"])
        _bounded(limits)
        data = json.dumps(_answer(Path(task["path"]), limits, task["ocr"])).encode()
        answers.write(struct.pack(">I", len(data)) + data)
        answers.flush()


def _answer(path: Path, limits: Limits, ocr: bool) -> dict[str, Any]:
    """What is read from a file, or the sentence that says why nothing is."""
    try:
        return {"read": asdict(read_file(path, limits, ocr))}
    except KgError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except MemoryError:
        megabytes = limits.memory // 1_000_000
        return {"error": f"{path} needs more than {megabytes} MB to be read: it is damaged, hostile or far too large.", "tired": True}
    except RecursionError:
        return {"error": f"{path} is nested too deeply: it is damaged or hostile.", "tired": True}
    except Exception as error:
        return {"error": f"{path} could not be read ({type(error).__name__}: {str(error)[:200]}): it is damaged. Save it again.", "tired": True}


def _bounded(limits: Limits) -> None:
    """Bound memory; the hard bound leaves room for LibreOffice and the like, which the worker may start. No core is dumped."""
    try:
        import resource
    except ImportError:      # Windows: time is bounded, memory is not
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _ROOM if hard == resource.RLIM_INFINITY else hard
    most = max(most, limits.memory) if hard == resource.RLIM_INFINITY else most
    resource.setrlimit(resource.RLIMIT_AS, (min(limits.memory, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _no_network() -> None:
    """Give up the network for good, where the system lets a process do so by itself (Linux with user namespaces)."""
    if sys.platform == "linux":
        import ctypes
        ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NETWORK)


if __name__ == "__main__":
    main()
