"""Chinese stays whole on a terminal: columns by cell width, wrapped lines, no control characters, UTF-8 whatever the locale."""
from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cli.terminal import PIPED, cells, clean, pad, table, table_width, use_utf8, wrap


def test_a_table_of_sentences_has_a_width_of_its_own_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert table_width() == PIPED
    monkeypatch.setenv("COLUMNS", "90")
    assert table_width() == 90


def test_a_chinese_character_takes_two_cells() -> None:
    assert [cells(text) for text in ("abc", "天津", "天a", "①", "")] == [3, 4, 3, 1, 0]


def test_columns_line_up_by_cells_and_numbers_stand_right() -> None:
    lines = table(("name", "number"), [("海河产业基金", "2"), ("abc", "14")]).splitlines()
    assert lines == ["name          number", "────────────  ──────", "海河产业基金       2", "abc               14"]


def test_a_table_wider_than_the_screen_wraps_its_widest_column() -> None:
    lines = table(("a", "quote"), [("x", "天津大学与香港理工大学联合培养博士研究生")], width=20).splitlines()
    assert max(map(cells, lines)) <= 20
    assert "".join(line[3:] for line in lines[2:]) == "天津大学与香港理工大学联合培养博士研究生"


def test_a_long_last_column_stands_below_its_row() -> None:
    lines = table(("a", "b", "quote"), [("x", "y", "天津大学与香港理工大学联合培养博士研究生")], width=24).splitlines()
    assert lines == ["a  b / quote", "─  ─────────", "x  y", "    天津大学与香港理工大", "    学联合培养博士研究生"]


def test_long_columns_before_a_long_last_one_stand_below_too() -> None:
    lines = table(("a", "b", "said", "told"), [("x", "y", "天津" * 8, "香港" * 8)], width=24).splitlines()
    assert lines == ["a  b / said / told", "─  ───────────────", "x  y", "    天津天津天津天津天津", "    天津天津天津", "    香港香港香港香港香港", "    香港香港香港"]


def test_heads_are_wrapped_as_their_columns_are() -> None:
    lines = table(("基本单位 base_unit", "b"), [("CNY", "天津大学与香港理工大学")], width=22).splitlines()
    assert max(map(cells, lines)) <= 22 and "base_unit" in lines[1]


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("主语 subject", 11, ["主语", "subject"]), ("实施 implements", 12, ["实施", "implements"]), ("a-attractions", 10, ["a-attracti", "ons"]),
    ("2025-three-attractions", 11, ["2025-three-", "attractions"]),
])
def test_a_word_of_letters_is_cut_only_where_no_line_has_room_for_it(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_wrapped_lines_fit_and_lose_no_character(text: str, width: int) -> None:
    lines = wrap(clean(text), width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(clean(text).split())


def test_control_characters_of_a_letter_cannot_reach_the_terminal() -> None:
    assert clean("天\x1b[31m津\n港\u2028") == "天 [31m津 港 "
    assert pad("天", 4) == "天  "


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "gb18030"])
def test_a_pipe_gets_utf8_whatever_the_locale(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    use_utf8(stream)
    stream.write("知函")
    stream.flush()
    assert raw.getvalue().decode("utf-8") == "知函"
