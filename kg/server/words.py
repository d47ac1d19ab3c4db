"""Templates filled for a reader: words in Chinese and English beside each other, links, numbers. Everything from the graph is escaped."""
from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse

from kg.explore.links import fact_link, lookup_link
from kg.server.assets import built

WORDS: Mapping[str, tuple[str, str]] = {        # what a letter says of itself
    "title": ("标题", "title"), "number": ("文号", "document number"), "date": ("日期", "date"), "place": ("答复地区", "answers for"),
    "issued_by": ("答复机关", "issued by"), "addressed_to": ("答复对象", "addressed to"), "prepared_with": ("会办单位", "consulted"),
    "proposal": ("提案", "proposal"), "proposal_number": ("提案号", "proposal number"), "session": ("会议", "session"), "source": ("文件", "file"),
}
TOTALS: Mapping[str, tuple[str, str]] = {
    "letters": ("件函", "letters"), "entities": ("个实体", "entities"), "facts": ("条事实", "facts"), "figures": ("项数据", "figures"),
    "mentions": ("处提及", "mentions"), "sentences": ("个句子", "sentences"), "triples": ("条三元组", "triples"),
}
TYPES: Mapping[str, tuple[str, str]] = {
    "entity": ("名称", "a name"), "letter": ("函名", "a letter"), "integer": ("数字", "a number"), "date": ("日期", "a day, 2024-12-31"),
    "text": ("文字", "text"), "status": ("状态", "a status"), "class": ("类别", "a class"), "predicate": ("关系", "a predicate"),
}

UNITS: Mapping[str, str] = {            # base units that are no words of letters
    "CNY": "元", "HKD": "港元", "MOP": "澳门元", "TWD": "新台币元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "SGD": "新加坡元",
    "AUD": "澳元", "CAD": "加元", "CHF": "瑞士法郎", "KRW": "韩元", "RUB": "卢布", "MYR": "林吉特", "THB": "泰铢",
    "persons": "人", "person-times": "人次", "months": "个月", "days": "天", "seconds": "秒", "m2": "平方米", "m3": "立方米", "m": "米", "kg": "公斤",
    "W": "瓦", "Wh": "瓦时", "times": "倍", "TEU": "标准箱", "FLOPS": "次/秒", "rating": "级", "percentage points": "个百分点"}
SCALES: Mapping[int, tuple[str, str]] = {1: ("", ""), 10_000: ("万", "10,000"), 100_000_000: ("亿", "100 million")}


def unit(name: str, scale: int = 1) -> tuple[str, str]:
    """What a unit is called in Chinese and English, in so many at a time: 亿元, 100 million CNY."""
    zh, en = SCALES[scale]
    return f"{zh}{UNITS.get(name, name)}" or "—", f"{en} {name}".strip() or "—"


def both(zh: str, en: str = "") -> Markup:
    """Chinese and English beside each other, marked as such; one alone when they are the same."""
    chinese = Markup('<span class="zh" lang="zh-Hans">{}</span>').format(zh)
    return chinese + Markup(' <span class="en" lang="en">{}</span>').format(en) if en and en != zh else Markup("<span>{}</span>").format(zh)


def plain(zh: str, en: str = "") -> str:
    """The same for an attribute."""
    return f"{zh} {en}".strip()


def number(value: Any) -> str:
    """A count with its thousands apart: 12,345."""
    return f"{int(value):,}"


def exact(value: str) -> str:
    """A number as it stands, with its thousands apart: 18,930,000,000 and 0.05."""
    whole, dot, rest = value.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdecimal() else value


def percent(value: Any) -> str:
    return f"{float(value) * 100:.0f}%"


def address(path: str, **parameters: Any) -> str:
    """An address with its parameters; empty ones are left out, lists are repeated."""
    given = {key: value for key, value in parameters.items() if value not in ("", None, [], ())}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(loader=jinja2.PackageLoader("kg.server"), autoescape=True, undefined=jinja2.StrictUndefined,
                               trim_blocks=True, lstrip_blocks=True)
    found.globals.update(t=both, plain=plain, address=address, fact_link=fact_link, lookup_link=lookup_link, built=built, unit=unit,
                         WORDS=WORDS, TOTALS=TOTALS, TYPES=TYPES)
    found.filters.update(number=number, percent=percent, exact=exact)
    return found


def html(template: str, code: int = 200, headers: Mapping[str, str] | None = None, /, **values: Any) -> HTMLResponse:
    """The page of a template, filled."""
    text = _templates().get_template(f"{template}.html").render(**{"edit": False, "page": template, **values})
    return HTMLResponse(text, code, {"Vary": "Accept", **(headers or {})})
