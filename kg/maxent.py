"""A maximum-entropy classifier over named features, trained by crfsuite (sequences of one item), scored here.

Scoring reads the weights once into a table from feature to (class, weight) pairs: most features weigh for few classes.
"""
from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from math import exp

import pycrfsuite

from kg.errors import ModelError


class Classifier:
    """Classes and the weights of features for them; a feature that training did not see weighs nothing."""

    def __init__(self, labels: Sequence[str], weights: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        self.labels, self._weights = tuple(labels), weights

    def chances(self, features: Iterable[str]) -> list[float]:
        """The probability of each of `labels`; they add up to one."""
        return self.among(features, range(len(self.labels)))

    def among(self, features: Iterable[str], allowed: Sequence[int]) -> list[float]:
        """The probability of each of the `allowed` classes (indices of `labels`), no other being possible; they add up to one."""
        scores = [0.0] * len(self.labels)
        weights = self._weights
        for name in features:
            known = weights.get(name)
            if known is not None:
                for label, weight in known:
                    scores[label] += weight
        return softmax([scores[label] for label in allowed])

    def best(self, features: Iterable[str]) -> tuple[str, float]:
        """The likeliest class and its probability."""
        chances = self.chances(features)
        index = max(range(len(chances)), key=chances.__getitem__)
        return self.labels[index], chances[index]

    def pack(self) -> bytes:
        """The classifier as bytes, the same for the same weights."""
        table = {name: [[label, round(weight, 4)] for label, weight in known] for name, known in sorted(self._weights.items())}
        return zlib.compress(json.dumps([self.labels, table], ensure_ascii=False, separators=(",", ":")).encode(), 9)

    @classmethod
    def unpack(cls, data: bytes) -> Classifier:
        """The classifier of `pack`'s bytes. Raises ModelError when they are not such."""
        try:
            labels, table = json.loads(zlib.decompress(data))
            return cls(labels, {name: [(label, weight) for label, weight in known] for name, known in table.items()})
        except (zlib.error, ValueError, TypeError) as error:
            raise ModelError(f"A part of the model is damaged ({error}); train it again with kg train.") from error


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities in proportion to the exponentials of scores."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def fit(examples: Iterable[tuple[Sequence[str], str]], c1: float = 0.05, c2: float = 0.3, rounds: int = 120, seen: int = 2) -> Classifier:
    """A classifier from examples (features, class), by L-BFGS with L1 (`c1`) and L2 (`c2`) penalties; rarer features than `seen` are left out."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": c1, "c2": c2, "max_iterations": rounds, "feature.minfreq": seen})
    for features, label in examples:
        trainer.append(pycrfsuite.ItemSequence([list(features)]), [label])
    handle, path = tempfile.mkstemp(suffix=".crf")
    os.close(handle)
    try:
        trainer.train(path)
        return _read(path)
    finally:
        os.unlink(path)


def _read(path: str) -> Classifier:
    tagger = pycrfsuite.Tagger()
    with tagger.open(path):
        info = tagger.info()
    labels = sorted(info.labels)
    number = {label: k for k, label in enumerate(labels)}
    weights: dict[str, list[tuple[int, float]]] = {}
    for (feature, label), weight in info.state_features.items():
        weights.setdefault(feature, []).append((number[label], weight))
    return Classifier(labels, {name: sorted(known) for name, known in weights.items()})
