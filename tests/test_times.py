"""Times of a text are read to their first and last day, and dated places follow the rule of carrying on."""
from __future__ import annotations

from datetime import date

import pytest

from kg.model import Block, Header, Letter, Sentence, Source
from kg.spans import Span
from kg.times import Timeline, TimeMention, find_times

LETTER_DATE = date(2024, 9, 14)


def days(mention: TimeMention) -> str:
    return f"{mention.period.first}/{mention.period.last}" if mention.period else "-"


def letter(text: str, day: date | None = LETTER_DATE) -> Letter:
    """One paragraph a line, one sentence a full stop."""
    blocks, sentences, at = [], [], 0
    for number, line in enumerate(text.split("\n")):
        blocks.append(Block(Span(at, at + len(line)), "body"))
        for part in line.split("。"):
            if part:
                sentences.append(Sentence(Span(at, at + len(part) + 1), number))
            at += len(part) + 1
    source = Source("letter", "letter.txt", text, "")
    return Letter(source, text, tuple(range(len(text))), tuple(blocks), tuple(sentences), Header(date=day), None)


@pytest.mark.parametrize(("text", "first", "last"), [
    ("2023年", "2023-01-01", "2023-12-31"),
    ("2023 年 11 月 17 日", "2023-11-17", "2023-11-17"),
    ("2021年至2023年", "2021-01-01", "2023-12-31"),
    ("2021—2023年", "2021-01-01", "2023-12-31"),
    ("2024年1-9月", "2024-01-01", "2024-09-30"),
    ("截至2024年12月末", "2024-12-01", "2024-12-31"),
    ("“十四五”期间", "2021-01-01", "2025-12-31"),
    ("“十四五”末", "2025-01-01", "2025-12-31"),
    ("今年上半年", "2024-01-01", "2024-06-30"),
    ("去年第一季度", "2023-01-01", "2023-03-31"),
    ("今年前4个月", "2024-01-01", "2024-04-30"),
    ("2023年底", "2023-12-01", "2023-12-31"),
    ("去年年底", "2023-12-01", "2023-12-31"),
    ("上月", "2024-08-01", "2024-08-31"),
    ("二〇二五年八月十五日", "2025-08-15", "2025-08-15"),
    ("2023年10月28日至11月3日", "2023-10-28", "2023-11-03"),
    ("7月12日—14日", "2024-07-12", "2024-07-14"),
    ("去年十月十八日至二十二日", "2023-10-18", "2023-10-22"),
    ("2024年9月至2025年3月", "2024-09-01", "2025-03-31"),
    ("2025/6/16", "2025-06-16", "2025-06-16"),
    ("2024-06", "2024-06-01", "2024-06-30"),
    ("2023—2024学年", "2023-01-01", "2024-12-31"),
])
def test_a_time_is_read_to_its_first_and_last_day(text: str, first: str, last: str) -> None:
    found = find_times(text, LETTER_DATE)
    assert [days(mention) for mention in found] == [f"{first}/{last}"]


@pytest.mark.parametrize("text", ["2021.6亿元", "第3号提案", "三年中", "5个月", "3.5%", "80年代", "月饼"])
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert find_times(text, LETTER_DATE) == []


@pytest.mark.parametrize(("text", "role"), [
    ("截至2024年8月", "asof"), ("自2021年起", "since"), ("2019年以来", "since"), ("到2027年", "until"), ("较2021年增长", "compare"),
    ("为2019年的2.05倍", "compare"), ("去年同期", "compare"), ("从2020年到2022年", "at"), ("今年以来", "at"), ("目前", "now"), ("近三年", "now"),
])
def test_the_words_beside_a_time_say_how_it_dates(text: str, role: str) -> None:
    assert [mention.role for mention in find_times(text, LETTER_DATE)] == [role]


def test_a_relative_time_is_unknown_when_the_letter_has_no_date() -> None:
    assert [mention.period for mention in find_times("去年3月", None)] == [None]


def test_a_month_takes_the_year_named_before_it_in_its_paragraph() -> None:
    found = find_times("2021年5月开园,9月招生。\n9月又招生。", LETTER_DATE)
    assert [days(mention)[:7] for mention in found] == ["2021-05", "2021-09", "2024-09"]


def test_the_same_and_the_next_year_count_from_the_year_named_before() -> None:
    found = find_times("2021年8月试点,同年9月扩围,次年5月跟进", LETTER_DATE)
    assert [days(mention)[:7] for mention in found] == ["2021-08", "2021-09", "2022-05"]


def test_a_time_inside_a_name_is_left_out() -> None:
    assert find_times("2024年创新周举行", LETTER_DATE, [Span(0, 8)]) == []


def test_a_time_at_the_head_of_a_sentence_carries_on_until_another_time() -> None:
    text = "2023年接待10人。培训20人。目前在孵30家。"
    timeline = Timeline(letter(text))
    dated = [timeline.at(Span(text.index(n), text.index(n) + 2)) for n in ("10", "20", "30")]
    assert [period.first.year if period and period.first else None for period in dated] == [2023, 2023, None]


def test_a_time_that_is_compared_with_dates_nothing() -> None:
    text = "较2021年增长12%。"
    assert Timeline(letter(text)).at(Span(text.index("12"), text.index("12") + 2)) is None


def test_a_time_does_not_carry_on_to_the_next_paragraph() -> None:
    text = "2023年接待10人。\n培训35人。"
    assert Timeline(letter(text)).at(Span(text.index("35"), text.index("35") + 2)) is None
