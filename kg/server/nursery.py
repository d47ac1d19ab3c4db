"""Where worker processes come from: one process that has loaded all they need, and forks one whenever it is told to.

    pool -> nursery     {"start": "worker", "arguments": […]} and a socket      the pid of a new process that has the socket
                        {"end": pid}                                            its exit status, when it is dead and buried

A fork of a process without threads, files and requests is safe, and is there in milliseconds. (The forkserver of multiprocessing would run
the program's main module again in each process: a script that serves a graph would have to be written for that.) When the pool is gone,
by whatever death, the nursery ends with all that came from it.
"""
from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

Target = Callable[..., None]
SIZE = 65_536                           # of a message
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from kg.server.nursery import main; main(int(sys.argv[2]))"


class Died(Exception):
    """A process ended before it had answered."""


class Nursery:
    """The pool's end: starts processes and ends them."""

    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._begin()

    def _begin(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM)
        self._process = subprocess.Popen([sys.executable, "-c", _PROGRAM, json.dumps(sys.path), str(theirs.fileno())], pass_fds=[theirs.fileno()],
                                         stdin=subprocess.DEVNULL, start_new_session=True)      # Ctrl-C is for the pool alone
        theirs.close()

    async def start(self, what: str, *arguments: object) -> tuple[int, socket.socket]:
        """A new process that does `what`, one of TARGETS, and the socket to talk to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = await self._ask({"start": what, "arguments": arguments}, [theirs.fileno()])
        ours.setblocking(False)
        return pid, ours

    async def end(self, pid: int) -> int:
        """Kill a process if it lives; how it ended, as os.waitstatus_to_exitcode says it."""
        return await self._ask({"end": pid})

    async def close(self) -> None:
        """End all that is left."""
        self._control.close()
        await asyncio.to_thread(self._process.wait)

    async def _ask(self, message: Mapping[str, object], files: list[int] | None = None) -> int:
        async with self._asking:
            return await asyncio.shield(asyncio.to_thread(self._asked, json.dumps(message).encode(), files or []))

    def _asked(self, message: bytes, files: list[int]) -> int:
        try:
            socket.send_fds(self._control, [message], files)
            return int(json.loads(self._control.recv(SIZE)))
        except (OSError, ValueError) as error:
            self._process.kill()        # whatever became of it: another takes its place
            self._process.wait()
            self._control.close()
            self._begin()
            raise Died from error


def main(control_number: int) -> None:
    """The nursery's own loop."""
    control = socket.socket(fileno=control_number)
    targets, alive = _targets(), set[int]()
    while True:
        with suppress(OSError):
            message, files, _, _ = socket.recv_fds(control, SIZE, 1)
            if message:
                control.send(json.dumps(_done(json.loads(message), files, targets, alive, control)).encode())
                continue
        for pid in alive:               # the pool is gone
            os.kill(pid, signal.SIGKILL)
        os._exit(0)


def _targets() -> Mapping[str, Target]:
    """What processes do, loaded once and for all of them. numpy, which layouts need, may start no threads: they do not outlive a fork."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from kg import explore
    from kg.server.snapshots import prepare
    from kg.server.worker import main as worker
    from kg.server.writer import write
    explore.warm()
    return MappingProxyType({"worker": worker, "prepare": prepare, "write": write})


def _done(message: Mapping[str, object], files: list[int], targets: Mapping[str, Target], alive: set[int], control: socket.socket) -> int:
    """Do what a message says, and answer with a number."""
    if "end" in message:
        pid = int(str(message["end"]))
        if pid not in alive:
            return 0                    # a child of another nursery: it ends when its channel is closed
        os.kill(pid, signal.SIGKILL)    # it may be dead, but its number is not given to another before it is buried
        alive.discard(pid)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    pid = os.fork()
    if pid == 0:
        control.close()
        _run(targets[str(message["start"])], socket.socket(fileno=files[0]), message["arguments"])
    for number in files:
        os.close(number)
    alive.add(pid)
    return pid


def _run(target: Target, channel: socket.socket, arguments: object) -> None:
    """The life of a process: what it prints, and its end, are nobody's business."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    with suppress(BaseException):
        target(channel, *arguments)     # type: ignore[misc]
    os._exit(0)
