"""Names of persons by what stands about them: 王一平代表, 李明、张华等5位委员, 局长赵敏致辞, 联系人：市科技局 赵敏.

A name is a surname and one or two characters. It is only proposed: what stands beside a title is not always a name (市政协委员).
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cache

from kg.patterns import load_patterns
from kg.recognise.base import Passage, Proposal

BEFORE, AFTER = "person", "person after"    # where the name stands: before its title, or after it
OFFICES = "处科办室部组委局院心会"             # characters that a department's name ends with
MOST = 60                                   # names of a list behind its first


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A name; names with a title behind them; a title and what may be the name behind it; a line that tells whom to ask, up to the name."""
    table = load_patterns("heads").table("person")
    titles = "|".join(sorted(map(re.escape, table.words("titles")), key=lambda word: (-len(word), word)))
    surname = f"(?:{'|'.join(table.words('compound_surnames'))}|[{table.data['surnames']}])"
    given = f"(?!等|[副原前]?(?:{titles}))[一-鿿]"
    name = f"(?>{surname}{given}(?:(?![和及与]{surname}){given})?)"
    before = f"(?<![一-鿿]){name}(?:[、，和及与]{name}){{0,{MOST}}}+(?=\\s*等?(?:[\\d一二三四五六七八九十两]+[名位])?[副原前]?(?:{titles}))"
    after = f"(?:{titles})(?!后)(?P<name>{name})"
    asked = (f"(?:{'|'.join(table.words('asked'))})(?:及?(?:联系)?电话)?[：:]\\s*"
             f"(?:[^：:，,。；;\\s\\d]{{2,14}}[{OFFICES}]\\s*)?(?P<name>{name})(?![一-鿿])")
    return re.compile(name), re.compile(before), re.compile(after), re.compile(asked)


def propose(passage: Passage) -> Iterator[Proposal]:
    """The persons beside titles and in lines that tell whom to ask."""
    name, before, after, asked = _patterns()
    text, words = passage.text, _words(passage)
    for names in before.finditer(text):
        for found in name.finditer(text, names.start(), names.end()):
            if found.span() not in words:
                yield Proposal(found.start(), found.end(), "Person", BEFORE)
    edges = frozenset(passage.edges())
    for titled in after.finditer(text):
        start, end = titled.span("name")
        end = end if end in edges or end - 1 not in edges or end - start < 3 else end - 1
        if not words & {(start, end), (start, end - 1)}:
            yield Proposal(start, end, "Person", AFTER)
    for line in asked.finditer(text):
        if line.span("name") not in words and line["name"][-1] not in OFFICES:
            yield Proposal(line.start("name"), line.end("name"), "Person", BEFORE)


def _words(passage: Passage) -> Set[tuple[int, int]]:
    """Where the words stand that are no names of persons."""
    edges = passage.edges()
    return {(edges[k], edges[k + 1]) for k, (_, tag) in enumerate(passage.words) if not tag.startswith("nr")}
