"""Where each node stands: computed here, not in the browser, so that the page opens at once and always looks the same.

    components     each part of the graph that hangs together is laid out by itself
    _spring        igraph: Kamada-Kawai from a circle, then Fruchterman-Reingold, where ties inside a community pull harder
    _spread        nodes that stand too close are pushed apart, more so sideways, where their labels stand
    _pack          the parts are put side by side in free cells, the largest in the middle

Nodes and edges are taken in sorted order and the random numbers start from a fixed seed: the same graph gives the same positions.
"""
from __future__ import annotations

import contextlib
import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import networkx

from kg.render.style import radius

Point = tuple[float, float]
Pair = tuple[int, int]

EDGE = 84.0                    # the middle length of an edge, in the units of the picture (pixels at zoom 1)
ROOM = (74.0, 50.0)            # the least distance between neighbours, sideways and up and down
REACH = (ROOM[0] + 32.0, ROOM[1] + 32.0)        # two of the largest nodes push each other from here
MANY = 500                     # a part with more nodes is laid out with fewer rounds
CELL = 62.0                    # the side of the cells in which parts are packed
SEED = 7
WIDE = 1.3                     # how much wider than high the picture is
HIGHER = 1.35                  # the picture is drawn out upwards by this at most
ACROSS = 0.35                  # how hard an edge between two communities pulls, next to one inside (1)


def positions(graph: networkx.MultiDiGraph) -> dict[Any, tuple[int, int]]:
    """Node -> (x, y) in whole units, the middle of the picture at (0, 0); y grows downwards."""
    parts = [_part(graph, sorted(part, key=str)) for part in networkx.weakly_connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), str(next(iter(part)))))
    placed = _pack(parts)
    return _centred(placed)


def _part(graph: networkx.MultiDiGraph, nodes: Sequence[Any]) -> dict[Any, Point]:
    """Positions of one connected part, its centre at (0, 0)."""
    index = {node: i for i, node in enumerate(nodes)}
    pairs = sorted({(min(a, b), max(a, b)) for a, b in _ties(graph, index)})
    if not pairs:
        return dict.fromkeys(nodes, (0.0, 0.0))
    points = _spread(_scaled(_spring(len(nodes), pairs), pairs), [radius(graph.degree(node)) for node in nodes])
    middle = _middle(points)
    return {node: (x - middle[0], y - middle[1]) for node, (x, y) in zip(nodes, points, strict=True)}


def _ties(graph: networkx.MultiDiGraph, index: Mapping[Any, int]) -> Iterator[Pair]:
    for source, target in graph.edges(list(index)):
        if source != target:
            yield index[source], index[target]


def _spring(count: int, pairs: Sequence[Pair]) -> list[Point]:
    """Positions by springs; the result has no scale of its own."""
    import igraph  # here, because only a picture needs it, and it takes a fifth of a second to load

    net = igraph.Graph(n=count, edges=list(pairs))
    if count < 3:
        return [(float(i), 0.0) for i in range(count)]
    member = net.community_fastgreedy().as_clustering().membership
    weights = [1.0 if member[a] == member[b] else ACROSS for a, b in pairs]
    with _seeded(igraph):
        first = net.layout_kamada_kawai(seed=net.layout_circle(), maxiter=count * (50 if count <= MANY else 5))
        second = net.layout_fruchterman_reingold(
            weights=weights, seed=first, niter=400 if count <= MANY else 120, start_temp=math.sqrt(count) / 4, grid=False)
    return [(x * WIDE, y) for x, y in second.coords]


