"""What mentions stand for: the answering place, short names, definitions, longer names, and the letter's own data."""
from __future__ import annotations

from dataclasses import replace

import pytest

from kg.lexicon import Lexicon
from kg.model import Answering, Block, Entity, Header, Letter, Mention, Sentence, Source
from kg.resolve import resolve
from kg.resolve.shortened import retitles, shortens
from kg.spans import Span

TIANJIN = Answering("天津市", "province", "天津市商务局")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def letter(text: str, answering: Answering | None = TIANJIN, header: Header = Header()) -> Letter:
    whole = Span(0, len(text))
    return Letter(Source("a", "a.txt", text, ""), text, tuple(range(len(text))), (Block(whole, "body"),), (Sentence(whole, 0),), header, answering)


def mention(text: str, surface: str, kind: str, nth: int = 0) -> Mention:
    at = -1
    for _ in range(nth + 1):
        at = text.index(surface, at + 1)
    return Mention(Span(at, at + len(surface)), kind, "model", 0.9)


def entities(text: str, *names: tuple[str, str], answering: Answering | None = TIANJIN, lexicon: Lexicon) -> dict[str, Entity]:
    found, _ = resolve(letter(text, answering), [mention(text, *name) for name in names], lexicon)
    return {entity.name: entity for entity in found if entity.links}


@pytest.mark.parametrize(("surface", "kind", "name"), [
    ("我市", "Place", "天津市"), ("津", "Place", "天津市"), ("港", "Place", "香港特别行政区"), ("和平区", "Place", "天津市和平区"),
    ("市教委", "Government", "天津市教育委员会"), ("我局", "Government", "天津市商务局"), ("经开区", "Park", "天津经济技术开发区"),
    ("天开园", "Park", "天开高教科创园"), ("港交所", "Organization", "香港联合交易所有限公司"), ("市博士后联谊会", "Association", "天津市博士后联谊会"),
])
def test_a_mention_is_read_at_the_letters_place(lexicon: Lexicon, surface: str, kind: str, name: str) -> None:
    assert list(entities(f"，{surface}，", (surface, kind), lexicon=lexicon)) == [name]


def test_a_department_without_a_place_is_the_answering_places_where_the_letter_names_no_other(lexicon: Lexicon) -> None:
    assert list(entities("财政局拨款", ("财政局", "Government"), lexicon=lexicon)) == ["天津市财政局"]
    text = "与香港发展局签约，发展局派员"
    found, _ = resolve(letter(text), [mention(text, "香港发展局", "Government"), mention(text, "发展局", "Government", 1)], lexicon)
    assert [entity.name for entity in found if entity.links] == ["香港特别行政区政府发展局"]


@pytest.mark.parametrize(("short", "full", "same"), [
    ("《条例》", "《某市知识产权保护条例》", True), ("《指引》", "《关于印发创新型省份建设工作指引的通知》", True), ("《管理办法》", "《某市高新区认定和管理办法（修订）》", True),
    ("《规划》", "《某市产业规划（2021—2025年）》", True), ("《条例》", "《某市知识产权保护办法》", False), ("《保护条例》", "《条例》", False),
    ("条例", "《某市知识产权保护条例》", False), ("《例》", "《某市知识产权保护条例》", False),
])
def test_a_title_may_be_told_again_by_its_end(short: str, full: str, same: bool) -> None:
    assert retitles(short, full) == same


def test_a_title_told_again_is_the_nearest_document_before_it(lexicon: Lexicon) -> None:
    text = "出台《甲市规划》和《乙市规划》。按照《规划》推进，《纲要》另行印发"
    found = entities(text, *((name, "Document") for name in ("《甲市规划》", "《乙市规划》", "《规划》", "《纲要》")), lexicon=lexicon)
    assert {name: len(entity.links) for name, entity in found.items()} == {"《甲市规划》": 1, "《乙市规划》": 2, "《纲要》": 1}


def test_a_doubtful_mention_stands_for_nothing(lexicon: Lexicon) -> None:
    text = "天开园和海河基金"
    sure, doubtful = mention(text, "天开园", "Park"), replace(mention(text, "海河基金", "Fund"), confidence=0.2)
    found, _ = resolve(letter(text), [sure, doubtful], lexicon)
    assert [entity.name for entity in found if entity.links] == ["天开高教科创园"]


