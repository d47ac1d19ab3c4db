"""The names of those who wrote a letter, to whom they wrote it, and with whom they prepared it, as spans to be resolved."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg.model import Letter
from kg.normalise import CJK
from kg.patterns import load_patterns
from kg.spans import Span

_OPENING_LENGTH = 400
_ADDRESS = re.compile("[、，：（）]|(?:代表|委员|(?<=[会委部局]))并转?")
_SHORT = re.compile(f"(?!我|各|有关|相关|现|经|并|提案|由|部门|工作|职责|分工|谨)[{CJK}]{{2,5}}(?<!主办|牵头|承办)")
_ASIDE = re.compile("(?:会办|协办|分办)(?:单位|部门)|(?:提案|建议|领衔|附议)[人者单]")      # lines of a form that name others
_ATTACHED = re.compile("附件?[一二三四五\\d]?[：:]")       # stands before the signature, or behind it
_BARE = " （）()“”：:，。、；"


@dataclass(frozen=True, slots=True)
class _Rules:
    organ: re.Pattern[str]
    no_organ: re.Pattern[str]
    before: re.Pattern[str]
    until: re.Pattern[str]
    behind: re.Pattern[str]
    lead: re.Pattern[str]
    separators: re.Pattern[str]
    within: re.Pattern[str]
    issuer_body: re.Pattern[str]
    issuer_title: re.Pattern[str]
    issuer_end: re.Pattern[str]
    greeting: re.Pattern[str]
    honour: re.Pattern[str]
    role: re.Pattern[str]
    person: re.Pattern[str]
    generic: re.Pattern[str]
    inline_addressee: re.Pattern[str]
    author: re.Pattern[str]
    date: re.Pattern[str]


@cache
def _rules() -> _Rules:
    structure = load_patterns("structure")
    part = structure.table("parties")
    patterns = {name: part.regex(name) for name in _Rules.__dataclass_fields__ if name not in ("author", "date")}
    return _Rules(**patterns, author=structure.table("residue").regex("author"), date=structure.table("tail").regex("date"))


# Who wrote it

def issuers(letter: Letter) -> tuple[Span, ...]:
    """The organ that signs, heads or titles the letter, by the fullest of these names, with those that sign beside it; else the author
    that the opening names, or that a line of the page about the letter does (发布机构：…)."""
    found = [span for find in (_signing, _heading, _titled) if (span := find(letter)) is not None]
    if found:
        best = max(found, key=len)
        return (best, *_beside_it(letter, best))
    named = _named(letter) or _published(letter)
    return (named,) if named is not None else ()


def _beside_it(letter: Letter, organ: Span) -> Iterator[Span]:
    """The other organs of a joint letter: on the line of the first, or on the lines of the signature about it."""
    at = next((i for i, block in enumerate(letter.blocks) if block.span.covers(organ)), None)
    if at is None or letter.blocks[at].kind not in ("signature", "letterhead"):
        return
    first = last = at
    while letter.blocks[at].kind == "signature" and letter.blocks[first - 1].kind == "signature" and first:
        first -= 1
    while letter.blocks[at].kind == "signature" and last + 1 < len(letter.blocks) and letter.blocks[last + 1].kind == "signature":
        last += 1
    own = organ.of(letter.plain)
    for block in letter.blocks[first:last + 1]:
        for name in _organs_in(letter.plain, block.span, whole=True):
            if not name.overlaps(organ) and name.of(letter.plain) not in own and own not in name.of(letter.plain):
                yield name


def _signing(letter: Letter) -> Span | None:
    copied = next((i for i, block in enumerate(letter.blocks) if block.kind == "copy" and not _ATTACHED.match(block.span.of(letter.plain))),
                  len(letter.blocks))
    for kind, opened in (("signature", False), ("contact", False), ("signature", True)):
        for block in reversed(letter.blocks[:copied]):
            if block.kind == kind and "印发" not in block.span.of(letter.plain):
                found = next(_organs_in(letter.plain, block.span, kind == "signature", opened), None)
                if found is not None:
                    return found
    return None


def _heading(letter: Letter) -> Span | None:
    for block in letter.blocks:
        if block.kind == "letterhead" and not _ASIDE.match(block.span.of(letter.plain)):
            found = _organ_in(letter.plain, block.span, whole=True)
            if found is not None:
                return found
    return None


def _titled(letter: Letter) -> Span | None:
    for block in letter.blocks:
        if block.kind == "title":
            match = _rules().issuer_title.match(block.span.of(letter.plain))
            if match and _rules().organ.search(match["organ"]):
                return Span(block.span.start + match.start("organ"), block.span.start + match.end("organ"))
    return None


def _named(letter: Letter) -> Span | None:
    for span in _opening(letter):
        for match in _rules().issuer_body.finditer(letter.plain, span.start, span.end):
            if not _rules().no_organ.search(match["organ"]):
                return Span(*match.span("organ"))
    return None


def _published(letter: Letter) -> Span | None:
    for block in letter.blocks:
        if block.kind in ("body", "heading"):
            return None
        match = _rules().author.search(letter.plain, block.span.start, block.span.end)
        if match:
            return Span(*match.span("organ"))
    return None


def _organ_in(text: str, span: Span, whole: bool) -> Span | None:
    """The first organ that a line names beside a date, a seal or a contact person."""
    return next(_organs_in(text, span, whole), None)


def _organs_in(text: str, span: Span, whole: bool, opened: bool = False) -> Iterator[Span]:
    """All of them; `opened` reads a line that is bracketed as a whole, too."""
    rule = _rules()
    line = rule.date.sub(lambda match: " " * len(match[0]), span.of(text))
    line = re.sub(r"^（([^（）]{4,40})） *$", r" \1 ", line) if opened else line
    line = re.sub(r"（[^（）]{1,20}）(?= *$)|^（[^（）]{1,4}）", lambda match: " " * len(match[0]), line)
    for match in re.finditer(r"[^\s，,：:]+" if whole else r"[^\s，：]+(?=\s)", line):
        name = match[0].strip(_BARE)
        cut = rule.issuer_end.search(name)
        name = name[:cut.start()] if cut else name
        if len(name) > 2 and rule.organ.search(name) and not rule.no_organ.search(name) and not re.search("联系|[处科]室?$", name):
            start = span.start + match.start() + match[0].find(name)
            yield Span(start, start + len(name))


# To whom

def addressees(letter: Letter) -> tuple[Span, ...]:
    """The persons and bodies that the letter calls upon, without titles and counts."""
    text = letter.plain
    for block in letter.blocks:
        if block.kind == "addressee":
            return tuple(_people(text, block.span))
    for span in _opening(letter):
        match = _rules().inline_addressee.match(text[span.start:span.end])
        if match:
            return tuple(_people(text, Span(span.start + match.start("names"), span.start + match.end("names"))))
        break
    return ()


def _people(text: str, span: Span) -> Iterator[Span]:
    for piece in _split(text, span, _ADDRESS):
        name = _name_only(text, piece)
        forwarded = text[piece.start - 1] == "转" and piece.of(text).endswith("代表团")
        aside = text[piece.start - 1] == "（" and name == piece
        if len(name) > 1 and not forwarded and not aside and not _rules().generic.search(name.of(text)):
            yield name


def _name_only(text: str, span: Span) -> Span:
    """The piece of an address without greeting, role, title and count: 港区委员某某先生 -> 某某."""
    rule = _rules()
    name = span.of(text)
    start = end = 0
    for pattern in (rule.greeting, rule.role):
        match = pattern.match(name[start:])
        start += match.end() if match else 0
    match = rule.honour.search(name, start)
    end = match.start() if match and match.start() > start else len(name)
    if match and match.start() <= start:
        return Span(span.start, span.start)
    return Span(span.start + start, span.start + end)


# With whom

def consulted(letter: Letter) -> tuple[Span, ...]:
    """The organs that the opening names as asked, or as taking part in the answer, in text order."""
    found: list[Span] = []
    own = {span.of(letter.plain) for span in issuers(letter)}
    for span in (*_beside(letter), *_opening(letter)):
        text = _without_titles(letter.plain, span)
        for piece in (*_asked(text, span), *_helping(text, span), *_leading(text, span)):
            if piece.of(letter.plain) not in own and not any(piece.overlaps(other) for other in found):
                found.append(piece)
    return tuple(sorted(found))


def _opening(letter: Letter) -> Iterator[Span]:
    """The opening paragraphs, as far as they tell how the answer was prepared."""
    for block in [block for block in letter.blocks if block.kind in ("body", "closing")][:2]:
        end = min(block.span.end, block.span.start + _OPENING_LENGTH)
        answer = re.search("如下[：。，]|如下$", letter.plain[block.span.start:end])
        yield Span(block.span.start, block.span.start + answer.end() if answer else end)
        if answer or len(block.span) > 50:
            return


def _without_titles(text: str, span: Span) -> str:
    """The text up to the end of `span`, the titles in it blotted out: their words are nobody's doing."""
    return text[:span.start] + re.sub("《[^《》]*》", lambda match: "*" * len(match[0]), span.of(text))


