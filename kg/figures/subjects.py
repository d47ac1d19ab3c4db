"""What two choices look at: whether a quantity is a figure, and which entity it belongs to.

Each function gives names of features; `kg.figures.ranker` learns what they weigh.
"""
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg.figures.quantities import Quantity
from kg.figures.roles import ITEM, Focus, Role, focuses, modifies, roles, verbs, word_list
from kg.figures.scene import Scene
from kg.patterns import load_patterns
from kg.spans import Span

_MONEY = ("元", "金", "币", "镑")
_FULL = "nvaj"
_SHARED = re.compile(r"分别[^，；。]{0,10}(?:[\d.一二三四五六七八九十百千余]+[^，；。、和]{1,6}[、和](?:[^，；。\d]{0,4}))*")
_NUMBER = re.compile(r"[\d.]+|[一二两三四五六七八九十百千]+(?=[家个名项万亿元成人])")
_BEHIND, _BEFORE = 8, 12     # characters that are looked at for what a number counts
_GAPS = frozenset(("", "等", "等近", "等逾", "等超", "等约", "等共", "等上", "共", "等企业", "等项目"))
EARLIER = 2         # sentences before that of a number whose names it may belong to
_LISTS = frozenset(("、", "和", "与", "及", "以及", "（", ""))


@dataclass(slots=True)
class Candidate:
    """An entity that a figure may belong to, and what speaks for it."""

    entity: str
    features: list[str]


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose a figure is, and where it ends."""

    entity: str
    end: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene with the roles of its names and what it speaks of after each."""

    scene: Scene
    roles: Sequence[Role]
    focuses: Sequence[Focus | None]

    @classmethod
    def of(cls, scene: Scene) -> Stage:
        given = roles(scene)
        return cls(scene, given, focuses(scene, given))


