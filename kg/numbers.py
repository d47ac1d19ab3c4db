"""Numbers as the letters write them: 7,600  2 156  1.2万亿  一万四千余  五百余万  百分之五  三分之一  七成半  近千.

`read_number` keeps the scale that a figure's unit carries (1.2 and 万亿); `parse_number` gives the plain amount. Texts are
in simplified characters and half-width ASCII; signs of vagueness (余, 多, 几, 来) are read over.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}
SCALES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}

# A thousands group stands after a comma or, in converted files, a space; a broken decimal point may have a space before it.
ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d+)(?: ?\.\d+)?"
# The last numeral is not the 千 of 千瓦 or 千米.
CHINESE = (r"[〇零一二三四五六七八九十百千两俩廿卅]"
           r"(?:[〇零○一二三四五六七八九十百千万亿两廿卅]*(?:[〇零一二三四五六七八九十百两廿卅]|千(?![瓦米克伏])))?")
VAGUE = "余多几来"
LONGEST = 60                # characters that a number may have

_ARABIC = re.compile(ARABIC)
_SHARE = re.compile(rf"(?P<whole>百|十?万|{ARABIC}万?|{CHINESE}万?)分之(?P<part>{ARABIC}|{CHINESE}(?:点[〇零一二三四五六七八九]+)?)")
_RATIO = re.compile(r"(?P<part>\d{1,2})/(?P<whole>\d{1,2})")
_TENTHS = re.compile(rf"(?P<whole>{ARABIC}|[一二三四五六七八九十两]{{1,2}})个?成(?P<rest>半|[一二三四五六七八九](?![成十百千]))?")
_SKIPPED = re.compile(f"[{VAGUE}\\s]")
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
# Neighbouring numerals say a range (一两, 两三百, 七八, and 三五): the last counts. 三五六 and 二五 are digits in a row.
_EITHER = re.compile(r"(?:一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九)(?=[十百千万亿]|$)")
_SCALED = re.compile(r"^(?P<base>.*?)(?P<scale>万亿|万|亿)?$")


@dataclass(frozen=True, slots=True)
class Number:
    """A value as it stands in digits, and the scale word after it ('', 万, 亿 or 万亿)."""

    value: Decimal
    scale: str = ""

    @property
    def amount(self) -> Decimal:
        """The value times its scale."""
        return self.value * SCALES[self.scale]


def parse_number(text: str) -> Decimal | None:
    """The plain amount: 7,600 -> 7600, 三百余 -> 300, 1.2万亿 -> 1200000000000; a share in per cent; None if it is no number."""
    number = read_number(text)
    return number.amount if number else None


def read_number(text: str) -> Number | None:
    """Value and scale, vagueness read over: 一千八百余万 -> 1800 and 万, 一万四千余 -> 14000, 三分之一 -> 33.3, 六成半 -> 6.5."""
    if len(text) > LONGEST:
        return None
    if text.isascii() and text.isdigit():
        return Number(Decimal(text))
    text = _SKIPPED.sub("", text)
    if match := _RATIO.fullmatch(text):
        return _share(match["whole"], match["part"])
    if match := _SHARE.fullmatch(text):
        return _share(match["whole"], match["part"])
    if match := _TENTHS.fullmatch(text):
        return _tenths(match["whole"], match["rest"])
    if text == "半":
        return Number(Decimal("0.5"))
    match = _SCALED.match(text)
    base, scale = (match["base"], match["scale"] or "") if match else (text, "")
    value = _scaled(base, scale) if base else Decimal(1) if scale else None
    return Number(value, scale) if value is not None else None


def _scaled(text: str, scale: str) -> Decimal | None:
    """A number before its scale: 1亿3000 before 万 counts 万 and is 13000."""
    high, hundreds, low = text.partition("亿")
    if scale == "万" and hundreds and low:
        first, second = _plain(high), _plain(low)
        return None if first is None or second is None else first * 10**4 + second
    return _plain(text)


def _plain(text: str) -> Decimal | None:
    """A number without a final 万 or 亿: 14.5, 7,600, 一万四千, 2千, 二〇二五, 四点六."""
    bare = text.replace(",", "").replace("，", "")
    if _DECIMAL.fullmatch(bare):
        return Decimal(bare)
    whole, point, rest = text.partition("点")
    if point:
        head, tail = _chinese(whole), _digits(rest)
        return Decimal(f"{head}.{tail}") if head is not None and tail is not None else None
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)([百千])", bare):
        return trimmed(Decimal(match[1]) * PLACES[match[2]])
    if match := re.fullmatch(rf"({ARABIC})(万|亿)(\d+[百千]?|{CHINESE})", text):
        first, second = _plain(match[1]), _plain(match[3])
        return first * SCALES[match[2]] + second if first is not None and second is not None else None
    value = _chinese(text)
    return None if value is None else Decimal(value)


def _digits(text: str) -> str | None:
    """Numerals one after the other: 二〇二五 -> 2025."""
    if not text or any(c not in DIGITS for c in text):
        return None
    return "".join(str(DIGITS[c]) for c in text)


def _chinese(text: str) -> int | None:
    """A number in Chinese numerals without a decimal part."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text:
        return None
    if _EITHER.match(text):
        text = text[1:]
    if (run := _digits(text)) is not None:
        return int(run)
    for scale in ("亿", "万"):
        head, found, tail = text.partition(scale)
        if found:
            high, low = _chinese(head), _chinese(tail) if tail else 0
            return None if high is None or low is None else high * SCALES[scale] + low
    return _under_ten_thousand(text)


def _under_ten_thousand(text: str) -> int | None:
    total, digit, last = 0, None, 1
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in PLACES:
            last = PLACES[char]
            total += (1 if digit is None or digit == 0 else digit) * last
            digit = None
        else:
            return None
    if digit is None:
        return total
    # 二百三 is 230, 一百零三 is 103
    return total + digit * (last // 10 if last > 10 and "零" not in text and "〇" not in text and len(text) > 1 else 1)


def _share(whole: str, part: str) -> Number | None:
    """X分之Y in per cent, one decimal place; 百分之 keeps the number as it is written, 千分之 and 万分之 all its digits."""
    below, above = _below(whole), _plain(part)
    if not below or above is None:
        return None
    if below == 100:
        return Number(above)
    if below in _ROUND:
        return Number(trimmed(above * 100 / below))
    exact = Fraction(above) * 100 / Fraction(below)
    value = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Number(trimmed(value))


_ROUND = frozenset({1000, 10**4, 10**5})


def _below(whole: str) -> Decimal | None:
    """What a share is a share of: 百 of 百分之五, 十万 of 十万分之七."""
    named = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5}.get(whole)
    if named is not None:
        return Decimal(named)
    value = _plain(whole.removesuffix("万"))
    return value * 10**4 if value is not None and whole.endswith("万") else value


def _tenths(whole: str, rest: str | None) -> Number | None:
    """Tenths (成): 七成半 -> 7.5, 一成七 -> 1.7."""
    value = _plain(whole)
    if value is None:
        return None
    return Number(value + (Decimal("0.5") if rest == "半" else Decimal(DIGITS[rest]) / 10 if rest else 0))


def trimmed(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent: 25.0 -> 25, 1E+2 -> 100."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
