"""What the choices about a figure look at: whether a quantity is one, whose it is, and when.

Each function gives names of features; `kg.ranker` learns what they weigh.
"""
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.model import Sentence
from kg.patterns import load_patterns
from kg.quantities import Quantity
from kg.scene import Item, Name, Scene
from kg.spans import Span

_MONEY = ("元", "金", "币", "镑")


# ---- is it a figure? -------------------------------------------------------------------------------------------------

def detect(scene: Scene, quantity: Quantity) -> list[str]:
    """Features of a quantity that may be a figure or a manner of speaking (一批, 三家企业, 两个方面)."""
    text, start, end = scene.letter.plain, quantity.span.start, quantity.span.end
    number = quantity.number.of(text)
    style = "A" if number[:1].isdigit() else "C"
    size = "1" if quantity.value == 1 else "small" if quantity.value <= 10 else "big"
    before, after = text[max(0, start - 2):start], text[end:end + 2]
    named = scene.named(max(0, start - 1), start) or any(name.span.end == start for name in scene.named(max(0, start - 40), start))
    s = f"{style}{size}"
    return [
        "yes", s, f"u={quantity.plain}", f"{s} u={quantity.plain}", f"{s} p1={before[-1:]}", f"{s} p2={before}", f"{s} n1={after[:1]}", f"{s} n2={after}",
        f"{s} u={quantity.plain} p1={before[-1:]}", f"{s} u={quantity.plain} n1={after[:1]}", f"{s} number={number}", f"{s} named={bool(named)}",
        f"{s} u={quantity.plain} named={bool(named)}", f"u={quantity.plain} n2={after}", f"{number}{quantity.plain}",
    ]


# ---- whose is it? ----------------------------------------------------------------------------------------------------

@cache
def _verbs() -> dict[str, str]:
    """The class of each verb."""
    verbs = load_patterns("figures").table("verbs")
    return {word: kind for kind in verbs.data for word in verbs.words(kind)}


@cache
def _prepositions() -> dict[str, str]:
    """The part that the name after a preposition plays."""
    parts = load_patterns("figures").table("prepositions")
    return {word: part for part in parts.data for word in parts.words(part)}


@cache
def _counts() -> dict[str, tuple[str, ...]]:
    """What mostly has the thing counted, by the words for that."""
    table = load_patterns("figures").table("counts")
    kinds = {kind: table.words(kind) for kind in table.data}
    return {word: tuple(kind for kind, words in kinds.items() if word in words) for word in {w for words in kinds.values() for w in words}}


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(load_patterns("figures").table("words").words(name))


@dataclass(slots=True)
class Candidate:
    """An entity that a figure may belong to, and what speaks for it."""

    entity: str
    features: list[str]


@dataclass(frozen=True, slots=True)
class Role:
    """How a name stands in its clause."""

    part: str     # S subject, O:class object of a verb, P:word after a preposition, M after 的, N after another word
    left: str
    right: str


def roles(scene: Scene) -> list[Role]:
    """The role of every name of the scene; a name in a list has that of the list's first."""
    found: list[Role] = []
    index = {item.start: i for i, item in enumerate(scene.items) if item.tag[0] == "@"}
    for name in scene.names:
        i = index.get(name.span.start, -1)
        found.append(_role(scene, i, found) if i >= 0 else Role("N", "", ""))
    return found


def _role(scene: Scene, i: int, before: Sequence[Role]) -> Role:
    items = scene.items
    left, right = items[i - 1] if i else None, items[i + 1] if i + 1 < len(items) else None
    after = _right(right)
    if left is None or left.tag == "x" and left.word in "，；。：（）！？\n■*】":
        return Role("S", left.word if left else "", after)
    if left.word in _words("lists") and i > 1 and items[i - 2].tag[0] == "@" and before:
        return Role(before[-1].part, "、", after)
    if left.tag[0] == "@" and before:
        return Role(before[-1].part if before[-1].part[0] != "S" else "S2", "@", after)
    if part := _prepositions().get(left.word):
        return Role(f"P:{part}", left.word, after)
    if kind := _verbs().get(left.word):
        return Role(f"O:{kind}", left.word, after)
    if left.word in "“‘" and i > 1:
        return replace(_role(scene, i - 1, before), right=after)
    if left.word == "的":
        return Role("M", "的", after)
    if left.tag[0] == "v":
        return Role("O", left.word, after)
    if left.word in _words("adverbs") or left.tag[0] in "dtrc":
        return Role("S", left.word, after)
    return Role("N", left.tag, after)


