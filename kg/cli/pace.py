"""How far a build is, with its rate, the time left and the failures: one line on a terminal, else a line now and then."""
from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import clean, wrap

if TYPE_CHECKING:
    from kg.build import Step

OFTEN, SELDOM = 0.1, 30.0               # seconds between two lines, on a terminal and elsewhere


class Pace:
    """Hears the steps of a build and tells them on stderr."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self._part, self._begun, self._done, self._told = "", time.monotonic(), 0, time.monotonic()

    def __call__(self, step: Step) -> None:
        now = time.monotonic()
        if step.part != self._part:
            self._part, self._begun, self._done = step.part, now, step.done
        last = step.done == step.total          # of which the report tells, where nothing is written over
        if (last and self.terminal) or (not last and now - self._told >= (OFTEN if self.terminal else SELDOM)):
            self._told = now
            self._tell(said(step, step.done - self._done, now - self._begun))

    def _tell(self, text: str) -> None:
        if self.terminal:
            line = wrap(clean(text), max(20, shutil.get_terminal_size().columns - 1))[0]
            click.echo(f"\r\033[K{line}", nl=False, err=True)
        else:
            click.echo(f"kg: {clean(text)}", err=True)


def said(step: Step, done: int, seconds: float) -> str:
    """A step in words: `done` of its part took so many seconds."""
    words = [f"{step.part} {step.done}/{step.total}"]
    if done and seconds > 0:
        rate = done / seconds
        words += [f"{rate:.1f}/s", f"{span((step.total - step.done) / rate)} left"]
    words += [f"{step.failed} failed"] if step.failed else []
    return ", ".join(words) + f"  {step.name}"


def span(seconds: float) -> str:
    """A time, as two units at most: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


@contextmanager
def pace() -> Iterator[Pace]:
    """What hears a build; the line on a terminal is wiped at the end."""
    terminal = sys.stderr.isatty()
    try:
        yield Pace(terminal)
    finally:
        if terminal:
            click.echo("\r\033[K", nl=False, err=True)
