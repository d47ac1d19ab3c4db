"""The second reading of names: candidates, what is seen of them, and which are names."""
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import maxent, names_train
from kg.keys import NONE, codes
from kg.model import DOUBT, Mention
from kg.recognise.base import Found, Known, Passage, Proposal
from kg.recognise.beside import Words, next_to
from kg.recognise.candidates import Candidate, candidates
from kg.recognise.judge import LEAST, NAME, OTHER, TIMES, WITHIN, Judge, counted, overlaps, repeats, seen
from kg.spans import Span

TEXT = "本市支持天开园，天开园发展。"
PASSAGE = Passage(TEXT, 0, [("本市", "r"), ("支持", "v"), ("天开园", "nz"), ("，", "x"), ("天开园", "nz"), ("发展", "vn"), ("。", "x")], [], [Known(6, 7, "Park")])
spans = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6), st.floats(0, 1, width=32)), max_size=25).map(
    lambda drawn: sorted((start, start + size, chance) for start, size, chance in drawn))


def candidate(start: int, end: int, chance: float = 0.0, kind: str = "Park", rules: tuple[str, ...] = (), first: Mention | None = None) -> Candidate:
    return Candidate(start, end, kind, chance, rules, first)


@given(spans)
def test_overlaps_are_those_that_comparing_all_finds(drawn: list[tuple[int, int, float]]) -> None:
    start, end, chance = (np.array([one[k] for one in drawn], (np.intp, np.intp, float)[k]) for k in range(3))
    found = overlaps(start, end, chance)
    for i, (first, last, _) in enumerate(drawn):
        others = [(a, b, p) for k, (a, b, p) in enumerate(drawn) if k != i and a < last and first < b]
        same = [one for one in others if one[:2] == (first, last)]
        inside = [one for one in others if one not in same and first <= one[0] and one[1] <= last]
        around = [one for one in others if one not in same and one[0] <= first and last <= one[1]]
        crossing = [one for one in others if one not in same and one not in inside and one not in around]
        expected = [max((p for _, _, p in group), default=0.0) for group in (others, inside, around, crossing, same)]
        assert [float(table[i]) for table in found[:5]] == pytest.approx(expected)
        assert [int(table[i]) for table in found[5:]] == [min(len(inside), 3), min(len(around), 3)]


@given(st.text("甲乙", min_size=1, max_size=12), st.data())
def test_repeats_are_those_that_counting_finds(text: str, data: st.DataObject) -> None:
    spots = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 2), st.sampled_from([0.0, 0.25, 0.75, 1.0]))
    drawn = data.draw(st.lists(spots, min_size=1, max_size=len(text)))
    found = sorted((candidate(start, min(start + size, len(text)), chance) for start, size, chance in drawn), key=lambda one: (one.start, one.end))
    names = [text[one.start:one.end] for one in found]
    elsewhere, written, proposed, held = repeats(text, found, codes(names), np.array([one.start for one in found]), np.array([one.chance for one in found]))
    for i, (one, name) in enumerate(zip(found, names, strict=True)):
        places: dict[int, float] = {}
        for other, its in zip(found, names, strict=True):
            if its == name:
                places[other.start] = max(places.get(other.start, 0.0), other.chance)
        assert elsewhere[i] == max((chance for place, chance in places.items() if place != one.start), default=0.0)
        for told, number in ((written, sum(text.startswith(name, at) for at in range(len(text)))), (proposed, len(places)),
                             (held, sum(chance > 0.5 for chance in places.values()))):
            assert told[i] == counted(np.array([number]), TIMES)[0]


def test_words_are_found_by_where_they_begin_and_end_in_the_letter() -> None:
    other = Passage("港深", 20, [("港", "j"), ("深", "j")], [], [])
    words = Words([PASSAGE, Passage("", 18, [], [], []), other])
    word, tag = words.begins(np.array([4, 5, 20, 21, 40]))
    assert word.tolist() == [*codes(["天开园"]).tolist(), int(NONE), *codes(["港", "深"]).tolist(), int(NONE)]
    assert tag.tolist() == [*codes(["nz"]).tolist(), int(NONE), *codes(["j", "j"]).tolist(), int(NONE)]
    assert words.ends(np.array([4, 22]))[0].tolist() == codes(["支持", "深"]).tolist()
    assert words.tags(np.array([2, 20]), np.array([7, 22])).tolist() == codes(["v nz", "j j"]).tolist()
    assert Words([]).begins(np.array([0]))[0].tolist() == [int(NONE)]


