"""The sequence model: a linear-chain conditional random field over characters, trained by crfsuite, read here.

Labels are O, B-Class and I-Class. The names of a passage are those of its likeliest labels; a name's confidence is the marginal probability
of its weakest character's label. Other names are possible beside these: whatever labels that are not too unlikely spell (`POSSIBLE`).
All passages of a letter are read at once (chain.py).
"""
from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg import arrays
from kg.errors import ModelError
from kg.keys import Codes, Table
from kg.recognise import features
from kg.recognise.base import Found, Passage, Proposal
from kg.recognise.chain import Chain, begins_of

SOURCE = "model"
OUTSIDE = "O"
CHARACTERS = 1 << 13
"""How many characters are read at once, about: more would only take memory."""
POSSIBLE, LONGEST = 0.04, 80
"""A possible name has no label less likely, and no more characters."""


class SequenceModel:
    """A trained model: labels, a row of weights for each feature that weighs anything, and the weights of steps from label to label."""

    def __init__(self, labels: Sequence[str], keys: Codes, weights: NDArray[np.float32], steps: NDArray[np.float64]) -> None:
        """`keys` sorted; `weights` one row for each key and a row of zeros, one column for each label."""
        self.labels = list(labels)
        self._table, self._weights, self._chain = Table(keys), weights, Chain(steps)

    def read(self, passages: Sequence[Passage], proposals: Sequence[Sequence[Proposal]]) -> Iterator[tuple[list[Found], list[Found]]]:
        """The names of each passage, in text order, with their confidence; and all that are possible, with how likely they are."""
        for first, last in batches([len(passage.text) for passage in passages]):
            read = passages[first:last]
            sizes = [len(passage.text) for passage in read]
            path, table = self._chain.read(self.scores(features.columns(read, proposals[first:last])), sizes)
            yield from zip(self._found(path, table[np.arange(len(path)), path], sizes), self._possible(table, sizes), strict=True)

    def chances(self, passage: Passage, proposals: Sequence[Proposal], names: Sequence[tuple[int, int, str]]) -> list[float]:
        """How likely each name (start, end, class) of a passage is to be one: the probability of the least likely of its labels and its end."""
        if not names:
            return []
        table = self._chain.chances(self.scores(features.columns([passage], [proposals])), [len(passage.text)])
        number = {label: k for k, label in enumerate(self.labels)}
        return [_chance(table, start, end, number["B-" + kind], number["I-" + kind]) if {"B-" + kind, "I-" + kind} <= number.keys() else 0.0
                for start, end, kind in names]

    def _found(self, path: NDArray[np.intp], chances: NDArray[np.float64], sizes: Sequence[int]) -> list[list[Found]]:
        """The names that labels spell, by passage."""
        starts = begins_of(sizes)
        firsts, lasts = stretches(path, self.labels, starts)
        out: list[list[Found]] = [[] for _ in sizes]
        if not len(firsts):
            return out
        edges = np.stack([firsts, lasts], 1).ravel()
        weakest = np.minimum.reduceat(np.append(chances, 1.0), edges)[::2]
        passage = np.searchsorted(starts, firsts, side="right") - 1
        offsets = starts[passage]
        for k, first, last, label, chance in zip(passage.tolist(), (firsts - offsets).tolist(), (lasts - offsets).tolist(),
                                                 path[firsts].tolist(), weakest.tolist(), strict=True):
            out[k].append(Found(first, last, self.labels[label][2:], chance))
        return out

    def _possible(self, table: NDArray[np.float64], sizes: Sequence[int]) -> list[list[Found]]:
        """What labels that are not too unlikely spell, by passage: by class, then in text order."""
        starts = begins_of(sizes)
        out: list[list[Found]] = [[] for _ in sizes]
        number = {label: k for k, label in enumerate(self.labels)}
        for kind in (label[2:] for label in self.labels if label.startswith("B-")):
            begins = np.flatnonzero(table[:, number["B-" + kind]] >= POSSIBLE)
            goes_on = table[:, number["I-" + kind]] if "I-" + kind in number else np.zeros(len(table))
            passage = np.searchsorted(starts, begins, side="right") - 1
            for k, first, chance in zip(passage.tolist(), begins.tolist(), table[begins, number["B-" + kind]].tolist(), strict=True):
                at = int(starts[k])
                ahead = goes_on[first + 1:min(at + sizes[k], first + LONGEST)].tolist()
                out[k] += (Found(first - at, first - at + size, kind, sure) for size, sure in _ends(chance, ahead))
        return out

    def scores(self, columns: Sequence[Codes]) -> NDArray[np.float64]:
        """For each character and label the sum of the weights of the character's features."""
        rows = self._table.rows(np.stack(columns))
        total = np.zeros((rows.shape[1], len(self.labels)), np.float32)
        each = np.empty_like(total)
        for column in rows:
            total += np.take(self._weights, column, 0, each, "clip")    # clip: without it numpy copies through a buffer
        return total.astype(np.float64)

    @classmethod
    def unpack(cls, data: bytes) -> SequenceModel:
        """The model of the bytes that `fit` made. Raises ModelError when they are not such."""
        found, words = arrays.unpack(data)
        try:
            labels, keys = words["labels"], found["keys"]
            weights = np.zeros((len(keys) + 1, len(labels)), np.float32)
            weights[np.repeat(np.arange(len(keys)), found["counts"]), found["labels"]] = found["weights"]
            return cls(labels, keys, weights, found["steps"])
        except (KeyError, ValueError, IndexError) as error:
            raise ModelError(f"The part 'mentions' of the model is damaged ({error}); train it again with kg train.") from error


