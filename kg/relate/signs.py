"""What features look at in a single word or name of a sentence: its code, its mark in a signature, what it may say, what it is good for."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from kg.keys import code
from kg.patterns import load_patterns
from kg.relate.scene import CLAUSE_END, Token

FUNCTION = frozenset((
    "与 和 同 跟 及 在 于 赴 由 向 对 为 以 从 将 把 被 的 等 、 ， ； ： （ ） “ ” ( ) 了 到 至 是 有 "
    "并 也 还 均 都 已 之 其 其中 该 中 上 内 里 给 让 使 经 按 比 或 而 并与 以及 通过 作为 包括 分别 共同 联合 双方 — - 暨").split())
AGENTS = frozenset({"Place", "Government", "University", "Research", "Hospital", "Company", "Park", "Association", "Organization", "Person"})
STARTS = frozenset("， ； 。 ： 、 由 “ 是 中 其中".split())
JOINING = frozenset("、 和 与 及 以及 同 跟 （ ）".split())
CONTENT = frozenset("vnalijdf")
BREAKS = CLAUSE_END | frozenset("（）“")
SUBJECT, OBJECT, UNKNOWN = "S", "O", "?"

WORD, NAME, AGENT, TELLING, CONTENTFUL, VERB, FRAME, SPEAKING, STOP, COMMA, JOINS, OPENS, SHOWN = (1 << k for k in range(13))
"""Flags: a word; a name; a name of what acts; a content or function word; a content word; a verb; a frame word; a verb or a word that says a
predicate; what ends a clause; a comma; what joins items of a list; what a subject may follow; what stands in a shortened signature."""


class Sign(NamedTuple):
    """A word or name: codes of the word (0 for a name) and of its mark, flags, the predicates it may say, the part it gives the name after it."""

    word: int
    mark: int
    flags: int
    says: tuple[int, ...] = ()
    part: int = 0


BEGIN, END = Sign(0, code("^"), OPENS), Sign(0, code("$"), 0)


@cache
def turned(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of the trigger patterns, from names to words, as one from words to names. Made once in a process."""
    table = load_patterns("triggers").table(name)
    out: dict[str, tuple[str, ...]] = {}
    for key in table.keys():
        for word in table.words(key):
            out[word] = (*out.get(word, ()), key)
    return out


@cache
def part_words() -> Mapping[str, str]:
    """The words that give a name its part, with the part."""
    return {word: parts[0] for word, parts in turned("parts").items()}


def says(word: str, tag: str, triggers: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The predicates that a word may say: by itself, or by the known word that it ends or begins with (应邀参加, 签署了, 援建)."""
    found = triggers.get(word)
    if found is None and len(word) > 2 and tag[0] in "vnl":
        found = triggers.get(word[-2:]) or triggers.get(word[:2])
    elif found is None and len(word) == 2 and tag[0] == "v":
        found = triggers.get(word[1])
    return found or ()


def sign(token: Token) -> Sign:
    """What features look at in a token."""
    return of_word(token.text, token.tag) if token.node < 0 else of_name(token.tag)


@cache
def of_name(kind: str) -> Sign:
    """The sign of a name of a class."""
    return Sign(0, code("#" + kind), NAME | SHOWN | (AGENT if kind in AGENTS else 0))


@lru_cache(maxsize=1 << 16)
def of_word(word: str, tag: str) -> Sign:
    """The sign of a word. Its mark is the word itself for function words, triggers and frames, else its tag."""
    triggers, frames = turned("triggers"), turned("frames")
    found = says(word, tag, triggers)
    kept = word in FUNCTION or word in triggers or word in frames
    content, verb = tag[0] in CONTENT, tag[0] == "v"
    flags = WORD | sum(flag for flag, told in (
        (TELLING, content or word in FUNCTION), (CONTENTFUL, content), (VERB, verb), (FRAME, word in frames), (SPEAKING, verb or bool(found)),
        (STOP, word in CLAUSE_END), (COMMA, word == "，"), (JOINS, word in JOINING), (OPENS, kept and word in STARTS), (SHOWN, kept)) if told)
    return Sign(code(word), code(word if kept else "'" + tag[0]), flags, tuple(map(code, found)), _part(word, verb or bool(found)))


def _part(word: str, speaks: bool) -> int:
    """The part that a word gives the list of names after it, 0 for none."""
    part = part_words().get(word) or (SUBJECT if word in BREAKS else OBJECT if speaks else "")
    return code(part) if part else 0
