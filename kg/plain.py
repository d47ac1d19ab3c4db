"""From the source's lines to the text that is read: residue dropped, broken lines joined, spaces inside Chinese dropped.

Pieces of the normalised source are kept or dropped whole, so the map back is the chain of their ranges.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from kg.normalise import CJK, normalise
from kg.patterns import load_patterns
from kg.spans import Span

_LINE = re.compile(r"[^\r\n\f\x1c-\x1e\x85\u2028\u2029]+")
_CELL = re.compile(r"\S+(?: \S+)*")
_DATE = re.compile(r"年\s+\d{1,2} *月|月\s+\d{1,2} *日|\d\s+[年月日号时点]")
_CHINESE = re.compile(rf"[{CJK}，。、；：？！（）《》“”‘’—…·【】〔〕]")
_BRACKETED = re.compile(r"（[^（）]*）")
_WORDS = re.compile(rf"[{CJK}]{{2}} [{CJK}]{{2}}")
_LONGEST_WRAP, _SHORTEST_BODY, _LONGEST_HEADING, _LONGEST_HEAD = 60, 12, 40, 120


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source as kept: the ranges of the source kept of it, their text, and whether it was indented."""

    text: str
    pieces: tuple[Span, ...]
    indented: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """The text to read, the index in the source of each of its characters, and its paragraphs."""

    text: str
    origins: tuple[int, ...]
    paragraphs: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    inline: re.Pattern[str]
    cell: re.Pattern[str]
    end: re.Pattern[str]
    go_on: re.Pattern[str]
    open_end: re.Pattern[str]
    start: re.Pattern[str]
    heading: re.Pattern[str]
    title: re.Pattern[str]
    tail: re.Pattern[str]
    alone: re.Pattern[str]
    call: re.Pattern[str]
    spoken: re.Pattern[str]
    number_head: re.Pattern[str]
    number_rest: re.Pattern[str]
    organ_head: re.Pattern[str]
    organ_rest: re.Pattern[str]
    copies: re.Pattern[str]


@cache
def _rules() -> _Rules:
    structure = load_patterns("structure")
    residue, join, head, tail = (structure.table(key) for key in ("residue", "join", "head", "tail"))
    inline = re.compile(rf"(?P<space>\s+)|{residue.text('inline')}")
    heading = re.compile("|".join(table.text("mark") for table in structure.tables("heading")))
    ending = "|".join(f"(?:{text})" for text in (tail.text("copy"), tail.text("contact"), f"^{tail.text('date')}.{{0,4}}$"))
    return _Rules(inline, re.compile(residue.text("button") + f"(?:{'|'.join(residue.words('cell'))})"), join.regex("end"), join.regex("go_on"),
                  join.regex("open_end"), join.regex("start"), heading, head.regex("title"), re.compile(ending),
                  join.regex("alone"), join.regex("call"), join.regex("spoken"), join.regex("number_head"), join.regex("number_rest"),
                  join.regex("organ_head"), join.regex("organ_rest"), join.regex("copies"))


def plain_text(source: str) -> Plain:
    """The text of a source to be read, with its map and its paragraphs, which line breaks separate."""
    text = normalise(source)
    lines = [line for line in _lines(text) if line.text]
    return _assemble(text, _paragraphs(lines))


def _lines(text: str) -> Iterator[Line]:
    for match in _LINE.finditer(text):
        line = match[0]
        pieces = tuple(_pieces(text, match.start(), match.end()))
        kept = "".join(piece.of(text) for piece in pieces)
        yield Line(kept, pieces, line[0] == " ")


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The ranges kept of one line: its cells that are no navigation, without residue and idle spaces."""
    begin, finish = _content(text, start, end)
    at, first = begin, True
    for match in _rules().inline.finditer(text, begin, finish):
        left, right = match.span()
        if match["space"] and not (first and left == at) and _speaks(text, left, right, finish):
            right = left + 1 if right - left == 1 else right
            left += 1
        if left > at:
            yield Span(at, left)
            first = False
        at = max(right, left)
    if finish > at:
        yield Span(at, finish)


def _content(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of a line from its first to its last cell that is no navigation of a page; empty when all are."""
    cell = _rules().cell
    begin = finish = start
    for match in _CELL.finditer(text, start, end):
        if not cell.fullmatch(match[0]):
            begin = match.start() if finish == start else begin
            finish = match.end()
    return begin, finish


def _speaks(text: str, start: int, end: int, finish: int) -> bool:
    """Whether white space between two characters separates words.

    It does between Latin words, where it is wide, and between Chinese words (市卫生健康委 某某, but not in 杨 生);
    it does not around numbers (2023 年), or where a broken conversion put it everywhere.
    """
    if end >= finish:
        return False
    left, right = text[start - 1], text[end]
    if _CHINESE.match(left) or _CHINESE.match(right):
        if end - start > 1:
            return not _DATE.match(text, start - 1)
        return bool(_WORDS.match(text, start - 2)) and not is_torn(text)
    if left.isdigit() and right.isdigit() and end - start == 1 and is_torn(text):
        return False
    return not (left.isdigit() and re.match(r"\d{3}(?!\d)", text[end:end + 4]) and re.search(r"(?<!\d)\d{1,3}$", text[max(0, start - 4):start]))


