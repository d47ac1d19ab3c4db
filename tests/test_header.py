"""What a letter says of itself, in the styles that letters have, and who answers it."""
from __future__ import annotations

from datetime import date

import pytest

from kg.answering import answering
from kg.header import read_date
from kg.lexicon import Entry, Lexicon
from kg.model import Letter, Source
from kg.segment import segment
from kg.spans import Span

BODY = "近年来，各部门积极推动合作，取得明显成效，群众获得感不断增强。\n感谢你们的关心！\n"


@pytest.fixture(scope="module")
def places() -> Lexicon:
    return Lexicon([
        Entry("中国", fine="Country"),
        Entry("国家金融监督管理总局", kind="Government"),
        Entry("中华人民共和国海关总署", kind="Government", names=("海关总署",)),
        Entry("天津市", names=("天津",), local=("津",), fine="Municipality", place="中国"),
        Entry("天津市和平区", local=("和平区",), fine="District", place="天津市"),
        Entry("沈阳市", names=("沈阳",), fine="City", place="辽宁省"),
        Entry("沈阳市和平区", local=("和平区",), fine="District", place="沈阳市"),
        Entry("辽宁省", names=("辽宁",), local=("辽",), fine="Province", place="中国"),
        Entry("广西壮族自治区", names=("广西",), local=("桂",), fine="AutonomousRegion", place="中国"),
        Entry("南宁市", names=("南宁",), fine="City", place="广西壮族自治区"),
        Entry("天津经济技术开发区", kind="Park", fine="DevelopmentZone", place="天津市"),
        Entry("天津大学", kind="University", place="天津市"),
    ])


def letter(opening: str, head: str = "李某委员：\n", end: str = "") -> Letter:
    return segment(Source("x", "x.txt", f"{head}{opening}\n{BODY}{end}", ""))


def names(made: Letter, spans: tuple[Span, ...]) -> list[str]:
    return [span.of(made.plain) for span in spans]


@pytest.mark.parametrize(("line", "number"), [
    ("某科提复〔2023〕57号", "某科提复〔2023〕57号"),
    ("某卫提〔2024〕第208号　　　签发人：张某", "某卫提〔2024〕第208号"),
    ("某发改提复[2025]16号    答复类别:B", "某发改提复[2025]16号"),
    ("公开方式：主动公开      某司提〔2024〕11号", "某司提〔2024〕11号"),
    ("（某教委提〔2025〕112号）", "某教委提〔2025〕112号"),
    ("某商提〔２０２５〕０４８号", "某商提〔２０２５〕０４８号"),
])
def test_the_document_number_is_given_as_written(line: str, number: str) -> None:
    made = letter("你提出的关于加强合作交流的提案收悉，现答复如下：", f"{line}\n李某委员：\n")
    assert made.header.document_number == number


@pytest.mark.parametrize(("title", "session", "number"), [
    ("对市政协十四届一次会议\n第1024号提案的答复", "市政协十四届一次会议", "1024"),
    ("某市商务局关于市十六届人大四次会议第128号建议的答复", "市十六届人大四次会议", "128"),
    ("对昆明市第十五届人民代表大会第四次会议第154062号建议的答复", "昆明市第十五届人民代表大会第四次会议", "154062"),
    ("关于政协十四届全国委员会第二次会议第01866号（财税金融类117号）提案答复的函", "政协十四届全国委员会第二次会议", "01866"),
    ("关于对政协瑞丽市第十五届三次会议第1530041号提案的答复", "政协瑞丽市第十五届三次会议", "1530041"),
    ("关于市政协第十六届三次会议第B018号提案答复的函", "市政协第十六届三次会议", "B018"),
    ("关于十四届全国人大二次会议第2917号建议的答复", "十四届全国人大二次会议", "2917"),
    ("关于省十三届人大五次会议杭63号建议的答复", "省十三届人大五次会议", "杭63号"),
    ("对市人大十七届四次会议第86号建议的答复意见", "市人大十七届四次会议", "86"),
    ("对师市政协十届三次会议第18号提案的答复", "师市政协十届三次会议", "18"),
    ("关于市政协五届四次会议第 164 号提案的答复函（某市监函〔2024〕92号，主动公开）", "市政协五届四次会议", "164"),
    ("市政协八届四次会议第8040、第8112号并案答复", "市政协八届四次会议", "8040; 8112"),
])
def test_session_and_number_of_the_proposal_are_read_from_the_title(title: str, session: str, number: str) -> None:
    made = letter("你提出的关于加强合作交流的提案收悉，现答复如下：", f"{title}\n李某委员：\n")
    assert (made.header.session, made.header.proposal_number) == (session, number)


