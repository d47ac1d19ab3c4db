"""The pattern files of ontology/patterns/ (heads, triggers, status words, units …): TOML, read once, checked as they are read.

    structure = load_patterns("structure")
    structure.words("closing")              a list of strings
    structure.regex("addressee")            a string, or a list of alternatives, compiled
    structure.table("marks").text("file")   a nested table
    structure.tables("frame")               an array of tables, [[frame]]

Every failure is a KnowledgeError that names the file and the key.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import KnowledgeError


@dataclass(frozen=True, slots=True)
class Patterns:
    """A table of a pattern file; `where` names the file (and the table in it) in messages."""

    where: str
    data: Mapping[str, object]

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def keys(self) -> tuple[str, ...]:
        """The keys of the table, in the order of the file."""
        return tuple(self.data)

    def text(self, key: str) -> str:
        """The string under `key`."""
        value = self._value(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a string")
        return value

    def number(self, key: str) -> float:
        """The number under `key`."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        return float(value)

    def words(self, key: str) -> tuple[str, ...]:
        """The list of strings under `key`."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of strings")
        return tuple(value)

    def pairs(self, key: str) -> dict[str, str]:
        """The table under `key`, whose values are strings."""
        table = self.table(key)
        return {name: table.text(name) for name in table.data}

    def regex(self, key: str, flags: int = 0) -> re.Pattern[str]:
        """The regular expression under `key`: a string, or a list of strings of which any may match."""
        value = self._value(key)
        source = value if isinstance(value, str) else "|".join(self.words(key))
        try:
            return re.compile(source, flags)
        except re.error as error:
            raise KnowledgeError(f"{self.where}: {key!r} is no regular expression ({error}); correct it there.") from None

    def table(self, key: str) -> Patterns:
        """The table under `key`."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return Patterns(f"{self.where} [{key}]", value)

    def tables(self, key: str) -> tuple[Patterns, ...]:
        """The array of tables under `key`."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, "an array of tables")
        return tuple(Patterns(f"{self.where} [[{key}]] {i + 1}", item) for i, item in enumerate(value))

    def _value(self, key: str) -> object:
        if key not in self.data:
            raise KnowledgeError(f"{self.where} has no key {key!r}: add it there.")
        return self.data[key]

    def _wrong(self, key: str, wanted: str) -> KnowledgeError:
        return KnowledgeError(f"{self.where}: {key!r} must be {wanted}; correct it there.")


def knowledge_root() -> Path:
    """The folder ontology/: beside kg/ in a checkout, kg/_ontology in an installed package."""
    here = Path(__file__).resolve().parent
    installed = here / "_ontology"
    return installed if installed.is_dir() else here.parent / "ontology"


@cache
def load_patterns(name: str, folder: Path | None = None) -> Patterns:
    """The pattern file `name`.toml of `folder` (ontology/patterns/ when None), read once per process."""
    path = (folder or knowledge_root() / "patterns") / f"{name}.toml"
    try:
        return Patterns(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise KnowledgeError(f"The pattern file {path} is missing: install the package again, or restore ontology/patterns/.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"The pattern file {path} is not valid TOML ({error}); correct it there.") from None
