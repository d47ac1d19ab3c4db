"""The command reference, written from the commands themselves: `make docs` keeps docs/cli.md equal to what `--help` says."""
from __future__ import annotations

import inspect
from collections.abc import Iterator

import click


def reference(group: click.Group) -> str:
    """The whole reference as Markdown."""
    shown = {name: command for name, command in group.commands.items() if not command.hidden}
    return "\n".join([*_head(group), *(line for name, command in shown.items() for line in _command(name, command))])


def _head(group: click.Group) -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Written by `make docs` from the commands themselves; `kg COMMAND --help` says the same."
    yield ""
    yield inspect.cleandoc(group.help or "").replace("\b\n", "")
    yield ""


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=f"kg {name}")
    text, _, examples = inspect.cleandoc(command.help or "").partition("\b\nExamples:\n")
    yield f"## kg {name}"
    yield ""
    yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}"
    yield ""
    yield text.replace("\b\n", "").strip()
    yield ""
    yield from _options(command, context)
    if examples:
        yield from ("```sh", *(line.strip() for line in examples.strip().splitlines()), "```", "")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    options = (option for option in command.params if isinstance(option, click.Option))
    records = [record for option in options if (record := option.get_help_record(context)) is not None]
    if records:
        yield "| option | |"
        yield "|---|---|"
        for flags, said in records:
            yield f"| `{flags.replace('|', chr(92) + '|')}` | {said.strip().replace('|', chr(92) + '|')} |"
        yield ""
