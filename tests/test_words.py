"""What commands say when an option cannot be meant so, and the words at the end of their tables."""
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.errors import InputError, UnknownName
from kg.export.choice import Choice


def test_a_time_that_ends_before_it_begins_is_told() -> None:
    with pytest.raises(InputError, match="ends before it begins"):
        Choice(since=date(2025, 1, 1), until=date(2023, 12, 31))


def test_where_no_name_is_near_and_there_are_few_all_are_listed() -> None:
    assert str(UnknownName("status", "zzz", ["done", "planned"])) == "No status is named 'zzz'. There are done, planned."
    assert str(UnknownName("entity", "zzz", [f"n{at}" for at in range(13)])) == "No entity is named 'zzz'."


def test_a_day_that_is_none_is_told_in_a_sentence(gold_store: Path) -> None:
    done = CliRunner().invoke(cli, ["promises", "--as-of", "2025", "--store", str(gold_store)])
    assert (done.exit_code, done.output.strip()) == (2, "kg: '2025' is no day: write it as 2025-12-31.")


def test_an_empty_list_of_corrections_and_the_counts_of_a_difference_are_words_in_both_languages(gold_store: Path) -> None:
    listed = CliRunner().invoke(cli, ["curate", "--list", "--store", str(gold_store)])
    assert listed.output.strip() == "没有更正。 No correction is in force."
    told = CliRunner().invoke(cli, ["diff", "--years", "2023", "2025", "--store", str(gold_store)]).output
    assert "新增 new" in told and "相同 the same" in told
