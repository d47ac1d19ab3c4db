"""kg serve: the graph at an address, for readers and programs."""
from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import store_option


@click.command()
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen; 0.0.0.0 lets other machines in.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
def serve(store: Path, host: str, port: int) -> None:
    """Serve the graph: a SPARQL endpoint and pages to read, at one address.

    \b
    Examples:
      kg serve
    """
    from kg.api import open
    open(store).serve(host=host, port=port)
