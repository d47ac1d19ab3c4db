"""Text for a terminal: UTF-8 wherever it goes, columns by cell width (a Chinese character takes two), progress on stderr."""
from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import TextIO

import click

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_WORD = re.compile(r"[A-Za-z]+")
MIN_COLUMN = 8
PIPED = 160                             # cells of a table of sentences that goes to a file or a pipe


def use_utf8(*streams: TextIO) -> None:
    """Make streams write UTF-8, except a terminal whose own encoding has Chinese; what cannot be written is escaped, never an error."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            keep = stream.isatty() and _has_chinese(stream.encoding)
            reconfigure(encoding=stream.encoding if keep else "utf-8", errors="backslashreplace")


def _has_chinese(encoding: str) -> bool:
    try:
        return bool("知函".encode(encoding))
    except (UnicodeEncodeError, LookupError):
        return False


def cells(text: str) -> int:
    """How many terminal cells a text takes; ASCII is answered without loading the width tables."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth, wcwidth
    width = int(wcswidth(text))
    return width if width >= 0 else sum(max(0, wcwidth(char)) for char in text)


def clean(text: str) -> str:
    """One line without control characters, so that no letter can move the cursor or colour the terminal."""
    return CONTROL.sub(" ", text)


def pad(text: str, width: int, right: bool = False) -> str:
    """A text filled with blanks to a width in cells."""
    blanks = " " * max(0, width - cells(text))
    return blanks + text if right else text + blanks


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; breaks at a blank or after a hyphen where the line has one late enough, or a word of letters would be cut,
    else between characters."""
    lines: list[str] = []
    while cells(text) > width:
        cut = _fits(text, width)
        gap = max(text.rfind(" ", 0, cut + 1), text.rfind("-", 0, cut) + 1)
        cut = gap if gap > cut // 2 or (gap > 0 and _ends_in_word(text, gap, cut, width)) else cut
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def _ends_in_word(text: str, gap: int, cut: int, width: int) -> bool:
    """Whether a cut parts a word of letters that begins at the gap before it, and that a line has room for."""
    word = _WORD.match(text, gap + (text[gap:gap + 1] == " "))
    return word is not None and word.start() < cut < word.end() and word.end() - word.start() <= width


def _fits(text: str, width: int) -> int:
    """How many characters fit into `width` cells; at least one."""
    used = 0
    for at, char in enumerate(text):
        used += cells(char)
        if used > width:
            return max(1, at)
    return len(text)


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    """A table in aligned columns, numbers to the right. What is too wide for `width` is wrapped; long last columns stand below their row."""
    lines = [[clean(cell) for cell in row] for row in rows]
    beside = len(headers) - _long(lines, width)
    shown = [row[:beside] for row in lines]
    heads = [*headers[:beside - 1], " / ".join(headers[beside - 1:])]
    right = [bool(shown) and all(re.fullmatch(r"[-+]?[\d.,]*%?", row[i]) for row in shown) for i in range(len(heads))]
    widths = _widths([heads, *shown], width)
    out = [*_wrapped(heads, widths, right), "  ".join("─" * w for w in widths)]
    for row, whole in zip(shown, lines, strict=True):
        out += _wrapped(row, widths, right)
        out += [f"    {part}" for cell in whole[beside:] if cell for part in wrap(cell, (width or 0) - 4)]
    return "\n".join(out)


def _long(rows: Sequence[Sequence[str]], width: int | None) -> int:
    """How many of the last columns are too long to stand beside the others on a screen that the whole table does not fit.

    The last one is where it takes more than a third of the screen, those before it where they take more than all of it.
    """
    if width is None or not rows or len(rows[0]) < 3:
        return 0
    widths = [max(cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    if sum(widths) + 2 * len(widths) <= width or widths[-1] <= width // 3:
        return 0
    return 1 + len(list(takewhile(lambda cell: cell > width, reversed(widths[2:-1]))))


def _wrapped(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    parts = [wrap(cell, w) for cell, w in zip(row, widths, strict=True)]
    return [_row([part[i] if i < len(part) else "" for part in parts], widths, right) for i in range(max(map(len, parts)))]


def _row(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    return "  ".join(pad(cell, w, r) for cell, w, r in zip(row, widths, right, strict=True)).rstrip()


def _widths(rows: Sequence[Sequence[str]], limit: int | None) -> list[int]:
    """Natural widths; where they pass the limit heads (the first row) break into words, and then the widest column gives way, again and again,
    down to MIN_COLUMN."""
    widths = [max(1, *(cells(row[i]) for row in rows)) for i in range(len(rows[0]))]
    if limit and sum(widths) + 2 * (len(widths) - 1) > limit:
        widths = [max(1, *map(cells, head.split()), *(cells(row[i]) for row in rows[1:])) for i, head in enumerate(rows[0])]
    while limit and sum(widths) + 2 * (len(widths) - 1) > limit and max(widths) > MIN_COLUMN:
        widest = widths.index(max(widths))
        second = max([w for i, w in enumerate(widths) if i != widest], default=0)
        over = sum(widths) + 2 * (len(widths) - 1) - limit
        widths[widest] = max(MIN_COLUMN, min(widths[widest] - 1, max(widths[widest] - over, second - 1)))
    return widths


def screen_width() -> int | None:
    """The terminal's width in cells (or what COLUMNS says), or None when the output goes to a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def table_width() -> int:
    """The width of a table that holds sentences: the terminal's, else one that an editor or a pager shows whole."""
    return screen_width() or PIPED


class Progress:
    """What a long work has done so far: one line on stderr that is written over, or nothing."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown

    def __call__(self, done: int, total: int, name: str) -> None:
        if self.shown:
            line = wrap(clean(f"[{done}/{total}] {name}"), max(20, shutil.get_terminal_size().columns - 1))[0]
            click.echo(f"\r\033[K{line}", nl=False, err=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress line for a terminal on stderr, wiped at the end; silent otherwise."""
    shown = sys.stderr.isatty()
    try:
        yield Progress(shown)
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)
