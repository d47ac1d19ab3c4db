"""Reads label sequences off a linear chain: for many passages at once the likeliest labels and how likely each is.

    scores of characters ──> forward and backward sums ──> the probability of every label at every character
                                                       ──> labels that are possible at all ──> the likeliest sequence of these

The sums of all passages are taken in step, forward and backward in one product of matrices. The likeliest sequence is looked for
among labels whose probability is at least FLOOR. A sequence with any other label is less likely than FLOOR; so what is found is the
likeliest of all when it is likelier than FLOOR itself; otherwise all labels are tried.
"""
from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kg.keys import Floats, Indices

FLOOR = 0.02
_RESCALED = 16
_CLIP = -300.0


class Chain:
    """A linear chain with given weights of steps from label to label (rows: from; columns: to)."""

    def __init__(self, steps: Floats) -> None:
        self._steps, self._rows = steps, steps.tolist()
        self._top = float(steps.max(initial=0.0))
        factors = np.exp(steps - self._top)
        self._both = np.stack([factors, factors.T.copy()])     # forward, and backward

    def read(self, scores: Floats, sizes: Sequence[int]) -> tuple[Indices, Floats]:
        """The likeliest labels of each passage; and for each character (a row, passages end to end, as in `scores`) the probability of each label."""
        filled = [size for size in sizes if size]
        if not filled:
            return np.zeros(0, np.intp), np.zeros(scores.shape)
        chances, weights = self._chances(scores, filled)
        return self._best(scores, chances, filled, weights), chances

    def chances(self, scores: Floats, sizes: Sequence[int]) -> Floats:
        """The probability of each label at each character of passages that are not empty."""
        return self._chances(scores, sizes)[0]

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
        sums = np.add.reduceat(tops, lay.starts)
        lengths, order = np.array(sizes), np.array(lay.order)
        last = reached[np.array(lay.offsets)[lengths[order] - 1] + np.arange(len(order))].sum(1)
        out[order] = logs + np.log(last) + (sums + (lengths - 1) * self._top)[order]
        return out

    def _best(self, scores: Floats, chances: Floats, sizes: Sequence[int], weights: Floats) -> Indices:
        """The likeliest labels of each passage; `weights` are the logarithms of the sums over all of a passage's sequences."""
        starts = begins_of(sizes)
        path = self._among(scores, chances, starts)
        totals = scores[np.arange(len(path)), path]
        stepped = self._steps[path[:-1], path[1:]]
        stepped[starts[1:] - 1] = 0.0
        totals[1:] += stepped
        for k in np.flatnonzero(np.add.reduceat(totals, starts) - weights <= np.log(FLOOR)).tolist():
            part = slice(int(starts[k]), int(starts[k]) + sizes[k])
            path[part] = self._of_all(scores[part])
        return path

    def _of_all(self, scores: Floats) -> list[int]:
        """The likeliest labels of one passage, all labels tried at every character."""
        into = np.ascontiguousarray(self._steps.T)
        came = np.empty(scores.shape, np.intp)
        reached, total = np.empty_like(into), scores[0]
        for given, before in zip(scores[1:], came[1:], strict=True):
            np.add(total, into, out=reached)
            reached.argmax(1, out=before)
            total = reached.max(1) + given
        path = [int(total.argmax())]
        for back in came[:0:-1].tolist():
            path.append(back[path[-1]])
        return path[::-1]

    def _among(self, scores: Floats, chances: Floats, starts: Indices) -> Indices:
        """The best sequence of labels that are likelier than FLOOR. Most characters have one such label: it parts the passage, and what
        is between is searched."""
        path: Indices = chances.argmax(1)
        allowed = chances >= np.minimum(chances.max(1), FLOOR)[:, None]
        free = np.flatnonzero(np.count_nonzero(allowed, axis=1) > 1)
        options: list[list[int]] = [[] for _ in free]
        for row, label in zip(*(found.tolist() for found in np.nonzero(allowed[free])), strict=True):
            options[row].append(label)
        given = scores[free].tolist()
        begins = np.zeros(len(path) + 1, np.bool_)
        begins[starts] = begins[-1] = True
        cuts = np.flatnonzero((np.diff(free, prepend=-2) > 1) | begins[free]).tolist() if len(free) else []
        for low, high in pairwise([*cuts, len(free)]):
            first, last = int(free[low]), int(free[high - 1]) + 1
            before = None if begins[first] else int(path[first - 1])
            after = None if begins[last] else int(path[last])
            path[first:last] = self._run(given[low:high], options[low:high], before, after)
        return path

    def _run(self, scores: Sequence[Sequence[float]], options: Sequence[Sequence[int]], before: int | None, after: int | None) -> list[int]:
        """The best labels of a run of characters, each from its options, between two known labels (None at the ends of the passage)."""
        steps = self._rows
        totals = {label: scores[0][label] + (steps[before][label] if before is not None else 0.0) for label in options[0]}
        came: list[dict[int, int]] = []
        for given, labels in zip(scores[1:], options[1:], strict=True):
            came.append({label: max(totals, key=lambda one, to=label: totals[one] + steps[one][to]) for label in labels})  # type: ignore[misc]
            totals = {label: totals[one] + steps[one][label] + given[label] for label, one in came[-1].items()}
        path = [max(totals, key=lambda label: totals[label] + (steps[label][after] if after is not None else 0.0))]
        for back in reversed(came):
            path.append(back[path[-1]])
        return path[::-1]


def begins_of(sizes: Sequence[int]) -> Indices:
    """Where each of some stretches begins that stand end to end."""
    lengths = np.array(sizes, np.intp)
    return np.cumsum(lengths) - lengths


class Layout:
    """Passages in step: first the first character of each, the longest passage first, then the second of each that has one …

    `order`     passages by size, longest first
    `offsets`   where each step begins, and the end of the last
    `forward`   for each place in that order the row of its character; `backward` the same with every passage read from its end
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        lengths = np.array(sizes, np.intp)
        self.starts = begins_of(sizes)
        self.order: list[int] = np.argsort(-lengths, kind="stable").tolist()
        steps = np.arange(int(lengths.max(initial=0)))
        counts = np.searchsorted(-lengths[self.order], -steps, side="left")     # passages longer than the step
        self.offsets: list[int] = [0, *np.cumsum(counts).tolist()]
        step = np.repeat(steps, counts)
        rank = np.arange(self.offsets[-1]) - np.repeat(np.array(self.offsets[:-1], np.intp), counts)
        passage = np.array(self.order, np.intp)[rank]
        self.forward = self.starts[passage] + step
        self.backward = self.starts[passage] + lengths[passage] - 1 - step
