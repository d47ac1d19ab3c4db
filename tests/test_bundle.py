"""Model files: the same bytes for the same parts, and a sentence for what is none."""
from __future__ import annotations

from pathlib import Path

import pytest

from kg.bundle import Bundle, load, unpack
from kg.errors import ModelError

MODEL = Bundle({"one": b"1", "two": b"22"}, {"letters": ["a"], "threshold": 0.5})


def test_a_model_comes_back_as_it_was_and_its_file_is_the_same_each_time() -> None:
    again = unpack(MODEL.pack(), "a file")
    assert (dict(again.parts), again.card) == (dict(MODEL.parts), MODEL.card)
    assert MODEL.pack() == again.pack()
    assert again.digest == MODEL.digest


def test_another_part_or_card_is_another_digest() -> None:
    assert Bundle({"one": b"1"}, MODEL.card).digest != MODEL.digest
    assert Bundle(MODEL.parts, {}).digest != MODEL.digest


def test_a_missing_file_part_or_format_is_told_in_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "no.model"
    with pytest.raises(ModelError, match=r"no\.model"):
        load(other)
    other.write_bytes(b"text")
    with pytest.raises(ModelError, match="no model file"):
        load(other)
    with pytest.raises(ModelError, match="no part 'three'"):
        MODEL.part("three")
