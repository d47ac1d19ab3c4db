"""A worker process as the pool sees it: asked over a socket, killed when it is late."""
from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

from kg.server.limits import Limits
from kg.server.snapshots import Snapshot
from kg.server.worker import FRAME, Message, main

BUFFER = 1 << 20


class Died(Exception):
    """The process ended before it had answered."""


class Worker:
    """A process over one snapshot. One request at a time."""

    def __init__(self, snapshot: Snapshot, process: BaseProcess, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.snapshot, self.process, self.late = snapshot, process, False
        self._reader, self._writer = reader, writer
        snapshot.readers += 1

    @classmethod
    async def start(cls, context: ForkServerContext, snapshot: Snapshot, limits: Limits) -> Worker:
        """A process that is ready to answer; Died when it could not open the snapshot."""
        ours, theirs = socket.socketpair()
        process = context.Process(target=main, args=(theirs, str(snapshot.path), limits), daemon=True)
        try:
            await asyncio.to_thread(process.start)
        finally:
            theirs.close()
        ours.setblocking(False)
        worker = cls(snapshot, process, *await asyncio.open_connection(sock=ours, limit=BUFFER))
        try:
            await worker._receive()
        except Died:
            await worker.stop()
            raise
        return worker

    async def ask(self, request: Message) -> tuple[Message, bytes]:
        """The answer to a request; Died when the process ends instead."""
        head = json.dumps(request).encode()
        try:
            self._writer.write(FRAME.pack(len(head), 0) + head)
            await self._writer.drain()
        except OSError as error:
            raise Died from error
        return await self._receive()

    async def _receive(self) -> tuple[Message, bytes]:
        try:
            head, body = FRAME.unpack(await self._reader.readexactly(FRAME.size))
            return json.loads(await self._reader.readexactly(head)), await self._reader.readexactly(body)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Died from error

    def yield_to_others(self) -> None:
        """Go on with the lowest priority; there is no way back."""
        self.late = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid or 0, 19)

    async def stop(self) -> None:
        """Kill the process, and let its snapshot go."""
        self._writer.close()
        self.process.kill()
        await asyncio.to_thread(self.process.join)
        self.process.close()
        self.snapshot.readers -= 1
        self.snapshot.drop_if_unused()
