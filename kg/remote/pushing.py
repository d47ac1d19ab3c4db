"""A store pushed to another server: each graph whole, only those that the server does not have as they are here.

    here        SHA-256 of each graph of the store                        records.here
    recorded    what the server says was pushed to it                     records.recorded
    contents    what the server has of those graphs now                   records.contents
    Plan        what to send, what is there, what to remove               plan
    push        send in batches; after each the server's own answer is recorded there, so that a stopped push goes on where it was

docs/howto/push.md is the user's view.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kg import iris
from kg.remote.asking import Remote
from kg.remote.records import Content, Here, Record, Records, batches, contents, here, lines, recorded, statements
from kg.remote.writing import Writer
from kg.store import Store

Told = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push does: graphs to send, those that are there as they are here, those to remove, and those that another store pushed."""

    send: tuple[Here, ...]
    same: tuple[str, ...]
    remove: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did; `wrong` are graphs of which the server has another number of statements than were sent, as sentences."""

    plan: Plan
    seconds: float = 0.0
    wrong: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def statements(self) -> int:
        return sum(one.triples for one in self.plan.send)


@dataclass(slots=True)
class _Log:
    """The records as they are on the server, while it is written."""

    records: dict[str, set[Record]] = field(default_factory=dict)
    stale: bool = False

    def replace(self, graph: str, record: Record | None) -> None:
        """The valid record of a graph; those that it had are stale from now on."""
        self.stale = self.stale or bool(self.records.get(graph))
        self.records.pop(graph, None)
        if record is not None:
            self.records[graph] = {record}


def plan(store: Store, remote: Remote, owner: str, records: Records, *, mirror: bool = False, quick: bool = False) -> Plan:
    """Compare the store with the server, when `quick` by numbers of statements. With `mirror` graphs that other stores pushed are removed too."""
    ours = {one.graph: one for one in here(store)}
    known = {graph: found for graph, one in ours.items() if (found := _of(records, graph, one.sha256))}
    now = contents(remote, tuple(known), {graph: one.triples for graph, one in ours.items()}, quick=quick)
    same = tuple(graph for graph, recorded_ in known.items() if any(now.get(graph, Content()).fits(one) for one in recorded_))
    kept = frozenset(same)
    gone = sorted(graph for graph in records if graph not in ours)
    remove = tuple(graph for graph in gone if mirror or any(record.store == owner for record in records[graph]))
    send = tuple(one for graph, one in ours.items() if graph not in kept)
    return Plan(send, same, remove, tuple(graph for graph in gone if graph not in remove))


def _of(records: Records, graph: str, digest: str) -> frozenset[Content]:
    """What the server had of a graph when just this was sent."""
    return frozenset(record.content for record in records.get(graph, ()) if record.sha256 == digest)


def push(store: Store, remote: Remote, writer: Writer, owner: str, *, mirror: bool = False, quick: bool = False, dry_run: bool = False,
         told: Told | None = None) -> Pushed:
    """Bring the server to what the store says; RemoteError when it cannot be brought there. It may be stopped at any moment and called again."""
    began = time.perf_counter()
    records = recorded(remote, store.base)
    work = plan(store, remote, owner, records, mirror=mirror, quick=quick)
    if dry_run:
        return Pushed(work, time.perf_counter() - began, dry_run=True)
    log = _Log({graph: set(found) for graph, found in records.items()})
    wrong = _send(store, remote, writer, owner, work, log, told)
    for graph in work.remove:
        writer.delete(graph)
        log.replace(graph, None)
    if log.stale:
        _write(writer, store.base, log)
    return Pushed(work, time.perf_counter() - began, tuple(wrong))


def _send(store: Store, remote: Remote, writer: Writer, owner: str, work: Plan, log: _Log, told: Told | None) -> list[str]:
    wrong, done, by_name = list[str](), 0, {one.graph: one for one in work.send}
    sizes = {one.graph: one.triples for one in work.send}
    for batch in batches(by_name, sizes):
        for graph in batch:
            if told:
                told(done, len(by_name), iris.letter_of_graph(graph, store.base) or graph.rpartition("/")[2])
            writer.put(graph, lines(store, graph))
            done += 1
        now = contents(remote, batch, sizes)
        right = {graph: content for graph in batch if (content := now.get(graph, Content())).triples == by_name[graph].triples}
        wrong += [_differs(by_name[graph], now.get(graph, Content())) for graph in batch if graph not in right]
        _note(writer, store.base, {graph: Record(by_name[graph].sha256, content, owner) for graph, content in right.items()}, log)
    return wrong


def _note(writer: Writer, base: str, new: Mapping[str, Record], log: _Log) -> None:
    """Record what was sent, beside what is recorded: old records do no harm, since the server's content is no longer theirs."""
    writer.add(iris.graph_iri("pushed", base), statements(new.items(), base))
    for graph, record in new.items():
        log.replace(graph, record)


def _write(writer: Writer, base: str, log: _Log) -> None:
    """Have only the valid records in graph/pushed."""
    pairs = [(graph, record) for graph, found in log.records.items() for record in found]
    graph = iris.graph_iri("pushed", base)
    if pairs:
        writer.put(graph, statements(pairs, base))
    else:
        writer.delete(graph)


def _differs(one: Here, there: Content) -> str:
    return f"{one.graph}: {one.triples} statements were sent, and the server has {there.triples}: it does not keep this graph as it was sent."
