"""A maximum-entropy classifier over named features, trained by crfsuite (sequences of one item), scored here.

Many examples are scored at once: their features are looked up in one dictionary, and what these weigh for each class is summed by numpy.
"""
from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from kg import arrays
from kg.errors import ModelError

BREAK = re.compile("[\n\r]")       # crfsuite tells its weights line by line: a feature with a line break would be two
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Classifier:
    """Classes and the weights of features for them; a feature that training did not see weighs nothing."""

    def __init__(self, labels: Sequence[str], weights: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        """`weights` gives for each feature the classes (indices of `labels`) for which it weighs, and how much."""
        names = sorted(weights)
        known = [weights[name] for name in names]
        self._set(labels, names, np.array([len(each) for each in known], np.intp),
                  np.array([label for each in known for label, _ in each], np.intp), np.array([weight for each in known for _, weight in each]))

    def _set(self, labels: Sequence[str], names: Sequence[str], counts: NDArray[np.intp], classes: NDArray[np.intp], weights: Floats) -> None:
        """Feature k of `names` has `counts[k]` weights; they stand one after another in `classes` and `weights`."""
        if len(names) != len(counts) or len(classes) != len(weights) or counts.sum() != len(weights):
            raise ModelError("A part of the model is damaged (its tables differ in length); train it again with kg train.")
        self.labels, self._names = tuple(labels), names
        self._rows = dict(zip(names, range(len(names)), strict=True))
        self._counts, self._classes, self._weights = counts, classes, weights
        self._firsts = np.cumsum(counts) - counts

    def totals(self, examples: Sequence[Sequence[str]]) -> Floats:
        """For each example, given as its features, and each class the sum of the features' weights."""
        sizes = [len(features) for features in examples]
        found = np.fromiter(map(self._rows.get, chain.from_iterable(examples), repeat(-1)), np.intp, sum(sizes))
        known = found >= 0
        rows, example = found[known], np.repeat(np.arange(len(sizes)), sizes)[known]
        counts = self._counts[rows]
        ends = np.cumsum(counts)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self._firsts[rows] - ends + counts, counts)
        cells = np.repeat(example, counts) * len(self.labels) + self._classes[at]
        totals: Floats = np.bincount(cells, self._weights[at], len(sizes) * len(self.labels)).astype(np.float64)
        return totals.reshape(len(sizes), len(self.labels))

    def chances(self, examples: Sequence[Sequence[str]], allowed: Flags | None = None) -> Floats:
        """For each example the probability of each of `labels`; they add up to one. `allowed` says which are possible (all, if not given)."""
        totals = self.totals(examples)
        if allowed is not None:
            totals[~allowed] = -np.inf
        powers = np.exp(totals - totals.max(1, keepdims=True, initial=-np.inf))
        return powers / powers.sum(1, keepdims=True)    # type: ignore[no-any-return]

    def best(self, examples: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        """Of each example the likeliest class and its probability."""
        chances = self.chances(examples)
        return [(self.labels[k], float(row[k])) for k, row in zip(chances.argmax(1).tolist(), chances, strict=True)]

    def pack(self) -> bytes:
        """The classifier as bytes, the same for the same weights."""
        return arrays.pack({"counts": self._counts.astype(np.uint16), "classes": self._classes.astype(np.uint16),
                            "weights": self._weights.round(4).astype(np.float32)}, {"labels": list(self.labels), "names": list(self._names)})

    @classmethod
    def unpack(cls, data: bytes) -> Classifier:
        """The classifier of `pack`'s bytes. Raises ModelError when they are not such."""
        found, words = arrays.unpack(data)
        out = cls.__new__(cls)
        try:
            weights = found["weights"].astype(np.float64).round(4)
            out._set(words["labels"], words["names"], found["counts"].astype(np.intp), found["classes"].astype(np.intp), weights)
        except KeyError as error:
            raise ModelError(f"A part of the model is damaged (it has no {error}); train it again with kg train.") from error
        return out


def fit(examples: Iterable[tuple[Sequence[str], str]], c1: float = 0.05, c2: float = 0.3, rounds: int = 120, seen: int = 2) -> Classifier:
    """A classifier from examples (features, class), by L-BFGS with L1 (`c1`) and L2 (`c2`) penalties; rarer features than `seen` are left out."""
    import pycrfsuite  # only to train: reading letters does not need it
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": c1, "c2": c2, "max_iterations": rounds, "feature.minfreq": seen})
    for features, label in examples:
        trainer.append(pycrfsuite.ItemSequence([[name for name in features if not BREAK.search(name)]]), [label])
    handle, path = tempfile.mkstemp(suffix=".crf")
    os.close(handle)
    try:
        trainer.train(path)
        return _read(path)
    finally:
        os.unlink(path)


def _read(path: str) -> Classifier:
    import pycrfsuite
    tagger = pycrfsuite.Tagger()
    with tagger.open(path):
        info = tagger.info()
    labels = sorted(info.labels)
    number = {label: k for k, label in enumerate(labels)}
    weights: dict[str, list[tuple[int, float]]] = {}
    for (feature, label), weight in info.state_features.items():
        weights.setdefault(feature, []).append((number[label], weight))
    return Classifier(labels, {name: sorted(known) for name, known in weights.items()})
