"""kg push, kg compact: the graph brought to another server, and the store put in order."""
from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import FINDINGS, Command, store_option
from kg.cli.terminal import clean, progress


def access_options(command: Command) -> Command:
    """As whom a server is spoken to, and how long an answer may take."""
    for option in (
        click.option("--timeout", type=click.FloatRange(0.1), default=60, show_default=True, metavar="SECONDS",
                     help="How long the server may take to answer."),
        click.option("--token", envvar="KG_REMOTE_TOKEN", show_envvar=True, metavar="TOKEN",
                     help="A bearer token, sent with every request. A variable is not seen by other users, an option is."),
        click.option("--password", envvar="KG_REMOTE_PASSWORD", show_envvar=True, metavar="WORD", help="The password of --user."),
        click.option("--user", envvar="KG_REMOTE_USER", show_envvar=True, metavar="NAME",
                     help="A name, sent to a server that asks for one (Basic or Digest, as it asks)."),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--endpoint", required=True, metavar="URL", help="Where the server answers SPARQL queries, such as http://127.0.0.1:7878/query.")
@click.option("--graph-store", metavar="URL", help="Where it takes graphs (Graph Store Protocol); known for kg serve, oxigraph serve and Virtuoso.")
@click.option("--update-endpoint", metavar="URL", help="Where it takes SPARQL Update; given alone, graphs are written by that.")
@click.option("--part", type=click.FloatRange(0.02), default=8, show_default=True, metavar="MB", help="Larger graphs are sent in parts of this size.")
@click.option("--retries", type=click.IntRange(0), default=5, show_default=True, help="How often a request that fails for a while is sent again.")
@click.option("--mirror", is_flag=True, help="Also remove graphs that another store pushed there and this one does not have.")
@click.option("--quick", is_flag=True, help="Compare what is there by numbers of statements, not by their content.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent and removed, and change nothing.")
@access_options
@store_option
@click.pass_context
def push(context: click.Context, endpoint: str, graph_store: str | None, update_endpoint: str | None, part: float, retries: int, mirror: bool,
         quick: bool, dry_run: bool, user: str | None, password: str | None, token: str | None, timeout: float, store: Path) -> None:
    """Bring another server to what the graph says: each letter a graph of its own, and only those that the server does not have so.

    Graphs that were pushed and are here no more are removed there; what others put there is left alone. Stopped at any moment, the next push goes on.

    \b
    Examples:
      kg push --endpoint http://127.0.0.1:7878/query --dry-run
      kg push --endpoint http://127.0.0.1:8890/sparql --user dba
      kg push --endpoint http://127.0.0.1:3030/ds/query --graph-store http://127.0.0.1:3030/ds/data
    """
    from kg.api import existing
    if user is not None and password is None:
        password = click.prompt(f"Password of {user}", hide_input=True, err=True)
    with progress() as told, existing(store) as graph:
        found = graph.push(endpoint, graph_store=graph_store, update_endpoint=update_endpoint, user=user, password=password, token=token,
                           timeout=timeout, retries=retries, part=part, mirror=mirror, quick=quick, dry_run=dry_run, told=told)
    work = found.plan
    if dry_run:
        for verb, names in (("send", [one.graph for one in work.send]), ("remove", work.remove)):
            for name in names:
                click.echo(f"{verb:6}  {clean(name)}")
    does, doing = ("Would push", "would be") if dry_run else ("Pushed", "were" if len(work.remove) != 1 else "was")
    click.echo(f"{does} {_graphs(len(work.send))} ({found.statements} statements) to {endpoint} in {found.seconds:.1f} s; "
               f"{_graphs(len(work.same))} there already, {len(work.remove)} {doing} removed.")
    if work.others:
        click.echo(f"kg: {_graphs(len(work.others))} there came from another store and stay; --mirror removes them.", err=True)
    for line in found.wrong:
        click.echo(f"kg: {clean(line)}", err=True)
    if found.wrong:
        context.exit(FINDINGS)


def _graphs(number: int) -> str:
    return f"{number} graph{'s' if number != 1 else ''}"


@click.command()
@store_option
def compact(store: Path) -> None:
    """Put the store into as few files as it needs: what was replaced or removed is dropped, and questions are answered faster. A store of which
    little was replaced does not get smaller. Readers are not hindered; a build has to wait.

    \b
    Examples:
      kg compact
    """
    from kg.api import existing
    with existing(store) as graph:
        found = graph.compact()
    click.echo(f"The data of {store} took {found.before / 1e6:.1f} MB and takes {found.after / 1e6:.1f} MB.")
