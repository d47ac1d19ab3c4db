"""What a figure counts, as the text words it: 新增上市公司, 同比增长, 建筑面积."""
from __future__ import annotations

import re
from functools import cache

from kg.figures.quantities import Quantity
from kg.figures.scene import Scene
from kg.numbers import ARABIC
from kg.patterns import load_patterns

_REACH = 24         # characters before the number that are looked at
_ENOUGH = 6         # characters that say by themselves what is counted
_LONGEST = 16
_NOUN = "@nvajlzib"
_RATES = ("元", "%", "成", "倍", "点")
_SPLIT = re.compile(r"[0-9%、]+[年月日号季届个家项名人次场期批件位种万亿底末间所]{0,2}(?=[一-鿿])|[；，。]")
_RANGE = re.compile(rf"(?:{ARABIC}|[一二三四五六七八九十百两]+)[百千万亿]{{0,2}}[一-鿿%]{{0,2}} ?(?:[-—~～]{{1,2}}|至|到|、) ?$")     # 3— of 3—5家


def indicator(scene: Scene, quantity: Quantity) -> str:
    """The noun phrase about a quantity: what stands before the number in its clause, what follows it, or both; else its unit."""
    before = _before(scene, quantity)
    after = "" if len(before) >= 4 and quantity.plain.endswith(_RATES) else _after(scene, quantity)
    phrase = before if not after or len(before) >= _ENOUGH else before + after
    return phrase or after or quantity.plain


def _before(scene: Scene, quantity: Quantity) -> str:
    """The words of the clause before the number, from the last name or number on, without words that only lead to it."""
    at = quantity.span.start
    start = scene.clause(at, scene.sentences[scene.sentence(at)].start if scene.sentences else 0)
    names = [name for name in scene.named(start, at) if len(name.span) > 1]       # 港 of 新设港资企业 ends no phrase
    if names and names[-1].span.end <= at - 2:
        start = names[-1].span.end
    phrase = _SPLIT.split(_RANGE.sub("", scene.text[max(start, at - _REACH):at]))[-1]
    head, end = _idle()
    return head.sub("", end.sub("", phrase))


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
