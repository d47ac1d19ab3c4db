"""Writes docs/quality.md: how well letters are read that the model never saw (`make evaluate`).

    python -m tests.bench.quality [GOLDDIR...]
"""
from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kg.assess import score
from kg.cli.terminal import progress
from kg.evaluate import Row, Scores, reliability
from kg.gold import Gold, read_golds
from kg.measures import MEASURES

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "tests" / "corpus"
OUT = ROOT / "docs" / "quality.md"
HELD_TO = {"mentions": (0.86, 0.95), "linking": (0.80, 0.93), "facts": (0.60, 0.80), "facts+status": (0.56, 0.78), "figures": (0.85, 0.95),
           "figures+time": (0.75, 0.90), "letter": (0.93, 0.98)}
HEAD = """# Quality

Written by `make evaluate`; the figures are those of this version. Every letter is read with a model that was trained without it:
**by letter** in ten folds, **by region** without any letter of its province. The corpus is described in
[tests/corpus/README.md](../tests/corpus/README.md), what is right in [GUIDELINES.md](../tests/corpus/GUIDELINES.md), the measures in `kg/evaluate.py`.
"""


def only(scores: Scores, golds: Iterable[Gold]) -> Scores:
    """The findings of some of the letters."""
    names = {gold.name for gold in golds}
    return Scores(tuple(finding for finding in scores.findings if finding.letter in names))


def markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---", *["--:"] * (len(headers) - 1)], *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines) + "\n"


def prf(row: Row) -> list[str]:
    return [f"{row.p:.3f}", f"{row.r:.3f}", f"{row.f1:.3f}", str(row.gold), str(row.found)]


def sums(scores: Scores) -> str:
    rows = scores.rows
    return markdown(("", "P", "R", "F1", "gold", "found", "at least", "aim"),
                    [(measure, *prf(rows[measure]), *(f"{bound:.2f}" for bound in HELD_TO.get(measure, ())), *([] if measure in HELD_TO else ["", ""]))
                     for measure in MEASURES])


def breakdown(scores: Scores, dimension: str, measure: str) -> str:
    rows = ((label, *prf(row)) for (what, label), row in scores.by(dimension).items() if what == measure)
    return markdown((dimension, "P", "R", "F1", "gold", "found"), rows)


def confidence(scores: Scores, measure: str) -> str:
    bands = reliability(finding for finding in scores.findings if finding.measure == measure)
    bounds = [*bands, 1.0]
    rows = [(f"{low:.1f} to {bounds[at + 1]:.1f}", str(row.found), str(row.hit), f"{row.p:.3f}" if row.found else "") for at, (low, row) in
            enumerate(bands.items())]
    return markdown(("confidence", "found", "right", "share"), rows)


def page(golds: Sequence[Gold], seeds: Sequence[Gold], by_letter: Scores, by_region: Scores) -> Iterator[str]:
    written = [gold for gold in golds if gold not in seeds]
    yield HEAD
    yield f"## The {len(written)} written letters, by letter\n"
    yield sums(only(by_letter, written))
    yield f"## The {len(seeds)} seeds (real letters), by letter\n"
    yield sums(only(by_letter, seeds))
    yield f"## All {len(golds)} letters, by region\n"
    yield sums(by_region)
    yield "## What confidence means\n\nAll letters, by letter: how many of the facts (with status) that were found are right.\n"
    yield confidence(by_letter, "facts+status")
    yield "## Mentions by type\n"
    yield breakdown(by_letter, "type", "mentions")
    yield "## Facts by predicate\n"
    yield breakdown(by_letter, "predicate", "facts")
    yield "## Mentions by recogniser\n\nWhat each recogniser proposed and was kept; its recall has no meaning.\n"
    yield breakdown(by_letter, "recogniser", "mentions")


def main(arguments: Sequence[str]) -> None:
    golds = read_golds([Path(one) for one in arguments] or [CORPUS])
    names = {gold.name for gold in read_golds([CORPUS / "seeds"])}
    with progress() as told:
        by_letter, by_region = (score(golds, folds=folds, told=told) for folds in ("letter", "region"))
    OUT.write_text("\n".join(page(golds, [gold for gold in golds if gold.name in names], by_letter, by_region)), encoding="utf-8")
    print("\n".join(by_letter.lines()))
    print(f"Wrote {OUT.relative_to(ROOT)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
