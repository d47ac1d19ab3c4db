"""What the commands share: the group that turns failures into sentences and exit codes, and the options that many have."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.errors import KgError

Command = TypeVar("Command", bound=Callable[..., object])
FINDINGS, BAD_INPUT, FAULT, INTERRUPTED = 1, 2, 3, 130


class Sentence(click.ClickException):
    """A failure told in one sentence on stderr; exit code 2."""

    exit_code = BAD_INPUT

    def show(self, file: Any = None) -> None:
        click.echo(f"kg: {self.format_message()}", err=True, file=file)


class ReaderGone(Exception):
    """Whoever reads the output has gone, as `head` does: no fault, and nothing that a check found."""


class Verbs(click.Group):
    """Runs a command; a KgError, or a file that cannot be read or written, becomes a sentence, Ctrl-C a quiet 130."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            ctx.default_map = self._of_project()
            with _told_of_plugins():
                return super().invoke(ctx)
        except KgError as error:
            raise Sentence(str(error)) from error
        except BrokenPipeError:
            raise ReaderGone from None      # click would exit with 1, which says that a check found something
        except OSError as error:
            raise Sentence(f"{error.filename or 'The system'}: {error.strerror or error}.") from error
        except (KeyboardInterrupt, click.Abort):
            click.echo("\nkg: stopped.", err=True)
            ctx.exit(INTERRUPTED)

    def _of_project(self) -> dict[str, dict[str, str]]:
        """What the commands take where nothing is said: the store of the project in whose folder, or below it, they are run."""
        from kg.project import find_project
        project = find_project()
        return {name: {"store": str(project.store)} for name in self.commands} if project is not None else {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a reader needs them, which is the order in which they were added."""
        return list(self.commands)


@contextmanager
def _told_of_plugins() -> Iterator[None]:
    """Print what the program says of plugins that it leaves out, each once, as a sentence on stderr."""
    said: set[str] = set()

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if category.__name__ != "PluginWarning":
            usual(message, category, *where, **more)
        elif str(message) not in said:
            said.add(str(message))
            click.echo(f"kg: {message}", err=True)

    with warnings.catch_warnings():
        usual, warnings.showwarning = warnings.showwarning, show
        yield


def store_option(command: Command) -> Command:
    option = click.option("--store", type=click.Path(path_type=Path, file_okay=False), default=Path("kg-store"), show_default=True,
                          metavar="DIR", envvar="KG_STORE", show_envvar=True, help="The store that holds the graph.")
    return option(command)


def output_option(what: str, required: bool = True) -> Callable[[Command], Command]:
    return click.option("-o", "--output", "output", type=click.Path(path_type=Path, dir_okay=False), required=required, metavar="FILE", help=what)


def model_options(command: Command) -> Command:
    """The options that decide what is read from a letter."""
    for option in (
        click.option("--min-confidence", type=click.FloatRange(0, 1), metavar="0..1", help="Leave out facts and figures less sure than this."),
        click.option("--model", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                     help="The model to read with; the package's own by default."),
    ):
        command = option(command)
    return command


def example(*lines: str) -> str:
    """The examples of a command, under its help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def deliver(text: str, output: Path | None) -> None:
    """Print a result, or write it to a file, whose folder is made when it is not there."""
    if output is None:
        click.echo(text, nl=False)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
