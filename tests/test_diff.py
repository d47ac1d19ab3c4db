"""What two graphs, letters or years say differently: compared by what they say, not by IRIs, letters or confidence."""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.api import Graph, existing
from kg.cli import cli
from kg.diff import Difference, diff, letters, whole, years
from kg.diff.written import FORMATS, heads, rows
from kg.errors import QueryError, UnknownName
from kg.model import STATUSES, Extraction, Fact, Figure, Period
from kg.store import Store
from tests.nouns import small

OLD, NEW = "tianjin-2024-hk-macao-cooperation", "tianjin-2025-three-attractions"
FUND = "甲基金"


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31), f"{number}年")


def said(name: str, facts: Iterable[tuple[str, str, str, str]] = (), figures: Iterable[Figure] = (), confidence: float = 0.9) -> Extraction:
    """A letter with facts (subject, predicate, object, status) and figures."""
    facts = tuple(facts)
    names = dict.fromkeys(["甲市", FUND, *(end for one in facts for end in (one[0], one[2]))])
    one = small(name, [(who, "Fund" if who == FUND else "Event" if "论坛" in who else "Place") for who in names])
    quote = one.letter.sentences[0].span
    told = tuple(Fact(s, p, o, status, (quote,), confidence) for s, p, o, status in facts)         # type: ignore[arg-type]
    return replace(one, facts=told, figures=tuple(replace(figure, quote=quote) for figure in figures))


def figure(value: str, period: Period | None = None, unit: str = "亿元", base: str | None = None) -> Figure:
    from kg.spans import Span
    return Figure(FUND, "规模", Decimal(value), unit, Span(0, 1), 0.9, period, Decimal(base) if base else None, "CNY" if base else None)


def store(*these: Extraction, base: str | None = None) -> Store:
    one = Store(base=base)
    for extraction in these:
        one.put_letter(extraction)
    return one


def compare(before: Extraction, after: Extraction, about: str | None = None) -> Difference:
    return diff(whole(store(before)), whole(store(after)), about)


def told(found: Difference) -> list[tuple[str, str, str]]:
    """How, and what each side says."""
    return [(row[0], row[-2], row[-1]) for row in rows(found)]


HELD = ("甲市", "organizes", "甲市论坛", "planned")


def test_a_graph_is_the_same_as_itself_read_less_surely_from_other_files_under_other_iris() -> None:
    one, other = store(said("a-2024", [HELD])), store(said("z-2030", [HELD], confidence=0.5), base="https://example.org/x/")
    found = diff(whole(one), whole(other))
    assert not found and found.same == 1


def test_a_fact_is_new_gone_or_changed() -> None:
    assert told(compare(said("a"), said("a", [HELD]))) == [("+", "", "计划中 planned")]
    assert told(compare(said("a", [HELD]), said("a"))) == [("-", "计划中 planned", "")]
    assert told(compare(said("a", [HELD]), said("a", [(*HELD[:3], "done")]))) == [("~", "计划中 planned", "已完成 done")]


def test_a_figure_of_one_owner_and_label_is_changed_when_value_or_time_is_and_not_when_its_unit_is_another_way_to_say_it() -> None:
    before = said("a", figures=[figure("1", year(2023), base="100000000")])
    assert told(compare(before, said("a", figures=[figure("2", year(2023), base="200000000")]))) == [("~", "1亿元 · 2023", "2亿元 · 2023")]
    assert told(compare(before, said("a", figures=[figure("1", year(2024), base="100000000")]))) == [("~", "1亿元 · 2023", "1亿元 · 2024")]
    assert not compare(before, said("a", figures=[figure("10000", year(2023), "万元", base="100000000")]))


def test_quotation_marks_and_hyphens_in_names_and_the_order_of_partners_do_not_count() -> None:
    before = said("a", [("甲市", "organizes", "“甲市—乙市”论坛", "done"), ("甲市", "cooperatesWith", "乙市", "done")])
    assert not compare(before, said("b", [("甲市", "organizes", "甲市-乙市论坛", "done"), ("乙市", "cooperatesWith", "甲市", "done")]))


def test_about_leaves_what_is_said_of_one_entity() -> None:
    after = said("a", [HELD, ("乙市", "visits", "丙市", "done")], [figure("1")])
    assert [change.predicate for change in compare(said("a"), after, about=FUND).changes] == ["规模"]
    with pytest.raises(UnknownName):
        compare(said("a"), after, about="火星")


