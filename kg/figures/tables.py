"""Bare numbers in the rows of a table take the unit that its head gives: 2022年营收（亿元）, 单位：万元."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import Letter
from kg.spans import Span

_LONGEST = 60       # characters of a row
_ROWS = 40          # rows of a table
_CELL = re.compile(r"\S+")
_BARE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_HEAD = re.compile(r"[^（）]*（([^（）\d]{1,8})）")
_COMMON = re.compile(r"单位：\s*([^（）；，。\s]{1,8})")


@dataclass(frozen=True, slots=True)
class Bare:
    """A number without a unit in a table, and where its unit stands."""

    number: Span
    unit: Span


def bare_numbers(letter: Letter, blocks: Sequence[Span]) -> Iterator[Bare]:
    """The bare numbers of the tables in some blocks: a table is a run of short lines of cells, with as many cells as its head."""
    head: list[Span] = []
    common: Span | None = None
    rows = 0
    for block in blocks:
        cells = list(_cells(letter.plain, block)) if len(block) <= _LONGEST else []
        if len(cells) < 2 or rows >= _ROWS:
            found = _COMMON.search(letter.plain, block.start, block.end)
            head, rows, common = [], 0, Span(*found.span(1)) if found else None
        elif not head:
            head = cells
        else:
            rows += 1
            yield from _row(letter.plain, cells, head, common)


def _cells(text: str, block: Span) -> Iterator[Span]:
    return (Span(match.start(), match.end()) for match in _CELL.finditer(text, block.start, block.end))


def _row(text: str, cells: Sequence[Span], head: Sequence[Span], common: Span | None) -> Iterator[Bare]:
    """The bare numbers of a row; the first column, which may be a serial number, has none."""
    if len(cells) != len(head):
        return
    for cell, title in list(zip(cells, head, strict=True))[1:]:
        if _BARE.fullmatch(text, cell.start, cell.end):
            own = _HEAD.fullmatch(text, title.start, title.end)
            unit = Span(*own.span(1)) if own else common
            if unit:
                yield Bare(cell, unit)
