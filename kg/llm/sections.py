"""The sections of a letter that a model is asked about: what stands under a heading, short ones together, long ones cut between sentences."""
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from kg.model import Letter
from kg.spans import Span

READ = frozenset({"heading", "body"})
LONGEST = 1200      # characters of a section; a longer sentence is a section by itself
ENOUGH = 500        # characters with which a section ends at the next heading: every question carries the instructions again
SHORTEST = 100      # characters of a part of a section


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of `Letter.plain` that begins and ends with a sentence, and the headings that stand over it."""

    span: Span
    headings: tuple[str, ...]


def sections(letter: Letter) -> Iterator[Section]:
    """The sections of headings and body, in text order; no two overlap."""
    start = end = -1
    above: tuple[Span, ...] = ()
    for sentence in letter.sentences:
        block = letter.blocks[sentence.block]
        if block.kind not in READ:
            continue
        opens = block.level == 1 and sentence.span.start == block.span.start and sentence.span.start - start >= ENOUGH
        if start >= 0 and (opens or sentence.span.end - start > LONGEST):
            yield _section(letter, start, end, above)
            start = -1
        if start < 0:
            start, above = sentence.span.start, sentence.headings
        end = sentence.span.end
    if start >= 0:
        yield _section(letter, start, end, above)


def halves(letter: Letter, section: Section) -> tuple[Section, Section] | None:
    """A section in two, parted between sentences as near its middle as can be; None for one sentence, or where the parts would be short."""
    if len(section.span) < 2 * SHORTEST:
        return None
    starts = [sentence.span.start for sentence in letter.sentences if section.span.covers(sentence.span) and sentence.span.start > section.span.start]
    if not starts:
        return None
    middle = (section.span.start + section.span.end) // 2
    cut = min(starts, key=lambda start: abs(start - middle))
    last = max(sentence.span.end for sentence in letter.sentences if sentence.span.end <= cut)
    return Section(Span(section.span.start, last), section.headings), Section(Span(cut, section.span.end), section.headings)


def _section(letter: Letter, start: int, end: int, above: tuple[Span, ...]) -> Section:
    return Section(Span(start, end), tuple(span.of(letter.plain) for span in above))


def question(letter: Letter, section: Section) -> str:
    """What the model is given of a section: JSON, so that nothing in the letter can end the text and begin an instruction."""
    answering = letter.answering
    who = {} if answering is None else {"地方": answering.place, **({"机关": answering.organ} if answering.organ else {})}
    return json.dumps({"答复方": who, "标题": section.headings, "正文": section.span.of(letter.plain)}, ensure_ascii=False)
