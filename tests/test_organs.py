"""Organs' short names written out by the place that they belong to."""
from __future__ import annotations

import pytest

from kg.lexicon import Lexicon
from kg.organs import department_of, organ_of


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.mark.parametrize(("form", "place", "name"), [
    ("市教委", "天津市", "天津市教育委员会"),
    ("市教委", "上海市", "上海市教育委员会"),
    ("市教育局", "广州市", "广州市教育局"),
    ("省科技厅", "广州市", "广东省科学技术厅"),
    ("市科委", "上海市", "上海市科学技术委员会"),
    ("市人社局", "天津市", "天津市人力资源和社会保障局"),
    ("区文旅局", "天津市和平区", "天津市和平区文化和旅游局"),
    ("市发改委", "天津市和平区", "天津市发展和改革委员会"),
    ("市委组织部", "天津市", "中共天津市委组织部"),
    ("市委统战部", "上海市", "中共上海市委统一战线工作部"),
    ("团市委", "天津市", "中国共产主义青年团天津市委员会"),
    ("市外办", "天津市", "天津市人民政府外事办公室"),
    ("市政府", "深圳市", "深圳市人民政府"),
    ("广东省药监局", "佛山市", "广东省药品监督管理局"),
    ("自治区教育厅", "南宁市", "广西壮族自治区教育厅"),
    ("民盟市委", "天津市", "中国民主同盟天津市委员会"),
    ("民建济南市委会", "山东省", "中国民主建国会济南市委员会"),
    ("九三学社四川省委员会", "四川省", "九三学社四川省委员会"),
    ("天津证监局", "天津市", "中国证券监督管理委员会天津监管局"),
    ("国家外汇局江苏省分局", "苏州市", "国家外汇管理局江苏省分局"),
    ("人民银行天津市分行", "天津市", "中国人民银行天津市分行"),
    ("霍尔果斯海关", "伊犁哈萨克自治州", "中华人民共和国霍尔果斯海关"),
    ("广西海事局", "南宁市", "中华人民共和国广西海事局"),
    ("自治区党委统战部", "广西壮族自治区", "中共广西壮族自治区党委统一战线工作部"),
    ("盟行署", "锡林郭勒盟", "锡林郭勒盟行政公署"),
    ("盟行署外事办", "锡林郭勒盟", "锡林郭勒盟行政公署外事办公室"),
    ("行署外办", "阿克苏地区", "阿克苏地区行政公署外事办公室"),
    ("地区人社局", "阿克苏地区", "阿克苏地区人力资源和社会保障局"),
    ("地委统战部", "阿克苏地区", "中共阿克苏地委统一战线工作部"),
    ("兵团发改委", "石河子市", "新疆生产建设兵团发展和改革委员会"),
    ("师市教育局", "石河子市", "石河子市教育局"),
    ("新区政府", "上海市浦东新区", "上海市浦东新区人民政府"),
    ("市法院", "徐州市", "徐州市中级人民法院"),
    ("省法院", "广州市", "广东省高级人民法院"),
    ("区法院", "天津市和平区", "天津市和平区人民法院"),
    ("市地方金融监管局", "广州市", "广州市地方金融监督管理局"),
    ("市经济信息委", "重庆市", "重庆市经济和信息化委员会"),
    ("市政府合作交流办", "天津市", "天津市人民政府合作交流办公室"),
    ("市政府新闻办", "上海市", "上海市人民政府新闻办公室"),
    ("人民银行长沙中心支行", "湖南省", "中国人民银行长沙中心支行"),
])
def test_a_short_name_is_read_at_the_place_of_the_letter(lexicon: Lexicon, form: str, place: str, name: str) -> None:
    organ = organ_of(form, place, lexicon)
    assert organ is not None
    assert organ.name == name


@pytest.mark.parametrize(("form", "place"), [("省科技厅", "天津市"), ("区教育局", "广州市"), ("香港教育局", "天津市"), ("市场", "天津市"), ("民盟中央", "天津市"), ("香港海关", "天津市"), ("南开大学", "天津市"), ("市教委", None)])
def test_what_the_place_does_not_decide_is_no_organ(lexicon: Lexicon, form: str, place: str | None) -> None:
    assert organ_of(form, place, lexicon) is None


@pytest.mark.parametrize(("form", "place", "name"), [
    ("财政局", "锡林浩特市", "锡林浩特市财政局"), ("人社局", "深圳市南山区", "深圳市南山区人力资源和社会保障局"), ("发改委", "天津市", "天津市发展和改革委员会"),
    ("财政厅", "云南省", "云南省财政厅"), ("财政局", "云南省", None), ("财政厅", "昆明市", None), ("财政局", "香港特别行政区", None), ("财政局", None, None),
    ("港口局", "中国", None), ("这个局", "天津市", None), ("组织部", "天津市", None),
])
def test_a_department_without_a_place_is_one_of_the_answering_place(lexicon: Lexicon, form: str, place: str | None, name: str | None) -> None:
    organ = department_of(form, place, lexicon)
    assert (organ.name if organ is not None else None) == name
    assert organ_of(form, None, lexicon) is None


def test_an_accepted_older_name_stands_among_the_others(lexicon: Lexicon) -> None:
    organ = organ_of("市金融局", "天津市", lexicon)
    assert organ is not None
    assert "天津市金融工作局" in organ.names


def test_a_branch_is_also_called_as_its_town_calls_it(lexicon: Lexicon) -> None:
    organ = organ_of("温州海关", "浙江省", lexicon)
    assert organ is not None
    assert organ.names == ("温州海关",)


def test_a_level_word_alone_names_no_branch(lexicon: Lexicon) -> None:
    organ = organ_of("市金融监管局", "重庆市", lexicon)
    assert organ is None or organ.reason != "branch"
