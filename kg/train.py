"""Learns a model from gold letters: the names, the facts and their status, the figures. The same letters give the same model.

    gold ──> letter, its entities (in the letter's own offsets) ──┬─> mentions    labels of characters
                                                                  ├─> judge       what may be a name
                                                                  ├─> relations   pairs of names in a sentence
                                                                  ├─> statuses    those pairs that are facts
                                                                  └─> figures     numbers, whose and when
"""
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from kg import facts_train, figures_train, names_train
from kg.bundle import Bundle
from kg.errors import InputError
from kg.figures.ranker import pack
from kg.gold import Gold
from kg.lessons import lesson
from kg.lexicon import Lexicon

CERTAINTY = Path(__file__).parent / "models" / "certainty.json"
"""How often facts of each kind were right in cross-validation by letter, and the least confidence of a fact: three of four of the written letters'
facts are right then (docs/quality.md). `python -m tests.bench.certainty` makes it."""


def train(golds: Sequence[Gold], lexicon: Lexicon) -> Bundle:
    """A model of all the letters of `golds`. Raises InputError where they teach nothing."""
    if not any(gold.mentions for gold in golds) or not any(gold.facts for gold in golds):
        raise InputError("There is nothing to learn from the gold letters: no names are marked in them, or no facts stated; "
                         "name a directory of letters that have both.")
    lessons = [lesson(gold, lexicon) for gold in sorted(golds, key=lambda gold: gold.name)]
    mentions, judge = names_train.train(lessons, lexicon)
    facts = facts_train.train(lessons)
    parts = {
        "mentions": mentions,
        "judge": judge.pack(),
        "relations": facts.first.pack(),
        "again": facts.second.pack(),
        "statuses": facts.statuses.pack(),
        "dates": pack({"dates": facts.dates}),
        "figures": figures_train.train(figures_train.Example(x.letter, x.entities, x.gold) for x in lessons).pack(),
    }
    sure = json.loads(CERTAINTY.read_text(encoding="utf-8"))
    card = {"letters": [x.gold.name for x in lessons], "threshold": sure["threshold"], "certainty": sure["weights"], "joins": facts.joins}
    return Bundle(parts, card)
