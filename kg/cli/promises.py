"""kg promises: what was planned, and what later letters say of it."""
from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import deliver, store_option
from kg.cli.terminal import PIPED, table, table_width

STATES = ("kept", "repeated", "changed", "open", "overdue")
FORMATS = ("table", "csv", "json", "html", "turtle")


@click.command()
@click.option("--place", metavar="PLACE", help="Only promises of letters that answer for this place, or of what lies in it by name.")
@click.option("--organ", metavar="ORGAN", help="Only promises of this organ, or in letters that it issued.")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only promises in this state; give it again for several.")
@click.option("--as-of", "as_of", metavar="DATE",
              help="The day asked about: what was due before is overdue. By default the day of the newest letter.")
@click.option("--format", "fmt", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print them.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to a file.")
@click.option("--save", is_flag=True, help="Also put all promises into the graph, as graph/promises, for queries.")
@store_option
def promises(place: str | None, organ: str | None, states: tuple[str, ...], as_of: str | None, fmt: str, output: Path | None, save: bool,
             store: Path) -> None:
    """Follow promises: every planned fact and target figure, and what later letters say of it.

    Kept: a later letter reports it as done, or as going on where that was promised. Changed: another time, amount, place or
    party. Repeated: planned again. Overdue: due before the day asked about, and nothing found. Open: the rest.

    \b
    Examples:
      kg promises
      kg promises --place 天津市 --state kept
      kg promises --as-of 2026-01-01 --state overdue --format csv
      kg promises --format html -o out/promises.html
      kg promises --save
    """
    from kg.api import existing
    from kg.promises.told import STATE_WORDS
    from kg.promises.written import FORMATS as written
    from kg.promises.written import HEADS, rows
    with existing(store) as graph:
        found = graph.promises(place=place, organ=organ, states=states, as_of=as_of, save=save)
        width = table_width() if output is None else PIPED
        text = table(HEADS, rows(graph.store, found), width) + "\n" if fmt == "table" else written[fmt](graph.store, found)
    deliver(text, output)
    counts = ", ".join(f"{number} {' '.join(STATE_WORDS[state])}" for state, number in found.counts().items())
    click.echo(f"{counts}; 截至 as of {found.as_of or 'no day'}.{f' Wrote {output}.' if output else ''}", err=True)
