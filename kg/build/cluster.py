"""The work on other machines, by Dask: the same functions and the same bytes (docs/howto/cluster.md). Needs the extra `cluster`.

Every worker must have this version of zhihan, with the same knowledge and model, and see the letters under the same paths; both are checked.
What comes back is written here, so that the store and its manifest need no shared file system.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from socket import create_connection
from time import monotonic, sleep
from typing import Any

from kg.build.pool import Died, Job, Result, until
from kg.errors import InputError, MissingExtra, StoreError
from kg.reading import Reading

AHEAD = 2                       # jobs that each thread of a worker has: one at work, one waiting
LISTENING = 4                   # seconds in which a scheduler's port must open
PATIENCE = 30                   # seconds in which a scheduler must answer, and have a worker
AGAIN = "run the same command again, it goes on where it stopped"


class Cluster:
    """Does jobs on the workers of a Dask scheduler."""

    def __init__(self, address: str, reading: Reading) -> None:
        """Connect. InputError when nothing answers at the address, when there is no worker, or when one would read letters otherwise."""
        try:
            import distributed as dask
            from distributed.comm.addressing import parse_host_port
        except ImportError:
            raise MissingExtra("cluster", "Building on a cluster") from None
        self._address = address
        try:
            distributed: Any = dask         # it has no types
            wait_for(*parse_host_port(address))     # a client waits longer where nobody listens, and a minute when it is given no address
            self._client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            why = getattr(error, "strerror", None) or error
            raise InputError(f"No Dask scheduler answers at {address} ({why}): start one with  dask scheduler.") from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
            found = self._client.run(fingerprint, reading)
        except (TimeoutError, OSError):
            self.close()
            raise InputError(f"The Dask scheduler at {address} has no worker: start some with  dask worker {address}.") from None
        except BaseException:
            self.close()
            raise
        others = sorted(name for name, one in found.items() if one != fingerprint(reading))
        if others:
            self.close()
            raise InputError(f"The worker {others[0]} has another version of zhihan, its knowledge or the model: install the same on all machines.")

    def run(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | Died]]:
        """Each job with its result, as they are done; when `jobs` raises, what was begun first.

        StoreError when the scheduler is lost: what was done is kept.
        """
        import distributed as dask
        distributed: Any = dask
        broken: list[Exception] = []
        left = until(jobs, broken)
        running: dict[Any, Job] = {}

        def submit(job: Job) -> Any:
            future = self._client.submit(work, job, pure=False)
            running[future] = job
            return future

        try:
            first = [submit(job) for job in islice(left, max(1, AHEAD * self._threads()))]
            queue = distributed.as_completed(first, loop=self._client.loop)
            for future in queue:
                job = running.pop(future)
                try:
                    answer: Any = future.result()
                except distributed.KilledWorker:
                    parts = job.parts()
                    if len(parts) == 1:
                        yield job, Died("every worker that read it ended")
                    for part in parts if len(parts) > 1 else ():
                        queue.add(submit(part))
                    continue
                if (following := next(left, None)) is not None:
                    queue.add(submit(following))
                future.release()
                yield job, answer
        except (distributed.CancelledError, OSError, TimeoutError) as error:
            raise StoreError(f"The Dask scheduler at {self._address} was lost ({type(error).__name__}): "
                             f"start it and its workers, and {AGAIN}.") from None
        if broken:
            raise broken[0]

    def close(self) -> None:
        """Let the scheduler go."""
        self._client.close(timeout=5)

    def _threads(self) -> int:
        return sum(self._client.nthreads().values())


def wait_for(host: str, port: int) -> None:
    """Until something listens at a port: a scheduler may just be starting. OSError when nothing does in time."""
    end = monotonic() + LISTENING
    while True:
        try:
            create_connection((host, port), timeout=LISTENING).close()
            return
        except OSError:
            if monotonic() >= end:
                raise
            sleep(0.2)


def fingerprint(reading: Reading) -> str:
    """What decides the graph of a letter on this machine: version, knowledge, model and options."""
    return reading.activity().digest