def _beside(letter: Letter) -> Iterator[Span]:
    return (block.span for block in letter.blocks if block.kind == "letterhead" and "会办" in block.span.of(letter.plain))


def _asked(text: str, span: Span) -> Iterator[Span]:
    """Organs behind 会同, 商, 综合 …, up to what was done with them."""
    rule, at = _rules(), span.start
    while match := rule.before.search(text, at, span.end):
        end = _list_end(text, match.end(), span.end)
        organs = _listed(text, tuple(_split(text, Span(match.end(), end), rule.separators)))
        yield from organs
        at = max(organs[-1].end, match.end()) if organs else match.end()


def _listed(text: str, pieces: tuple[Span, ...]) -> list[Span]:
    """The organs of a list. Beside one that is surely an organ, a short name is one too (a district: 老城区、洛龙)."""
    organs = [_organ_only(text, piece) for piece in pieces]
    if not any(organs):
        return []
    return [organ or piece for piece, organ in zip(pieces, organs, strict=True) if organ or _SHORT.fullmatch(piece.of(text))]


def _list_end(text: str, start: int, limit: int) -> int:
    """Where a list of organs stops: at a word of `until` that ends an organ's name, brackets passed over."""
    rule = _rules()
    for stop in rule.until.finditer(text, start, limit):
        if text.count("（", start, stop.start()) == text.count("）", start, stop.start()):
            return stop.start()
    return limit


