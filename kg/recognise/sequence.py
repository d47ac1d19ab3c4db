"""The sequence model: a linear-chain conditional random field over characters, by way of crfsuite.

Labels are O, B-Class and I-Class. A name's confidence is the marginal probability of its weakest character's label.
"""
from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pycrfsuite

from kg.errors import ModelError
from kg.recognise.base import Found

OUTSIDE = "O"


class SequenceModel:
    """A trained model, opened from its bytes. One per process."""

    def __init__(self, weights: bytes, features: bytes) -> None:
        """`weights` as crfsuite writes them; `features` are those that weigh anything, one a line (others need not be made)."""
        self.features = frozenset(features.decode().split("\n"))
        self._weights = weights     # crfsuite reads from this memory as long as the tagger lives
        self._tagger = pycrfsuite.Tagger()
        try:
            self._tagger.open_inmemory(weights)
        except ValueError as error:
            raise ModelError(f"The part 'mentions' of the model is damaged ({error}); train it again with kg train.") from error

    def names(self, features: Sequence[Sequence[str]]) -> Iterator[Found]:
        """The names of one passage, in text order, with their confidence."""
        if not features:
            return
        labels = self._tagger.tag(pycrfsuite.ItemSequence(features))
        for start, end, kind in stretches(labels):
            yield Found(start, end, kind, min(self._tagger.marginal(labels[i], i) for i in range(start, end)))


def stretches(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and class of each name that a label sequence spells."""
    start, kind = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        if kind and label != "I-" + kind:
            yield start, i, kind
            kind = ""
        if label != OUTSIDE and not kind:
            start, kind = i, label[2:]


def spelled(size: int, names: Iterable[tuple[int, int, str]]) -> list[str]:
    """The labels that spell names (start, end, class) in a passage of `size` characters."""
    labels = [OUTSIDE] * size
    for start, end, kind in names:
        labels[start:end] = ["B-" + kind, *["I-" + kind] * (end - start - 1)]
    return labels


def fit(examples: Iterable[tuple[Sequence[Sequence[str]], Sequence[str]]], rounds: int = 100) -> tuple[bytes, bytes]:
    """Train on passages (features and labels of each character) by L-BFGS with L1 and L2 penalties: the weights, and the features that weigh."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": rounds})
    for features, labels in examples:
        trainer.append(pycrfsuite.ItemSequence(features), labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mentions.crf")
        trainer.train(str(path))
        tagger = pycrfsuite.Tagger()
        with tagger.open(str(path)):
            weighing = {feature for feature, _ in tagger.info().state_features}
        return path.read_bytes(), "\n".join(sorted(weighing)).encode()
