"""What each paragraph of a letter is: letterhead, number, title, addressee, heading, body, closing, signature, copy, contact."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.model import Block, BlockKind
from kg.patterns import load_patterns
from kg.spans import Span

_LONGEST_HEAD, _HEAD_BLOCKS, _LONGEST_HEADING, _LONGEST_INLINE, _LONGEST_TAIL = 60, 15, 45, 26, 70
_PARAGRAPH = 20          # characters of a paragraph that a heading without a mark may stand above
_LINES_AFTER = 6       # a note or two may stand below the signature
_UNNUMBERED = re.compile(r"[^，。；：！？、\d ]{2,16}")
_QUESTION = re.compile(r"(?:问|Q\d*|【问】) ?[：:]?.{2,60}[？?]?$")
_NO_HEADING = re.compile(r".*(?:\d{4}年|\d{6,}|局|委员会|厅|部)$")
_ABOUT = re.compile(r"[^关。]{1,6}关于(?!.*(?:我[们局委厅部市]|将|已|拟|暂|不|采纳)).+。$")
_BEHIND = (r"$", r" [^ ]{2,4}$", r"（[^（）]{2,20}(?:局|委|办|部|厅|委员会|办公室)）$")
_NAMES_ONLY = re.compile(r"[^，。；：！？]{2,30}")


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled patterns of ontology/patterns/structure.toml that tell the kinds of blocks."""

    meta: re.Pattern[str]
    mark: re.Pattern[str]
    signer: re.Pattern[str]
    number: re.Pattern[str]
    title: re.Pattern[str]
    addressee: re.Pattern[str]
    addressee_word: re.Pattern[str]
    not_addressee: re.Pattern[str]
    opening: re.Pattern[str]
    copy: re.Pattern[str]
    contact: re.Pattern[str]
    closing: re.Pattern[str]
    organ: re.Pattern[str]
    date: re.Pattern[str]
    headings: tuple[tuple[int, re.Pattern[str]], ...]


@cache
def rules() -> Rules:
    """The patterns, compiled once."""
    structure = load_patterns("structure")
    marks, head, tail = structure.table("marks"), structure.table("head"), structure.table("tail")
    return Rules(
        structure.table("residue").regex("meta"), marks.regex("line"), marks.regex("signer"),
        head.regex("number"), head.regex("title"), head.regex("addressee"), head.regex("addressee_word"), head.regex("not_addressee"),
        head.regex("opening"), tail.regex("copy"), tail.regex("contact"), tail.regex("closing"), tail.regex("organ"), tail.regex("date"),
        tuple((int(table.number("rank")), table.regex("mark")) for table in structure.tables("heading")))


def blocks(text: str, paragraphs: tuple[Span, ...]) -> tuple[Block, ...]:
    """The paragraphs as blocks: the head up to the addressee, the end from the closing words on, and what is between."""
    lines = [paragraph.of(text) for paragraph in paragraphs]
    first = _first_of_body(lines)
    last = _end_of_body(lines, first)
    kinds = [_head_kind(line, i == first - 1) for i, line in enumerate(lines[:first])]
    kinds += _body_kinds(lines[first:last])
    kinds += [_tail_kind(line) or "body" for line in lines[last:]]
    ranks = [mark_rank(line) if kind == "heading" else 0 for line, kind in zip(lines, kinds, strict=True)]
    return tuple(Block(paragraph, kind, level) for paragraph, kind, level in zip(paragraphs, kinds, _levels(ranks, kinds), strict=True))


def mark_rank(line: str) -> int:
    """The rank of the mark that opens a line (1 for 一、, 2 for （一）, 3 for 1. …); 0 without one."""
    return next((rank for rank, mark in rules().headings if mark.match(line)), 0)


def inline_heading(text: str, block: Block, first: Span) -> bool:
    """Whether a body paragraph opens with a heading of its own: （一）建强承接载体。一是……"""
    return (block.kind == "body" and len(first) <= _LONGEST_INLINE and first.end < block.span.end
            and mark_rank(first.of(text)) > 0)


def is_addressee(line: str) -> bool:
    """Whether a line of the head calls upon those whom the letter answers."""
    rule = rules()
    if not rule.addressee.search(line) or rule.not_addressee.search(line) or rule.title.search(line.rstrip("：:")):
        return False
    name = re.sub(r"(?:（.{1,12}）)?[ ：]*$", "", line)
    return bool(rule.addressee_word.search(name)) and not rule.opening.search(line)


