"""From characters on a page to paragraphs: lines, columns, headers and footers, and which lines go on.

Chinese letters are set so that a paragraph begins two characters in, or ends before the margin; both are looked for, because some have only one.
All lengths are in points, from the page's top left.
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kg.read.document import Paragraph

_PAGE_NUMBER = re.compile(r"[—–\-－一·.\s]*(?:第\s*)?[\dIVXivx]{1,4}\s*(?:页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[—–\-－一·.\s]*")
_MARK = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|附件|抄送"
                   r"|第[一二三四五六七八九十]{1,3}[章条])")
_LATIN = re.compile(r"[A-Za-z0-9]")
_MARGIN = 0.12          # of the height of a page, at its top and its bottom: there headers and footers stand
_PIECE = re.compile(r"[“‘（《〈【(]*(?:[A-Za-z0-9.+\-%‰]+|.)[，。、；：！？）”’》〉】%,.;:!?)]*")
_LOOSE = 4              # characters that a line may lack at its end and still go on, when no sentence ends there
_GAP = 1.8              # characters between two words from which on they are cells


@dataclass(frozen=True, slots=True)
class Char:
    """A character and its box."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its box; `size` is the height of its characters, 0 when unknown; `column` is 1 or 2 where a page has two."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int
    table: bool = False
    column: int = 0

    @property
    def frame(self) -> tuple[int, int]:
        """The page and column whose margins hold for it."""
        return self.page, self.column


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its number from 1, width and height, its lines in reading order, and how many pictures it has."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    pictures: int = 0


def arranged(chars: Sequence[Char], width: float, number: int) -> list[Line]:
    """The lines of a page in reading order: down the page, or down each column where it has two."""
    rows = [row for row in _rows(chars) if row]
    gutter = _gutter(rows, width)
    if gutter is None:
        return _heads_last([_line(row, number) for row in rows])
    lines: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for row in rows:
        sides = [char for char in row if char.x1 <= gutter], [char for char in row if char.x0 >= gutter]
        if sum(map(len, sides)) < len(row) or (row[0].x0 > 0.2 * width and len(row) * row[0].size < 0.5 * width and sides[0] and sides[1]
                                              and sides[1][0].x0 - sides[0][-1].x1 < row[0].size):
            lines += [*left, *right, _line(row, number)]
            left, right = [], []
            continue
        left += [replace(_line(sides[0], number), column=1)] if sides[0] else []
        right += [replace(_line(sides[1], number), column=2)] if sides[1] else []
    return [*lines, *left, *right]


def _heads_last(lines: list[Line]) -> list[Line]:
    """The lines, with a tall one (文件, to the right of the organs that issue a letter together) behind those that it stands beside."""
    for i in range(len(lines) - 1):
        tall, beside = lines[i], lines[i + 1]
        if tall.size > 1.4 * beside.size and beside.top < tall.bottom and beside.x1 <= tall.x0:
            lines[i], lines[i + 1] = beside, tall
    return lines


