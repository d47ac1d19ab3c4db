"""kg init: a project of the user's own."""
from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def init(folder: Path) -> None:
    """Start a project of your own in a folder: names, patterns, predicates, settings, an example letter and a Makefile.

    In that folder, or below it, every command knows where the graph is, and kg build where the letters are (zhihan.toml). docs/tutorial.md goes on
    from there.

    \b
    Examples:
      kg init out/my-letters
    """
    from kg.api import Graph
    written = Graph.init(folder)
    for file in written:
        click.echo(file)
    if folder / "letters" not in {file.parent for file in written}:
        click.echo(f"{folder / 'letters'} holds letters of your own: no example was put there.", err=True)
    here = folder.resolve() == Path.cwd()
    click.echo(f"A project was made: go on with  {'' if here else f'cd {folder}  and  '}kg build.", err=True)
