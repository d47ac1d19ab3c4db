"""What rules propose, how ends are repaired, how repetitions are found, and what the sequence model's labels spell."""
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.keys import named
from kg.lexicon import Lexicon
from kg.model import Block, Header, Letter, Mention, Sentence, Source
from kg.recognise import brackets, definitions, deictic, features, persons, propose, suffix
from kg.recognise.base import Passage
from kg.recognise.passages import passage
from kg.recognise.repair import repaired
from kg.recognise.repeats import agreed, repeated
from kg.recognise.sequence import spelled, stretches
from kg.spans import Span
from kg.words import tagger


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def of(text: str, lexicon: Lexicon) -> Passage:
    return passage(text, 0, lexicon, tagger())


def letter(text: str) -> Letter:
    whole = Span(0, len(text))
    return Letter(Source("a", "a.txt", text, ""), text, tuple(range(len(text))), (Block(whole, "body"),), (Sentence(whole, 0),), Header(), None)


def test_words_that_point_to_the_letters_place_and_organ_are_proposed(lexicon: Lexicon) -> None:
    text = "我市与全省各地，我局和本区政府"
    assert [(text[p.start:p.end], p.kind) for p in deictic.propose(of(text, lexicon))] == [("我市", "Place"), ("全省", "Place"), ("我局", "Government")]


def test_a_book_title_is_a_document_and_quoted_words_are_a_name_of_open_class(lexicon: Lexicon) -> None:
    text = "印发《天津市促进条例》，实施“繁星计划”。"
    assert [(text[p.start:p.end], p.kind) for p in brackets.propose(of(text, lexicon))] == [("《天津市促进条例》", "Document"), ("繁星计划", "")]


@pytest.mark.parametrize("text", ["天津大学（以下简称“天大”）", "天津大学（下称天大）", "天津大学(简称：天大)"])
def test_a_defined_short_name_is_proposed(lexicon: Lexicon, text: str) -> None:
    assert [text[p.start:p.end] for p in definitions.propose(of(text, lexicon))] == ["天大"]


@pytest.mark.parametrize(("text", "names"), [
    ("王一平代表：", ["王一平"]),
    ("李明、张华等5位委员：", ["李明", "张华"]),
    ("欧阳文教授到访", ["欧阳文"]),
    ("贸发局主席赵敏致辞。", ["赵敏"]),
    ("联系人：综合处 钱程，电话", ["钱程"]),
    ("签发人：孙立新\n", ["孙立新"]),
    ("新设博士后工作站，邀请教授应邀在会上发言", []),
    ("关于代表提出的建议", []),
    ("李明和张华代表", ["李明", "张华"]),
    ("李和平副市长", ["李和平"]),
    ("李明副市长，张华副教授", ["李明", "张华"]),
    ("李明及张华等5位委员", ["李明", "张华"]),
    ("联系人：安全科", []),
])
def test_a_person_is_proposed_beside_a_title_and_in_a_line_that_tells_whom_to_ask(lexicon: Lexicon, text: str, names: list[str]) -> None:
    assert [text[p.start:p.end] for p in persons.propose(of(text, lexicon))] == names


@pytest.mark.parametrize("text", ["和" * 20_000, "王一平、" * 5_000, "李和" * 10_000, "联系人：" * 5_000, "赵" * 20_000])
def test_persons_are_looked_for_in_time_that_grows_with_the_text(text: str) -> None:
    found = list(persons.propose(Passage(text, 0, (), (), ())))
    assert len(found) <= len(text)


def test_a_character_of_the_place_is_seen_with_what_stands_about_it(lexicon: Lexicon) -> None:
    own = passage("欢迎来津发展", 0, lexicon, tagger(), frozenset("津"))
    other = passage("欢迎来津发展", 0, lexicon, tagger())
    about = set(named(row[3] for row in features.columns([own], [[]]))) - set(named(row[3] for row in features.columns([other], [[]])))
    assert len(about) == 4


