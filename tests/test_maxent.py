"""The classifier: learns, gives probabilities, and survives being written and read."""
from __future__ import annotations

import pytest

from kg.errors import ModelError
from kg.maxent import Classifier, fit

EXAMPLES = [(["red", "round"], "apple"), (["red", "long"], "pepper"), (["green", "round"], "apple"), (["green", "long"], "pepper")] * 5


@pytest.fixture(scope="module")
def fruits() -> Classifier:
    return fit(EXAMPLES)


def test_it_learns_what_decides(fruits: Classifier) -> None:
    assert fruits.best(["round"])[0] == "apple"
    assert fruits.best(["long", "red"])[0] == "pepper"


def test_probabilities_add_up_to_one_also_among_some_classes(fruits: Classifier) -> None:
    assert sum(fruits.chances(["round", "unseen"])) == pytest.approx(1)
    assert fruits.among(["round"], [0]) == [1.0]


def test_it_is_the_same_after_being_written_and_read(fruits: Classifier) -> None:
    again = Classifier.unpack(fruits.pack())
    assert again.labels == fruits.labels
    assert again.chances(["round"]) == pytest.approx(fruits.chances(["round"]), abs=1e-3)


def test_other_bytes_are_refused_in_a_sentence() -> None:
    with pytest.raises(ModelError, match="damaged"):
        Classifier.unpack(b"no model")
