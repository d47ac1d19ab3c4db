"""The numbers that Word writes before paragraphs by itself (一、 （一） 1.): they are no characters of the text, yet the letter counts by them."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_DIGITS = "〇一二三四五六七八九"
_LEVELS = 9
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Level:
    """How one level counts: its format (decimal, chineseCounting …), its text (%1、) and its first number."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(frozen=True, slots=True)
class Numbering:
    """The levels of each list, and the list and level that each style of paragraphs has."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: Element | None, styles: Element | None) -> Numbering:
        """What the parts numbering.xml and styles.xml say; either may be missing."""
        abstract = {_value(node, "abstractNumId"): _levels(node) for node in _all(numbering, "abstractNum")}
        lists: dict[str, dict[int, Level]] = {}
        for node in _all(numbering, "num"):
            base = node.find("{*}abstractNumId")
            if base is not None:
                lists[_value(node, "numId")] = abstract.get(_value(base, "val"), {})
        own = {_value(style, "styleId"): found for style in _all(styles, "style") if (found := _reference(style)) is not None}
        return cls(lists, own)


@dataclass
class Counters:
    """Where each list stands while a document is read."""

    numbering: Numbering
    counts: dict[str, list[int]] = field(default_factory=dict)

    def label(self, paragraph: Element) -> str:
        """The number that stands before a paragraph; empty when it has none, or a bullet."""
        found = _reference(paragraph) or self._by_style(paragraph)
        levels = self.numbering.lists.get(found[0]) if found else None
        if found is None or not levels or found[1] not in levels:
            return ""
        name, depth = found
        counts = self.counts.setdefault(name, [levels[i].start - 1 if i in levels else 0 for i in range(_LEVELS)])
        counts[depth] += 1
        for deeper in range(depth + 1, _LEVELS):
            counts[deeper] = levels[deeper].start - 1 if deeper in levels else 0
        level = levels[depth]
        if level.format in ("bullet", "none"):
            return ""
        return re.sub(r"%([1-9])", lambda match: self._count(levels, counts, int(match[1]) - 1, level.format), level.text)

    def _by_style(self, paragraph: Element) -> tuple[str, int] | None:
        style = paragraph.find("{*}pPr/{*}pStyle")
        return self.numbering.styles.get(_value(style, "val")) if style is not None else None

    @staticmethod
    def _count(levels: dict[int, Level], counts: list[int], depth: int, own: str) -> str:
        format = levels[depth].format if depth in levels else own
        return written(max(1, counts[depth]), format)


def written(number: int, format: str) -> str:
    """A number from 1 as a format of Word writes it; what is not known is written in digits."""
    if number > _MOST:
        return str(number)
    if format in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand", "ideographDigital"):
        return _chinese(number) if format != "ideographDigital" else "".join(_DIGITS[int(digit)] for digit in str(number))
    if format == "decimalEnclosedCircle" and number <= 20:
        return chr(0x2460 + number - 1)
    if format in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if format == "upperLetter" else letter
    if format in ("lowerRoman", "upperRoman"):
        return _roman(number).lower() if format == "lowerRoman" else _roman(number)
    return str(number)


def _chinese(number: int) -> str:
    """1 to 10,000 in Chinese numerals: 十, 二十一, 一百零三."""
    text = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += _DIGITS[digit] + sign
        elif text and not text.endswith("零") and number % unit:
            text += "零"
    return (text or "一万").removeprefix("一") if 10 <= number < 20 else text or "一万"


def _roman(number: int) -> str:
    text = ""
    for value, sign in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True):
        text += sign * (number // value)
        number %= value
    return text


def _levels(abstract: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for node in abstract.findall("{*}lvl"):
        depth = _value(node, "ilvl")
        format, text, start = (_below(node, name) for name in ("numFmt", "lvlText", "start"))
        if depth.isascii() and depth.isdigit() and int(depth) < _LEVELS:
            found[int(depth)] = Level(format or "decimal", text[:40], int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1)
    return found


def _reference(node: Element) -> tuple[str, int] | None:
    """The list and level that a paragraph's or style's properties name; list 0 means none."""
    properties = node.find("{*}pPr/{*}numPr")
    if properties is None:
        return None
    name, depth = properties.find("{*}numId"), properties.find("{*}ilvl")
    number = _value(depth, "val") if depth is not None else "0"
    level = int(number) if number.isascii() and number.isdigit() and len(number) == 1 else 0
    return (_value(name, "val"), min(level, _LEVELS - 1)) if name is not None else None


def _all(root: Element | None, name: str) -> list[Element]:
    return root.findall(f"{{*}}{name}") if root is not None else []


def _below(node: Element, name: str) -> str:
    """The value of a child; empty without one."""
    child = node.find(f"{{*}}{name}")
    return _value(child, "val") if child is not None else ""


def _value(node: Element, name: str) -> str:
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == name), "")
