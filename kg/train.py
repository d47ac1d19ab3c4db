"""Learns a model from gold letters: the names, the facts and their status, the figures. The same letters give the same model.

    gold ──> letter, its entities (in the letter's own offsets) ──┬─> mentions    labels of characters
                                                                  ├─> relations   pairs of names in a sentence
                                                                  ├─> statuses    those pairs that are facts
                                                                  └─> figures     numbers, whose and when
"""
from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg import facts_train, figures_train
from kg.bundle import Bundle
from kg.figures.ranker import pack
from kg.gold import Gold
from kg.lessons import Lesson, lesson
from kg.lexicon import Lexicon
from kg.recognise import features, propose, sequence
from kg.recognise.passages import passages
from kg.spans import Span
from kg.words import tagger

CERTAINTY = Path(__file__).parent / "models" / "certainty.json"
"""How often facts of each kind were right in cross-validation by letter, and the least confidence of a fact: three of four of the written letters'
facts are right then (docs/quality.md). `python -m tests.bench.certainty` makes it."""


def train(golds: Sequence[Gold], lexicon: Lexicon) -> Bundle:
    """A model of all the letters of `golds`."""
    lessons = [lesson(gold, lexicon) for gold in sorted(golds, key=lambda gold: gold.name)]
    facts = facts_train.train(lessons)
    parts = {
        "mentions": sequence.fit(example for each in lessons for example in labelled(each, lexicon)),
        "relations": facts.first.pack(),
        "again": facts.second.pack(),
        "statuses": facts.statuses.pack(),
        "dates": pack({"dates": facts.dates}),
        "figures": figures_train.train(figures_train.Example(x.letter, x.entities, x.gold) for x in lessons).pack(),
    }
    sure = json.loads(CERTAINTY.read_text(encoding="utf-8"))
    card = {"letters": [x.gold.name for x in lessons], "threshold": sure["threshold"], "certainty": sure["weights"], "joins": facts.joins}
    return Bundle(parts, card)


def labelled(each: Lesson, lexicon: Lexicon) -> Iterator[tuple[list[list[str]], list[str]]]:
    """The passages of a lesson as the sequence model learns them: the features and the label of each character."""
    marked = [(link.mention.span, entity.kind) for entity in each.entities for link in entity.links]
    for passage in passages(each.letter, lexicon, tagger()):
        whole = Span(passage.start, passage.start + len(passage.text))
        inside = [(span.start - whole.start, span.end - whole.start, kind) for span, kind in marked if whole.covers(span)]
        yield features.of(passage, propose(passage)), sequence.spelled(len(passage.text), inside)
