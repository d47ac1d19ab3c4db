"""A log-linear model that chooses one of several candidates, each described by named features.

The chance of a candidate is the softmax of its summed feature weights over the candidates of its group. Training raises the
likelihood of the right ones by stochastic gradient ascent with AdaGrad steps and a weight decay; it is deterministic.
"""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import exp, sqrt
from random import Random

Features = Sequence[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A training example: the features of each candidate, and which candidates are right (at least one)."""

    candidates: Sequence[Features]
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Feature weights; a feature that training did not see weighs nothing."""

    weights: Mapping[str, float]

    def chances(self, candidates: Sequence[Features]) -> list[float]:
        """The probability of each candidate; they add up to one."""
        return softmax([self.score(features) for features in candidates])

    def score(self, features: Features) -> float:
        """The summed weights of a candidate's features."""
        return sum(map(self.weights.get, features, repeat(0.0)))     # get with a default gives no None

    def best(self, candidates: Sequence[Features]) -> tuple[int, float]:
        """The index of the likeliest candidate (the first of equals) and its probability."""
        chances = self.chances(candidates)
        index = max(range(len(chances)), key=chances.__getitem__)
        return index, chances[index]


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as probabilities; they add up to one."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def train_ranker(choices: Iterable[Choice], epochs: int = 8, rate: float = 0.2, decay: float = 3e-4, seen: int = 2) -> Ranker:
    """Weights from examples. Features that fewer than `seen` examples have are left out."""
    examples = [choice for choice in choices if choice.right]
    counts = Counter(name for choice in examples for name in {n for features in choice.candidates for n in features})
    weights = {name: 0.0 for name, count in counts.items() if count >= seen}
    squares = dict.fromkeys(weights, 1e-2)
    kept = [Choice([[n for n in features if n in weights] for features in c.candidates], c.right) for c in examples]
    order, total = Random(1), dict.fromkeys(weights, 0.0)
    for epoch in range(epochs):
        order.shuffle(kept)
        for choice in kept:
            _step(choice, weights, squares, rate, decay)
        if epoch:       # the mean over epochs errs less than any one of them
            total = {name: total[name] + weight for name, weight in weights.items()}
    return Ranker({name: round(weight / max(1, epochs - 1), 4) for name, weight in total.items() if abs(weight) > 1e-3})


def _step(choice: Choice, weights: dict[str, float], squares: dict[str, float], rate: float, decay: float) -> None:
    """One step up the likelihood of an example."""
    chances = softmax([sum([weights[name] for name in features]) for features in choice.candidates])
    whole = sum(chances[i] for i in choice.right) or 1e-12
    gradient: dict[str, float] = {}
    for i, features in enumerate(choice.candidates):
        push = (chances[i] / whole if i in choice.right else 0.0) - chances[i]
        if abs(push) > 1e-4:
            for name in features:
                gradient[name] = gradient.get(name, 0.0) + push
    for name, slope in gradient.items():
        slope -= decay * weights[name]
        squares[name] += slope * slope
        weights[name] += rate * slope / sqrt(squares[name])


def pack(rankers: Mapping[str, Ranker]) -> bytes:
    """Several rankers as bytes, the same for the same weights."""
    tables = {name: dict(ranker.weights) for name, ranker in rankers.items()}
    tables = {name: dict(ranker.weights) for name, ranker in rankers.items()}
    return json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpack(data: bytes) -> dict[str, Ranker]:
    """The rankers that `pack` wrote."""
    return {name: Ranker(weights) for name, weights in json.loads(data).items()}
