"""What the other pairs of a sentence say of a pair: features for the second reading of facts.

The first reading looks at each pair alone. The second sees what the first made of the pair and of those that share an end with it:
whether another name is the likelier host of an event, whether both parties sign the same paper, whether the letter says the same again.
Features are keys, made of templates as in features.py.
"""
from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kg.keys import NONE, Bags, Codes, Floats, Mask, codes
from kg.model import SYMMETRIC
from kg.relate.features import Field, made
from kg.relate.layout import Places, spread
from kg.relate.pairs import Pair, Pairs

NOTHING, FORWARD, BACKWARD = "O", ">", "<"     # a label is NOTHING, or the direction of a predicate and its name
SETTLED = 0.97      # pairs that surely say nothing are not read again
SEEN, WEIGHTY, LEAST = 0.1, 0.3, 0.02
STEPS = np.array([0.1, 0.25, 0.5, 0.75, 0.92])

BEST = ("2p label step", "2q step kinds", "2r label step right", "2l label step left", "2r> label right_likelier", "2l> label left_likelier")
"""Of each of the two likeliest labels of a pair: how likely it is, here and of other pairs with the same right or left end."""
AGAIN = ("2e label step again",)
"""The same where the letter says it elsewhere too."""
LEFT, RIGHT = (tuple(f"2{end} what {rest}" for rest in ("kinds", "first step")) for end in "LR")
"""What else either end is likely to do in the sentence."""
THIRD = ("2Z one other", "2Z one other kinds")
"""What both ends do with a third."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels as arrays, and their mirrored forms behind them: the code of each; where the mirrored form of each label stands; and of each label
    the number of its predicate, whether that is symmetric, and whether the left end is the subject."""

    nothing: int
    codes: Codes
    mirrored: Places
    predicates: Places
    symmetric: Mask
    forward: Mask

    @classmethod
    @lru_cache(maxsize=16)
    def of(cls, labels: tuple[str, ...]) -> Labels:
        """The labels of a classifier."""
        names = list(dict.fromkeys((*labels, *map(mirrored, labels))))
        return cls(labels.index(NOTHING), codes(names), np.array([names.index(mirrored(label)) for label in labels]),
                   numbers(label[1:] for label in labels), np.array([label[1:] in SYMMETRIC for label in labels]),
                   np.array([label[0] == FORWARD for label in labels]))


@dataclass(frozen=True, slots=True)
class Links:
    """What ends do, sorted by end: the end, what it is to another (a number of `Labels.codes`), the other's number, how likely, of which pair."""

    ends: Places
    what: Places
    others: Places
    sure: Floats
    rows: Places

    def of(self, ends: Places, but: Places) -> tuple[Places, Places]:
        """The links of some ends, but those with certain others: the place in `ends` of each, and its number."""
        of, at = spread(np.searchsorted(self.ends, ends), np.searchsorted(self.ends, ends, "right"))
        kept = self.others[at] != but[of]
        return of[kept], at[kept]


def undecided(chances: Floats, labels: Sequence[str]) -> Places:
    """The numbers of the pairs (rows of `chances`) that a second reading may change."""
    return np.flatnonzero(chances[:, labels.index(NOTHING)] <= SETTLED)


def contexts(pairs: Pairs, chances: Floats, labels: Sequence[str], rows: Places) -> Bags:
    """For each of the pairs `rows` of a letter what the first reading, that makes `chances` of all its pairs, says of it."""
    if not len(rows):
        return Bags.of_names(())
    told = Labels.of(tuple(labels))
    left, right = numbers(name for pair in pairs.each for name in (pair.left, pair.right)).reshape(-1, 2).T
    scene = numbers(id(pair.scene) for pair in pairs.each) * (int(max(left.max(), right.max())) + 1)
    kinds = codes([pairs.each[row].kinds for row in rows.tolist()])
    likely = chances >= SEEN
    likely[:, told.nothing] = False
    row, label = np.nonzero(likely)
    links = _links(scene + left, scene + right, left, right, row, label, chances[row, label], told)
    top, best = _best(chances[rows], told.nothing)
    lefts = links.of((scene + left)[rows], right[rows])
    rights = links.of((scene + right)[rows], left[rows])
    size = (len(rows), len(told.codes))
    apart = [_most(size, of, links, at, pairs.groups[links.rows[at]] != pairs.groups[rows[of]]) for of, at in (lefts, rights)]
    chance, again = chances[rows[top], best], _again(left, right, row, label, chances[row, label], rows[top], best, told)
    of_left, of_right = apart[0][top, best], apart[1][top, told.mirrored[best]]
    fields: dict[str, Field] = {
        "label": told.codes[best], "step": _step(chance), "kinds": kinds[top], "right": _step(of_right), "left": _step(of_left),
        "right_likelier": of_right > chance, "left_likelier": of_left > chance, "again": _step(again)}
    first = np.full(len(rows), NONE)
    first[top[::-1]] = told.codes[best[::-1]]
    found = made(top, BEST, fields) + made(top, AGAIN, fields, again > 0)
    for templates, (of, at) in ((LEFT, lefts), (RIGHT, rights)):
        sure = _most(size, of, links, at, links.sure[at] > WEIGHTY)
        of, what = np.nonzero(sure)
        found += made(of, templates, {"what": told.codes[what], "kinds": kinds[of], "first": first[of], "step": _step(sure[of, what])})
    of, one, other = _third(links, lefts, rights, size)
    return Bags.joined(len(rows), found + made(of, THIRD, {"one": told.codes[one], "other": told.codes[other], "kinds": kinds[of]}))


