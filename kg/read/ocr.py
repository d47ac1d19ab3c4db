"""Pages that are pictures: drawn by PDFium, read by Tesseract with its model of simplified Chinese, one page after the other."""
from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.read.document import Task
from kg.read.layout import Char, Line, Page, arranged
from kg.read.programs import found, run

INSTALL = ("install Tesseract with chi_sim (Debian and Ubuntu: apt-get install tesseract-ocr tesseract-ocr-chi-sim; "
           "macOS: brew install tesseract tesseract-lang)")
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
    picture = _drawn(data, page, task)
    printed = run([program, "stdin", "stdout", "-l", "chi_sim", "--dpi", str(_DPI), "tsv"], folder, task.limits.time(True), task.file, picture)
    scale = 72 / _DPI
    chars: list[Char] = []
    for row in csv.DictReader(io.StringIO(printed.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE):
        chars += _word(row, scale)
    return replace(page, lines=tuple(_levelled(arranged(chars, page.width, page.number))))


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


def _word(row: dict[str, str], scale: float) -> list[Char]:
    """The characters of a recognised word, spread over its box."""
    text = (row.get("text") or "").strip()
    try:
        left, top, width, height, sure = (float(row[key]) for key in ("left", "top", "width", "height", "conf"))
    except (KeyError, TypeError, ValueError):
        return []
    if not text or sure < _LEAST_SURE:
        return []
    step = width * scale / len(text)
    x0, y0, size = left * scale, top * scale, height * scale
    return [Char(char, x0 + i * step, x0 + (i + 1) * step, y0, y0 + size, size) for i, char in enumerate(text)]


def _levelled(lines: list[Line]) -> list[Line]:
    """The lines with one size of characters: the boxes of recognised words vary with what is drawn in them."""
    sizes = sorted(line.size for line in lines)
    return [replace(line, size=sizes[len(sizes) // 2]) for line in lines]
