"""kg build, kg remove: letters into the graph and out of it."""
from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import FINDINGS, model_options, store_option
from kg.cli.terminal import clean, progress


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@store_option
@click.option("--base", metavar="IRI", help="What the IRIs of the graph begin with; fixed when a store is made.")
@model_options
@click.option("--ocr", is_flag=True, help="Read pages that are pictures, with Tesseract.")
@click.pass_context
def build(context: click.Context, paths: tuple[Path, ...], store: Path, base: str | None, model: Path | None, min_confidence: float | None,
          ocr: bool) -> None:
    """Read letters and put what they say into the graph.

    PATH is a letter (text, HTML, Word, PDF, RTF, mail, or a zip file or table of letters; docs/reading.md) or a directory; a
    letter that is in the graph already is replaced whole. A file that cannot be read is told and passed over, and the exit
    code is 1. Stopped at any moment, the graph is as it was or holds whole letters.

    \b
    Examples:
      kg build examples/letters
      kg build examples/letters/tianjin-2023-high-tech.txt --store out/one --min-confidence 0.8
    """
    from kg.api import open
    with progress() as told:
        report = open(store, base=base, model=model, min_confidence=min_confidence, ocr=ocr).build(paths, told=told)
    for line in (*report.notices, *report.failures):
        click.echo(f"kg: {clean(line)}", err=True)
    facts = ", ".join(f"{number} {status}" for status, number in report.facts.items() if number)
    letters = f"{len(report.letters)} letter{'s' if len(report.letters) != 1 else ''}"
    click.echo(f"{letters} in {report.seconds:.1f} s: {report.mentions} mentions of {report.entities} entities, "
               f"{sum(report.facts.values())} facts ({facts or 'none'}), {report.figures} figures. The graph is in {store}.")
    if report.failures:
        context.exit(FINDINGS)


@click.command()
@click.argument("letter", nargs=-1, required=True, metavar="LETTER...")
@store_option
def remove(letter: tuple[str, ...], store: Path) -> None:
    """Take letters out of the graph, and nothing that another letter says.

    \b
    Examples:
      kg remove tianjin-2023-high-tech
    """
    from kg.api import existing
    with existing(store) as graph:
        for name in letter:
            graph.remove(name)
            click.echo(f"Removed {name}.")
