"""PDF: the characters of each page as lines, the lines as paragraphs (kg/read/layout.py); pages that are pictures by Tesseract when asked."""
from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import InputError, KgError
from kg.read.document import Document, Notice, Task, compose
from kg.read.layout import Char, Line, Page, arranged, paragraphs

if TYPE_CHECKING:
    from pdfplumber.page import Page as PdfPage

_UNMAPPED = re.compile(r"^\(cid:\d+\)$")
_DATE = re.compile(r"^D:(\d{4})(\d\d)(\d\d)")
_INFO = {"Title": "title", "Author": "author", "CreationDate": "created", "ModDate": "modified"}
_RULES = 6              # ruling lines from which on a page may have a table
_MOST_CHARS = 60_000    # of one page


@dataclass(frozen=True, slots=True)
class _Read:
    """A page as read, and what was strange in it."""

    page: Page
    unmapped: int = 0
    slanted: int = 0


def read_pdf(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text of a PDF. Raises InputError when it is damaged, locked, too long, or has no text and pictures are not to be read."""
    import pdfplumber
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)       # it tells what it mends, once for each character
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if not pdf.pages:
                raise InputError(f"{task.file} has no pages: it is damaged. Print or save it again as PDF.")
            if len(pdf.pages) > task.limits.pages:
                raise InputError(f"{task.file} has more than {task.limits.pages} pages: no letter has; split it.")
            read = [_page(page, number) for number, page in enumerate(pdf.pages, 1)]
            told = _information(pdf.metadata)
    except KgError:
        raise
    except RecursionError:
        raise InputError(f"{task.file} is damaged or hostile: its objects refer to themselves.") from None
    except MemoryError:
        raise
    except Exception as error:      # pdfminer raises what its parts raise: KeyError, struct.error, zlib.error …
        if "MemoryError" in repr(error):            # pdfplumber wraps all that is raised
            raise MemoryError from error
        if "PDFPasswordIncorrect" in repr(error):
            raise InputError(f"{task.file} is locked by a password: save it without one.") from None
        raise InputError(f"{task.file} is a damaged PDF ({type(error).__name__}): print or save it again as PDF.") from error
    return (_document(read, told, data, task),)


def _document(read: list[_Read], told: dict[str, str], data: bytes, task: Task) -> Document:
    pictures = [one.page.number for one in read if _is_picture(one)]
    pages = [one.page for one in read]
    if pictures and task.ocr:
        from kg.read.ocr import recognised
        pages = recognised(data, pages, pictures, task)
    elif len(pictures) == len(pages):
        raise InputError(f"{task.file} has no text but pictures of it (a scan): read it with --ocr, which needs Tesseract with chi_sim.")
    text, parts = compose(paragraphs(pages))
    if not text.strip():
        raise InputError(f"{task.file} is empty: give a letter with text in it.")
    return Document(text, parts, {"format": "application/pdf", "pages": str(len(pages)), **told}, tuple(_notices(read, pictures, task)))


def _is_picture(read: _Read) -> bool:
    """Whether a page has to be read from its picture: it has no text, or text in fonts that do not say which characters they draw."""
    chars = sum(len(line.text) for line in read.page.lines)
    return read.unmapped > chars or (chars == 0 and read.page.pictures > 0)


def _notices(read: list[_Read], pictures: list[int], task: Task) -> Iterator[Notice]:
    if pictures:
        listed = ", ".join(map(str, pictures))
        if task.ocr:
            yield Notice(f"第 {listed} 页由图像识别，可能有误。", f"Pages {listed} were recognised from pictures: expect errors.")
        else:
            yield Notice(f"第 {listed} 页是图像，未读取（可用 --ocr）。", f"Pages {listed} are pictures and were not read (--ocr reads them).")
    unmapped = sum(one.unmapped for one in read)
    if unmapped:
        yield Notice(f"有 {unmapped} 个字符的字体未说明编码，已略去。", f"{unmapped} characters in fonts without a character map were left out.")
    slanted = sum(one.slanted for one in read)
    if slanted:
        yield Notice(f"略去 {slanted} 个斜置或竖置的字符（如水印）。", f"{slanted} slanted or turned characters (such as a watermark) were left out.")


def _page(page: PdfPage, number: int) -> _Read:
    """The lines of one page, tables as rows with their cells apart."""
    chars = page.chars
    if len(chars) > _MOST_CHARS:
        raise InputError(f"A page has more than {_MOST_CHARS} characters (page {number}): it is damaged or no letter.")
    upright = [char for char in chars if char["upright"] and not _UNMAPPED.match(char["text"])]
    unmapped = sum(1 for char in chars if _UNMAPPED.match(char["text"]))
    tables = list(_tables(page))
    outside = [char for char in upright if not any(_inside(char, box) for box, _ in tables)]
    lines = arranged([_char(char) for char in outside], float(page.width), number)
    for box, rows in tables:
        lines = _with_table(lines, box, rows, number)
    picture_count = len(page.images)
    page.close()
    return _Read(Page(number, float(page.width), float(page.height), tuple(lines), picture_count), unmapped, len(chars) - len(upright) - unmapped)


def _char(char: dict[str, Any]) -> Char:
    return Char(char["text"], float(char["x0"]), float(char["x1"]), float(char["top"]), float(char["bottom"]), float(char["size"]))


def _tables(page: PdfPage) -> Iterator[tuple[tuple[float, float, float, float], list[list[str]]]]:
    """The tables with ruling lines: their boxes and the texts of their cells. Boxes around a whole text are no tables."""
    if len(page.lines) + len(page.rects) + len(page.curves) < _RULES:
        return
    for table in page.find_tables():
        rows = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
        if len(rows) > 1 and max(map(len, rows)) > 1:
            yield table.bbox, rows


def _inside(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _with_table(lines: list[Line], box: tuple[float, float, float, float], rows: list[list[str]], number: int) -> list[Line]:
    """The lines with the rows of a table where it stands."""
    at = next((i for i, line in enumerate(lines) if line.top >= box[3] - 1), len(lines))
    made = [Line("  ".join(filter(None, row)), box[0], box[2], box[1], box[3], 0.0, number, table=True) for row in rows]
    return [*lines[:at], *made, *lines[at:]]


def _information(metadata: Any) -> dict[str, str]:
    """Title, author and dates that the file says of itself."""
    told: dict[str, str] = {}
    for key, name in _INFO.items():
        value = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(value, str) and value.strip():
            date = _DATE.match(value)
            told[name] = "-".join(date.groups()) if date else value.replace("\0", "").strip()[:300]
    return {key: value for key, value in told.items() if key not in ("created", "modified") or len(value) == 10}
