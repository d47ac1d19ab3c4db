"""Tables of letters: JSONL, CSV and Parquet, a letter in each row. The text is in the column that has one of the usual names.

    read_…      a table from its bytes, all rows at once, within the limits of one file
    stream      a table of any size from its file, row by row
"""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import IO

from kg.errors import InputError
from kg.read.document import Document, Notice, Task
from kg.read.text import decode

TEXT = ("text", "content", "body", "正文", "内容", "全文", "答复内容", "答复", "文本")
NAME = ("name", "id", "file", "编号", "序号", "文件名", "提案号", "建议号")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "标题", "题目"), "issued": ("date", "issued", "published", "日期", "发布日期", "发布时间", "答复日期"),
    "publisher": ("source", "publisher", "来源", "发布机构", "承办单位", "答复单位"), "address": ("url", "link", "网址", "链接"),
    "author": ("author", "作者"),
}
MEDIA = {".csv": "text/csv", ".tsv": "text/csv", ".parquet": "application/vnd.apache.parquet"}
_FIELD_SIZE = 2_000_000
_BEGINNING = 65_536
_SOUGHT = 100           # rows in which the text is looked for: JSON leaves out what is empty
_END = "\ufdd0"         # a row behind the last, of a character that no text has


def read_jsonl(data: bytes, task: Task) -> tuple[Document, ...]:
    """A letter from each line; a line that is no JSON object is told with its number."""
    decoded = decode(data, task.file)
    return _all(_objects(decoded.text.split("\n"), task.file), decoded.encoding, task)


def read_csv(data: bytes, task: Task) -> tuple[Document, ...]:
    """A letter from each row of a comma- or tab-separated table with a header line."""
    decoded = decode(data, task.file)
    return _all(_records(io.StringIO(decoded.text, newline=""), task.file), decoded.encoding, task)


def read_parquet(data: bytes, task: Task) -> tuple[Document, ...]:
    """A letter from each row of a Parquet file."""
    return _all(_columns(io.BytesIO(data), task.file), "utf-8", task)


def stream(path: Path) -> Iterator[Document]:
    """The letters of a table, one after the other. Raises InputError where it breaks off; the rows before were given."""
    task = Task(str(path))
    try:
        if path.suffix.lower() == ".parquet":
            with path.open("rb") as data:
                yield from _documents(_columns(data, task.file), "utf-8", task)
            return
        encoding = _encoding(path)
        with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as lines:
            rows = _objects(lines, task.file) if path.suffix.lower() in (".jsonl", ".ndjson") else _records(lines, task.file)
            yield from _documents(rows, encoding, task)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is damaged ({error.reason}): save the table again as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}): check its permissions.") from None


def _encoding(path: Path) -> str:
    """The encoding of a table, by its beginning up to the end of a line."""
    with path.open("rb") as file:
        data = file.read(_BEGINNING)
    return decode(data[:data.rfind(b"\n") + 1] or data, str(path)).encoding


def _records(lines: IO[str], file: str) -> Iterator[dict[str, str]]:
    """The rows of a comma- or tab-separated table, by the names of their columns."""
    csv.field_size_limit(_FIELD_SIZE)
    head = lines.readline()
    tab = "\t" if "\t" in head else ","
    reader = csv.DictReader(chain(lines, [_END]), next(csv.reader([head], delimiter=tab), []), restval="", delimiter=tab)
    before: dict[str, str] | None = None
    begun = ended = 0       # lines behind the head up to which the row before begins and ends
    try:
        for row in reader:
            if before is not None:
                yield before
            begun, ended = ended, reader.line_num
            before = {key: value for key, value in row.items() if isinstance(key, str) and isinstance(value, str)}
    except csv.Error as error:
        raise InputError(f"{file}, line {reader.line_num + 1}: {error}. Save the table again as CSV.") from error
    if before is not None and next(iter(before.values()), "") != _END:
        raise InputError(f"{file}, line {begun + 2}: a quotation mark is opened here and not closed up to the end. Save the table again as CSV.")


