"""Numbers of a text that count or measure something: 189.3亿元, 20余家, 三分之一, 六成半, 十一班, 近百家.

A quantity is a number with its unit. Times, ordinals, numbers of documents and numbers inside names are none.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.figures.tables import bare_numbers
from kg.figures.units import measures
from kg.model import Letter
from kg.numbers import ARABIC, CHINESE, VAGUE, Number, read_number
from kg.patterns import load_patterns
from kg.spans import Span


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    `value` and `unit` are as the letter writes them (1.2 and 万亿元, 億元 in a traditional letter); `plain` is the unit in simplified
    characters; `number` the span of the number alone.
    """

    span: Span
    number: Span
    value: Decimal
    unit: str
    plain: str


def _either(items: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, set(items)), key=len, reverse=True))


@cache
def _pattern() -> re.Pattern[str]:
    """A number, its vagueness and scale, and its unit."""
    units = load_patterns("units")
    classifier, rough = units.table("classifier"), "".join(units.table("words").words("rough"))
    unit = rf"(?:(?:{_either(classifier.words('times'))})(?:次|（次）)|{_either([*measures(), *classifier.words('words')])})"
    return re.compile(
        rf"(?P<share>(?<=[占近约超达过的])[1-9]/(?:[2-9]|10)(?![\d/.月])|(?:百|十?万|(?<![\d.]){ARABIC}万?|{CHINESE})分之(?:{ARABIC}|{CHINESE}(?:点[〇零一二三四五六七八九]+)?))"
        r"|(?P<tenths>(?:(?<![\d.])\d(?:\.\d)?|(?:一两|两三|三[四五]|四五|五六|六七|七八|八九)|[一二三四五六七八九两])成(?:半|[一二三四五六七八九](?![成十百千]))?)(?![都功立为员就果效熟长绩交份])"
        r"|(?P<half>(?:一|过|近)半)(?=[，。、；）]|以上|左右|的|用于|来自|多|$)"
        r"|(?P<double>翻了?(?P<times>[一两二三四])?番)"
        rf"|(?P<halves>(?<![\d.A-Za-z第]){ARABIC}|(?<!第){CHINESE})(?P<of>年|个)半(?P<and>月|小时|学期)?(?![年天数载])"
        rf"|(?:(?P<number>(?<![\d.A-Za-z]){ARABIC}(?:亿 ?\d{{1,4}}(?=万)|万 ?\d[百千](?![瓦米克伏卡升])|[百千](?![瓦米克伏卡升]))?"
        rf"|{CHINESE}点[〇零一二三四五六七八九]+|(?![百千](?![〇一二三四五六七八九十百千万亿]))(?:{CHINESE})|(?<=[{rough}])[百千]|[百千](?=[余多]))"
        rf"|(?<=[{rough}])(?=万亿|亿|万)|(?<![\d数几半{VAGUE}])(?=[万亿][余多]))"
        rf"(?P<rest> ?(?P<more>[余多几来]?) ?(?P<scale>万亿|万|亿)? ?[余多几来]?) ?(?P<unit>{unit}(?:[/每]{unit})?)?")


def find_quantities(letter: Letter, taken: Sequence[Span] = (), within: Sequence[Span] | None = None) -> tuple[Quantity, ...]:
    """The quantities of a letter in text order, of the stretches `within` or of the whole; `taken` are spans (names, times; sorted)
    in which none is looked for."""
    parts = [Span(0, len(letter.plain))] if within is None else within
    found = [*_quantities(letter, taken, parts), *_listed(letter, taken, parts)]
    return tuple(sorted(found, key=lambda quantity: quantity.span))


def _quantities(letter: Letter, taken: Sequence[Span], within: Sequence[Span]) -> Iterator[Quantity]:
    starts = [span.start for span in taken]
    for match in (match for part in within for match in _matches(letter.plain, part)):
        span = Span(match.start(), match.end())
        if not _overlaps(span, taken, starts) and (quantity := _quantity(letter, match, span)):
            yield quantity


def _listed(letter: Letter, taken: Sequence[Span], within: Sequence[Span]) -> Iterator[Quantity]:
    """The numbers of tables."""
    starts = [span.start for span in taken]
    for bare in bare_numbers(letter, within):
        number = read_number(bare.number.of(letter.plain))
        if number and not _overlaps(bare.number, taken, starts):
            yield Quantity(bare.number, bare.number, number.value, "".join(letter.written(bare.unit).split()), bare.unit.of(letter.plain))


_START = re.compile(r"[\d〇零一二三四五六七八九十百千万亿两俩廿卅过近翻]")


def _matches(text: str, part: Span) -> Iterator[re.Match[str]]:
    """The matches in a stretch: the slow pattern is tried only where a number can begin."""
    find, match_at, at = _START.search, _pattern().match, part.start
    while start := find(text, at, part.end):
        if match := match_at(text, start.start(), part.end):
            yield match
        at = match.end() if match and match.end() > start.start() else start.end()


def _overlaps(span: Span, taken: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a span shares a character with one of the sorted spans."""
    at = bisect_right(starts, span.end - 1) - 1
    return at >= 0 and taken[at].overlaps(span)


def _quantity(letter: Letter, match: re.Match[str], span: Span) -> Quantity | None:
    """What one match means; None when it is no quantity after all."""
    if match["share"]:
        return _made(span, read_number(match["share"]), "%")
    if match["tenths"]:
        return _made(span, read_number(match["tenths"]), "成")
    if match["half"]:
        return _made(span, Number(Decimal(50)), "%")
    if match["double"]:
        return _made(span, Number(Decimal(2) ** _FOLDS[match["times"] or "一"] - 1), "倍")
    if match["halves"]:
        return _halves(letter, match, span)
    return _counted(letter, match, span)


_FOLDS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4}       # 翻两番 is four times as much, and so a growth by three times


def _halves(letter: Letter, match: re.Match[str], span: Span) -> Quantity | None:
    """一年半 is 1.5 年, 一个半月 1.5 个月, 7个半小时 7.5 小时; 两个半 alone is none."""
    number, unit = read_number(match["halves"]), match["of"]
    if number is None or (unit == "个" and not match["and"]) or (unit == "年" and match["and"]):
        return None
    unit = "年" if unit == "年" else "小时" if match["and"] == "小时" else "个" + match["and"]
    return Quantity(span, Span(match.start(), match.end("halves")), number.value + Decimal("0.5"), unit, unit)


def _made(span: Span, number: Number | None, unit: str) -> Quantity | None:
    return Quantity(span, span, number.value, unit, unit) if number else None


def _counted(letter: Letter, match: re.Match[str], span: Span) -> Quantity | None:
    """A number with a scale or a unit."""
    text, scale, unit = letter.plain, match["scale"] or "", match["unit"] or ""
    number = read_number((match["number"] or "") + scale)
    if number is None or not (scale or unit) or text[match.start() - 1:match.start()] == "第":
        return None
    if match["number"] in (None, *"百千") and "每" in text[max(0, match.start() - 2):match.start()]:      # 每百万人
        return None
    parts = [Span(match.start(name), match.end(name)) for name in ("scale", "unit") if match[name]]
    written = "".join("".join(letter.written(part).split()) for part in parts).replace("％", "%")
    digits = Span(match.start(), match.end("number") if match["number"] else match.start())
    return Quantity(span, digits, number.value, written, scale + unit.replace("（次）", "次"))
