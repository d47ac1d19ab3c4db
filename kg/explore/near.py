"""Which entities stand near others: breadth first over facts, in whichever direction they point."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.explore.filters import Filters
from kg.explore.reader import Reader

STEPS, VISITED = 6, 20_000               # how far a way may go, and how many entities are looked at for it


@dataclass(frozen=True, slots=True)
class Tie:
    """A fact between two entities that are shown."""

    fact: ox.NamedNode
    subject: ox.NamedNode
    object: ox.NamedNode
    predicate: str
    status: str


@dataclass(frozen=True, slots=True)
class Found:
    """The entities, nearest and best tied first; the facts between them; how many more were near; the way that was asked for."""

    nodes: list[ox.NamedNode]
    ties: list[Tie]
    omitted: int = 0
    path: list[ox.NamedNode] = field(default_factory=list)


def neighbourhood(reader: Reader, centres: Sequence[ox.NamedNode], hops: int, filters: Filters, size: int) -> Found:
    """The entities within `hops` steps, of which at most `size` are kept, and all facts between those."""
    distance = dict.fromkeys(centres, 0)
    turn = dict.fromkeys(centres, 0)            # each entity that is gone out from names its next best neighbour in turn
    edge = list(centres)
    for step in range(1, hops + 1):
        for node in edge:
            for place, (other, _) in enumerate(_best(Counter(other for other, _ in _others(reader, node, filters)))):
                turn[other] = min(turn.get(other, place), place)
        edge = [node for node in turn if node not in distance][:VISITED]
        distance |= dict.fromkeys(edge, step)
        if len(distance) > size:
            break
    order = sorted(distance, key=lambda node: (distance[node], turn[node], node.value))
    kept = order[:max(size, len(centres))]
    return Found(kept, _between(reader, kept, filters), len(order) - len(kept))


def _best(weights: Counter[ox.NamedNode]) -> list[tuple[ox.NamedNode, int]]:
    """The entities with most facts first."""
    return sorted(weights.items(), key=lambda pair: (-pair[1], pair[0].value))


def ways(reader: Reader, start: ox.NamedNode, end: ox.NamedNode, filters: Filters, size: int) -> Found:
    """All that stands on a shortest way between the two (at most `size` entities); no path when there is none within STEPS."""
    back = _distances(reader, end, start, filters)
    if start not in back:
        return Found([start, end] if start != end else [start], [], 0, [start] if start == end else [])
    layer, kept = [start], [start]
    path = [start]
    for left in range(back[start] - 1, -1, -1):
        nearer = dict.fromkeys(other for node in layer for other, _ in _others(reader, node, filters, keep=end) if back.get(other) == left)
        step = {other for other, _ in _others(reader, path[-1], filters, keep=end)}
        path.append(min((node for node in nearer if node in step), key=str))
        layer = sorted(nearer, key=lambda node: (node != path[-1], node.value))
        kept += [node for node in layer if node not in kept]
    shown = list(dict.fromkeys([*path, *kept]))
    return Found(shown[:size], _between(reader, shown[:size], filters), max(0, len(shown) - size), path)


def _distances(reader: Reader, start: ox.NamedNode, goal: ox.NamedNode, filters: Filters) -> dict[ox.NamedNode, int]:
    """Steps from `start` to every entity that is no farther than `goal`."""
    distance, edge = {start: 0}, [start]
    for step in range(1, STEPS + 1):
        reached = dict.fromkeys(other for node in edge for other, _ in _others(reader, node, filters, keep=goal) if other not in distance)
        distance |= dict.fromkeys(reached, step)
        edge = list(reached)
        if goal in distance or not edge or len(distance) > VISITED:
            break
    return distance


def _others(reader: Reader, node: ox.NamedNode, filters: Filters, keep: ox.NamedNode | None = None) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    """The entities that a fact ties to this one, with the fact; `keep` passes whatever its class."""
    for fact, forward in reader.facts_about(node):
        ends = reader.ends(fact)
        other = ends[forward] if ends else None
        if other and other != node and (other == keep or filters.pass_entity(reader, other)) and filters.pass_fact(reader, fact):
            yield other, fact


def _between(reader: Reader, nodes: Iterable[ox.NamedNode], filters: Filters) -> list[Tie]:
    """The facts that have both ends among the entities, in a fixed order."""
    shown = set(nodes)
    ties = {fact: Tie(fact, *ends, reader.predicate(fact), reader.status(fact))
            for node in shown for fact, forward in reader.facts_about(node)
            if forward and (ends := reader.ends(fact)) and set(ends) <= shown and filters.pass_fact(reader, fact)}
    return sorted(ties.values(), key=lambda tie: tie.fact.value)
