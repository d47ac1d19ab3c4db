"""Plain text, blocks and sentences, and the map back to the file."""
from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Letter, Source
from kg.normalise import normalise
from kg.plain import plain_text
from kg.segment import segment
from kg.sentences import sentences
from kg.spans import Span

EXAMPLES = sorted((Path(__file__).parent.parent / "examples" / "letters").glob("*.txt"))
PIECES = st.sampled_from(["市科委", "与香港大学", "签署协议", "。", "，", "：", "（", "）", "“", "”", "《", "》", "\n", "\n\n", "\r\n", "　　", " ", "  ",
                          "2023", "RISC-V", "一、", "1.", "**", "[bookmark: shuo]", "第 1 页", "【打印】", "委员", "收悉"])


def letter(text: str) -> Letter:
    return segment(Source("x", "x.txt", text, ""))


def kinds(text: str) -> list[tuple[str, int, str]]:
    made = letter(text)
    return [(block.kind, block.level, block.span.of(made.plain)) for block in made.blocks]


def paragraphs(text: str) -> list[str]:
    plain = plain_text(text)
    return [span.of(plain.text) for span in plain.paragraphs]


def bare(text: str) -> str:
    return re.sub(r"\s|\*\*|\[bookmark[:：][^\]]*\]", "", text)


def check_map(source: str) -> None:
    """Every character of the plain text comes from its place in the source, in order."""
    plain, spelt = plain_text(source), normalise(source)
    assert len(plain.text) == len(plain.origins)
    assert all(a < b for a, b in zip(plain.origins, plain.origins[1:], strict=False))
    for char, origin in zip(plain.text, plain.origins, strict=True):
        assert char == spelt[origin] or (char in "\n " and not spelt[origin].strip()) or char == "\n"
    for span in plain.paragraphs:
        written = spelt[plain.origins[span.start]:plain.origins[span.end - 1] + 1]
        if "【打印】" not in written and "第 1 页" not in written:
            assert bare(written) == bare(span.of(plain.text))


@settings(deadline=None)      # the first example loads the patterns
@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_plain_text_maps_back_to_the_source(source: str) -> None:
    check_map(source)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_letters_map_back_to_their_files(path: Path) -> None:
    check_map(path.read_bytes().decode("utf-8"))


@settings(deadline=None)      # the first example loads the patterns
@given(st.lists(PIECES, max_size=40).map("".join))
def test_sentences_and_blocks_are_in_order_and_do_not_overlap(source: str) -> None:
    made = letter(source)
    for before, after in zip(made.sentences, made.sentences[1:], strict=False):
        assert before.span.end <= after.span.start
    for sentence in made.sentences:
        assert made.blocks[sentence.block].span.covers(sentence.span)


@pytest.mark.parametrize(("source", "read"), [
    ("沪港高校建立联盟，推动交流。沪港大\n\n学联盟通过课程培养人才。", ["沪港高校建立联盟，推动交流。沪港大学联盟通过课程培养人才。"]),
    ("我局印发《医疗\n旅游方案》，成效明显。", ["我局印发《医疗旅游方案》，成效明显。"]),
    ("供港蔬菜基地三十一个，农场\n、合作社均获认证。", ["供港蔬菜基地三十一个，农场、合作社均获认证。"]),
    ("首批入驻企业十家，其中港资四家。产值\n                — 1 —\n达到九亿元。", ["首批入驻企业十家，其中港资四家。产值达到九亿元。"]),
    ("对市政协十四届一次会议\n\n第1024号提案的答复\n\n张某委员：", ["对市政协十四届一次会议第1024号提案的答复", "张某委员："]),
    ("一、算力底座不断夯实\n抢抓机遇，我市加快建设。", ["一、算力底座不断夯实", "抢抓机遇，我市加快建设。"]),
    ("感谢您的关心\n市科学技术局\n2024年7月19日", ["感谢您的关心", "市科学技术局", "2024年7月19日"]),
])
def test_lines_join_where_a_sentence_broke_off_and_only_there(source: str, read: list[str]) -> None:
    assert paragraphs(source) == read


@pytest.mark.parametrize(("source", "read"), [
    ("2023 年 11 月共对 10 个项目", "2023年11月共对10个项目"),
    ("总规模 1 890 万千瓦", "总规模1890万千瓦"),
    ("SEMICON China 2024 在上海举行", "SEMICON China 2024在上海举行"),
    ("杨　生委员、李某委员", "杨生委员、李某委员"),
    ("市卫生健康委　王某某", "市卫生健康委 王某某"),
    ("动力电池  某某股份    134.2", "动力电池 某某股份 134.2"),
    (" [bookmark: shuo]　　您提出的**提案", "您提出的提案"),
    ("（此件公开发布）　　　　上一篇　下一篇", "（此件公开发布）"),
    ("今 年 以 来 全 市 引 进 企 业 十 家 ， 合 作 持 续 深 化 。", "今年以来全市引进企业十家，合作持续深化。"),
])
def test_idle_spaces_and_residue_go_and_gaps_between_words_stay(source: str, read: str) -> None:
    assert plain_text(source).text == read


