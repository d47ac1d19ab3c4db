"""What the sequence model sees of each character: the characters about it, words and tags, names known, heads, quotes.

Every feature is a string; the list for a character is what crfsuite calls an item. Features are few on purpose: reading
a letter costs about as long as making them.
"""
from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import pairwise

from kg.recognise.base import Known, Passage, Proposal

OUTSIDE = "-"
OPENING, CLOSING = "“‘《「『(（【", "”’》」』)）】"
ROLE = ("B", "I", "E", "S")
STOPS = frozenset("，。；：！？")
CLAUSE = re.compile("[^，。；：！？\n]+")
ITEM = re.compile("[、和与及]")


def painted(length: int, known: Sequence[Known]) -> list[str]:
    """For each of `length` characters the label of what covers it, with its place in it (B, I, E, S); later ones win."""
    marks = [OUTSIDE] * length
    for item in known:
        for i in range(item.start, item.end):
            marks[i] = "I" + item.label
        if item.end - item.start == 1:
            marks[item.start] = "S" + item.label
        else:
            marks[item.start], marks[item.end - 1] = "B" + item.label, "E" + item.label
    return marks


def fitted(known: Known, edges: frozenset[int]) -> Known:
    """A known name, its label marked when it cuts a word (香港大学 in 香港大学生)."""
    return known if known.start in edges and known.end in edges else Known(known.start, known.end, known.label + "~")


def shape(char: str) -> str:
    """A character as the model sees it: digits and Latin letters are one each."""
    if char.isdigit():
        return "0"
    if char.isascii() and char.isalpha():
        return "a"
    return char


def brackets(text: str) -> list[str]:
    """For each character the innermost open bracket or quotation mark, and how far into it, up to three."""
    out, stack = [], []
    for i, char in enumerate(text):
        if char in OPENING:
            stack.append((char, i))
            out.append("open" + char)
        elif char in CLOSING:
            out.append("close" + char)
            if stack:
                stack.pop()
        else:
            out.append(stack[-1][0] + str(min(i - stack[-1][1], 3)) if stack else OUTSIDE)
    return out


def after_quote(text: str) -> list[str]:
    """For each character inside quotation marks the two characters that follow the closing mark, else '-'."""
    out = [OUTSIDE] * len(text)
    start = None
    for i, char in enumerate(text):
        if char == "“":
            start = i
        elif char == "”" and start is not None:
            label = text[i + 1:i + 3]
            out[start:i + 1] = [label] * (i + 1 - start)
            start = None
    return out


def next_heads(text: str, heads: Sequence[Known], reach: int = 14) -> list[str]:
    """For each character the class of the nearest head word that ends to its right before any stop, and how far it is."""
    out = [OUTSIDE] * len(text)
    for head in heads:
        first = max(0, head.start - reach)
        for i in range(head.start - 1, first - 1, -1):
            if text[i] in "，。；：、！？\n":
                break
            if out[i] == OUTSIDE:
                out[i] = f"{head.label}{min((head.start - i + 2) // 3, 3)}"
    return out


def of(passage: Passage, proposals: Sequence[Proposal] = (), known: Container[str] | None = None) -> list[list[str]]:
    """The features of each character of a passage; of those in `known` only, where a model is to read them.

    They are made a column at a time, which costs half of making them a character at a time; '' is no feature.
    """
    rows = zip(*columns(passage, proposals), strict=True)
    if known is None:
        return [[name for name in row if name] for row in rows]
    return [[name for name in row if name in known] for row in rows]


