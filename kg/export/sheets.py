"""The tables as files: a folder of CSV, a folder of Parquet, a workbook.

No cell starts a formula when a spreadsheet opens it: in CSV a text that could gets an apostrophe in front; in the workbook texts are texts.
Parquet and the workbook need the extra `tables`.
"""
from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.errors import InputError, MissingExtra
from kg.export.choice import Chosen
from kg.export.rows import rows
from kg.export.tables import TABLES, Column, Row, Table, Value
from kg.store import Store

STARTS = frozenset("=+-@＝＋－＠")
DROPPED = "\t\r"                        # what programs drop in front of a formula; blanks they may
BATCH = 5_000                           # rows of Parquet that are written at a time
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767     # what a sheet and a cell of Excel hold
FIRST_YEAR = 1900                       # Excel has no days before
MADE = datetime(2000, 1, 1)             # a workbook must say when it was made: always the same, so that its bytes are


def guarded(value: Value) -> Value:
    """A value that no spreadsheet takes for a formula: an apostrophe in front of a text that could be one."""
    could = isinstance(value, str) and (value.startswith(tuple(DROPPED)) or value.lstrip(" \u3000\n" + DROPPED)[:1] in STARTS)
    return f"'{value}" if could and value else value


def csv_tables(store: Store, chosen: Chosen, folder: Path) -> None:
    """One CSV file for each table: UTF-8 with a mark, so that Excel shows Chinese, and lines that end in CR LF."""
    with ExitStack() as stack, rows(store, chosen) as found:
        writers = {}
        for table in TABLES.values():
            file = stack.enter_context((folder / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline=""))
            writers[table.name] = csv.writer(file)
            writers[table.name].writerow([column.name for column in table.columns])
        for name, row in found():
            writers[name].writerow([_plain(guarded(value)) for value in row])


def _plain(value: Value) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else value


def parquet_tables(store: Store, chosen: Chosen, folder: Path) -> None:
    """One Parquet file for each table. MissingExtra without pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("tables", "Export to Parquet") from None
    kinds = {"integer": pyarrow.int64(), "number": pyarrow.float64(), "date": pyarrow.date32()}
    with ExitStack() as stack, rows(store, chosen) as found:
        waiting: dict[str, list[Row]] = {name: [] for name in TABLES}
        schemas = {table.name: pyarrow.schema([(column.name, kinds.get(column.kind, pyarrow.string())) for column in table.columns])
                   for table in TABLES.values()}
        files = {name: stack.enter_context(pyarrow.parquet.ParquetWriter(folder / f"{name}.parquet", schema)) for name, schema in schemas.items()}

        def put(name: str) -> None:
            columns = list(zip(*([_float(value) for value in row] for row in waiting[name]), strict=True)) or [()] * len(schemas[name])
            arrays = [pyarrow.array(values, field.type) for values, field in zip(columns, schemas[name], strict=True)]
            files[name].write_table(pyarrow.Table.from_arrays(arrays, schema=schemas[name]))
            waiting[name] = []

        for name, row in found():
            waiting[name].append(row)
            if len(waiting[name]) >= BATCH:
                put(name)
        for name in TABLES:
            put(name)


def _float(value: Value) -> Value | float:
    return float(value) if isinstance(value, Decimal) else value


def workbook(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """A workbook with a sheet for each table and one that explains them. MissingExtra without XlsxWriter, InputError for too many rows."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("tables", "Export to a workbook") from None
    with TemporaryDirectory() as folder, rows(store, chosen) as found:
        path = Path(folder) / "tables.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": folder}) as book:
            book.set_properties({"title": "知函 zhihan", "created": MADE})
            made = _Book(book)
            for name, row in found():
                made.add(name, row)
            made.finish()
        with path.open("rb") as stream:
            while piece := stream.read(1 << 16):
                yield piece


class _Book:
    """The sheets of a workbook: a bold head that stays in sight, columns as wide as their content needs, filters."""

    def __init__(self, book: Any) -> None:
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF1F5"})
        self._text = book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
        self._cell = book.add_format({"valign": "top", "text_wrap": True})
        self._day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self._number = book.add_format({"valign": "top"})
        self._about = book.add_worksheet("说明 about")
        self._sheets = {table.name: self._sheet(book, table) for table in TABLES.values()}
        self._counts = dict.fromkeys(TABLES, 0)

    def _sheet(self, book: Any, table: Table) -> Any:
        sheet = book.add_worksheet(f"{table.zh} {table.name}")
        for at, column in enumerate(_shown(table)):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, f"{column.zh}\n{column.name}", self._head)
        sheet.freeze_panes(1, 1)
        return sheet

    def add(self, name: str, row: Row) -> None:
        """A row more, which must come after those before it."""
        self._counts[name] += 1
        if self._counts[name] >= MOST_ROWS:
            raise InputError(f"A sheet of Excel has {MOST_ROWS:,} rows and the table {name} needs more: choose less, or --format csv.")
        values = [value for column, value in zip(TABLES[name].columns, row, strict=True) if column.kind != "long"]
        for at, value in enumerate(values):
            self._write(self._sheets[name], self._counts[name], at, value)

    def _write(self, sheet: Any, row: int, at: int, value: Value) -> None:
        if isinstance(value, str):
            sheet.write_string(row, at, value[:MOST_CHARACTERS], self._text if guarded(value) != value else self._cell)
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), self._day)
        elif isinstance(value, date):
            sheet.write_string(row, at, value.isoformat(), self._cell)
        elif value is not None:
            sheet.write_number(row, at, float(value), self._number)

    def finish(self) -> None:
        """What is known when all rows are there."""
        for table in TABLES.values():
            self._sheets[table.name].autofilter(0, 0, max(1, self._counts[table.name]), len(_shown(table)) - 1)
        self._about.set_column(0, 0, 22)
        self._about.set_column(1, 1, 10)
        self._about.set_column(2, 2, 70)
        for at, text in enumerate(("表 sheet", "行数 rows", "一行 a row")):
            self._about.write_string(0, at, text, self._head)
        for place, table in enumerate(TABLES.values(), 1):
            self._about.write_string(place, 0, f"{table.zh} {table.name}", self._cell)
            self._about.write_number(place, 1, self._counts[table.name], self._number)
            self._about.write_string(place, 2, f"{table.about_zh} · {table.about}", self._cell)


def _shown(table: Table) -> tuple[Column, ...]:
    """The columns of a sheet: all but texts of whole letters."""
    return tuple(column for column in table.columns if column.kind != "long")
