"""Sets the ends of a name right where quotation marks and brackets stand: one rule for whatever found the name.

    “[海河英才]”行动计划   the name needs its marks: they are inside         -> [“海河英才”行动计划]
    “[科创中国”]          the whole name is quoted: the marks stay outside   -> “[科创中国]”
    《[…条例]》           book-title marks belong to the name                -> [《…条例》]
    [科学园（下称园区）]   what the letter calls it is no part of it           -> [科学园]（下称园区）
"""
from __future__ import annotations

import re

PAIRS = {"“": "”", "《": "》", "（": "）", "(": ")", "‘": "’", "〔": "〕", "【": "】"}
OPENERS = {closer: opener for opener, closer in PAIRS.items()}
EDGE = "、，。；：！？ \n·—-"
REACH = 40
CALLED = re.compile("[（(](?:(?:以下|下文|后文)?(?:均|统)?简称|(?:以下|下文|后文|下|全|又|也|俗|统|合)称|又名|(?:以下|下文|后文)叫)")


def repaired(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the name that `text[start:end]` means; start == end when nothing is left."""
    called = CALLED.search(text, start + 1, end)
    start, end = trimmed(text, start, called.start() if called else end)
    start, end = closed(text, start, end)
    start, end = unquoted(text, start, end)
    if start > 0 and end < len(text) and text[start - 1] == "《" and text[end] == "》":
        start, end = start - 1, end + 1
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without punctuation at the ends, nor an opening mark at the right or a closing one at the left end."""
    while start < end and (text[start] in EDGE or text[start] in OPENERS):
        start += 1
    while start < end and (text[end - 1] in EDGE or text[end - 1] in PAIRS):
        end -= 1
    return start, end


def closed(text: str, start: int, end: int) -> tuple[int, int]:
    """Grown to the partners of marks that stand alone in it; a lone mark at an end, whose partner is far, is left out."""
    stack: list[tuple[str, int]] = []
    for i in range(start, end):
        char = text[i]
        if char in PAIRS:
            stack.append((char, i))
        elif char in OPENERS:
            if stack and stack[-1][0] == OPENERS[char]:
                stack.pop()
            else:
                before = text.rfind(OPENERS[char], max(0, start - REACH), start)
                if before < 0 or "\n" in text[before:start]:
                    return (i + 1, end) if i - start < end - i else (start, i)
                start = before
    for opener, i in stack:
        after = text.find(PAIRS[opener], end, end + REACH)
        if after < 0 or "\n" in text[end:after]:
            return (i + 1, end) if i - start < end - i else (start, i)
        if i == start and opener == "“":
            return start + 1, after
        end = after + 1
    return start, end


def unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Without quotation marks or brackets that enclose the whole of it."""
    while end - start > 2 and text[start] in "“‘（(" and text.find(PAIRS[text[start]], start) == end - 1:
        start, end = start + 1, end - 1
    return start, end
