"""kg serve: the graph at an address, for readers and programs."""
from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import store_option


@click.command()
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen; 0.0.0.0 lets other machines in.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--public-url", metavar="URL", help="The address by which readers reach the server, where it stands behind another one.")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="Let pages of this origin ask, as https://example.org; * lets all. May be repeated.")
@click.option("--token", envvar="KG_TOKEN", show_envvar=True, metavar="TOKEN",
              help="Let those who have the token write graphs. A variable is not seen by other users, an option is.")
@click.option("--writable", is_flag=True, help="Let graphs be written; without --token, one is made and printed, on this machine only.")
@click.option("--edit", is_flag=True, help="Let those who have the token correct the graph in the browser; made and printed as with --writable.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N",
              help="Requests that are answered at a time; without it four for each processor, and one.")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=10, show_default=True, help="The most time that a query may take.")
@click.option("--memory", type=click.IntRange(64, 1_000_000), default=1024, show_default=True, metavar="MB", help="The most memory for a query.")
@click.option("--rows", type=click.IntRange(1), default=200_000, show_default=True, help="The most rows of an answer.")
@click.option("--result", type=click.IntRange(1, 2000), default=32, show_default=True, metavar="MB", help="The most that an answer may weigh.")
@click.option("--body", type=click.IntRange(1, 2000), default=10, show_default=True, metavar="MB", help="The most that a request may weigh.")
def serve(store: Path, host: str, port: int, public_url: str | None, cors: tuple[str, ...], token: str | None, writable: bool, edit: bool,
          workers: int | None, seconds: float, memory: int, rows: int, result: int, body: int) -> None:
    """Serve the graph: a SPARQL endpoint and pages to read, at one address. Ctrl-C ends it.

    What is built into the store meanwhile is there a second after the build has ended. docs/serving.md tells more.

    \b
    Examples:
      kg serve
      kg serve --store out/one --port 8000 --seconds 30
      kg serve --edit
    """
    from kg.api import open
    from kg.server.limits import Limits, Settings, many
    limits = Limits(seconds=seconds, memory_mb=memory, rows=rows, result_mb=result, body_mb=body)
    settings = Settings(limits, workers or many(), token, cors, public_url, edit=edit)
    open(store).serve(host=host, port=port, writable=writable, settings=settings)
