"""The pool: who asks too much is stopped, and nobody else notices; what is built meanwhile is there without a restart."""
from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.server.client import CLIENT, Client
from kg.server.errors import Refused
from kg.server.limits import Limits, Settings
from kg.server.pool import Pool
from kg.server.process import Worker
from kg.server.snapshots import FOLDER, Snapshots
from kg.store import Store
from tests.nouns import extraction

pytestmark = pytest.mark.slow      # each starts processes, some wait for their end: .ci/run runs them

LETTERS = "SELECT (COUNT(*) AS ?n) { ?x a kg:Letter }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?d && ?g != ?j) }"
QUICK = Limits(seconds=1, patience=0.2)
Work = Callable[[Pool], Awaitable[object]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pool") / "store"
    with Store(folder, writable=True) as one:
        one.put_ontology()
        one.put_letter(extraction("a"))
    return folder


def run(store: Path, work: Work, limits: Limits = QUICK, workers: int = 2, poll: float = 0.05) -> object:
    """What some work with a pool gives; the pool is stopped afterwards, and nothing of it is left."""
    async def working() -> object:
        pool = Pool(store, Settings(limits, workers=workers, poll=poll))
        await pool.start()
        try:
            return await asyncio.wait_for(work(pool), 60)
        finally:
            await pool.stop()
    found = asyncio.run(working())
    assert not (store / FOLDER).exists()
    return found


async def letters(pool: Pool) -> int:
    body = (await pool.query(LETTERS, accept="text/csv")).body
    return int(body.split()[1])


async def refused(work: Awaitable[object]) -> tuple[int, str]:
    with pytest.raises(Refused) as error:
        await work
    return error.value.status, str(error.value)


async def as_client(name: str, work: Callable[[], Awaitable[object]]) -> object:
    CLIENT.set(Client(name))
    return await work()


def pids(pool: Pool) -> set[int]:
    return {worker._pid for worker in pool._idle}


def test_a_query_beyond_the_deadline_is_stopped_and_the_next_is_answered(store: Path) -> None:
    async def work(pool: Pool) -> None:
        began = time.monotonic()
        status, says = await refused(pool.query(ENDLESS))
        assert (status, time.monotonic() - began < 4) == (503, True)
        assert "ran longer than 1 s" in says
        assert await letters(pool) == 1
    run(store, work)


def test_while_one_client_s_queries_run_away_another_is_answered_at_once(store: Path) -> None:
    async def work(pool: Pool) -> None:
        running = [asyncio.ensure_future(as_client("bad", lambda: pool.query(ENDLESS))) for _ in range(8)]
        await asyncio.sleep(0.4)
        for _ in range(5):
            began = time.monotonic()
            assert await as_client("good", lambda: letters(pool)) == 1
            assert time.monotonic() - began < 1
        assert all(isinstance(one, Refused) for one in await asyncio.gather(*running, return_exceptions=True))
        assert await letters(pool) == 1
    run(store, work, replace(QUICK, seconds=2))


@pytest.mark.slow
def test_a_query_that_takes_long_makes_room_for_others_of_the_same_client(store: Path) -> None:
    async def work(pool: Pool) -> None:
        running = asyncio.ensure_future(pool.query(ENDLESS))
        await asyncio.sleep(0.5)
        assert pool.state()["slow"] == 1
        assert await asyncio.gather(*(letters(pool) for _ in range(20))) == [1] * 20
        await refused(running)
        assert pool.state()["slow"] == 0
    run(store, work)


@pytest.mark.slow
@pytest.mark.parametrize("query", [
    # millions of groups; a nesting that no stack holds
    "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?c ?d ?f ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }", "ASK { FILTER(" + "(" * 200_000 + "1" + ")" * 200_000 + ") }",
])
def test_a_query_that_needs_too_much_memory_is_stopped_and_the_next_is_answered(store: Path, query: str) -> None:
    async def work(pool: Pool) -> None:
        status, says = await refused(pool.query(query))
        assert status == 422, says
        assert "memory" in says
        assert await letters(pool) == 1
    run(store, work, Limits(seconds=30, memory_mb=64), workers=1)


def test_an_answer_may_have_so_many_rows_and_not_one_more(store: Path) -> None:
    """Whatever stands in the values: what parts rows in each format is among it."""
    async def work(pool: Pool) -> None:
        for accept in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
            query = 'SELECT ?x ?y { ?s ?p ?o BIND("}},{\\"a\\r\\nb<result>" AS ?x) BIND(1 AS ?y) } LIMIT '
            assert (await pool.query(query + "3", accept=accept)).body
            assert (await refused(pool.query(query + "4", accept=accept)))[0] == 422
    run(store, work, replace(QUICK, rows=3), workers=1)


def test_triples_have_a_limit_too(store: Path) -> None:
    async def work(pool: Pool) -> None:
        assert (await pool.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")).body
        status, says = await refused(pool.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 4"))
        assert (status, "3 rows" in says) == (422, True)
    run(store, work, replace(QUICK, rows=3), workers=1)


@pytest.mark.slow
def test_an_answer_may_weigh_so_much(store: Path) -> None:
    query = 'SELECT ?long { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?f)) AS ?long) }'

    async def work(pool: Pool) -> None:
        status, says = await refused(pool.query(query))
        assert (status, "1 MB" in says) == (422, True)
        assert (await refused(pool.query(f"CONSTRUCT {{ ?s ?p ?long }} WHERE {{ ?s ?p ?o . {{ {query} }} }}")))[0] == 422
    run(store, work, Limits(seconds=20, result_mb=1), workers=1)


@pytest.mark.slow
def test_too_many_that_wait_are_sent_away(store: Path) -> None:
    async def work(pool: Pool) -> None:
        running = [asyncio.ensure_future(pool.query(ENDLESS)) for _ in range(5)]
        await asyncio.sleep(0.1)
        with pytest.raises(Refused, match="busy") as error:
            await pool.query(LETTERS)
        assert (error.value.status, error.value.retry_after) == (503, 5)
        await asyncio.gather(*running, return_exceptions=True)
    run(store, work, replace(QUICK, queue=4), workers=1)


def test_a_query_whose_client_goes_is_stopped(store: Path) -> None:
    async def work(pool: Pool) -> None:
        running = asyncio.ensure_future(pool.query(ENDLESS))
        await asyncio.sleep(0.3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (pool.state()["running"], pool.state()["slow"]) == (0, 0)
        assert await letters(pool) == 1
    run(store, work, Limits(seconds=60))


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced(store: Path) -> None:
    async def work(pool: Pool) -> None:
        before = pids(pool)
        for pid in before:
            os.kill(pid, 9)
        answers = await asyncio.gather(*(letters(pool) for _ in range(6)), return_exceptions=True)
        assert sum(isinstance(one, Refused) for one in answers) <= len(before)
        assert await letters(pool) == 1
        assert not pids(pool) & before
    run(store, work)


@pytest.mark.slow
def test_when_the_nursery_is_killed_another_takes_its_place(store: Path) -> None:
    async def work(pool: Pool) -> None:
        assert pool._nursery is not None
        pool._nursery._process.kill()
        for pid in pids(pool):
            os.kill(pid, 9)
        for _ in range(100):
            if isinstance((await asyncio.gather(letters(pool), return_exceptions=True))[0], int):
                return
            await asyncio.sleep(0.1)
        raise AssertionError("no answer came again")
    run(store, work)


def test_what_is_built_is_seen_without_a_restart_and_no_request_fails(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder, writable=True) as one:
        one.put_letter(extraction("a"))

    def build(name: str) -> None:
        with Store(folder, writable=True) as one:
            one.put_letter(extraction(name))

    async def work(pool: Pool) -> None:
        seen, stop = [], asyncio.Event()

        async def asking() -> None:
            while not stop.is_set():
                seen.append(await letters(pool))
        askers = [asyncio.ensure_future(asking()) for _ in range(4)]
        for name in "bc":
            await asyncio.to_thread(build, name)
            await asyncio.sleep(0.5)
        for _ in range(100):
            if seen[-1] == 3:
                break
            await asyncio.sleep(0.1)
        stop.set()
        await asyncio.gather(*askers)
        assert (seen[0], seen[-1]) == (1, 3)
        for _ in range(100):
            if len(snapshots := list((folder / FOLDER).glob("*/[0-9]*"))) == 1:
                break
            await asyncio.sleep(0.1)
        assert len(snapshots) == 1
    run(folder, work)


@pytest.mark.slow
def test_a_query_that_runs_while_the_store_is_built_ends_on_what_it_began_with(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder, writable=True) as one:
        one.put_ontology()
        one.put_letter(extraction("a"))

    async def work(pool: Pool) -> None:
        slow = "SELECT (COUNT(*) AS ?n) { ?x a kg:Letter { SELECT (COUNT(*) AS ?m) { ?a ?b ?c . ?d ?e ?f } } }"
        running = asyncio.ensure_future(pool.query(slow, accept="text/csv"))
        await asyncio.sleep(0.05)
        with Store(folder, writable=True) as one:
            one.put_letter(extraction("b"))
        await pool.refresh()
        assert await letters(pool) == 2
        assert int((await running).body.split()[1]) == 1
    run(folder, work, Limits(seconds=50))


@pytest.mark.slow
def test_while_a_build_is_at_work_the_store_of_before_is_served(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder, writable=True) as one:
        one.put_letter(extraction("a"))

    async def work(pool: Pool) -> None:
        with Store(folder, writable=True) as one:
            one.put_letter(extraction("b"))
            with pytest.raises(StoreError, match="being written"):
                await pool.refresh()
            assert await letters(pool) == 1
        await pool.refresh()
        assert await letters(pool) == 2
    run(folder, work, poll=60)


def test_what_a_killed_server_left_is_removed_by_the_next_and_a_living_one_s_is_not(store: Path) -> None:
    living = Snapshots(store)
    left = store / FOLDER / "left"
    left.mkdir()
    (left / "lock").touch()
    other = Snapshots(store)
    assert not left.exists()
    assert len(list((store / FOLDER).iterdir())) == 2
    other.close()
    living.close()
    assert not (store / FOLDER).exists()


def test_a_worker_can_open_nothing(store: Path) -> None:
    async def work(pool: Pool) -> None:
        for worker in pool._idle:
            assert isinstance(worker, Worker)
            limits = Path(f"/proc/{worker._pid}/limits").read_text(encoding="utf-8")
            line = next(line for line in limits.splitlines() if line.startswith("Max open files"))
            assert line.split()[3:5] == ["0", "0"]
    if not Path("/proc/self/limits").exists():
        pytest.skip("the system does not tell limits")
    run(store, work)


def test_an_unknown_job_and_a_job_s_wrong_argument_are_told(store: Path) -> None:
    async def work(pool: Pool) -> None:
        assert (await pool.statistics())["base"]
        assert (await refused(pool.call("no such job")))[0] == 500
    run(store, work)
