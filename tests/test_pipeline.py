"""One letter through all stages with the model that ships: what the graph says stands in the text, and plain statements are read."""
from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from kg.evaluate import evaluate
from kg.gold import read_golds
from kg.lessons import source
from kg.model import Extraction, Source
from kg.pipeline import extract, knowledge, known_names
from kg.query import run
from kg.read import read
from kg.reading import Reading
from kg.store import Store
from kg.words import tagger

ROOT = Path(__file__).parent.parent
LETTERS = sorted((ROOT / "examples" / "letters").glob("*.txt"))
NAMES = """SELECT ?text ?from ?to ?said ?names WHERE { ?m a nif:Phrase ; nif:referenceContext ?l ; nif:beginIndex ?from ; nif:endIndex ?to ;
  nif:anchorOf ?said . ?l nif:isString ?text }"""


def letter(body: str, place: str = "青岛市", organ: str = "青岛市科学技术局") -> Extraction:
    text = f"{organ}\n关于{place}十七届人大三次会议第12号建议的答复\n\n江文山代表：\n您提出的关于加强合作的建议收悉，现答复如下：\n{body}\n\n{organ}\n2024年6月3日\n"
    return extract(Source("a", "a.txt", text, sha256(text.encode()).hexdigest()), knowledge())


def facts(found: Extraction) -> set[tuple[str, str, str, str]]:
    return {(fact.subject, fact.predicate, fact.object, fact.status) for fact in found.facts}


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_the_graph_gives_back_the_very_characters_of_every_mention(path: Path) -> None:
    with Store() as store:
        store.put_letter(extract(read(path), knowledge()))
        rows = run(store, NAMES).dicts()
    text = read(path).text
    assert rows
    assert all(row["text"] == text and text[int(row["from"]):int(row["to"])] == row["said"] for row in rows)


def test_the_model_that_ships_is_the_one_of_the_corpus() -> None:
    golds = read_golds([ROOT / "tests" / "corpus" / "seeds"])
    rows = evaluate([(gold, extract(source(gold), knowledge())) for gold in golds]).rows
    assert rows["mentions"].f1 > 0.9 and rows["facts"].f1 > 0.6 and rows["figures"].f1 > 0.7 and rows["letter"].f1 > 0.9


def test_two_named_parties_that_sign_cooperate() -> None:
    found = letter("2023年5月，青岛大学与香港理工大学签署合作协议，共建联合实验室。")
    assert ("青岛大学", "cooperatesWith", "香港理工大学", "done") in facts(found)


def test_what_is_planned_is_never_done() -> None:
    found = letter("一、下一步工作\n下一步，我市将举办第三届青岛国际人才论坛。")
    stated = [fact for fact in found.facts if fact.predicate == "organizes"]
    assert {fact.status for fact in stated} <= {"planned"}


def test_the_letter_answers_for_its_own_place_and_organ() -> None:
    found = letter("我市高度重视。我局已会同市教育局办理。")
    assert found.record.jurisdiction == "青岛市"
    assert found.record.issued_by == ("青岛市科学技术局",)
    names = {entity.name: [link.mention.span.of(found.letter.plain) for link in entity.links] for entity in found.entities}
    assert "我市" in names["青岛市"]
    assert "我局" in names["青岛市科学技术局"]
    assert "市教育局" in names["青岛市教育局"]


def test_an_amount_is_a_figure_of_its_subject_in_base_units() -> None:
    found = letter("截至2023年12月末，青岛市科创母基金规模达到120亿元。")
    figure = next(f for f in found.figures if f.unit == "亿元")
    assert (figure.value, figure.normalized_value, figure.normalized_unit) == (Decimal(120), Decimal(12_000_000_000), "CNY")
    assert figure.period is not None and str(figure.period.last) == "2023-12-31"


def test_a_letter_is_read_the_same_each_time() -> None:
    assert letter("青岛大学入驻蓝谷。") == letter("青岛大学入驻蓝谷。")


@pytest.mark.slow
def test_both_word_cutters_agree_on_the_example_letters() -> None:
    """rjieba is used for its speed; its words are those of jieba, whose algorithm and dictionary it has."""
    import logging

    import jieba
    jieba.setLogLevel(logging.ERROR)
    same = total = 0
    for path in LETTERS:
        text = read(path).text
        ours, theirs = [word for word, _ in tagger().pairs(text)], list(jieba.cut(text))
        total += len(theirs)
        same += len(set(_spans(ours)) & set(_spans(theirs)))
    assert same / total > 0.99


def _spans(words: list[str]) -> list[tuple[int, int]]:
    out, at = [], 0
    for word in words:
        out.append((at, at + len(word)))
        at += len(word)
    return out


def test_lexicon_and_model_are_loaded_once_whoever_asks_for_them() -> None:
    assert Reading().lexicon() is Reading().knowledge().lexicon is known_names()
    assert Reading().knowledge() is knowledge()


def test_saying_how_letters_are_read_loads_nothing_to_read_them_with() -> None:
    code = "import sys; from kg.reading import Reading; Reading().activity(); print('kg.pipeline' in sys.modules or 'rjieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.slow
@pytest.mark.parametrize("said", ["一", "1亿3000万", "2024年5月、", "3—5家", "甲、乙、丙等", "农历正月初一", "中 国 ", "委员：\n", "自治区党委", "街道办事处", "正如您指出"])
def test_what_is_said_a_thousand_times_over_ends_nothing(said: str) -> None:
    assert letter(said * 1000 + "。").letter.plain