def test_a_title_with_a_note_behind_it_does_not_run_into_the_call() -> None:
    made = letter("你提出的《关于加强合作交流的提案》收悉，现答复如下：",
                  "某函〔2023〕55号   （B类，公开）\n对省政协十三届一次会议第187号提案的答复（附繁体文本，供委员阅）\n李某、王某委员：\n")
    assert (made.header.session, made.header.proposal_number, names(made, made.header.addressees)) == ("省政协十三届一次会议", "187", ["李某", "王某"])


def test_a_number_and_a_first_sentence_that_broke_off_are_joined() -> None:
    made = letter("您提出的关于用好外贸渠道 促进转型\n升级的提案收悉，现\n答复如下：", "某商提字\n〔2025〕19号\n关于第213号提案的答复\n李某委员：\n")
    assert (made.header.document_number, made.header.proposal_title) == ("某商提字〔2025〕19号", "关于用好外贸渠道 促进转型升级的提案")


def test_a_letter_torn_by_spaces_gives_its_data_without_them() -> None:
    body = " ".join("我市共有中职学校12所，在校生四万余人，与多所学校签署合作协议，取得明显成效，群众获得感不断增强。" * 3)
    made = segment(Source("x", "x.txt", "玉 教 函 〔 2 0 2 3 〕 4 1 号\n对 第 3 2 号 提 案 的 答 复\n李 某 委 员 ：\n您 提 出 的 "
                          f"《 关 于 推 进 教 育 合 作 的 提 案 》 收 悉 ， 现 答 复 如 下 ：\n{body}\n玉 林 市 教 育 局\n2 0 2 3 年 7 月 6 日\n", ""))
    assert (made.header.document_number, made.header.proposal_number, made.header.date) == ("玉教函〔2023〕41号", "32", date(2023, 7, 6))
    assert made.header.proposal_title == "关于推进教育合作的提案"


def test_all_titles_that_stand_together_are_given() -> None:
    made = letter("你们提出的《关于推动商贸合作的提案》《关于吸引投资的提案》（第8号）《关于优化环境的提案》收悉。")
    assert made.header.proposal_title == "关于推动商贸合作的提案; 关于吸引投资的提案; 关于优化环境的提案"


@pytest.mark.parametrize(("opening", "title"), [
    ("你们提出的《关于加推两地交流，助力创新的提案》收悉。", "关于加推两地交流，助力创新的提案"),
    ("您在市政协一届二次会议上提出的“用好各方资源、促进学校结对”的集体提案收悉。", "用好各方资源、促进学校结对"),
    ("您提出的关于加强多领域合作 助推高质量发展的提案，经会同市教委研究答复如下：", "关于加强多领域合作 助推高质量发展的提案"),
    ("关于《“借力、向西开”，建好口岸》的建议收悉。", "“借力、向西开”，建好口岸"),
    ('您提出的《关于打造"一站式"服务圈的提案》收悉。', '关于打造"一站式"服务圈的提案'),
    ("贵会《关于加快园区对接的提案》（第12号）由我局主办，现答复如下：", "关于加快园区对接的提案"),
    ("关于市政协一届二次会议第29号建议，我局会同市商务局办理，答复如下：", None),
])
def test_the_title_of_the_proposal_is_given_without_its_outer_marks(opening: str, title: str | None) -> None:
    assert letter(opening).header.proposal_title == title


@pytest.mark.parametrize(("end", "day"), [
    ("某市科学技术局\n2023 年 11 月 17 日\n抄送：市政协。\n某市科技局办公室\n2023 年 12 月 1 日印发", date(2023, 11, 17)),
    ("某市科学技术局（盖章）　2021.5.28", date(2021, 5, 28)),
    ("（某市文化和旅游局，2025年5月30日）", date(2025, 5, 30)),
    ("某市商务局\n二○二五年五月廿二日\n（联系人：赵某）", date(2025, 5, 22)),
    ("某市商务局办公室　　2025年６月６日印发", date(2025, 6, 6)),
    ("某市商务局\n2025年4月", None),
])
def test_the_date_is_that_of_the_signature(end: str, day: date | None) -> None:
    assert letter("你提出的关于加强合作交流的提案收悉，现答复如下：", end=end).header.date == day


