"""Reads gold files: the graph that a person says a letter has (tests/corpus/GUIDELINES.md describes them).

A file NAME.gold.txt has five parts, each begun by a line `#! text`, `#! names`, `#! letter`, `#! facts`, `#! figures`.
In the text a mark `[[surface|Type|Canonical name]]` stands for a mention; without its marks the text is the letter.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import CLASSES, PREDICATES, STATUSES
from kg.spans import Span

PARTS = ("text", "names", "letter", "facts", "figures")
QUALIFIERS = ("time", "place", "field", "amount", "role")
SUFFIX = ".gold.txt"
MARK = re.compile(r"\[\[([^\[\]|]+)\|([A-Za-z]+)\|([^\[\]|]+)\]\]")
TIME = re.compile(r"-|\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?")
VALUE = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A marked name: its span of the letter's text, its class and its canonical name."""

    span: Span
    kind: str
    entity: str


@dataclass(frozen=True, slots=True)
class GoldFact:
    """A fact as a person states it; `time` is ISO, START/END or "-", `qualifiers` are those the line has, in its order."""

    status: str
    subject: str
    predicate: str
    object: str
    qualifiers: tuple[tuple[str, str], ...]
    quote: str

    @property
    def time(self) -> str:
        return dict(self.qualifiers).get("time", "-")


@dataclass(frozen=True, slots=True)
class GoldFigure:
    """A figure as a person states it; value and unit as written, `time` ISO, START/END or "-"."""

    subject: str
    indicator: str
    value: str
    unit: str
    time: str
    quote: str


@dataclass(frozen=True, slots=True)
class Gold:
    """What a person says of one letter. `names` maps each canonical name to all its accepted names, itself included."""

    name: str
    text: str
    mentions: tuple[GoldMention, ...]
    names: Mapping[str, frozenset[str]]
    letter: Mapping[str, str]
    facts: tuple[GoldFact, ...]
    figures: tuple[GoldFigure, ...]

    @property
    def kinds(self) -> dict[str, str]:
        """The class of each marked entity."""
        return {mention.entity: mention.kind for mention in self.mentions}


def read_gold(path: Path) -> Gold:
    """The gold of one file. Raises InputError when it cannot be read or is not a gold file."""
    parts = _parts(path)
    text, mentions = _unmark(parts["text"].removesuffix("\n"))
    return Gold(
        name=path.name.removesuffix(SUFFIX),
        text=text,
        mentions=mentions,
        names=_names(parts["names"], mentions),
        letter=dict(_pair(line, ":") for line in _lines(parts["letter"])),
        facts=tuple(_fact(path, line) for line in _lines(parts["facts"])),
        figures=tuple(_figure(path, line) for line in _lines(parts["figures"])),
    )


def read_golds(paths: Iterable[Path]) -> list[Gold]:
    """The gold of files and directories (every *.gold.txt in or below them), by name. Raises InputError when there is none."""
    wanted = list(paths)
    files = sorted({file for path in wanted for file in _files(path)}, key=lambda file: (file.name, str(file)))
    if not files:
        raise InputError(f"No gold file (*{SUFFIX}) is in {', '.join(map(str, wanted)) or 'an empty list'}: name a directory that holds some.")
    return [read_gold(file) for file in files]


def problems(gold: Gold) -> Iterator[str]:
    """What breaks the guidelines' form: unknown classes, predicates or statuses, ends that are not marked, quotes that are not in the letter."""
    known = set(gold.names) | {gold.letter.get("jurisdiction", "")}
    for mention in gold.mentions:
        if mention.kind not in CLASSES:
            yield f"unknown class {mention.kind} at {mention.span.of(gold.text)}"
        elif gold.kinds[mention.entity] != mention.kind:
            yield f"{mention.entity} has two classes, {mention.kind} and {gold.kinds[mention.entity]}"
    if "[[" in gold.text or "]]" in gold.text:
        yield "a mark that does not parse"
    for fact in gold.facts:
        yield from (f"fact {fact.subject} {fact.predicate} {fact.object}: {what}" for what in _fact_problems(gold, fact, known))
    for figure in gold.figures:
        yield from (f"figure {figure.subject} {figure.value}: {what}" for what in _figure_problems(gold, figure, known))


