"""Half-open spans, and the policy for overlapping names."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.spans import Span, best_cover

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda x: Span(x[0], x[0] + x[1]))


def test_a_span_is_the_slice_of_its_text() -> None:
    assert Span(2, 4).of("天津大学") == "大学"


def test_of_overlapping_names_the_surest_is_kept_and_of_equals_the_longer() -> None:
    items = [(Span(0, 4), 0.6), (Span(0, 14), 0.95), (Span(7, 10), 0.9), (Span(20, 22), 0.5), (Span(20, 24), 0.5)]
    kept = best_cover(items, lambda item: item[0], lambda item: item[1])
    assert [item[0] for item in kept] == [Span(0, 14), Span(20, 24)]


@given(st.lists(st.tuples(SPANS, st.floats(0, 1))))
def test_what_is_kept_never_overlaps_and_nothing_more_would_fit(items: list[tuple[Span, float]]) -> None:
    kept = best_cover(items, lambda item: item[0], lambda item: item[1])
    assert all(not a[0].overlaps(b[0]) for i, a in enumerate(kept) for b in kept[i + 1:])
    assert all(any(item[0].overlaps(other[0]) for other in kept) for item in items)
