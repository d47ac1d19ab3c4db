"""Real servers, started here and asked for their content: oxigraph serve, Virtuoso and kg serve hold after a push what the store says, triple for triple."""
from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pyoxigraph as ox
import pytest

from kg.errors import RemoteError
from kg.iris import BASE
from kg.query import ask, named_queries
from kg.remote import Access, Pushed, connect, push_store
from kg.store import Store
from tests.interop.stores import odd
from tests.interop.test_virtuoso import GIVEN, VIRTUOSO_CANNOT, as_virtuoso, row, term
from tests.interop.virtuoso import ISQL, SERVER, running, virtuoso
from tests.nouns import small
from tests.serving import server as kg_serve

pytestmark = pytest.mark.slow
PUSHED = f"{BASE}graph/pushed"
TOKEN = "token-of-the-test"


class Different(Exception):
    """A server does not hold what it should."""


@dataclass
class Server:
    """A server that can be killed and started again, with how it is pushed to and what it says it holds."""

    name: str
    endpoint: str
    access: Access
    update: str
    held: Callable[[], set[ox.Quad]]
    kept: Callable[[ox.Quad], ox.Quad] = field(default=lambda quad: quad)     # how it writes a statement
    kill: Callable[[], None] = field(default=lambda: None)
    start: Callable[[], None] = field(default=lambda: None)

    def push(self, store: Path, **options: Any) -> Pushed:
        return push_store(store, self.endpoint, self.access, **options)

    def holds(self, *stores: Path) -> bool:
        wanted = {self.kept(quad) for store in stores for quad in own(store)}
        found = self.held()
        if found != wanted:     # not an assert: pytest would write out how two sets of thousands differ, for minutes where CI is set
            raise Different(f"{self.name}: too many {list(found - wanted)[:3]}, too few {list(wanted - found)[:3]}")
        return True


def own(folder: Path) -> set[ox.Quad]:
    with Store(folder) as one:
        return {quad for graph in one.graphs() if graph.value not in (PUSHED, f"{BASE}graph/builds") for quad in one.quads(graph)}


# oxigraph serve