def _fact_problems(gold: Gold, fact: GoldFact, known: set[str]) -> Iterator[str]:
    if fact.status not in STATUSES:
        yield f"unknown status {fact.status}"
    if fact.predicate not in PREDICATES:
        yield "unknown predicate"
    yield from (f"unknown qualifier {key}" for key, _ in fact.qualifiers if key not in QUALIFIERS)
    yield from (f"{end} is not a marked entity" for end in (fact.subject, fact.object) if end not in known)
    if not TIME.fullmatch(fact.time):
        yield f"bad time {fact.time}"
    if fact.quote not in gold.text:
        yield "the quote is not in the letter"


def _figure_problems(gold: Gold, figure: GoldFigure, known: set[str]) -> Iterator[str]:
    if not VALUE.fullmatch(figure.value):
        yield f"{figure.value} is not a number"
    if not TIME.fullmatch(figure.time):
        yield f"bad time {figure.time}"
    if figure.subject not in known:
        yield "the subject is not a marked entity"
    if figure.quote not in gold.text:
        yield "the quote is not in the letter"


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return list(path.rglob(f"*{SUFFIX}"))
    if not path.exists():
        raise InputError(f"{path} does not exist: name a gold file (*{SUFFIX}) or a directory that holds some.")
    return [path]


def _parts(path: Path) -> dict[str, str]:
    try:
        raw = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a gold file: {error}.") from error
    # The text may hold carriage returns of its own; only the part lines are looked for.
    chunks = [chunk.partition("\n") for chunk in re.split(r"(?m)^#! ", raw.replace("\r\n", "\n"))[1:]]
    parts = {head.strip(): body for head, _, body in chunks}
    missing = [f"'#! {part}'" for part in PARTS if part not in parts]
    if missing:
        raise InputError(f"{path} is not a gold file: it has no part {', '.join(missing)}.")
    return parts


def _unmark(marked: str) -> tuple[str, tuple[GoldMention, ...]]:
    """The text without its marks, and the marks as mentions of that text."""
    mentions: list[GoldMention] = []
    out: list[str] = []
    length = last = 0
    for mark in MARK.finditer(marked):
        before, surface = marked[last:mark.start()], mark[1]
        start = length + len(before)
        length = start + len(surface)
        mentions.append(GoldMention(Span(start, length), mark[2], mark[3].strip()))
        out += [before, surface]
        last = mark.end()
    return "".join([*out, marked[last:]]), tuple(mentions)


def _names(part: str, mentions: Iterable[GoldMention]) -> dict[str, frozenset[str]]:
    names = {mention.entity: frozenset({mention.entity}) for mention in mentions}
    for line in _lines(part):
        name, others = _pair(line, " = ")
        names[name] = names.get(name, frozenset({name})) | {other.strip() for other in others.split(";") if other.strip()}
    return names


def _lines(part: str) -> list[str]:
    return [line for line in part.splitlines() if line.strip()]


def _pair(line: str, separator: str) -> tuple[str, str]:
    key, _, value = line.partition(separator)
    return key.strip(), value.strip()


def _cells(path: Path, line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split(" | ")]
    if len(cells) != 6:
        raise InputError(f"{path} has a line with {len(cells)} fields where six are needed: {line!r}.")
    return cells


def _fact(path: Path, line: str) -> GoldFact:
    status, subject, predicate, target, qualifiers, quote = _cells(path, line)
    pairs = () if qualifiers == "-" else tuple(_pair(qualifier, "=") for qualifier in qualifiers.split(";"))
    return GoldFact(status, subject, predicate, target, pairs, quote)


def _figure(path: Path, line: str) -> GoldFigure:
    return GoldFigure(*_cells(path, line))
