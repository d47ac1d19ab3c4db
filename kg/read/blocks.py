"""The lines of an HTML tree as a browser would show them: one for each block, one for each row of a table of short cells."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from kg.read.document import Paragraph

_BLOCKS = frozenset("p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote section article header pre tr td th table tbody thead tfoot caption center "
                    "body html main figure figcaption address hr fieldset form".split())
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LONGEST_CELL = 80


@dataclass
class Blocks:
    """One pass over a page: the line that is being filled, and how many paragraphs and tables it has met."""

    line: list[str] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0

    def lines(self, node: HtmlElement) -> Iterator[Paragraph]:
        """The lines of an element, in order."""
        yield from self._inside(node, "")
        yield from self._flush("")

    def _inside(self, node: HtmlElement, element: str) -> Iterator[Paragraph]:
        self.line.append(_spaced(node.text, node.tag == "pre"))
        for child in node:
            if isinstance(child.tag, str):
                yield from self._child(child, element)
            self.line.append(_spaced(child.tail, node.tag == "pre"))

    def _child(self, child: HtmlElement, element: str) -> Iterator[Paragraph]:
        if child.tag == "br":
            yield from self._flush(element)
        elif child.tag == "table" and _is_data(child):
            yield from self._flush(element)
            self.tables += 1
            yield from self._table(child)
        elif child.tag in _BLOCKS:
            yield from self._flush(element)
            own = child.tag if child.tag in ("h1", "h2", "h3", "h4") else element
            yield from self._inside(child, own)
            yield from self._flush(own)
        else:
            yield from self._inside(child, element)

    def _table(self, table: HtmlElement) -> Iterator[Paragraph]:
        for number, row in enumerate(table.iter("tr"), 1):
            cells = [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("td", "th")]
            yield Paragraph("  ".join(filter(None, cells)), None, f"table{self.tables}/row{number}")

    def _flush(self, element: str) -> Iterator[Paragraph]:
        text = "".join(self.line)
        self.line.clear()
        for line in text.split("\n"):
            if line.strip():
                self.paragraphs += not element
                yield Paragraph(line.rstrip(" "), None, element or f"p{self.paragraphs}")


def _is_data(table: HtmlElement) -> bool:
    """Whether a table is one, and no scaffold of a page: several columns of short cells, without tables in them."""
    rows = list(table.iter("tr"))
    cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    if len(rows) < 2 or len(cells) < 2 * len(rows) - 1 or any(inner is not table for inner in table.iter("table")):
        return False
    return all(sum(map(len, cell.itertext())) <= _LONGEST_CELL for cell in cells)


def _spaced(text: str | None, kept: bool) -> str:
    """Text with its white space as a browser shows it."""
    return (text or "") if kept else _SPACES.sub(" ", text or "")