@lru_cache(maxsize=4)
def is_torn(text: str) -> bool:
    """Whether single spaces stand between Chinese characters all over, as in some converted files."""
    return len(re.findall(rf"(?<=[{CJK}]) (?=[{CJK}])", text)) > max(8, len(text) // 80)


def _paragraphs(lines: list[Line]) -> list[list[Line]]:
    wrap = _wrap(lines)
    paragraphs: list[list[Line]] = []
    for line, after in zip(lines, [*(line.text for line in lines[1:]), ""], strict=False):
        if paragraphs and _continues(paragraphs[-1], line, after, wrap):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _wrap(lines: list[Line]) -> int:
    """The width at which the lines of a converted page break; 0 when they do not break at a width."""
    lengths = sorted(len(line.text) for line in lines)
    if not lengths or lengths[-1] > _LONGEST_WRAP:
        return 0
    width = lengths[-1]
    return width if sum(1 for length in lengths if length >= 0.75 * width) >= max(5, len(lines) // 4) else 0


def _continues(paragraph: list[Line], line: Line, after: str, wrap: int) -> bool:
    """Whether `line` goes on with the sentence that the paragraph's last line broke off; `after` is the line behind it."""
    rules, last = _rules(), paragraph[-1].text
    if rules.go_on.match(line.text) or rules.copies.fullmatch(last):
        return True
    if any(head.fullmatch(last) and rest.match(line.text) for head, rest in (
            (rules.number_head, rules.number_rest), (rules.organ_head, rules.organ_rest))):
        return True
    if rules.end.search(last):
        return False
    whole = "".join(part.text for part in paragraph)
    if rules.alone.fullmatch(whole) or (rules.call.fullmatch(line.text) and "。" not in whole and len(whole) <= _LONGEST_HEAD):
        return False
    if rules.tail.search(line.text) or rules.tail.search(whole):
        return False
    if _open_title(whole, line.text, after) or _closes(whole, line.text):
        return True
    if rules.start.match(line.text):
        return False
    if rules.spoken.fullmatch(whole) and not line.indented:
        return True
    filled = bool(wrap) and len(last) >= 0.85 * wrap and not line.indented
    if rules.heading.match(whole) and len(whole) <= _LONGEST_HEADING and "。" not in whole:
        return filled
    if rules.open_end.search(last):
        return not rules.title.search(whole)
    if filled:
        return True
    if line.indented or _BRACKETED.fullmatch(whole):
        return False
    return "。" in whole or ("，" in whole and len(whole) >= _SHORTEST_BODY)


def _open_title(whole: str, following: str, after: str) -> bool:
    """Whether a title broke off: 对……会议 / 第12号提案的答复; or 关于……委员会 / ……会议第12号 / 提案答复的函."""
    title = _rules().title
    if "。" in whole or "，" in whole or len(whole) > 60 or len(following) > 60 or title.search(whole):
        return False
    if re.match(r"第[\dB-]+号", following):
        return True
    if not re.search("关于|对", whole) or re.match("关于|对", following):
        return False
    twice = len(after) <= 60 and not re.search("关于|[。，：]", following + after) and not _rules().alone.fullmatch(following)
    return bool(title.search(whole + following)) or (twice and bool(title.search(whole + following + after)))


def _closes(whole: str, following: str) -> bool:
    """Whether a bracket that `whole` leaves open closes early in `following`."""
    for opening, closing in ("《》", "（）", "“”", "〔〕"):
        if whole.rfind(opening) > whole.rfind(closing):
            at, again = following.find(closing), following.find(opening)
            return 0 <= at < 60 and not 0 <= again < at
    return False


def _assemble(text: str, paragraphs: list[list[Line]]) -> Plain:
    parts: list[str] = []
    ranges: list[range] = []
    spans: list[Span] = []
    length = end = 0
    for paragraph in paragraphs:
        if parts:
            parts.append("\n")
            ranges.append(range(end, end + 1))
            length += 1
        start = length
        for i, line in enumerate(paragraph):
            if i and line.text[0].isascii() and line.text[0].isalpha() and parts[-1][-1].isascii() and parts[-1][-1].isalpha():
                parts.append(" ")
                ranges.append(range(end, end + 1))
                length += 1
            for piece in line.pieces:
                parts.append(piece.of(text))
                ranges.append(range(piece.start, piece.end))
                length += len(piece)
                end = piece.end
        spans.append(Span(start, length))
    return Plain("".join(parts), tuple(chain.from_iterable(ranges)), tuple(spans))
