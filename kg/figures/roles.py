"""How each name stands in its clause, and what a paragraph speaks of after each name."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.figures.scene import Name, Scene
from kg.patterns import load_patterns

_OPENING = "，；。：）！？\n■*】"
_CALLED = frozenset(("简称", "下称", "以下简称", "即", "下文", "全称", "又称", "原名", "全称为"))
_ASPECT = frozenset(("了", "过", "着", "起"))
ITEM = re.compile(r"[一二三四五六七八九十]是|其[一二三四五]|[（(]?[一二三四五六七八九\d]+[）)、.]|[①-⑩]|第[一二三四五六]，")
_PASSING = frozenset(("O:lie", "O:give"))
_THINGS = frozenset(("Event", "Fund", "Park", "Platform", "Programme", "University", "Research", "Organization", "Association", "Document",
                     "Hospital", "Company"))


@dataclass(frozen=True, slots=True)
class Role:
    """How a name stands in its clause.

    `part`: S actor, O object of a verb (O:make with the verb's class), P:by after a preposition (with its class), M after 的,
    R inside what describes another name, X in brackets after another name, N after another word. `left` and `right` say what
    stands beside it, `label` is its class, with marks for the answering place (J) and for one character (1).
    """

    part: str
    left: str
    right: str
    label: str


@dataclass(frozen=True, slots=True)
class Focus:
    """What the text speaks of: an entity and its label, how it was brought up (a part), by whom, and where that was."""

    entity: str
    label: str
    how: str
    actor: str
    at: int


@cache
def verbs() -> dict[str, str]:
    """The class of each verb of the pattern file figures.toml."""
    table = load_patterns("figures").table("verbs")
    return {word: kind for kind in table.data for word in table.words(kind)}


@cache
def prepositions() -> dict[str, str]:
    """The part that the name after a preposition plays."""
    table = load_patterns("figures").table("prepositions")
    return {word: part for part in table.data for word in table.words(part)}


@cache
def word_list(name: str) -> frozenset[str]:
    """A list of words of figures.toml."""
    return frozenset(load_patterns("figures").table("words").words(name))


def label(name: Name, home: str | None) -> str:
    """The class of a name, marked J for the answering place and 1 for a place of one character."""
    if name.kind != "Place":
        return name.kind
    return f"Place{'1' if len(name.span) == 1 else ''}{'J' if name.entity == home else ''}"


def roles(scene: Scene) -> list[Role]:
    """The role of every name of the scene; a name in a list has that of the list's first."""
    found: list[Role] = []
    words = scene.words
    for name in scene.names:
        i = words.first(name.span.start)
        there = i < len(words.starts) and words.starts[i] == name.span.start
        part, left, right = _role(scene, i, found) if there else ("N", "", "")
        found.append(Role(part, left, right, label(name, scene.place)))
        if part == "M":
            _embed(scene, found)
        elif part == "N":
            _apposed(scene, found)
    return found


def _main_verb(scene: Scene, actor: int, last: int) -> str:
    """The class of the verb right after an actor where more names follow before the last: 我局将办好在X举行的Y; empty for 我局承办的Y."""
    if actor + 1 >= last:
        return ""
    words = scene.words
    first, end = words.first(scene.names[actor].span.end), words.first(scene.names[actor + 1].span.start)
    return next((kind for word in words.words[first:end] if (kind := verbs().get(word))), "")


def _apposed(scene: Scene, found: list[Role]) -> None:
    """X全资子公司Y, X会员单位Y, 本土企业Y: Y acts, what stands before it describes it."""
    last = len(found) - 1
    name, words, start = scene.names[last], scene.words, scene.clause(scene.names[last].span.start)
    first = last == 0 or scene.names[last - 1].span.start < start
    if name.kind == "Field" or not (first or found[last - 1].part == "S"):
        return
    between = range(words.first(start if first else scene.names[last - 1].span.end), words.first(name.span.start))
    titles = tuple(word_list("titles"))
    if not between or not any(words.words[i].endswith(titles) for i in between[-2:]):
        return
    if all(words.tags[i][0] in "nbajlxmt" and words.words[i] not in _OPENING for i in between):
        found[last] = replace(found[last], part="S")
        if not first:
            found[last - 1] = replace(found[last - 1], part="R")


def _role(scene: Scene, i: int, before: Sequence[Role]) -> tuple[str, str, str]:
    """Part, left and right of the name that is word `i`."""
    words, tags = scene.words.words, scene.words.tags
    right = _right(scene, i + 1)
    if i == 0 or words[i - 1] in _OPENING:
        return "S", words[i - 1] if i else "", right
    left, tag = words[i - 1], tags[i - 1]
    if left == "（" or (left in _CALLED and words[i - 2] == "（"):
        return "X", left, right
    if left in word_list("lists") and before and _named(scene, i - 2):
        return before[-1].part, "、", right
    if left in ("、", "和"):
        return "S", "，", right
    if tag == "x" and left not in "“‘":
        return "S", "，", right
    if tag == "@" and before:
        return before[-1].part if before[-1].part != "S" else "S2", "@", right
    if left in "“‘":
        part, outer, _ = _role(scene, i - 1, before)
        return part, outer, right
    if left in _ASPECT and i > 1:
        left, tag = words[i - 2], tags[i - 2]
    return _governed(left, tag), left if tag[0] != "n" else tag, right


def _named(scene: Scene, i: int) -> bool:
    """Whether word `i` is a name, or the mark that closes one."""
    words, tags = scene.words.words, scene.words.tags
    return i >= 0 and (tags[i] == "@" or (words[i] in "”’" and i > 0 and tags[i - 1] == "@"))


def _governed(left: str, tag: str) -> str:
    """The part of a name after a word."""
    if part := prepositions().get(left):
        return "S" if part == "let" else f"P:{part}"       # 支持X开展: X acts
    if kind := verbs().get(left) or (verbs().get(left[-2:]) if tag[0] == "v" or len(left) > 3 else None):
        return f"O:{kind}"
    if left in ("的", "之"):
        return "M"
    if left.endswith("在"):
        return "P:at"
    if tag[0] == "v":
        return "O"
    return "S" if tag[0] in "dtrcmqf" or left in word_list("adverbs") else "N"


def _right(scene: Scene, i: int) -> str:
    """What follows a name, coarsely: a sign or function word itself, the class of a verb, or a tag."""
    if i >= len(scene.words.words):
        return ""
    word, tag = scene.words.words[i], scene.words.tags[i]
    if tag == "x" or tag[0] in "pcu" or word in prepositions():
        return word
    return verbs().get(word) or tag[0]


def modifies(name: Name, role: Role) -> bool:
    """港生, 津企: one character that only describes the noun after it."""
    return len(name.span) == 1 and role.right in ("n", "v", "a", "@", "j")


def _embed(scene: Scene, found: list[Role]) -> None:
    """X的Y and X印发的Y: what stands before 的 in the clause only describes the name after it, which takes its place."""
    last = len(found) - 1
    name = scene.names[last]
    if last == 0 or modifies(name, found[last]):
        return
    start, before = scene.clause(name.span.start), scene.names[last - 1]
    if scene.text[before.span.end:name.span.start].strip("“”‘’ ") in ("的", "之"):
        if before.span.start >= start:
            lies = verbs().get(found[last - 1].left) == "lie"       # 位于X的Y
            part = "S" if lies or found[last - 1].part[0] == "S" else found[last - 1].part
            found[last], found[last - 1] = replace(found[last], part=part), replace(found[last - 1], part="R")
        return
    inner = [i for i in range(last) if scene.names[i].span.start >= start and found[i].part[0] == "S"]
    if inner and (kind := _main_verb(scene, inner[-1], last)):
        found[last] = replace(found[last], part=f"O:{kind}")
        return
    for i in inner:
        found[i] = replace(found[i], part="R")
    if inner:
        found[last] = replace(found[last], part="S")


def focuses(scene: Scene, given: Sequence[Role]) -> list[Focus | None]:
    """For every name what the text speaks of after it, in its paragraph; a list stands for its first name."""
    found: list[Focus | None] = []
    now: Focus | None = None
    block = clause = actor = -1
    for i, (name, role) in enumerate(zip(scene.names, given, strict=True)):
        if (here := scene.block(name.span.start)) != block or _new_item(scene, name.span.start, now):
            block, now = here, None
        if (start := scene.clause(name.span.start)) != clause:
            clause, actor = start, -1
        if role.left != "、":
            by = scene.names[actor].entity if actor >= 0 else now.entity if now else ""
            now, actor = _turned(now, name, role, i, actor, by)
        found.append(now)
    return found


def _new_item(scene: Scene, at: int, now: Focus | None) -> bool:
    """Whether an item of an enumeration (二是, （3）) has begun since the focus was brought up."""
    start = scene.sentences[scene.sentence(at)].start if scene.sentences else 0
    return now is not None and now.at <= start and ITEM.match(scene.text, start) is not None


def _turned(now: Focus | None, name: Name, role: Role, i: int, actor: int, by: str) -> tuple[Focus | None, int]:
    """The focus and the clause's actor after a name."""
    at = name.span.end
    if role.part == "S" and name.kind not in ("Field", "Person") and not modifies(name, role):
        return (now, actor) if actor >= 0 and prepositions().get(role.left) != "let" else (Focus(name.entity, role.label, "S", "", at), i)
    if role.part.startswith("O:") and role.part not in _PASSING and name.kind in _THINGS:
        return Focus(name.entity, role.label, role.part, by, at), actor
    if now is None and role.part in ("N", "M", "O", "P:for"):
        return Focus(name.entity, role.label, role.part, "", at), actor
    return now, actor
