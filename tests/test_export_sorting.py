"""Lines come back in order and once, however little of them fits in memory."""
from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from kg.export.sorting import Sorter

LINES = st.lists(st.binary(min_size=1, max_size=12).map(lambda line: line.replace(b"\n", b"")).filter(bool), max_size=200)


def ordered(lines: list[bytes], room: int, piece: int = 7) -> list[bytes]:
    text = b"".join(line + b"\n" for line in lines)
    with Sorter(room) as sorter:
        for at in range(0, len(text), piece):
            sorter.write(text[at:at + piece])
        first, again = (list(chain.from_iterable(sorter.blocks())) for _ in range(2))
    assert first == again
    return first


@given(LINES, st.sampled_from([1, 40, 300, 1 << 20]))
def test_lines_come_back_sorted_and_once(lines: list[bytes], room: int) -> None:
    assert ordered(lines, room) == sorted(set(lines))


def test_runs_longer_than_a_block_are_merged() -> None:
    lines = [b"%06d %s" % (number * 7919 % 20_000, b"x" * 100) for number in range(20_000)]
    assert ordered(lines, 200_000, 10_000) == sorted(lines)


def test_what_is_set_between_writes_changes_what_comes_after_it() -> None:
    with Sorter() as sorter:
        sorter.write(b"b\na\n")
        sorter.prepare(bytes.upper)
        sorter.write(b"c\na\n")
        assert list(chain.from_iterable(sorter.blocks())) == [b"A", b"C", b"a", b"b"]
