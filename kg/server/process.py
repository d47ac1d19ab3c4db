"""A process as the pool sees it: asked over a socket, killed when it is late."""
from __future__ import annotations

import asyncio
import contextlib
import json
import os
from dataclasses import asdict
from typing import Self

from kg.server.limits import Limits
from kg.server.messages import FRAME, Message
from kg.server.nursery import Died, Nursery
from kg.server.snapshots import Snapshot

BUFFER = 1 << 20


class Process:
    """A process and the channel to it. One request at a time."""

    def __init__(self, nursery: Nursery, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._nursery, self._pid, self._reader, self._writer = nursery, pid, reader, writer

    @classmethod
    async def begin(cls, nursery: Nursery, what: str, *arguments: object) -> Self:
        """Start a process that does one of the nursery's targets."""
        pid, channel = await nursery.start(what, *arguments)
        return cls(nursery, pid, *await asyncio.open_connection(sock=channel, limit=BUFFER))

    async def ask(self, request: Message, body: bytes = b"") -> tuple[Message, bytes]:
        """The answer to a request; Died when the process ends instead."""
        head = json.dumps(request).encode()
        try:
            self._writer.write(FRAME.pack(len(head), len(body)) + head + body)
            await self._writer.drain()
        except OSError as error:
            raise Died from error
        return await self.receive()

    async def receive(self) -> tuple[Message, bytes]:
        """The next message of the process; Died when it ends instead."""
        try:
            head, body = FRAME.unpack(await self._reader.readexactly(FRAME.size))
            return json.loads(await self._reader.readexactly(head)), await self._reader.readexactly(body)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Died from error

    async def stop(self) -> None:
        """Kill the process."""
        self._writer.close()
        with contextlib.suppress(Died):
            await self._nursery.end(self._pid)


class Worker(Process):
    """A process that answers from one snapshot."""

    snapshot: Snapshot
    late = False

    @classmethod
    async def ready(cls, nursery: Nursery, snapshot: Snapshot, limits: Limits) -> Worker:
        """A worker that is ready to answer; Died when it could not open the snapshot."""
        snapshot.readers += 1
        try:
            worker = await cls.begin(nursery, "worker", str(snapshot.path), asdict(limits))
        except BaseException:
            snapshot.let_go()
            raise
        worker.snapshot = snapshot
        try:
            await worker.receive()
        except BaseException:
            await worker.stop()
            raise
        return worker

    def yield_to_others(self) -> None:
        """Go on with the lowest priority; there is no way back."""
        self.late = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._pid, 19)

    async def stop(self) -> None:
        """Kill the process, and let its snapshot go."""
        await super().stop()
        self.snapshot.let_go()
