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
    ("24年9月", "2024-09-01", "2024-09-30"),
    ("2023上半年", "2023-01-01", "2023-06-30"),
    ("2023一季度", "2023-01-01", "2023-03-31"),
    ("2020年至2023年6月", "2020-01-01", "2023-06-30"),
    ("2024年5、6月", "2024-05-01", "2024-06-30"),
    ("11月17、18日", "2024-11-17", "2024-11-18"),
    ("12月28日至1月3日", "2024-12-28", "2025-01-03"),
    ("今年元月至6月", "2024-01-01", "2024-06-30"),
    ("上季度", "2024-04-01", "2024-06-30"),
    ("本季度末", "2024-09-01", "2024-09-30"),
    ("2023-24学年", "2023-01-01", "2024-12-31"),
    ("月底前", "2024-09-01", "2024-09-30"),
    ("“十四五”开局之年", "2021-01-01", "2021-12-31"),
    ("今年国庆节前", "2024-10-01", "2024-10-31"),
    ("建于1896年的书院", "1896-01-01", "1896-12-31"),
    ("始建于1896年", "1896-01-01", "1896-12-31"),
    ("大前年", "2021-01-01", "2021-12-31"),
    ("2024年农历正月初三", "2024-01-01", "2024-12-31"),
])
def test_a_time_is_read_to_its_first_and_last_day(text: str, first: str, last: str) -> None:
    found = find_times(text, LETTER_DATE)
    assert [days(mention) for mention in found] == [f"{first}/{last}"]


@pytest.mark.parametrize("text", ["2021.6亿元", "第3号提案", "三年中", "5个月", "3.5%", "80年代", "月饼",
                                  "投产后年产值5亿元", "五年来年均增长8%", "此前年均2%", "60岁以上年龄", "网上年货节", "当年轻人来港", "同年龄段",
                                  "“三月三”", "有1500年历史", "每月底", "3、5号楼", "租期15-20年"])
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


@pytest.mark.parametrize("text", ["三年内", "两年内", "半年内", "5年内"])
def test_some_years_from_an_unnamed_day_are_not_the_year_of_the_letter(text: str) -> None:
    assert [days(mention) for mention in find_times(f"力争{text}建成", LETTER_DATE)] == ["-"]


def test_the_end_of_a_month_is_that_of_the_month_named_before_it() -> None:
    found = find_times("2023年5月签约，当月开工，月底到货。", LETTER_DATE)
    assert [days(mention) for mention in found] == ["2023-05-01/2023-05-31"] * 3


def test_a_month_of_the_lunar_calendar_is_no_month_of_ours() -> None:
    assert [days(mention) for mention in find_times("农历八月举办", LETTER_DATE)] == ["-"]


def test_a_month_right_behind_a_name_takes_the_year_of_the_name() -> None:
    text = "2023庐山国际马拉松于10月29日鸣枪。"
    assert [days(mention) for mention in find_times(text, LETTER_DATE, [Span(0, 11)])] == ["2023-10-29/2023-10-29"]


def test_a_target_year_does_not_give_its_year_to_the_months_after_it() -> None:
    found = find_times("力争到2027年突破100家；10月赴港办展；明年3月开园，5月招商。", LETTER_DATE)
    assert [days(mention)[:7] for mention in found] == ["2027-01", "2024-10", "2025-03", "2025-05"]


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