def _chance(table: NDArray[np.float64], start: int, end: int, first: int, goes_on: int) -> float:
    """The least of: that the name begins here, that each further character goes on with it, that the one behind it does not."""
    behind = 1.0 - float(table[end, goes_on]) if end < len(table) else 1.0
    return min(float(table[start, first]), float(table[start + 1:end, goes_on].min(initial=1.0)), behind)


def _ends(chance: float, ahead: Sequence[float]) -> Iterator[tuple[int, float]]:
    """The sizes that a name may have which begins with `chance`, and how likely each is, given how likely each character behind goes on with it."""
    for size, more in enumerate([*ahead, 0.0], 1):
        if min(chance, 1 - more) >= POSSIBLE:
            yield size, min(chance, 1 - more)
        if more < POSSIBLE:
            return
        chance = min(chance, more)


def batches(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of passages of about CHARACTERS characters each, as first and last index."""
    first = total = 0
    for k, size in enumerate(sizes):
        total += size
        if total >= CHARACTERS or k == len(sizes) - 1:
            yield first, k + 1
            first, total = k + 1, 0


def stretches(path: NDArray[np.intp], labels: Sequence[str], starts: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where names begin and where they end, in a path of labels (their indices) of passages that start at `starts`.

    A name goes on while I-labels of its class follow; none goes beyond its passage.
    """
    kinds = sorted({label[2:] for label in labels})
    kind = np.array([kinds.index(label[2:]) for label in labels], np.intp)[path]
    named = np.array([label != OUTSIDE for label in labels])[path]
    goes_on = np.array([label.startswith("I-") for label in labels])[path]
    goes_on[1:] &= kind[1:] == kind[:-1]
    goes_on[starts[starts < len(path)]] = False
    ends = np.append(np.flatnonzero(~goes_on), len(path))
    firsts = np.flatnonzero(named & ~goes_on)
    return firsts, ends[np.searchsorted(ends, firsts, side="right")]


def spelled(size: int, names: Iterable[tuple[int, int, str]]) -> list[str]:
    """The labels that spell names (start, end, class) in a passage of `size` characters."""
    labels = [OUTSIDE] * size
    for start, end, kind in names:
        labels[start:end] = ["B-" + kind, *["I-" + kind] * (end - start - 1)]
    return labels


def fit(examples: Iterable[tuple[Sequence[Sequence[str]], Sequence[str]]], rounds: int = 100) -> bytes:
    """The model that passages teach (features and labels of each character), as bytes that `SequenceModel.unpack` reads."""
    return packed(trained(examples, rounds))


def packed(crf: bytes) -> bytes:
    """A model of crfsuite's as ours."""
    import pycrfsuite  # only to train: reading letters does not need it
    tagger = pycrfsuite.Tagger()
    with tagger.open_inmemory(crf):
        info = tagger.info()
    return pack({(int(key, 16), label): weight for (key, label), weight in info.state_features.items()}, info.transitions, sorted(info.labels))


def mean(models: Sequence[bytes]) -> bytes:
    """The model whose weights are the means of those of several, as bytes: it errs less than any one of them."""
    weights, steps = defaultdict[tuple[int, str], float](float), defaultdict[tuple[str, str], float](float)
    unpacked = [arrays.unpack(data) for data in models]
    for found, words in unpacked:
        own = words["labels"]
        keys = np.repeat(found["keys"], found["counts"])
        for key, label, weight in zip(keys.tolist(), found["labels"].tolist(), found["weights"].tolist(), strict=True):
            weights[key, own[label]] += weight / len(models)
        for (one, other), weight in np.ndenumerate(found["steps"]):
            steps[own[one], own[other]] += weight / len(models)
    return pack(weights, steps, sorted({label for _, words in unpacked for label in words["labels"]}))


def trained(examples: Iterable[tuple[Sequence[Sequence[str]], Sequence[str]]], rounds: int = 100) -> bytes:
    """Train by L-BFGS with L1 and L2 penalties: the model as crfsuite writes it."""
    import pycrfsuite
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": rounds})
    for rows, labels in examples:
        trainer.append(pycrfsuite.ItemSequence(rows), labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mentions.crf")
        trainer.train(str(path))
        return path.read_bytes()


def pack(weights: Mapping[tuple[int, str], float], steps: Mapping[tuple[str, str], float], labels: list[str]) -> bytes:
    """A model as bytes: its weights by key and label, the weights of steps, its labels. What has no weight weighs nothing."""
    number = {label: k for k, label in enumerate(labels)}
    rows = sorted((key, number[label], weight) for (key, label), weight in weights.items())
    keys, counts = np.unique(np.array([key for key, _, _ in rows], np.uint64), return_counts=True)
    table = np.zeros((len(labels), len(labels)))
    for (one, other), weight in steps.items():
        table[number[one], number[other]] = weight
    return arrays.pack({
        "keys": keys, "counts": counts.astype(np.uint8), "labels": np.array([label for _, label, _ in rows], np.uint8),
        "weights": np.array([weight for _, _, weight in rows], np.float32), "steps": table,
    }, {"labels": labels})