def test_a_day_in_brackets_behind_the_title_counts_where_nothing_else_tells() -> None:
    title = "对市政协十三届五次会议第12号提案的答复意见（2024.03.05）\n李某委员：\n"

    assert letter("您提出的建议收悉，现答复如下：", title).header.date == date(2024, 3, 5)
    assert letter("您提出的建议收悉，现答复如下：", title, "天津市科学技术局\n2022年6月1日").header.date == date(2022, 6, 1)


@pytest.mark.parametrize(("text", "day"), [
    ("二〇二三年十月二十一日", date(2023, 10, 21)), ("二0二五年六月十二日", date(2025, 6, 12)), ("2024-10-25", date(2024, 10, 25)),
    ("2024/6/25", date(2024, 6, 25)), ("2024年13月1日", None), ("2024年", None)])
def test_a_day_is_read_in_digits_and_numerals(text: str, day: date | None) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(("line", "people"), [
    ("包某、麦某某委员：", ["包某", "麦某某"]),
    ("赵某某等6位代表：", ["赵某某"]),
    ("张三、王一委员:", ["张三", "王一"]),
    ("民进某某市委会、钟某某委员：", ["民进某某市委会", "钟某某"]),
    ("致公党某某市委：", ["致公党某某市委"]),
    ("尊敬的陈某委员、罗某委员：", ["陈某", "罗某"]),
    ("香港中华总商会界别蔡某某等5位委员：", ["蔡某某"]),
    ("陈某、符某某、港区委员邝某某：", ["陈某", "符某某", "邝某某"]),
    ("致市政协十四届三次会议港区委员邓某某先生：", ["邓某某"]),
    ("港澳委员小组（黄某某召集人）：", ["港澳委员小组", "黄某某"]),
    ("林某某（台籍）等列席代表：", ["林某某"]),
    ("郑某某代表并转某某代表团：", ["郑某某"]),
    ("叶尔肯·别克、古丽娜代表：", ["叶尔肯·别克", "古丽娜"]),
])
def test_those_whom_the_letter_calls_upon_are_named_without_titles(line: str, people: list[str]) -> None:
    made = letter("你们提出的关于加强合作交流的提案收悉，现答复如下：", f"{line}\n")
    assert names(made, made.header.addressees) == people


def test_a_call_at_the_head_of_the_first_sentence_counts() -> None:
    made = letter("尊敬的马某代表：首先感谢您的关心，您提出的关于加强合作交流的建议收悉，现答复如下。", "")
    assert names(made, made.header.addressees) == ["马某"]


@pytest.mark.parametrize(("opening", "organs"), [
    ("你提出的提案收悉，经会同宝坻区、滨海新区、市金融局研究答复如下：", ["宝坻区", "滨海新区", "市金融局"]),
    ("你提出的提案收悉。经商市发展和改革委员会、省文化和旅游厅以及市政府港澳办，现答复如下：", ["市发展和改革委员会", "省文化和旅游厅", "市政府港澳办"]),
    ("《关于商会建设的提案》收悉，由我委牵头，市医保局和中牟县人民政府配合办理，答复如下：", ["市医保局", "中牟县人民政府"]),
    ("提案由我局主办，市委组织部、团市委会办。现答复如下：", ["市委组织部", "团市委"]),
    ("根据会办单位省应急管理厅、省财政厅意见，现将情况说明如下。", ["省应急管理厅", "省财政厅"]),
    ("我局与市经济合作和新兴产业局、经开区社会事业局等会商后答复如下：", ["市经济合作和新兴产业局", "经开区社会事业局"]),
    ("我局商市发展改革委、老城区、瀍河、洛龙等单位办理，情况报告如下。", ["市发展改革委", "老城区", "瀍河", "洛龙"]),
    ("由区文旅局牵头，会同区商务局办理，现答复如下：", ["区文旅局", "区商务局"]),
    ("我局高度重视，并与市委统战部、市市场监管局会商。现函复如下：", ["市委统战部", "市市场监管局"]),
    ("提案收悉，经市农业农村局、市商务局会办，答复如下：", ["市农业农村局", "市商务局"]),
    ("建议收悉。经市投资促进局、市司法局会签，答复如下。", ["市投资促进局", "市司法局"]),
    ("我局征求了市工业和信息化局、区政府的意见，现答复如下：", ["市工业和信息化局", "区政府"]),
    ("我局会同市商务局并征求满洲里海关意见，现答复如下：", ["市商务局", "满洲里海关"]),
    ("结合部门职责，会同市财政局办理，现答复如下：", ["市财政局"]),
    ("综合提案会办部门市教委、市财政局的意见，形成如下答复：", ["市教委", "市财政局"]),
    ("我局汇总市商务局、市财政局反馈意见后，答复如下：", ["市商务局", "市财政局"]),
    ("我办与北京证监局、市商务局反复会商，并赴有关金融机构开展调研。现报告如下：", ["北京证监局", "市商务局"]),
    ("经综合有关部门意见，现答复如下：", []),
    ("你提出的提案收悉，现答复如下：", []),
])
def test_the_organs_that_were_consulted_are_listed(opening: str, organs: list[str]) -> None:
    made = letter(opening, end="某某区人民政府\n2024年7月19日")
    assert names(made, made.header.consulted) == organs


