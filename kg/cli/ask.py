"""kg stats, kg query, kg queries, kg show: what the graph says."""
from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import store_option
from kg.cli.stores import access_options
from kg.cli.terminal import screen_width, table
from kg.cli.words import both

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.query import Answer

FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl")


@click.command()
@store_option
def stats(store: Path) -> None:
    """Count what the graph holds: letters, entities by class, facts by predicate and status, figures.

    \b
    Examples:
      kg stats
    """
    from kg.api import existing
    with existing(store) as graph:
        summary = graph.stats()
        words = graph.store.ontology.words
    click.echo(table(("", both("number")), [(both(label), str(number)) for label, number in summary.totals.items()]))
    click.echo("\n" + table((both("class"), both("entities")), [(words(term.name), str(number)) for term, number in summary.entities]))
    rows = [(words(term.name), *(str(number) for number in numbers)) for term, numbers in summary.facts]
    click.echo("\n" + table((both("facts"), *map(words, summary.statuses)), rows))


@click.command()
@click.argument("what", nargs=-1, metavar="[FILE.rq | NAME] [KEY=VALUE...]")
@click.option("-q", "text", metavar="SPARQL", help="The query itself.")
@click.option("--format", "fmt", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print the answer.")
@click.option("--endpoint", metavar="URL", help="Ask the graph at this SPARQL endpoint, and no store.")
@access_options
@store_option
def query(what: tuple[str, ...], text: str | None, fmt: str, endpoint: str | None, user: str | None, password: str | None, token: str | None,
          timeout: float, store: Path) -> None:
    """Ask the graph: a named question (`kg queries` lists them) with its parameters, a file of SPARQL, or SPARQL itself.

    A query sees all letters together; GRAPH ?g tells which letter says what.

    \b
    Examples:
      kg query cooperation
      kg query evidence subject=天津市 predicate=organizes
      kg query cooperation who=天津市 --endpoint http://127.0.0.1:8890/sparql
      kg query -q 'SELECT ?name WHERE { ?x a kg:Fund ; skos:prefLabel ?name }' --format csv
    """
    if (text is None) == (not what):
        raise click.UsageError("Give a named query or a .rq file, or SPARQL with -q.")
    asked, pairs = (f"{text} ", ()) if text is not None else (what[0], what[1:])        # one word with a blank is SPARQL too, and no question's name
    given, ontology = _parameters(pairs), None
    if endpoint is not None:
        from kg.remote import connect
        with connect(endpoint, user=user, password=password, token=token, timeout=timeout, retries=2) as remote:
            answer = remote.query(asked, **given)
    else:
        from kg.api import existing
        with existing(store) as graph:
            answer, ontology = graph.query(asked, **given), graph.store.ontology
    if fmt == "table":
        click.echo(table(*_shown(answer, asked, ontology), screen_width()))
        click.echo(f"{len(answer.rows)} {'row' if len(answer.rows) == 1 else 'rows'}", err=True)
    else:
        sys.stdout.flush()
        click.echo(answer.serialize(fmt), nl=False)


def _shown(answer: Answer, asked: str, ontology: Ontology | None) -> tuple[Sequence[str], list[list[str]]]:
    """Heads and rows for a reader: a named question's with the words of terms and columns; who writes SPARQL is shown its own."""
    from kg.ontology import load_ontology
    from kg.query import named_queries
    question = next((one for one in named_queries() if one.name == asked), None)
    if question is None:
        return answer.columns, answer.texts()
    rows = answer.told(ontology or load_ontology(), question.terms)
    order = sorted(range(len(answer.columns)), key=lambda at: answer.columns[at].lower().endswith("quote"))        # sentences stand last
    return question.heads(answer.columns[at] for at in order), [[row[at] for at in order] for row in rows]


def _parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise click.UsageError(f"{pair!r} is no parameter: write it as KEY=VALUE.")
    given = dict(pair.split("=", 1) for pair in pairs)
    if len(given) < len(pairs):
        twice = next(name for name in given if sum(pair.startswith(f"{name}=") for pair in pairs) > 1)
        raise click.UsageError(f"{twice!r} is given twice: a parameter takes one value.")
    return given


@click.command()
def queries() -> None:
    """List the named questions, with their parameters.

    \b
    Examples:
      kg queries
    """
    from kg.query import named_queries
    for question in named_queries():
        click.echo(f"{question.name}  {' '.join(question.usage)}".rstrip())
        click.echo(f"    {question.zh}\n    {question.en}")


@click.command()
@click.argument("name", metavar="ENTITY|LETTER")
@click.option("--names", is_flag=True, help="List the forms under which letters name the entity, and why each was taken for it.")
@store_option
def show(name: str, names: bool, store: Path) -> None:
    """Show an entity or a letter: its names, and its facts with status, time and the quoted sentence.

    \b
    Examples:
      kg show 海河产业基金
      kg show 天津市教育委员会 --names
      kg show tianjin-2025-three-attractions
    """
    from kg.api import existing
    from kg.cli.pages import page_text
    with existing(store) as graph:
        page = graph.show(name)
        words = graph.store.ontology.called()
    click.echo(page_text(page, screen_width() or 120, names, words))