@contextlib.contextmanager
def _seeded(igraph: Any) -> Iterator[None]:
    """igraph draws its random numbers from a seed inside, and from where it did by default after."""
    igraph.set_random_number_generator(random.Random(SEED))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _scaled(points: Sequence[Point], pairs: Sequence[Pair]) -> list[Point]:
    """The same picture with the middle edge EDGE long."""
    lengths = sorted(math.dist(points[a], points[b]) for a, b in pairs)
    by = EDGE / (lengths[len(lengths) // 2] or 1.0)
    return [(x * by, y * by) for x, y in points]


def _spread(points: Sequence[Point], radii: Sequence[float]) -> list[Point]:
    """Push apart what stands too close, until nothing does or the rounds are over."""
    spots = [[x, y] for x, y in points]
    for _ in range(80 if len(spots) <= MANY else 16):
        pushed = False
        for a, b in _near(spots):
            pushed |= _push(spots[a], spots[b], radii[a] + radii[b], a - b)
        if not pushed:
            break
    return [(x, y) for x, y in spots]


def _near(spots: Sequence[Sequence[float]]) -> Iterator[Pair]:
    """Pairs that stand in the same or in neighbouring cells, each once."""
    cells: dict[Pair, list[int]] = {}
    for i, (x, y) in enumerate(spots):
        cells.setdefault((int(x // REACH[0]), int(y // REACH[1])), []).append(i)
    for (cx, cy), here in cells.items():
        yield from itertools.combinations(here, 2)
        for dx, dy in ((1, 0), (-1, 1), (0, 1), (1, 1)):
            yield from itertools.product(here, cells.get((cx + dx, cy + dy), ()))


def _push(one: list[float], other: list[float], radii: float, odd: int) -> bool:
    """Move both apart by half of what lacks; two on the same spot go apart in a direction that depends on their order."""
    wide, high = ROOM[0] + radii / 2, ROOM[1] + radii / 2
    dx, dy = one[0] - other[0], one[1] - other[1]
    if dx == dy == 0.0:
        dx, dy = math.cos(odd), math.sin(odd)
    away = math.hypot(dx / wide, dy / high)
    if away >= 1.0:
        return False
    by = min((1.0 - away) / away, 1.0 / away) * 0.5 if away > 0.05 else 0.5 / 0.05
    one[0], one[1] = one[0] + dx * by, one[1] + dy * by
    other[0], other[1] = other[0] - dx * by, other[1] - dy * by
    return True


def _pack(parts: Sequence[Mapping[Any, Point]]) -> dict[Any, Point]:
    """Each part at the free place nearest to the middle, in the order given."""
    taken: set[Pair] = set()
    placed: dict[Any, Point] = {}
    for part in parts:
        mine = _cells(part)
        at = next(at for at in _outwards() if not any((cx + at[0], cy + at[1]) in taken for cx, cy in mine))
        taken |= {(cx + at[0] + dx, cy + at[1] + dy) for cx, cy in mine for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        placed |= {node: (x + at[0] * CELL, y + at[1] * CELL) for node, (x, y) in part.items()}
    return placed


def _cells(part: Mapping[Any, Point]) -> set[Pair]:
    return {(round(x / CELL), round(y / CELL)) for x, y in part.values()}


def _outwards() -> Iterator[Pair]:
    """Cells in rings around the middle, without end; each ring is wider than high."""
    ring = 0
    while True:
        across = int(ring * WIDE)
        rows = {(x, y) for x in range(-across, across + 1) for y in (-ring, ring)}
        columns = {(x, y) for x in (-across, across) for y in range(-ring, ring + 1)}
        yield from sorted(rows | columns, key=lambda at: (at[0] ** 2 / WIDE ** 2 + at[1] ** 2, at))
        ring += 1


def _middle(points: Sequence[Point]) -> Point:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _centred(placed: Mapping[Any, Point]) -> dict[Any, tuple[int, int]]:
    """Around (0, 0), and drawn out upwards when much wider than a screen."""
    if not placed:
        return {}
    xs, ys = [x for x, _ in placed.values()], [y for _, y in placed.values()]
    x0, y0 = _middle(list(placed.values()))
    higher = min(max((max(xs) - min(xs)) / ((max(ys) - min(ys)) or 1.0) / WIDE, 1.0), HIGHER)
    return {node: (round(x - x0), round((y - y0) * higher)) for node, (x, y) in placed.items()}
