"""The parts that names play in their clauses, as far as the words next to them tell.

    天开西青园  由 我区  与 天津理工大学、天津师范大学  共建
    [subject]      [by]    [----------- with --------]  verb

A part is given by the word before a name's list: a preposition, a comma (the name is a subject) or a verb (it is its object).
What a name is to a verb is its part, how many other verbs and clauses lie between, and whether another subject stands nearer.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from kg.patterns import load_patterns
from kg.relate.scene import CLAUSE_END, Node, Scene

SUBJECT, OBJECT, UNKNOWN = "S", "O", "?"
BREAKS = CLAUSE_END | frozenset("（）“")
REACH = 8       # words that may stand between a preposition and its name


@cache
def part_words() -> Mapping[str, str]:
    """The words that give a name its part, with the part."""
    table = load_patterns("triggers").table("parts")
    return {word: part for part in table.keys() for word in table.words(part)}


class Parts:
    """The part of every name of a scene, and what each is to a verb. `verbs` and `said` tell of a token whether it is a verb, or says a relation."""

    __slots__ = ("_before", "_clauses", "_parts", "_subjects")

    def __init__(self, scene: Scene, verbs: Sequence[bool], said: Sequence[bool], agents: frozenset[str]) -> None:
        self._clauses = scene.clauses
        self._before = [0]
        for verb in verbs:
            self._before.append(self._before[-1] + verb)
        words = [token.text if token.node < 0 else "" for token in scene.tokens]
        self._parts = {first: _part(words, verbs, said, first) for first in {node.first for node in scene.nodes}}
        self._subjects = sorted({(n.first, n.last) for n in scene.nodes if n.kind in agents and self._parts[n.first] == SUBJECT})

    def of(self, node: Node) -> str:
        """The part of a name, by the word before its list."""
        return self._parts[node.first]

    def to(self, node: Node, verb: int) -> str:
        """What a name is to the verb at a token index."""
        part = self._parts[node.first]
        if node.last < verb:
            far = f"{min(self._before[verb] - self._before[node.last + 1], 2)}{min(self._clauses[verb] - node.clause, 2)}"
            return part + far + (self._rival(node, verb) if part == SUBJECT else "")
        if verb < node.first:
            far = f"{min(self._before[node.first] - self._before[verb + 1], 2)}{min(node.clause - self._clauses[verb], 2)}"
            return "o" + far + (part if part != OBJECT else "")
        return "i"

    def _rival(self, node: Node, verb: int) -> str:
        """Whether another subject stands between a subject and a verb."""
        return "f" if any(node.last < first and last < verb for first, last in self._subjects) else "n"


def _part(words: Sequence[str], verbs: Sequence[bool], said: Sequence[bool], first: int) -> str:
    """The part of the list of names that begins at token `first`."""
    for k in range(first - 1, max(first - 1 - REACH, -1), -1):
        word = words[k]
        if word in part_words():
            return part_words()[word]
        if word in BREAKS:
            return SUBJECT
        if verbs[k] or said[k]:
            return OBJECT
    return SUBJECT if first <= REACH else UNKNOWN
