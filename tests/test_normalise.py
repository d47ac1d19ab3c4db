"""One spelling: lengths stay, and a second pass changes nothing."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.normalise import is_traditional, normalise, simplify

MIXED = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("市沪港，,。.：:（(）)“”\"'「」關於會提案１Ａ％－—–　 \n\r\t甲一")), max_size=60)


@settings(deadline=None)      # the first example loads the patterns
@given(MIXED)
def test_normalising_keeps_the_length_and_is_done_once(text: str) -> None:
    once = normalise(text)
    assert len(once) == len(text)
    assert normalise(once) == once


@pytest.mark.parametrize(("written", "read"), [
    ("２０２３年１１月", "2023年11月"),
    ("近年来,在市科委(以下简称科委):开展", "近年来，在市科委（以下简称科委）：开展"),
    ("共1,206套,其中", "共1,206套，其中"),
    ("10:30开始", "10:30开始"),
    ("工作稳步推进.截至2022年底", "工作稳步推进。截至2022年底"),
    ("1.关于建设2.0版平台", "1.关于建设2.0版平台"),
    ("一.政策体系", "一.政策体系"),
    ('打造"一站式"服务和"芯"高地', "打造“一站式”服务和“芯”高地"),
    ("「以橋相連」", "“以橋相連”"),
    ("进念・二十面体", "进念·二十面体"),
    ("⼯业", "工业"),
])
def test_signs_are_written_one_way(written: str, read: str) -> None:
    assert normalise(written) == read


def test_variants_of_hong_kong_and_names_with_qian_are_simplified_as_names_are() -> None:
    assert simplify("香港衞生署、乾隆花園、乾淨") == "香港卫生署、乾隆花园、干净"


def test_a_letter_in_traditional_characters_is_read_in_simplified_ones() -> None:
    text = "關於深化滬港兩地經貿交流的提案已收悉，本局會同市商務委員會研究後答覆如下。"
    assert is_traditional(text)
    assert normalise(text).startswith("关于深化沪港两地经贸交流的提案")


def test_a_traditional_name_in_a_simplified_letter_stays() -> None:
    text = "我市引进香港企业會德豐，" + "今年以来全市共引进企业一百二十家，总投资稳步增长。" * 5
    assert not is_traditional(text)
    assert "會德豐" in normalise(text)
