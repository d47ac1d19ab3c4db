"""A letter's parts: the text to read, its blocks and sentences, what it says of itself, and who answers."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg.answering import answering
from kg.blocks import blocks, inline_heading
from kg.header import header
from kg.lexicon import Lexicon
from kg.model import Block, Header, Letter, Sentence, Source
from kg.plain import plain_text
from kg.sentences import sentences
from kg.spans import Span


def segment(source: Source, lexicon: Lexicon | None = None) -> Letter:
    """The letter in `source`. Without a lexicon the answering place stays unknown."""
    plain = plain_text(source.text)
    parts = blocks(plain.text, plain.paragraphs)
    letter = Letter(source, plain.text, plain.origins, parts, tuple(_sentences(plain.text, parts)), Header(), None)
    letter = replace(letter, header=header(letter))
    return letter if lexicon is None else replace(letter, answering=answering(letter, lexicon))


def _sentences(text: str, parts: tuple[Block, ...]) -> Iterator[Sentence]:
    """The sentences of all blocks, each under the headings that are open above it."""
    open_headings: list[tuple[int, Span]] = []
    for index, block in enumerate(parts):
        spans = tuple(sentences(text, block.span))
        if not spans:
            continue
        if block.kind == "heading":
            _open(open_headings, block.level, block.span)
            above = tuple(span for _, span in open_headings[:-1])
        else:
            above = tuple(span for _, span in open_headings)
        inline = inline_heading(text, block, spans[0])
        for i, span in enumerate(spans):
            yield Sentence(span, index, (*above, spans[0]) if inline and i else above)


def _open(headings: list[tuple[int, Span]], level: int, span: Span) -> None:
    while headings and headings[-1][0] >= level:
        headings.pop()
    headings.append((level, span))
