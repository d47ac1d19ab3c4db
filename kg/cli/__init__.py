"""The command `kg`: a thin second door to the library. Each command parses, calls one method of `kg.Graph`, and prints."""
from __future__ import annotations

import os
import sys

import click

from kg import __version__
from kg.cli.ask import queries, query, show, stats
from kg.cli.common import FAULT, INTERRUPTED, ReaderGone, Verbs
from kg.cli.curate import curate
from kg.cli.diff import diff
from kg.cli.exchange import export, import_
from kg.cli.init import init
from kg.cli.letters import build, infer, remove
from kg.cli.out import docs, render, validate
from kg.cli.promises import promises
from kg.cli.quality import evaluate, train
from kg.cli.read import read
from kg.cli.serve import serve
from kg.cli.stores import compact, push
from kg.cli.terminal import use_utf8


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kg")
def cli() -> None:
    """zhihan 知函: reads Chinese official reply letters into a knowledge graph that can be asked, seen and exported.

    \b
    Exit codes: 0 all went well, 1 a check found something, 2 an input or an option cannot be used,
    3 a fault of the program, 130 stopped by Ctrl-C.
    """


for command in (init, build, read, stats, query, queries, show, promises, diff, serve, export, import_, push, render,
                validate, infer, curate, evaluate, remove, compact, train, docs):
    cli.add_command(command)


@cli.command("docs-cli", hidden=True)
def docs_cli() -> None:
    """Write the command reference as Markdown."""
    from kg.cli.reference import reference
    click.echo(reference(cli))


def run() -> None:
    """The entry point: UTF-8 whatever the locale; a reader that has gone and Ctrl-C end quietly."""
    use_utf8(sys.stdout, sys.stderr)
    try:
        try:
            cli.main(prog_name="kg")
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()      # a short output meets its reader only here
    except (BrokenPipeError, ReaderGone):
        # What is still buffered has no reader; without this Python would complain again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        click.echo(f"kg: A fault of the program, not of your input: {type(error).__name__}: {error}. Set KG_DEBUG=1 to see where.", err=True)
        sys.exit(FAULT)


if __name__ == "__main__":
    run()
