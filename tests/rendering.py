"""A graph made by hand, in the shape of kg.network, for the tests of the picture."""
from __future__ import annotations

import itertools
import json
import re
from typing import Any

import networkx

NASTY = ("<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "\"'`&amp;<!--", "第一行\n第二行", "𠮷野家𝔸😀", "{{data}}", "\u2028\u2029", "]]>", "a\ud800b", "\x00\x1b")
PLACES = ("天津市", "上海市", "香港特别行政区", "广州市南沙区")


def entity(graph: networkx.MultiDiGraph, name: str, kind: str = "University", **more: Any) -> str:
    """A node with the attributes that kg.network gives."""
    graph.add_node(name, **({"name": name, "kind": kind, "kind_zh": "类" + kind, "kind_en": kind, "letters": ["letter-1"], "aliases": [], "figures": []} | more))
    return name


def fact(graph: networkx.MultiDiGraph, subject: str, predicate: str, target: str, status: str = "done", **more: Any) -> None:
    """An edge with the attributes that kg.network gives."""
    given = {"predicate": predicate, "label_zh": "词" + predicate, "label_en": predicate, "status": status, "letter": "letter-1",
             "quote": f"{subject}与{target}的一句话。", "confidence": 0.9}
    graph.add_edge(subject, target, **(given | more))


def sample(count: int = 60) -> networkx.MultiDiGraph:
    """Cities with what lies and happens in them: `count` nodes, every status, two facts between one pair, a part that hangs apart."""
    graph = networkx.MultiDiGraph()
    for name in PLACES:
        entity(graph, name, "Place")
    for i in range(count - len(PLACES)):
        kind = ("University", "Park", "Event", "Company", "Programme", "Fund")[i % 6]
        name = entity(graph, f"第{i}号{kind}名称", kind, aliases=[f"别名{i}"])
        fact(graph, PLACES[i % 3], ("organizes", "establishes", "cooperatesWith")[i % 3], name, ("done", "ongoing", "planned", "suggested")[i % 4])
    fact(graph, "天津市", "cooperatesWith", "上海市", "ongoing", letter="letter-2", time="2024", amount="30亿元")
    fact(graph, "天津市", "visits", "上海市", "planned", letter="letter-2")
    graph.nodes["天津市"].update(aliases=["天津"], letters=["letter-1", "letter-2"], figures=[
        {"indicator": "新增上市公司", "value": "2", "unit": "家", "time": "2024", "letter": "letter-1", "quote": "天津市新增上市公司2家。"}])
    return graph


def nasty() -> networkx.MultiDiGraph:
    """Every dangerous text at every place where a text can stand."""
    graph = networkx.MultiDiGraph()
    for text in NASTY:
        entity(graph, text, "Company", aliases=[text], fine=text, surfaces=[text], letters=[text], kind_zh=NASTY[0], kind_en=NASTY[1], place=text,
               figures=[{"indicator": text, "value": text, "unit": text, "time": text, "letter": text, "quote": text}])
    for one, other in itertools.pairwise(NASTY):
        fact(graph, one, "signs", other, letter=one, quote=f"{one}{other}", time=one, place=one, role=one, amount=one, field=one, label_zh=NASTY[0], label_en=NASTY[1])
    return graph


def data(html: str) -> dict[str, Any]:
    """The data that a page carries."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read
