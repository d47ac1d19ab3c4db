"""A maximum-entropy classifier over features that are keys (kg/keys.py), trained by crfsuite (sequences of one item), scored here.

Many examples are scored at once: their keys are looked up in one table, and what these weigh for each class is summed by numpy.
"""
from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kg import arrays
from kg.errors import ModelError
from kg.keys import Bags, Codes, Floats, Indices, Mask, Table, named


class Classifier:
    """Classes and the weights of features for them; a feature that training did not see weighs nothing."""

    def __init__(self, labels: Sequence[str], weights: Mapping[int, Sequence[tuple[int, float]]]) -> None:
        """`weights` gives for the key of each feature the classes (indices of `labels`) for which it weighs, and how much."""
        keys = sorted(weights)
        known = [weights[key] for key in keys]
        self._set(labels, np.array(keys, np.uint64), np.array([len(each) for each in known], np.intp),
                  np.array([label for each in known for label, _ in each], np.intp), np.array([weight for each in known for _, weight in each]))

    def _set(self, labels: Sequence[str], keys: Codes, counts: Indices, classes: Indices, weights: Floats) -> None:
        """Feature k of `keys` (sorted) has `counts[k]` weights; they stand one after another in `classes` and `weights`."""
        if len(keys) != len(counts) or len(classes) != len(weights) or counts.sum() != len(weights):
            raise ModelError("A part of the model is damaged (its tables differ in length); train it again with kg train.")
        self.labels, self._keys, self._table = tuple(labels), keys, Table(keys)
        self._counts, self._classes, self._weights = counts, classes, weights
        self._firsts = np.cumsum(counts) - counts

    def totals(self, examples: Bags) -> Floats:
        """For each example and each class the sum of the features' weights."""
        found = self._table.rows(examples.keys)
        known = found < self._table.size
        rows, example = found[known], examples.rows[known]
        counts = self._counts[rows]
        ends = np.cumsum(counts)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self._firsts[rows] - ends + counts, counts)
        cells = np.repeat(example, counts) * len(self.labels) + self._classes[at]
        totals: Floats = np.bincount(cells, self._weights[at], examples.size * len(self.labels)).astype(np.float64)
        return totals.reshape(examples.size, len(self.labels))

    def chances(self, examples: Bags) -> Floats:
        """For each example the probability of each of `labels`; they add up to one."""
        return softmax(self.totals(examples))

    def best(self, examples: Bags) -> list[tuple[str, float]]:
        """Of each example the likeliest class and its probability."""
        chances = self.chances(examples)
        return [(self.labels[k], float(row[k])) for k, row in zip(chances.argmax(1).tolist(), chances, strict=True)]

    def pack(self) -> bytes:
        """The classifier as bytes, the same for the same weights."""
        return arrays.pack({"keys": self._keys, "counts": self._counts.astype(np.uint16), "classes": self._classes.astype(np.uint16),
                            "weights": self._weights.round(4).astype(np.float32)}, {"labels": list(self.labels)})

    @classmethod
    def unpack(cls, data: bytes) -> Classifier:
        """The classifier of `pack`'s bytes. Raises ModelError when they are not such."""
        found, words = arrays.unpack(data)
        out = cls.__new__(cls)
        try:
            weights = found["weights"].astype(np.float64).round(4)
            out._set(words["labels"], found["keys"], found["counts"].astype(np.intp), found["classes"].astype(np.intp), weights)
        except KeyError as error:
            raise ModelError(f"A part of the model is damaged (it has no {error}); train it again with kg train.") from error
        return out


def softmax(totals: Floats, allowed: Mask | None = None) -> Floats:
    """Probabilities by row; they add up to one. `allowed` says which classes are possible (all, if not given)."""
    if allowed is not None:
        totals = np.where(allowed, totals, -np.inf)
    powers = np.exp(totals - totals.max(1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(1, keepdims=True)    # type: ignore[no-any-return]


def fit(examples: Iterable[tuple[Iterable[int], str]], c1: float = 0.05, c2: float = 0.3, rounds: int = 120, seen: int = 2,
        classes: Iterable[str] = ()) -> Classifier:
    """A classifier from examples (keys, class), by L-BFGS with L1 (`c1`) and L2 (`c2`) penalties; rarer features than `seen` are left out.

    `classes` are known to it though no example be of them.
    """
    import pycrfsuite  # only to train: reading letters does not need it
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": c1, "c2": c2, "max_iterations": rounds, "feature.minfreq": seen})
    missing = dict.fromkeys(classes)
    for keys, label in examples:
        trainer.append(pycrfsuite.ItemSequence([named(keys)]), [label])
        missing.pop(label, None)
    for label in missing:
        trainer.append(pycrfsuite.ItemSequence([[]]), [label])
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
    weights: dict[int, list[tuple[int, float]]] = {}
    for (feature, label), weight in info.state_features.items():
        weights.setdefault(int(feature, 16), []).append((number[label], weight))
    return Classifier(labels, {key: sorted(known) for key, known in weights.items()})
