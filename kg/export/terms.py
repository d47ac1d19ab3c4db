"""Terms read back from N-Triples, for the formats that are no Turtle."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ontology import PREFIXES

ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
MARKS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
XSD = PREFIXES["xsd"]
STRING = XSD + "string"
SPACES = {space: prefix for prefix, space in PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Text:
    """A literal: its characters, its language (in lower case, or empty) and its datatype (an IRI)."""

    value: str
    language: str = ""
    datatype: str = STRING


def read(term: bytes) -> str | Text:
    """An IRI without its brackets, or a literal."""
    text = term.decode()
    if text.startswith("<"):
        return text[1:-1]
    value, _, kind = text.rpartition('"')
    value = ESCAPE.sub(lambda found: _character(found.group(1)), value[1:]) if "\\" in value else value[1:]
    return Text(value, datatype=kind[3:-1]) if kind.startswith("^^") else Text(value, kind[1:])


def _character(mark: str) -> str:
    return chr(int(mark[1:], 16)) if mark[0] in "uU" and len(mark) > 1 else MARKS.get(mark, mark)


def cut(iri: str) -> tuple[str, str]:
    """The namespace and the name of a term."""
    at = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:at], iri[at:]


@dataclass(frozen=True, slots=True)
class Thing:
    """A node with all that is said of it, in the order of the export."""

    iri: str
    values: dict[str, list[str | Text]]

    def iris(self, prop: ox.NamedNode) -> list[str]:
        """The nodes that it points to by a property."""
        return [value for value in self.values.get(prop.value, ()) if isinstance(value, str)]

    def texts(self, prop: ox.NamedNode, language: str | None = None) -> list[str]:
        """The characters of its literals of a property, in one language where one is given."""
        found = (value for value in self.values.get(prop.value, ()) if isinstance(value, Text))
        return [value.value for value in found if language is None or value.language == language]

    def iri_of(self, prop: ox.NamedNode) -> str:
        """The first node, or nothing."""
        return next(iter(self.iris(prop)), "")

    def text(self, prop: ox.NamedNode) -> str:
        """The first literal, or nothing."""
        return next(iter(self.texts(prop)), "")


def thing(subject: bytes, statements: Iterable[tuple[bytes, bytes]]) -> Thing:
    """A group of statements (kg/export/statements.py) as a thing."""
    values: dict[str, list[str | Text]] = {}
    for predicate, object_ in statements:
        values.setdefault(predicate[1:-1].decode(), []).append(read(object_))
    return Thing(subject[1:-1].decode(), values)
