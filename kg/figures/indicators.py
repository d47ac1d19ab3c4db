"""What a figure counts, as the text words it: 新增上市公司, 同比增长, 建筑面积."""
from __future__ import annotations

import re

from kg.figures.quantities import Quantity
from kg.figures.scene import Scene

# Words that do not belong to the noun phrase, at its head and at its end.
_HEAD = re.compile(r"^(?:其中|目前|截至|已|共|累计共|同时|此外|并|且|也|还|均|又|将|拟|在|于|的|了|、|，|有|现|全年|"
                   r"去年|今年|每|等|和|与|及|由|从|对|为|以|约|近|超|逾|力争|争取|到|；| )+")
_END = re.compile(r"(?:超过|超出|超|逾|近|约为|约|达到|达|最高|不少于|不低于|至少|不足|不到|突破|破|上|满|过|"
                  r"接近|不超过|多达|将近|大约|仅|只|已|共|为|有|至|到|了|的|是|在|分别|合计|总计|共计|累计|各|、|"
                  r"和|与|等|由|从|提高|降|升|增|[ “”（])+$")
_NOUN = "@nvajlzib"


def indicator(scene: Scene, quantity: Quantity) -> str:
    """The noun phrase about a quantity: what stands before the number in its clause, what follows it, or both."""
    before = _before(scene, quantity)
    after = "" if len(before) >= 4 and quantity.plain[-1:] in "元%成倍点" else _after(scene, quantity)
    phrase = before if not after or len(before) >= 6 else before + after
    return phrase or after or quantity.plain or "数量"


def _before(scene: Scene, quantity: Quantity) -> str:
    text, at = scene.text, quantity.span.start
    start = scene.clause(at, scene.sentences[scene.sentence(at)].start)
    names = scene.named(start, at)
    if names and names[-1].span.end <= at - 2:
        start = names[-1].span.end
    phrase = text[max(start, at - 24):at]
    phrase = re.split(r"[0-9%、]+[一-鿿]{0,2}(?=[一-鿿])|[；，。]", phrase)[-1]
    return _HEAD.sub("", _END.sub("", phrase))


def _after(scene: Scene, quantity: Quantity) -> str:
    words, first, found = scene.words, scene.words.first(quantity.span.end), []
    for word, tag in zip(words.words[first:first + 6], words.tags[first:first + 6], strict=True):
        if tag[0] not in _NOUN and word not in ("的", "、"):
            break
        found.append(word)
    return "".join(found)[:16].strip("的、")
