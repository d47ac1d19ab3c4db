"""`kg serve` as a process: how it starts and ends, whom it lets in, and what it says to what is no good request."""
from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from kg.errors import InputError
from kg.server.limits import Settings
from kg.server.run import is_loopback, serve
from kg.store import Store
from tests.nouns import extraction
from tests.serving import server

pytestmark = pytest.mark.slow      # each starts processes, some wait for their end: .ci/run runs them

LETTERS = quote("SELECT (COUNT(*) AS ?n) { ?x a kg:Letter }")


@pytest.fixture(scope="module")
def url(gold_store: Path) -> Iterator[str]:
    with server(gold_store, "--cors", "https://example.org", "--workers", "1") as (url, _):
        yield url


def say(url: str, text: bytes, wait: float = 10) -> bytes:
    """What the server answers to bytes sent as they are."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=wait) as connection:
        connection.sendall(text)
        answer = b""
        try:
            while not whole(answer) and (part := connection.recv(65536)):
                answer += part
        except (TimeoutError, ConnectionResetError):
            pass
        return answer


def whole(answer: bytes) -> bool:
    """Whether an answer is there to its end."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return bool(body) and length is not None and len(body) >= int(length[1])


def ask(url: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


# starting and ending

@pytest.mark.parametrize("how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_the_server_says_where_it_is_and_ends_quietly_when_told(gold_store: Path, tmp_path: Path, how: signal.Signals) -> None:
    with server(gold_store, log=tmp_path / "log") as (url, process):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        assert not url.endswith(":0/")
        assert ask(url, "/health")[0] == 200
        assert process.stdout is not None
        assert process.stdout.readline() == "按 Ctrl-C 停止。Stop with Ctrl-C.\n"
        process.send_signal(how)
        assert process.wait(timeout=20) == 0
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
    assert not (gold_store / "snapshots").exists()


@pytest.mark.slow
def test_a_request_that_runs_when_the_server_is_told_to_end_is_answered(gold_store: Path) -> None:
    slow = quote("SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 700000 } }")
    with server(gold_store) as (url, process):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request("GET", f"/sparql?query={slow}", headers={"Accept": "text/csv"})
        time.sleep(0.2)
        process.terminate()
        assert connection.getresponse().read().split() == [b"n", b"700000"]
        connection.close()


def test_each_request_is_a_plain_line_in_the_log(gold_store: Path, tmp_path: Path) -> None:
    with server(gold_store, log=tmp_path / "log") as (url, _):
        ask(url, f"/sparql?query={LETTERS}")
        say(url, b"GET /a%0Ab\x1b[31m HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        ask(url, "/%0d%0aFORGED%20127.0.0.1")
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 127\.0\.0\.1 GET \S+ \d{3} \d+ B \d+ ms", line) for line in lines), lines
    assert lines[0].split()[4:6] == [f"/sparql?query={LETTERS}", "200"]


@pytest.mark.slow
def test_two_servers_serve_one_store_and_a_build_is_not_hindered(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder, writable=True) as store:
        store.put_letter(extraction("a"))
    with server(folder, "--workers", "1") as (one, _), server(folder, "--workers", "1") as (other, _):
        with Store(folder, writable=True) as store:
            store.put_letter(extraction("b"))
        until = time.monotonic() + 15
        while time.monotonic() < until and not all(ask(url, f"/sparql?query={LETTERS}", Accept="text/csv")[2].split()[1] == b"2" for url in (one, other)):
            time.sleep(0.2)
        assert time.monotonic() < until


@pytest.mark.parametrize(("arguments", "says"), [
    (("--store", "nowhere"), "There is no store at nowhere"), (("--store", "."), "is no zhihan store"), (("--port", "99999"), "99999"),
    (("--host", "203.0.113.7"), "cannot be had"), (("--host", "0.0.0.0", "--writable"), "needs a token"), (("--token", "short"), "at least eight"),
    (("--public-url", "kg.example.org"), "is no address"), (("--workers", "0"), "0"),
])
def test_what_cannot_be_served_is_told_in_a_sentence(gold_store: Path, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    from click.testing import CliRunner

    from kg.cli import cli
    result = CliRunner().invoke(cli, ["serve", *arguments], env={"KG_STORE": str(gold_store)})
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output


def test_an_address_in_use_is_told(gold_store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="choose another --port"):
        serve(gold_store, "127.0.0.1", taken.getsockname()[1], Settings(workers=1))


@pytest.mark.slow
def test_writing_without_a_token_makes_one_on_this_machine_only(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder, writable=True) as store:
        store.put_letter(extraction("a"))
    with server(folder, "--writable", "--workers", "1") as (url, process):
        assert process.stdout is not None
        token = process.stdout.readline().split()[-1]
        request = urllib.request.Request(f"{url}graph-store?graph=http://a/", b"<a:a> <a:b> <a:c> .", {"Content-Type": "text/turtle"}, method="PUT")
        request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 201


@pytest.mark.parametrize(("host", "is_one"), [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
                                              ("127.0.0.1.example.org", False), ("192.168.1.1", False), ("", False)])
def test_which_addresses_only_this_machine_reaches(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one


# who is let in

@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "[::2]"])
def test_a_page_of_another_name_does_not_reach_a_server_of_this_machine(url: str, host: str) -> None:
    status, _, body = ask(url, "/health", Host=host)
    assert (status, b"--public-url" in body) == (421, True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:80"])
def test_the_names_of_this_machine_are_let_in(url: str, host: str) -> None:
    assert ask(url, "/health", Host=host)[0] == 200


def test_only_the_origin_that_was_named_may_read_from_a_page(url: str) -> None:
    assert ask(url, "/health", Origin="https://example.org")[1]["access-control-allow-origin"] == "https://example.org"
    assert "access-control-allow-origin" not in ask(url, "/health", Origin="https://evil.example")[1]
    asked = say(url, b"OPTIONS /sparql HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\nAccess-Control-Request-Method: POST\r\n"
                     b"Access-Control-Request-Headers: content-type\r\nConnection: close\r\n\r\n").lower()
    assert b"access-control-allow-methods: get, head, post" in asked


# what is no good request

@pytest.mark.parametrize(("text", "status"), [
    (b"\r\n\r\n\r\nnonsense\r\n\r\n", 400), (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", 400),
    (b"GET /health HTTP/1.1\r\nHost: localhost/@evil\r\nConnection: close\r\n\r\n", 400),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n", 413),
    (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 415),
    (b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (b"GET //sparql?query=ASK{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (b"GET /sparql%00?query=ASK{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (b"GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (b"TRACE /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n", 200),
])
def test_a_trick_is_answered_with_a_status_and_a_sentence(url: str, text: bytes, status: int) -> None:
    answer = say(url, text, wait=3)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status, answer[:300]
    assert b"content-security-policy: default-src 'self';" in head.lower()
    assert body
    assert ask(url, "/health")[0] == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(url: str) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert b" 413 " in say(url, head + (b"100000\r\n" + b"#" * 0x100000 + b"\r\n") * 11, wait=3)[:20]


@pytest.mark.slow
def test_slow_heads_and_slow_bodies_are_not_waited_for(url: str) -> None:
    began = time.monotonic()
    assert b" 408 " in say(url, b"GET /health HTTP/1.1\r\nHost: local", wait=40)[:20]
    assert b" 408 " in say(url, b"", wait=40)[:20]
    slow = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\nConnection: close\r\n\r\nASK"
    assert b" 408 " in say(url, slow, wait=40)[:20]
    assert time.monotonic() - began < 60


@pytest.mark.slow
def test_a_client_that_takes_no_answer_costs_little_and_not_for_long(gold_store: Path) -> None:
    big = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000")
    with server(gold_store) as (url, process):
        parts, connections = urlsplit(url), []
        ask(url, f"/sparql?query={big}")
        before = memory(process)
        for _ in range(20):
            connection = socket.create_connection((parts.hostname or "", parts.port or 0))
            connection.sendall(f"GET /sparql?query={big} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            connections.append(connection)
        until = time.monotonic() + 90
        while time.monotonic() < until and json.loads(ask(url, "/health")[2])["waiting"]:
            time.sleep(0.5)
        time.sleep(65)
        assert memory(process) < before + 150
        for connection in connections:
            connection.close()


def memory(process: subprocess.Popen[str]) -> float:
    """The memory of the server's own process, in MB."""
    text = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    assert found is not None
    return int(found[1]) / 1024
