"""Who does the work: this process, processes of this machine, or a cluster (cluster.py). All give each job's result as it comes, in any order.

A process of the pool is forked where the system forks safely, so that all share one model; else it loads its own. It ends when this one
ends, however that happens: its pipe closes. When one dies over a job (out of memory, a crash in a library), the job is tried again
letter by letter, and the one that it dies over again is given back as `Died`.
"""
from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from kg.build.work import let_go, warm
from kg.errors import InputError, KgError
from kg.reading import Reading

AHEAD = 2                       # jobs that each worker has: one at work, one waiting


class Divisible(Protocol):
    """A job that can be done in parts."""

    def parts(self) -> list[Any]:
        """The smallest jobs that it is made of."""


Job = TypeVar("Job", bound=Divisible)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Died:
    """The process that did a job of one part ended over it."""

    why: str


class Runner(Protocol):
    """Does jobs."""

    def run(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | Died]]:
        """Each job with its result, as they are done."""

    def close(self) -> None:
        """Let go of what was started."""


class Here:
    """Does the jobs in this process, one after the other."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def run(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | Died]]:
        return ((job, work(job)) for job in jobs)

    def close(self) -> None:
        let_go(self._reading)


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    jobs: deque[Any] = field(default_factory=deque)
    listener: threading.Thread | None = None


class Processes:
    """Does the jobs in some processes of this machine. Make it before threads and stores are opened: processes are forked here."""

    def __init__(self, number: int, reading: Reading) -> None:
        self._reading = reading
        self._context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        if sys.platform == "linux":
            warm(reading)
            gc.collect()
            gc.freeze()         # what is loaded is not written to by collections, so that it stays shared
        self._done: SimpleQueue[tuple[_Worker, Any]] = SimpleQueue()
        self._workers: list[_Worker] = []
        for _ in range(number):
            self._workers.append(self._start())

    def run(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | Died]]:
        """Each job with its result. When `jobs` raises, what was begun is given first: left in the pipes it would answer the next run."""
        broken: list[Exception] = []
        left, again = until(jobs, broken), deque[Job]()
        self._fill(work, left, again)
        while any(worker.jobs for worker in self._workers):
            worker, answer = self._done.get()
            job = worker.jobs.popleft() if worker.jobs else None
            if isinstance(answer, _Gone):
                self._replace(worker)
                again.extend([*worker.jobs])
                parts = job.parts() if job is not None else []
                again.extendleft(reversed(parts) if len(parts) > 1 else ())
                if job is not None and len(parts) == 1:
                    yield job, Died(f"the process that read it ended (status {answer.status})")
            elif isinstance(answer, BaseException):
                raise answer
            elif job is not None:
                self._fill(work, left, again)
                yield job, answer
            self._fill(work, left, again)
        if broken:
            raise broken[0]

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.process.kill()
            if worker.listener is not None:
                worker.listener.join(10)        # it waits for the process too, and only one of two who wait is told that it ended
            worker.process.join()
        self._workers = []

    def _fill(self, work: Callable[[Job], Result], left: Iterator[Job], again: deque[Job]) -> None:
        """Give jobs to workers until each has enough."""
        for wanted in range(1, AHEAD + 1):
            for worker in self._workers:
                if len(worker.jobs) < wanted and (job := again.popleft() if again else next(left, None)) is not None:
                    worker.jobs.append(job)
                    with suppress(OSError):         # it has died; its listener says so
                        worker.pipe.send((work, job))

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        inherited = [ours, *(worker.pipe for worker in self._workers)] if self._context.get_start_method() == "fork" else []
        process = self._context.Process(target=_serve, args=(theirs, self._reading, inherited), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        worker.listener = threading.Thread(target=_listen, args=(worker, self._done), daemon=True)
        worker.listener.start()
        return worker

    def _replace(self, worker: _Worker) -> None:
        worker.process.join()
        worker.pipe.close()
        self._workers[self._workers.index(worker)] = self._start()


def until(jobs: Iterable[Job], broken: list[Exception]) -> Iterator[Job]:
    """The jobs up to an error, which is kept in `broken`."""
    try:
        yield from jobs
    except Exception as error:
        broken.append(error)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A worker ended."""

    status: int | None


def _listen(worker: _Worker, done: SimpleQueue[tuple[_Worker, Any]]) -> None:
    """Pass on what a worker answers, so that it never waits for this process to take it."""
    try:
        while True:
            done.put((worker, worker.pipe.recv()))
    except (EOFError, OSError):
        worker.process.join()
        done.put((worker, _Gone(worker.process.exitcode)))


def _serve(pipe: Connection, reading: Reading, inherited: list[Connection]) -> None:
    """A worker: do what comes until the pipe closes, of which no process but the one that started this may hold the other end."""
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)        # Ctrl-C is for the process that started this one, which ends it
    warm(reading)
    while True:
        try:
            work, job = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)
        try:
            answer = work(job)
        except KgError as error:
            answer = InputError(str(error))         # some errors are made of more than their text, and cannot be sent
        except Exception as error:
            answer = RuntimeError(f"{type(error).__name__}: {error}")
        try:
            pipe.send(answer)
        except OSError:
            os._exit(0)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
