"""Pairs of names that a fact may join, and what is seen of a pair: features for the fact model.

A pair is two nodes of one sentence in text order, or a node and an actor that the sentence leaves out (the answering place,
the heading's organ, who the sentence before spoke of). Features are strings; T is the pair of classes.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.relate.scene import CLAUSE_END, Node, Scene, Token

FUNCTION = frozenset("与 和 同 跟 及 在 于 赴 由 向 对 为 以 从 将 把 被 的 等 、 ， ； ： （ ） “ ” ( ) 了 到 至 是 有 并 也 还 均 都 已 之 其 其中 该 中 上 内 里 给 让 使 经 按 比 或 而 并与 以及 通过 作为 包括 分别 共同 联合 双方 — - 暨".split())
AGENTS = frozenset({"Place", "Government", "University", "Research", "Hospital", "Company", "Park", "Association", "Organization", "Person"})
STARTS = frozenset("， ； 。 ： 、 由 “ 是 中 其中".split())
JOINING = frozenset("、 和 与 及 以及 同 跟 （ ）".split())
CONTENT = ("v", "n", "a", "l", "i", "j", "d", "f")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody whom the sentence leaves out: who it may be, the class, and how we know ('place', 'organ', 'heading', 'before')."""

    entity: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends of a possible fact, in text order, and the features of the pair."""

    left: str
    right: str
    features: tuple[str, ...]
    scene: Scene
    left_node: Node | None
    right_node: Node

    @property
    def lists(self) -> tuple[object, ...]:
        """The same for pairs whose ends are items of the same two lists, with the same classes."""
        left, right = self.left_node, self.right_node
        one = (left.first, left.last, left.kind) if left is not None else (self.left,)
        return (self.scene.span, *one, right.first, right.last, right.kind, left is not None and left.first == right.first)


class Reader:
    """Makes pairs of a scene. `triggers` maps words to the predicates they may say, `frames` words to what they turn a clause into."""

    def __init__(self, triggers: Mapping[str, Sequence[str]], frames: Mapping[str, Sequence[str]], wanted: frozenset[tuple[str, str]], reach: int = 220) -> None:
        self.triggers, self.frames, self.wanted, self.reach = triggers, frames, wanted, reach

    def pairs(self, scene: Scene, actors: Sequence[Actor]) -> Iterator[Pair]:
        """All pairs whose classes some fact may join."""
        marks = [self._mark(token) for token in scene.tokens]
        for j, right in enumerate(scene.nodes):
            for left in scene.nodes[:j]:
                if left.entity != right.entity and (left.kind, right.kind) in self.wanted and right.token - left.token < self.reach:
                    yield Pair(left.entity, right.entity, tuple(self._features(scene, marks, left, right)), scene, left, right)
            for actor in actors:
                if actor.entity != right.entity and (actor.kind, right.kind) in self.wanted:
                    yield Pair(actor.entity, right.entity, tuple(self._left_out(scene, marks, actor, right)), scene, None, right)

    def _mark(self, token: Token) -> str:
        """How a token stands in a signature: names by class, function words and triggers as they are, others by tag."""
        if token.node >= 0:
            return "#" + token.tag
        if token.text in FUNCTION or token.text in self.triggers or token.text in self.frames:
            return token.text
        return "'" + token.tag[0]

    def _features(self, scene: Scene, marks: Sequence[str], left: Node, right: Node) -> Iterator[str]:
        kinds = left.kind + ">" + right.kind
        tokens = scene.tokens
        yield "T" + kinds
        grouped = left.first == right.first
        if grouped:
            yield "same"
            yield "same" + kinds
            first, last = min(left.first, right.first), left.last
            yield from self._around(scene, marks, kinds, first, last)
            return
        begin, end = left.last + 1, right.first
        between = tokens[begin:end]
        yield from self._between(kinds, between, marks[begin:end])
        yield from self._around(scene, marks, kinds, left.first, right.last)
        yield f"d{min(len(between) // 3, 6)}"
        gap = right.clause - left.clause
        yield f"k{min(gap, 4)}{kinds}"
        yield f"first{scene.nodes[0].token >= left.first}{kinds}"
        yield "hl" + left.surface[-2:]
        yield "hr" + right.surface[-2:]
        yield "hlr" + left.surface[-1:] + right.surface[-1:]
        yield from self._reach(scene, marks, kinds, left, right)
        if right.first != right.token:
            yield "listR"
        if left.last != left.token:
            yield "listL"
        # The word right before a name says its part in the clause: 在X, 由X, 与X.
        yield f"bL{self._text(marks, left.first - 1)}{kinds}"
        yield f"bR{self._text(marks, right.first - 1)}{kinds}"
        yield f"bLR{self._text(marks, left.first - 1)}|{self._text(marks, right.first - 1)}"

    def _reach(self, scene: Scene, marks: Sequence[str], kinds: str, left: Node, right: Node) -> Iterator[str]:
        """Whether the left name can act on the right one: what lists join, who else acts between, how the left one begins its clause."""
        begin, end = joined(marks, left.last + 1, right.first)
        core = marks[begin:end]
        if len(core) <= 6:
            yield "J" + " ".join(core) + kinds
        yield f"J1{core[0] if core else ''}|{core[-1] if core else ''}{kinds}"
        rivals = [n for n in scene.nodes if left.last < n.token < right.first and n.kind in AGENTS]
        near = [n for n in rivals if n.clause == right.clause]
        yield f"A{min(len(rivals), 2)}{min(len(near), 2)}{kinds}"
        subject = left.first == 0 or marks[left.first - 1] in STARTS
        yield f"B{subject}{right.clause > left.clause}{bool(near)}{kinds}"
        verbs = [t.text for t in scene.tokens[end - 4:end] if t.node < 0 and t.tag[0] == "v"] if end >= 4 else []
        if verbs:
            yield f"D{subject}{bool(near)}{verbs[-1]}{right.kind}"

    def _left_out(self, scene: Scene, marks: Sequence[str], actor: Actor, right: Node) -> Iterator[str]:
        kinds = actor.source + ":" + actor.kind + ">" + right.kind
        yield "T" + kinds
        start = self._clause_start(scene, right.first)
        before = scene.tokens[start:right.first]
        yield from self._between(kinds, before, marks[start:right.first])
        yield from self._around(scene, marks, kinds, start, right.last)
        others = [n for n in scene.nodes if n.token < right.first]
        agents = [n for n in others if n.kind not in ("Event", "Document", "Programme", "Field", "Fund", "Platform")]
        yield f"o{min(len(others), 3)}{kinds}"
        yield f"a{min(len(agents), 2)}{kinds}"
        yield f"ac{any(n.clause == right.clause for n in agents)}{kinds}"
        yield f"bR{self._text(marks, right.first - 1)}{kinds}"
        yield "hr" + right.surface[-2:]
        yield f"head{'、' in right.surface}"
        if scene.nodes[0] is right:
            yield "sole" + kinds
        opening = [t.text for t in scene.tokens[:3]]
        yield "open" + opening[0]

    def _between(self, kinds: str, tokens: Sequence[Token], marks: Sequence[str]) -> Iterator[str]:
        """Words between the two names."""
        names = 0
        last_verb = first_verb = ""
        for token in tokens:
            if token.node >= 0:
                names += 1
                yield "n" + token.tag
                continue
            word = token.text
            for predicate in self.triggers.get(word, ()):
                yield f"m{predicate}"
                yield f"m{predicate}{kinds}"
            if word in self.frames:
                yield "f" + word
            if token.tag[0] in CONTENT or word in FUNCTION:
                yield "b" + word
                yield "b" + word + kinds
            if token.tag[0] == "v":
                first_verb = first_verb or word
                last_verb = word
        yield f"N{min(names, 3)}{kinds}"
        yield f"fv{first_verb}{kinds}"
        yield f"lv{last_verb}{kinds}"
        yield f"fl{first_verb}|{last_verb}"
        if len(marks) <= 7:
            yield "s" + " ".join(marks)
            yield "s" + " ".join(marks) + kinds
        short = [m for m in marks if not m.startswith("'")]
        if len(short) <= 6:
            yield "z" + " ".join(short) + kinds
        if marks:
            yield "zl" + marks[-1] + kinds
            yield "zf" + marks[0] + kinds

    def _around(self, scene: Scene, marks: Sequence[str], kinds: str, first: int, last: int) -> Iterator[str]:
        """Words before the left name and after the right one, to the ends of their clauses and a little beyond."""
        tokens = scene.tokens
        yield f"l{self._text(marks, first - 1)} {self._text(marks, first - 2)}{kinds}"
        for token in tokens[max(0, first - 4):first]:
            if token.node < 0:
                yield "L" + token.text
                for predicate in self.triggers.get(token.text, ()):
                    yield f"ml{predicate}{kinds}"
        yield f"r{self._text(marks, last + 1)}{kinds}"
        yield f"r{self._text(marks, last + 1)} {self._text(marks, last + 2)}{kinds}"
        first_verb = ""
        stops = 0
        for k, token in enumerate(tokens[last + 1:last + 16]):
            word = token.text
            if word in CLAUSE_END:
                stops += 1
                if stops > 1 or word != "，":
                    break
                continue
            if token.node >= 0:
                continue
            near = "R" if not stops else "S"
            for predicate in self.triggers.get(word, ()):
                yield f"{near}m{predicate}{kinds}"
            if word in self.frames:
                yield near + "f" + word
            if token.tag[0] in CONTENT:
                yield near + word
                if k < 8:
                    yield near + word + kinds
            if token.tag[0] == "v" and not first_verb and not stops:
                first_verb = word
        yield f"rv{first_verb}{kinds}"
        start = self._clause_start(scene, first)
        for token in tokens[start:first]:
            if token.node < 0 and token.text in self.frames:
                yield "lf" + token.text
            if token.node < 0 and token.tag[0] == "v":
                yield "lv" + token.text + kinds

    def _text(self, marks: Sequence[str], index: int) -> str:
        return marks[index] if 0 <= index < len(marks) else "^$"[index > 0]

    def _clause_start(self, scene: Scene, index: int) -> int:
        """Where the clause of a token begins; a short time or place phrase before a comma is not a clause of its own."""
        number = scene.clauses[index]
        while index > 0 and scene.clauses[index - 1] == number:
            index -= 1
        return index


def joined(marks: Sequence[str], begin: int, end: int) -> tuple[int, int]:
    """The stretch between two names without the further items of their lists at either end (和 #Company … 、 #Company)."""
    while end - begin >= 2 and marks[begin] in JOINING and marks[begin + 1].startswith("#"):
        begin += 2
    while end - begin >= 2 and marks[end - 1] in JOINING and marks[end - 2].startswith("#"):
        end -= 2
    return begin, end
