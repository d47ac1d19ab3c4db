"""The sequence model reads as crfsuite does: the same names, the same confidence."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import exp
from pathlib import Path

import numpy as np
import pycrfsuite
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import arrays, lessons, names_train
from kg.errors import ModelError
from kg.gold import read_golds
from kg.keys import NONE, Table, code, codes
from kg.lexicon import Lexicon
from kg.recognise import features, propose, sequence
from kg.recognise.base import Passage, Proposal
from kg.recognise.chain import Chain
from kg.recognise.passages import passages
from kg.words import tagger

SEEDS = Path(__file__).parent / "corpus" / "seeds"
Read = tuple[list[Passage], list[list[Proposal]]]


@pytest.fixture(scope="module")
def letters() -> list[Read]:
    lexicon = Lexicon.load()
    read = [list(passages(lessons.lesson(gold, lexicon).letter, lexicon, tagger())) for gold in read_golds([SEEDS])]
    return [(found, [propose(passage) for passage in found]) for found in read]


@pytest.fixture(scope="module")
def crf() -> bytes:
    lexicon = Lexicon.load()
    return sequence.trained((example for gold in read_golds([SEEDS])[:2] for example in names_train.labelled(lessons.lesson(gold, lexicon), lexicon)), 12)


def by_crfsuite(model: bytes, letters: Sequence[Read]) -> Iterator[tuple[int, int, str, float]]:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model)
    for passage, proposals in (pair for read in letters for pair in zip(*read, strict=True)):
        labels = tagger.tag(pycrfsuite.ItemSequence(features.of(passage, proposals)))
        starts = [i for i, label in enumerate(labels) if label[0] == "B" or (label[0] == "I" and (i == 0 or labels[i - 1][2:] != label[2:]))]
        for start in starts:
            end = next((i for i in range(start + 1, len(labels)) if labels[i] != "I-" + labels[start][2:]), len(labels))
            yield start, end, labels[start][2:], min(tagger.marginal(labels[i], i) for i in range(start, end))


@pytest.mark.slow
def test_the_names_of_the_seed_letters_are_those_of_crfsuite_and_as_sure(crf: bytes, letters: list[Read]) -> None:
    model = sequence.SequenceModel.unpack(sequence.packed(crf))
    ours = [(x.start, x.end, x.kind, x.confidence) for read in letters for names, _ in model.read(*read) for x in names]
    theirs = list(by_crfsuite(crf, letters))
    assert len(theirs) > 300
    assert [name[:3] for name in ours] == [name[:3] for name in theirs]
    assert [name[3] for name in ours] == pytest.approx([name[3] for name in theirs], abs=1e-4)


def test_a_passage_is_read_the_same_alone_and_among_others(crf: bytes, letters: list[Read]) -> None:
    model = sequence.SequenceModel.unpack(sequence.packed(crf))
    found, proposals = letters[0]
    alone = [next(model.read([passage], [each])) for passage, each in zip(found, proposals, strict=True)]
    for both, others in zip(alone, model.read(found, proposals), strict=True):
        for one, other in zip(both, others, strict=True):
            assert [(x.start, x.end, x.kind, round(x.confidence, 6)) for x in one] == [(x.start, x.end, x.kind, round(x.confidence, 6)) for x in other]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=3), st.integers(0, 1 << 32))
def test_the_chain_finds_what_trying_all_sequences_finds(sizes: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    steps, scores = random.normal(0, 2, (3, 3)), random.normal(0, 2, (sum(sizes), 3))
    start = 0
    paths, chances = Chain(steps).read(scores, sizes)
    for size in sizes:
        part, path = scores[start:start + size], paths[start:start + size].tolist()
        total = {labels: sum(part[i, k] for i, k in enumerate(labels)) + sum(steps[a, b] for a, b in pairwise(labels))
                 for labels in product(range(3), repeat=size)}
        whole = sum(map(exp, total.values()))
        assert tuple(path) == max(total, key=lambda labels: total[labels])
        assert chances[np.arange(start, start + size), path].tolist() == pytest.approx([sum(exp(t) for labels, t in total.items() if labels[i] == path[i]) / whole for i in range(size)])
        start += size


def test_the_mean_of_models_has_the_mean_of_their_weights(crf: bytes) -> None:
    one = sequence.packed(crf)
    other = sequence.pack({(7, "B-Park"): 1.0, (9, "O"): 0.5}, {("O", "B-Park"): 2.0}, ["B-Park", "O"])
    assert sequence.mean([one, one]) == one
    assert sequence.mean([one, other, other, one]) == sequence.mean([other, one])
    third = sequence.pack({(7, "B-Park"): 3.0, (7, "O"): 1.0}, {}, ["B-Park", "O"])
    assert sequence.mean([other, third]) == sequence.pack(
        {(7, "B-Park"): 2.0, (7, "O"): 0.5, (9, "O"): 0.25}, {("O", "B-Park"): 1.0}, ["B-Park", "O"])


def test_no_passages_and_empty_passages_have_no_names(crf: bytes) -> None:
    model = sequence.SequenceModel.unpack(sequence.packed(crf))
    empty = Passage("", 0, (), (), ())
    assert list(model.read([], [])) == []
    assert list(model.read([empty, empty], [[], []])) == [([], []), ([], [])]


@given(st.sets(st.integers(1, (1 << 64) - 1), max_size=40), st.integers(1, (1 << 64) - 1))
def test_a_table_finds_known_keys_and_no_others(known: set[int], other: int) -> None:
    keys = np.array(sorted(known), np.uint64)
    assert Table(keys).rows(keys).tolist() == list(range(len(keys)))
    strange = np.array([other, int(NONE)], np.uint64)
    assert Table(keys).rows(strange).tolist() == [sorted(known).index(other) if other in known else len(known), len(known)]


def test_codes_are_the_same_on_every_machine() -> None:
    assert code("天津") == 0x5955f6562832d59a
    assert codes(["天津", "a"]).tolist() == [code("天津"), code("a")]


@given(st.lists(st.floats(width=32, allow_nan=False), max_size=5), st.lists(st.text(max_size=5), max_size=3))
def test_arrays_come_back_from_their_bytes(numbers: list[float], words: list[str]) -> None:
    data = arrays.pack({"numbers": np.array(numbers, np.float32)}, {"words": words})
    found, texts = arrays.unpack(data)
    assert (found["numbers"].tolist(), texts) == (numbers, {"words": words})
    assert arrays.pack(found, texts) == data


@pytest.mark.parametrize("data", [b"", b"no model", b"{}\n", b'{"arrays":[["keys","<u8",[9]]],"words":{}}\nshort'])
def test_other_bytes_are_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(ModelError, match="damaged"):
        sequence.SequenceModel.unpack(data)
