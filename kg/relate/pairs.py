"""Pairs of names that a fact may join, and what is seen of a pair: features for the fact model.

A pair is two nodes of one sentence in text order, or a node and an actor that the sentence leaves out (the answering place,
the heading's organ, who the sentence before spoke of). Features are strings; T is the pair of classes, others hold the two sorts of class.
"""
from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.relate.parts import Parts
from kg.relate.scene import CLAUSE_END, Node, Scene, Token

FUNCTION = frozenset((
    "与 和 同 跟 及 在 于 赴 由 向 对 为 以 从 将 把 被 的 等 、 ， ； ： （ ） “ ” ( ) 了 到 至 是 有 "
    "并 也 还 均 都 已 之 其 其中 该 中 上 内 里 给 让 使 经 按 比 或 而 并与 以及 通过 作为 包括 分别 共同 联合 双方 — - 暨").split())
AGENTS = frozenset({"Place", "Government", "University", "Research", "Hospital", "Company", "Park", "Association", "Organization", "Person"})
STARTS = frozenset("， ； 。 ： 、 由 “ 是 中 其中".split())
JOINING = frozenset("、 和 与 及 以及 同 跟 （ ）".split())
CONTENT = frozenset("vnalijdf")
SORTS = {"Place": "L", "Event": "E", "Document": "D", "Programme": "D", "Field": "X"}
ACTING = "G"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody whom the sentence leaves out: who it may be, the class, and how we know ('place', 'organ', 'heading', 'before')."""

    entity: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends of a possible fact, in text order, their classes ("Company>Park"), and the features of the pair."""

    left: str
    right: str
    kinds: str
    features: Sequence[str]
    scene: Scene
    left_node: Node | None
    right_node: Node

    @property
    def certainty(self) -> float:
        """How sure it is that both ends are names."""
        return self.right_node.confidence * (self.left_node.confidence if self.left_node is not None else 1.0)

    @property
    def lists(self) -> tuple[object, ...]:
        """The same for pairs whose ends are items of the same two lists, with the same classes."""
        left, right = self.left_node, self.right_node
        one = (left.first, left.last, left.kind) if left is not None else (self.left,)
        return (self.scene.span, *one, right.first, right.last, right.kind, left is not None and left.first == right.first)


class Layout:
    """What of a scene's tokens the features look at, worked out once: signature marks, triggers, frames, content words, verbs, parts."""

    __slots__ = ("clause_start", "content", "frames", "marks", "parts", "said", "triggers", "verbs", "words")

    def __init__(self, scene: Scene, triggers: Mapping[str, Sequence[str]], frames: Mapping[str, Sequence[str]]) -> None:
        self.words = [token.text if token.node < 0 else "" for token in scene.tokens]
        self.marks = [_mark(token, triggers, frames) for token in scene.tokens]
        self.triggers = [says(token, triggers) if token.node < 0 else () for token in scene.tokens]
        self.frames = [word in frames for word in self.words]
        self.content = [token.node < 0 and token.tag[0] in CONTENT for token in scene.tokens]
        self.verbs = [token.node < 0 and token.tag[0] == "v" for token in scene.tokens]
        said = [bool(predicates) for predicates in self.triggers]
        self.said = [k for k, verb in enumerate(self.verbs) if verb or said[k]]
        self.parts = Parts(scene, self.verbs, said, AGENTS)
        starts: list[int] = []
        for k, number in enumerate(scene.clauses):
            starts.append(starts[-1] if k and scene.clauses[k - 1] == number else k)
        self.clause_start = starts

    def mark(self, index: int) -> str:
        """The mark of a token, or where the sentence begins and ends."""
        return self.marks[index] if 0 <= index < len(self.marks) else "^$"[index > 0]


