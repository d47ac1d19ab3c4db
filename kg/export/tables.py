"""What a graph says as tables: letters, entities, names, mentions, facts, figures. One row for each thing, names in the place of IRIs.

    with rows(store, chosen) as found:          # kg/export/rows.py
        for table, row in found(): …            # the rows of all tables, in the order of the things' IRIs

Values are str, int, Decimal, date or None. What is several (fields, organs) is joined by `；`, sentences by a line break.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "long", "category", "integer", "number", "date"]      # a category is a text, one of few
Value = str | int | Decimal | date | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it is called in Chinese, what it holds, and its width on a sheet in characters."""

    name: str
    zh: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, what it is called in Chinese, what a row stands for, and its columns."""

    name: str
    zh: str
    about: str
    about_zh: str
    columns: tuple[Column, ...]

    def named(self, row: Row) -> dict[str, Value]:
        """A row by the names of its columns, without what is unknown."""
        return {column.name: value for column, value in zip(self.columns, row, strict=True) if value is not None}


TIMES = (Column("start", "起始日", "date", 12), Column("end", "截止日", "date", 12), Column("time", "时间（原文）"))
SAID = (Column("confidence", "把握", "number", 8), Column("letter", "答复函", width=34), Column("quote", "原文", width=60))
IRI = Column("iri", "标识", width=40)
TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in (
    Table("letters", "答复函", "a letter", "一件答复函", (
        Column("letter", "答复函", width=34), Column("title", "标题", width=40), Column("document_number", "文号", width=22),
        Column("issued", "成文日期", "date", 12), Column("jurisdiction", "答复地", width=14), Column("issued_by", "答复单位", width=24),
        Column("prepared_with", "会办单位", width=34), Column("addressed_to", "致", width=18), Column("proposal_title", "提案标题", width=44),
        Column("proposal_number", "提案编号", width=10), Column("session", "届次", width=22), Column("source", "文件", width=34), IRI,
        Column("text", "全文", "long"))),
    Table("entities", "实体", "an entity that letters name", "一个实体", (
        Column("name", "名称", width=30), Column("class", "类（英）", "category", 14), Column("class_zh", "类", "category", 10),
        Column("finer", "细类", "category", 14),
        Column("place", "所在地"), Column("mentions", "提及次数", "integer", 9), Column("letters", "答复函数", "integer", 9),
        Column("facts", "事实数", "integer", 9), Column("code", "代码", width=10), Column("same_as", "同一实体", width=36), IRI)),
    Table("names", "名称", "a name of an entity", "实体的一个名称", (
        Column("entity", "实体", width=30), Column("name", "名称", width=30), Column("kind", "种类", "category", 12),
        Column("language", "语言", "category", 8),
        Column("entity_iri", "实体标识", width=40))),
    Table("mentions", "提及", "a place in a letter that names an entity", "信中一处名称", (
        Column("letter", "答复函", width=34), Column("begin", "起", "integer", 7), Column("end", "止", "integer", 7),
        Column("text", "原文", width=26), Column("entity", "实体", width=30), Column("class", "类（英）", "category"),
        Column("confidence", "把握", "number", 8),
        Column("found_by", "识别", width=20), Column("resolved_by", "归并", width=12), Column("entity_iri", "实体标识", width=40), IRI)),
    Table("facts", "事实", "a fact that a letter states", "一条事实", (
        Column("subject", "主体", width=26), Column("predicate", "关系（英）", "category", 16), Column("predicate_zh", "关系", "category", 10),
        Column("object", "客体", width=26), Column("status", "状态（英）", "category", 11), Column("status_zh", "状态", "category", 9), *TIMES,
        Column("place", "地点"), Column("fields", "领域", width=18), Column("amount", "数额", width=10), Column("role", "角色", width=12), *SAID,
        Column("quotes", "原文句数", "integer", 9), Column("found_by", "识别", width=16), Column("subject_iri", "主体标识", width=40),
        Column("object_iri", "客体标识", width=40), IRI)),
    Table("figures", "数据", "a figure that a letter gives", "一项数据", (
        Column("subject", "主体", width=26), Column("indicator", "指标", width=26), Column("value", "数值", "number", 12),
        Column("unit", "单位", width=8), *TIMES,
        Column("normalized_value", "折算数值", "number", 18), Column("normalized_unit", "折算单位", width=10),
        *SAID,
        Column("subject_iri", "主体标识", width=40), IRI)),
)})
