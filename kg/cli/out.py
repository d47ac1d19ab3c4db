"""kg render, kg validate, kg docs: the graph as a picture, checked, and its vocabulary described."""
from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import FINDINGS, output_option, store_option

CHECKED = ("text", "json", "ttl")


@click.command()
@output_option("The page to write: .html to look at and search, .svg to print.")
@click.option("--about", metavar="ENTITY", help="Only what is near this entity.")
@click.option("--hops", type=click.IntRange(1, 6), default=1, show_default=True, help="How near, with --about.")
@click.option("--max-nodes", type=click.IntRange(1, 20000), default=300, show_default=True,
              help="At most so many entities, those with most facts first.")
@store_option
def render(output: Path, about: str | None, hops: int, max_nodes: int, store: Path) -> None:
    """Draw the graph: one file that asks nothing of any server.

    \b
    Examples:
      kg render -o out/graph.html
      kg render -o out/fund.html --about 海河产业基金 --hops 2
    """
    from kg.api import existing
    with existing(store) as graph:
        shown, total = graph.render(output, about=about, hops=hops, max_nodes=max_nodes)
    rest = "" if shown == total else f" of {total}; --max-nodes or --about shows others"
    click.echo(f"Wrote {output}: {shown} entities{rest}.", err=True)


@click.command()
@click.option("--format", "fmt", type=click.Choice(CHECKED), default="text", show_default=True,
              help="How to print what is wrong; ttl is a report as SHACL defines it.")
@store_option
@click.pass_context
def validate(context: click.Context, fmt: str, store: Path) -> None:
    """Check the graph against its shapes; what is wrong is told in words, and the exit code is 1.

    \b
    Examples:
      kg validate
      kg validate --format json
    """
    from kg.api import existing
    with existing(store) as graph:
        problems = graph.validate()
    from kg.validate import FORMATS as written
    click.echo(written[fmt](problems), nl=False)
    context.exit(FINDINGS if problems else 0)


@click.command()
@output_option("The page to write: one file of HTML.")
def docs(output: Path) -> None:
    """Write the documentation of the vocabulary: every term in Chinese and English with an example, the rules, and what is checked.

    \b
    Examples:
      kg docs -o out/ontology.html
    """
    from kg.api import Graph
    Graph.docs(output)
    click.echo(f"Wrote {output}.", err=True)
