"""What joins the pairs of a letter: read twice, alone and then in the light of the other pairs.

    pairs ──first──> chances, shared over lists ──context──> features ──second──> chances, shared over lists
                              └────────────────────── mean ──────────────────────────┘
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kg.maxent import Classifier, Flags, Floats
from kg.relate.context import NOTHING, contexts, undecided
from kg.relate.pairs import Pair

Groups = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Relations:
    """The classifiers of both readings (the second may be missing), and what may join two classes.

    `joins` maps classes ("Company>Park") to predicates with a direction (">settlesIn").
    """

    first: Classifier
    second: Classifier | None
    joins: Mapping[str, Sequence[str]]
    _first: Mapping[str, Flags] = field(init=False)
    _second: Mapping[str, Flags] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", self._allowed(self.first))
        object.__setattr__(self, "_second", self._allowed(self.second) if self.second is not None else {})

    def _allowed(self, reader: Classifier) -> dict[str, Flags]:
        return {kinds: np.array([label == NOTHING or label in labels for label in reader.labels]) for kinds, labels in self.joins.items()}

    def alone(self, pairs: Sequence[Pair], groups: Groups) -> Floats:
        """The chances of each of `first.labels` (columns) for each pair (rows) of a letter, by the first reading; `groups`: `list_numbers`."""
        if not pairs:
            return np.zeros((0, len(self.first.labels)))
        allowed = np.stack([self._first[pair.kinds] for pair in pairs])
        return shared(self.first.chances([pair.features for pair in pairs], allowed), groups)

    def chances(self, pairs: Sequence[Pair], groups: Groups) -> Floats:
        """The same by both readings."""
        first = self.alone(pairs, groups)
        found = list(context_of(pairs, first, self.first.labels)) if self.second is not None else []
        if self.second is None or not found:
            return first
        rows = [row for row, _ in found]
        again = self.second.chances([features for _, features in found], np.stack([self._second[pairs[row].kinds] for row in rows]))
        both = first.copy()
        both[rows] = 0.0
        columns = [self.first.labels.index(label) for label in self.second.labels]
        both[np.ix_(rows, columns)] = again
        return (first + shared(both, groups)) / 2


def context_of(pairs: Sequence[Pair], chances: Floats, labels: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The numbers of the pairs that are read again, with all that the second reading sees of them."""
    rows = undecided(chances, labels)
    for row, features in zip(rows, contexts(pairs, chances, labels, rows), strict=True):
        yield row, [*pairs[row].features, *features]


def shared(chances: Floats, groups: Groups) -> Floats:
    """Chances, half those of a pair and half the mean of its list: what is said of one item of a list is said of all."""
    count = int(groups.max()) + 1
    sums = np.zeros((count, chances.shape[1]))
    np.add.at(sums, groups, chances)
    means = (sums / np.bincount(groups, minlength=count)[:, None])[groups]
    return (chances + means) / 2


def list_numbers(pairs: Sequence[Pair]) -> Groups:
    """For each pair a number that it shares with the pairs of the same two lists; lists are numbered as they come."""
    numbers: dict[tuple[object, ...], int] = {}
    return np.array([numbers.setdefault(pair.lists, len(numbers)) for pair in pairs], np.intp)
