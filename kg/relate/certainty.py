"""How sure a fact is: the chance that the classifiers give it, corrected by how often facts of its kind were right in cross-validation.

A logistic regression over the log odds of that chance, the status, the predicate, and whether a word of the predicate stands near the names
(a fact without one, read off the shape of the sentence alone, is wrong more often than the classifiers think). `tests/bench/certainty.py`
fits it on letters that the classifiers did not learn from.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

UNTOLD = "-"            # the pattern of a fact without a word of its predicate
SURE, UNSURE = 2.0, -0.5        # log odds beyond which the regression may bend
NEVER = 1e-3            # chances are kept so far from 0 and 1
SEEN = 10               # features of fewer facts are left out
FREE = frozenset({"one", "odds"})       # features whose weights are hardly held down

Features = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Certainty:
    """The weights of the regression; a feature that it did not see weighs nothing."""

    weights: Mapping[str, float]

    def of(self, chance: float, status: str, predicate: str, word: str) -> float:
        """The share right of facts with this chance, status, predicate and `word` (UNTOLD when no word says it), 0 to 1."""
        return self.at(features(chance, status, predicate, word))

    def at(self, found: Iterable[tuple[str, float]]) -> float:
        """The share right of facts with these features."""
        return 1 / (1 + exp(-sum(self.weights.get(name, 0.0) * value for name, value in found)))


def features(chance: float, status: str, predicate: str, word: str) -> Iterator[tuple[str, float]]:
    """What the regression looks at, with values."""
    kept = min(max(chance, NEVER), 1 - NEVER)
    odds = log(kept / (1 - kept))
    told = "untold" if word == UNTOLD else "told"
    yield from (("one", 1.0), ("odds", odds), ("sure", max(0.0, odds - SURE)), ("unsure", min(0.0, odds - UNSURE)))
    yield from ((told, 1.0), (status, 1.0), (predicate, 1.0), (f"{told} {predicate}", 1.0))


def fit(examples: Iterable[tuple[Features, bool]], penalty: float = 5.0, rounds: int = 30) -> Certainty:
    """The regression that examples (features, whether the fact was right) teach, by Newton's method with an L2 penalty."""
    read = [(dict(found), right) for found, right in examples]
    counts = Counter(name for found, _ in read for name in found)
    names = sorted(name for name, count in counts.items() if count >= SEEN)
    table = np.array([[found.get(name, 0.0) for name in names] for found, _ in read])
    right = np.array([float(told) for _, told in read])
    held = np.array([0.01 if name in FREE else penalty for name in names])
    weights = np.zeros(len(names))
    for _ in range(rounds):
        chances = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chances - right) + held * weights
        curve = (table * (chances * (1 - chances))[:, None]).T @ table + np.diag(held)
        weights -= np.linalg.solve(curve, slope)
    return Certainty({name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)})
