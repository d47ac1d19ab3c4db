"""What a letter says of itself: its number and date, the proposal that it answers, who wrote it to whom, and with whom."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from kg.model import Header, Letter
from kg.normalise import is_traditional, simplify
from kg.parties import addressees, consulted, issuers
from kg.patterns import load_patterns
from kg.plain import is_torn
from kg.spans import Span

_HEAD_KINDS = frozenset({"letterhead", "number", "title", "contact", "residue"})
_DIGITS = {char: value for value, chars in enumerate(("〇○零oO0", "一1元", "二2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")) for char in chars}
_OPENING_LENGTH, _SHORTEST_TITLE = 320, 7
_BESIDE = re.compile("》(?:（[^（）]{1,20}）)?、?《")


@dataclass(frozen=True, slots=True)
class _Rules:
    document: re.Pattern[str]
    sessions: tuple[re.Pattern[str], ...]
    session_edge: re.Pattern[str]
    session_start: re.Pattern[str]
    numbers: tuple[re.Pattern[str], ...]
    title_before: re.Pattern[str]
    title_after: re.Pattern[str]
    title_end: re.Pattern[str]
    title_bare: re.Pattern[str]
    title_never: re.Pattern[str]
    date: re.Pattern[str]
    date_skip: re.Pattern[str]
    date_fallback: re.Pattern[str]
    date_titled: re.Pattern[str]


@cache
def _rules() -> _Rules:
    structure = load_patterns("structure")
    part = structure.table("header")
    patterns = {name: part.regex(name) for name in _Rules.__dataclass_fields__ if name in part}
    return _Rules(**patterns, date=structure.table("tail").regex("date"),
                  sessions=tuple(map(re.compile, part.words("session"))), numbers=tuple(map(re.compile, part.words("number"))))


def header(letter: Letter) -> Header:
    """The header of a segmented letter; what the letter does not say is None or empty."""
    heads = tuple(_heads(letter))
    openings = (*heads, *opening(letter))
    return Header(
        document_number=_document_number(letter),
        proposal_number=_proposal_number(letter, openings),
        proposal_title=_proposal_title(letter, openings),
        session=_session(letter, openings),
        date=_date(letter),
        issuers=issuers(letter),
        addressees=addressees(letter),
        consulted=consulted(letter))


def opening(letter: Letter) -> Iterator[Span]:
    """The paragraphs that open the body, up to the one that announces the answer."""
    announce = re.compile("如下|收悉|答复")
    bodies = [block.span for block in letter.blocks if block.kind in ("body", "closing")][:3]
    for span in bodies:
        yield Span(span.start, min(span.end, span.start + _OPENING_LENGTH))
        if announce.search(letter.plain, span.start, span.end):
            return


def _heads(letter: Letter) -> Iterator[Span]:
    """The title and what stands beside it above the body."""
    for block in letter.blocks:
        if block.kind in ("body", "heading"):
            return
        if block.kind in ("title", "addressee", "letterhead"):
            yield block.span


def as_written(letter: Letter, span: Span) -> str:
    """The source's characters of a span on one line, simplified in a letter of traditional characters.

    White space stays, but for that which a bad conversion put between all characters.
    """
    text = re.sub(r"\s*[\r\n]+\s*", "", letter.written(span)).replace("**", "")
    if is_torn(letter.source.text):
        text = "".join(letter.source.text[at] for at in letter.origins[span.start:span.end])
    return simplify(text) if is_traditional(letter.source.text) else text


def _document_number(letter: Letter) -> str | None:
    spans = [block.span for block in letter.blocks if block.kind in _HEAD_KINDS]
    spans += [Span(block.span.start, min(block.span.end, block.span.start + 60)) for block in letter.blocks[:1]]
    for span in spans:
        found = _rules().document.search(letter.plain, span.start, span.end)
        if found:
            return as_written(letter, Span(*found.span("number")))
    return None


def _session(letter: Letter, spans: tuple[Span, ...]) -> str | None:
    rule = _rules()
    for span in spans:
        for session in rule.sessions:
            found = session.search(letter.plain, span.start, span.end)
            if found:
                return _from_edge(found[0])
    return None


def _from_edge(text: str) -> str:
    """The name of a session without the words before it: 您在市政协…… becomes 市政协……."""
    rule = _rules()
    core = re.search("第?[一二三四五六七八九十\\d]{1,3}届", text)
    limit = core.start() if core else 0
    cuts = [0, *(match.end() for match in rule.session_edge.finditer(text) if match.end() <= limit)]
    return next((text[cut:] for cut in reversed(cuts) if rule.session_start.match(text[cut:])), text)


def _proposal_number(letter: Letter, spans: tuple[Span, ...]) -> str | None:
    for pattern in _rules().numbers:
        for span in spans:
            found = pattern.search(letter.plain, span.start, span.end)
            if found:
                return "; ".join(value for value in found.groups() if value)
    return None


def _proposal_title(letter: Letter, spans: tuple[Span, ...]) -> str | None:
    """Titles in book-title marks, then in quotation marks, then bare; those that stand together are all given."""
    body_first = (*[span for span in spans if not _is_head(letter, span)], *[span for span in spans if _is_head(letter, span)])
    for find in (_marked, _quoted, _bare):
        for span in body_first:
            found = find(letter.plain, span)
            if found:
                return "; ".join(as_written(letter, title) for title in found)
    return None


def _is_head(letter: Letter, span: Span) -> bool:
    return any(block.span == span and block.kind not in ("body", "closing") for block in letter.blocks)


def _marked(text: str, span: Span) -> tuple[Span, ...]:
    found = tuple(_between(text, span, "《", "》"))
    fit = tuple(title for title in found if _is_title(text, title))
    together = 1
    while together < len(fit) and _BESIDE.fullmatch(text, fit[together - 1].end, fit[together].start):
        together += 1
    return fit[:together]


def _quoted(text: str, span: Span) -> tuple[Span, ...]:
    return tuple(title for title in _between(text, span, "“", "”") if _is_title(text, title))[:1]


def _bare(text: str, span: Span) -> tuple[Span, ...]:
    for match in _rules().title_bare.finditer(text, span.start, span.end):
        if not _rules().title_never.search(match[0]):
            return (Span(*match.span()),)
    return ()


def _is_title(text: str, title: Span) -> bool:
    rule, name = _rules(), title.of(text)
    if len(name) < _SHORTEST_TITLE or rule.title_never.search(name):
        return False
    return bool(rule.title_end.search(name) or rule.title_after.match(text, title.end + 1)
                or rule.title_before.search(text[max(0, title.start - 5):title.start - 1]))


def _between(text: str, span: Span, opening_mark: str, closing_mark: str) -> Iterator[Span]:
    """What stands between outermost pairs of marks."""
    depth = start = 0
    for at in range(span.start, span.end):
        if text[at] == opening_mark:
            depth += 1
            start = at + 1 if depth == 1 else start
        elif text[at] == closing_mark and depth:
            depth -= 1
            if not depth:
                yield Span(start, at)


def _date(letter: Letter) -> date | None:
    """The date of the signature; else of another line of the end; else that of printing or of publication; else in brackets behind the title."""
    rule = _rules()
    ends = [block for block in letter.blocks if block.kind in ("signature", "contact", "closing", "copy", "residue")]
    signed = [block for block in ends if block.kind == "signature" and not rule.date_skip.search(block.span.of(letter.plain))]
    others = [block for block in ends if block.kind == "contact"]
    fallback = [block for block in ends if rule.date_fallback.search(block.span.of(letter.plain))]
    for block in (*reversed(signed), *reversed(others), *reversed(fallback)):
        for match in rule.date.finditer(letter.plain, block.span.start, block.span.end):
            found = read_date(match[0])
            if found:
                return found
    titles = (rule.date_titled.search(block.span.of(letter.plain)) for block in letter.blocks if block.kind == "title")
    return next((found for title in titles if title and (found := read_date(title["date"]))), None)


def read_date(text: str) -> date | None:
    """A day as letters write it: 2025年8月15日, 2024.6.18, 二〇二五年八月十五日, 廿六日; None for a month or no day."""
    parts = [part for part in re.split(r"[年月日号\-./ ]+", text) if part]
    if len(parts) != 3:
        return None
    year, month, day = "".join(str(_DIGITS.get(char, "")) for char in parts[0]), _count(parts[1]), _count(parts[2])
    try:
        return date(int(year), month, day)
    except ValueError:
        return None


def _count(text: str) -> int:
    """A number below a hundred in digits or Chinese numerals; 0 when it is none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("廿", "二十").replace("卅", "三十").partition("十")
    if not ten:
        return int("".join(str(_DIGITS.get(char, "")) for char in tens) or 0)
    return _DIGITS.get(tens, 1 if not tens else 0) * 10 + _DIGITS.get(ones, 0)
