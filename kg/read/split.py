"""Several letters in one text: each begins below the end of the one before it and has an opening of its own (……收悉，现答复如下)."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from kg.model import Part
from kg.normalise import normalise
from kg.patterns import load_patterns
from kg.read.document import Document
from kg.spans import Span

_LINE = re.compile(r"[^\n]+")
_OPENING = re.compile(r"(?:提案|建议|议案|来信|来函|意见).{0,60}(?:收悉|收到|敬悉)|(?:答复|函复|回复|复函|回函)如下")
_LOOK_BACK = 14          # lines between the opening of a letter and the end of the one before
_SHORTEST = 60           # characters of a letter


def split(document: Document) -> tuple[Document, ...]:
    """The letters in a document, each with its own places; the document itself when it holds one letter, or none. Notices go with the first."""
    starts = [0, *_starts(document.text)]
    if len(starts) == 1:
        return (document,)
    ends = [*starts[1:], len(document.text)]
    name = f"{document.name}-" if document.name else ""
    return tuple(replace(document, text=document.text[start:end], parts=_within(document.parts, Span(start, end)), name=f"{name}{number}",
                         notices=document.notices if number == 1 else ())
                 for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1))


def _starts(text: str) -> list[int]:
    """Where the second and further letters begin."""
    lines = [line for line in _LINE.finditer(normalise(text)) if line[0].strip()]
    openings = [i for i, line in enumerate(lines) if _OPENING.search(line[0])]
    if len(openings) < 2:
        return []
    found: list[int] = []
    last = 0
    for opening in openings[1:]:
        first = _first_line(lines, opening)
        if first is not None and lines[first].start() - last >= _SHORTEST:
            last = lines[first].start()
            found.append(last)
    return found


def _first_line(lines: Sequence[re.Match[str]], opening: int) -> int | None:
    """The first line of the letter with this opening: below the nearest end of a letter, with a title or addressee between."""
    end, title, addressee = _rules()
    for i in range(opening - 1, max(-1, opening - _LOOK_BACK), -1):
        line = lines[i][0].strip()
        if end.search(line) and not title.search(line):
            head = [lines[k][0].strip() for k in range(i + 1, opening)]
            return i + 1 if any(title.search(one) or addressee.search(one) for one in head) else None
    return None


@cache
def _rules() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    structure = load_patterns("structure")
    tail, head = structure.table("tail"), structure.table("head")
    end = rf"^(?:.{{0,30}}?\s*)?{tail.text('date')}\s*(?:印发)?$|{tail.text('copy')}|{tail.text('contact')}|^={{4,}}$|^-{{4,}}$|^\*{{3,}}$"
    return re.compile(end), head.regex("title"), re.compile(r"^.{2,60}(?:代表|委员|委员会|党派|小组|先生|女士)(?:们)?[：:]?$")


def _within(parts: tuple[Part, ...], span: Span) -> tuple[Part, ...]:
    """The parts that lie in a span of the text, counted from its beginning."""
    before = [part for part in parts if part.start <= span.start]
    inside = [part for part in parts if span.start < part.start < span.end]
    return tuple(replace(part, start=max(0, part.start - span.start)) for part in (*before[-1:], *inside))