def test_a_place_is_known_with_its_level(lexicon: Lexicon) -> None:
    known = {name.label: name.detail for name in of("天津市", lexicon).names} | {name.label: name.detail for name in of("南开大学", lexicon).names}
    assert known == {"Place": "province", "University": ""}


def test_a_name_by_its_last_word_stops_before_a_verb(lexicon: Lexicon) -> None:
    text = "支持海河产业基金"
    assert "海河产业基金" in [text[p.start:p.end] for p in suffix.propose(of(text, lexicon))]


@pytest.mark.parametrize(("text", "found", "name"), [
    ("实施“海河英才”行动计划。", "海河英才”行动计划", "“海河英才”行动计划"),
    ("建成“科创中国”，", "“科创中国”", "科创中国"),
    ("建成“科创中国”，", "“科创中国", "科创中国"),
    ("印发《某某条例》。", "某某条例", "《某某条例》"),
    ("由培力（香港）公司", "培力（香港", "培力（香港）"),
    ("、天津大学、", "、天津大学、", "天津大学"),
    ("办好“海燕杯”（全称第五届“海燕杯”大赛）。", "“海燕杯”（全称第五届“海燕杯”大赛）", "海燕杯"),
    ("由科技创新园（以下简称创新园）承办", "科技创新园（以下简称创新园）", "科技创新园"),
])
def test_quotation_marks_and_brackets_are_set_right(text: str, found: str, name: str) -> None:
    start = text.index(found)
    a, b = repaired(text, start, start + len(found))
    assert text[a:b] == name


@given(st.text("“”《》（）名称、，", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_repair_stays_inside_the_text_and_is_stable(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    a, b = repaired(text, start, end)
    assert 0 <= a <= len(text) and 0 <= b <= len(text)


def test_a_sure_name_is_found_wherever_the_letter_repeats_it() -> None:
    text = "星辰科技与本市合作，星辰科技将扩建。"
    found = list(repeated(letter(text), [Mention(Span(0, 4), "Company", "model", 0.9)]))
    assert [(m.span.start, m.found_by) for m in found] == [(0, "model"), (10, "repeat")]


def test_one_surface_has_one_class_in_a_letter() -> None:
    text = "星辰园、星辰园、星辰园"
    mentions = [Mention(Span(0, 3), "Park", "model", 0.9), Mention(Span(4, 7), "Company", "model", 0.5), Mention(Span(8, 11), "Park", "model", 0.8)]
    assert {m.kind for m in agreed(letter(text), mentions)} == {"Park"}


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), st.sampled_from(["Park", "Place"])), max_size=6))
def test_labels_spell_the_names_that_they_were_made_from(parts: list[tuple[int, int, str]]) -> None:
    names, at = [], 0
    for size, gap, kind in parts:
        names.append((at, at + size, kind))
        at += size + gap
    labels = ["O", "B-Park", "B-Place", "I-Park", "I-Place"]
    path = np.array([labels.index(label) for label in spelled(at, names)], np.intp)
    firsts, lasts = stretches(path, labels, np.array([0]))
    assert list(zip(firsts.tolist(), lasts.tolist(), strict=True)) == [name[:2] for name in names]


def test_every_character_has_features_and_no_passage_sees_beyond_its_ends(lexicon: Lexicon) -> None:
    one, other = of("天津大学与香港理工大学签署“协议”。", lexicon), of("滨海新区、河西区", lexicon)
    alone = features.of(one, propose(one)) + features.of(other, propose(other))
    together = np.stack(features.columns([one, other], [propose(one), propose(other)])).T.tolist()
    assert all(alone) and [named(row) for row in together] == alone


@pytest.mark.parametrize("text", ["𠮷林市与\U0001d7ce号", "a\ud800b", "^^$$", " \n", "”“》", "、、、"])
def test_rare_characters_marks_and_blanks_have_features_too(lexicon: Lexicon, text: str) -> None:
    words = [(char, "x") for char in text]
    rows = features.of(Passage(text, 0, words, (), ()))
    assert len(rows) == len(text) and all(rows)
