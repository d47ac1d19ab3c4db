"""What keeps a promise, as ontology/promises/keeping.toml says it."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.errors import KnowledgeError
from kg.model import PREDICATES
from kg.patterns import Patterns, knowledge_root, load_patterns

ENDS = ("S", "O", "*")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to keep a promise: the predicate of the later fact, what stands at its two ends (S, O or *), and whether ongoing will do."""

    predicate: str
    subject: str
    object: str
    ongoing: bool = False

    @property
    def direct(self) -> bool:
        """Whether both parties of the promise stand in it, where they stood."""
        return (self.subject, self.object) == ("S", "O")


@dataclass(frozen=True, slots=True)
class Naming:
    """How names of one series differ: the expressions and words of [names]."""

    loose: tuple[str, ...]
    shortest: int
    year: re.Pattern[str]
    number: re.Pattern[str]
    first: re.Pattern[str]
    split: re.Pattern[str]
    drop: re.Pattern[str]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aims:
    """How a figure that is aimed at is told from one that is reported: the words of [targets]."""

    words: tuple[str, ...]
    reported: tuple[str, ...]
    clause: re.Pattern[str]
    less: tuple[str, ...]
    label: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Quoted:
    """How a sentence that tells what somebody else said begins, and where it turns to the letter's own side: the expressions of [quoted]."""

    opening: re.Pattern[str]
    turn: re.Pattern[str]

    def holds(self, text: str) -> bool:
        """Whether a sentence only tells what another one said: 正如您指出，…"""
        begin = self.opening.search(" ".join(text.split()))
        return begin is not None and not self.turn.search(" ".join(text.split()), begin.end())


@dataclass(frozen=True, slots=True)
class Keeping:
    """The whole file. `ways` has the ways of each predicate, the best first."""

    ways: Mapping[str, tuple[Way, ...]]
    exact: frozenset[str]
    party: frozenset[str]
    wide: frozenset[str]
    wide_classes: tuple[str, ...]
    fields: tuple[str, ...]
    general: tuple[str, ...]
    naming: Naming
    aims: Aims
    quoted: Quoted


@cache
def keeping() -> Keeping:
    """The rules of the shipped file. KnowledgeError says what is wrong with it, and where."""
    file = load_patterns("keeping", knowledge_root() / "promises")
    table = file.table("keeping")
    ways = {_predicate(name, table): tuple(_way(line, table) for line in table.words(name)) for name in table.keys()}
    exact, party, wide = (frozenset(file.table(name).words("predicates")) for name in ("exact", "party", "wide"))
    between = file.table("wide")
    classes, fields, general = (between.words(name) for name in ("classes", "fields", "general"))
    return Keeping(ways, exact, party, wide, classes, fields, general, _naming(file.table("names")), _aims(file.table("targets")),
                   _quoted(file.table("quoted")))


def _predicate(name: str, table: Patterns) -> str:
    if name not in PREDICATES:
        raise KnowledgeError(f"{table.where}: {name!r} is no predicate; use one of {', '.join(PREDICATES)}.")
    return name


def _way(line: str, table: Patterns) -> Way:
    parts = line.split()
    if len(parts) not in (3, 4) or parts[1] not in ENDS or parts[2] not in ENDS or parts[3:] not in ([], ["ongoing"]):
        raise KnowledgeError(f"{table.where}: {line!r} is no way to keep a promise; write it as  organizes S O  or  heldIn O * ongoing.")
    return Way(_predicate(parts[0], table), parts[1], parts[2], bool(parts[3:]))


def _naming(names: Patterns) -> Naming:
    return Naming(names.words("loose"), int(names.number("shortest")), names.regex("year"), names.regex("number"), names.regex("first"),
                  names.regex("split"), names.regex("drop"), names.words("ends"))


def _quoted(table: Patterns) -> Quoted:
    return Quoted(table.regex("opening"), table.regex("turn"))


def _aims(targets: Patterns) -> Aims:
    return Aims(targets.words("words"), targets.words("reported"), targets.regex("clause"), targets.words("less"), targets.regex("label"))
