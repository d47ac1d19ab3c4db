"""Characters that make a text look like another: without width, turning the direction of writing, or with the shape of a usual one.

Those without width are left out of the text that is read (ontology/patterns/structure.toml), so that a name with one in it is the same name;
those with another's shape stay, because no table of them is whole. Both are told.
"""
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from kg.patterns import load_patterns
from kg.read.document import Notice

# No width of their own, or they turn the direction; a zero-width joiner between emoji is none of a letter's.
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
                       "\uffa0\U000e0000-\U000e0fff]")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9]*[\u0370-\u03ff\u0400-\u052f][\w]*|[\u0370-\u03ff\u0400-\u052f]+[A-Za-z]\w*")
_MOST = 5


def notices(text: str) -> tuple[Notice, ...]:
    """What to tell of the text's characters; nothing for nearly every letter."""
    return (*_invisible(text), *_shaped(text))


def visible(text: str) -> str:
    """The text with every invisible character written as its code, for people to see."""
    return INVISIBLE.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def _invisible(text: str) -> tuple[Notice, ...]:
    found = Counter(INVISIBLE.findall(text))
    if not found:
        return ()
    first = INVISIBLE.search(text)
    shown = visible(" ".join(text[max(0, first.start() - 6):first.end() + 6].split())) if first else ""
    turning = bool(_TURNING & found.keys())
    listed = ", ".join(f"U+{ord(char):04X} {unicodedata.name(char, '')} ×{times}" for char, times in found.most_common(_MOST))
    return (Notice(f"有 {found.total()} 个看不见的字符，读取名称时略去，如：{shown}。{'其中有改变书写方向的字符。' if turning else ''}",
                   f"{found.total()} invisible characters were left out of what is read ({listed})."
                   f"{' Some turn the direction of writing.' if turning else ''}"),)


def _shaped(text: str) -> tuple[Notice, ...]:
    shapes, rule = _shapes()
    found = list(rule.finditer(text))
    mixed = [match[0] for match in _FOREIGN.finditer(text)]
    if not found and not mixed:
        return ()
    words = [text[max(0, match.start() - 4):match.start() + 3].replace("\n", " ") for match in found]
    signs = sorted({f"{match[0]} (U+{ord(match[0]):04X}) ~ {shapes[match[0]]}" for match in found})
    said = "、".join(dict.fromkeys([*words, *mixed][:_MOST]))
    what = ", ".join(signs[:_MOST]) or "letters of two scripts in a word"
    return (Notice(f"有形近异码字，可能冒充其他名称：{said}。", f"Characters that look like others may disguise a name: {what} in {said}."),)


@cache
def _shapes() -> tuple[dict[str, str], re.Pattern[str]]:
    shapes = dict(load_patterns("disguise").pairs("shapes"))
    return shapes, re.compile(f"[{''.join(shapes)}]")
