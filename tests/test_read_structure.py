"""What a file holds: several letters, something else than a letter, the same letter twice, characters that deceive."""
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Part
from kg.plain import plain_text
from kg.read import Readers, disguise, read
from kg.read.document import Document
from kg.read.likeness import LEAST, likeness, notice
from kg.read.split import split
from kg.read.twins import NEAR, printed, share
from tests.samples import pages

LETTER = "\n".join((pages.TITLE, *pages.LETTER)) + "\n"
OTHER = "\n".join(("沪科提复〔2023〕57号", "对市政协第1024号提案的答复", "李某某委员：", "您提出的《关于发展氢能产业的提案》收悉，现答复如下：",
                   "我市出台氢能产业规划，建成加氢站十五座，下一步将扩大示范应用。", "上海市科学技术委员会", "2023年11月17日")) + "\n"
LETTERS = sorted(Path(__file__).parent.glob("corpus/*/letters/*.txt"))
NEWS = "本报讯（记者 王某）昨日，我市召开科技大会，表彰先进集体二十个。市领导出席会议并讲话，强调要加快创新步伐，推动高质量发展。" * 3
TABLE = "\n".join(["序号  单位  数量", *(f"{i}  某某局  {i * 3}" for i in range(1, 20))])


def test_two_letters_in_one_text_are_parted_where_the_second_begins() -> None:
    first, second = split(Document(LETTER + "\n" + OTHER))
    assert (first.name, second.name) == ("1", "2")
    assert second.text == OTHER
    assert first.text.strip() == LETTER.strip()


def test_the_places_of_a_second_letter_are_counted_from_its_beginning() -> None:
    parts = (Part(0, 1, "p1"), Part(len(LETTER) + 2, 2, "p9"), Part(len(LETTER) + 20, 3, "p1"))
    _, second = split(Document(LETTER + OTHER, parts))
    assert [(part.start, part.page) for part in second.parts] == [(0, 1), (2, 2), (20, 3)]


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_letter_of_the_corpus_is_one_letter_and_like_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(split(Document(text))) == 1
    assert likeness(text).score >= LEAST


def test_a_letter_torn_by_spaces_is_a_letter() -> None:
    text = "对第32号提案的答复\n李某委员：\n您提出的《关于推进职业教育合作的提案》收悉，现答复如下：\n我市共有中职学校十二所，与多所学校签署合作协议。\n玉林市教育局\n2023年7月6日\n"
    assert likeness("\n".join(" ".join(line) for line in text.split("\n"))).score >= LEAST


def test_letters_of_the_corpus_in_one_file_are_parted() -> None:
    texts = [OTHER, LETTER, OTHER, LETTER]
    assert [document.text for document in split(Document("".join(texts)))] == texts


@pytest.mark.parametrize(("text", "other"), [(NEWS, "news"), (TABLE, "table"), ("通知", "short")])
def test_other_documents_score_low_and_are_told(text: str, other: str) -> None:
    found = likeness(text)
    assert (found.score < LEAST, found.other) == (True, other)
    assert notice(found)[0].zh and notice(found)[0].en


def test_the_one_letter_of_a_file_of_two_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text(LETTER + OTHER, encoding="utf-8")
    with Readers() as readers:
        assert [found.source.name for found in readers.file(path).letters] == ["two-1", "two-2"]
    with pytest.raises(InputError, match="holds 2 letters"):
        read(path)


# the same letter twice


def test_the_same_text_in_other_signs_and_spaces_is_the_same() -> None:
    assert share(printed(LETTER), printed(LETTER.replace("，", ", ").replace("\n", "\r\n\r\n　　"))) == 1.0


def test_a_letter_with_a_few_characters_misread_is_nearly_the_same_and_another_is_not() -> None:
    text = LETTERS[0].read_text(encoding="utf-8")
    scanned = "".join("口" if i % 97 == 0 else char for i, char in enumerate(text))
    assert NEAR <= share(printed(text), printed(scanned)) < 1.0
    assert share(printed(text), printed(LETTERS[1].read_text(encoding="utf-8"))) < 0.3


@given(st.text(max_size=400), st.text(max_size=400))
def test_the_share_is_symmetric_between_0_and_1_and_1_with_itself(one: str, other: str) -> None:
    a, b = printed(one), printed(other)
    assert 0 <= share(a, b) == share(b, a) <= 1
    assert share(a, a) == 1


# characters that deceive


@pytest.mark.parametrize("char", ["\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\ufe0f", "\u3164", "\U000e0041"])
def test_an_invisible_character_in_a_name_is_told_and_leaves_the_name_the_same(char: str) -> None:
    text = f"天津市{char}教育委员会已会同市科技局研究答复。"
    assert plain_text(text).text == "天津市教育委员会已会同市科技局研究答复。"
    (said,) = disguise.notices(text)
    assert f"U+{ord(char):04X}" in said.en and "看不见" in said.zh


@pytest.mark.parametrize("name", ["天津巿教育委员会", "АBC公司", "中囯银行"])
def test_a_character_with_the_shape_of_another_is_told(name: str) -> None:
    (said,) = disguise.notices(f"{name}已答复。")
    assert "disguise" in said.en


def test_usual_letters_have_nothing_to_tell() -> None:
    assert [path.stem for path in LETTERS if disguise.notices(path.read_text(encoding="utf-8"))] == []


@given(st.text(max_size=60))
def test_what_can_be_seen_of_a_text_has_no_invisible_character(text: str) -> None:
    assert not disguise.INVISIBLE.search(disguise.visible(text))
