"""A correction as a value. What it says decides its name, so that the same correction made twice is one."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

Kind = Literal["merge", "rename", "split", "class", "wrong", "missing", "change", "hide", "note"]
Target = Literal["name", "fact", "figure", "letter"]
Pairs = tuple[tuple[str, str], ...]

KINDS: Mapping[Kind, tuple[str, str]] = MappingProxyType({
    "merge": ("两名为一", "two names are one"), "rename": ("正名", "right name"), "split": ("一名为二", "one name is two"),
    "class": ("正类", "right class"), "wrong": ("有误", "wrong"), "missing": ("遗漏", "missing"), "change": ("改动", "changed"),
    "hide": ("隐去", "hidden"), "note": ("附注", "note")})
# What a correction concerns, and what it puts in the place of that; in this order wherever they are written.
OF = ("letter", "subject", "predicate", "object", "indicator", "value", "unit", "status", "time", "quote")
TO = ("name", "class", "status", "time", "place", "field", "amount", "role", "indicator", "value", "unit", "subject-class", "object-class")
TERMS = frozenset({"predicate", "status", "class", "subject-class", "object-class"})       # whose values are terms of the vocabulary
PART = {"merge": "into", "rename": "to", "split": "to", "class": "to"}      # the key of YAML that says the new name or class


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person corrects. `names` are the entities it is about, `of` the fact, figure or letter, `to` what is right; `source` is the file.

    `of` and `to` are pairs in the order of OF and TO, without empty ones. A new name or class stands in `to`.
    """

    kind: Kind
    target: Target
    names: tuple[str, ...] = ()
    of: Pairs = ()
    to: Pairs = ()
    by: str = ""
    when: str = ""
    why: str = ""
    source: str = ""

    @property
    def id(self) -> str:
        """Ten hexadecimal digits made from what it corrects; who, when, why and the file are no part of it."""
        return sha256(json.dumps([self.kind, self.target, self.names, self.of, self.to], ensure_ascii=False).encode()).hexdigest()[:10]

    def about(self, key: str) -> str:
        """What it concerns under this key of OF, or nothing."""
        return dict(self.of).get(key, "")

    def new(self, key: str) -> str:
        """What it puts there under this key of TO, or nothing."""
        return dict(self.to).get(key, "")

    @property
    def letter(self) -> str:
        """The one letter it is about; nothing when it is about all."""
        return self.about("letter")

    @property
    def says(self) -> str:
        """What it corrects in one line: names, arrows, and the fact in the words of the vocabulary."""
        return self.told(str)

    def told(self, words: Callable[[str], str]) -> str:
        """The same for readers: `words` gives what a term of the vocabulary is called."""
        of, to = ([(key, words(value) if key in TERMS else value) for key, value in side] for side in (self.of, self.to))
        end = " → " + ", ".join(value if key in ("name", "class") else f"{key}={value}" for key, value in to) if to else ""
        what = ", ".join(self.names) if self.target == "name" else " ".join(value for key, value in of if key not in ("letter", "quote"))
        return (what or self.letter) + end + (f" @ {self.letter}" if self.letter and what else "")


@dataclass(frozen=True, slots=True)
class Placed:
    """A correction and where it stands: file and line, or node."""

    correction: Correction
    where: str


def pairs(values: Mapping[str, str], order: tuple[str, ...]) -> Pairs:
    """The values that are not empty, in the order of OF or TO."""
    return tuple((key, values[key]) for key in order if values.get(key))