@pytest.mark.parametrize(("head", "end", "organ"), [
    ("某某市科学技术局\n李某委员：\n", "", "某某市科学技术局"),
    ("某某市水务局文件\n李某委员：\n", "", "某某市水务局"),
    ("某某市商务局关于市政协一届二次会议第3号提案的答复\n李某委员：\n", "", "某某市商务局"),
    ("李某委员：\n", "某某市民政局（盖章）\n2024年7月19日", "某某市民政局"),
    ("某某市发展和改革委员会关于市政协一届二次会议第3号提案的答复\n李某委员：\n", "某某市发改委　2025/8/11", "某某市发展和改革委员会"),
    ("李某委员：\n", "某某市市场监督管理局（市知识产权局）\n2024年7月19日", "某某市市场监督管理局"),
    ("李某委员：\n", "（某某市卫生健康委员会）\n2024年7月19日", "某某市卫生健康委员会"),
    ("李某委员：\n", "某某市人力资源\n和社会保障局\n2024年7月19日", "某某市人力资源和社会保障局"),
    ("会办单位：某某市文化广电和旅游局、某某市外办\n李某委员：\n", "某某市商务局\n2024年7月19日", "某某市商务局"),
    ("李某委员：\n", "联系人：王某\n某某市商务局\n2024年7月19日\n抄送：市人大常委会联工委，市政府办公厅，\n  市交通局。", "某某市商务局"),
    ("李某委员：\n", "某某市商务局\n（联系单位：某某市商务局外贸科）\n2024年7月19日", "某某市商务局"),
    ("李某委员：\n", "附件：办理情况反馈表\n某某市工业和信息化委\n2024年7月19日", "某某市工业和信息化委"),
    ("某某市人民政府关于政协第十三届全国委员会\n第四次会议第3481号（统战政协类\n081号）提案答复的函\n李某委员：\n", "", "某某市人民政府"),
    ("某某市科学技术局 关于市政协一届二次会议第3号提案的答复函\n李某委员：\n", "", "某某市科学技术局"),
    ("索引号：0123-45/2022 发布机构：某某省工信厅\n生效日期：2022-08-20 废止日期：\n李某委员：\n", "", "某某省工信厅"),
    ("[ 发布机构 ] 市科技局\n[ 成文日期 ] 2022-07-12\n李某委员：\n", "", "市科技局"),
    ("编号：|12050094|建议类型：|大会期间建议|\n主办单位(分办单位)：|科技厅|协办单位：|省发展改革委|\n李某委员：\n", "", "科技厅"),
    ("[ 发布机构 ] 市政府办公室\n李某委员：\n", "某某市科学技术局\n2024年7月19日", "某某市科学技术局"),
    ("李某委员：\n", "", None),
])
def test_the_issuer_is_the_fullest_name_of_letterhead_title_and_signature(head: str, end: str, organ: str | None) -> None:
    made = letter("你提出的关于加强合作交流的提案收悉，现答复如下：", head, end)
    assert names(made, made.header.issuers) == ([organ] if organ else [])


@pytest.mark.parametrize("end", ["某某市教育局  某某市科学技术局\n2024年7月19日", "某某市教育局\n某某市科学技术局\n2024年7月19日"])
def test_all_organs_that_sign_a_joint_letter_are_its_issuers(end: str) -> None:
    made = letter("你提出的关于加强合作交流的提案收悉，现答复如下：", end=end)
    assert sorted(names(made, made.header.issuers)) == ["某某市教育局", "某某市科学技术局"]


