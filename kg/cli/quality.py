"""kg evaluate, kg train: how well letters are read, and the model that reads them."""
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import model_options
from kg.cli.llm import Asking, DryRun, after, before, llm_options, settled
from kg.cli.terminal import progress, table
from kg.measures import DIMENSIONS, MEASURES

if TYPE_CHECKING:
    from kg.evaluate import Scores


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="GOLDDIR...")
@click.option("--errors", is_flag=True, help="List what was missed and what is extra.")
@click.option("--by", type=click.Choice(DIMENSIONS), help="Break the scores down.")
@click.option("--measure", type=click.Choice(MEASURES), help="Only this measure, with --errors and --by.")
@click.option("--folds", type=click.Choice(("letter", "region")), help="Score each letter with a model trained without it, or without its province.")
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a report with gold and found side by side.")
@model_options
@llm_options
def evaluate(gold: tuple[Path, ...], errors: bool, by: str | None, measure: str | None, folds: str | None, as_json: bool, html: Path | None,
             model: Path | None, min_confidence: float | None, **options: Any) -> None:
    """Score what is read from letters against gold files (*.gold.txt, see tests/corpus/GUIDELINES.md).

    \b
    Examples:
      kg evaluate tests/corpus/seeds/gold
      kg evaluate tests/corpus/seeds/gold --errors --by pattern --measure facts
      kg evaluate tests/corpus --folds letter --html out/report.html
    """
    from kg.gold import read_golds
    golds = read_golds(gold)
    from kg.assess import score  # loads all that reads letters: after the gold is known to be there
    from kg.lessons import source
    from kg.reading import Reading, asked
    asking = Asking(**options)
    llm, model = settled(asking, model)
    try:
        with progress() as told:
            reading, outcome = asked(Reading(model, min_confidence, llm=llm), lambda: map(source, golds), told, before(asking, llm))
            scores = score(golds, reading, folds=folds, told=told)
    except DryRun:
        return
    for line in after(outcome) if outcome else ():
        click.echo(f"kg: {line}", err=True)
    if html:
        from kg.report import html_report
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(html_report(golds, scores), encoding="utf-8")
        click.echo(f"Wrote {html}.", err=True)
    click.echo(json.dumps(scores.json(), ensure_ascii=False) if as_json else "\n".join(_lines(scores, errors, by, measure)))


def _lines(scores: Scores, errors: bool, by: str | None, measure: str | None) -> list[str]:
    lines = []
    if errors:
        lines += [f"  {f.measure:13} {f.letter}  {f.verdict:6}  {f.text}" for f in scores.errors(measure)] + [""]
    if by:
        rows = [(m, label, f"{row.p:.3f}", f"{row.r:.3f}", f"{row.f1:.3f}", str(row.gold), str(row.found), str(row.hit))
                for (m, label), row in scores.by(by).items() if measure in (None, m)]
        lines += [table(("measure", by, "P", "R", "F1", "gold", "found", "right"), rows), ""]
    return lines + scores.lines()


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="GOLDDIR...")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="MODEL", help="Where to write the model.")
def train(gold: tuple[Path, ...], output: Path) -> None:
    """Train the model that reads letters from letters with gold.

    \b
    Examples:
      kg train tests/corpus -o out/letters.model
    """
    from kg.api import Graph
    with progress() as told:
        told(0, 1, "training")
        Graph.train(gold, output)
    click.echo(f"Wrote {output}.", err=True)