@pytest.mark.parametrize(("organ", "surface", "name"), [
    ("国家知识产权局办公室", "我局", "国家知识产权局"), ("重庆两江新区管理委员会办公室", "我委", "重庆两江新区管理委员会"),
    ("北京市朝阳区人民法院", "我院", "北京市朝阳区人民法院"), ("中国人民银行", "我行", "中国人民银行"),
    ("天津市教育委员会", "我委", "天津市教育委员会"), ("天津市人民政府外事办公室", "我办", "天津市人民政府外事办公室"),
])
def test_what_an_organ_calls_itself_is_the_organ_whose_office_signs(lexicon: Lexicon, organ: str, surface: str, name: str) -> None:
    answering = Answering("天津市", "province", organ)
    assert list(entities(surface, (surface, "Government"), answering=answering, lexicon=lexicon)) == [name]


def test_the_committee_of_a_park_bears_the_official_name_of_the_park(lexicon: Lexicon) -> None:
    assert list(entities("经开区管委会", ("经开区管委会", "Government"), lexicon=lexicon)) == ["天津经济技术开发区管理委员会"]


def test_a_street_of_the_answering_district_bears_its_name(lexicon: Lexicon) -> None:
    district = Answering("深圳市南山区", "district", "深圳市南山区教育局")
    assert list(entities("蛇口街道办", ("蛇口街道办", "Government"), answering=district, lexicon=lexicon)) == ["深圳市南山区蛇口街道办事处"]


def test_the_same_short_name_in_two_cities_is_two_organs(lexicon: Lexicon) -> None:
    shanghai = Answering("上海市", "province")
    assert list(entities("市教委", ("市教委", "Government"), answering=shanghai, lexicon=lexicon)) == ["上海市教育委员会"]


def test_a_defined_short_name_is_tied_to_what_defines_it(lexicon: Lexicon) -> None:
    text = "星辰技术研究院（以下简称“星研院”）成立，星研院将扩建。"
    found = entities(text, ("星辰技术研究院", "Research"), ("星研院", "Organization"), lexicon=lexicon)
    assert list(found) == ["星辰技术研究院"]
    assert [link.reason for link in found["星辰技术研究院"].links] == ["name", "defined"]
    assert found["星辰技术研究院"].kind == "Research"


@pytest.mark.parametrize(("short", "full", "whether"), [
    ("瓷博会", "2023中国景德镇国际陶瓷博览会", True),
    ("上海医药", "上海医药集团", True),
    ("东升科技", "东升科技园", False),
    ("天津大学", "天津大学医学院", False),
    ("边交会", "第23届中缅边境经济贸易交易会", True),
    ("星", "星辰公司", False),
])
def test_a_short_form_keeps_the_order_and_the_end_of_the_longer_name(short: str, full: str, whether: bool) -> None:
    assert shortens(short, full) is whether


def test_a_short_form_that_two_names_could_have_stays_by_itself(lexicon: Lexicon) -> None:
    text = "星辰生物制药公司和星月生物制药公司，星药公司"
    found = entities(text, ("星辰生物制药公司", "Company"), ("星月生物制药公司", "Company"), ("星药公司", "Company"), lexicon=lexicon)
    assert len(found) == 3


def test_the_letters_own_data_is_resolved_and_its_place_is_an_entity_even_when_it_is_never_named(lexicon: Lexicon) -> None:
    text = "包鸿勋委员：经会同市教委答复如下"
    header = Header(addressees=(Span(0, 3),), consulted=(Span(9, 12),))
    assert header.consulted[0].of(text) == "市教委"
    found, record = resolve(replace(letter(text), header=header), [mention(text, "包鸿勋", "Person")], lexicon)
    assert record.addressed_to == ("包鸿勋",)
    assert record.prepared_with == ("天津市教育委员会",)
    assert record.jurisdiction == "天津市"
    assert {"天津市", "天津市教育委员会"} <= {entity.name for entity in found}
