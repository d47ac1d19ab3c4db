"""Fits how sure facts are, on letters that their model never saw, and writes kg/models/certainty.json (trains five models: an hour).

    python -m tests.bench.certainty

The threshold is the least confidence with which three of four facts of the written letters are right, each letter's facts weighed by a
regression that did not see its fold.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.evaluate import Finding, evaluate, settled
from kg.folds import by_letter
from kg.gold import Gold, read_golds
from kg.lessons import source
from kg.lexicon import Lexicon
from kg.model import Extraction
from kg.pipeline import Knowledge, extract
from kg.relate.certainty import Certainty, Features, features, fit
from kg.train import CERTAINTY, train
from tests.bench.quality import CORPUS, SETS

RAW = Certainty({"odds": 1.0})          # the chance itself
LEAST = 0.2
PRECISION = 0.75


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that was found, with the number of its letter's fold, whether its letter is a written one, and whether it is right."""

    fold: int
    written: bool
    features: Features
    right: bool             # with its status
    joined: bool            # without


def unsure(known: Knowledge) -> Knowledge:
    """The knowledge that takes the classifiers at their word."""
    return replace(known, facts=replace(known.facts, certainty=RAW, threshold=LEAST))


def told(golds: Sequence[Gold], found: dict[str, Extraction], folds: dict[str, int], written: frozenset[str], lexicon: Lexicon) -> Iterator[Told]:
    """All facts of some letters."""
    findings = evaluate(zip(golds, settled([found[gold.name] for gold in golds], lexicon), strict=True)).findings
    joined = {(one.letter, one.key[:3]) for one in findings if one.measure == "facts" and one.verdict == "hit"}
    for one in findings:
        if one.measure == "facts+status" and one.verdict != "missed":
            yield Told(folds[one.letter], one.letter in written, tuple(_features(one)), one.verdict == "hit", (one.letter, one.key[:3]) in joined)


def _features(one: Finding) -> Iterator[tuple[str, float]]:
    return features(one.confidence or LEAST, str(one.key[3]), str(one.key[1]), one.by.partition(":")[2])


def crossed(facts: Sequence[Told]) -> Iterator[tuple[float, Told]]:
    """Each fact with the confidence that the facts of other folds teach."""
    for fold in sorted({one.fold for one in facts}):
        sure = fit((one.features, one.right) for one in facts if one.fold != fold)
        yield from ((sure.at(one.features), one) for one in facts if one.fold == fold)


def threshold(facts: Iterable[tuple[float, Told]]) -> float:
    """The least confidence, to three places, with which enough facts of the written letters are right, status aside."""
    known = [(confidence, one.joined) for confidence, one in facts if one.written]
    for step in range(int(LEAST * 1000), 1000):
        kept = [right for confidence, right in known if confidence >= step / 1000]
        if sum(kept) >= PRECISION * len(kept):
            return step / 1000
    return 1.0


def main() -> None:
    lexicon = Lexicon.load()
    sets = {name: read_golds([CORPUS / name / "gold"]) for name in SETS}
    golds = [gold for each in sets.values() for gold in each]
    found: dict[str, Extraction] = {}
    folds: dict[str, int] = {}
    for number, fold in enumerate(by_letter(golds)):
        known = unsure(Knowledge.of(train(fold.train, lexicon), lexicon))
        for gold in fold.test:
            found[gold.name], folds[gold.name] = extract(source(gold), known), number
    write(list(told(golds, found, folds, frozenset(gold.name for gold in sets["written"]), lexicon)))


def write(facts: Sequence[Told]) -> None:
    """Write what some facts teach."""
    sure = {"threshold": threshold(crossed(facts)), "weights": dict(fit((one.features, one.right) for one in facts).weights)}
    CERTAINTY.write_text(json.dumps(sure, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
