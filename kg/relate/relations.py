"""What joins the pairs of a letter: read twice, alone and then in the light of the other pairs.

    pairs ──first──> chances, shared over lists ──context──> features ──second──> chances, shared over lists
                              └────────────────────── mean ──────────────────────────┘
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kg.keys import Bags, Floats, Indices, Mask
from kg.maxent import Classifier, softmax
from kg.relate.context import NOTHING, contexts, undecided
from kg.relate.pairs import Pairs


@dataclass(frozen=True, slots=True)
class Relations:
    """The classifiers of both readings (the second may be missing), and what may join two classes.

    `joins` maps classes ("Company>Park") to predicates with a direction (">settlesIn").
    """

    first: Classifier
    second: Classifier | None
    joins: Mapping[str, Sequence[str]]
    _first: Mapping[str, Mask] = field(init=False)
    _second: Mapping[str, Mask] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", self._allowed(self.first))
        object.__setattr__(self, "_second", self._allowed(self.second) if self.second is not None else {})

    def _allowed(self, reader: Classifier) -> dict[str, Mask]:
        return {kinds: np.array([label == NOTHING or label in labels for label in reader.labels]) for kinds, labels in self.joins.items()}

    def alone(self, pairs: Pairs) -> Floats:
        """The chances of each of `first.labels` (columns) for each pair (rows) of a letter, by the first reading."""
        if not pairs.each:
            return np.zeros((0, len(self.first.labels)))
        allowed = np.stack([self._first[pair.kinds] for pair in pairs.each])
        return shared(softmax(self.first.totals(pairs.lists)[pairs.groups] + self.first.totals(pairs.names), allowed), pairs.groups)

    def chances(self, pairs: Pairs) -> Floats:
        """The same by both readings."""
        first = self.alone(pairs)
        rows = undecided(first, self.first.labels)
        if self.second is None or not len(rows):
            return first
        allowed = np.stack([self._second[pairs.each[row].kinds] for row in rows])
        both = first.copy()
        both[rows] = 0.0
        columns = np.array([self.first.labels.index(label) for label in self.second.labels])
        both[rows[:, None], columns] = softmax(self.second.totals(seen_again(pairs, first, self.first.labels, rows)), allowed)
        return (first + shared(both, pairs.groups)) / 2


def seen_again(pairs: Pairs, chances: Floats, labels: Sequence[str], rows: Indices) -> Bags:
    """All that the second reading sees of some pairs."""
    return pairs.features(rows) + contexts(pairs, chances, labels, rows)


def shared(chances: Floats, groups: Indices) -> Floats:
    """Chances, half those of a pair and half the mean of its list: what is said of one item of a list is said of all."""
    count, width = int(groups.max()) + 1, chances.shape[1]
    sums = np.bincount((groups[:, None] * width + np.arange(width)).ravel(), chances.ravel(), count * width).reshape(count, width)
    means = (sums / np.bincount(groups, minlength=count)[:, None])[groups]
    return (chances + means) / 2