def _right(item: Item | None) -> str:
    """What follows a name, coarsely: a sign, 的, a function word, or the tag."""
    if item is None:
        return ""
    if item.tag == "x" or item.tag[0] in "pcu" or item.word in _prepositions():
        return item.word
    return _verbs().get(item.word) or item.tag[0]


def subjects(scene: Scene, given: Sequence[Role], quantity: Quantity, last: tuple[str, int] | None) -> list[Candidate]:
    """The entities that a quantity may belong to; `given` are the roles of the scene's names, `last` is the subject of the figure
    before it, and where that figure ends."""
    look = _Look(scene, given, quantity, last)
    found: dict[str, list[str]] = {}
    for entity, features in look.all():
        found.setdefault(entity, []).extend(features)
    if turn := look.turn():
        return [Candidate(turn, found[turn])]
    return [Candidate(entity, features) for entity, features in found.items()]


def siblings(scene: Scene, given: Sequence[Role], quantity: Quantity, subject: str) -> list[str]:
    """The other names of a list that share the quantity: A、B各放映9场."""
    at = quantity.span.start
    start = scene.segment(at, scene.sentences[scene.sentence(at)].start)
    each = max(scene.letter.plain.rfind(word, start, at) for word in ("各", "均"))
    if each < 0:
        return []
    first, last = bisect_left(scene.starts, start), bisect_left(scene.starts, each)
    listed = list(zip(scene.names[first:last], given[first:last], strict=True))
    run: list[str] = []
    for name, role in reversed(listed):
        run.append(name.entity)
        if role.left != "、":
            break
    return [entity for entity in dict.fromkeys(reversed(run)) if entity != subject] if subject in run and len(run) > 1 else []


@cache
def _heads() -> dict[str, frozenset[str]]:
    """Which classes a noun such as 园区 or 该院 may stand for."""
    heads = load_patterns("figures").table("heads")
    return {word: frozenset(heads.words(word)) for word in heads.data}


