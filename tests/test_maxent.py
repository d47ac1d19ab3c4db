"""The classifier: learns, gives probabilities, and survives being written and read."""
from __future__ import annotations

import numpy as np
import pytest

from kg.errors import ModelError
from kg.keys import Bags, Floats, codes
from kg.maxent import Classifier, fit, softmax

EXAMPLES = [(codes(names.split()).tolist(), label) for names, label in (("red round", "apple"), ("red long", "pepper"), ("green round", "apple"),
                                                                        ("green long", "pepper"))] * 5


@pytest.fixture(scope="module")
def fruits() -> Classifier:
    return fit(EXAMPLES)


def chances(model: Classifier, *examples: list[str]) -> Floats:
    return model.chances(Bags.of_names(examples))


def test_it_learns_what_decides(fruits: Classifier) -> None:
    assert [label for label, _ in fruits.best(Bags.of_names([["round"], ["long", "red"]]))] == ["apple", "pepper"]


def test_probabilities_add_up_to_one_also_among_some_classes(fruits: Classifier) -> None:
    assert chances(fruits, ["round", "unseen"], []).sum(1).tolist() == pytest.approx([1, 1])
    assert softmax(fruits.totals(Bags.of_names([["round"]])), np.array([[False, True]])).tolist() == [[0.0, 1.0]]
    assert fruits.best(Bags.of_names([])) == []


def test_it_is_the_same_after_being_written_and_read(fruits: Classifier) -> None:
    again = Classifier.unpack(fruits.pack())
    assert again.labels == fruits.labels
    assert chances(again, ["round"])[0].tolist() == pytest.approx(chances(fruits, ["round"])[0].tolist(), abs=1e-3)
    assert again.pack() == fruits.pack()


def test_other_bytes_are_refused_in_a_sentence() -> None:
    with pytest.raises(ModelError, match="damaged"):
        Classifier.unpack(b"no model")