def test_a_division_of_the_corps_before_its_city_is_not_read_as_the_region() -> None:
    lexicon = Lexicon([Entry("中国", fine="Country"), Entry("新疆维吾尔自治区", names=("新疆",), fine="AutonomousRegion", place="中国"),
                       Entry("石河子市", local=("石河子",), fine="CountyCity", place="新疆维吾尔自治区")])
    made = letter("你提出的建议收悉，现答复如下：", "新疆生产建设兵团第八师石河子市科学技术局\n李某委员：\n")
    found = answering(made, lexicon)
    assert found is not None and found.place == "石河子市"


@pytest.mark.parametrize(("text", "place", "level"), [
    ("李某委员：\n你提出的提案收悉，现答复如下：\n我市持续推进津港合作，天津大学与香港高校合作，来津青年增多。", "天津市", "province"),
    ("沈阳市民政局\n李某委员：\n你提出的提案收悉，现答复如下：\n我市持续推进合作。", "沈阳市", "city"),
    ("李某委员：\n你提出的提案收悉，现答复如下：\n我区推进老城更新，沈阳市支持我区发展。\n和平区商务局\n2024年7月19日", "沈阳市和平区", "district"),
    ("李某委员：\n你提出的提案收悉，现答复如下：\n我区深化合作，南宁市加快建设。\n自治区教育厅\n2024年7月19日", "广西壮族自治区", "province"),
    ("教育部关于十四届全国人大二次会议第12号建议的答复\n李某代表：\n你提出的建议收悉，现答复如下：\n我部与天津市合作。", "中国", "country"),
    ("李某委员：\n你提出的提案收悉，现答复如下：\n我区发明专利增加。\n天津经济技术开发区管理委员会\n2024年7月19日", "天津经济技术开发区", "district"),    ("李某委员：\n你提出的提案收悉，现答复如下：\n我区企业增加。\n天津经济技术开发区科技创新局\n2024年7月19日", "天津经济技术开发区", "district"),
    ("李某委员：\n你提出的提案收悉，现答复如下：\n我市企业增加，开发区先行先试。\n天津经济技术开发区管理委员会\n2024年7月19日", "天津市", "province"),
    ("李某委员：\n你提出的提案收悉，现答复如下：\n我市金融业平稳。\n国家金融监督管理总局沈阳监管局\n2024年7月19日", "沈阳市", "city"),
    ("李某代表：\n你提出的建议收悉，现答复如下：\n天津市、沈阳市先行先试。\n海关总署\n2024年7月19日", "中国", "country"),
    ("沈阳市某中心建设办公室关于区政协七届一次会议第3号提案的答复\n李某委员：\n你提出的提案收悉，现答复如下：\n沈阳市和平区加快建设。", "沈阳市和平区", "district"),
])
def test_the_answering_place_is_found_by_organ_or_by_what_the_text_speaks_of(places: Lexicon, text: str, place: str, level: str) -> None:
    found = answering(segment(Source("x", "x.txt", text, "")), places)
    assert found is not None
    assert (found.place, found.level) == (place, level)


@pytest.mark.parametrize(("end", "organ"), [
    ("市教育局\n2024年7月19日", "沈阳市教育局"),
    ("沈阳市教育局\n2024年7月19日", "沈阳市教育局"),
])
def test_the_organ_carries_its_place(places: Lexicon, end: str, organ: str) -> None:
    found = answering(letter("你提出的提案收悉，现答复如下：\n我市深化合作，沈阳市加快建设。", end=end), places)
    assert found is not None
    assert found.organ == organ


@pytest.mark.parametrize(("number", "body", "place"), [
    ("和平发改〔2025〕35号", "我区积极推动。天津市支持，天津大学参与。", "天津市和平区"),
    ("津和教函〔2025〕3号", "我区积极推动。", "天津市和平区"),
    ("津和教函〔2025〕3号", "我市积极推动。", "天津市"),
])
def test_the_document_number_tells_the_place_where_the_text_does_not(places: Lexicon, number: str, body: str, place: str) -> None:
    found = answering(letter(f"你提出的关于加强合作交流的提案收悉。{body}", f"{number}\n李某委员：\n"), places)
    assert found is not None and found.place == place


def test_a_text_without_any_place_has_no_answering_place(places: Lexicon) -> None:
    assert segment(Source("x", "x.txt", "你提出的提案收悉，现答复如下：\n各项工作正在推进。", ""), places).answering is None