def _first_of_body(lines: list[str]) -> int:
    """The index of the first paragraph after the head."""
    rule = rules()
    for i, line in enumerate(lines[:_HEAD_BLOCKS]):
        if is_addressee(line):
            return i + 1
        if len(line) > _LONGEST_HEAD and ("。" in line or "，" in line) and not rule.title.search(line) and not rule.meta.search(line):
            return i
        if rule.opening.search(line) and not rule.title.search(line):
            return i
    return 0


def _end_of_body(lines: list[str], first: int) -> int:
    """The index of the first paragraph of the end."""
    at = len(lines)
    while at > first + 1 and (_tail_kind(lines[at - 1]) or (at > len(lines) - _LINES_AFTER and _tail_kind(lines[at - 2]) == "signature")):
        at -= 1
    return at


def _head_kind(line: str, last: bool) -> BlockKind:
    rule = rules()
    if last and is_addressee(line):
        return "addressee"
    if rule.meta.search(line) or rule.mark.search(line):
        return "residue"
    if rule.title.search(line):
        return "title"
    if rule.number.search(line):
        return "number"
    if rule.signer.search(line) or rule.contact.search(line):
        return "contact"
    return "letterhead"


def _tail_kind(line: str) -> BlockKind | None:
    rule = rules()
    if rule.copy.search(line):
        return "copy"
    if len(line) > _LONGEST_TAIL and not rule.closing.search(line):
        return None
    if rule.contact.search(line):
        return "contact"
    if rule.mark.search(line) or rule.meta.search(line):
        return "residue"
    if rule.closing.search(line) and len(line) <= 2 * _LONGEST_TAIL:
        return "closing"
    if _is_signature(line):
        return "signature"
    return None


def _is_signature(line: str) -> bool:
    rule = rules()
    bare = line.strip("（） ") if line.startswith("（") and line.endswith("）") else line
    if len(bare) > 50 or "。" in bare or "；" in bare:
        return False
    if mark_rank(line) and not rule.date.match(bare):
        return False
    dated = rule.date.search(bare)
    return bool(dated and len(bare) - len(dated[0]) <= 32 and "：" not in bare) or _is_organ(bare)


def _is_organ(line: str) -> bool:
    """An organ, with its seal, its other name or the name of who signs behind it."""
    organ = rules().organ
    return bool(_NAMES_ONLY.fullmatch(line) and any(organ.search(re.sub(rest, "", line)) for rest in _BEHIND))


def _body_kinds(lines: list[str]) -> list[BlockKind]:
    rule = rules()
    kinds: list[BlockKind] = []
    for i, line in enumerate(lines):
        kinds.append("heading" if _is_heading(line, lines[i + 1] if i + 1 < len(lines) else "") else "body")
        if i and rule.date.fullmatch(line):       # signed above an annex
            kinds[i] = "signature"
            if _is_organ(lines[i - 1]):
                kinds[i - 1] = "signature"
    return kinds


def _is_heading(line: str, following: str) -> bool:
    """A short line with a mark and without a sentence; or a short one without a mark above a paragraph; or a question."""
    if _QUESTION.match(line) and following:
        return True
    if not following or len(line) > _LONGEST_HEADING:
        return False
    if mark_rank(line):
        return (not re.search(r"[。；，：;]", line.rstrip("。：；")) and not line.endswith("；")) or _only_heading(line, following)
    return bool(_UNNUMBERED.fullmatch(line)) and len(following) >= _PARAGRAPH and not _NO_HEADING.fullmatch(line)


def _only_heading(line: str, following: str) -> bool:
    """A marked line with commas above an unmarked longer paragraph: without a full stop, or no more than 关于……。"""
    if mark_rank(following) or len(following) <= 2 * len(line) or re.search(r"[。；：]", line[:-1]):
        return False
    return not line.endswith(("。", "；", "：")) or bool(_ABOUT.match(line))


def _levels(ranks: list[int], kinds: list[BlockKind]) -> list[int]:
    """Ranks as levels 1, 2, 3 … without gaps: a heading stands one below the nearest heading of a lower rank above it."""
    open_ranks: list[int] = []
    levels: list[int] = []
    numbered = min((rank for rank in ranks if rank), default=0)
    for rank, kind in zip(ranks, kinds, strict=True):
        if kind != "heading":
            levels.append(0)
            continue
        own = rank or (numbered + 1 if numbered == 1 else 1)
        while open_ranks and open_ranks[-1] >= own:
            open_ranks.pop()
        open_ranks.append(own)
        levels.append(len(open_ranks))
    return levels