class Oxigraph:
    """`oxigraph serve` (PyPI: oxigraph) on a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free()
        self.root = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
        self.process = subprocess.Popen([program, "serve", "--location", str(self.folder), "--bind", f"127.0.0.1:{self.port}"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            with suppress(httpx.TransportError):
                httpx.get(f"{self.root}/query", params={"query": "ASK {}"})
                return
            time.sleep(0.05)
        raise AssertionError("oxigraph did not start")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def held(self) -> set[ox.Quad]:
        text = httpx.get(f"{self.root}/store", headers={"Accept": "application/n-quads"}).content
        return {quad for quad in ox.parse(text, ox.RdfFormat.N_QUADS) if quad.graph_name != ox.NamedNode(PUSHED)}


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[Server]:
    one = Oxigraph(folder / "oxigraph")
    try:
        yield Server("oxigraph", f"{one.root}/query", Access(retries=1), f"{one.root}/update", one.held, kill=one.kill, start=one.start)
    finally:
        one.kill()


# Virtuoso

@contextmanager
def virtuoso_server(folder: Path) -> Iterator[Server]:
    if not (SERVER and ISQL):
        pytest.skip("needs Virtuoso: apt-get install virtuoso-opensource")
    with virtuoso() as one, ExitStack() as again:
        processes = [one]

        def held() -> set[ox.Quad]:
            rows = one.select(f"SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{BASE}') && ?g != <{PUSHED}>) }}")
            return {ox.Quad(term(r["s"]), term(r["p"]), term(r["o"]), term(r["g"])) for r in rows}     # type: ignore[arg-type]

        def kill() -> None:
            os.kill(processes[-1].pid, signal.SIGKILL)
            time.sleep(0.5)

        def start() -> None:
            processes.append(again.enter_context(running(one)))
        root = f"http://127.0.0.1:{one.http}"
        yield Server("Virtuoso", f"{root}/sparql", Access("dba", "dba", retries=1), f"{root}/sparql-auth", held,
                     lambda quad: ox.Quad(quad.subject, quad.predicate, as_virtuoso(quad.object), quad.graph_name), kill, start)


SERVERS = {"oxigraph": oxigraph_server, "virtuoso": virtuoso_server}


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as one:
        yield one


@pytest.fixture
def store(gold_store: Path, tmp_path: Path) -> Path:
    """The five letters, and one of odd names and texts."""
    folder = shutil.copytree(gold_store, tmp_path / "store")
    with Store(folder, writable=True) as one:
        hard = odd()
        for graph in hard.graphs():
            if "/letter/" in graph.value:
                one.put_graph(graph, [quad.triple for quad in hard.quads(graph)])
    return folder


@pytest.mark.parametrize("update", [False, True])
def test_a_server_holds_what_was_pushed_then_what_changed_and_nothing_that_is_gone(server: Server, store: Path, update: bool) -> None:
    options: dict[str, Any] = {"update_endpoint": server.update, "part": 0.05} if update else {}
    server.push(store, mirror=True, **options)
    assert server.holds(store)
    assert server.push(store, **options).plan.send == ()
    with Store(store, writable=True) as one:
        one.remove_letter("tianjin-2023-high-tech")
        one.put_letter(small("tianjin-2024-youth-exchange", [("南开大学", "University")]))
    found = server.push(store, **options)
    assert [one.graph.rpartition("/")[2] for one in found.plan.send][:1] == ["tianjin-2024-youth-exchange"]
    assert server.holds(store)


def test_what_was_changed_on_the_server_is_set_right(server: Server, store: Path) -> None:
    server.push(store, mirror=True)
    graph = f"{BASE}graph/letter/tianjin-2023-high-tech"
    update = (f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} INSERT {{ GRAPH <{graph}> {{ ?s ?p \"渤海产业基金\"@zh }} }} "
              f"WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} FILTER(STR(?o) = \"海河产业基金\" && STRENDS(STR(?p), \"prefLabel\")) }}")
    auth = httpx.DigestAuth("dba", "dba") if server.name == "Virtuoso" else None
    field = "query" if server.name == "Virtuoso" else "update"
    assert httpx.post(server.update, data={field: update}, auth=auth).is_success
    with pytest.raises(Different):
        server.holds(store)
    found = server.push(store)
    assert [one.graph for one in found.plan.send] == [graph]
    assert server.holds(store)


def test_a_server_that_is_killed_in_the_middle_has_all_after_another_push(server: Server, store: Path) -> None:
    with Store(store, writable=True) as one:
        for number in range(60):
            one.put_letter(small(f"one-{number}", [(f"名{number}", "Park")]))

    def told(done: int, total: int, name: str) -> None:
        if done == 55:
            server.kill()
    with pytest.raises(RemoteError):
        server.push(store, mirror=True, told=told)
    server.start()
    again = server.push(store, mirror=True)
    assert 0 < len(again.plan.send) < 66
    assert server.holds(store)


@pytest.mark.parametrize("name", [question.name for question in named_queries()])
def test_a_named_question_has_the_same_table_there_as_here(server: Server, gold_store: Path, name: str) -> None:
    if server.name == "Virtuoso" and name in VIRTUOSO_CANNOT:
        pytest.xfail(VIRTUOSO_CANNOT[name])
    server.push(gold_store, mirror=True)
    with Store(gold_store) as here:
        wanted = ask(here, name, GIVEN.get(name, {}))
    with connect(server.endpoint) as remote:
        found = remote.query(name, **GIVEN.get(name, {}))
    assert found.columns == wanted.columns
    assert Counter(map(row, found.texts())) == Counter(map(row, wanted.texts()))


def test_a_proxy_that_fails_every_third_request_hinders_nothing(tmp_path: Path, store: Path) -> None:
    with oxigraph_server(tmp_path) as server, failing(server.endpoint) as root:
        push_store(store, f"{root}/query", part=0.1)
        assert server.holds(store)


@contextmanager
def failing(endpoint: str) -> Iterator[str]:
    """A proxy before a server, of whose answers each third is an error: by turns 500, 503 and a broken connection."""
    target, count = endpoint.rpartition("/")[0], 0
    client = httpx.Client()

    class Proxy(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm, wbufsize = "HTTP/1.1", True, -1

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

        def pass_on(self) -> None:
            nonlocal count
            count += 1
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = client.request(self.command, target + self.path, content=body, headers={"Content-Type": self.headers["Content-Type"] or "", "Accept": "*/*"})
            if count % 9 == 0:
                self.close_connection = True        # the server did it, and nobody heard
                return
            self.send_response_only(answer.status_code if count % 3 else 500 if count % 2 else 503)
            for key, value in {"Server": answer.headers.get("server", ""), "Content-Type": answer.headers.get("content-type", ""),
                               "Content-Length": str(len(answer.content))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(answer.content)
        do_GET = do_POST = do_PUT = do_DELETE = pass_on

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_address[1]}"
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
        client.close()


def test_kg_serve_with_a_token_holds_what_was_pushed(gold_store: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    Store(target, writable=True).close()
    with kg_serve(target, KG_TOKEN=TOKEN) as (root, _):
        endpoint = f"{root}sparql"
        with pytest.raises(RemoteError, match="401"):
            push_store(gold_store, endpoint, Access(retries=0))
        push_store(gold_store, endpoint, Access(token=TOKEN), part=0.3)
        assert push_store(gold_store, endpoint, Access(token=TOKEN)).plan.send == ()
        with connect(endpoint) as remote, Store(gold_store) as here:
            assert remote.query("listed").texts() == ask(here, "listed").texts()
            assert remote.letters() == here.letters()
    assert own(target) == own(gold_store)


def test_virtuoso_without_a_name_is_told(gold_store: Path, tmp_path: Path) -> None:
    with virtuoso_server(tmp_path) as server:
        with pytest.raises(RemoteError, match="asks who you are"):
            push_store(gold_store, server.endpoint)
        with pytest.raises(RemoteError, match="does not take the name 'dba'"):
            push_store(gold_store, server.endpoint, Access("dba", "wrong"))
