"""Reads label sequences off a linear chain: for many passages at once the likeliest labels and how likely each is.

    scores of characters ──> forward and backward sums ──> the probability of every label at every character
                                                       ──> labels that are possible at all ──> the likeliest sequence of these

The sums of all passages are taken in step, forward and backward in one product of matrices. The likeliest sequence is looked for
among labels whose probability is at least FLOOR. A sequence with any other label is less likely than FLOOR; so what is found is the
likeliest of all when it is likelier than FLOOR itself, and otherwise the search is made again with a lower one.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]
FLOOR = 0.03
LOWEST = 1e-300
_RESCALED = 16
_CLIP = -300.0


class Chain:
    """A linear chain with given weights of steps from label to label (rows: from; columns: to)."""

    def __init__(self, steps: Floats) -> None:
        self._steps, self._rows = steps, steps.tolist()
        self._top = float(steps.max(initial=0.0))
        factors = np.exp(steps - self._top)
        self._both = np.stack([factors, factors.T.copy()])     # forward, and backward

    def read(self, scores: Floats, sizes: Sequence[int]) -> Iterator[tuple[list[int], Floats]]:
        """For each passage its likeliest labels and the probability of each. `scores` has a row for each character, passages end to end."""
        if not len(scores):
            yield from (([], np.zeros(0)) for _ in sizes)
            return
        chances, weights = self._chances(scores, sizes)
        start = 0
        for size, weight in zip(sizes, weights, strict=True):
            part = slice(start, start + size)
            path = self._best(scores[part], chances[part], float(weight))
            yield path, chances[part][np.arange(size), path]
            start += size

    def _chances(self, scores: Floats, sizes: Sequence[int]) -> tuple[Floats, Floats]:
        """The probability of each label at each character, and of each passage the logarithm of the sum over all sequences."""
        lay = Layout(sizes)
        tops = scores.max(1)
        near = np.exp(np.maximum(scores - tops[:, None], _CLIP))
        given = np.stack([near[lay.forward], near[lay.backward]])
        reached, logs = given.copy(), np.zeros(len(sizes))
        before = np.ones_like(given)
        for step in range(1, len(lay.offsets) - 1):
            begin, end = lay.offsets[step], lay.offsets[step + 1]
            last = lay.offsets[step - 1]
            came = before[:, begin:end]
            np.matmul(reached[:, last:last + end - begin], self._both, out=came)
            if step % _RESCALED == 0:
                sums = came.sum(2, keepdims=True)
                came /= sums
                logs[:end - begin] += np.log(sums[0, :, 0])
            np.multiply(came, given[:, begin:end], out=reached[:, begin:end])
        chances = np.empty_like(scores)
        chances[lay.forward] = reached[0]
        after = np.empty_like(scores)
        after[lay.backward] = before[1]
        chances *= after
        chances /= chances.sum(1, keepdims=True)
        return chances, self._weights(lay, reached[0], logs, tops, sizes)

    def _weights(self, lay: Layout, reached: Floats, logs: Floats, tops: Floats, sizes: Sequence[int]) -> Floats:
        """Of each passage the logarithm of the sum over all its sequences of labels."""
        out = np.zeros(len(sizes))
        sums = np.add.reduceat(tops, [min(start, len(tops) - 1) for start in lay.starts])
        for rank, passage in enumerate(lay.order):
            size = sizes[passage]
            if size:
                last = reached[lay.offsets[size - 1] + rank].sum()
                out[passage] = logs[rank] + np.log(last) + sums[passage] + (size - 1) * self._top
        return out

    def _best(self, scores: Floats, chances: Floats, weight: float) -> list[int]:
        """The likeliest sequence of labels of a passage; `weight` is the logarithm of the sum over all of them."""
        tops, floor = chances.max(1), FLOOR
        while True:
            path = self._among(scores, chances, chances >= np.minimum(tops, floor)[:, None])
            total = scores[np.arange(len(path)), path].sum() + self._steps[path[:-1], path[1:]].sum()
            if total - weight > np.log(floor) or floor <= LOWEST:
                return path.tolist()    # type: ignore[no-any-return]
            floor = max(floor * FLOOR, LOWEST)

    def _among(self, scores: Floats, chances: Floats, allowed: Flags) -> Indices:
        """The best sequence of allowed labels. Most characters allow one label only: it parts the passage, and what is between is searched."""
        path: Indices = chances.argmax(1)
        free = np.flatnonzero(allowed.sum(1) > 1)
        breaks = np.flatnonzero(np.diff(free) > 1) + 1
        for run in np.split(free, breaks) if len(free) else ():
            first, last = int(run[0]), int(run[-1]) + 1
            options = [np.flatnonzero(row).tolist() for row in allowed[first:last]]
            before = int(path[first - 1]) if first else None
            after = int(path[last]) if last < len(path) else None
            path[first:last] = self._run(scores[first:last].tolist(), options, before, after)
        return path

    def _run(self, scores: Sequence[Sequence[float]], options: Sequence[Sequence[int]], before: int | None, after: int | None) -> list[int]:
        """The best labels of a run of characters, each from its options, between two known labels (None at the ends of the passage)."""
        steps = self._rows
        best = {label: (scores[0][label] + (steps[before][label] if before is not None else 0.0), [label]) for label in options[0]}
        for given, labels in zip(scores[1:], options[1:], strict=True):
            reached = {}
            for label in labels:
                came = max(best, key=lambda one, label=label: best[one][0] + steps[one][label])     # type: ignore[misc]
                reached[label] = (best[came][0] + steps[came][label] + given[label], [*best[came][1], label])
            best = reached
        return max(best.items(), key=lambda item: item[1][0] + (steps[item[0]][after] if after is not None else 0.0))[1][1]


class Layout:
    """Passages in step: first the first character of each, the longest passage first, then the second of each that has one …

    `order`     passages by size, longest first
    `offsets`   where each step begins, and the end of the last
    `forward`   for each place in that order the row of its character; `backward` the same with every passage read from its end
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        lengths = np.array(sizes, np.intp)
        self.starts = np.cumsum(lengths) - lengths
        self.order: list[int] = np.argsort(-lengths, kind="stable").tolist()
        steps = np.arange(int(lengths.max(initial=0)))
        counts = np.searchsorted(-lengths[self.order], -steps, side="left")     # passages longer than the step
        self.offsets: list[int] = [0, *np.cumsum(counts).tolist()]
        step = np.repeat(steps, counts)
        rank = np.arange(self.offsets[-1]) - np.repeat(np.array(self.offsets[:-1], np.intp), counts)
        passage = np.array(self.order, np.intp)[rank]
        self.forward = self.starts[passage] + step
        self.backward = self.starts[passage] + lengths[passage] - 1 - step