@given(spans, st.lists(st.integers(0, 20), max_size=5))
def test_what_is_next_to_an_offset_is_the_likeliest_that_begins_there(drawn: list[tuple[int, int, float]], at: list[int]) -> None:
    drawn = drawn or [(0, 1, 0.5)]
    start, chance = np.array([one[0] for one in drawn]), np.array([one[2] for one in drawn])
    other, there = next_to(start, np.array(at, np.intp), chance)
    assert there.tolist() == [offset in start for offset in at]
    assert [chance[k] for k in other[there]] == [max(one[2] for one in drawn if one[0] == offset) for offset in at if offset in start]


def test_an_item_of_a_list_is_seen_with_its_neighbour() -> None:
    text = "天津大学、天开园"
    passage = Passage(text, 0, [("天津大学", "nt"), ("、", "x"), ("天开园", "nz")], [], [])

    def beside(kind: str) -> set[int]:
        found = [candidate(0, 4, 0.9, kind), candidate(5, 8, 0.3)]
        return set(seen(text, [passage], found).each()[1]) - set(seen(text, [passage], found[1:]).each()[0])
    assert beside("University") != beside("Park")


def test_where_everything_may_be_a_name_nothing_is_counted_without_end() -> None:
    text = "区委" * 300
    found = [candidate(start, end, 0.5) for start in range(600) for end in range(start + 1, min(start + 80, 600))]
    start, end = np.array([one.start for one in found]), np.array([one.end for one in found])
    chance = np.full(len(found), 0.5)
    assert [len(table) for table in overlaps(start, end, chance)] == [len(found)] * 7
    names = codes([text[one.start:one.end] for one in found])
    assert [len(table) for table in repeats(text, found, names, start, chance)] == [len(found)] * 4


def test_characters_that_names_seldom_hold_are_told_apart() -> None:
    assert len({int(char) % 63 for char in WITHIN}) == len(WITHIN)


def test_candidates_are_what_anything_proposes_each_once_with_marks_set_right() -> None:
    text = "支持“天开园”与海河基金"
    passage = Passage(text, 100, [], [Known(8, 12, "Fund"), Known(0, 2, "localPark")], [])
    first = Mention(Span(103, 106), "Park", "model", 0.6)
    found = candidates([passage], [[Proposal(3, 6, "", "brackets"), Proposal(8, 12, "Fund", "suffix")]],
                       [[Found(3, 6, "Park", 0.6), Found(2, 7, "Park", 0.3), Found(3, 6, "Event", 0.2)]], [first])
    assert [(one.start, one.end, one.kind, one.chance, one.rules) for one in found] == [
        (100, 102, "Park", 0.0, ("lexicon, with a place",)), (103, 106, "Event", 0.2, ()), (103, 106, "Park", 0.6, ()),
        (108, 112, "Fund", 0.0, ("lexicon", "suffix"))]
    assert [one.first for one in found] == [None, None, first, None]


@pytest.fixture(scope="module")
def judge() -> Judge:
    """A judge that learned to believe the sequence model."""
    sure, unsure = [candidate(4, 7, 0.97), candidate(8, 11, 0.97)], [candidate(0, 2, 0.1, "Place"), candidate(2, 4, 0.0, "Event", ("suffix",))]
    taught = [(keys, label) for found, label in ((sure, NAME), (unsure, OTHER)) for keys in seen(TEXT, [PASSAGE], found).each()]
    return Judge(maxent.fit(taught * 5))


def test_what_is_likelier_a_name_is_kept_where_candidates_overlap(judge: Judge) -> None:
    found = [candidate(2, 4, 0.0, "Event", ("suffix",)), candidate(2, 7, 0.1), candidate(4, 7, 0.98, first=Mention(Span(4, 7), "Park", "repeat", 0.5)),
             candidate(8, 11, 0.98, rules=("suffix",))]
    kept = judge.names(TEXT, [PASSAGE], found)
    sure = [one for one in kept if not one.doubtful]
    assert [(one.span, one.kind, one.found_by) for one in sure] == [(Span(4, 7), "Park", "repeat"), (Span(8, 11), "Park", "model")]
    assert all(one.confidence >= LEAST for one in kept)
    assert not any(one.span.overlaps(other.span) for k, one in enumerate(kept) for other in kept[:k])


def test_a_letter_without_candidates_has_no_names(judge: Judge) -> None:
    assert judge.names(TEXT, [PASSAGE], []) == []
    assert judge.names("", [], []) == []


def test_a_judge_that_learned_nothing_is_in_doubt() -> None:
    judge = Judge(names_train.judge([]))
    assert [(one.kind, one.confidence) for one in judge.names(TEXT, [PASSAGE], [candidate(4, 7, 0.99)])] == [("Park", 0.5)]
    assert LEAST < DOUBT