def test_navigation_of_a_page_is_dropped() -> None:
    source = "当前位置：首页 > 政务公开　字号：[大 中 小]　打印\n关于第1号提案的答复\n上一篇：没有了　　下一篇：关于第2号提案的答复\n【打印】【关闭】"
    assert paragraphs(source) == ["关于第1号提案的答复"]


LETTER = """\
某市科学技术局
某科提〔2024〕5号　　　　　　签发人：张某
对市政协一届二次会议第12号提案的答复
李某、王某委员：
　　你们提出的关于加强科技合作的提案收悉，现答复如下：
　　一、有关情况
　　（一）平台建设
　　建成实验室三家。
　　1.稳步推进。今年新增企业十家。仍在招商。
　　二、下一步打算
　　继续开展合作。
　　感谢你们的关心！
　　　　　　　　某市科学技术局
　　　　　　　　2024年7月19日
　　（联系人：赵某，电话：8888XXXX）
　　抄送：市政协提案委。
"""


def test_each_part_of_a_letter_is_known_for_what_it_is() -> None:
    assert [(kind, level) for kind, level, _ in kinds(LETTER)] == [
        ("letterhead", 0), ("number", 0), ("title", 0), ("addressee", 0), ("body", 0),
        ("heading", 1), ("heading", 2), ("body", 0), ("body", 0), ("heading", 1), ("body", 0),
        ("closing", 0), ("signature", 0), ("signature", 0), ("contact", 0), ("copy", 0)]


def test_a_sentence_knows_the_headings_above_it_and_that_of_its_own_paragraph() -> None:
    made = letter(LETTER)
    above = {sentence.span.of(made.plain): [span.of(made.plain) for span in sentence.headings] for sentence in made.sentences}
    assert above["建成实验室三家。"] == ["一、有关情况", "（一）平台建设"]
    assert above["今年新增企业十家。"] == ["一、有关情况", "（一）平台建设", "1.稳步推进。"]
    assert above["继续开展合作。"] == ["二、下一步打算"]


@pytest.mark.parametrize(("marks", "levels"), [
    (["一、情况", "（一）平台", "1.人才", "（1）引进"], [1, 2, 3, 4]),
    (["（一）情况", "1、人才", "（二）打算"], [1, 2, 1]),
    (["甲、近况", "乙、打算"], [1, 1]),
    (["壹、近况", "其一、平台"], [1, 2]),
    (["问：进展怎样？", "问：下一步呢？"], [1, 1]),
    (["办理背景", "今后设想"], [1, 1]),
])
def test_headings_of_every_style_nest_by_their_marks(marks: list[str], levels: list[int]) -> None:
    text = "\n".join(f"　　{mark}\n　　全市各部门认真研究，积极采取措施，推动各项工作取得明显成效。" for mark in marks)
    assert [level for kind, level, _ in kinds("李某委员：\n" + text) if kind == "heading"] == levels


@pytest.mark.parametrize(("text", "parts"), [
    ("引进企业十家。新增院校两所！成效如何？", ["引进企业十家。", "新增院校两所！", "成效如何？"]),
    ("他说：“合作很好。希望继续。”我们赞成。", ["他说：“合作很好。希望继续。”", "我们赞成。"]),
    ("关于“办节。办赛。”的建议可行。", ["关于“办节。办赛。”的建议可行。"]),
    ("实施“香江行动（二期。正在筹备。", ["实施“香江行动（二期。", "正在筹备。"]),
    ("一是建平台；二是引人才。", ["一是建平台；二是引人才。"]),
])
def test_sentences_end_outside_brackets_and_quotations(text: str, parts: list[str]) -> None:
    assert [span.of(text) for span in sentences(text, Span(0, len(text)))] == parts


def test_what_no_person_reads_as_one_sentence_is_broken_at_a_sign() -> None:
    text = "天津市与香港合作，" * 400
    parts = [span.of(text) for span in sentences(text, Span(0, len(text)))]
    assert "".join(parts) == text
    assert all(len(part) <= 600 and part.endswith("，") for part in parts)


@pytest.mark.parametrize("text", ["（" * 50_000 + "》" * 50_000, "（" * 50_000 + "）" * 50_000, "“" * 100_000])
def test_thousands_of_brackets_take_no_longer_than_other_text(text: str) -> None:
    assert sum(len(span) for span in sentences(text, Span(0, len(text)))) == len(text)


def test_a_list_of_copies_that_breaks_off_stays_one_and_what_stands_above_it_is_the_end() -> None:
    made = segment(Source("x", "x.txt", "王某委员：\n您提出的建议收悉，现答复如下：\n近年来，各项工作取得明显成效，群众获得感不断增强。\n感谢您的关心。\n"
                          "联系人：李某\n某某市商务局\n2024年6月28日\n抄送：市人大常委会联工委，市政府办公厅，\n   市交通局。\n", ""))
    assert [block.kind for block in made.blocks[3:]] == ["closing", "contact", "signature", "signature", "copy"]
