"""Stores whose content is hard to carry: names and texts with whatever a letter may have in it."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg.model import Entity, Extraction, Fact, Figure, Mention, Period, Record
from kg.model import Link as Tie
from kg.spans import Span
from kg.store import Store
from tests.nouns import extraction, letter, span

NAMES = ("天津市", "𠮷野家𠀋", "“智汇天开”系列活动", "A#b?c%20/d\\e", "<b>&amp;</b>", '他说"好"', "{x|y}^`z", "=1+1", "＝SUM(A1)", "@here", "-5", "é̂ combining",
         "👩‍🔬 emoji", "\u200f rtl", "..", ".", "_:b0", "a'b", "a,b;c", "名 称", "﻿BOM", "kg:Fund", "0", "1e5", "~x", "100%", "a\u2028b", "x\u0085y")
TEXT = "第一行\n第二行\t跳格\r\n“引号”\"直引号\" \\反斜线\\n \\u4e2d '单引号' \"\"\"三引号\"\"\" <a> <b> .\n\n@prefix x: <y> .\n末尾\\"
CONTROL = "\x01\x0b\x0c\x1f\x7f\x85\u2028\ufeff\ufffd"


def odd(control: bool = False) -> Store:
    """Two letters: one with odd names and a text that looks like syntax, one plain; with control characters when asked."""
    store = Store()
    store.put_ontology()
    store.put_letter(_letter(TEXT + (CONTROL if control else "")))
    store.put_letter(extraction())
    return store


def _letter(text: str) -> Extraction:
    body = text + "\n" + "".join(f"《{name}》在此。\n" for name in NAMES)
    one = letter(body, "odd 信 #1 <x>")
    entities, at = [], len(text)
    for name in NAMES:
        where = span(body, f"《{name}》", at)
        at = where.end
        entities.append(Entity(name, "Company", None, (f"{name} 又名",), (Tie(Mention(Span(where.start + 1, where.end - 1), "Company", "test", 0.5), "name"),)))
    quotes = (Span(0, len(text)),)
    facts = tuple(Fact(NAMES[0], "cooperatesWith", name, "done" if at % 2 else "planned", quotes, 0.25 + at / 100,
                       period=Period(date(2024, 1, 1), date(2024, 12, 31), "2024年\n内"), role='"首席"\\') for at, name in enumerate(NAMES[1:]))
    figures = (Figure(NAMES[1], '指"标"', Decimal("-0.5"), "%", quotes[0], 1.0, None, Decimal("12345678901234567890"), "CNY"),)
    return Extraction(one, tuple(entities), Record(NAMES[0]), facts, figures)


def merge(store: Store) -> set[ox.Triple]:
    """What every export without graphs must say."""
    return {quad.triple for quad in store.merge()}


def quads(store: Store) -> set[ox.Quad]:
    """What every export with graphs must say."""
    return {quad for graph in store.graphs() for quad in store.quads(graph)}
