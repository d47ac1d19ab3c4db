"""A sentence as the fact reader sees it: names as nodes, lists of names as groups, the words between as tokens.

    二是  天津大学 、 南开大学  与  香港理工大学  签署 …
    w w   [node 0] w [node 1]  w  [ node 2 ]    w
          [--- group 0..1 ---]     [group 2..2]

Names are masked before the words are cut, so that what stands inside a name never looks like a verb.
"""
from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.model import Entity, Letter, Sentence
from kg.spans import Span
from kg.words import Tagger

CLAUSE_END = frozenset("，；。：！？")


class Token(NamedTuple):
    """A word of a sentence; `node` is the index of the name that it is, or -1. Offsets are those of `Letter.plain`."""

    text: str
    tag: str
    start: int
    end: int
    node: int = -1


@dataclass(frozen=True, slots=True)
class Node:
    """A name in a sentence: its entity, its token, the first and last token of the list of names it stands in, how sure it is a name."""

    entity: str
    kind: str
    surface: str
    token: int
    first: int
    last: int
    clause: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with its names. `clauses` gives each token's clause number (commas and semicolons part clauses)."""

    sentence: Sentence
    span: Span
    tokens: tuple[Token, ...]
    nodes: tuple[Node, ...]
    clauses: tuple[int, ...]

    def words(self, first: int, last: int) -> Sequence[Token]:
        """The tokens from index `first` up to `last`, excluded."""
        return self.tokens[max(first, 0):max(last, 0)]


def scenes(letter: Letter, entities: Sequence[Entity], tagger: Tagger) -> list[Scene]:
    """A scene for every sentence of the letter, in order."""
    marks = sorted((link.mention.span.start, link.mention.span.end, entity.name, entity.kind, link.mention.confidence)
                   for entity in entities for link in entity.links)
    starts = [mark[0] for mark in marks]
    out = []
    for sentence in letter.sentences:
        low, high = bisect_left(starts, sentence.span.start), bisect_left(starts, sentence.span.end)
        out.append(_scene(letter.plain, sentence, marks[low:high], tagger))
    return out


def _scene(plain: str, sentence: Sentence, marks: Sequence[tuple[int, int, str, str, float]], tagger: Tagger) -> Scene:
    tokens: list[Token] = []
    at = sentence.span.start
    for index, (start, end, _, kind, _) in enumerate(marks):
        tokens += _tokens(plain, at, start, tagger)
        tokens.append(Token(plain[start:end], kind, start, end, index))
        at = end
    tokens += _tokens(plain, at, sentence.span.end, tagger)
    clauses = _clauses(tokens)
    groups = _groups(tokens)
    nodes = []
    for k, token in enumerate(tokens):
        if token.node >= 0:
            _, _, name, kind, confidence = marks[token.node]
            first, last = groups[k]
            nodes.append(Node(name, kind, token.text, k, first, last, clauses[k], confidence))
    return Scene(sentence, sentence.span, tuple(tokens), tuple(nodes), tuple(clauses))


def _tokens(plain: str, start: int, end: int, tagger: Tagger) -> Iterator[Token]:
    for text, tag in tagger.pairs(plain[start:end]):
        yield Token(text, tag, start, start + len(text))
        start += len(text)


def _clauses(tokens: Sequence[Token]) -> list[int]:
    number, out = 0, []
    for token in tokens:
        out.append(number)
        if token.text in CLAUSE_END:
            number += 1
    return out


def _groups(tokens: Sequence[Token]) -> Mapping[int, tuple[int, int]]:
    """For each token that is a name, the first and last token of its list: names of one class with only 、和 between them."""
    names = [k for k, token in enumerate(tokens) if token.node >= 0]
    groups: dict[int, tuple[int, int]] = {}
    run: list[int] = []
    for k in names:
        if run and not _listed(tokens, run[-1], k):
            groups.update(dict.fromkeys(run, (run[0], run[-1])))
            run = []
        run.append(k)
    groups.update(dict.fromkeys(run, (run[0], run[-1])) if run else {})
    return groups


def _listed(tokens: Sequence[Token], left: int, right: int) -> bool:
    """Whether two names are items of one list. 和 and 与 do not join: they may part two sides (A、B与C、D)."""
    between = [token.text for token in tokens[left + 1:right]]
    return between in (["、"], ["及"], ["以及"])