def test_letters_and_years_of_one_store_are_compared() -> None:
    one = store(said("a-2023", [HELD], [figure("1")]), said("b-2025", [(*HELD[:3], "done")], [figure("2")]), said("c-2025", [("乙市", "visits", "丙市", "done")]))
    assert len(diff(*letters(one, "a-2023", "b-2025")).changes) == 2
    found = diff(*years(one, "2023", "2025"))
    assert found.counts() == {"new": 1, "gone": 0, "changed": 2} and heads(found)[-2:] == ("2023", "2025")
    with pytest.raises(QueryError, match="2023, 2025"):
        years(one, "2023", "1999")
    with pytest.raises(UnknownName):
        letters(one, "a-2023", "没有")


FACTS = st.lists(st.tuples(st.sampled_from(["甲市", "乙市"]), st.sampled_from(["visits", "organizes"]), st.sampled_from(["丙市", "丙论坛"]),
                           st.sampled_from(STATUSES)), max_size=5, unique=True)


@given(FACTS, FACTS)
@settings(max_examples=25, deadline=None)
def test_the_other_way_round_new_and_gone_change_places(one: list[tuple[str, str, str, str]], other: list[tuple[str, str, str, str]]) -> None:
    there, back = compare(said("a", one), said("b", other)), compare(said("b", other), said("a", one))
    assert (there.counts()["new"], there.counts()["gone"], there.counts()["changed"]) == (
        back.counts()["gone"], back.counts()["new"], back.counts()["changed"])
    assert there.same == back.same and bool(there) == ({fact[:3]: {f[3] for f in one if f[:3] == fact[:3]} for fact in one} !=
                                                       {fact[:3]: {f[3] for f in other if f[:3] == fact[:3]} for fact in other})


# files and doors

def test_every_format_has_the_sentences_of_both_sides(gold_store: Path) -> None:
    with existing(gold_store) as graph:
        found = graph.diff(letters=(OLD, NEW))
        written = {name: write(found) for name, write in FORMATS.items()}
    changed = [one for one in json.loads(written["json"])["changes"] if one["how"] == "changed"]
    assert any(one["object"] == "2024创新香港-国际人才嘉年华活动" and one["before"][0]["quotes"] and one["after"][0]["quotes"] for one in changed)
    lines = list(csv.DictReader(io.StringIO(written["csv"])))
    assert len(lines) == len(found.changes) and {line["letters_after"] for line in lines if line["change"] == "new"} == {NEW}
    assert written["html"].count('<div class="change ') == len(found.changes) and "<script" not in written["html"]


def test_the_page_escapes_what_letters_say() -> None:
    page = FORMATS["html"](compare(said("a"), said("a", [("甲市", "organizes", "<script>x</script>论坛", "done")])))
    assert "<script" not in page and "&lt;script" in page


def test_exit_code_says_whether_anything_differs_only_when_asked(gold_store: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    same, other = ["diff", str(gold_store), str(gold_store)], ["diff", "--store", str(gold_store), "--letters", OLD, NEW]
    assert [run(cli, [*same, "--exit-code"]).exit_code, run(cli, other).exit_code, run(cli, [*other, "--exit-code"]).exit_code] == [0, 0, 1]
    out = tmp_path / "deep" / "diff.html"
    assert run(cli, [*other, "--format", "html", "-o", str(out)]).exit_code == 0 and out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("arguments", [["a"], ["--letters", "a", "b", "--years", "2023", "2024"], [], ["a", "b", "--years", "2023", "2024"]])
def test_it_takes_two_stores_or_two_letters_or_two_years(arguments: list[str], gold_store: Path) -> None:
    done = CliRunner().invoke(cli, ["diff", *arguments, "--store", str(gold_store)])
    assert done.exit_code == 2 and "Give two stores" in done.output


def test_a_store_that_is_not_there_is_told(gold_store: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["diff", str(gold_store), str(tmp_path / "none")])
    assert done.exit_code == 2 and done.output.startswith("kg: ") and len(done.output.strip().splitlines()) == 1


def test_the_python_door_takes_a_graph_or_a_folder(gold_store: Path) -> None:
    with Graph(gold_store) as graph, Graph(gold_store) as other:
        assert not graph.diff(other) and not graph.diff(gold_store) and graph.diff(years=("2023", "2025"), about="海河产业基金")
        with pytest.raises(QueryError, match="Give one of these"):
            graph.diff()
