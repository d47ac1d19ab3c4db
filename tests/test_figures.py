"""Figures: which numbers are some, in what unit, whose, when, and in base units."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kg.errors import ModelError
from kg.figures import FigureModel, lay_out, measure
from kg.figures.indicators import indicator
from kg.figures.owners import Owners
from kg.figures.quantities import find_quantities
from kg.figures.ranker import Choice, Ranker, train_ranker
from kg.figures.roles import roles
from kg.figures.scene import Scene, names_of
from kg.figures.subjects import Owned, Stage, carried, subjects, topic
from kg.figures.units import normalised
from kg.figures_train import Example, align, train
from kg.gold import Gold, GoldFigure, read_gold, read_golds
from kg.lessons import lesson
from kg.model import Answering, Block, Entity, Header, Letter, Link, Mention, Sentence, Source
from kg.pipeline import known_names
from kg.spans import Span
from kg.times import Timeline

CORPUS = Path(__file__).parent / "corpus" / "seeds" / "gold"


def letter(text: str, written: str = "", day: date | None = None) -> Letter:
    """One paragraph a line, one sentence a full stop; `written` is the source where it is not the same."""
    blocks, sentences, at = [], [], 0
    for number, line in enumerate(text.split("\n")):
        blocks.append(Block(Span(at, at + len(line)), "body"))
        for part in line.split("。"):
            if part:
                sentences.append(Sentence(Span(at, at + len(part) + 1), number))
            at += len(part) + 1
    source = Source("letter", "letter.txt", written or text, "")
    return Letter(source, text, tuple(range(len(text))), tuple(blocks), tuple(sentences), Header(date=day), Answering("青岛市", "city"))


def entities(text: str, kinds: Mapping[str, str]) -> list[Entity]:
    """An entity for each name of `kinds`, with all its mentions."""
    found = []
    for name, kind in kinds.items():
        starts = [at for at in range(len(text)) if text.startswith(name, at)]
        links = tuple(Link(Mention(Span(at, at + len(name)), kind, "test", 1.0), "name") for at in starts)
        found.append(Entity(name, kind, links=links))
    return found


def read(text: str) -> list[tuple[str, str]]:
    """Value and unit of each quantity of a text."""
    sample = letter(text)
    return [(str(quantity.value), quantity.unit) for quantity in find_quantities(sample, (), [block.span for block in sample.blocks])]


@pytest.mark.parametrize(("text", "value", "unit"), [
    ("投资189.3亿元", "189.3", "亿元"), ("近千名人才", "1000", "名"), ("百余位企业家", "100", "位"), ("共7,600余人", "7600", "人"), ("产值1.2万亿元", "1.2", "万亿元"),
    ("床位一万四千余张", "14000", "张"), ("捐赠五百余万元", "500", "万元"), ("占三分之一", "33.3", "%"), ("占六成半", "6.5", "成"), ("增长百分之五", "5", "%"),
    ("产量翻一番", "1", "倍"), ("缩短了一半", "50", "%"), ("每周十一班", "11", "班"), ("日处理3万吨/日", "3", "万吨/日"), ("装机二千六百万千瓦", "2600", "万千瓦"),
    ("下降0.2个百分点", "0.2", "个百分点"), ("用户突破500万", "500", "万"), ("服务232家次", "232", "家次"), ("走访31家（次）", "31", "家（次）"), ("高出一点六倍", "1.6", "倍"),
    ("引进三五家", "5", "家"), ("约占七八成", "8", "成"), ("吸引万余人", "1", "万人"), ("投资1亿3000万元", "13000", "万元"), ("装机100千瓦", "100", "千瓦"),
    ("历时一年半", "1.5", "年"), ("一个半月展期", "1.5", "个月"), ("全程7个半小时", "7.5", "小时"), ("总量翻两番", "3", "倍"), ("比率万分之五", "0.05", "%"), ("占全市的1/4", "25", "%"),
    ("低68个基点", "68", "个基点"), ("设备93台（套）", "93", "台（套）"), ("投资1亿加元", "1", "亿加元"),
])
def test_a_quantity_has_its_value_in_digits_and_its_unit_as_written(text: str, value: str, unit: str) -> None:
    assert read(text) == [(value, unit)]


@pytest.mark.parametrize("text", ["第12届论坛", "第三批", "K11", "每百万人口", "千方百计", "成都", "二三产业", "第一个半年"])
def test_what_counts_nothing_is_no_quantity(text: str) -> None:
    assert read(text) == []


def test_the_unit_of_a_traditional_letter_stays_traditional() -> None:
    found = find_quantities(letter("出资4亿元", written="出資4億元"))
    assert [(quantity.unit, quantity.plain) for quantity in found] == [("億元", "亿元")]


def test_numbers_inside_names_and_times_are_left_out() -> None:
    text = "2024创新周2024年吸引300人"
    found = find_quantities(letter(text), [Span(0, 7), Span(7, 12)])
    assert [(str(quantity.value), quantity.unit) for quantity in found] == [("300", "人")]


def test_a_bare_number_in_a_table_takes_the_unit_of_its_column() -> None:
    text = "企业 2022年营收（亿元）\n东风股份 121.9\n骆驼股份 134.2"
    assert read(text)[-2:] == [("121.9", "亿元"), ("134.2", "亿元")]


def test_a_bare_number_in_a_table_takes_the_unit_given_above_it() -> None:
    text = "入园企业情况（单位：万元）：\n企业 投资额\n绿源冻品 18600"
    assert read(text)[-1:] == [("18600", "万元")]


@pytest.mark.parametrize(("value", "unit", "base"), [
    ("189.3", "亿元", ("18930000000", "CNY")), ("3000", "万港元", ("30000000", "HKD")), ("9.8", "万平方米", ("98000", "m2")), ("2", "平方公里", ("2000000", "m2")),
    ("80", "%", ("80", "%")), ("1.17", "万件", ("11700", "件")), ("6.5", "万人", ("65000", "persons")), ("57", "GWh", ("57000000000", "Wh")),
    ("1", "亿澳元", ("100000000", "AUD")), ("300", "万澳门元", ("3000000", "MOP")),
])
def test_a_value_is_given_in_base_units(value: str, unit: str, base: tuple[str, str]) -> None:
    assert normalised(Decimal(value), unit) == (Decimal(base[0]), base[1])


def test_a_mere_classifier_has_no_base_unit() -> None:
    assert normalised(Decimal(20), "家") is None


@pytest.mark.parametrize(("text", "kinds", "parts"), [
    ("海河基金出资3亿元", {"海河基金": "Fund"}, ["S"]),
    ("由海河基金出资3亿元", {"海河基金": "Fund"}, ["P:by"]),
    ("我局举办创新周", {"我局": "Government", "创新周": "Event"}, ["S", "O:hold"]),
    ("我局创办了天开园", {"我局": "Government", "天开园": "Park"}, ["S", "O:make"]),
    ("我局印发的条例规定", {"我局": "Government", "条例": "Document"}, ["R", "S"]),
    ("推动天开园携手科学园", {"天开园": "Park", "科学园": "Park"}, ["S", "P:with"]),
    ("南开大学、天津大学参展", {"南开大学": "University", "天津大学": "University"}, ["S", "S"]),
])
def test_a_name_plays_a_part_in_its_clause(text: str, kinds: Mapping[str, str], parts: list[str]) -> None:
    sample = letter(text + "3家")
    quantity = find_quantities(sample)[-1]
    scene = Scene(sample, names_of(entities(sample.plain, kinds)), [quantity.span])
    assert [role.part for role in roles(scene)] == parts


def owners(text: str, kinds: Mapping[str, str]) -> list[list[str]]:
    """The candidates for the subject of each quantity of a text."""
    sample = letter(text)
    found = find_quantities(sample)
    stage = Stage.of(Scene(sample, names_of(entities(text, kinds)), [quantity.span for quantity in found]))
    return [[candidate.entity for candidate in subjects(stage, quantity)] for quantity in found]


def test_numbers_shared_out_go_to_the_names_of_the_list_in_turn() -> None:
    kinds = {"河南投资集团": "Company", "招商局资本": "Company"}
    assert owners("河南投资集团、招商局资本分别出资10亿元和5亿元", kinds) == [["河南投资集团"], ["招商局资本"]]


def test_the_latter_is_the_last_name_of_the_list_before() -> None:
    assert owners("暨大子弟学校、民心子弟学校均已开学，后者提供学位1980个", {"暨大子弟学校": "University", "民心子弟学校": "University"}) == [["民心子弟学校"]]


def test_a_noun_with_this_points_to_the_last_name_of_its_class() -> None:
    kinds = {"香港新家园协会": "Association", "益田小学": "University"}
    assert owners("香港新家园协会援建益田小学，该协会出资1800万元", kinds) == [["香港新家园协会"]]


def test_the_indicator_is_the_noun_phrase_about_the_number() -> None:
    sample = letter("2024年我市新增上市公司2家")
    quantity = find_quantities(sample)[-1]
    assert indicator(Scene(sample, names_of(entities(sample.plain, {"我市": "Place"})), [quantity.span]), quantity) == "新增上市公司"


@pytest.mark.parametrize(("text", "about"), [
    ("去年新设港资企业35家", "新设港资企业"), ("计划引进3—5家香港机构", "计划引进香港机构"), ("2023年6月累计完成吞吐量8万吨", "累计完成吞吐量"),
    ("与香港共建联合实验室10家", "共建联合实验室"), ("每年投入80—100万元", "每年投入"), ("每个项目投资1000万—2000万元", "每个项目投资"),
])
def test_the_indicator_is_whole_words_without_the_lower_end_of_a_range(text: str, about: str) -> None:
    sample = letter(text)
    found = find_quantities(sample, [mention.span for mention in Timeline(sample).mentions])
    named = entities(text, {name: "Place" for name in ("香港", "港") if name in text})
    assert indicator(Scene(sample, names_of(named[:1]), [quantity.span for quantity in found]), found[-1]) == about


@pytest.mark.parametrize(("text", "label"), [
    ("园区2022年营业收入812亿元", "营业收入"), ("截至6月中旬登记作品3218件", "登记作品"), ("2024年产值651亿元", "产值"),
    ("展览面向工业硅、碳酸锂、多晶硅等5个品种", "品种"), ("退货率由37%降为19%", "退货率"), ("在校生2700余人", "在校生"),
    ("推动全市有限公司数量达到50家", "推动全市有限公司数量"),
])
def test_an_indicator_begins_where_a_word_begins_and_lists_and_numbers_before_it_are_no_part_of_it(text: str, label: str) -> None:
    sample = letter(text)
    quantity = find_quantities(sample)[-1]
    assert indicator(Scene(sample, (), [one.span for one in find_quantities(sample)]), quantity) == label


@pytest.mark.slow
def test_of_the_indicators_of_the_gold_a_third_are_worded_alike_and_none_is_cut_at_its_head() -> None:
    """With the names that the gold gives; those alike were 30 in a hundred before they began at words."""
    alike = 0
    labels = []
    for gold in read_golds([CORPUS, CORPUS.parent.parent / "written"])[::4]:
        taught = lesson(gold, known_names())
        reading = lay_out(taught.letter, taught.entities, Timeline(taught.letter, [link.mention.span for one in taught.entities for link in one.links]))
        words = set(reading.scene.words.words)
        for quantity, figures in zip(reading.quantities, align(reading, gold), strict=True):
            if figures:
                labels.append((indicator(reading.scene, quantity), quantity.plain, words))
                alike += labels[-1][0] == figures[0].indicator
    assert alike >= 0.33 * len(labels)
    cut = [label for label, unit, words in labels if label != unit and not any(label.startswith(word) or word.startswith(label) for word in words)]
    assert len(cut) <= 0.01 * len(labels), cut          # words such as 年产值 begin with the unit of a number


def test_a_ranker_learns_the_feature_that_tells_the_right_candidate() -> None:
    model = train_ranker([Choice([["far", "a"], ["near", "b"]], frozenset([1])), Choice([["near"], ["far"]], frozenset([0]))] * 5)
    assert model.best([["far"], ["near"]])[0] == 1


LESSONS: Sequence[tuple[str, Mapping[str, str], Sequence[GoldFigure]]] = [
    ("2023年，海河基金出资3亿元。", {"海河基金": "Fund"}, [GoldFigure("海河基金", "出资", "3", "亿元", "2023", "海河基金出资3亿元")]),
    ("2022年，天开园入驻企业20家。", {"天开园": "Park"}, [GoldFigure("天开园", "入驻企业", "20", "家", "2022", "入驻企业20家")]),
    ("海河基金规模30亿元。着力做好一批项目。", {"海河基金": "Fund"}, [GoldFigure("海河基金", "规模", "30", "亿元", "-", "规模30亿元")]),
]


@pytest.fixture(scope="module")
def model() -> FigureModel:
    examples = []
    for text, kinds, figures in LESSONS:
        gold = Gold("lesson", text, (), {name: frozenset([name]) for name in kinds}, {}, (), tuple(figures))
        examples.append(Example(letter(text), entities(text, kinds), gold))
    return train(examples * 4)


def test_a_figure_has_subject_value_unit_period_and_base_units(model: FigureModel) -> None:
    text = "2021年，雨林基金出资5亿元。"
    sample, named = letter(text), entities(text, {"雨林基金": "Fund"})
    timeline = Timeline(sample, [Span(6, 10)])
    figure = measure(sample, named, timeline, model)[0]
    assert (figure.subject, figure.value, figure.unit, figure.indicator) == ("雨林基金", Decimal(5), "亿元", "出资")
    assert (figure.normalized_value, figure.normalized_unit) == (Decimal(500_000_000), "CNY")
    assert figure.period is not None
    assert (figure.period.first, figure.period.last) == (date(2021, 1, 1), date(2021, 12, 31))
    assert 0 < figure.confidence <= 1


def test_a_figure_is_as_sure_as_the_name_that_it_belongs_to(model: FigureModel) -> None:
    text = "2021年，雨林基金出资5亿元。"
    sample, named = letter(text), entities(text, {"雨林基金": "Fund"})
    sure = measure(sample, named, Timeline(sample, [Span(6, 10)]), model)[0].confidence

    def unsure(chance: float) -> list[float]:
        links = tuple(replace(link, mention=replace(link.mention, confidence=chance)) for link in named[0].links)
        return [one.confidence for one in measure(sample, [replace(named[0], links=links)], Timeline(sample, [Span(6, 10)]), model)]
    assert unsure(0.9) == [pytest.approx(0.9 * sure, abs=1e-3)]
    assert unsure(0.1) == []


def test_a_figure_that_is_rather_that_of_a_doubtful_name_is_not_given(model: FigureModel) -> None:
    text = "2021年，雨林基金出资5亿元。"
    sample, at = letter(text), text.index("雨林基金")
    doubt = Mention(Span(at, at + 4), "Fund", "model", 0.2)
    assert doubt.doubtful
    timeline = Timeline(sample, [Span(6, 10)])
    assert [one.subject for one in measure(sample, [], timeline, model)] == ["青岛市"]
    assert measure(sample, [], timeline, model, [doubt]) == ()
    covering = Mention(Span(text.index("出资"), text.index("。")), "Fund", "suffix", 0.2)       # a doubt about the quantity itself is none
    assert [one.value for one in measure(sample, [], timeline, model, [covering])] == [5]


def test_whose_a_figure_is_counts_all_that_may_own_the_one_before() -> None:
    text = "雨林基金和海河基金成立，出资3亿元，投资项目9个。"
    sample = letter(text)
    found = find_quantities(sample)
    stage = Stage.of(Scene(sample, names_of(entities(text, {"雨林基金": "Fund", "海河基金": "Fund"})), [quantity.span for quantity in found]))
    first, second = (subjects(stage, quantity) for quantity in found)
    follows = carried(stage.scene, found[1], "雨林基金", Owned("雨林基金", found[0].span.end))[0]

    def next_owners(sure: float) -> dict[str, float]:
        own = next(set(one.features) for one in first if one.entity == "雨林基金") - {name for one in first if one.entity != "雨林基金" for name in one.features}
        owners = Owners(Ranker({follows: 2.0, sorted(own)[0]: sure}), stage.scene, {})
        assert sum(owners.next(found[0], first).values()) == pytest.approx(1)
        return owners.next(found[1], second)
    assert sum(next_owners(1.0).values()) == pytest.approx(1)
    assert next_owners(-5.0)["雨林基金"] < next_owners(0.0)["雨林基金"] < next_owners(0.5)["雨林基金"] < next_owners(5.0)["雨林基金"]


def test_a_doubtful_owner_counts_by_how_likely_it_is_a_name() -> None:
    text = "雨林基金出资3亿元。"
    sample = letter(text)
    found = find_quantities(sample)
    stage = Stage.of(Scene(sample, names_of(entities(text, {"雨林基金": "Fund"})), [found[0].span]))
    candidates = subjects(stage, found[0])
    sure, doubted = (Owners(Ranker({}), stage.scene, doubts).next(found[0], candidates) for doubts in ({}, {"雨林基金": 0.1}))
    assert sure == {"雨林基金": 0.5, "青岛市": 0.5}
    assert doubted["雨林基金"] == pytest.approx(0.1 / 1.1)


def test_a_letter_without_names_gives_its_figures_to_the_answering_place(model: FigureModel) -> None:
    sample = letter("入驻企业20家。")
    assert [figure.subject for figure in measure(sample, [], Timeline(sample), model)] == ["青岛市"]


def test_a_letter_without_numbers_has_no_figures(model: FigureModel) -> None:
    sample = letter("特此答复。")
    assert measure(sample, [], Timeline(sample), model) == ()


def test_a_model_is_the_same_after_packing_and_unpacking(model: FigureModel) -> None:
    assert FigureModel.unpack(model.pack()) == model


def test_a_damaged_model_is_named_as_such() -> None:
    with pytest.raises(ModelError, match="damaged"):
        FigureModel.unpack(b"{}")


def test_every_figure_of_the_seeds_with_a_unit_is_found_as_a_quantity() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    from kg.segment import segment

    for path in sorted(CORPUS.glob("*.gold.txt")):
        gold = read_gold(path)
        read_letter = segment(Source(gold.name, path.name, gold.text, ""))
        found = {(float(quantity.value), quantity.unit) for quantity in find_quantities(read_letter)}
        assert {(float(figure.value), figure.unit) for figure in gold.figures} <= found


@pytest.mark.parametrize(("text", "which", "about"), [
    ("家高新技术企业，", 0, "enterprises"),         # behind 120: the first word counts
    ("，2024年产值达到", -1, "economy"),            # before 412亿元: the last one does
    ("个展位", 0, "event"),
    ("编制床位", -1, "health"),
    ("若干", 0, ""),
])
def test_what_a_number_counts_is_told_by_the_words_beside_it(text: str, which: int, about: str) -> None:
    assert topic(text, which) == about
