"""What to look at first, letters that were looked through as gold files, and the command line of corrections."""
from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import cli
from kg.compare import score
from kg.curate.document import parse_yaml
from kg.curate.golden import gold_text, write_golds
from kg.curate.near import differ, near_names
from kg.curate.suggest import skeleton, suggestions
from kg.errors import InputError, UnknownName
from kg.gold import Gold, problems, read_gold, read_golds
from kg.model import Fact, Header, Period
from kg.store import Store
from tests.conftest import SEEDS
from tests.from_gold import perfect
from tests.nouns import extraction, small
from tests.test_curate_store import ALL, HEAD, TEXTS, filled

PLACES = frozenset({"陕西", "山西", "陕西省", "山西省", "天津", "天津市", "香港", "广东", "广西"})


def kg_(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


# gold

@pytest.mark.parametrize("gold", read_golds([SEEDS])[2:], ids=lambda gold: gold.name)
def test_a_letter_of_the_graph_written_as_gold_says_what_the_graph_says(gold: Gold, tmp_path: Path) -> None:
    store = Store()
    store.put_letter(perfect(gold))
    (path,) = write_golds(store, [gold.name], tmp_path)
    again = read_gold(path)
    assert again.text == gold.text
    assert list(problems(again)) == []
    assert [f for f in (*score(again, perfect(gold)), *score(gold, perfect(again))) if f.verdict != "hit"] == []


def test_gold_holds_what_was_corrected_and_what_was_hidden(tmp_path: Path) -> None:
    store = filled([extraction("a")], [ALL[name] for name in ("rename", "class", "wrong", "missing", "hide", "figure")])
    gold = read_gold(write_golds(store, ["a"], tmp_path)[0])
    said = {(fact.subject, fact.predicate, fact.object) for fact in gold.facts}
    assert ("海河母基金", "locatedIn", "和平区") in said and ("天津市", "cooperatesWith", "香港特别行政区") not in said
    assert gold.kinds["海河母基金"] == "Programme"
    assert "张三" in gold.kinds


def test_a_quote_is_at_most_forty_characters_of_one_line_about_both_ends() -> None:
    long = "，".join(["依托京津冀协同发展的国家战略"] * 5)
    text = f"答复\n{long}，\n天津市举办津港合作周。\n"
    one = small("long", [("天津市", "Place"), ("津港合作周", "Event")])
    from tests import nouns
    letter = nouns.letter(text, "long", Header())
    from dataclasses import replace

    from kg.spans import Span
    found = replace(one, letter=letter, entities=(nouns.entity(text, "天津市", "Place", "天津市"), nouns.entity(text, "津港合作周", "Event", "津港合作周")),
                    facts=(Fact("天津市", "organizes", "津港合作周", "done", (Span(3, len(text) - 1),), 0.9),))
    line = next(line for line in gold_text(filled([found]), "long").splitlines() if line.startswith("done"))
    assert line.endswith("| 天津市举办津港合作周。")


def test_a_letter_that_gold_cannot_hold_or_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        write_golds(filled([extraction("a")]), ["none"], tmp_path / "gold")
    with pytest.raises(InputError, match="no gold file can hold it"):
        gold_text(filled([small("b", [("[[甲|Place|甲]]", "Place")])]), "b")
    assert not (tmp_path / "gold").exists()


# what to look at

@pytest.mark.parametrize(("one", "other"), [
    ("陕西省科学技术厅", "山西省科学技术厅"), ("第三届津港合作周", "第四届津港合作周"), ("2023津港合作周", "2024津港合作周"),
    ("广东省人民政府", "广西省人民政府"), ("天津大学", "香港大学"), ("海河一号基金", "海河二号基金"), ("津南区政府", "津北区政府")])
def test_names_that_differ_in_a_place_a_number_or_a_side_are_not_near(one: str, other: str) -> None:
    assert differ(one, other, PLACES)


@pytest.mark.parametrize(("one", "other"), [("海河产业基金", "海河基金"), ("沪港青年科技创新论坛", "沪港青年科创论坛"), ("津港合作周", "津港合做周")])
def test_short_forms_and_slips_are_near(one: str, other: str) -> None:
    store = filled([small("a", [(one, "Event"), (other, "Event"), ("陕西省科学技术厅", "Government"), ("山西省科学技术厅", "Government")])])
    assert [{pair.one, pair.other} for pair in near_names(store)] == [{one, other}]


def test_unsure_facts_come_first_and_those_that_were_corrected_no_longer() -> None:
    one = extraction("a")
    unsure = [Fact(f.subject, f.predicate, f.object, f.status, f.quotes, 0.3, f.pattern) for f in one.facts]
    from dataclasses import replace
    store = filled([replace(one, facts=tuple(unsure))])
    assert [found.correction.about("predicate") for found in suggestions(store) if found.reason == "unsure"] == [
        "cooperatesWith", "establishes", "organizes"]
    store.put_corrections([parse_yaml(HEAD + "- {note: fact, subject: 天津市, predicate: establishes, object: 海河产业基金, why: 已核}", Path("c"))[0].correction])
    assert [found.correction.about("predicate") for found in suggestions(store)] == ["cooperatesWith", "organizes"]


def test_suggestions_and_corrections_name_terms_in_chinese_and_english() -> None:
    store = filled([extraction("a")])
    one = next(found for found in suggestions(filled([unsure("a")])) if found.correction.about("predicate") == "establishes")
    assert "天津市 设立 establishes 海河产业基金 已完成 done" in one.says
    assert one.correction.told(store.ontology.words) == "天津市 设立 establishes 海河产业基金 已完成 done @ a"
    assert one.correction.says == "天津市 establishes 海河产业基金 done @ a"


def unsure(name: str) -> kg.Extraction:
    from dataclasses import replace
    one = extraction(name)
    return replace(one, facts=tuple(replace(fact, confidence=0.3) for fact in one.facts))


def dated(name: str, day: date, *facts: Fact) -> kg.Extraction:
    from dataclasses import replace
    one = small(name, [("天津市", "Place"), ("津港合作周", "Event"), ("数码港", "Park"), ("香港岛", "Place"), ("九龙", "Place")])
    quote = one.letter.sentences[0].span
    return replace(one, letter=replace(one.letter, header=Header(date=day)), facts=tuple(replace(fact, quotes=(quote,)) for fact in facts))


def test_contradictions_are_found() -> None:
    may, june = (Period(date(2023, month, 1), date(2023, month, 28), "") for month in (5, 6))
    store = filled([
        dated("early", date(2023, 7, 1), Fact("天津市", "organizes", "津港合作周", "done", (), 1.0, "", may), Fact("数码港", "locatedIn", "香港岛", "done", (), 1.0)),
        dated("late", date(2024, 7, 1), Fact("天津市", "organizes", "津港合作周", "planned", (), 1.0), Fact("数码港", "locatedIn", "九龙", "done", (), 1.0),
              Fact("天津市", "organizes", "津港合作周", "done", (), 1.0, "", june))])
    found = [one for one in suggestions(store) if one.reason == "contradiction"]
    assert len(found) == 3
    said = " ".join(f"{one.says} {one.why}" for one in found)
    assert all(part in said for part in ("says it is done", "另有时间", "另说"))


def test_the_skeleton_applies_nothing_until_a_person_takes_the_marks_away() -> None:
    store = filled([small("a", [("海河产业基金", "Fund"), ("海河基金", "Fund")])])
    text = skeleton(suggestions(store))
    assert parse_yaml(text, Path("look.yaml")) == []
    done = text.replace("by:", "by: 王芳").replace("\n#-", "\n-").replace("\n#  ", "\n  ")
    (placed,) = parse_yaml(done, Path("look.yaml"))
    assert (placed.correction.names, placed.correction.new("name")) == (("海河基金",), "海河产业基金")


# the command line and Python

@pytest.fixture
def place(tmp_path: Path, gold_store: Path) -> Path:
    shutil.copytree(gold_store, tmp_path / "st")
    (tmp_path / "c.yaml").write_text(HEAD + "- {merge: [沪港青年科创论坛], into: 沪港青年科技创新论坛, why: 同一论坛}\n"
                                            "- {class: 香港数码港, to: Company, why: 指公司}\n", encoding="utf-8")
    return tmp_path


def test_kg_curate_applies_lists_writes_and_takes_back(place: Path) -> None:
    store = place / "st"
    applied = kg_("curate", place / "c.yaml", "--store", store)
    assert (applied.exit_code, "2 新 new" in applied.output, "2 已生效 applied" in applied.output) == (0, True, True)
    listed = kg_("curate", "--list", "--store", store).output
    assert "沪港青年科创论坛 →" in listed and "shanghai-2023-youth-innovation" in listed
    assert "[王芳 2025-03-01: 同一论坛]" in kg_("show", "沪港青年科技创新论坛", "--store", store).output
    assert kg_("validate", "--store", store).exit_code == 0
    assert kg_("curate", "--write", place / "w.yaml", "--store", store).exit_code == 0
    assert "0 新 new, 2 已有 known" in kg_("curate", place / "w.yaml", "--store", store).output
    id_ = next(word for word in listed.split() if re.fullmatch("[0-9a-f]{10}", word))
    assert "1 收回 taken back" in kg_("curate", "--undo", id_, "--store", store).output
    (place / "c.yaml").write_text("corrections: []", encoding="utf-8")


@pytest.mark.slow
def test_kg_curate_says_by_its_exit_code_that_a_correction_applies_no_longer(place: Path) -> None:
    (place / "c.yaml").write_text(HEAD + "- {split: 天津市, to: 宝坻区, letter: tianjin-2023-high-tech, quote: 没有的话, why: x}", encoding="utf-8")
    result = kg_("curate", place / "c.yaml", "--store", place / "st")
    assert (result.exit_code, "函中没有这段原文" in result.output) == (1, True)


def test_kg_curate_tells_what_cannot_be_used_and_changes_nothing(place: Path) -> None:
    (place / "c.yaml").write_text(HEAD + TEXTS["rename"] + "\n- {class: 甲, to: Funt, why: x}", encoding="utf-8")
    for arguments in ([place / "c.yaml"], ["--undo", "nothing"], [place / "none.yaml"], []):
        result = kg_("curate", *arguments, "--store", place / "st")
        assert result.exit_code == 2 and "Traceback" not in result.output
    assert "line 5: `to` is 'Funt'" in kg_("curate", place / "c.yaml", "--store", place / "st").output
    assert "There is no store" in kg_("curate", place / "c.yaml", "--store", place / "none").output
    assert kg.open(place / "st").corrections() == ()


def test_kg_curate_suggests_and_writes_gold(place: Path) -> None:
    found = kg_("curate", "--suggest", "-o", place / "look.yaml", "--store", place / "st")
    assert found.exit_code == 0 and "沪港青年科创论坛" in (place / "look.yaml").read_text(encoding="utf-8")
    assert kg_("curate", "--suggest", "-o", place / "look.yaml", "--store", place / "st").exit_code == 0     # nobody has worked on it
    gold = kg_("curate", "--to-gold", "tianjin-2023-high-tech", "-o", place / "gold", "--store", place / "st")
    assert gold.exit_code == 0
    assert [one.name for one in read_golds([place / "gold"])] == ["tianjin-2023-high-tech"]


def test_two_files_of_one_name_in_two_folders_are_two(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes back only what it said itself, from whatever folder it is named."""
    for folder, text in (("tj", TEXTS["note"]), ("sh", TEXTS["hide"])):
        (place / folder).mkdir()
        (place / folder / "c.yaml").write_text(HEAD + text, encoding="utf-8")
    monkeypatch.chdir(place)
    kg_("curate", "tj/c.yaml", "sh/c.yaml", "--store", "st")
    (place / "sh" / "c.yaml").write_text("corrections: []", encoding="utf-8")
    assert "1 收回 taken back" in kg_("curate", "sh/c.yaml", "--sync", "--store", "st").output
    with kg.open("st") as graph:
        assert [(one.correction.kind, one.correction.source) for one in graph.corrections()] == [("note", "tj/c.yaml")]
    (place / "tj" / "c.yaml").write_text("corrections: []", encoding="utf-8")
    monkeypatch.chdir(place / "tj")
    assert "1 收回 taken back" in kg_("curate", "c.yaml", "--sync", "--store", "../st").output


@pytest.mark.slow
def test_python_has_the_same_doors(place: Path) -> None:
    with kg.open(place / "st") as graph:
        report = graph.curate(place / "c.yaml")
        assert len(report.new) == 2
        assert [one.state for one in graph.corrections()] == ["applied", "applied"]
        assert graph.suggestions()
        assert graph.to_gold(["tianjin-2023-high-tech"], place / "gold")
        assert len(graph.curate([ALL["note"]]).new) == 1
        assert graph.write_corrections(place / "all.ttl") == 3
        with pytest.raises(InputError, match="ends in"):
            graph.write_corrections(place / "all.txt")
        assert len(graph.curate(undo=[one.correction.id for one in graph.corrections()]).taken_back) == 3


@pytest.mark.parametrize("arguments", [["--list", "--sync"], ["--list", "-o", "x.yaml"], ["--write", "x.yaml", "-o", "y.yaml"]])
def test_an_option_that_would_do_nothing_is_refused(arguments: list[str], place: Path) -> None:
    result = kg_("curate", *arguments, "--store", place / "st")
    assert (result.exit_code, "goes with" in result.output) == (2, True)


def test_suggestions_never_take_the_place_of_corrections(place: Path) -> None:
    was = (place / "c.yaml").read_bytes()
    result = kg_("curate", "--suggest", "-o", place / "c.yaml", "--store", place / "st")
    assert (result.exit_code, "is there already" in result.output, (place / "c.yaml").read_bytes()) == (2, True, was)


def test_what_python_is_given_that_cannot_be_meant_is_told_in_a_sentence(place: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("关于提案的答复", encoding="utf-8")
    with kg.open(place / "st") as graph:
        wrong: list[Callable[[], object]] = [
            lambda: graph.promises(states=["kpt"]), lambda: graph.diff(), lambda: graph.diff(letters=("a",)),        # type: ignore[arg-type]
            lambda: graph.curate(undo="0123456789"), lambda: graph.curate(5), lambda: graph.build([None]),     # type: ignore[arg-type,list-item]
            lambda: graph.to_gold("nope", tmp_path),
            lambda: kg.open(tmp_path / "new", min_confidence=7), lambda: kg.open(tmp_path / "new").build(tmp_path / "a.txt", workers=0)]
        for call in wrong:
            with pytest.raises(kg.KgError, match=r"\.$"):
                call()
        assert graph.promises(states="kept").promises == graph.promises(states=["kept"]).promises
        assert graph.to_gold("tianjin-2023-high-tech", tmp_path / "gold")