def _columns(data: IO[bytes], file: str) -> Iterator[dict[str, str]]:
    """The rows of a Parquet file: those of its columns that are texts, numbers or days."""
    import pyarrow
    from pyarrow import parquet
    try:
        for batch in parquet.ParquetFile(data).iter_batches(batch_size=256):
            for row in batch.to_pylist():
                yield {key: "" if value is None else str(value) for key, value in row.items() if _is_plain(value, (str, int, date))}
    except pyarrow.ArrowException as error:
        raise InputError(f"{file} is no Parquet file that can be read ({str(error)[:200]}): save it again.") from None


def _objects(lines: Iterable[str], file: str) -> Iterator[dict[str, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"{file}, line {number} is no JSON: write one object on each line.") from None
        if not isinstance(row, dict):
            raise InputError(f"{file}, line {number} is no JSON object: write one object on each line.")
        yield {key: _plain(value) for key, value in row.items() if _is_plain(value, (str, int))}


def _is_plain(value: object, kinds: tuple[type, ...]) -> bool:
    """Whether a cell is of some kinds, or empty."""
    return value is None or (isinstance(value, kinds) and not isinstance(value, bool))


def _plain(value: str | int | None) -> str:
    """A JSON string as text; half of a surrogate pair, which is no character, becomes �."""
    return "" if value is None else str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _all(rows: Iterable[Mapping[str, str]], encoding: str, task: Task) -> tuple[Document, ...]:
    """All rows of a table, which are not too many."""
    rows = list(islice(rows, task.limits.rows + 1))
    if len(rows) > task.limits.rows:
        raise InputError(f"{task.file} has more than {task.limits.rows} rows: split the table, or build it, which reads row by row.")
    return tuple(_documents(rows, encoding, task))


def _documents(rows: Iterable[Mapping[str, str]], encoding: str, task: Task) -> Iterator[Document]:
    """A letter for each row; the first letter behind rows without text says that they were passed over, or the last letter of all."""
    last: Document | None = None
    passed: list[int] = []
    columns: list[str] = []
    named = False           # whether any row has a text, be it empty
    try:
        for number, row in enumerate(rows, 1):
            columns, text = columns or list(row), _first(row, TEXT)
            named = named or text is not None
            if text is None or not text.strip():
                passed.append(number)
                if not named and number == _SOUGHT:
                    break
                continue
            if last is not None:
                yield last
            told = {key: value for key, names in FIELDS.items() if (value := _first(row, names))}
            last = Document(text, (), {"format": MEDIA.get(task.suffix, "application/x-ndjson"), **told}, _passed(passed), encoding=encoding,
                            name=_first(row, NAME) or f"{number}")
            passed = []
    except (InputError, UnicodeDecodeError, OSError):
        if last is not None:
            yield last
        raise
    if not named and columns:
        has = ", ".join(columns[:8]) + (" …" if len(columns) > 8 else "")
        raise InputError(f"{task.file} has no text (its columns or keys are {has}): name that of the texts one of {', '.join(TEXT)}.")
    if last is None:
        raise InputError(f"{task.file} is empty: give rows with letters in them.")
    yield replace(last, notices=(*last.notices, *_passed(passed)))


def _passed(numbers: Sequence[int]) -> tuple[Notice, ...]:
    """What is said of rows without text."""
    if not numbers:
        return ()
    shown = ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")
    rows = "Row" if len(numbers) == 1 else "Rows"
    return (Notice(f"第 {shown.replace(', ', '、')} 行没有正文，已略过。", f"{rows} {shown} without text passed over."),)


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The value of the first column with one of some names, whatever its case."""
    values = {key.strip().lower().lstrip("\ufeff"): value for key, value in row.items()}
    return next((values[name] for name in names if name in values), None)
