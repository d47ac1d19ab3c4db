"""kg diff: what two graphs, letters or years say differently."""
from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from kg.cli.common import FINDINGS, deliver, store_option
from kg.cli.terminal import PIPED, table, table_width

FORMATS = ("table", "csv", "json", "html")


@click.command()
@click.argument("stores", nargs=-1, type=click.Path(path_type=Path), metavar="[STORE-A STORE-B]")
@click.option("--letters", nargs=2, metavar="A B", help="Compare two letters of one store.")
@click.option("--years", nargs=2, metavar="YEAR YEAR", help="Compare the letters of two years of one store.")
@click.option("--about", metavar="ENTITY", help="Only what is said of this entity.")
@click.option("--format", "fmt", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print what differs.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to a file.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything differs; without it the exit code is 0 either way.")
@store_option
@click.pass_context
def diff(context: click.Context, stores: tuple[Path, ...], letters: tuple[str, str] | None, years: tuple[str, str] | None, about: str | None,
         fmt: str, output: Path | None, exit_code: bool, store: Path) -> None:
    """Compare two graphs, two letters or two years: facts and figures that are new (+), gone (-) or changed (~).

    A fact is changed when its status, time, amount, place, field or role is; a figure of the same owner and label when its value
    or time is. How sure the program is, and in which letter it stands, does not count.

    \b
    Examples:
      kg diff --letters tianjin-2024-hk-macao-cooperation tianjin-2025-three-attractions
      kg diff --years 2023 2025 --about 海河产业基金
      kg diff kg-store kg-store --exit-code
      kg diff --years 2023 2024 --format html -o out/diff.html
    """
    from kg.api import existing
    from kg.diff.page import WORDS
    from kg.diff.written import FORMATS as written
    from kg.diff.written import heads, rows
    if (len(stores) == 2) + bool(letters) + bool(years) != 1 or len(stores) not in (0, 2):
        raise click.UsageError("Give two stores, or --letters A B, or --years YEAR YEAR.")
    with existing(stores[0] if stores else store) as graph, existing(stores[1]) if stores else nullcontext() as other:
        found = graph.diff(other, letters=letters, years=years, about=about)
        text = table(heads(found), rows(found), table_width() if output is None else PIPED) + "\n" if fmt == "table" else written[fmt](found)
    deliver(text, output)
    counts = ", ".join(f"{number} {' '.join(WORDS[how])}" for how, number in found.counts().items())
    click.echo(f"{counts}, {found.same} 相同 the same.{f' Wrote {output}.' if output else ''}", err=True)
    context.exit(FINDINGS if exit_code and found else 0)
