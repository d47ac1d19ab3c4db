"""What the sequence model sees of each character: the characters about it, words and tags, names known, heads, quotes.

`columns` is the one definition, for training and for reading: for each kind of feature its key at every character of a letter.
A column is `keyed(name, field, ...)`; a field is an array of codes, one for each character. To add a column, add a line.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from kg.keys import NONE, Codes, code, codes, keyed, named
from kg.recognise.base import Known, Passage, Proposal
from kg.recognise.sheet import Sheet

OPENING, CLOSING = "“‘《「『(（【", "”’》」』)）】"
MARKS = re.compile(f"[{re.escape(OPENING + CLOSING)}]")
QUOTES = re.compile("[“”]")
CLAUSE = re.compile("[^，。；：！？\n]+")
ITEM = re.compile("[、和与及]")
REACH = 14


def of(passage: Passage, proposals: Sequence[Proposal] = ()) -> list[list[str]]:
    """The features of each character of a passage as strings, for crfsuite to train on."""
    return [named(row) for row in np.stack(columns([passage], [proposals])).T.tolist()]


def columns(passages: Sequence[Passage], proposals: Sequence[Sequence[Proposal]]) -> list[Codes]:
    """For each kind of feature its key at every character of the passages, end to end; zero where there is none."""
    sheet = Sheet(passages)
    a, b, c, d, e = (sheet.char(offset) for offset in range(-2, 3))
    role, tag, word = sheet.roles, sheet.tag(0), sheet.word(0)
    verb_before, verb_after = sheet.verbs()
    runs, own = sheet.runs(), sheet.own()
    name = sheet.painted(lambda passage: fitted(passage))
    head = sheet.painted(lambda passage: passage.heads)
    rules = dict(zip(map(id, passages), proposals, strict=True))
    marked = sheet.painted(lambda passage: [Known(p.start, p.end, p.source + p.kind) for p in rules[id(passage)] if p.source != "suffix"])
    ended = sheet.painted(lambda passage: [Known(p.start, p.end, p.kind) for p in rules[id(passage)] if p.source == "suffix"])
    coming, inside, tail, item = next_heads(sheet), brackets(sheet), after_quote(sheet), list_items(sheet)
    return [
        keyed("c", c), keyed("b", b), keyed("d", d),
        keyed("bc", b, c), keyed("cd", c, d), keyed("ab", a, b), keyed("de", d, e),
        keyed("bcd", b, c, d), keyed("cde", c, d, e), keyed("abc", a, b, c),
        keyed("word", role, word), keyed("tag", role, tag),
        keyed("tag before", sheet.tag(-1), tag), keyed("tag after", tag, sheet.tag(1)),
        keyed("word before", sheet.word(-1)), keyed("word after", sheet.word(1)),
        keyed("verb before", verb_before), keyed("verb after", verb_after),
        keyed("name", name), keyed("name before", sheet.shifted(name, -1)), keyed("name after", sheet.shifted(name, 1)),
        keyed("coming", coming, where=name == NONE), keyed("name and role", name, role, where=name != NONE),
        keyed("own", role, where=own), keyed("own before", b, where=own), keyed("own after", d, where=own), keyed("own between", b, d, where=own),
        keyed("run", codes("01234")[np.minimum(runs, 4)], role, where=runs > 1),
        keyed("item", item, where=item != NONE),
        keyed("head", head, where=head != NONE),
        keyed("inside", inside, where=inside != NONE),
        keyed("tail", tail, where=(tail != NONE) & (inside != NONE)),
        keyed("marked", marked, where=marked != NONE),
        keyed("ended", ended, where=ended != NONE),
    ]


def fitted(passage: Passage) -> Iterator[Known]:
    """The known names of a passage, the label of those marked that cut a word (香港大学 in 香港大学生)."""
    edges = frozenset(passage.edges())
    for known in passage.names:
        whole = known.start in edges and known.end in edges
        yield Known(known.start, known.end, known.label + known.detail + ("" if whole else "~"))


def next_heads(sheet: Sheet) -> Codes:
    """For each character the class of the nearest head word that begins to its right before any stop, and how far it is."""
    out = np.zeros(sheet.size, np.uint64)
    breaks = sheet.last_break()
    for start, passage in sheet.each():
        left = start
        for head in passage.heads:
            at = start + head.start
            first = max(left, at - REACH, int(breaks[at]))
            out[first:at] = _approach(head.label)[REACH - (at - first):]
            left = at
    return out


@lru_cache(maxsize=256)
def _approach(label: str) -> Codes:
    """The codes of the characters before a head word, by thirds of a dozen."""
    return codes([f"{label}{min((distance + 2) // 3, 3)}" for distance in range(REACH, 0, -1)])


def brackets(sheet: Sheet) -> Codes:
    """For each character the innermost open bracket or quotation mark, and how far into it, up to three."""
    out = np.zeros(sheet.size, np.uint64)
    for start, passage in sheet.each():
        stack: list[tuple[str, int]] = []
        done = 0
        for mark in MARKS.finditer(passage.text):
            char, at = mark[0], mark.start()
            _fill(out, stack, start, done, at)
            if char in OPENING:
                stack.append((char, at))
            elif stack:
                stack.pop()
            out[start + at] = code(("open" if char in OPENING else "close") + char)
            done = at + 1
        _fill(out, stack, start, done, len(passage.text))
    return out


def _fill(out: Codes, stack: Sequence[tuple[str, int]], start: int, first: int, last: int) -> None:
    """Mark the characters from `first` to `last` of the passage at `start` as inside the bracket that is open."""
    if stack and first < last:
        char, opened = stack[-1]
        out[start + first:start + last] = code(char + "3")
        for i in range(first, min(last, opened + 3)):
            out[start + i] = code(char + str(i - opened))


def after_quote(sheet: Sheet) -> Codes:
    """For each character inside quotation marks the two characters that follow the closing mark."""
    out = np.zeros(sheet.size, np.uint64)
    for start, passage in sheet.each():
        opened = None
        for mark in QUOTES.finditer(passage.text):
            if mark[0] == "“":
                opened = mark.start()
            elif opened is not None:
                out[start + opened:start + mark.end()] = code(passage.text[mark.end():mark.end() + 2])
                opened = None
    return out


def list_items(sheet: Sheet) -> Codes:
    """For each character of an item of a list (A、B、C) its place in the item, and a class that the list's known names have."""
    out = np.zeros(sheet.size, np.uint64)
    for start, passage in sheet.each():
        for clause in CLAUSE.finditer(passage.text) if "、" in passage.text else ():
            if "、" not in clause[0]:
                continue
            classes = [n.label for n in passage.names if clause.start() <= n.start and n.end <= clause.end()]
            label = max(set(classes), key=lambda c: (classes.count(c), c)) if classes else "-"
            at = start + clause.start()
            for part in ITEM.split(clause[0]):
                out[at:at + len(part)] = _item(len(part), label)
                at += len(part) + 1
    return out


@lru_cache(maxsize=4096)
def _item(size: int, label: str) -> Codes:
    """The codes of the characters of a list's item."""
    return codes([f"{min(i, 3)}{min(size - i, 3)}{label}" for i in range(size)])
