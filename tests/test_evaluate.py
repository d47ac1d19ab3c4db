"""Gold files are read as the guidelines say, and what was extracted is scored against them."""
from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kg.compare import same_time
from kg.errors import InputError
from kg.evaluate import MEASURES, Row, evaluate, reliability, row, score, settled
from kg.export import export
from kg.gold import Gold, problems, read_gold, read_golds
from kg.lexicon import Lexicon
from kg.report import html_report
from kg.store import Store
from tests.from_gold import damaged, perfect

CORPUS = Path(__file__).parent / "corpus"
SHARED = Path(os.environ.get("ZHIHAN_SHARED", Path(__file__).parent.parent.parent / "shared"))
SMALL = """#! text
[[我市|Place|天津市]]将赴[[港|Place|香港特别行政区]]举办“[[津港合作周|Event|津港合作周]]”，新增企业2家。
#! names
香港特别行政区 = 香港; 香港特区

#! letter
jurisdiction: 天津市

#! facts
planned | 天津市 | organizes | 津港合作周 | time=2024-05 | 举办“津港合作周”
planned | 津港合作周 | heldIn | 香港特别行政区 | - | 赴港举办“津港合作周”

#! figures
天津市 | 新增企业 | 2 | 家 | - | 新增企业2家
"""


@pytest.fixture
def small(tmp_path: Path) -> Gold:
    path = tmp_path / "small.gold.txt"
    path.write_text(SMALL, encoding="utf-8")
    return read_gold(path)


def test_a_gold_file_without_its_marks_is_the_letter(small: Gold) -> None:
    assert small.text == "我市将赴港举办“津港合作周”，新增企业2家。"
    assert [m.span.of(small.text) for m in small.mentions] == ["我市", "港", "津港合作周"]
    assert small.names["香港特别行政区"] == {"香港特别行政区", "香港", "香港特区"}
    assert small.facts[0].time == "2024-05"
    assert list(problems(small)) == []


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.gold.txt")), ids=lambda p: p.name)
def test_every_gold_file_of_the_corpus_has_the_form_of_the_guidelines_and_the_text_of_its_letter(path: Path) -> None:
    gold = read_gold(path)
    letter = path.parent.parent / "letters" / f"{gold.name}.txt"
    assert list(problems(gold)) == []
    assert gold.text == letter.read_text(encoding="utf-8")


def test_what_says_exactly_what_the_gold_says_scores_one_everywhere(small: Gold) -> None:
    scores = evaluate([(small, perfect(small))])
    assert {measure: r.f1 for measure, r in scores.rows.items()} == dict.fromkeys(MEASURES, 1.0)
    assert scores.errors() == []


def test_a_letter_that_was_not_read_misses_everything(small: Gold) -> None:
    assert {f.verdict for f in score(small, None)} == {"missed"}


def test_another_accepted_name_links_as_well_as_the_canonical_one(small: Gold) -> None:
    found = perfect(small)
    renamed = tuple(replace(e, name="香港") if e.name == "香港特别行政区" else e for e in found.entities)
    scores = evaluate([(small, replace(found, entities=renamed, facts=()))])
    assert scores.rows["linking"] == Row(3, 3, 3)
    assert scores.rows["facts"] == Row(2, 0, 0)


def test_a_wrong_status_is_a_right_fact_and_a_wrong_fact_with_status(small: Gold) -> None:
    found = perfect(small)
    done = tuple(replace(fact, status="done") for fact in found.facts)
    rows = evaluate([(small, replace(found, facts=done))]).rows
    assert (rows["facts"].f1, rows["facts+status"].hit) == (1.0, 0)


@pytest.mark.parametrize(("gold", "first", "last", "same"), [
    ("2024", date(2024, 1, 1), date(2024, 12, 31), True),
    ("2024-02", date(2024, 2, 1), date(2024, 2, 29), True),
    ("2024-12", None, date(2024, 12, 31), True),
    ("2023/2025", date(2023, 1, 1), date(2025, 12, 31), True),
    ("2024", date(2024, 2, 1), date(2024, 12, 31), False),
    ("-", None, None, True),
    ("-", date(2024, 1, 1), None, False),
    ("2024", None, None, False),
])
def test_a_time_agrees_when_both_days_do_or_the_last_stands_alone(gold: str, first: date | None, last: date | None, same: bool) -> None:
    assert same_time(gold, first, last) is same


def test_scores_break_down_by_type_predicate_pattern_recogniser_and_letter(small: Gold) -> None:
    scores = evaluate([(small, perfect(small))])
    assert scores.by("type")["mentions", "Place"] == Row(2, 2, 2)
    assert scores.by("predicate")["facts", "heldIn"] == Row(1, 1, 1)
    assert scores.by("pattern")["facts", "gold"] == Row(2, 2, 2)
    assert scores.by("recogniser")["mentions", "gold"] == Row(3, 3, 3)
    assert scores.by("letter")["figures", "small"] == Row(1, 1, 1)


def test_confidence_bands_count_what_was_found(small: Gold) -> None:
    findings = [f for f in score(small, perfect(small)) if f.measure == "facts+status"]
    assert reliability(findings)[0.9] == Row(2, 2, 2)
    assert row([]) == Row(0, 0, 0)


def test_the_report_shows_both_sides_and_lets_no_markup_through(small: Gold) -> None:
    evil = replace(small, name='<script>alert("1")</script>')
    page = html_report([evil], evaluate([(evil, damaged(evil, 3))]))
    assert "<script" not in page
    assert page.count('class="sides"') == 1


def test_the_report_tells_verdicts_in_both_languages_and_without_colour(small: Gold) -> None:
    page = html_report([small], evaluate([(small, damaged(small, 3))]))
    words = re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page))
    assert [said for said in ("漏 missed", "事实与状态 facts+status", "查准 P", "名对而所指不对") if said not in words] == []
    assert "mark.missed { border-bottom: 2px dashed" in page and "mark.extra { border-bottom: 2px dotted" in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.skipif(not (SHARED / "corpus" / "score.py").is_file(), reason="the independent scorer is not here")
def test_the_scores_agree_with_an_independent_scorer_of_the_export_to_the_digit(tmp_path: Path) -> None:
    golds = read_golds([CORPUS / "seeds"])
    lexicon = Lexicon.load()
    found = [damaged(gold, seed) for seed, gold in enumerate(golds)]
    with Store() as store:
        store.put_lexicon(lexicon.told())
        for extraction in found:
            store.put_letter(extraction)
        export(store, tmp_path / "out.nq", "nquads")
    files = sorted((CORPUS / "seeds" / "gold").glob("*.gold.txt"))
    done = subprocess.run([sys.executable, SHARED / "corpus" / "score.py", tmp_path / "out.nq", *files, "--json"], capture_output=True, check=True)

    scores = evaluate(zip(golds, settled(found, lexicon), strict=True))

    assert scores.json() == json.loads(done.stdout)
    assert 0.5 < scores.rows["facts+status"].f1 < 0.95


@pytest.mark.parametrize(("content", "message"), [
    ("no parts at all", "is not a gold file"),
    (SMALL.replace(" | - | 新增", " | 新增"), "a line with 5 fields"),
])
def test_a_broken_gold_file_is_told_in_a_sentence(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "bad.gold.txt").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_golds([tmp_path])


def test_a_directory_without_gold_files_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No gold file"):
        read_golds([tmp_path])