def _rows(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """Characters that stand on one line, from left to right, lines from the top; what is drawn twice (for bold) counts once."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: ((char.top + char.bottom) / 2, char.x0)):
        middle = (char.top + char.bottom) / 2
        if rows and rows[-1][0].top <= middle <= rows[-1][0].bottom and char.top <= (rows[-1][0].top + rows[-1][0].bottom) / 2 <= char.bottom:
            rows[-1].append(char)
        else:
            rows.append([char])
    for row in rows:
        yield _once(sorted(row, key=lambda char: (char.x0, char.text)))


def _once(row: list[Char]) -> list[Char]:
    kept: list[Char] = []
    for char in row:
        if not any(char.text == one.text and abs(char.x0 - one.x0) < 0.25 * max(char.size, 1) for one in kept[-3:]):
            kept.append(char)
    return [char for i, char in enumerate(kept) if char.text.strip() or 0 < i < len(kept) - 1]


def _line(row: Sequence[Char], number: int) -> Line:
    """One line: words of Latin letters keep their spaces, wide gaps become two."""
    size = median(char.size for char in row)
    text, end = "", row[0].x0
    blank = False
    for char in row:
        if not char.text.strip():
            blank = True
            continue
        gap = char.x0 - end
        if text and gap > _GAP * size:
            text += "  "
        elif text and (blank or gap > 0.25 * size) and _LATIN.match(text[-1]) and _LATIN.match(char.text):
            text += " "
        text, end, blank = text + char.text, char.x1, False
    solid = [char for char in row if char.text.strip()] or list(row)
    return Line(text, solid[0].x0, solid[-1].x1, min(char.top for char in row), max(char.bottom for char in row), size, number)


def _gutter(rows: Sequence[Sequence[Char]], width: float) -> float | None:
    """Where two columns part: a place near the middle that most lines leave free, with text on both sides of it."""
    gaps: Counter[int] = Counter()
    for row in rows:
        for one, other in pairwise(row):
            if other.x0 - one.x1 > 0.9 * max(one.size, 1) and other.x0 > 0.35 * width and one.x1 < 0.65 * width:
                gaps.update(range(int(one.x1) + 1, int(other.x0)))
    place, times = max(gaps.items(), key=lambda gap: gap[1], default=(0, 0))
    full = [row for row in rows if len(row) > 6]
    return float(place) if times >= 6 and times >= 0.5 * len(full) else None


def paragraphs(pages: Sequence[Page]) -> Iterator[Paragraph]:
    """The paragraphs of all pages, each with its page and its number on the page where it begins; headers and footers left out."""
    bodies = [line for page in _without_margins(pages) for line in page.lines]
    left, right = _edges(bodies)
    indents = _indents(bodies, left)
    counts: Counter[int] = Counter()
    pieces: list[Paragraph] = []
    for last, line in zip([None, *bodies], bodies, strict=False):
        if last is None or not _goes_on(last, line, left, right, indents):
            counts[line.page] += 1
            pieces.append(Paragraph(line.text, line.page, f"{'row' if line.table else 'p'}{counts[line.page]}"))
            continue
        before = pieces[-1]
        text = (" " if _LATIN.match(before.text[-1:]) and _LATIN.match(line.text) else "") + line.text
        if before.page == line.page:
            pieces[-1] = replace(before, text=before.text + text)
        else:
            pieces.append(Paragraph(text, line.page, before.element, goes_on=True))
    yield from pieces


def _without_margins(pages: Sequence[Page]) -> list[Page]:
    """The pages without page numbers, and without what stands at the edge of half of them or more."""
    marginal = Counter(key for page in pages for key in {_key(line) for line in page.lines if _in_margin(line, page)})
    often = {key for key, times in marginal.items() if times >= max(2, (len(pages) + 1) // 2)}

    def kept(line: Line, page: Page) -> bool:
        return not _in_margin(line, page) or not (_key(line) in often or _PAGE_NUMBER.fullmatch(line.text.strip()))
    return [replace(page, lines=tuple(line for line in page.lines if kept(line, page))) for page in pages]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text.strip())


def _in_margin(line: Line, page: Page) -> bool:
    return not line.table and (line.bottom < _MARGIN * page.height or line.top > (1 - _MARGIN) * page.height)


Margins = dict[tuple[int, int], float]


def _edges(lines: Sequence[Line]) -> tuple[Margins, Margins]:
    """The left and right margin of each page's text or column, where most lines begin and end; of the whole where it has too few lines."""
    long = [line for line in lines if not line.table and len(line.text) > 12] or [line for line in lines if not line.table]
    left, right = _common([line.x0 for line in long], lowest=True), _common([line.x1 for line in long], lowest=False)
    lefts: Margins = {}
    rights: Margins = {}
    for frame in {line.frame for line in lines}:
        own = [line for line in long if line.frame == frame]
        enough = len(own) > (2 if frame[1] else 6)
        lefts[frame] = _common([line.x0 for line in own], lowest=True) if enough else left
        rights[frame] = _common([line.x1 for line in own], lowest=False) if enough else right
    return lefts, rights


def _common(values: Sequence[float], lowest: bool) -> float:
    """The outermost place where at least every fifth value lies (within five points); signs may hang over a right margin."""
    if not values:
        return 0.0
    counts = Counter(round(value / 5) for value in values)
    often = [place for place, times in counts.items() if times + counts[place - 1] + counts[place + 1] >= max(2, len(values) // 5)] or list(counts)
    place = min(often) if lowest else max(often)
    near = [value for value in values if abs(value / 5 - place) <= 1.5]
    return min(near) if lowest else median(near)


def _indents(lines: Sequence[Line], left: Margins) -> bool:
    """Whether paragraphs begin further in than their other lines: whether many long lines do."""
    long = [line for line in lines if not line.table and len(line.text) > 15]
    inside = sum(1 for line in long if line.x0 > left[line.frame] + 1.2 * line.size)
    return inside >= max(1, len(long) // 12)


def _goes_on(last: Line, line: Line, left: Margins, right: Margins, indents: bool) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    if last.table or line.table or (last.size and line.size and not 0.8 < last.size / line.size < 1.25):
        return False
    size = line.size or last.size or 10.0
    if line.x0 > left[line.frame] + 3 * size:       # centred, or at the right: a title in two lines goes on, an organ above a date does not
        wide = last.x1 - last.x0 > 0.5 * (right[last.frame] - left[last.frame])
        return wide and last.x0 > left[last.frame] + 1.5 * size and last.frame == line.frame and not _ended(last) and _close(last, line)
    if line.x0 > left[line.frame] + 1.2 * size:
        return False
    if _would_fit(line.text, right[last.frame] - last.x1, size) and (_ended(last) or right[last.frame] - last.x1 > _LOOSE * size):
        return False
    if not indents and _ended(last) and _MARK.match(line.text):
        return False
    return last.frame != line.frame or _close(last, line)


def _would_fit(text: str, room: float, size: float) -> bool:
    """Whether the first piece of a line that cannot be broken would have fitted into the room that the line before it leaves.

    If it would, the break was meant; if not, it is the margin's. A piece is a word or number, or a character, with the signs behind it.
    """
    piece = _PIECE.match(text)
    width = sum(0.55 if char.isascii() else 1.0 for char in (piece[0] if piece else text[:1]))
    return room > (width + 0.4) * size


def _ended(line: Line) -> bool:
    return line.text.endswith(("。", "！", "？", "；", "：", ":", "）"))


def _close(last: Line, line: Line) -> bool:
    """Whether two lines stand as near as lines of one paragraph do."""
    return line.top - last.bottom < 2.2 * (line.size or last.size or 10.0)
