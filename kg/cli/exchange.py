"""kg export, kg import: the graph written for other programs, and taken back."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.common import store_option

FORMATS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "turtle12", "graphml", "gexf", "cypher", "neo4j", "csv", "parquet", "xlsx")
FOLDERS = ("neo4j", "csv", "parquet")


class ExportFormat(click.Choice[str]):
    """One of FORMATS, or one that a plugin brings; plugins are looked for when the name is none of ours."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value not in self.choices:
            from kg.plugins import EXPORTERS, names
            brought = names(EXPORTERS)
            return value if value in brought else click.Choice(tuple(dict.fromkeys((*self.choices, *brought)))).convert(value, param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.option("--format", "fmt", type=ExportFormat(FORMATS), default="turtle", show_default=True,
              help="trig and nquads keep who says what; the others are the merge of all letters. neo4j, csv and parquet make a folder.")
@click.option("-o", "--output", "output", type=click.Path(path_type=Path), metavar="FILE|DIR",
              help="Where to write; standard output when it is left out.")
@click.option("--only", type=click.Choice(("all", "facts", "plain")), default="all", show_default=True,
              help="facts: facts and figures with their sentences; plain: entities and plain triples.")
@click.option("--letter", "letters", multiple=True, metavar="NAME", help="Only what this letter says (may be given several times).")
@click.option("--class", "classes", multiple=True, metavar="CLASS", help="Only what is about entities of this class, such as Fund or 基金.")
@click.option("--status", "statuses", multiple=True, metavar="STATUS", help="Only facts of this status: done, ongoing, planned or suggested.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), metavar="0..1", help="Only facts and figures at least this sure.")
@click.option("--place", metavar="PLACE", help="Only what is about this place or what lies in it.")
@click.option("--from", "since", metavar="DAY", help="Only what has a time that ends on this day or later: 2024, 2024-06 or 2024-06-30.")
@click.option("--to", "until", metavar="DAY", help="Only what has a time that begins on this day or earlier.")
@click.option("--describe", is_flag=True, help="Also write what the export is (DCAT and VoID), beside it or in its folder.")
@click.option("--with-builds", is_flag=True, help="Also when the builds ran; without it two builds of the same letters give the same bytes.")
@click.option("--inferred/--no-inferred", default=True, show_default=True, help="Also what kg infer and kg promises --save derived.")
@store_option
def export(fmt: str, output: Path | None, describe: bool, store: Path, since: str | None, until: str | None, **chosen: Any) -> None:
    """Write the graph for other programs, all of it or what is chosen.

    \b
    Examples:
      kg export --format turtle -o out/graph.ttl
      kg export --format nquads --letter tianjin-2023-high-tech
      kg export --format gexf --class 基金 --status done -o out/funds.gexf
      kg export --format csv --place 天津市 --from 2023 --to 2024 --describe -o out/tables
    """
    from kg.api import existing
    from kg.export import Choice, day
    if output is None and (fmt in FOLDERS or describe):
        raise click.UsageError(f"{'--describe' if describe else f'--format {fmt}'} writes files: name a place with -o.")
    choice = Choice(since=None if since is None else day(since), until=None if until is None else day(until, last=True), **chosen)
    with existing(store) as graph:
        files = graph.export(output if output is not None else sys.stdout.buffer, fmt, choice, describe=describe)
    for file in files:
        click.echo(f"Wrote {file}.", err=True)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@store_option
def import_(files: tuple[Path, ...], store: Path) -> None:
    """Take exports back into a store, which is made when it is not there.

    A file of N-Quads or TriG (.nq, .trig) has each letter in a graph of its own, which takes the place of the store's; one of .ttl, .nt,
    .rdf or .jsonld has no graphs: its statements are kept together, and its letters cannot be removed one by one.

    \b
    Examples:
      kg import out/graph.nq --store out/again
    """
    from kg.api import open
    for file in files:
        found = open(store).import_(file)
        click.echo(f"{file}: {found.statements} statements in {found.graphs} graphs, {len(found.letters)} of them letters. The graph is in {store}.")
