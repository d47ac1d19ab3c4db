"""Cross-validation: no letter is scored by a model that learned from it, nor, by region, from its province."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg.folds import by_letter, by_region, region
from kg.gold import Gold, read_golds
from kg.lexicon import Lexicon

SEEDS = Path(__file__).parent / "corpus" / "seeds" / "gold"
PLACES = ("天津市", "天津市和平区", "广州市", "广东省", "陕西省西咸新区", "西安市", "中国", "上海市浦东新区", "苏州市")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture(scope="module")
def golds() -> list[Gold]:
    """Three letters of each place."""
    first = read_golds([SEEDS])[0]
    return [replace(first, name=f"{place}-{k}", letter={**first.letter, "jurisdiction": place}) for place in PLACES for k in range(3)]


def test_every_letter_is_scored_once_and_never_learned_from(golds: list[Gold]) -> None:
    folds = list(by_letter(golds))
    assert sorted(gold.name for fold in folds for gold in fold.test) == sorted(gold.name for gold in golds)
    assert all({gold.name for gold in fold.train}.isdisjoint(gold.name for gold in fold.test) for fold in folds)
    assert all(len(fold.train) + len(fold.test) == len(golds) for fold in folds)


def test_folds_by_letter_are_of_about_equal_size_and_do_not_depend_on_order(golds: list[Gold]) -> None:
    folds = list(by_letter(golds))
    assert {len(fold.test) for fold in folds} <= {5, 6}
    assert folds == list(by_letter(golds[::-1]))


def test_a_province_is_never_split(golds: list[Gold], lexicon: Lexicon) -> None:
    for fold in by_region(golds, lexicon):
        assert {region(gold, lexicon) for gold in fold.train}.isdisjoint(region(gold, lexicon) for gold in fold.test)


@pytest.mark.parametrize(("place", "province"), [("天津市和平区", "天津市"), ("陕西省西咸新区", "陕西省"), ("苏州市", "江苏省"), ("中国", "中国"), ("广东省", "广东省")])
def test_a_place_goes_with_its_province(golds: list[Gold], lexicon: Lexicon, place: str, province: str) -> None:
    assert region(replace(golds[0], letter={"jurisdiction": place}), lexicon) == province
