"""Good requests, spoiled at random: each is answered with a status below 500 and a sentence, or is still waited for; nothing grows, nothing dies."""
from __future__ import annotations

import random
import re
import shutil
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from kg.query import named_queries
from tests.serving import server
from tests.test_server_process import ask, memory, whole

TOKEN = "a-token-for-tests"
QUERIES = [re.sub(r"#[^\n]*\n", "", question.sparql) for question in named_queries()]
OTHERS = [
    "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /sparql HTTP/1.1\r\nHost: localhost\r\nAccept: application/rdf+xml;q=0.9, text/turtle\r\n\r\n",
    "OPTIONS /sparql HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\nAccess-Control-Request-Method: POST\r\n\r\n",
    "GET /graph-store?graph=https://w3id.org/zhihan/id/graph/ontology HTTP/1.1\r\nHost: localhost\r\nAccept: application/ld+json\r\n\r\n",
    "DELETE /graph-store?graph=http://example.org/none HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer nonsense\r\n\r\n",
    "HEAD /.well-known/void HTTP/1.1\r\nHost: localhost\r\n\r\n",
]
PIECES = [b"\x00", b"\xff", b"\r\n", b"\r\n\r\n", b"%", b"%00", b"%ff", b"{", b"}", b"<", b">", b"'", b'"', b"\\u0000", b"GRAPH ?g { SELECT * {", b"FROM <a:b>", b"*", b"?",
          b"SERVICE <http://127.0.0.1:1/> {", b"&query=ASK{}", b"&default-graph-uri=a:b", b"q=9", b"..", b"//", "海".encode(), "海".encode("gb18030"), b"-1", b"9" * 30, b" ", b";"]


def good(chance: random.Random) -> bytes:
    """A request that is right: by GET, by a form, by its own media type, or something else than a query."""
    query = chance.choice(QUERIES)
    kind = chance.randrange(4)
    if kind == 0:
        return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n".encode()
    if kind == 1:
        body, media_type = f"query={quote(query)}&default-graph-uri=a%3Ab", "application/x-www-form-urlencoded"
    elif kind == 2:
        body, media_type = query, "application/sparql-query"
    else:
        return chance.choice(OTHERS).encode()
    data = body.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def spoiled(chance: random.Random) -> bytes:
    """A good request with one to four changes."""
    text = good(chance)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.randint(0, 12))
        change = chance.randrange(5)
        if change == 0:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif change == 1:
            text = text[:at] + text[end:]
        elif change == 2:
            text = text[:end] + text[at:]
        elif change == 3:
            text = text[:at] + bytes(chance.randrange(256) for _ in range(end - at)) + text[end:]
        else:
            text = text[:at] + chance.choice(PIECES) + text[end:]
    return text


def answer(url: str, text: bytes) -> bytes:
    """What is answered within a second; nothing when the server waits for more."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=0.7) as connection:
        found = b""
        try:
            connection.sendall(text)
            while not whole(found) and (part := connection.recv(1 << 16)):
                found += part
        except (TimeoutError, ConnectionError):
            pass
        return found


def check(url: str, seed: int) -> str:
    """The status of the answer to a spoiled request; AssertionError for one that must not be."""
    text = spoiled(random.Random(seed))
    found = answer(url, text)
    if not found:
        return "waits"
    status = found.split(b" ", 2)[1].decode()
    assert status < "500" or status == "503", (seed, text, found[-500:])
    if status >= "400" and not text.startswith(b"HEAD"):
        sentence = found.partition(b"\r\n\r\n")[2]
        assert sentence.strip(), (seed, text, found)
        assert b"Traceback" not in sentence
    return status


@pytest.fixture
def url(gold_store: Path, tmp_path: Path) -> Iterator[tuple[str, object]]:
    store = tmp_path / "store"
    shutil.copytree(gold_store, store, ignore=shutil.ignore_patterns("snapshots"))
    with server(store, "--seconds", "2", KG_TOKEN=TOKEN) as (url, process):
        yield url, process


def spoil(url: str, seeds: range) -> Counter[str]:
    with ThreadPoolExecutor(16) as threads:
        return Counter(threads.map(lambda seed: check(url, seed), seeds))


@pytest.mark.slow
def test_spoiled_requests_are_answered_with_a_sentence(url: tuple[str, object]) -> None:
    statuses = spoil(url[0], range(150))
    assert statuses["400"] > 20
    assert ask(url[0], "/health")[0] == 200


@pytest.mark.slow
def test_ten_thousand_spoiled_requests_do_no_harm(url: tuple[str, object]) -> None:
    address, process = url
    spoil(address, range(1000, 2000))
    before = memory(process)                    # type: ignore[arg-type]
    statuses = spoil(address, range(10_000, 20_000))
    time.sleep(3)
    assert statuses.total() == 10_000
    assert memory(process) < before + 30        # type: ignore[arg-type]
    assert ask(address, "/health")[0] == 200
