"""A small triple store behind HTTP for tests: SPARQL 1.1 Protocol and Graph Store Protocol over pyoxigraph in this process, with the troubles a test asks for."""
from __future__ import annotations

import hashlib
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

import pyoxigraph as ox

USER, WORD, TOKEN = "dba", "geheim ü", "token-of-the-test"


@dataclass(slots=True)
class Troubles:
    """What goes wrong, and how the server is set up."""

    forgets: bool = False               # one statement of each graph that is put
    every: int = 0                      # each so many-th request is answered with `status`
    status: int = 503
    breaks_after: int = 0               # from this request on connections break without an answer
    largest: int = 0                    # bytes of a body; larger ones get 413
    asks: str = ""                      # basic, digest or bearer
    forbids: bool = False               # writing
    union: str = "parameter"            # how a query sees all graphs: parameter (as oxigraph does), always, graphs (named one by one)
    name: str = "Oxigraph/0.0"


@dataclass(slots=True)
class TripleStore:
    """A server that runs: its data, its address and the requests it got, as (method, path, status)."""

    data: ox.Store
    troubles: Troubles
    root: str = ""
    log: list[tuple[str, str, int]] = field(default_factory=list)
    counted: int = 0

    @property
    def query(self) -> str:
        return f"{self.root}/query"

    def writes(self) -> int:
        """How many requests changed something, or would have."""
        return sum(method in ("PUT", "POST", "DELETE") and path != "/query" for method, path, _ in self.log)


@contextmanager
def triple_store(troubles: Troubles | None = None, data: ox.Store | None = None) -> Iterator[TripleStore]:
    """Start a server on a free port of this machine, and stop it."""
    state = TripleStore(data if data is not None else ox.Store(), troubles or Troubles())

    class Handler(_Handler):
        store = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.root = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    store: TripleStore
    _turn = threading.Lock()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""

    def version_string(self) -> str:
        return self.store.troubles.name

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self._turn:
            self.store.counted += 1
            trouble = self.store.troubles
            if trouble.breaks_after and self.store.counted > trouble.breaks_after:
                self.close_connection = True
                return
            status, said, kind, extra = self._answer(body)
            self.store.log.append((self.command, urlsplit(self.path).path, status))
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(said)), **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def _answer(self, body: bytes) -> tuple[int, bytes, str, dict[str, str]]:
        trouble = self.store.troubles
        if trouble.every and self.store.counted % trouble.every == 0:
            return trouble.status, b"<html><head><title>no</title></head><body>not now</body></html>", "text/html", {"Retry-After": "0"}
        if (challenge := self._unknown()) is not None:
            return 401, b"who?", "text/plain", {"WWW-Authenticate": challenge}
        if trouble.largest and len(body) > trouble.largest:
            return 413, b"too large", "text/plain", {}
        path, fields = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        try:
            if path == "/query":
                return (200, *self._query(parse_qs(body.decode())), {})
            if trouble.forbids:
                return 403, b"read only", "text/plain", {}
            if path == "/update":
                self.store.data.update(body.decode())
                return 204, b"", "text/plain", {}
            if path == "/store":
                return self._graph(ox.NamedNode(fields["graph"][0]), body), b"", "text/plain", {}
        except (SyntaxError, ValueError) as error:
            return 400, str(error).encode(), "text/plain", {}
        return 404, b"", "text/plain", {}

    def _query(self, fields: dict[str, list[str]]) -> tuple[bytes, str]:
        graphs = [ox.NamedNode(one) for one in fields.get("default-graph-uri", [])]
        union = self.store.troubles.union == "always" or (self.store.troubles.union == "parameter" and "union-default-graph" in fields)
        if not self.store.troubles.name:
            return b"<html>", "text/html"
        found = self.store.data.query(fields["query"][0], use_default_graph_as_union=union, default_graph=graphs or None)   # type: ignore[arg-type]
        if isinstance(found, ox.QueryTriples):
            return found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", "application/n-triples"
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b"", "application/sparql-results+json"

    def _graph(self, graph: ox.NamedNode, body: bytes) -> int:
        known = self.store.data.contains_named_graph(graph)
        if self.command == "DELETE" and not known:
            return 404
        if self.command in ("PUT", "DELETE"):
            self.store.data.remove_graph(graph)
        if self.command != "DELETE":
            self.store.data.load(body, ox.RdfFormat.TURTLE, to_graph=graph)
        if self.store.troubles.forgets:
            self.store.data.remove(next(self.store.data.quads_for_pattern(None, None, None, graph)))
        return 204 if known else 201

    def _unknown(self) -> str | None:
        """How the server asks who the client is; None when it knows."""
        asks, given = self.store.troubles.asks, self.headers.get("Authorization", "")
        kind, _, rest = given.partition(" ")
        if asks == "basic":
            return None if kind == "Basic" and b64decode(rest).decode() == f"{USER}:{WORD}" else 'Basic realm="test"'
        if asks == "bearer":
            return None if (kind, rest) == ("Bearer", TOKEN) else 'Bearer realm="test"'
        if asks == "digest":
            return None if kind == "Digest" and self._digest(rest) else 'Digest realm="test", qop="auth", nonce="abc", algorithm=MD5'
        return None

    def _digest(self, text: str) -> bool:
        """RFC 7616 by its first definition."""
        said = parse_keqv_list(parse_http_list(text))

        def md5(one: str) -> str:
            return hashlib.md5(one.encode()).hexdigest()
        who, what = md5(f"{USER}:test:{WORD}"), md5(f"{self.command}:{said['uri']}")
        return said["response"] == md5(":".join([who, said["nonce"], said["nc"], said["cnonce"], said["qop"], what]))
