"""The graph written out for other programs: the same store content gives the same bytes, on every machine.

    store -> Chosen (choosing.py)       which graphs are read, which nodes are kept
          -> lines in order (sorting.py, statements.py)
          -> bytes of a format          one module for each family

Formats that have named graphs say who says what; the others are the merge of all graphs, each triple once. graph/builds, which has the
times, is written only when asked for. Memory does not depend on the size of the store.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pyoxigraph as ox

from kg.errors import InputError
from kg.export.annotated import annotated
from kg.export.choice import Choice, Chosen, day
from kg.export.choosing import choose
from kg.export.jsonld import jsonld
from kg.export.lines import nquads, ntriples
from kg.export.rdfxml import rdfxml
from kg.export.turtles import trig, turtle_of
from kg.export.turtles import turtle as turtle_pieces
from kg.store import Store

__all__ = ["FORMATS", "Choice", "Format", "day", "export", "export_pieces", "turtle"]
Pieces = Callable[[Store, Chosen], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: how it is called on the web and in file names, whether it keeps the named graphs, and who writes it."""

    name: str
    media_type: str
    extension: str
    graphs: bool
    pieces: Pieces


FORMATS: Mapping[str, Format] = MappingProxyType({form.name: form for form in (
    Format("turtle", "text/turtle", "ttl", False, turtle_pieces),
    Format("trig", "application/trig", "trig", True, trig),
    Format("turtle12", "text/turtle; version=1.2", "ttl", False, annotated),
    Format("ntriples", "application/n-triples", "nt", False, ntriples),
    Format("nquads", "application/n-quads", "nq", True, nquads),
    Format("rdfxml", "application/rdf+xml", "rdf", False, rdfxml),
    Format("jsonld", "application/ld+json", "jsonld", False, jsonld),
)})


def export(store: Store, out: Path | IO[bytes], fmt: str = "turtle", choice: Choice | None = None, *,
           letter: str | None = None, with_builds: bool = False) -> None:
    """Write the graph, or what `choice` says of it (`letter` and `with_builds` are short for choices), to a file or a binary stream.

    InputError for an unknown format or a file that cannot be written, UnknownName for an unknown letter, class, status or place.
    """
    pieces = export_pieces(store, fmt, choice, letter=letter, with_builds=with_builds)
    if not isinstance(out, Path):
        out.writelines(pieces)
        return
    write(out, pieces)


def write(out: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all."""
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.writelines(pieces)
        part.replace(out)               # no half-written file under the name asked for
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}): choose another place with -o.") from error


def export_pieces(store: Store, fmt: str = "turtle", choice: Choice | None = None, *,
                  letter: str | None = None, with_builds: bool = False) -> Iterator[bytes]:
    """The bytes of an export, piece by piece."""
    if fmt not in FORMATS:
        raise InputError(f"There is no export format {fmt!r}: choose one of {', '.join(FORMATS)}.")
    choice = choice or Choice()
    choice = replace(choice, letters=(*choice.letters, *((letter,) if letter is not None else ())), with_builds=choice.with_builds or with_builds)
    return FORMATS[fmt].pieces(store, choose(store, choice))


def turtle(triples: Iterable[ox.Triple]) -> bytes:
    """Triples as Turtle, in the order given, with the prefixes of the vocabularies."""
    return turtle_of(list(triples))
