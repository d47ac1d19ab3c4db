"""The parts that names play in their clauses, as far as the words next to them tell.

    天开西青园  由 我区  与 天津理工大学、天津师范大学  共建
    [subject]      [by]    [----------- with --------]  verb

A part is given by the word before a name's list: a preposition, a comma (the name is a subject) or a verb (it is its object).
What a name is to a verb is its part, how many other verbs and clauses lie between, and whether another subject stands nearer.
"""
from __future__ import annotations

import numpy as np

from kg.keys import Codes, code, keyed, spread_bits
from kg.relate.layout import Layout, Places, Track
from kg.relate.signs import AGENT, OBJECT, SUBJECT, UNKNOWN, VERB

REACH = 8       # words that may stand between a preposition and its name
_SUBJECT, _OBJECT, _UNKNOWN = (np.uint64(code(part)) for part in (SUBJECT, OBJECT, UNKNOWN))
_INSIDE = np.uint64(code("inside"))


class Parts:
    """The part of every list of names of a letter, and what each is to a verb."""

    def __init__(self, layout: Layout, firsts: Places, lasts: Places, starts: Places) -> None:
        """Of each name (in text order) the first and last token of its list, and where its sentence begins."""
        self._clause, self._verbs = layout.clause, layout.worded(VERB).before
        giving = Track(layout.parts != 0, layout.parts[layout.parts != 0])
        given = giving.last(np.maximum(starts, firsts - REACH), firsts)
        given = np.where(given != 0, given, np.where(firsts - starts <= REACH, _SUBJECT, _UNKNOWN))
        self._parts = np.zeros(layout.size, np.uint64)
        self._parts[firsts] = given
        agents = layout.marked(AGENT).count(firsts, lasts + 1) > 0
        begins, which = np.unique(firsts[agents & (given == _SUBJECT)], return_index=True)
        self._subjects = Track(np.bincount(begins, minlength=layout.size), np.zeros(len(begins), np.uint64))
        self._ends = np.append(lasts[agents & (given == _SUBJECT)][which], 2 * layout.size)     # of the subjects, and of none

    def of(self, firsts: Places) -> Codes:
        """The parts of lists that begin at tokens, by the word before each."""
        return self._parts[firsts]

    def to(self, firsts: Places, lasts: Places, verbs: Places) -> Codes:
        """What lists of names are to verbs."""
        part, count, clause = self._parts[firsts], self._verbs, self._clause
        after = _far(count[verbs] - count[lasts + 1], clause[verbs] - clause[firsts])
        before = _far(count[firsts] - count[verbs + 1], clause[firsts] - clause[verbs])
        rival = np.where(part == _SUBJECT, 1 + (self._ends[self._subjects.before[lasts + 1]] < verbs), 0).astype(np.uint64)
        acting, suffering = keyed("before its verb", part, after, rival), keyed("behind its verb", np.where(part == _OBJECT, 0, part), before)
        return spread_bits(np.where(lasts < verbs, acting, np.where(verbs < firsts, suffering, _INSIDE)))


def _far(verbs: Places, clauses: Places) -> Codes:
    """How many verbs and clauses lie between, each up to two."""
    return (np.clip(verbs, 0, 2) * 3 + np.clip(clauses, 0, 2)).astype(np.uint64)