def says(token: Token, triggers: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The predicates that a word may say: by itself, or by the known word that it ends or begins with (应邀参加, 签署了, 援建)."""
    word, tag = token.text, token.tag[0]
    found = triggers.get(word)
    if found is None and len(word) > 2 and tag in "vnl":
        found = triggers.get(word[-2:]) or triggers.get(word[:2])
    elif found is None and len(word) == 2 and tag == "v":
        found = triggers.get(word[1])
    return found or ()


def _mark(token: Token, triggers: Container[str], frames: Container[str]) -> str:
    """How a token stands in a signature: names by class, function words and triggers as they are, others by tag."""
    if token.node >= 0:
        return "#" + token.tag
    word = token.text
    return word if word in FUNCTION or word in triggers or word in frames else "'" + token.tag[0]


class Reader:
    """Makes pairs of a scene. `triggers` maps words to the predicates they may say, `frames` words to what they turn a clause into."""

    def __init__(self, triggers: Mapping[str, Sequence[str]], frames: Mapping[str, Sequence[str]], joins: Container[str], reach: int = 160) -> None:
        self.triggers, self.frames, self.joins, self.reach = triggers, frames, joins, reach

    def pairs(self, scene: Scene, actors: Sequence[Actor]) -> Iterator[Pair]:
        """All pairs whose classes some fact may join."""
        layout = Layout(scene, self.triggers, self.frames)
        for j, right in enumerate(scene.nodes):
            for left in scene.nodes[:j]:
                if left.entity != right.entity and left.kind + ">" + right.kind in self.joins and right.token - left.token < self.reach:
                    yield Pair(left.entity, right.entity, left.kind + ">" + right.kind, named(scene, layout, left, right), scene, left, right)
            for actor in actors:
                if actor.entity != right.entity and actor.kind + ">" + right.kind in self.joins:
                    yield Pair(actor.entity, right.entity, actor.kind + ">" + right.kind, left_out(scene, layout, actor, right), scene, None, right)


def sort(kind: str) -> str:
    """What a class is to a verb: all that acts is one sort, so that what is learned of companies serves parks and universities."""
    return SORTS.get(kind, ACTING)


def named(scene: Scene, layout: Layout, left: Node, right: Node) -> list[str]:
    """The features of two names."""
    out = ["T" + left.kind + ">" + right.kind]
    kinds = sort(left.kind) + ">" + sort(right.kind)
    if left.first == right.first:
        out += ["same", "same" + kinds]
        _around(out, layout, kinds, left.first, left.last)
        return out
    begin, end = left.last + 1, right.first
    _between(out, layout, kinds, begin, end)
    _around(out, layout, kinds, left.first, right.last)
    _reach(out, scene, layout, kinds, left, right)
    before, middle = layout.mark(left.first - 1), layout.mark(end - 1)
    out += [
        f"d{min((end - begin) // 3, 6)}", f"k{min(right.clause - left.clause, 4)}{kinds}",
        ("first" if scene.nodes[0].token >= left.first else "later") + kinds,
        "hl" + left.surface[-2:], "hr" + right.surface[-2:], "hlr" + left.surface[-1:] + right.surface[-1:],
        # The word right before a name says its part in the clause: 在X, 由X, 与X.
        "bL" + before + kinds, "bR" + middle + kinds, "bLR" + before + "|" + middle,
    ]
    _roles(out, scene, layout, kinds, left, right)
    if right.first != right.token:
        out.append("listR")
    if left.last != left.token:
        out.append("listL")
    return out


def _roles(out: list[str], scene: Scene, layout: Layout, kinds: str, left: Node, right: Node) -> None:
    """What the two names are to the verbs nearest to them."""
    parts = layout.parts
    low, high = layout.clause_start[left.first], right.last + 12
    near = [k for k in layout.said if low <= k <= high and scene.clauses[k] <= right.clause]
    near.sort(key=lambda k: min(abs(k - right.first), abs(k - left.last)))
    for k in near[:5]:
        both = "P" + parts.to(left, k) + parts.to(right, k)
        out += [both + predicate + kinds for predicate in layout.triggers[k]]
        if layout.verbs[k]:
            out += [both + layout.words[k], both]
    out.append("G" + parts.of(left) + parts.of(right) + kinds)


def _reach(out: list[str], scene: Scene, layout: Layout, kinds: str, left: Node, right: Node) -> None:
    """Whether the left name can act on the right one: what lists join, who else acts between, how the left one begins its clause."""
    marks = layout.marks
    begin, end = joined(marks, left.last + 1, right.first)
    core = marks[begin:end]
    if len(core) <= 6:
        out.append("J" + " ".join(core) + kinds)
    out.append("J1" + (core[0] + "|" + core[-1] if core else "|") + kinds)
    rivals = near = 0
    for node in scene.nodes:
        if left.last < node.token < right.first and node.kind in AGENTS:
            rivals += 1
            near += node.clause == right.clause
    subject = left.first == 0 or marks[left.first - 1] in STARTS
    out += [f"A{min(rivals, 2)}{min(near, 2)}{kinds}", f"B{subject}{right.clause > left.clause}{near > 0}{kinds}"]
    for k in range(end - 1, max(begin, end - 4) - 1, -1):
        if layout.verbs[k]:
            out.append(f"D{subject}{near > 0}{layout.words[k]}{right.kind}")
            break


def left_out(scene: Scene, layout: Layout, actor: Actor, right: Node) -> list[str]:
    """The features of an actor that the sentence leaves out and a name."""
    out = ["T" + actor.source + ":" + actor.kind + ">" + right.kind]
    kinds = actor.source + ":" + sort(actor.kind) + ">" + sort(right.kind)
    start = layout.clause_start[right.first]
    _between(out, layout, kinds, start, right.first)
    _around(out, layout, kinds, start, right.last)
    others = [n for n in scene.nodes if n.token < right.first]
    agents = [n for n in others if n.kind in AGENTS]
    out += [f"o{min(len(others), 3)}{kinds}", f"a{min(len(agents), 2)}{kinds}", f"ac{any(n.clause == right.clause for n in agents)}{kinds}",
            "bR" + layout.mark(right.first - 1) + kinds, "hr" + right.surface[-2:], "open" + layout.mark(0)]
    if scene.nodes[0] is right:
        out.append("sole" + kinds)
    return out


def _between(out: list[str], layout: Layout, kinds: str, begin: int, end: int) -> None:
    """Words between the two ends."""
    names = 0
    first = last = ""
    marks, words = layout.marks, layout.words
    for k in range(begin, end):
        word = words[k]
        if not word:
            names += 1
            out.append("n" + marks[k])
            continue
        for predicate in layout.triggers[k]:
            out += ["m" + predicate, "m" + predicate + kinds]
        if layout.frames[k]:
            out.append("f" + word)
        if layout.content[k] or word in FUNCTION:
            out += ["b" + word, "b" + word + kinds]
        if layout.verbs[k]:
            first = first or word
            last = word
    out += [f"N{min(names, 3)}{kinds}", "fv" + first + kinds, "lv" + last + kinds, "fl" + first + "|" + last]
    size = end - begin
    if size:
        out += ["zl" + marks[end - 1] + kinds, "zf" + marks[begin] + kinds]
    between = marks[begin:end]
    if size <= 7:
        signature = "s" + " ".join(between)
        out += [signature, signature + kinds]
    short = [m for m in between if m[0] != "'"]
    if len(short) <= 6:
        out.append("z" + " ".join(short) + kinds)


def _around(out: list[str], layout: Layout, kinds: str, first: int, last: int) -> None:
    """Words before the left name and after the right one, to the ends of their clauses and a little beyond."""
    words = layout.words
    out.append("l" + layout.mark(first - 1) + " " + layout.mark(first - 2) + kinds)
    for k in range(max(0, first - 4), first):
        if words[k]:
            out.append("L" + words[k])
            for predicate in layout.triggers[k]:
                out.append("ml" + predicate + kinds)
    after = layout.mark(last + 1)
    out += ["r" + after + kinds, "r" + after + " " + layout.mark(last + 2) + kinds]
    _after(out, layout, kinds, last)
    for k in range(layout.clause_start[first], first):
        if layout.frames[k]:
            out.append("lf" + words[k])
        if layout.verbs[k]:
            out.append("lv" + words[k] + kinds)


def _after(out: list[str], layout: Layout, kinds: str, last: int) -> None:
    words = layout.words
    verb, near, stops = "", "R", 0
    for k in range(last + 1, min(last + 17, len(words))):
        word = words[k]
        if not word:
            continue
        if word in CLAUSE_END:
            stops += 1
            near = "S"
            if stops > 1 or word != "，":
                break
            continue
        for predicate in layout.triggers[k]:
            out.append(near + "m" + predicate + kinds)
        if layout.frames[k]:
            out.append(near + "f" + word)
        if layout.content[k]:
            out.append(near + word)
            if k < last + 9:
                out.append(near + word + kinds)
        if layout.verbs[k] and not verb and not stops:
            verb = word
    out.append("rv" + verb + kinds)


def joined(marks: Sequence[str], begin: int, end: int) -> tuple[int, int]:
    """The stretch between two names without the further items of their lists at either end (和 #Company … 、 #Company)."""
    while end - begin >= 2 and marks[begin] in JOINING and marks[begin + 1].startswith("#"):
        begin += 2
    while end - begin >= 2 and marks[end - 1] in JOINING and marks[end - 2].startswith("#"):
        end -= 2
    return begin, end
