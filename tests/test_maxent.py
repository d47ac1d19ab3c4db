"""The classifier: learns, gives probabilities, and survives being written and read."""
from __future__ import annotations

import numpy as np
import pytest

from kg.errors import ModelError
from kg.maxent import Classifier, fit

EXAMPLES = [(["red", "round"], "apple"), (["red", "long"], "pepper"), (["green", "round"], "apple"), (["green", "long"], "pepper")] * 5


@pytest.fixture(scope="module")
def fruits() -> Classifier:
    return fit(EXAMPLES)


def test_it_learns_what_decides(fruits: Classifier) -> None:
    assert [label for label, _ in fruits.best([["round"], ["long", "red"]])] == ["apple", "pepper"]


def test_probabilities_add_up_to_one_also_among_some_classes(fruits: Classifier) -> None:
    assert fruits.chances([["round", "unseen"], []]).sum(1).tolist() == pytest.approx([1, 1])
    assert fruits.chances([["round"]], np.array([[False, True]])).tolist() == [[0.0, 1.0]]
    assert fruits.best([]) == []


def test_it_is_the_same_after_being_written_and_read(fruits: Classifier) -> None:
    again = Classifier.unpack(fruits.pack())
    assert again.labels == fruits.labels
    assert again.chances([["round"]])[0].tolist() == pytest.approx(fruits.chances([["round"]])[0].tolist(), abs=1e-3)
    assert again.pack() == fruits.pack()


def test_other_bytes_are_refused_in_a_sentence() -> None:
    with pytest.raises(ModelError, match="damaged"):
        Classifier.unpack(b"no model")


def test_a_feature_with_a_line_break_teaches_nothing_and_spoils_nothing() -> None:
    model = fit([(["a", "b\nc"], "one"), (["d", "b\nc"], "two")] * 3, seen=1)
    assert model.best([["a"], ["d"]])[0][0] == "one" and model.best([["a"], ["d"]])[1][0] == "two"