def numbers(things: Iterable[Hashable]) -> Places:
    """A number for each thing, the same for equal ones, as they come."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(thing, len(known)) for thing in things], np.intp)


def statement(pair: Pair, label: str) -> tuple[str, str, str]:
    """What a label says of a pair: subject, predicate, object; of a symmetric predicate in code-point order."""
    one, other = (pair.left, pair.right) if label[0] == FORWARD else (pair.right, pair.left)
    if label[1:] in SYMMETRIC and other < one:
        one, other = other, one
    return one, label[1:], other


def mirrored(label: str) -> str:
    """A label as its other end sees it."""
    return label if label[1:] in SYMMETRIC else (BACKWARD if label[0] == FORWARD else FORWARD) + label[1:]


def _step(chances: Floats) -> Places:
    return np.searchsorted(STEPS, chances, side="right")


def _best(chances: Floats, nothing: int) -> tuple[Places, Places]:
    """The two likeliest labels of each row, those of any likelihood: row and label, by row, the likelier first."""
    found = np.argsort(-chances, axis=1)[:, :3]
    kept = (found != nothing) & (np.take_along_axis(chances, found, 1) >= LEAST)
    rows, places = np.nonzero(kept & (np.cumsum(kept, 1) <= 2))
    return rows, found[rows, places]


def _links(left_ends: Places, right_ends: Places, left: Places, right: Places, row: Places, label: Places, sure: Floats, told: Labels) -> Links:
    """Every likely label of a pair as a link of its left end and one of its right end; links of one end stay in the order of pairs."""
    ends = np.stack((left_ends[row], right_ends[row]), 1).ravel()
    order = np.argsort(ends, kind="stable")
    what, others = np.stack((label, told.mirrored[label]), 1).ravel(), np.stack((right[row], left[row]), 1).ravel()
    return Links(ends[order], what[order], others[order], np.repeat(sure, 2)[order], np.repeat(row, 2)[order])


def _most(size: tuple[int, int], of: Places, links: Links, at: Places, kept: Mask) -> Floats:
    """For each pair (rows) and what an end may do (columns) how likely its likeliest link is."""
    out = np.zeros(size)
    np.maximum.at(out, (of[kept], links.what[at[kept]]), links.sure[at[kept]])
    return out


def _again(left: Places, right: Places, row: Places, label: Places, sure: Floats, rows: Places, best: Places, told: Labels) -> Floats:
    """How likely another pair of the letter says what labels `best` say of pairs `rows`; 0 where none does."""
    said, asked = (_statements(left[k], right[k], which, told) for k, which in ((row, label), (rows, best)))
    order = np.argsort(said, kind="stable")
    said = said[order]
    of, at = spread(np.searchsorted(said, asked), np.searchsorted(said, asked, "right"))
    kept = row[order][at] != rows[of]
    out = np.zeros(len(rows))
    np.maximum.at(out, of[kept], sure[order][at[kept]])
    return out


def _statements(left: Places, right: Places, label: Places, told: Labels) -> Places:
    """A number for what labels say of pairs, the same for the same statement."""
    turned = np.where(told.symmetric[label], right < left, ~told.forward[label])
    one, other = np.where(turned, right, left), np.where(turned, left, right)
    return (told.predicates[label] << 40) + (one << 20) + other


def _third(links: Links, lefts: tuple[Places, Places], rights: tuple[Places, Places], size: tuple[int, int]) -> tuple[Places, Places, Places]:
    """What both ends of pairs are likely to do with the same third, each once: the pair's place, what the left does, what the right does."""
    (of, at), (right_of, right_at) = ((of[kept], at[kept]) for of, at in (lefts, rights) for kept in (links.sure[at] > WEIGHTY,))
    does = np.full((size[0], int(links.others.max(initial=0)) + 1), -1)
    does[of, links.others[at]] = links.what[at]         # of several the last
    one = does[right_of, links.others[right_at]]
    found = np.unique(np.stack((right_of, one, links.what[right_at]))[:, one >= 0], axis=1)
    return found[0], found[1], found[2]
