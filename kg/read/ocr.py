"""Pages that are pictures: drawn by PDFium, read by Tesseract with its model of simplified Chinese, one page after the other."""
from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from kg.errors import InputError
from kg.read.document import Task
from kg.read.layout import Line, Page
from kg.read.programs import found, run

INSTALL = ("install Tesseract with chi_sim (Debian and Ubuntu: apt-get install tesseract-ocr tesseract-ocr-chi-sim; "
           "macOS: brew install tesseract tesseract-lang)")
_LATIN = re.compile(r"[A-Za-z0-9]")
_DPI = 300
_MOST_POINTS = 3_000        # the longest side of a page, about a metre
_LEAST_SURE = 20.0          # of a word, from 0 to 100: what is less is dirt


def recognised(data: bytes, pages: Sequence[Page], pictures: Sequence[int], task: Task) -> list[Page]:
    """The pages, with the lines that were recognised on those that are pictures. Raises InputError when Tesseract is not there."""
    program = found("tesseract")
    if program is None:
        raise InputError(f"{task.file} is a scan, which needs Tesseract: {INSTALL}.")
    if len(pictures) > task.limits.scanned:
        raise InputError(f"{task.file} has more than {task.limits.scanned} scanned pages: split it.")
    with tempfile.TemporaryDirectory(prefix="kg-read-") as name:
        _check_language(program, Path(name), task)
        return [_page(program, data, page, Path(name), task) if page.number in pictures else page for page in pages]


def _check_language(program: str, folder: Path, task: Task) -> None:
    if b"chi_sim" not in run([program, "--list-langs"], folder, task.limits.seconds, task.file):
        raise InputError(f"{task.file} is a scan, and Tesseract has no model of Chinese: {INSTALL}.")


def _page(program: str, data: bytes, page: Page, folder: Path, task: Task) -> Page:
    """A page with the lines that Tesseract finds, in its reading order."""
    picture = _drawn(data, page, task)
    printed = run([program, "stdin", "stdout", "-l", "chi_sim", "--dpi", str(_DPI), "tsv"], folder, task.limits.time(True), task.file, picture)
    words: dict[tuple[str, ...], list[_Word]] = {}
    for row in csv.DictReader(io.StringIO(printed.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = _word(row)
        if word is not None:
            words.setdefault(tuple(row.get(key) or "" for key in ("block_num", "par_num", "line_num")), []).append(word)
    lines = [_line(found, page.number) for found in words.values()]
    size = median(line.size for line in lines) if lines else 0.0
    return replace(page, lines=tuple(replace(line, size=size) for line in lines))


def _drawn(data: bytes, page: Page, task: Task) -> bytes:
    """A page as a grey PNG picture."""
    import pypdfium2
    if max(page.width, page.height) > _MOST_POINTS:
        raise InputError(f"{task.file} has a page larger than a metre (page {page.number}): scan it again as A4.")
    document = pypdfium2.PdfDocument(data)
    try:
        image = document[page.number - 1].render(scale=_DPI / 72, grayscale=True).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Word:
    """A recognised word and its box in points."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float


def _word(row: dict[str, str]) -> _Word | None:
    """The word of a row of Tesseract's table; None for other rows, and for words that it is not sure of."""
    text = (row.get("text") or "").strip()
    try:
        left, top, width, height, sure = (float(row[key]) for key in ("left", "top", "width", "height", "conf"))
    except (KeyError, TypeError, ValueError):
        return None
    if not text or sure < _LEAST_SURE:
        return None
    scale = 72 / _DPI
    return _Word(text, left * scale, (left + width) * scale, top * scale, (top + height) * scale)


def _line(words: list[_Word], number: int) -> Line:
    """The words of a line, with blanks between Latin ones."""
    text = ""
    for word in words:
        text += (" " if _LATIN.match(text[-1:]) and _LATIN.match(word.text) else "") + word.text
    tops, bottoms = [word.top for word in words], [word.bottom for word in words]
    return Line(text, min(word.x0 for word in words), max(word.x1 for word in words), median(tops), median(bottoms),
                median(word.bottom - word.top for word in words), number)
