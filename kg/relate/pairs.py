"""Pairs of names that a fact may join.

A pair is two nodes of one sentence in text order, or a node and an actor that the sentence leaves out (the answering place,
the heading's organ, who the sentence before spoke of).
"""
from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kg.keys import Bags, Codes, code
from kg.relate import features
from kg.relate.features import Ends
from kg.relate.layout import Layout, Places
from kg.relate.parts import Parts
from kg.relate.scene import Node, Scene

SORTS = {"Place": "L", "Event": "E", "Document": "D", "Programme": "D", "Field": "X"}
ACTING = "G"
REACH = 160     # tokens from name to name


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody whom the sentence leaves out: who it may be, the class, and how we know ('place', 'organ', 'heading', 'before')."""

    entity: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends of a possible fact, in text order, and their classes ("Company>Park"); `source` says how an actor left out is known."""

    left: str
    right: str
    kinds: str
    scene: Scene
    left_node: Node | None
    right_node: Node
    source: str = ""

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


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of a letter in text order, and what is seen of them.

    Pair k is of the lists `groups[k]`, numbered as they come: `lists` has what is seen of each two lists, `names` of the names of each pair.
    """

    each: Sequence[Pair]
    groups: Places
    lists: Bags
    names: Bags

    def features(self, rows: Places | None = None) -> Bags:
        """All that is seen of some pairs (all, if not given)."""
        rows = np.arange(len(self.each)) if rows is None else rows
        return self.lists.of(self.groups[rows]) + self.names.of(rows)


def sort(kind: str) -> str:
    """What a class is to a verb: all that acts is one sort, so that what is learned of companies serves parks and universities."""
    return SORTS.get(kind, ACTING)


def find_pairs(scenes: Sequence[Scene], actors: Sequence[Sequence[Actor]], joins: Container[str]) -> Pairs:
    """All pairs of a letter whose classes some fact may join (`joins`), with what is seen of them; `actors` are those that each scene leaves out."""
    found = [pair for scene, left_out in zip(scenes, actors, strict=True) for pair in _pairs(scene, left_out, joins)]
    groups = list_numbers(found)
    if not found:
        return Pairs((), groups, Bags.of_names(()), Bags.of_names(()))
    kinds = np.array([_kinds(pair.kinds, pair.source) for pair in found], np.uint64)
    firsts = np.unique(groups, return_index=True)[1]
    return Pairs(found, groups, _of_lists(scenes, [found[k] for k in firsts.tolist()], kinds[firsts]), _of_names(found, kinds[:, 1]))


def list_numbers(pairs: Sequence[Pair]) -> Places:
    """For each pair a number that it shares with the pairs of the same two lists; lists are numbered as they come."""
    numbers: dict[tuple[object, ...], int] = {}
    return np.array([numbers.setdefault(pair.lists, len(numbers)) for pair in pairs], np.intp)


def _pairs(scene: Scene, actors: Sequence[Actor], joins: Container[str]) -> Iterator[Pair]:
    for j, right in enumerate(scene.nodes):
        for left in scene.nodes[:j]:
            if left.entity != right.entity and (kinds := f"{left.kind}>{right.kind}") in joins and right.token - left.token < REACH:
                yield Pair(left.entity, right.entity, kinds, scene, left, right)
        for actor in actors:
            if actor.entity != right.entity and (kinds := f"{actor.kind}>{right.kind}") in joins:
                yield Pair(actor.entity, right.entity, kinds, scene, None, right, actor.source)


@lru_cache(maxsize=1 << 12)
def _kinds(kinds: str, source: str) -> tuple[int, int, int]:
    """The codes of a pair of classes (with how we know of an actor left out), of their sorts, and of the right one's class."""
    left, right = kinds.split(">")
    known = f"{source}:" if source else ""
    return code(known + kinds), code(f"{known}{sort(left)}>{sort(right)}"), code(right)


@lru_cache(maxsize=1 << 14)
def _tails(name: str) -> tuple[int, int]:
    """The codes of the last two characters of a name, and of the last."""
    return code(name[-2:]), code(name[-1:])


def _of_lists(scenes: Sequence[Scene], pairs: Sequence[Pair], kinds: Codes) -> Bags:
    """What is seen of the lists of pairs; `kinds` as `_kinds` gives them."""
    layout = Layout(scenes)
    begins = dict(zip(map(id, scenes), range(len(scenes)), strict=True))
    scene = np.array([begins[id(pair.scene)] for pair in pairs], np.intp)
    nodes = np.array([(left.first, left.last, pair.right_node.first, pair.right_node.last)
                      for pair in pairs for left in (pair.left_node or pair.right_node,)], np.intp)
    left, left_end, right, right_end = (nodes + layout.starts[scene][:, None]).T
    named = np.array([pair.left_node is not None for pair in pairs])
    ends = Ends(named, left, left_end, right, right_end, layout.starts[scene], layout.ends[scene], *kinds.T)
    return features.of_lists(layout, ends, _parts(layout, scenes))


def _parts(layout: Layout, scenes: Sequence[Scene]) -> Parts:
    begins = zip(scenes, layout.starts.tolist(), strict=True)
    named = [(node.first + start, node.last + start, start) for scene, start in begins for node in scene.nodes]
    return Parts(layout, *np.array(named, np.intp).reshape(-1, 3).T)


def _of_names(pairs: Sequence[Pair], kinds: Codes) -> Bags:
    """What is seen of the names of pairs alone; `kinds` are the codes of their sorts."""
    named = np.array([pair.left_node is not None for pair in pairs])
    tails = np.array([_tails(node.surface) for pair in pairs for node in (pair.left_node or pair.right_node, pair.right_node)], np.uint64)
    left, right = tails.reshape(-1, 2, 2).transpose(1, 2, 0)
    apart = np.array([pair.left_node is not None and pair.left_node.first != pair.right_node.first for pair in pairs])
    items = np.array([(pair.left_node is not None and pair.left_node.last != pair.left_node.token, pair.right_node.first != pair.right_node.token)
                      for pair in pairs])
    sole = [pair.left_node is None and pair.scene.nodes[0] is pair.right_node for pair in pairs]
    fields = {"left_end": left[0], "right_end": right[0], "left_last": left[1], "right_last": right[1], "kinds": kinds}
    return features.of_names(fields, {"apart": apart, "left out": ~named, "sole": np.array(sole),
                                      "item left": apart & items[:, 0], "item right": apart & items[:, 1]})
