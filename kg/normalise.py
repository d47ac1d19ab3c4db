"""One spelling for what letters write in many: one character in, one character out.

- full-width letters, digits and signs become ASCII; every white space but the line breaks becomes a space
- punctuation in Chinese text becomes Chinese: `,` `:` `(` beside Chinese become `，` `：` `（`; `.` that ends a Chinese clause becomes `。`;
  straight quotation marks and 「」 become “ ” in pairs
- dashes become one of `-` and `—`, middle dots `·`, compatibility and radical code points the characters they stand for
- a text in traditional characters becomes simplified, character by character; a character with no single counterpart stays
"""
from __future__ import annotations

import re
import unicodedata
from functools import cache

CJK = "㐀-䶿一-鿿豈-﫿𠀀-𪛟"
# Frequent characters that only traditional text has; enough of them make a text traditional.
TRADITIONAL_SIGNS = re.compile("[會關於復這個們來對經發國學業與開實為問題產進時從應將單動區務號見處廣東門員華協總體資機構質點灣臺條際還無長過兩繼續]")
TRADITIONAL_SHARE, TRADITIONAL_KINDS = 0.02, 4

_SPACES = "\t\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SAME = {
    "–": "—", "―": "—", "─": "—", "━": "—", "﹣": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "〜": "~",
    "•": "·", "・": "·", "‧": "·", "∙": "·", "･": "·", "⋅": "·", "●": "■", "◆": "■",
    "「": "“", "」": "”", "『": "‘", "』": "’", "〝": "“", "〞": "”", "﹁": "“", "﹂": "”", "﹃": "‘", "﹄": "’",
    "〈": "〈", "︵": "（", "︶": "）", "﹙": "（", "﹚": "）", "﹐": "，", "﹑": "、", "﹒": ".", "﹔": "；", "﹕": "：", "﹖": "？", "﹗": "！",
    "｡": "。", "､": "、", "⁄": "/", "∕": "/", "﹪": "%", "㈱": "㈱",
}
_KEPT = frozenset("，：；？！（）")     # full-width signs that Chinese text writes itself


def _table() -> dict[int, str]:
    table = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F)) if wide not in _KEPT}
    table |= {ord(space): " " for space in _SPACES}
    table |= {ord(old): new for old, new in _SAME.items()}
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00)):
        same = unicodedata.normalize("NFKC", chr(code))
        if len(same) == 1 and same != chr(code):
            table[code] = same
    return table


_TABLE = _table()
_WIDE = str.maketrans(",;:?!()", "，；：？！（）")
_ASCII_SIGN = re.compile(r"[,;:?!()]")
# A full stop after Chinese, unless it makes an ordinal at the head of a line (一. 甲.) or stands in a name of the Internet.
_TO_STOP = re.compile(rf"(?<=[{CJK}”’》）%])\.(?![A-Za-z.])")
_ORDINAL = re.compile(r"^[ \r]*(?:第?[一二三四五六七八九十]{1,3}|[甲乙丙丁戊己庚辛壬癸壹贰叁肆伍陆])\.", re.MULTILINE)
_QUOTE_LINE = re.compile(r"[^\n]*[\"'][^\n]*")
_SINGLE = re.compile(rf"(?<=[{CJK}，。、：；（）“”])'|'(?=[{CJK}，。、：；（）“”])")


def normalise(text: str) -> str:
    """`text` in one spelling, of the same length; normalising twice changes nothing more."""
    text = text.translate(_TABLE)
    if is_traditional(text):
        text = simplify(text)
    text = _ASCII_SIGN.sub(_chinese_sign, text)
    if "." in text:
        ordinals = {match.end() - 1 for match in _ORDINAL.finditer(text)}
        text = _TO_STOP.sub(lambda match: "." if match.start() in ordinals else "。", text)
    return _QUOTE_LINE.sub(_pair_quotes, text) if '"' in text or "'" in text else text


def is_traditional(text: str) -> bool:
    """Whether the text as a whole is in traditional characters (not only a name or a quotation in it)."""
    signs = TRADITIONAL_SIGNS.findall(text)
    return len(signs) > TRADITIONAL_SHARE * len(text) and len(set(signs)) >= TRADITIONAL_KINDS


def simplify(text: str) -> str:
    """`text` in simplified characters, character by character; 乾 of 乾隆 and the like stays."""
    kept = [match.start() for match in _KEPT_QIAN.finditer(text)]
    done = text.translate({ord(char): _simplified(char) for char in set(text) if char > "㐀"})
    for at in kept:
        done = done[:at] + "乾" + done[at + 1:]
    return done


@cache
def _converter() -> object:
    from opencc import OpenCC  # slow to load, and few letters need it

    return OpenCC("t2s")


_KEPT_QIAN = re.compile("乾(?=[隆坤清陵縣县州嘉])")
_VARIANTS = {"衞": "卫", "麺": "面"}      # characters of Hong Kong that the converter leaves


@cache
def _simplified(char: str) -> str:
    if char in _VARIANTS:
        return _VARIANTS[char]
    converted: str = _converter().convert(char)  # type: ignore[attr-defined]  # opencc has no types
    return converted if len(converted) == 1 else char


def _chinese_sign(match: re.Match[str]) -> str:
    """The Chinese sign for an ASCII one, unless it stands between Latin letters or digits: 1,206  10:30  a?b=c  https://."""
    sign, text, at = match[0], match.string, match.start()
    left, right = text[at - 1:at], text[at + 1:at + 2]
    latin = left.isascii() and left.isalnum() and ((right.isascii() and right.isalnum()) or (sign == ":" and right in ("/", "\\")))
    return sign if latin and sign not in "()" else sign.translate(_WIDE)


def _pair_quotes(line: re.Match[str]) -> str:
    """Straight quotation marks of one line as pairs; an apostrophe between Latin letters stays."""
    text = line[0]
    if '"' in text:
        halves = text.split('"')
        text = halves[0] + "".join("“”"[i % 2] + half for i, half in enumerate(halves[1:]))
    if "'" in text:
        opened = [False]

        def pair(_: re.Match[str]) -> str:
            opened[0] = not opened[0]
            return "‘" if opened[0] else "’"

        text = _SINGLE.sub(pair, text)
    return text
