"""Learns a model from gold letters: the names, the facts and their status, the figures. The same letters give the same model.

    gold ──> letter, its entities (in the letter's own offsets) ──┬─> mentions    labels of characters
                                                                  ├─> relations   pairs of names in a sentence
                                                                  ├─> statuses    those pairs that are facts
                                                                  └─> figures     numbers, whose and when
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence

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

CALIBRATION = ((0.0, 0.0), (0.3, 0.29), (0.4, 0.34), (0.5, 0.42), (0.6, 0.52), (0.7, 0.6), (0.8, 0.68), (0.89, 0.77), (0.94, 0.8), (0.97, 0.87),
               (0.985, 0.9), (0.995, 0.91), (1.0, 0.93))
"""How often facts of a chance were right, with their status, in cross-validation by letter: names, relation and status err together."""
THRESHOLD = 0.38
"""The least confidence of a fact: in cross-validation three of four facts that are found are right then (docs/quality.md)."""


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
    calibration = [list(point) for point in CALIBRATION]
    card = {"letters": [x.gold.name for x in lessons], "threshold": THRESHOLD, "calibration": calibration, "joins": facts.joins}
    return Bundle(parts, card)


def labelled(each: Lesson, lexicon: Lexicon) -> Iterator[tuple[list[list[str]], list[str]]]:
    """The passages of a lesson as the sequence model learns them: the features and the label of each character."""
    marked = [(link.mention.span, entity.kind) for entity in each.entities for link in entity.links]
    for passage in passages(each.letter, lexicon, tagger()):
        whole = Span(passage.start, passage.start + len(passage.text))
        inside = [(span.start - whole.start, span.end - whole.start, kind) for span, kind in marked if whole.covers(span)]
        yield features.of(passage, propose(passage)), sequence.spelled(len(passage.text), inside)