@cache
def sign_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds of signs in a clause (a target, growth, a share …), each with its words."""
    table = load_patterns("figures").table("signs")
    return tuple((kind, re.compile("|".join(map(re.escape, table.words(kind))))) for kind in table.data)


@cache
def _topics() -> tuple[dict[str, str], re.Pattern[str]]:
    """What each word speaks of, and a pattern of the words, longest first."""
    table = load_patterns("figures").table("topics")
    words = {word: kind for kind in table.data for word in table.words(kind)}
    return words, re.compile("|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word))))


def topic(text: str, which: int) -> str:
    """What the first (0) or last (-1) word of the topics in a text speaks of; empty when there is none."""
    words, pattern = _topics()
    found = pattern.findall(text)
    return words[found[which]] if found else ""


@cache
def _nouns() -> dict[str, frozenset[str]]:
    """Which classes a noun such as 园区 or 该院 may stand for."""
    table = load_patterns("figures").table("heads")
    return {word: frozenset(table.words(word)) for word in table.data}


def detect(scene: Scene, quantity: Quantity) -> list[str]:
    """Features of a quantity that may be a figure or a manner of speaking (一批, 三家企业, 两个方面)."""
    text, start, end = scene.text, quantity.span.start, quantity.span.end
    number, unit = quantity.number.of(text), quantity.plain
    size = "1" if quantity.value == 1 else "small" if quantity.value <= 10 else "big"
    before, after = text[max(0, start - 2):start], text[end:end + 2]
    named = scene.within(start - 1)
    s = f"{'A' if number[:1].isdigit() else 'C'}{size}"
    return [
        "yes", s, f"u={unit}", f"{s} u={unit}", f"{s} p1={before[-1:]}", f"{s} p2={before}", f"{s} n1={after[:1]}", f"{s} n2={after}",
        f"{s} u={unit} p1={before[-1:]}", f"{s} u={unit} n1={after[:1]}", f"{s} number={number}", f"{s} named={named}",
        f"{s} u={unit} named={named}", f"u={unit} n2={after}", f"{number}{unit}",
    ]


def subjects(stage: Stage, quantity: Quantity) -> list[Candidate]:
    """The entities that a quantity may belong to; one alone where the words leave no choice (后者, 分别)."""
    look = Look(stage, quantity)
    found: dict[str, list[str]] = {}
    for entity, features in look.all():
        found.setdefault(entity, []).extend(features)
    only = look.turn() or look.pointed()
    if only in found:
        return [Candidate(only, found[only])]
    for entity, features in found.items():
        features.extend(look.focal(entity))
    return [Candidate(entity, features) for entity, features in found.items()]


class Look:
    """The surroundings of one quantity, and what they say of each entity."""

    __slots__ = ("at", "bare", "clause", "counted", "end", "focus", "index", "own", "prior", "sample", "scene", "segment", "signs", "stage",
                 "start", "text", "unit")

    def __init__(self, stage: Stage, quantity: Quantity) -> None:
        scene = stage.scene
        self.stage, self.scene, self.text = stage, scene, scene.text
        self.at, self.end = quantity.span.start, quantity.span.end
        self.index = scene.sentence(self.at)
        self.start = scene.sentences[self.index].start if scene.sentences else 0
        self.clause, self.segment = scene.clause(self.at, self.start), scene.segment(self.at, self.start)
        self.prior = scene.span_of(self.start, self.at)
        self.unit = "money" if any(sign in quantity.plain for sign in _MONEY) else quantity.plain.lstrip("万亿") or "none"
        self._survey()

    def _survey(self) -> None:
        """What holds for every candidate."""
        near = self.scene.starts[self.prior[-1]] if self.prior else -1
        self.bare = "none" if near < 0 else "clause" if near >= self.clause else "segment" if near >= self.segment else "sentence"
        self.sample = self._sample()
        self.own = self._own()
        if self.own is not None:
            self.bare = "own"
        self.focus = self._focus()
        about = self.text[self.clause:self.at] + "|" + self.text[self.end:self.end + 3]
        self.counted = self._counted()
        self.signs = [sign for sign, pattern in sign_words() if pattern.search(about)] or ["plain"]

    def _counted(self) -> list[str]:
        """What is counted, by the words behind the number and before it in its clause, behind the last name."""
        clause = bisect_left(self.scene.breaks, self.end)
        stop = self.scene.breaks[clause] if clause < len(self.scene.breaks) else len(self.text)
        since = self.scene.names[self.prior[-1]].span.end if self.prior else self.start
        behind = topic(self.text[self.end:min(stop, self.end + _BEHIND)], 0)
        before = topic(self.text[max(self.clause, since, self.at - _BEFORE):self.at], -1)
        return [f"behind={behind}", f"before={before}", f"about={behind or before}"]

    def _own(self) -> int | None:
        """The name that acts in the clause of the number."""
        for i in self.scene.span_of(self.clause, self.at):
            name, role = self.scene.names[i], self.stage.roles[i]
            if role.part == "S" and name.span.start not in self.sample and name.kind not in ("Field", "Person") and not modifies(name, role):
                return i
        return None

    def _sample(self) -> frozenset[int]:
        """Where the names of a list begin that the number sums up: A、B等6家, A、B两家."""
        found: list[int] = []
        end = self.at
        for i in reversed(self.scene.span_of(self.segment, self.at)):
            span = self.scene.names[i].span
            if self.text[span.end:end].strip("”’") not in (_LISTS if found else _GAPS):
                break
            found.append(span.start)
            end = span.start - (self.text[span.start - 1] in "“‘")
        summed = "等" in self.text[max(found):self.at] if len(found) == 1 else True     # X4家 counts what X has
        return frozenset(found) if summed else frozenset()

    def _focus(self) -> Focus | None:
        """What the text speaks of just before the number, in its paragraph."""
        i = bisect_left(self.scene.starts, self.at) - 1
        while i >= 0 and self.scene.starts[i] in self.sample:
            i -= 1
        focus = self.stage.focuses[i] if i >= 0 else None
        if focus is None or self.scene.block(focus.at - 1) != self.scene.block(self.at):
            return None
        return None if focus.at <= self.start and ITEM.match(self.text, self.start) else focus

    # ---- where the words leave no choice

    def turn(self) -> str | None:
        """The entity whose turn it is where 分别 shares numbers out over a list of actors."""
        at = self.text.rfind("分别", self.segment, self.at)
        if at < 0 or not _SHARED.fullmatch(self.text, at, self.at):
            return None
        run: list[str] = []
        end = at
        for i in reversed(self.scene.span_of(self.segment, at)):
            name, role = self.scene.names[i], self.stage.roles[i]
            gap = self.text[name.span.end:end]
            if gap not in word_list("lists") if run else len(gap) > 4 or self.scene.clauses_between(name.span.end, at):
                break
            run.insert(0, name.entity)
            end = name.span.start
            if role.left != "、":
                run = run if role.part == "S" else []
                break
        turn = len(_NUMBER.findall(self.text[at:self.at]))
        return run[turn] if len(run) > max(1, turn) else None

    def pointed(self) -> str | None:
        """The entity that 前者, 后者 or a noun with 该 points to."""
        head = self.text[self.clause:min(self.clause + 9, self.at)]
        if not ("者" in head or "该" in head or "此" in head):
            return None
        before = self.scene.span_of(self.scene.sentences[max(0, self.index - 1)].start if self.scene.sentences else 0, self.clause)
        listed = next((i for i in reversed(before) if self.stage.roles[i].left == "、"), None)
        if listed is not None:
            if any(word in head for word in word_list("latter")):
                return self.scene.names[listed].entity
            if any(word in head for word in word_list("former")):
                return next((self.scene.names[i].entity for i in range(listed, -1, -1) if self.stage.roles[i].left != "、"), None)
        kinds = self._meant(head.lstrip(" 其中"))
        return next((self.scene.names[i].entity for i in reversed(before) if self.scene.names[i].kind in kinds), None)

    def _meant(self, head: str) -> frozenset[str]:
        """The classes that a noun with 该 at the head of a clause may mean."""
        if head[:1] not in ("该", "此"):
            return frozenset()
        return next((_nouns()[head[1:1 + length]] for length in (3, 2, 1) if head[1:1 + length] in _nouns()), frozenset())

    # ---- candidates

    def all(self) -> Iterator[tuple[str, list[str]]]:
        """Every candidate with features; an entity may come more than once."""
        yield from self._before()
        yield from self._after()
        if self.scene.place:
            yield self.scene.place, self._home()
        if self.focus:
            yield self.focus.entity, []
        yield from self._earlier()

    def _home(self) -> list[str]:
        """What speaks for the answering place, named or not."""
        about = f"{self.focus.how} {self.focus.label}" if self.focus else "nothing"
        return ["home", f"home {self.bare}", f"home about {about}", f"home about {about} {self.bare}", f"home u={self.unit}",
                f"home sample={bool(self.sample)} {self.bare}",
                *[f"home s={sign} {self.bare}" for sign in self.signs],
                *[f"home {counted}" for counted in self.counted], *[f"home {counted} {self.bare}" for counted in self.counted]]

    def focal(self, entity: str) -> list[str]:
        """What the focus of the text says of a candidate."""
        focus = self.focus
        if focus is None:
            return ["focus none"]
        who = "focus" if entity == focus.entity else "actor" if entity == focus.actor else ""
        if not who:
            return ["focus other"]
        far = min(self.scene.clauses_between(focus.at, self.at), 4)
        place = self._place(focus.at - 1) if focus.at > self.start else "P"
        h, k = f"{who} {focus.how}", f"{who} {focus.label}"
        return [h, f"{h} {place}", f"{h} far={far}", f"{h} {focus.label}", f"{k} {place}",
                f"{who} {place} far={far} {self.bare}", f"{h} u={self.unit}",
                *[f"{h} {counted}" for counted in self.counted], *[f"{k} {counted}" for counted in self.counted],
                *[f"{h} s={sign}" for sign in self.signs], *[f"{k} s={sign}" for sign in self.signs]]

    def _place(self, start: int) -> str:
        """Whether a position is in the clause of the number, its segment, or its sentence."""
        return "C" if start >= self.clause else "G" if start >= self.segment else "T"

    def _before(self) -> Iterator[tuple[str, list[str]]]:
        """The names of the sentence before the number, the nearest first."""
        seen: set[str] = set()
        parts: set[str] = set()
        for order, i in enumerate(reversed(self.prior)):
            name, role = self.scene.names[i], self.stage.roles[i]
            if name.entity in seen:
                yield name.entity, [f"again {role.part[0]}", f"again {role.part[0]} {self.bare}"]
                continue
            seen.add(name.entity)
            far, place = self.scene.clauses_between(name.span.end, self.at), self._place(name.span.start)
            where = place if place == "C" else f"{place}{min(far, 3)}"
            features = self._name(i, where, place, role.part[0] not in parts)
            parts.add(role.part[0])
            if i == self.own:
                features += ["own", f"own {role.label}", f"own {role.right}", f"own u={self.unit}"]
            pp, kp = f"{place} {role.part}", f"{role.label} {place} {role.part}"
            features += [f"{pp} {self.bare}", f"{kp} {self.bare}", f"first={i == self.prior[0]} {pp} {self.bare}",
                         f"near={order} {role.label} {place}"]
            if place == "C":
                np = f"np={self._between(name.span)}"
                features += [np, f"{np} {role.label}", f"{np} {role.part}", f"{np} {role.part} {role.label}", f"{np} near={order == 0} {role.part}"]
            yield name.entity, features

    def _between(self, span: Span) -> str:
        """What stands between a name and the number in its clause: a noun phrase, a verb (its class), or another name."""
        words, tags = self.scene.words.words, self.scene.words.tags
        verb = ""
        for i in range(self.scene.words.first(span.end), self.scene.words.first(self.at)):
            if tags[i] == "@":
                return "name"
            if tags[i] == "v" and words[i] not in word_list("reaching"):
                verb = verb or verbs().get(words[i], "v")
        return verb or "noun"

    def _after(self) -> Iterator[tuple[str, list[str]]]:
        """Names after the number, in its clause or the next."""
        end = self.scene.sentences[self.index].end if self.scene.sentences else len(self.text)
        for rank, i in enumerate(self.scene.span_of(self.end, end)[:3]):
            start, role = self.scene.names[i].span.start, self.stage.roles[i]
            far = self.scene.clauses_between(self.end, start)
            if far > 1:
                return
            where = f"A{far}{'的' if self.text[start - 1] == '的' else ''}"
            yield self.scene.names[i].entity, [*self._name(i, where, "A", rank == 0),
                                               f"{where} {role.label} len={min((start - self.end) // 3, 4)} r{rank}",
                                               f"{where} {role.part} {self.bare}", f"{where} {role.label} {self.bare}"]

    def _earlier(self) -> Iterator[tuple[str, list[str]]]:
        """The names of the sentences before, in the same paragraph: 该项目…。总投资30亿元。"""
        seen: set[str] = set()
        for far in range(1, min(EARLIER, self.index) + 1):
            before = self.index - far
            if self.scene.blocks[before] != self.scene.blocks[self.index]:
                return
            span = self.scene.sentences[before]
            for i in self.scene.span_of(span.start, span.end):
                name, role = self.scene.names[i], self.stage.roles[i]
                if name.entity in seen or name.kind in ("Field", "Person"):
                    continue
                first = not seen
                seen.add(name.entity)
                e, k = f"e{far}", f"e{far} {role.label}"
                yield name.entity, [e, k, f"{e} {role.part}", f"{k} {role.part}", f"{e} {self.bare}", f"{k} {self.bare}",
                                    f"{e} {role.part} {self.bare}", f"{e} first={first}", f"{k} u={self.unit}",
                                    *[f"{k} s={sign}" for sign in self.signs]]

    def _name(self, i: int, where: str, place: str, nearest: bool) -> list[str]:
        """What holds of a name wherever it stands."""
        role = self.stage.roles[i]
        kind, part, right, left = role.label, role.part, role.right, role.left
        k, p = f"{kind} {place}", f"{place} {part}"
        sampled = self.scene.starts[i] in self.sample
        return [
            f"{kind} {where}", f"{k} {part}", f"{where} {part} {nearest}", f"{p} {right}", f"{k} {part} {right}", f"{kind} {part} {nearest}",
            f"{place} r={right}", f"{k} r={right}", f"{k} l={left}", f"{place} l={left}", f"{k} u={self.unit}", f"{kind} u={self.unit}",
            f"{where} {part} u={self.unit}", f"sample={sampled} {place}", f"sample={sampled} {kind}", *[f"{p} s={sign}" for sign in self.signs],
            *[f"{kind} {counted}" for counted in self.counted], *[f"{p} {counted}" for counted in self.counted],
        ]


def carried(scene: Scene, quantity: Quantity, entity: str, last: Owned | None) -> list[str]:
    """What else speaks for a candidate: whether it owns the figure before, and how far that is: in the clause, the sentence, the paragraph."""
    if last is None:
        return ["nolast"]
    at = quantity.span.start
    if scene.block(last.end) != scene.block(at):
        near = "B"
    elif far := scene.sentence(at) - scene.sentence(last.end):
        near = f"T{min(far, 2)}"
    else:
        near = f"C{min(scene.clauses_between(last.end, at), 2)}n{min(len(scene.span_of(last.end, at)), 2)}"
    same = f"last{entity == last.entity}{near}"
    return [same, same + ("J" if entity == scene.place else "")]


def siblings(stage: Stage, quantity: Quantity, subject: str) -> list[str]:
    """The other names of a list that share the quantity: A、B各放映9场."""
    scene, at = stage.scene, quantity.span.start
    start = scene.segment(at, scene.sentences[scene.sentence(at)].start if scene.sentences else 0)
    each = max(scene.text.rfind(word, start, at) for word in ("各", "均"))
    run: list[str] = []
    for i in reversed(scene.span_of(start, each) if each >= 0 else range(0)):
        run.append(scene.names[i].entity)
        if stage.roles[i].left != "、":
            break
    return [entity for entity in dict.fromkeys(reversed(run)) if entity != subject] if subject in run and len(run) > 1 else []
