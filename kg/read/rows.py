"""Tables of letters: JSONL and CSV, a letter in each row. The text is in the column that has one of the usual names."""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from kg.errors import InputError
from kg.read.document import Document, Task
from kg.read.text import decode

TEXT = ("text", "content", "body", "正文", "内容", "全文", "答复内容", "答复", "文本")
NAME = ("name", "id", "file", "编号", "序号", "文件名", "提案号", "建议号")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "标题", "题目"), "issued": ("date", "issued", "published", "日期", "发布日期", "发布时间", "答复日期"),
    "publisher": ("source", "publisher", "来源", "发布机构", "承办单位", "答复单位"), "address": ("url", "link", "网址", "链接"),
    "author": ("author", "作者"),
}
_FIELD_SIZE = 2_000_000


def read_jsonl(data: bytes, task: Task) -> tuple[Document, ...]:
    """A letter from each line; a line that is no JSON object is told with its number."""
    decoded = decode(data, task.file)
    return _documents(_objects(decoded.text, task.file), decoded.encoding, task)


def read_csv(data: bytes, task: Task) -> tuple[Document, ...]:
    """A letter from each row of a comma- or tab-separated table with a header line."""
    decoded = decode(data, task.file)
    head = decoded.text.partition("\n")[0]
    csv.field_size_limit(_FIELD_SIZE)
    reader = csv.DictReader(io.StringIO(decoded.text, newline=""), delimiter="\t" if "\t" in head else ",")
    try:
        rows = [{key: value for key, value in row.items() if isinstance(key, str) and isinstance(value, str)} for row in reader]
    except csv.Error as error:
        raise InputError(f"{task.file}, line {reader.line_num}: {error}. Save the table again as CSV.") from error
    return _documents(rows, decoded.encoding, task)


def _objects(text: str, file: str) -> Iterator[dict[str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"{file}, line {number} is no JSON: write one object on each line.") from None
        if not isinstance(row, dict):
            raise InputError(f"{file}, line {number} is no JSON object: write one object on each line.")
        yield {key: _plain(value) for key, value in row.items() if isinstance(value, str | int) and not isinstance(value, bool)}


def _plain(value: str | int) -> str:
    """A JSON string as text; half of a surrogate pair, which is no character, becomes �."""
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _documents(rows: Iterable[Mapping[str, str]], encoding: str, task: Task) -> tuple[Document, ...]:
    found: list[Document] = []
    for number, row in enumerate(rows, 1):
        if number > task.limits.rows:
            raise InputError(f"{task.file} has more than {task.limits.rows} rows: split the table.")
        text = _first(row, TEXT)
        if text is None:
            raise InputError(f"{task.file}, row {number} has no text: name its column one of {', '.join(TEXT)}.")
        if text.strip():
            told = {key: value for key, names in FIELDS.items() if (value := _first(row, names))}
            found.append(Document(text, (), {"format": "text/csv" if task.suffix in (".csv", ".tsv") else "application/x-ndjson", **told},
                                  encoding=encoding, name=_first(row, NAME) or f"{number}"))
    if not found:
        raise InputError(f"{task.file} is empty: give rows with letters in them.")
    return tuple(found)


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The value of the first column with one of some names, whatever its case."""
    values = {key.strip().lower().lstrip("\ufeff"): value for key, value in row.items()}
    return next((values[name] for name in names if name in values), None)
