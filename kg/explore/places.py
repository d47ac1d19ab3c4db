"""Which places cooperate with which: facts of cooperation counted by the places of their two sides.

The place of an entity is itself when it is a place, else where it lies, else the place with whose name its own begins (天津市教育委员会);
it is taken up to the place below the country: a province, a city of that rank, Hong Kong, or a country abroad.
"""
from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.explore.reader import STATUS_RANK, Json, Reader
from kg.mapping import ALT, PREDICATE, PREF, TYPE, term
from kg.query import find_entity
from kg.store import Store

COOPERATES, PLACE, IN = term("kg:cooperatesWith"), term("kg:Place"), term("kg:locatedIn")
SIZE, MOST = 14, 40                      # places of the matrix, and facts of a cell
LONGEST = 12                             # characters of a place's name that are compared with the beginning of another name
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Places:
    """Finds the place of an entity; remembers what it found."""

    reader: Reader
    names: dict[str, ox.NamedNode]
    found: dict[ox.NamedNode, ox.NamedNode | None] = field(default_factory=dict)

    def of(self, node: ox.NamedNode) -> ox.NamedNode | None:
        """The place, just below the country, of an entity; None when it is not known."""
        if node not in self.found:
            near = self._near(node)
            self.found[node] = self._top(near) if near else None
        return self.found[node]

    def _near(self, node: ox.NamedNode) -> ox.NamedNode | None:
        if PLACE in self.reader.nodes(node, TYPE):
            return node
        where = next((one for one in self.reader.nodes(node, IN) if PLACE in self.reader.nodes(one, TYPE)), None)
        if where is None and (inside := self.reader.node(node, IN)) and inside != node:
            where = self.reader.node(inside, IN)
        return where or self._by_name(self.reader.ref(node)["name"])

    def _by_name(self, name: str) -> ox.NamedNode | None:
        return next((self.names[name[:size]] for size in range(LONGEST, 1, -1) if name[:size] in self.names and len(name) > size), None)

    def _top(self, place: ox.NamedNode) -> ox.NamedNode:
        seen = [place]
        while above := next((one for one in self.reader.nodes(seen[-1], IN) if one not in seen), None):
            seen.append(above)
        return seen[-2] if len(seen) > 1 else seen[-1]


@lru_cache(maxsize=1)
def _cooperation(store: Store) -> dict[Pair, list[ox.NamedNode]]:
    """Two places (their IRIs in order) -> the facts that tie them."""
    reader = Reader(store)
    places = _Places(reader, _names(reader))
    ties: dict[Pair, list[ox.NamedNode]] = defaultdict(list)
    for fact in sorted(set(reader.subjects(PREDICATE, COOPERATES)), key=str):
        ends = reader.ends(fact)
        one, other = (places.of(end) for end in ends) if ends else (None, None)
        if one and other:
            ties[min(one.value, other.value), max(one.value, other.value)].append(fact)
    return dict(ties)


def _names(reader: Reader) -> dict[str, ox.NamedNode]:
    """Name of a place -> the place; a name of two places is none."""
    owners: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for place in reader.subjects(TYPE, PLACE):
        for prop in (PREF, ALT):
            for name in reader.texts(place, prop):
                owners[name].add(place)
    return {name: next(iter(those)) for name, those in owners.items() if len(those) == 1 and len(name) > 1}


def matrix(store: Store, size: int = SIZE) -> Json:
    """{places: [ref + total], rows: [[{total, done, ongoing, planned, suggested, level} or None]], left_out}.

    The places with most cooperation, `size` of them; `level` is 1 to 5, by how much there is. Cooperation within a place counts too.
    """
    reader, ties = Reader(store), _cooperation(store)
    totals: Counter[str] = Counter()
    for pair, facts in ties.items():
        for place in set(pair):
            totals[place] += len(facts)
    order = sorted(totals, key=lambda place: (-totals[place], place))[:max(1, min(size, 60))]
    most = max((len(facts) for (a, b), facts in ties.items() if a in order and b in order), default=1)
    return {"places": [reader.ref(ox.NamedNode(place)) | {"total": totals[place]} for place in order],
            "rows": [[_cell(reader, ties.get((min(a, b), max(a, b)), []), most) for b in order] for a in order],
            "left_out": len(totals) - len(order)}


def _cell(reader: Reader, facts: list[ox.NamedNode], most: int) -> Json | None:
    if not facts:
        return None
    counts = Counter(reader.status(fact) for fact in facts)
    level = 1 + round(4 * (len(facts) - 1) ** 0.5 / max((most - 1) ** 0.5, 1))
    return {"total": len(facts), "level": min(level, 5), **{status: counts[status] for status in STATUS_RANK}}


def between(store: Store, a: str, b: str) -> Json:
    """The facts of one cell: {a: ref, b: ref, total, facts: [fact]}. Raises UnknownName for a name that is none."""
    reader = Reader(store)
    one, other = find_entity(store, a), find_entity(store, b)
    if PLACE not in reader.nodes(one, TYPE) or PLACE not in reader.nodes(other, TYPE):
        raise UnknownName("place", a if PLACE not in reader.nodes(one, TYPE) else b, ())
    facts = _cooperation(store).get((min(one.value, other.value), max(one.value, other.value)), [])
    return {"a": reader.ref(one), "b": reader.ref(other), "total": len(facts), "facts": [reader.fact(fact) for fact in facts[:MOST]]}

