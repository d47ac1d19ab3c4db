"""The lexicon's files: what every row must hold, whoever wrote it."""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import opencc
import pytest

from kg.model import CLASSES

ONTOLOGY = Path(__file__).parent.parent / "ontology"
LEXICON, NAMES = ONTOLOGY / "lexicon", ONTOLOGY / "names"       # in NAMES is what the graph has only where a letter names it
HEADER = ["name", "names", "local", "class", "place", "wikidata"]
RULES = ("organs", "classes")                                   # files of the folder that hold no names
# Kept as registered: OpenCC takes these characters for variants of others.
REGISTERED = ("昇", "甯", "鱲", "乾", "蟳", "礐")
# Words of ordinary text that name nothing by themselves, though a company, a zone or a contest may be called so.
COMMON = frozenset(
    "光明 联想 平安 长城 中兴 小米 统一 大众 现代 东方 南方 北方 中华 人民 和平 合作 开发区 科技园 产业园 高新区 经开区 自贸区 保税区 示范区 试验区 新区"
    " 园区 科技城 大学城 教育 科技 金融 人才 旅游 文化 体育 医院 学校 大学 高校 企业 公司 集团 银行 基金 协会 学会 联盟 商会 基金会 研究院 实验室 博物馆 图书馆"
    " 交易所 证券 保险 论坛 大会 博览会 计划 工程 行动 项目 平台 系统 条例 办法 意见 方案 规划 通知 协议 备忘录 前沿科技 新兴产业 可持续发展 内地 国家 国内 海外"
    " 境外 祖国 两岸 我市 我省 我区 全市 全省 本市".split())


class Row(NamedTuple):
    """A line of a lexicon file and where it stands."""

    file: str
    line: int
    cells: list[str]

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def complete(self) -> list[str]:
        """The name and the other names that stand by themselves."""
        return [self.cells[0], *filter(None, self.cells[1].split(";"))]

    @property
    def local(self) -> list[str]:
        return [*filter(None, self.cells[2].split(";"))]


def files() -> list[Path]:
    return [p for folder in (LEXICON, NAMES) for p in sorted(folder.glob("*.tsv")) if not p.stem.startswith(RULES)]


def lines(path: Path) -> list[Row]:
    """The lines that hold cells, the header first; comments and empty lines may stand anywhere."""
    text = path.read_text(encoding="utf-8")
    return [Row(path.stem, number, line.split("\t")) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]


def rows(path: Path) -> list[Row]:
    return lines(path)[1:]


ROWS = [row for path in files() for row in rows(path)]


def finer_classes() -> dict[str, str]:
    return {row.cells[0]: row.cells[1] for row in rows(LEXICON / "classes.tsv")}


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_header_is_the_one_that_the_loader_reads(path: Path) -> None:
    """Every file begins with the six columns; a file of places may add one for the code."""
    header = lines(path)[0].cells
    assert header[:6] == HEADER
    assert header[6:] in ([], ["code"])


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_rows_have_as_many_cells_as_the_header(path: Path) -> None:
    """No row lacks a tab or has one too many, and the file ends with a line break."""
    text = path.read_text(encoding="utf-8")
    width = len(lines(path)[0].cells)
    assert [row.where for row in rows(path) if len(row.cells) != width] == []
    assert text.endswith("\n")
    assert not {"\r", "\ufeff"} & set(text)


def test_canonical_names_are_unique_over_all_files() -> None:
    """One name, one entity: two rows never share a canonical name."""
    counts = Counter(row.cells[0] for row in ROWS)
    assert [name for name, count in counts.items() if count > 1] == []


def test_rows_have_a_name_and_a_known_class() -> None:
    """Name and class are never empty, and the class is a main one or a finer one of classes.tsv."""
    known = {*CLASSES, *finer_classes()}
    assert [row.where for row in ROWS if not row.cells[0] or row.cells[3] not in known] == []


def test_cells_hold_no_blanks_and_no_empty_forms() -> None:
    """No cell begins or ends with a blank, and no list of forms has an empty one."""
    bad = [row.where for row in ROWS if any(cell != cell.strip() for cell in row.cells)]
    empty = [row.where for row in ROWS for cell in row.cells[1:3] if cell and "" in cell.split(";")]
    assert bad == []
    assert empty == []


def test_forms_stand_once_in_their_row() -> None:
    """A row lists no form twice, nor its own name among the others; a name may stand under `local` too, to say that it needs a place."""
    assert [row.where for row in ROWS if len(set(row.complete)) < len(row.complete) or len(set(row.local)) < len(row.local)] == []


def test_forms_are_longer_than_a_character_outside_places() -> None:
    """Only places have names of one character (津); an organization's would be found everywhere."""
    place = {fine for fine, main in finer_classes().items() if main == "Place"} | {"Place"}
    short = [f"{row.where} {form}" for row in ROWS if row.cells[3] not in place for form in [*row.complete, *row.local] if len(form) < 2]
    assert short == []


def test_complete_names_are_no_common_words() -> None:
    """A name that stands by itself is marked wherever it occurs, so it cannot be a word of ordinary text."""
    assert [f"{row.where} {form}" for row in ROWS for form in row.complete if form in COMMON] == []


def test_complete_names_carry_no_outer_quotation_marks() -> None:
    """Outer quotation marks stay outside a mention: a form may hold “…” but is never wholly wrapped in it."""
    assert [f"{row.where} {form}" for row in ROWS for form in row.complete if re.fullmatch("“[^“”]*”", form)] == []


def test_documents_keep_their_title_marks() -> None:
    """The canonical name of a law or another document stands in 《》 (or is a text known by a name in quotation marks)."""
    titles = [row for row in ROWS if row.file == "documents"]
    assert [row.where for row in titles if "《" not in row.cells[0]] == []


def test_all_characters_are_simplified() -> None:
    """Letters are read in simplified characters, so forms in others would never be found."""
    convert = opencc.OpenCC("t2s").convert
    bad = [f"{row.where} {form}" for row in ROWS for form in [*row.complete, *row.local]
           if convert(form) != form and not any(part in form for part in REGISTERED)]
    assert bad == []


def test_wikidata_ids_are_well_formed_and_unique() -> None:
    """An id is Q and digits, and no two entities share one."""
    ids = [row.cells[5] for row in ROWS if len(row.cells) > 5 and row.cells[5]]
    assert [x for x in ids if not re.fullmatch(r"Q[1-9][0-9]*", x)] == []
    assert [x for x, count in Counter(ids).items() if count > 1] == []


def test_places_of_rows_are_known_places() -> None:
    """What stands in the column `place` is the canonical name of a row of the places' files."""
    place = {fine for fine, main in finer_classes().items() if main == "Place"} | {"Place"}
    known = {row.cells[0] for row in ROWS if row.cells[3] in place}
    assert sorted({f"{row.where} {row.cells[4]}" for row in ROWS if row.cells[4] and row.cells[4] not in known}) == []


def test_complete_names_mean_one_entity_in_the_files_of_institutions() -> None:
    """A form that stands by itself belongs to one institution; what needs a place to be understood stands under `local`."""
    places = {path.stem for path in files() if any(row.cells[3] in {"City", "Country", "WorldCity", "District", "Region"} for row in rows(path))}
    owners: dict[str, set[str]] = defaultdict(set)
    for row in ROWS:
        if row.file not in places:
            for form in row.complete:
                owners[form].add(row.cells[0])
    assert {form: names for form, names in owners.items() if len(names) > 1} == {}
