"""Words are found leftmost first and longest, as by looking for each at each place."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.finder import Finder

WORDS = st.text("天津港大学", max_size=7)


def by_hand(words: list[str], text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    while at < len(text):
        longest = max((len(word) for word in words if len(word) > 1 and text.startswith(word, at)), default=0)
        if longest:
            found.append((at, at + longest))
        at += longest or 1
    return found


def test_the_longest_name_at_the_leftmost_place_is_found() -> None:
    text = "天津大学和天津市在天津港"
    finder = Finder(["天津", "天津大学", "天津港保税区", "天津港", "学和"])
    assert [text[start:end] for start, end in finder.find(text)] == ["天津大学", "天津", "天津港"]


@given(st.lists(WORDS, max_size=12), st.text("天津港大学，", max_size=60))
def test_what_is_found_is_what_looking_at_each_place_finds(words: list[str], text: str) -> None:
    assert list(Finder(words).find(text)) == by_hand(words, text)