class _Look:
    """The surroundings of one quantity."""

    __slots__ = ("after", "anaphor", "at", "bare", "clause", "clue", "counts", "end", "flags", "fresh", "index", "last", "roles", "scene", "segment", "sentence",
                 "share", "span", "start", "text", "unit", "verb", "word")

    def __init__(self, scene: Scene, given: Sequence[Role], quantity: Quantity, last: tuple[str, int] | None) -> None:
        self.scene, self.last, self.text, self.roles = scene, last, scene.letter.plain, given
        self.at, self.end = quantity.span.start, quantity.span.end
        self.index = scene.sentence(self.at)
        self.span = scene.sentences[self.index] if scene.sentences else Span(0, len(self.text))
        self.start = self.span.start
        self.clause, self.segment = scene.clause(self.at, self.start), scene.segment(self.at, self.start)
        self.unit = "money" if any(sign in quantity.plain for sign in _MONEY) else quantity.plain.lstrip("万亿") or "none"
        self.fresh = last is not None and not scene.named(last[1], self.at)
        self.bare = "clause" if scene.named(self.clause, self.at) else "segment" if scene.named(self.segment, self.at) else "sentence" if scene.named(self.start, self.at) else "none"
        self.word, self.after = self._near()
        self.clue = self._clue()
        self.counts = sorted({kind for word in self.clue for kind in _counts().get(word, ())})
        self.verb = self._verb()
        self.anaphor = self._anaphor()
        self.share = self._share(quantity)
        self.flags = f"{self.bare}{'+' if self.fresh else ''}"

    def _near(self) -> tuple[str, str]:
        """The last full word before the number, and the first after it."""
        items, i, j = self.scene.items, self.scene.item(self.at) - 1, self.scene.item(self.end)
        while i > 0 and items[i].start >= self.clause and items[i].tag[0] not in "nvaj@":
            i -= 1
        word = items[i].word if i >= 0 and items[i].start >= self.clause and items[i].tag[0] != "@" else "^"
        return word, items[j].word if j < len(items) and items[j].start >= self.end else ""

    def _clue(self) -> list[str]:
        """The full words of the clause about the number, which say what it counts."""
        items, i, words = self.scene.items, self.scene.item(self.at) - 1, []
        while i >= 0 and items[i].start >= self.clause and len(words) < 5:
            if items[i].tag[0] in "nvaj" and len(items[i].word) > 1:
                words.append(items[i].word)
            i -= 1
        j = self.scene.item(self.end)
        for item in items[j:j + 3]:
            if item.tag[0] not in "nvaj@u":
                break
            if item.tag[0] in "nvaj" and len(item.word) > 1:
                words.append(item.word)
        return words

    def _verb(self) -> str:
        """The class of the last verb before the number in its clause."""
        items, i = self.scene.items, self.scene.item(self.at) - 1
        while i >= 0 and items[i].start >= self.clause:
            if kind := _verbs().get(items[i].word):
                return kind
            i -= 1
        return ""

    def _anaphor(self) -> frozenset[str]:
        """The classes that a noun at the head of the clause stands for: 园区, 该院, 基金."""
        head = self.text[self.clause:min(self.clause + 8, self.at)].lstrip(" 其中在目前现则至截")
        that = head[:1] in "该本此"
        head = head[1:] if that else head
        for length in (3, 2, 1) if that else (2,):
            if found := _heads().get(head[:length]):
                return found
        return frozenset()

    def _share(self, quantity: Quantity) -> dict[int, str]:
        """分别 shares numbers out over a list of names: by the start of each name, whether it is its turn."""
        at = self.text.rfind("分别", self.segment, self.at)
        if at < 0:
            return {}
        names = [name for name, role in self._numbered(self.segment, at)]
        groups: list[list[Name]] = []
        for name in names:
            if groups and self.text[groups[-1][-1].span.end:name.span.start] in _words("lists"):
                groups[-1].append(name)
            else:
                groups.append([name])
        group = groups[-1] if groups else []
        turn = len(_NUMBER.findall(self.text[at:quantity.span.start]))
        return {name.span.start: "turn" if i == turn else "other" for i, name in enumerate(group)} if len(group) > 1 else {}

    def turn(self) -> str | None:
        """The entity whose turn it is where 分别 shares numbers out."""
        start = next((start for start, turn in self.share.items() if turn == "turn"), None)
        return next((name.entity for name in self.scene.names if name.span.start == start), None) if start is not None else None

    def all(self) -> Iterator[tuple[str, list[str]]]:
        """Every candidate with features; an entity may come more than once."""
        yield from self._before()
        yield from self._after()
        yield from self._earlier()
        yield from self._headings()
        if self.scene.place:
            yield self.scene.place, ["home", f"home {self.flags}", f"home u={self.unit}", f"home w={self.word}", f"home {self.bare} w={self.word}",
                                     *(f"home c={clue}" for clue in self.clue), *(f"home n={count}" for count in self.counts),
                                     f"home v={self.verb} {self.bare}"]
        if self.last:
            yield self.last[0], self._same()

    def _same(self) -> list[str]:
        assert self.last is not None
        far = min(self.scene.clauses_between(self.last[1], self.at), 4)
        where = "segment" if self.last[1] > self.segment else "sentence" if self.last[1] > self.start else "earlier"
        return ["same", f"same {where}", f"same {where} {self.flags}", f"same {where} far={far}", f"same {where} u={self.unit}",
                f"same {where} w={self.word}", f"same {where} {self.flags} far={far}", *(f"same {where} c={clue}" for clue in self.clue), f"same {where} v={self.verb}"]

    def _numbered(self, start: int, end: int) -> Sequence[tuple[Name, Role]]:
        first, last = bisect_left(self.scene.starts, start), bisect_left(self.scene.starts, end)
        return list(zip(self.scene.names[first:last], self.roles[first:last], strict=True))

    def _before(self) -> Iterator[tuple[str, list[str]]]:
        named = self._numbered(self.start, self.at)
        seen: set[str] = set()
        parts: dict[str, int] = {}
        heads = 0
        topic = next((name for name, role in named if name.span.start >= self.segment and role.part == "S"), None)
        for i, (name, role) in enumerate(reversed(named)):
            far = self.scene.clauses_between(name.span.end, self.at)
            part = role.part
            if name.entity in seen:
                yield name.entity, [f"again {role.part[0]}", f"again {role.part[0]} {self.bare}"]
                continue
            seen.add(name.entity)
            rank = parts.get(part[0], 0)
            parts[part[0]] = rank + 1
            place = "C" if far == 0 else "G" if name.span.start >= self.segment else "T"
            where = f"{place}{min(far, 3) if place != 'C' else ''}"
            features = self._name(name, role, where, place, rank == 0)
            topical = "topic" if name is topic else ""
            kind = self._kind(name)
            features += [f"{place} {part} rank={min(rank, 2)} heads={min(heads, 2)} {topical}", f"{kind} {place} rank={min(rank, 2)} {topical}", f"{kind} {place} {part} heads={min(heads, 2)} {topical}",
                         f"{place} {part} {self.flags} {topical}", f"{kind} {place} {part} {self.flags} {topical}",
                         f"first={i == len(named) - 1} {part} {place} {self.bare}", f"near={i} {kind} {place}"]
            if self.anaphor:
                features.append(f"anaphor={name.kind in self.anaphor} {place} {rank == 0}")
            if name.span.start in self.share:
                features.append(f"share {self.share[name.span.start]}")
            if "后者" in self.text[self.clause:self.at]:
                features.append(f"latter {place} rank={i}")
            if "前者" in self.text[self.clause:self.at]:
                features.append(f"former {place} rank={i} {role.left}")
            yield name.entity, features
            heads += role.part == "S" and self._kind(name) not in ("Field", "Person")

    def _after(self) -> Iterator[tuple[str, list[str]]]:
        for rank, (name, role) in enumerate(self._numbered(self.end, self.span.end)[:3]):
            far = self.scene.clauses_between(self.end, name.span.start)
            if far > 1:
                return
            between = self.text[self.end:name.span.start]
            near = "的" if between.endswith("的") else ""
            where = f"A{far}{near}"
            yield name.entity, [*self._name(name, role, where, "A", rank == 0), f"{where} {self._kind(name)} len={min(len(between) // 3, 4)} r{rank}",
                                f"{where} {role.part} {self.flags}", f"{where} {self._kind(name)} {self.flags}"]

    def _earlier(self) -> Iterator[tuple[str, list[str]]]:
        """Names of the sentences before, in the same paragraph."""
        sentences = self.scene.letter.sentences
        for back in (1, 2, 3):
            index = self.index - back
            if index < 0 or sentences[index].block != sentences[self.index].block:
                return
            span = sentences[index].span
            named = self._numbered(span.start, span.end)
            for i, (name, role) in enumerate(named):
                kind, part = self._kind(name), role.part
                order = "first" if i == 0 else "last" if i == len(named) - 1 else "mid"
                features = [f"P{back} {kind} {self.bare}", f"P{back} {order} {self.bare}", f"P{back} {part} {self.bare}", f"P {kind} {part} {self.flags}",
                            f"P{back} {kind} {part} {order}", f"P {kind} r={role.right}", *(f"P {kind} c={clue}" for clue in self.clue), *(f"P {kind} n={count}" for count in self.counts), *(f"{kind} n={count}" for count in self.counts)]
                if self.anaphor:
                    features.append(f"anaphor={name.kind in self.anaphor} P")
                yield name.entity, features

    def _headings(self) -> Iterator[tuple[str, list[str]]]:
        sentence: Sentence = self.scene.letter.sentences[self.index] if self.scene.letter.sentences else Sentence(self.span, 0)
        for depth, span in enumerate(reversed(sentence.headings)):
            for name in self.scene.named(span.start, span.end):
                yield name.entity, [f"H{depth} {self._kind(name)} {self.bare}", f"H {self._kind(name)}"]

    def _kind(self, name: Name) -> str:
        if name.kind != "Place":
            return name.kind
        home = "J" if name.entity == self.scene.place else ""
        return f"Place{'1' if len(name.span) == 1 else ''}{home}"

    def _name(self, name: Name, role: Role, where: str, place: str, nearest: bool) -> list[str]:
        kind = self._kind(name)
        r = f"{role.part} {role.right}"
        return [
            f"{kind} {where}", f"{kind} {place} {role.part}", f"{where} {role.part} {nearest}", f"{place} {r}", f"{kind} {place} {r}", f"{kind} {role.part} {nearest}",
            f"{place} r={role.right}", f"{kind} {place} r={role.right}", f"{kind} {place} l={role.left}", f"{place} l={role.left}", f"{kind} {place} u={self.unit}",
            f"{kind} {place} w={self.word}", f"{role.part} {place} w={self.word}", f"{kind} u={self.unit}", f"{where} {role.part} u={self.unit}",
            f"{kind} {place} same={self.last is not None and self.last[0] == name.entity}", *(f"{kind} c={clue}" for clue in self.clue),
            *(f"{role.part[0]} {place} c={clue}" for clue in self.clue), *(f"{kind} n={count}" for count in self.counts), *(f"{kind} {place} n={count}" for count in self.counts),
            f"{place} {role.part} v={self.verb}", f"{kind} {place} v={self.verb}",
        ]


_NUMBER = re.compile(r"[\d.]+|[一二两三四五六七八九十百千]+(?=[家个名项万亿元成人])")