def _helping(text: str, span: Span) -> Iterator[Span]:
    """Organs before 会办, 协办, 配合办理, back to the stop before the list."""
    for match in _rules().behind.finditer(text, span.start, span.end):
        start = max(text.rfind(mark, span.start, match.start()) for mark in "。；：") + 1
        yield from _back(text, Span(max(start, span.start), match.start()))


def _leading(text: str, span: Span) -> Iterator[Span]:
    """Another organ that led the answer: 由区文旅局牵头."""
    for match in re.finditer(rf"由(?P<organ>[^，。；：]{{3,25}}?){_rules().lead.pattern}", text[span.start:span.end]):
        organ = _organ_only(text, Span(span.start + match.start("organ"), span.start + match.end("organ")))
        if organ is not None:
            yield organ


def _back(text: str, span: Span) -> list[Span]:
    """The organs of a list that ends where the span ends, taken backwards until a piece is none."""
    pieces: list[Span] = []
    for piece in reversed(list(_split(text, span, _rules().separators))):
        organ = _organ_only(text, piece)
        if organ is None and (not pieces or not _SHORT.fullmatch(piece.of(text))):
            break
        pieces.append(organ or piece)
    return pieces[::-1]


def _organ_only(text: str, span: Span) -> Span | None:
    """The organ that a piece of a list is, without what only introduces it; None when it is no organ."""
    rule = _rules()
    name = span.of(text)
    lead = rule.within.match(name)
    start = lead.end() if lead else int(name.startswith("（"))
    bracket = name.find("（", start)
    end = bracket if bracket > start and name.endswith("）") and not name.endswith("区）") else len(name)
    name = name[start:end].rstrip("的 ")
    if 2 <= len(name) <= 30 and rule.organ.search(name) and not rule.no_organ.search(name):
        return Span(span.start + start, span.start + start + len(name))
    return None


def _split(text: str, span: Span, separators: re.Pattern[str]) -> Iterator[Span]:
    """The parts of a list; a word such as 和 parts only where a whole name ends before it (not 发展和改革委员会)."""
    start = span.start
    for match in separators.finditer(text, span.start, span.end):
        whole = text[start:match.start()]
        if match[0] in ("和", "与", "及", "以及", "并") and not _rules().organ.search(whole.rstrip("）")):
            continue
        if text.count("（", start, match.start()) > text.count("）", start, match.start()) and "（" not in separators.pattern:
            continue
        if match.start() > start:
            yield Span(start, match.start())
        start = match.end()
    if span.end > start:
        yield Span(start, span.end)
