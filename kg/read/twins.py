"""The same letter twice: from two sites, or as text and PDF. Equal texts by a hash, nearly equal ones by the least hashes of their shingles.

Texts are compared without white space, signs and traditional forms. A sketch is the 128 least hashes of all runs of five characters; the share
that two sketches have in common estimates the share of runs that the texts have in common (bottom-k sketches; Broder 1997).
"""
from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from kg.normalise import normalise

NEAR = 0.7
KEYS = 6                                # letters that have one of so many lowest hashes in common are compared
COMMON = 100                            # a hash that more letters have is that of a phrase of all letters, and says nothing
_SHINGLE, _SKETCH = 5, 128
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of a text: the hash of its characters, and the least hashes of its shingles, in order."""

    digest: str
    sketch: tuple[int, ...]


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
