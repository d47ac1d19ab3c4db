"""What a figure counts, as the text words it: 新增上市公司, 同比增长, 建筑面积."""
from __future__ import annotations

import re
from functools import cache
from itertools import dropwhile

from kg.figures.quantities import Quantity
from kg.figures.scene import Scene
from kg.figures.units import measures
from kg.numbers import ARABIC
from kg.patterns import load_patterns

_REACH = 24         # characters before the number that are looked at
_ENOUGH = 6         # characters that say by themselves what is counted
_LONGEST = 16
_NOUN = "@nvajlzib"
_RATES = ("元", "%", "成", "倍", "点")
_NUMBER = re.compile(r"[0-9%]")
_COMMAS = ("", "、", "；", "，", "。")
_TIMES = ("年", "月", "日")
_LISTED = re.compile(r"等[近逾超约共上 ]*$")
_RANGE = re.compile(rf"(?:{ARABIC}|[一二三四五六七八九十百两]+)[百千万亿]{{0,2}}[一-鿿%]{{0,2}} ?(?:[-—~～]{{1,2}}|至|到|、) ?$")     # 3— of 3—5家


def indicator(scene: Scene, quantity: Quantity) -> str:
    """The noun phrase about a quantity: what stands before the number in its clause, what follows it, or both; else its unit.

    It begins where a word of the text begins.
    """
    parts = _before(scene, quantity)
    before = parts[-1] if parts else ""
    after = "" if len(before) >= 4 and quantity.plain.endswith(_RATES) else _after(scene, quantity)
    phrase = before if not after or len(before) >= _ENOUGH else before + after
    return phrase or next(filter(None, reversed(parts)), quantity.plain)         # 由2%增至3%: what stands before the first number


def _before(scene: Scene, quantity: Quantity) -> list[str]:
    """The words of the clause before the number, from the last name on and parted by numbers, without words that only lead to a number."""
    at = quantity.span.start
    start = scene.clause(at, scene.sentences[scene.sentence(at)].start if scene.sentences else 0)
    names = [name for name in scene.named(start, at) if len(name.span) > 1]       # 港 of 新设港资企业 ends no phrase
    if names and names[-1].span.end <= at - 2:
        start = names[-1].span.end
    at = start + len(_RANGE.sub("", scene.text[start:at]))
    head, end = _idle()
    return [end.sub("", "".join(dropwhile(head.fullmatch, words))) for words in _parts(scene, max(start, at - _REACH), at)]


def _parts(scene: Scene, start: int, end: int) -> list[list[str]]:
    """The whole words between two positions, parted by commas and by numbers with their units; none of a list that is summed up (A、B等5家)."""
    words = scene.words
    parts: list[list[str]] = [[]]
    last = ""
    for i in range(words.first(start), words.first(end)):
        word, tag = words.words[i][:end - words.starts[i]], words.tags[i]
        if word in _COMMAS or (_NUMBER.search(word) and tag != "@"):
            last = word
            parts.append([])
        elif parts[-1] or last in _COMMAS:
            parts[-1].append(word)
        elif not (tag[0] in "qmtf" or word in _units()):
            parts[-1] += _without_unit(word) if last[-1:].isdigit() else [word]
    return [] if last == "、" and _LISTED.search(scene.text, start, end) else parts


def _without_unit(word: str) -> list[str]:
    """A word behind a number without the unit that was cut into it: 2024 年产值."""
    return [word] if word[0] not in _TIMES else [word[1:]] if len(word) > 2 else []


@cache
def _units() -> frozenset[str]:
    """Words that may follow a number and count with it."""
    classifier = load_patterns("units").table("classifier")
    return frozenset((*measures(), *classifier.words("times"), *classifier.words("words")))


@cache
def _idle() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What does not belong to the phrase, at its head and at its end."""
    table = load_patterns("figures").table("indicator")
    return table.regex("head"), table.regex("end")


def _after(scene: Scene, quantity: Quantity) -> str:
    """The nouns right after the number."""
    words, first, found = scene.words, scene.words.first(quantity.span.end), []
    for word, tag in zip(words.words[first:first + 6], words.tags[first:first + 6], strict=True):
        if tag[0] not in _NOUN and word not in ("的", "、"):
            break
        found.append(word)
    return "".join(found)[:_LONGEST].strip("的、")
