"""The sentences of a letter laid end to end, as arrays with one element for each token, to ask about many stretches of tokens at once.

    ^ ^ 二是 天津大学 、 南开大学 与 香港理工大学 签署 … $ $ ^ ^ 天开西青园 由 我区 … $ $
        |start of the first                              |start of the second

A stretch is a first token and the one after its last, as in slices; stretches are arrays of both.
"""
from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kg.keys import Codes, Mask
from kg.relate import signs
from kg.relate.scene import Scene

Places = NDArray[np.intp]
_BASE = 0x9E3779B97F4A7C15     # of sequences' codes: odd, so that it can be divided by
_INVERSE = pow(_BASE, -1, 1 << 64)
_OPEN, _CLOSE = (signs.BEGIN,) * 2, (signs.END,) * 2


def spread(first: Places, last: Places) -> tuple[Places, Places]:
    """Every place of every stretch: the number of its stretch, and the place."""
    sizes = np.maximum(last - first, 0)
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(np.arange(len(sizes)), sizes), np.arange(total) + np.repeat(first - ends + sizes, sizes)


class Track:
    """The tokens of one sort, each with a code (or several: one for each time that it counts).

    `before`  for each token how many of the sort stand before it; one element more for the end
    `at`      where they stand
    `codes`   their codes
    """

    def __init__(self, counts: NDArray[np.integer] | Mask, codes: Codes) -> None:
        """`counts` says how often each token counts, `codes` has a code for each time."""
        self.before = np.concatenate(([0], np.cumsum(counts, dtype=np.intp)))
        self.at = np.flatnonzero(counts) if counts.dtype == np.bool_ else np.repeat(np.arange(len(counts)), counts)
        self.codes = codes

    def count(self, first: Places, last: Places) -> Places:
        """How many stand in each stretch; 0 where it ends before it begins."""
        found: Places = np.maximum(self.before[last] - self.before[first], 0)
        return found

    def each(self, first: Places, last: Places) -> tuple[Places, Codes]:
        """Those of every stretch: the number of their stretch, and their codes."""
        rows, found = spread(self.before[first], self.before[last])
        return rows, self.codes[found]

    def first(self, first: Places, last: Places) -> Codes:
        """The code of the first of each stretch, 0 where there is none."""
        return np.where(self.count(first, last) > 0, np.append(self.codes, np.uint64(0))[self.before[first]], np.uint64(0))

    def last(self, first: Places, last: Places) -> Codes:
        """The code of the last of each stretch, 0 where there is none."""
        return np.where(self.count(first, last) > 0, np.append(self.codes, np.uint64(0))[self.before[last] - 1], np.uint64(0))

    def next(self, place: Places) -> Places:
        """Where the first at or after a place stands; beyond all tokens where there is none."""
        return np.append(self.at, len(self.before))[self.before[place]]

    def sequence(self, first: Places, last: Places) -> Codes:
        """One code for all of a stretch in their order."""
        powers = _powers(_BASE, len(self.codes))
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(self.codes * powers[:-1])))
        low = self.before[first]
        found: Codes = (sums[np.maximum(self.before[last], low)] - sums[low]) * _powers(_INVERSE, len(self.codes))[low]
        return found


def _powers(base: int, count: int) -> Codes:
    """The powers of a number from 0 to `count`, modulo 2^64."""
    return np.concatenate((np.ones(1, np.uint64), np.cumprod(np.full(count, base, np.uint64))))


class Layout:
    """What the features look at in the sentences of a letter.

    `starts` where each sentence begins, `ends` where it ends; `clause` the number of each token's clause in its sentence,
    `opened` where that clause begins, `closed` where the next one does; `marks`, `flags` and `parts` as in `signs.Sign`.
    """

    def __init__(self, scenes: Sequence[Scene]) -> None:
        read = [sign for scene in scenes for sign in (*_OPEN, *map(signs.sign, scene.tokens), *_CLOSE)]
        sizes = np.array([len(scene.tokens) for scene in scenes], np.intp)
        self.ends: Places = np.cumsum(sizes + 4) - 2
        self.starts: Places = self.ends - sizes
        self.size = len(read)
        words, marks, flags, said, parts = zip(*read, strict=True) if read else ((),) * 5
        self.words, self.marks, self.parts = (np.array(column, np.uint64) for column in (words, marks, parts))
        self.flags = np.array(flags, np.intp)
        self.clause = np.array([number for scene in scenes for number in (-1, -1, *scene.clauses, len(scene.clauses), len(scene.clauses))], np.intp)
        changes = np.append(np.flatnonzero(np.diff(self.clause, prepend=-2)), self.size)
        clauses = np.repeat(np.arange(len(changes) - 1), np.diff(changes))
        self.opened, self.closed = changes[clauses], changes[clauses + 1]
        self.predicates = Track(np.array(list(map(len, said)), np.intp), np.array(list(chain.from_iterable(said)), np.uint64))
        self.every = self.marked(signs.WORD | signs.NAME)

    def has(self, flag: int) -> Mask:
        """Which tokens have one of the flags."""
        found: Mask = (self.flags & flag) != 0
        return found

    def worded(self, flag: int) -> Track:
        """The tokens with a flag, as words."""
        found = self.has(flag)
        return Track(found, self.words[found])

    def marked(self, flag: int) -> Track:
        """The tokens with a flag, by their marks."""
        found = self.has(flag)
        return Track(found, self.marks[found])
