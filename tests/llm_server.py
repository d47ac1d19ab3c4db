"""An endpoint of a language model for tests: speaks OpenAI's chat completions over HTTP on this machine, and says what a test wants it to."""
from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


@dataclass
class Said:
    """What the endpoint sends: a message, or a whole body; with a status, headers, and seconds before and between its bytes."""

    message: str | None = None
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    finish: str = "stop"
    usage: Any = field(default_factory=lambda: {"prompt_tokens": 1000, "completion_tokens": 100})

    def bytes(self) -> bytes:
        if self.body is not None:
            return self.body
        choice = {"index": 0, "message": {"role": "assistant", "content": self.message}, "finish_reason": self.finish}
        return json.dumps({"object": "chat.completion", "choices": [choice], "usage": self.usage}).encode()


@dataclass
class Request:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """The text of the section that is asked about."""
        return str(json.loads(self.body["messages"][1]["content"])["正文"])


Speaker = Callable[[Request, int], Said]


@dataclass
class Endpoint:
    """A running endpoint: its address and the requests it got."""

    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def endpoint(speaker: Speaker) -> Iterator[Endpoint]:
    """An endpoint that answers each request (with its number, from 0) as the speaker says; stopped at the end."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout: ClassVar[float] = 10.0

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `requests`."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            request = Request(self.path, dict(self.headers), body)
            with lock:
                number = len(running.requests)
                running.requests.append(request)
            said = speaker(request, number)
            time.sleep(said.wait)
            try:
                self._send(said)
            except OSError:
                self.close_connection = True        # the client has gone: some tests want just that

        def _send(self, said: Said) -> None:
            data = said.bytes()
            self.send_response(said.status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if not said.drip:
                self.wfile.write(data)
                return
            for at in range(len(data)):
                self.wfile.write(data[at:at + 1])
                self.wfile.flush()
                time.sleep(said.drip)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(names: list[tuple[str, str]] | None = None, facts: list[tuple[str, str, str, str, str]] | None = None) -> str:
    """An answer of names (text, class) and facts (subject, predicate, object, status, quote)."""
    keys = ("subject", "predicate", "object", "status", "quote")
    return json.dumps({"names": [{"text": text, "class": kind} for text, kind in names or []],
                       "facts": [dict(zip(keys, fact, strict=True)) for fact in facts or []]}, ensure_ascii=False)