def columns(passage: Passage, proposals: Sequence[Proposal]) -> list[list[str]]:
    """For each kind of feature its value at every character."""
    text, words = passage.text, passage.words
    size = len(text)
    edges = frozenset(passage.edges())
    chars = ["^", "^", *map(shape, text), "$", "$"]
    a, b, c, d, e = (chars[k:k + size] for k in range(5))
    word, tag, role, place = spread(words)
    before = ["^", *(w for w, _ in words)]
    after = [*(w for w, _ in words[1:]), "$"]
    tags = ["^", *(t for _, t in words), "$"]
    pairs = ["p" + x + y for x, y in pairwise(tags)]
    name = painted(size, [fitted(known, edges) for known in passage.names])
    head = painted(size, passage.heads)
    marked = painted(size, [Known(p.start, p.end, p.source + p.kind) for p in proposals if p.source != "suffix"])
    ended = painted(size, [Known(p.start, p.end, p.kind) for p in proposals if p.source == "suffix"])
    coming, inside, tail = next_heads(text, passage.heads), brackets(text), after_quote(text)
    verbs, runs = verbs_about(words), single_runs(words)
    lefts, rights = ["V" + x for x, _ in verbs], ["Y" + y for _, y in verbs]
    run_of = [f"R{min(n, 4)}" if n > 1 else "" for n in runs]
    own = passage.own
    return [
        ["c" + x for x in c], ["b" + x for x in b], ["d" + x for x in d],
        ["1" + x + y for x, y in zip(b, c, strict=True)], ["2" + x + y for x, y in zip(c, d, strict=True)],
        ["3" + x + y for x, y in zip(a, b, strict=True)], ["4" + x + y for x, y in zip(d, e, strict=True)],
        ["5" + x + y + z for x, y, z in zip(b, c, d, strict=True)], ["6" + x + y + z for x, y, z in zip(c, d, e, strict=True)],
        ["7" + x + y + z for x, y, z in zip(a, b, c, strict=True)],
        ["w" + x + y for x, y in zip(role, word, strict=True)], ["t" + x + y for x, y in zip(role, tag, strict=True)],
        [pairs[k] for k in place], ["n" + pairs[k + 1] for k in place],
        ["W" + before[k] for k in place], ["X" + after[k] for k in place], [lefts[k] for k in place], [rights[k] for k in place],
        ["N" + x for x in name], ["M" + x for x in ("^", *name[:-1])], ["O" + x for x in (*name[1:], "$")],
        ["g" + y if x == OUTSIDE else "N+" + x + z for x, y, z in zip(name, coming, role, strict=True)],
        ["own" + x if y in own else "" for x, y in zip(role, text, strict=True)],
        [run_of[k] + x if run_of[k] else "" for k, x in zip(place, role, strict=True)],
        list_items(text, passage.names), optional("h", head), optional("q", inside),
        ["Q" + x if x != OUTSIDE and y != OUTSIDE else "" for x, y in zip(tail, inside, strict=True)],
        optional("r", marked), optional("u", ended),
    ]


def optional(prefix: str, values: Sequence[str]) -> list[str]:
    """A column of features that most characters have not."""
    return ["" if value == OUTSIDE else prefix + value for value in values]


def spread(words: Sequence[tuple[str, str]]) -> tuple[list[str], list[str], list[str], list[int]]:
    """Of each character: its word, the word's tag, its place in the word, and the word's number."""
    word_of: list[str] = []
    tag_of: list[str] = []
    role_of: list[str] = []
    number: list[int] = []
    for k, (word, tag) in enumerate(words):
        n = len(word)
        word_of += [word] * n
        tag_of += [tag] * n
        role_of += ["S"] if n == 1 else ["B", *["I"] * (n - 2), "E"]
        number += [k] * n
    return word_of, tag_of, role_of, number


def verbs_about(words: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """For each word the nearest verb before it and after it in its clause."""
    left, right = ["-"] * len(words), ["-"] * len(words)
    last = "-"
    for k, (word, tag) in enumerate(words):
        left[k] = last
        last = "-" if word in STOPS else word if tag == "v" else last
    last = "-"
    for k in range(len(words) - 1, -1, -1):
        word, tag = words[k]
        right[k] = last
        last = "-" if word in STOPS else word if tag == "v" else last
    return list(zip(left, right, strict=True))


def single_runs(words: Sequence[tuple[str, str]]) -> list[int]:
    """For each word how many words of one character stand together there: a run of them is often a name that no dictionary has."""
    out, start = [0] * len(words), 0
    for k in range(len(words) + 1):
        if k == len(words) or len(words[k][0]) != 1 or not words[k][0].isalpha():
            out[start:k] = [k - start] * (k - start)
            start = k + 1
    return out


def list_items(text: str, names: Sequence[Known]) -> list[str]:
    """For each character of an item of a list (A、B、C) its place in the item, and a class that the list's known names have."""
    out = [""] * len(text)
    for clause in CLAUSE.finditer(text):
        if "、" not in clause[0]:
            continue
        classes = [n.label for n in names if clause.start() <= n.start and n.end <= clause.end()]
        label = max(set(classes), key=lambda c: (classes.count(c), c)) if classes else OUTSIDE
        start = clause.start()
        for part in ITEM.split(clause[0]):
            end = start + len(part)
            for i in range(start, end):
                out[i] = f"i{min(i - start, 3)}{min(end - i, 3)}{label}"
            start = end + 1
    return out
