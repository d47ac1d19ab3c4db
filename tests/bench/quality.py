"""Writes docs/quality.md: how well letters are read that the model never saw (`make evaluate`).

    python -m tests.bench.quality
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from kg.assess import score
from kg.evaluate import Row, Scores, reliability
from kg.gold import Gold, read_golds
from kg.measures import MEASURES

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "tests" / "corpus"
OUT = ROOT / "docs" / "quality.md"
HELD_TO = {"mentions": (0.86, 0.95), "linking": (0.80, 0.93), "facts": (0.60, 0.80), "facts+status": (0.56, 0.78), "figures": (0.85, 0.95),
           "figures+time": (0.75, 0.90), "letter": (0.93, 0.98)}
SETS = {"written": "written letters", "seeds": "seeds (real letters)", "practice": "practice letters"}
HEAD = """# Quality

Written by `make evaluate`; the figures are those of this version. Every letter is read with a model that was trained without it:
**by letter** in five folds, **by region** in five folds of whole provinces, so that the model knows no letter of its province. The corpus is described in
[tests/corpus/README.md](../tests/corpus/README.md), what is right in [GUIDELINES.md](../tests/corpus/GUIDELINES.md), the measures in `kg/evaluate.py`.

Two people who annotate independently agree at F1 0.98 (linking), 0.91 (facts with status) and 0.89 (figures with time).
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


def page(sets: Mapping[str, Sequence[Gold]], by_letter: Scores, by_region: Scores) -> Iterator[str]:
    yield HEAD
    for name, golds in sets.items():
        yield f"## The {len(golds)} {SETS[name]}, by letter\n"
        yield sums(only(by_letter, golds))
    for name, golds in sets.items():
        yield f"## The {len(golds)} {SETS[name]}, by region\n"
        yield sums(only(by_region, golds))
    yield "## What confidence means\n\nAll letters, by letter: how many of the facts that were found are right, with their status.\n"
    yield confidence(by_letter, "facts+status")
    yield "The same, status aside.\n"
    yield confidence(by_letter, "facts")
    yield "## Mentions by type\n"
    yield breakdown(by_letter, "type", "mentions")
    yield "## Facts by predicate\n"
    yield breakdown(by_letter, "predicate", "facts")
    yield "## Mentions by recogniser\n\nWhat each recogniser found and was kept; its recall has no meaning.\n"
    yield breakdown(by_letter, "recogniser", "mentions")


def scored(golds: Sequence[Gold], folds: str) -> Scores:
    """The scores of all letters; in a process of its own, so that both kinds of folds are read at once."""
    return score(golds, folds=folds)


def main() -> None:
    sets = {name: read_golds([CORPUS / name / "gold"]) for name in SETS}
    golds = [gold for each in sets.values() for gold in each]
    with ProcessPoolExecutor(2) as pool:
        by_letter, by_region = pool.map(scored, repeat(golds), ("letter", "region"))
    OUT.write_text("\n".join(page(sets, by_letter, by_region)).rstrip() + "\n", encoding="utf-8")
    print("\n".join(by_letter.lines()))
    print(f"Wrote {OUT.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
