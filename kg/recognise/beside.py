"""What stands beside a stretch of a letter: words, and what else may be a name."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kg.keys import NONE, Codes, Floats, Indices, Mask, code, codes, keyed
from kg.recognise.base import Passage


class Words:
    """The words of a letter's passages, with where each begins and ends."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        words = [word for passage in passages for word in passage.words]
        sizes = np.array([len(word) for word, _ in words], np.intp)
        firsts = np.repeat([passage.start for passage in passages], [len(passage.words) for passage in passages]).astype(np.intp)
        before = np.cumsum(sizes) - sizes
        counts = np.cumsum([0, *(len(passage.words) for passage in passages)])
        bases = np.repeat(np.append(before, 0)[counts[:-1]], np.diff(counts)) if len(words) else before
        self._begins = firsts + before - bases
        self._ends = self._begins + sizes
        self._tags = [tag for _, tag in words]
        self._codes = codes([word for word, _ in words]), codes(self._tags)
        self._edge = np.uint64(code("$"))

    def begins(self, at: Indices) -> tuple[Codes, Codes]:
        """The word that begins at each offset and its tag; NONE where none does."""
        return self._at(self._begins, at)

    def ends(self, at: Indices) -> tuple[Codes, Codes]:
        """The word that ends at each offset and its tag; NONE where none does."""
        return self._at(self._ends, at)

    def tags(self, start: Indices, end: Indices) -> Codes:
        """The tags of the words that begin in each stretch, up to eight."""
        firsts, lasts = np.searchsorted(self._begins, start), np.searchsorted(self._begins, end)
        return codes([" ".join(self._tags[first:min(last, first + 8)]) for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)])

    def _at(self, edges: Indices, at: Indices) -> tuple[Codes, Codes]:
        if not len(edges):
            return np.zeros(len(at), np.uint64), np.zeros(len(at), np.uint64)
        place = np.minimum(np.searchsorted(edges, at), len(edges) - 1)
        there = edges[place] == at
        return tuple(np.where(there, given[place], NONE) for given in self._codes)      # type: ignore[return-value]

    def columns(self, start: Indices, end: Indices, kind: Codes) -> Iterator[Codes]:
        """Columns for the words and tags before each stretch and behind it: the next but one, both together, the tags of three."""
        ahead, behind = np.searchsorted(self._ends, start, side="right") - 1, np.searchsorted(self._begins, end)
        for side, first, step in (("before", ahead, -1), ("after", behind, 1)):
            (near, tag), (second, second_tag), (_, third_tag) = (self._nth(first + step * k) for k in range(3))
            yield keyed(f"second {side}", second, kind)
            yield keyed(f"both {side}", near, second)
            yield keyed(f"tags {side}", tag, second_tag, third_tag, kind)

    def _nth(self, index: Indices) -> tuple[Codes, Codes]:
        """The words of some indices and their tags; $ beyond the first and the last."""
        there = (index >= 0) & (index < len(self._tags))
        at = np.where(there, index, 0)
        return tuple(np.where(there, np.append(given, NONE)[at], self._edge) for given in self._codes)      # type: ignore[return-value]


def next_to(edges: Indices, at: Indices, chance: Floats) -> tuple[Indices, Mask]:
    """For each offset `at` the likeliest candidate with that edge, and whether there is one. `edges` and `chance` are those of the candidates."""
    order = np.lexsort((-chance, edges))
    known, first = np.unique(edges[order], return_index=True)
    place = np.minimum(np.searchsorted(known, at), len(known) - 1)
    return order[first[place]], known[place] == at
