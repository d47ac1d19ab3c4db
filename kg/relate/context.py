"""What the other pairs of a sentence say of a pair: features for the second reading of facts.

The first reading looks at each pair alone. The second sees what the first made of the pair and of those that share an end with it:
whether another name is the likelier host of an event, whether both parties sign the same paper, whether the letter says the same again.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from kg.maxent import Floats, Indices
from kg.model import SYMMETRIC
from kg.relate.pairs import Pair

NOTHING, FORWARD, BACKWARD = "O", ">", "<"     # a label is NOTHING, or the direction of a predicate and its name
SETTLED = 0.97      # pairs that surely say nothing are not read again
SEEN, WEIGHTY = 0.1, 0.3
STEPS = np.array([0.1, 0.25, 0.5, 0.75, 0.92])

Link = tuple[str, str, float, int]      # what an entity is to another (">organizes"), the other, how likely, the pair's number


def undecided(chances: Floats, labels: Sequence[str]) -> Indices:
    """The numbers of the pairs (rows of `chances`) that a second reading may change."""
    return np.flatnonzero(chances[:, labels.index(NOTHING)] <= SETTLED)


def contexts(pairs: Sequence[Pair], chances: Floats, labels: Sequence[str], rows: Sequence[int]) -> Iterator[list[str]]:
    """For each of the pairs `rows` of a letter what the first reading, that makes `chances` of all its pairs, says of it."""
    links: dict[tuple[int, str], list[Link]] = defaultdict(list)
    said: dict[tuple[str, str, str], list[tuple[float, int]]] = defaultdict(list)
    likely = chances >= SEEN
    likely[:, labels.index(NOTHING)] = False
    for row, column in zip(*(found.tolist() for found in np.nonzero(likely)), strict=True):
        pair, label, chance = pairs[row], labels[column], float(chances[row, column])
        links[pair.scene.span.start, pair.left].append((label, pair.right, chance, row))
        links[pair.scene.span.start, pair.right].append((mirrored(label), pair.left, chance, row))
        said[statement(pair, label)].append((chance, row))
    nothing = labels.index(NOTHING)
    for row in rows:
        pair = pairs[row]
        best = [k for k in np.argsort(-chances[row])[:3].tolist() if k != nothing and chances[row, k] >= 0.02][:2]
        top = [(labels[k], float(chances[row, k])) for k in best]
        lefts = [link for link in links[pair.scene.span.start, pair.left] if link[1] != pair.right]
        rights = [link for link in links[pair.scene.span.start, pair.right] if link[1] != pair.left]
        yield ["2" + name for name in (*_rivals(pairs, row, top, lefts, rights, said), *_about(pair.kinds, top, lefts, rights))]


def statement(pair: Pair, label: str) -> tuple[str, str, str]:
    """What a label says of a pair: subject, predicate, object; of a symmetric predicate in code-point order."""
    one, other = (pair.left, pair.right) if label[0] == FORWARD else (pair.right, pair.left)
    if label[1:] in SYMMETRIC and other < one:
        one, other = other, one
    return one, label[1:], other


def mirrored(label: str) -> str:
    """A label as its other end sees it."""
    return label if label[1:] in SYMMETRIC else (BACKWARD if label[0] == FORWARD else FORWARD) + label[1:]


def _step(chance: float) -> int:
    return int(np.searchsorted(STEPS, chance, side="right"))


def _rivals(pairs: Sequence[Pair], row: int, top: Sequence[tuple[str, float]], lefts: Sequence[Link], rights: Sequence[Link],
            said: dict[tuple[str, str, str], list[tuple[float, int]]]) -> Iterator[str]:
    """How likely each of the best labels is, here, of other pairs with the same end, and elsewhere in the letter."""
    pair = pairs[row]
    for label, chance in top:
        step = _step(chance)
        of_right = max((c for what, _, c, k in rights if what == mirrored(label) and pairs[k].lists != pair.lists), default=0.0)
        of_left = max((c for what, _, c, k in lefts if what == label and pairs[k].lists != pair.lists), default=0.0)
        yield from (f"p{label}{step}", f"q{step}{pair.kinds}", f"r{label}{step}{_step(of_right)}", f"l{label}{step}{_step(of_left)}",
                    f"r{of_right > chance}{label}", f"l{of_left > chance}{label}")
        again = [c for c, k in said[statement(pair, label)] if k != row]
        if again:
            yield f"e{label}{step}{_step(max(again))}"


def _about(kinds: str, top: Sequence[tuple[str, float]], lefts: Sequence[Link], rights: Sequence[Link]) -> Iterator[str]:
    """What else either end is likely to do in the sentence, and what both do with a third."""
    first = top[0][0] if top else ""
    for end, links in (("L", lefts), ("R", rights)):
        sure: dict[str, float] = {}
        for what, _, chance, _ in links:
            if chance > WEIGHTY:
                sure[what] = max(sure.get(what, 0.0), chance)
        for what, chance in sure.items():
            yield from (f"{end}{what}{kinds}", f"{end}{what}{first}{_step(chance)}")
    third = {other: what for what, other, chance, _ in lefts if chance > WEIGHTY}
    shared = sorted({third[other] + what for what, other, chance, _ in rights if chance > WEIGHTY and other in third})
    for both in shared:
        yield from (f"Z{both}", f"Z{both}{kinds}")
