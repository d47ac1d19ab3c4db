"""What takes input from outside answers any input, or refuses it in a sentence. `make fuzz` goes on where these tests stop."""
from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import iris
from kg.figures.quantities import find_quantities
from kg.model import Source
from kg.segment import segment
from tests.fuzz.mutate import mutated, seeds_of, tokens_of
from tests.fuzz.run import search
from tests.fuzz.targets import TARGETS, fault

FOUND = sorted(path for path in (Path(__file__).parent / "fuzz" / "found").iterdir() if path.name != "README.md")
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
CHINESE = st.text(st.sampled_from("天津市香港合作，。；（）《》“”一二三亿元2023年月日第号关于提案的答复\n 　\u200b%.,"), max_size=300)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_a_case_that_was_found_once_is_stood_now(path: Path) -> None:
    target = next(name for name in sorted(TARGETS, key=len, reverse=True) if path.name.startswith(name))
    assert fault(target, path.read_bytes()) is None


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_well_formed_input_is_stood(target: str) -> None:
    assert [fault(target, data) for data in seeds_of(target)] == [None] * len(seeds_of(target))


@pytest.mark.parametrize("target", sorted(TARGETS))
@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_stood(target: str, data: bytes) -> None:
    assert fault(target, data) is None


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"read-pdf"}))
def test_mutated_input_is_stood(target: str) -> None:
    chance = random.Random(7)
    for _ in range(40):
        data = mutated(chance.choice(seeds_of(target)), chance, tokens_of(target))
        assert fault(target, data) is None, data


def test_the_search_tells_how_much_it_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert search(0.3, ["number", "iri"], seed=1) == 0
    assert "2 targets" in capsys.readouterr().out


@QUICK
@given(CHINESE)
def test_every_place_of_a_letter_and_of_its_figures_leads_into_the_source(text: str) -> None:
    letter = segment(Source("a", "a.txt", text, ""))
    assert all(letter.origin(sentence.span).end <= len(text) for sentence in letter.sentences)
    for quantity in find_quantities(letter):
        assert letter.written(quantity.span)


@QUICK
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_two_names_never_share_an_iri(one: str, other: str) -> None:
    one, other = (name.encode("utf-8", "replace").decode() for name in (one, other))
    assert (iris.entity_iri(one) == iris.entity_iri(other)) == (one == other)
