"""How names are read: pinyin with tone marks, derived by a dictionary of words and characters, for graph/inferred.

A reading is marked as derived: it stands with a rule of its own and in no other graph, as skos:hiddenLabel with the language zh-Latn-pinyin.
"""
from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg import iris
from kg.infer import Rule, described
from kg.mapping import PREF, REF, term
from kg.store import Store

LANGUAGE = "zh-latn-pinyin"             # as a store writes it; BCP 47 takes no account of case
HIDDEN = term("skos:hiddenLabel")
RULE = Rule("pinyin", "拼音", "Pinyin", "名称的读音由程序按词典推得，少数专名可能有误。",
            "How a name is read, derived from a dictionary; a few proper names may be wrong.", "restates", "")


def reading(name: str) -> str:
    """The name in pinyin with tone marks, a syllable at a time; what is no Chinese character stays."""
    from pypinyin import Style, lazy_pinyin  # it takes a while to load
    return " ".join(part.strip() for part in lazy_pinyin(name, style=Style.TONE, errors=lambda other: other) if part.strip())


def reading_quads(store: Store) -> Iterator[ox.Quad]:
    """The readings of all entities that letters mention, with the rule that says where they come from."""
    graph = store.graph("inferred")
    entities = {quad.object for quad in store.data.quads_for_pattern(None, REF, None, ox.DefaultGraph())}
    names = [(quad.subject, quad.object) for entity in entities if isinstance(entity, ox.NamedNode)
             for quad in store.data.quads_for_pattern(entity, PREF, None, ox.DefaultGraph())]
    for node, name in names:
        if isinstance(node, ox.NamedNode) and isinstance(name, ox.Literal) and (said := reading(name.value)) != name.value:
            yield ox.Quad(node, HIDDEN, ox.Literal(said, language=LANGUAGE), graph)
    rule = ox.NamedNode(iris.rule_iri(RULE.name, store.base))
    yield from (ox.Quad(s, p, o, graph) for s, p, o in described(RULE, rule) if names)
