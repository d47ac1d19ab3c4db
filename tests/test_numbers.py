"""Numbers in digits and in Chinese numerals are read to the same value, with the scale kept apart."""
from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.numbers import Number, parse_number, read_number, trimmed


@pytest.mark.parametrize(("text", "value", "scale"), [
    ("189.3", "189.3", ""), ("7,600", "7600", ""), ("2 156", "2156", ""), ("1.2万亿", "1.2", "万亿"), ("2千万", "2000", "万"),
    ("三百余", "300", ""), ("百余", "100", ""), ("千", "1000", ""), ("一万四千余", "14000", ""), ("五百余万", "500", "万"), ("百亿", "100", "亿"),
    ("十", "10", ""), ("廿二", "22", ""), ("两", "2", ""), ("半", "0.5", ""), ("二百三", "230", ""), ("一百零三", "103", ""), ("二〇二五", "2025", ""),
    ("一点六", "1.6", ""), ("21 .7", "21.7", ""), ("两千三百亿", "2300", "亿"),
    ("1亿3000万", "13000", "万"), ("一亿二千余万", "12000", "万"), ("3万6千", "36000", ""), ("1.2千", "1200", ""),
])
def test_a_number_is_read_as_value_and_scale(text: str, value: str, scale: str) -> None:
    assert read_number(text) == Number(Decimal(value), scale)


@pytest.mark.parametrize(("text", "value"), [
    ("三分之一", "33.3"), ("四分之一", "25"), ("六分之五", "83.3"), ("八分之一", "12.5"), ("百分之五", "5"), ("百分之廿二点六", "22.6"),
    ("千分之二点二", "0.22"), ("万分之五", "0.05"), ("10万分之七", "0.007"),
])
def test_a_share_is_read_in_per_cent(text: str, value: str) -> None:
    assert read_number(text) == Number(Decimal(value))


@pytest.mark.parametrize(("text", "value"), [("六成", "6"), ("七成半", "7.5"), ("一成七", "1.7"), ("3成", "3")])
def test_tenths_are_read_in_tenths(text: str, value: str) -> None:
    assert read_number(text) == Number(Decimal(value))


@pytest.mark.parametrize(("text", "value"), [("三五", "5"), ("两三百", "300"), ("三四十", "40"), ("十五六", "16"), ("七八成", "8"), ("一二三", "123"), ("二五", "25")])
def test_of_two_neighbouring_numerals_the_last_counts(text: str, value: str) -> None:
    number = read_number(text)
    assert number is not None and number.amount == Decimal(value)


@pytest.mark.parametrize("text", ["", "委员", "上千", "一带一路", "分之"])
def test_what_is_no_number_gives_none(text: str) -> None:
    assert read_number(text) is None


def test_the_plain_amount_counts_the_scale() -> None:
    assert parse_number("1.2万亿") == Decimal(1_200_000_000_000)


@given(st.integers(min_value=0, max_value=10**12))
def test_digits_with_and_without_commas_are_the_same_number(number: int) -> None:
    assert parse_number(f"{number:,}") == parse_number(str(number)) == number


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_number_written_in_chinese_numerals_reads_back(number: int) -> None:
    assert parse_number(_chinese(number)) == number


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_trimming_keeps_the_value_and_writes_no_exponent(value: Decimal) -> None:
    assert trimmed(value) == value
    assert "E" not in str(trimmed(value))


def _chinese(number: int) -> str:
    """The number in Chinese numerals, in full."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return _chinese(high) + "万" + (("零" if low < 1000 else "") + _chinese(low) if low else "")
    text, zero = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[digit] + name
        zero = not digit
    return text


@pytest.mark.parametrize("one", ["一", "1", "亿", "一亿"])
def test_a_long_row_of_numerals_is_no_number(one: str) -> None:
    assert [read_number(text) for text in (one * 6000, f"一点{one * 6000}", f"{one * 6000}分之一")] == [None] * 3
