"""Run the server until it is told to stop: the socket, the signals, and what is said at the start."""
from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn

from kg.errors import InputError
from kg.server.app import create_app
from kg.server.limits import Settings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class Server(uvicorn.Server):
    """uvicorn's server, which says when it is there and ends quietly on SIGINT and SIGTERM."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals stop the server, and that is all they do."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def serve(store: Path, host: str, port: int, settings: Settings | None = None) -> None:
    """Serve a store until SIGINT or SIGTERM. InputError when the address cannot be had, StoreError when there is no store."""
    settings = settings or Settings()
    settings = replace(settings, hosts=_hosts(host, settings))
    app = create_app(store, settings)
    listening = _listen(host, port)
    url = _url(host, listening.getsockname()[1])
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on", server_header=False, date_header=True, http="h11", ws="none",
                            limit_concurrency=500, timeout_keep_alive=10, timeout_graceful_shutdown=int(settings.limits.seconds) + 2)
    try:
        asyncio.run(Server(config, lambda: _told(url)).serve(sockets=[listening]))
    finally:
        listening.close()


def _told(url: str) -> None:
    print(f"知函 zhihan: {url}  (SPARQL: {url}sparql)\n按 Ctrl-C 停止。Stop with Ctrl-C.", flush=True)


def is_loopback(host: str) -> bool:
    return host in LOOPBACK or host.startswith("127.")


def _hosts(host: str, settings: Settings) -> tuple[str, ...]:
    """The names under which requests may come; any, when the server is there for other machines."""
    if not is_loopback(host):
        return ()
    public = [settings.public_url.split("/")[2].rpartition(":")[0] or settings.public_url.split("/")[2]] if settings.public_url else []
    return tuple(dict.fromkeys([*LOOPBACK, host, *public]))


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=512)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"The address {host}:{port} cannot be had ({why}): choose another --port or --host.") from error
