"""Names of entities of one class that may be two names of one: a short form, one character apart, or read alike.

Two names that differ in a place (陕西, 山西), a number, an ordinal or a side of the sky name two things, and so do two names that the lexicon knows
as two: they are left out. What is left is only to be looked at.
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.lexicon import read_rows, shipped, split
from kg.model import CLASSES

if TYPE_CHECKING:
    from kg.store import Store

NAMES = """SELECT ?name ?c ?l (COUNT(DISTINCT ?m) AS ?n) WHERE { ?m itsrdf:taIdentRef ?x ; nif:referenceContext ?l . ?x skos:prefLabel ?name ; a ?c }
  GROUP BY ?name ?c ?l"""
PLACES = ("places.tsv", "regions.tsv", "countries.tsv", "world.tsv", "hkmo_places.tsv")        # files of the lexicon
TELLING = re.compile(r"[\d〇零一二两三四五六七八九十百千甲乙丙丁东南西北上下前后左右初高大小新老男女省市区县乡镇第届期年月日]")
BRACKETS = re.compile(r"[“”\"'《》〈〉()（）\s·•—–-]")
SHORT, CLOSE = 3, 4                     # characters that a short form, and a name one character apart, has at least


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that may be one: the one that letters use more often first, why, and where the other stands."""

    one: str
    other: str
    why: str
    letters: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class _Named:
    kind: str
    count: int
    letters: tuple[str, ...]


def near_names(store: Store) -> list[Pair]:
    """The pairs, those that are named most often first."""
    named = _named(store)
    places, known = _places(), _known(store)
    by: dict[str, list[str]] = defaultdict(list)
    for name, about in named.items():
        by[about.kind].append(name)
    found: dict[tuple[str, str], str] = {}
    for kind, names in by.items():
        for one, other, why in _alike(kind, names):
            key = (min(one, other), max(one, other))
            if key not in found and not {one, other} <= known and not differ(one, other, places):
                found[key] = why
    pairs = [_pair(one, other, why, named) for (one, other), why in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.one, pair.other))


def _pair(one: str, other: str, why: str, named: dict[str, _Named]) -> Pair:
    first, second = sorted((one, other), key=lambda name: (-len(name) if "简称" in why else 0, -named[name].count, name))
    return Pair(first, second, why, named[second].letters[:3], named[one].count + named[other].count)


def differ(one: str, other: str, places: frozenset[str]) -> bool:
    """Whether two names surely name two things: what they differ in tells them apart."""
    begin = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    end = next((i for i, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), min(len(one), len(other)))
    end = min(end, min(len(one), len(other)) - begin)
    parts = [name[begin:len(name) - end] for name in (one, other)]
    if any(TELLING.search(part) for part in parts) and len(one) - len(other) in (-1, 0, 1):
        return True
    return any(_place_at(name, begin, len(name) - end, places) for name in (one, other)) and all(
        _place_at(name, begin, len(name) - end, places) or not part for name, part in zip((one, other), parts, strict=True))


def _place_at(name: str, begin: int, end: int, places: frozenset[str]) -> bool:
    """Whether the characters from begin to end touch a place's name."""
    return any(name[a:b] in places for a in range(max(0, begin - 4), min(begin + 1, len(name)))
               for b in range(max(end, a + 2), min(len(name), a + 8) + 1))


def _alike(kind: str, names: list[str]) -> Iterator[tuple[str, str, str]]:
    """Pairs of one class, with the reason; each rule has keys of its own, so that not every pair is looked at."""
    yield from ((a, b, "只差标点 but for marks") for a, b in _same(names, lambda name: [BRACKETS.sub("", name)]))
    if kind not in ("Place", "Person"):
        yield from ((a, b, "可能是简称 perhaps a short form") for a, b in _short(names))
        yield from ((a, b, "只差一字 one character apart") for a, b in _same([n for n in names if len(n) >= CLOSE], _without_one) if _close(a, b))
    yield from ((a, b, "读音相同 read alike") for a, b in _same([name for name in names if len(name) >= SHORT], lambda name: [_sound(name)]))


def _same(names: Iterable[str], keys: object) -> Iterator[tuple[str, str]]:
    """The pairs of names that share a key."""
    assert callable(keys)
    by: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for key in keys(name):
            by[key].add(name)
    for group in by.values():
        order = sorted(group)
        if 1 < len(order) <= 20:
            yield from ((a, b) for i, a in enumerate(order) for b in order[i + 1:])


def _without_one(name: str) -> list[str]:
    return [name, *(name[:i] + "\0" + name[i + 1:] for i in range(len(name))), *(name[:i] + name[i + 1:] for i in range(len(name)))]


def _close(a: str, b: str) -> bool:
    """Whether one character put in, left out or exchanged makes one of the other."""
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1:] == short for i in range(len(long)))


def _short(names: list[str]) -> Iterator[tuple[str, str]]:
    """A name and one that leaves characters of it out, both beginning and ending alike. What begins with the whole of another is a part of it."""
    by: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        if len(name) >= SHORT:
            by[name[0], name[-1]].append(name)
    for group in by.values():
        for long in group:
            yield from ((long, short) for short in group if len(long) >= len(short) + 2 and not long.startswith(short[:-1])
                       and _within(short, long))


def _within(short: str, long: str) -> bool:
    left = iter(long)
    return all(char in left for char in short)


def _sound(name: str) -> str:
    from pypinyin import lazy_pinyin
    return " ".join(lazy_pinyin(BRACKETS.sub("", name)))


def _named(store: Store) -> dict[str, _Named]:
    from kg.query import run
    from kg.show import letter_name
    found: dict[str, tuple[str, int, list[str]]] = {}
    for row in run(store, NAMES).dicts():
        kind = row["c"].rpartition("#")[2]
        if kind in CLASSES:
            _, count, letters = found.get(row["name"], (kind, 0, []))
            found[row["name"]] = kind, count + int(row["n"]), [*letters, letter_name(row["l"])]
    return {name: _Named(kind, count, tuple(sorted(letters))) for name, (kind, count, letters) in sorted(found.items())}


def _known(store: Store) -> frozenset[str]:
    """The names under which the lexicon knows things, those that the store does not tell too."""
    from kg.mapping import PREF
    found = store.data.quads_for_pattern(None, PREF, None, store.graph("lexicon"))
    return _quiet() | {quad.object.value for quad in found}            # type: ignore[union-attr]


@cache
def _quiet() -> frozenset[str]:
    """The names of ontology/names, which letters are read with and a store does not tell."""
    return frozenset(row["name"] for path in (shipped() / "names").glob("*.tsv") for _, row in read_rows(path, ("name", "names")))


@cache
def _places() -> frozenset[str]:
    """The names of places of all sizes, also short ones."""
    files = (path for folder in ("lexicon", "names") for path in (shipped() / folder).glob("*.tsv") if path.name in PLACES)
    rows = (row for path in files for _, row in read_rows(path, ("name", "names")))
    return frozenset(name for row in rows for name in (row["name"], *split(row.get("names", ""))) if len(name) > 1)
