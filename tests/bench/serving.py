"""The endpoint under load, beside `oxigraph serve` on the same store in the same run: clients that ask mixed named questions, with and
without one that sends cross products.

    python -m tests.bench.serving [SECONDS] [QUADS] [FOLDER]
"""
from __future__ import annotations

import contextlib
import http.client
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg import iris
from kg.gold import read_golds
from kg.mapping import PREF
from kg.ontology import PREFIXES
from kg.query import find_question, with_values
from kg.store import Store
from tests.from_gold import perfect
from tests.serving import server

SEEDS = Path(__file__).resolve().parent.parent / "corpus" / "seeds"
CLIENTS, SECONDS, QUADS = 8, 20.0, 1_000_000
TOGETHER = 12                           # copies that are loaded at a time
MARK = "\x01"                           # where the number of a copy stands
QUESTIONS = ("cooperation", "planned", "evidence", "timeline", "mentions", "figures", "fields", "letter", "settlers", "people")
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?d != ?g) }"


@dataclass(frozen=True, slots=True)
class Load:
    """What clients got within some seconds: latencies in ms, and what failed."""

    latencies: tuple[float, ...]
    failures: tuple[str, ...]
    seconds: float

    def at(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")

    def __str__(self) -> str:
        return (f"p50 {self.at(50):.1f} ms, p99 {self.at(99):.1f} ms, {len(self.latencies) / self.seconds:.0f} a second, "
                f"{len(self.failures)} failed")


# the store

def make_store(folder: Path, quads: int) -> int:
    """A store of about so many quads: the five letters again and again, each time with other names for all but places. How many copies."""
    templates, (graph, ontology) = seeds()
    copies = max(1, quads // sum(len(lines) for _, lines in templates))
    with Store(folder, writable=True) as made:
        made.data.bulk_load(twice(ontology, graph, 0), ox.RdfFormat.N_QUADS)
        for first in range(0, copies, TOGETHER):
            numbers = range(first, min(copies, first + TOGETHER))
            made.data.bulk_load(b"".join(twice(body, graph, number) for number in numbers for graph, body in templates), ox.RdfFormat.N_QUADS)
        made.flush()
        made.data.optimize()
    return copies


def seeds() -> tuple[list[tuple[str, list[str]]], tuple[str, list[str]]]:
    """The five letters, each as its graph and statements with MARK where a copy has its number; and the vocabulary as its graph and statements."""
    with Store() as store:
        store.put_ontology()
        for gold in read_golds([SEEDS]):
            store.put_letter(perfect(gold))
        vocabulary = store.graph("ontology")
        return ([(iris.letter_graph(name) + f"-{MARK}", template(store, name)) for name in store.letters()],
                (vocabulary.value, [str(quad.triple) for quad in store.quads(vocabulary)]))


def write_nquads(path: Path, quads: int) -> int:
    """The same letters as a file of N-Quads, each statement in its graph alone; how many statements it has, the same bytes each time."""
    templates, vocabulary = seeds()
    count = 0
    with path.open("wb") as out:
        for number in range(max(1, quads // sum(len(lines) for _, lines in templates))):
            for graph, lines in (*templates, *([vocabulary] if number == 0 else [])):
                text = "".join(f"{line} <{graph}> .\n" for line in sorted(lines))
                count += out.write(text.replace(MARK, f"{number:04}").encode()) and len(lines)
    return count


def twice(lines: Sequence[str], graph: str, number: int) -> bytes:
    """Statements of a copy, in its graph and in the merge."""
    text = "".join(f"{line} .\n{line} <{graph}> .\n" for line in lines)
    return text.replace(MARK, f"{number:04}").encode()


def template(store: Store, name: str) -> list[str]:
    """The statements of a letter, with MARK where a copy has its number: in the letter's name, and in entities and their labels, places left out."""
    quads = list(store.quads(store.letter_graph(name)))
    places = {q.subject for q in quads if isinstance(q.object, ox.NamedNode) and q.object.value == f"{PREFIXES['kg']}Place"}
    letter = iris.letter_iri(name)

    def own(node: object) -> object:
        if not isinstance(node, ox.NamedNode):
            return node
        if iris.is_entity(node.value) and node not in places:
            return f"<{node.value}·{MARK}>"
        return f"<{node.value.replace(letter, f'{letter}-{MARK}', 1)}>" if node.value.startswith(letter) else node

    def said(quad: ox.Quad) -> object:
        if quad.predicate == PREF and isinstance(quad.object, ox.Literal) and quad.subject not in places:
            return f"{str(quad.object)[:-4]}·{MARK}\"@zh"
        return own(quad.object)
    return [f"{own(quad.subject)} {quad.predicate} {said(quad)}" for quad in quads]


# the questions

def questions(folder: Path, number: int = 200) -> list[str]:
    """Named questions about entities and letters of the store, chosen by a seed, with the prefixes written out."""
    chance = random.Random(7)
    with Store(folder) as store:
        letters = store.letters()
        named = sorted({quad.object.value for quad in store.data.quads_for_pattern(None, PREF, None, ox.DefaultGraph())
                        if isinstance(quad.object, ox.Literal) and "·" in quad.object.value})
        prefixes = "".join(f"PREFIX {prefix}: <{space}> " for prefix, space in PREFIXES.items())
        found = []
        for at in range(number):
            question = find_question(QUESTIONS[at % len(QUESTIONS)])
            kind = next(one for one in question.parameters if one.type in ("entity", "letter"))
            bound = question.bind(store, {kind.name: chance.choice(letters if kind.type == "letter" else named)})
            found.append(prefixes + with_values(question.sparql, bound))
    return found


# the load

def load(url: str, asked: Sequence[str], seconds: float, clients: int = CLIENTS) -> Load:
    """So many clients, each with its own connection, one request after the other."""
    until = time.perf_counter() + seconds

    def client(seed: int) -> tuple[list[float], list[str]]:
        chance, latencies, failures = random.Random(seed), list[float](), list[str]()
        with contextlib.closing(connect(url)) as connection:
            while time.perf_counter() < until:
                began = time.perf_counter()
                status, body = ask(connection, url, chance.choice(asked))
                latencies.append((time.perf_counter() - began) * 1000)
                if status != 200:
                    failures.append(body.decode()[:200])
        return latencies, failures
    with ThreadPoolExecutor(clients) as threads:
        found = list(threads.map(client, range(clients)))
    return Load(tuple(one for latencies, _ in found for one in latencies), tuple(one for _, failures in found for one in failures), seconds)


def connect(url: str, source: str = "127.0.0.1") -> http.client.HTTPConnection:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120, source_address=(source, 0))
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(connection: http.client.HTTPConnection, url: str, sparql: str) -> tuple[int, bytes]:
    connection.request("POST", urlsplit(url).path, sparql.encode(),
                       {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"})
    answer = connection.getresponse()
    return answer.status, answer.read()


@contextlib.contextmanager
def cross_products(url: str) -> Iterator[None]:
    """Another client, at another address of this machine, that sends cross products all the while."""
    stop = Event()

    def work() -> None:
        while not stop.is_set():
            with contextlib.closing(connect(url, "127.0.0.2")) as connection:
                ask(connection, url, CROSS)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(work)
        time.sleep(1.5)
        try:
            yield
        finally:
            stop.set()


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """`oxigraph serve-read-only` on the same store (PyPI: oxigraph)."""
    program = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([program, "serve-read-only", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/query"
        for _ in range(200):
            with contextlib.suppress(OSError), contextlib.closing(connect(url)) as connection:
                ask(connection, url, "ASK {}")
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def same_answers(ours: str, theirs: str, asked: Sequence[str]) -> int:
    """How many rows both give together; AssertionError when they differ in number."""
    rows = 0
    for sparql in asked:
        counts = []
        for url in (ours, theirs):
            with contextlib.closing(connect(url)) as connection:
                counts.append(ask(connection, url, sparql)[1].count(b'"letter":'))
        assert counts[0] == counts[1], sparql
        rows += counts[0]
    return rows


def measured(seconds: float = SECONDS, quads: int = QUADS, kept: Path | None = None) -> Iterator[tuple[str, str, str]]:
    """What, the figure, the bound. The store is made in a folder that is `kept`, where it may stand already, or in one that is removed."""
    with tempfile.TemporaryDirectory() as name:
        folder = kept or Path(name) / "store"
        began = time.perf_counter()
        if not folder.exists():
            make_store(folder, quads)
        made = time.perf_counter() - began
        with Store(folder) as store:
            size, merge = len(store.data), sum(1 for _ in store.merge())
            yield "store", f"{size - merge:,} quads in {len(store.letters())} letters, {merge:,} triples of the merge; made in {made:.0f} s", ""
        asked = questions(folder)
        began = time.perf_counter()
        with server(folder, "--seconds", "30") as (root, _), oxigraph(folder) as theirs:
            ours = f"{root}sparql"
            yield "start of kg serve, snapshot included", f"{time.perf_counter() - began:.1f} s", ""
            yield "rows that both give to forty questions", f"{same_answers(ours, theirs, asked[:40]):,}", "the same"
            alone = [[load(url, asked, seconds / 2) for url in (ours, theirs)] for _ in range(2)]
            mine, other = (joined([pair[i] for pair in alone]) for i in range(2))
            yield f"kg serve, {CLIENTS} clients", str(mine), "none failed"
            yield f"oxigraph serve, {CLIENTS} clients", str(other), ""
            yield "p50, kg serve / oxigraph serve", f"{mine.at(50) / other.at(50):.2f}", "at most 1.5"
            with cross_products(ours):
                beside = load(ours, asked, seconds)
            yield "kg serve, and one client more that sends cross products", str(beside), "none failed"
            yield "p99, with it / without", f"{beside.at(99) / mine.at(99):.2f}", "at most 2"


def joined(loads: Sequence[Load]) -> Load:
    return Load(tuple(x for one in loads for x in one.latencies), tuple(x for one in loads for x in one.failures), sum(one.seconds for one in loads))


def main() -> None:
    seconds, quads = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, int(sys.argv[2]) if len(sys.argv) > 2 else QUADS
    for what, figure, bound in measured(seconds, quads, Path(sys.argv[3]) if len(sys.argv) > 3 else None):
        print(f"{what}: {figure}{f' (held to: {bound})' if bound else ''}", flush=True)


if __name__ == "__main__":
    main()
