"""Features as numbers: each is a key of 64 bits, made from a column's name and the codes of what the column looks at.

Keys are made for all characters, or all pairs of names, of a letter at once. Two features share a key with odds of one in 10^19, which is never here.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_FACTORS = tuple(np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93))
NONE = np.uint64(0)
"""The key of no feature."""


@lru_cache(maxsize=1 << 14)
def code(text: str) -> int:
    """The code of a string, the same on every machine; it is not zero."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") or 1


def codes(texts: Sequence[str]) -> Codes:
    """The code of each string."""
    return np.fromiter(map(code, texts), np.uint64, len(texts))


def spread_bits(numbers: Codes) -> Codes:
    """Numbers with their bits mixed, one to one (the finalizer of splitmix64)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def keyed(column: str, *fields: Codes, where: Mask | None = None) -> Codes:
    """The keys of a column: its name with the codes of its fields, at each place; NONE where `where` is false."""
    key = np.full(len(fields[0]), code(column), np.uint64)
    for factor, field in zip(_FACTORS, fields, strict=False):
        key += field * factor
    return key if where is None else np.where(where, key, NONE)


def named(keys: Iterable[int]) -> list[str]:
    """Keys as the strings that crfsuite wants; NONE is left out."""
    return [f"{key:x}" for key in keys if key]


class Table:
    """Finds the rows of known keys, for many keys at once: a key's upper bits say where in the sorted list to look."""

    BITS = np.uint64(64 - 17)

    def __init__(self, keys: Codes) -> None:
        """`keys` sorted, none twice."""
        self._keys = np.append(keys, NONE)
        tops = np.arange((1 << 17) + 1, dtype=np.uint64)
        self._first = np.searchsorted(keys >> self.BITS, tops).astype(np.int32)
        self.size = len(keys)

    def rows(self, keys: Codes) -> NDArray[np.int32]:
        """The index of each key among the known ones; their number for a key that is not known. Any shape."""
        shape, keys = keys.shape, keys.ravel()
        top = keys >> self.BITS
        at, end = self._first[top], self._first[top + np.uint64(1)]
        found = self._keys[at] == keys
        rows = np.where(found, at, np.int32(self.size))
        rest = np.flatnonzero(~found & (end - at > 1))
        while rest.size:
            at[rest] += 1
            good = self._keys[at[rest]] == keys[rest]
            rows[rest[good]] = at[rest[good]]
            rest = rest[~good & (at[rest] + 1 < end[rest])]
        return rows.reshape(shape)


@dataclass(frozen=True, slots=True)
class Bags:
    """The features of many examples, in no order: `keys[k]` is a feature of example `rows[k]`, and there are `size` examples."""

    size: int
    rows: NDArray[np.intp]
    keys: Codes

    @classmethod
    def of_names(cls, examples: Sequence[Sequence[str]]) -> Bags:
        """Features given as strings."""
        return cls.of_keys([list(map(code, names)) for names in examples])

    @classmethod
    def of_keys(cls, examples: Sequence[Sequence[int]]) -> Bags:
        """Features given as keys."""
        sizes = [len(keys) for keys in examples]
        keys = np.fromiter(chain.from_iterable(examples), np.uint64, sum(sizes))
        return cls(len(sizes), np.repeat(np.arange(len(sizes)), sizes), keys)

    @classmethod
    def joined(cls, size: int, parts: Sequence[tuple[NDArray[np.intp], Codes]]) -> Bags:
        """Features of `size` examples from several lists of rows and keys; NONE is left out."""
        rows, keys = np.concatenate([rows for rows, _ in parts]), np.concatenate([keys for _, keys in parts])
        kept = keys != NONE
        return cls(size, rows[kept], keys[kept])

    def of(self, examples: NDArray[np.intp]) -> Bags:
        """The features of some examples, each numbered by its place in `examples`; an example may come more than once."""
        order = np.argsort(self.rows, kind="stable")
        counts = np.bincount(self.rows, minlength=self.size)
        sizes = counts[examples]
        ends = np.cumsum(sizes)
        first = (np.cumsum(counts) - counts)[examples] - ends + sizes
        at = order[np.arange(ends[-1] if len(ends) else 0) + np.repeat(first, sizes)]
        return Bags(len(examples), np.repeat(np.arange(len(examples)), sizes), self.keys[at])

    def __add__(self, other: Bags) -> Bags:
        """What either says of the same examples."""
        return Bags(self.size, np.concatenate((self.rows, other.rows)), np.concatenate((self.keys, other.keys)))

    def each(self) -> list[list[int]]:
        """The keys of each example."""
        keys = self.keys[np.argsort(self.rows, kind="stable")]
        ends = np.cumsum(np.bincount(self.rows, minlength=self.size))
        return [part.tolist() for part in np.split(keys, ends)[:-1]]
