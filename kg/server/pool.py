"""The pool of worker processes: who waits, who runs, who is stopped.

    fast        `workers` requests run at a time, at most `workers - 1` of them of one client: there is always room for somebody else
    slow        a request that has run for `patience` seconds gets the lowest priority and gives its place to a fresh worker; as many of
                them as there are workers, half of them of one client; where that is full, it keeps its place
    waiting     the clients in turn, each one's requests in order
    the end     at the deadline the process is killed, and another stands ready

A new snapshot is prepared beside the old one; requests that run finish on the old one, all that begin later get the new one.
"""
from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.server.client import CLIENT, first
from kg.server.errors import Refused
from kg.server.limits import Settings
from kg.server.messages import Message
from kg.server.nursery import Died, Nursery
from kg.server.process import Process, Worker
from kg.server.snapshots import Snapshot, Snapshots

FIRST = 2                               # workers that must be ready before a new snapshot is asked
BUSY = "The server is busy with other requests: try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Result:
    """A complete answer."""

    media_type: str
    body: bytes


class Pool:
    """Answers requests in worker processes. `start` it in a running loop, `stop` it there."""

    def __init__(self, store: Path, settings: Settings) -> None:
        self.store, self.settings, self.limits = store, settings, settings.limits
        self._nursery: Nursery | None = None
        self._snapshots: Snapshots | None = None
        self._snapshot: Snapshot | None = None
        self._idle: deque[Worker] = deque()
        self._waiting: OrderedDict[str, deque[asyncio.Future[Worker]]] = OrderedDict()
        self._fast: Counter[str] = Counter()
        self._slow: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refreshing, self._writing = asyncio.Lock(), asyncio.Lock()
        self._asking_once: dict[str, asyncio.Lock] = {}
        self._starting = 0
        self._remembered: tuple[Snapshot, dict[str, object]] | None = None

    # from outside

    async def start(self) -> None:
        """Take a snapshot, start the workers, and watch the store. StoreError when the store cannot be read."""
        self._nursery = Nursery()
        try:
            self._snapshots = await asyncio.to_thread(Snapshots, self.store)
            await self.refresh()
        except BaseException:
            await self.stop()
            raise
        self._do(self._watch())

    async def stop(self) -> None:
        """End all workers; who still waits is told."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for future in [future for queue in self._waiting.values() for future in queue]:
            future.cancel()
        await asyncio.gather(*(worker.stop() for worker in self._idle))
        self._idle.clear()
        if self._nursery is not None:
            await self._nursery.close()
        if self._snapshots is not None:
            self._snapshots.close()

    async def query(self, sparql: str, default: Iterable[str] = (), named: Iterable[str] = (), accept: str | None = None) -> Result:
        """The answer to a query in the media type that `accept` prefers. `default` and `named` graphs stand in the place of FROM."""
        return await self._run({"op": "query", "sparql": sparql, "default": list(default), "named": list(named), "accept": accept})

    async def graph(self, graph: str | None, accept: str | None = None) -> Result:
        """All triples of a named graph, or of the merge of all."""
        return await self._run({"op": "graph", "graph": graph, "accept": accept})

    async def call(self, job: str, /, **arguments: object) -> object:
        """What a job of kg.explore.JOBS gives for these arguments. Refused has the status 404 for an UnknownName, 400 for another KgError."""
        return json.loads((await self._run({"op": "job", "name": job, "args": arguments})).body)

    async def statistics(self) -> dict[str, object]:
        """What the store holds, counted once for each snapshot."""
        found = await self.once("statistics")
        assert isinstance(found, dict)
        return found

    async def once(self, job: str, /, **arguments: object) -> object:
        """The same as `call`, asked once for each snapshot: for the whole store at a glance. The result is shared: read it, never change it."""
        key = json.dumps([job, arguments])
        async with self._asking_once.setdefault(key, asyncio.Lock()):       # once, however many ask
            snapshot = self._current
            if self._remembered is None or self._remembered[0] is not snapshot:
                self._remembered = snapshot, {}
            known = self._remembered[1]
            if key not in known:
                known[key] = await self.call(job, **arguments)
            return known[key]

    async def write(self, method: str, graph: str, content_type: str, body: bytes) -> int:
        """PUT, POST or DELETE a graph, or CURATE the store; the status of the answer. What was written is what is asked from then on."""
        async with self._writing:
            process = await Process.begin(self._home, "write", str(self.store), self.limits.memory_mb)
            try:
                async with asyncio.timeout(self.limits.write_seconds):
                    header, _ = await process.ask({"method": method, "graph": graph, "type": content_type}, body)
            except TimeoutError:
                raise Refused(503, f"The graph was not written within {self.limits.write_seconds:g} s, and nothing was changed.") from None
            except Died:
                raise Refused(422, "The graph is too large to be written in one piece: send it in parts with POST.") from None
            finally:
                await process.stop()
        status = header["status"]
        if "error" in header:
            self._result(header, b"")
        with suppress(StoreError, Died):
            await self.refresh()
        assert isinstance(status, int)
        return status

    async def refresh(self) -> None:
        """Have what the store says now: return when a new snapshot answers, at once when nothing was changed. StoreError while a build is at work."""
        async with self._refreshing:
            assert self._snapshots is not None
            if self._snapshot is not None and not await asyncio.to_thread(self._snapshots.changed, self._snapshot):
                return
            snapshot = await asyncio.to_thread(self._snapshots.take)
            workers = await self._on(snapshot)
            before, self._snapshot, old = self._snapshot, snapshot, list(self._idle)
            self._idle = deque(workers)
            self._refill()
            if before is not None:
                before.old = True
            await asyncio.gather(*(worker.stop() for worker in old))
            self._dispatch()

    async def _on(self, snapshot: Snapshot) -> list[Worker]:
        """The first workers that are ready on a new snapshot; the others follow."""
        try:
            preparing = await Process.begin(self._home, "prepare", str(snapshot.path))
            try:
                await preparing.receive()
            except Died:
                raise StoreError(f"The snapshot of {self.store} cannot be put in order: make room on the disk, or build the store again.") from None
            finally:
                await preparing.stop()
            return list(await asyncio.gather(*(Worker.ready(self._home, snapshot, self.limits) for _ in range(min(FIRST, self._wanted)))))
        except BaseException:
            snapshot.old = True
            snapshot.drop_if_unused()
            raise

    def state(self) -> dict[str, int]:
        """How busy the pool is: for /health."""
        return {"workers": self.settings.workers, "idle": len(self._idle), "running": self._fast.total(), "slow": self._slow.total(),
                "waiting": self._queued()}

    # one request

    async def _run(self, request: Message) -> Result:
        client = CLIENT.get()
        worker = await self._place(client.name)
        asking = asyncio.ensure_future(worker.ask(request))
        place = self._fast
        try:
            await asyncio.wait({asking}, timeout=self.limits.patience)
            if not asking.done():
                place = self._give_way(worker, client.name)
                await first(asking, client.gone(), self.limits.seconds - self.limits.patience)
            if not asking.done():
                raise Refused(503, f"The query ran longer than {self.limits.seconds:g} s and was stopped: narrow it, or ask for less with LIMIT.")
            header, body = asking.result()
        except Died:
            raise Refused(422, f"The query needed more than {self.limits.memory_mb} MB of memory, or is nested too deeply: narrow it.") from None
        finally:
            _leave(place, client.name)
            self._done(worker, healthy=asking.done() and asking.exception() is None)
            if not asking.done():
                asking.cancel()
        return self._result(header, body)

    def _result(self, header: Message, body: bytes) -> Result:
        status = header["status"]
        if status == 200:
            return Result(str(header["type"]), body)
        if status == 500:
            print(f"kg: A fault in a worker: {header['error']!r}", file=sys.stderr, flush=True)
            raise Refused(500, "A fault of the program stopped this request; its log says which.")
        assert isinstance(status, int)
        raise Refused(status, str(header["error"]))

    async def _place(self, client: str) -> Worker:
        """A worker for this client's request, when it is its turn."""
        if self._queued() >= self.limits.queue:
            raise Refused(503, BUSY, retry_after=5)
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(future)
        self._dispatch()
        if future.done():
            return future.result()
        try:
            return await asyncio.wait_for(future, self.limits.seconds)
        except TimeoutError:
            raise Refused(503, BUSY, retry_after=5) from None
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                _leave(self._fast, client)
                self._done(future.result(), healthy=True)
            raise

    def _dispatch(self) -> None:
        """Give idle workers to those who wait, one client after the other."""
        most = max(1, self.settings.workers - 1)
        while self._idle and self._fast.total() < self.settings.workers:
            client = next((client for client, queue in self._waiting.items() if queue and self._fast[client] < most), None)
            if client is None:
                return
            queue = self._waiting.pop(client)
            future = queue.popleft()
            if queue:
                self._waiting[client] = queue           # to the end: the others come first
            if not future.done():
                self._fast[client] += 1
                future.set_result(self._idle.popleft())

    def _give_way(self, worker: Worker, client: str) -> Counter[str]:
        """Let a request that takes long go on beside; where it counts from now on."""
        worker.yield_to_others()
        places = self.settings.workers
        if self._slow.total() >= places or self._slow[client] >= max(1, places // 2):
            return self._fast
        _leave(self._fast, client)
        self._slow[client] += 1
        self._refill()
        self._dispatch()
        return self._slow

    # the workers

    def _done(self, worker: Worker, healthy: bool) -> None:
        """Take a worker back, or put another in its place."""
        if healthy and not worker.late and worker.snapshot is self._snapshot and len(self._idle) < self._wanted:
            self._idle.append(worker)
        else:
            self._do(worker.stop())
            self._refill()
        self._dispatch()

    @property
    def _wanted(self) -> int:
        """Workers that stand ready or run: one more than run at a time, so that one is there when one is killed."""
        return self.settings.workers + 1

    @property
    def _home(self) -> Nursery:
        assert self._nursery is not None, "the pool was not started"
        return self._nursery

    @property
    def _current(self) -> Snapshot:
        assert self._snapshot is not None, "the pool was not started"
        return self._snapshot

    def _refill(self) -> None:
        missing = self._wanted - len(self._idle) - self._starting - self._fast.total()
        for _ in range(missing):
            self._starting += 1
            self._do(self._start_one())

    async def _start_one(self) -> None:
        try:
            while (worker := await self._try_one()) is None:
                await asyncio.sleep(1)          # the machine may be short of memory
        finally:
            self._starting -= 1
        self._done(worker, healthy=True)

    async def _try_one(self) -> Worker | None:
        try:
            return await Worker.ready(self._home, self._current, self.limits)
        except Died:
            return None

    async def _watch(self) -> None:
        """Look again and again whether the store was built anew."""
        while True:
            await asyncio.sleep(self.settings.poll)
            with suppress(StoreError, Died, OSError):   # a build is at work: at the next look
                await self.refresh()

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _queued(self) -> int:
        return sum(map(len, self._waiting.values()))


def _leave(places: Counter[str], client: str) -> None:
    """One request less of a client; who has none is forgotten."""
    places[client] -= 1
    if places[client] <= 0:
        del places[client]
