"""Run the server until it is told to stop: the address, the token, the signals, and what is said at the start."""
from __future__ import annotations

import asyncio
import re
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from kg.errors import InputError
from kg.server.app import create_app
from kg.server.limits import Settings
from kg.server.patience import Protocol
from kg.store import Store

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
GRACE = 2                               # seconds beyond a query's own for the last answers


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


def serve(store: Path, host: str, port: int, settings: Settings | None = None, *, writable: bool = False) -> None:
    """Serve a store until SIGINT or SIGTERM; `writable`, and settings with `edit`, make a token where there is none.

    StoreError when the store cannot be read, InputError when the address or a setting cannot be used.
    """
    with Store(store):
        pass                            # what can be wrong with it is told before anything is started
    given = settings or Settings()
    settings = _checked(given, host, writable or given.edit)
    app = create_app(store, settings)
    listening = _listen(host, port)
    url = settings.public_url or _url(host, listening.getsockname()[1])
    made = settings.token if writable or settings.edit else None
    proxied = settings.public_url is not None
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="on", server_header=False, http=Protocol, ws="none",
                            proxy_headers=proxied, timeout_keep_alive=10, timeout_graceful_shutdown=int(settings.limits.seconds) + GRACE)
    try:
        asyncio.run(Server(config, lambda: _tell(url, made)).serve(sockets=[listening]))
    finally:
        listening.close()
    if hasattr(app.state, "failure"):
        raise app.state.failure


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host == "localhost" or host == "::1" or bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))


def _checked(settings: Settings, host: str, writable: bool) -> Settings:
    """The settings with what follows from the address: a token to write with, the names under which requests may come."""
    if settings.token is not None and not re.fullmatch(r"[\x21-\x7e]{8,}", settings.token):
        raise InputError("The token must have at least eight characters, letters, digits and marks of ASCII: choose another --token or KG_TOKEN.")
    if writable and settings.token is None:
        if not is_loopback(host):
            raise InputError(f"Writing at {host} needs a token, since other machines reach it: give one by KG_TOKEN or --token.")
        settings = replace(settings, token=secrets.token_urlsafe(24))
    return replace(settings, public_url=_public(settings.public_url), hosts=_hosts(host, settings))


def _public(url: str | None) -> str | None:
    """A public address with / at its end."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or re.search(r'[\s<>"{}|\\^`]', url):
        raise InputError(f"--public-url {url} is no address: give one such as https://kg.example.org/")
    return url.rstrip("/") + "/"


def _hosts(host: str, settings: Settings) -> tuple[str, ...]:
    """The names under which requests may come; any, when the server is there for other machines."""
    if not is_loopback(host):
        return ()
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return tuple(dict.fromkeys([*LOOPBACK, host, *([public] if public else [])]))


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _tell(url: str, token: str | None) -> None:
    print(f"知函 zhihan: {url}  (SPARQL: {url}sparql)", flush=True)
    if token:
        print(f"写入口令 token for writing: {token}", flush=True)
    print("按 Ctrl-C 停止。Stop with Ctrl-C.", flush=True)


def _listen(host: str, port: int) -> socket.socket:
    # Said to be TCP, because asyncio sends without delay (TCP_NODELAY) on such sockets only: 40 ms for each answer.
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
        return listening
    except (OSError, OverflowError, UnicodeError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or error
        raise InputError(f"The address {host}:{port} cannot be had ({why}): choose another --port or --host.") from error
