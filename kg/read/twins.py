"""The same letter twice: from two sites, or as text and PDF. Equal texts by a hash, nearly equal ones by the least hashes of their shingles.

Texts are compared without white space, signs and traditional forms. A sketch is the 128 least hashes of all runs of five characters; the share
that two sketches have in common estimates the share of runs that the texts have in common (bottom-k sketches; Broder 1997).
"""
from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from kg.normalise import normalise

NEAR = 0.7
KEYS = 6                                # letters that have one of so many lowest hashes in common are compared
_SHINGLE, _SKETCH = 5, 128
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of a text: the hash of its characters, and the least hashes of its shingles, in order."""

    digest: str
    sketch: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two letters, by name, that say the same; `share` of their runs of characters are common (1 for equal texts)."""

    one: str
    other: str
    share: float


def printed(text: str) -> Print:
    """The print of a text."""
    plain = _SIGNS.sub("", normalise(text))
    runs = {plain[i:i + _SHINGLE] for i in range(max(1, len(plain) - _SHINGLE + 1))}
    hashes = {crc32(run.encode("utf-8", "replace")) for run in runs}
    return Print(sha256(plain.encode("utf-8", "replace")).hexdigest(), tuple(heapq.nsmallest(_SKETCH, hashes)))


def share(one: Print, other: Print) -> float:
    """The estimated share of common shingles, 0 to 1."""
    if one.digest == other.digest:
        return 1.0
    least = heapq.nsmallest(_SKETCH, {*one.sketch, *other.sketch})
    both = set(one.sketch) & set(other.sketch)
    return round(sum(1 for value in least if value in both) / max(1, len(least)), 2)


def twins(prints: Iterable[tuple[str, Print]]) -> Iterator[Twins]:
    """The pairs of one letter, the later one with the first that it equals. Only letters with a common low hash are compared."""
    seen: dict[int, list[tuple[str, Print]]] = {}
    for name, own in prints:
        near = {other: their for key in own.sketch[:KEYS] for other, their in seen.get(key, ())}
        found = _nearest(own, near)
        if found is not None:
            yield Twins(found[0], name, found[1])
        for key in own.sketch[:KEYS]:
            seen.setdefault(key, []).append((name, own))


def _nearest(own: Print, near: Mapping[str, Print]) -> tuple[str, float] | None:
    shares = ((name, share(own, their)) for name, their in near.items())
    best = max(shares, key=lambda pair: pair[1], default=None)
    return best if best is not None and best[1] >= NEAR else None
