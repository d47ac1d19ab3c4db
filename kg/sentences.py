"""Sentences of a paragraph: they end at 。！？ outside brackets and quotation marks, or with the closing mark after one."""
from __future__ import annotations

import re
from collections.abc import Iterator

from kg.spans import Span

_MARK = re.compile(r"[“”‘’《》（）【】。！？]")
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】"}
_CLOSING = frozenset(_PAIRS.values())
_STOPS = frozenset("。！？")
_LONGEST = 600         # characters; the longest sentence of the corpus has some 200
_DEEPEST = 20          # brackets in brackets
_BREAK = re.compile(r"[；，、]")
_GOES_ON = frozenset("的等、，；和与及或之是）”’》")


def sentences(text: str, paragraph: Span) -> Iterator[Span]:
    """The sentences of one paragraph of `text`, without gaps but for spaces between them.

    A semicolon does not end one: what it parts shares subject and frame. What no person would read as one sentence is
    broken, so that the work on the names in it, which grows with their square, stays bounded.
    """
    start = paragraph.start
    for end in (*_ends(text, paragraph), paragraph.end):
        for part in _broken(text, start, end) if end - start > _LONGEST else (Span(start, end),):
            sentence = _trimmed(text, part.start, part.end)
            if len(sentence):
                yield sentence
        start = max(start, end)


def _broken(text: str, start: int, end: int) -> Iterator[Span]:
    """A stretch in pieces of at most the longest length: behind the last sign of the second half of each, else anywhere."""
    while end - start > _LONGEST:
        signs = [match.end() for match in _BREAK.finditer(text, start + _LONGEST // 2, start + _LONGEST)]
        cut = signs[-1] if signs else start + _LONGEST
        yield Span(start, cut)
        start = cut
    yield Span(start, end)


def _ends(text: str, paragraph: Span) -> list[int]:
    marks = list(_MARK.finditer(text, paragraph.start, paragraph.end))
    ends = [mark.end() for mark, inside in zip(marks, _covered(marks), strict=True) if not inside and _stops(text, mark)]
    return [end for end in ends if text[end:end + 1] not in _STOPS]


def _stops(text: str, mark: re.Match[str]) -> bool:
    if mark[0] in _STOPS:
        return True
    return mark[0] in _CLOSING and text[mark.start() - 1] in _STOPS and text[mark.end():mark.end() + 1] not in _GOES_ON


def _covered(marks: list[re.Match[str]]) -> list[bool]:
    """For each mark, whether it stands inside a bracket that is closed; brackets left open by mistake count for nothing.

    Of brackets in brackets only the innermost few can still be closed: text that opens thousands is no letter.
    """
    covered = [False] * len(marks)
    opened: list[int] = []
    for i, match in enumerate(marks):
        char = match[0]
        if char in _PAIRS:
            opened.append(i)
            del opened[:-_DEEPEST]
        elif char in _CLOSING:
            at = next((k for k in range(len(opened) - 1, -1, -1) if _PAIRS[marks[opened[k]][0]] == char), None)
            if at is not None:
                covered[opened[at] + 1:i] = [True] * (i - opened[at] - 1)
                del opened[at:]
    return covered


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return Span(start, end)
