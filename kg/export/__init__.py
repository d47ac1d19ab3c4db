"""The graph written out for other programs: the same store content gives the same bytes, on every machine.

    store -> Chosen (choosing.py)       which graphs are read, which nodes are kept
          -> lines in order (sorting.py, statements.py)
          -> bytes of a format          one module for each family

Formats that have named graphs say who says what; the others are the merge of all graphs, each triple once. graph/builds, which has the
times, is written only when asked for. Memory does not depend on the size of the store.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import IO

import pyoxigraph as ox

from kg.errors import InputError
from kg.export.annotated import annotated
from kg.export.choice import Choice, Chosen, day
from kg.export.choosing import choose
from kg.export.describe import described
from kg.export.jsonld import jsonld
from kg.export.lines import nquads, ntriples
from kg.export.neo4j import cypher, neo4j
from kg.export.networks import graphml
from kg.export.rdfxml import rdfxml
from kg.export.sheets import csv_tables, parquet_tables, workbook
from kg.export.turtles import trig, turtle_of
from kg.export.turtles import turtle as turtle_pieces
from kg.plugins import EXPORTERS, Plugin, guarded, loaded, plugins, tell
from kg.store import Store

__all__ = ["FORMATS", "Choice", "Format", "day", "export", "export_pieces", "formats", "turtle"]
Pieces = Callable[[Store, Chosen], Iterator[bytes]]
Files = Callable[[Store, Chosen, Path], None]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: how it is called on the web and in file names, what it is, and who writes it: one file, or the files of a folder."""

    name: str
    media_type: str
    extension: str
    about: str
    graphs: bool = False                # whether it keeps the named graphs
    pieces: Pieces | None = None
    files: Files | None = None


FORMATS: Mapping[str, Format] = MappingProxyType({form.name: form for form in (
    Format("turtle", "text/turtle", "ttl", "RDF, to read and to compare", pieces=turtle_pieces),
    Format("trig", "application/trig", "trig", "the same with who says what", True, trig),
    Format("ntriples", "application/n-triples", "nt", "RDF, one statement a line", pieces=ntriples),
    Format("nquads", "application/n-quads", "nq", "the same with who says what", True, nquads),
    Format("rdfxml", "application/rdf+xml", "rdf", "RDF for older programs", pieces=rdfxml),
    Format("jsonld", "application/ld+json", "jsonld", "JSON, an object for each entity and letter", pieces=jsonld),
    Format("turtle12", "text/turtle; version=1.2", "ttl", "RDF 1.2, facts as annotations", pieces=annotated),
    Format("graphml", "application/graphml+xml", "graphml", "the network of facts", pieces=graphml),
    Format("cypher", "application/x-cypher-query", "cypher", "a script for Neo4j", pieces=cypher),
    Format("neo4j", "text/csv", "", "a folder for Neo4j's admin import", files=neo4j),
    Format("csv", "text/csv", "", "a folder of tables", files=csv_tables),
    Format("parquet", "application/vnd.apache.parquet", "", "a folder of tables for data frames", files=parquet_tables),
    Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "the tables as a workbook", pieces=workbook),
)})


@cache
def formats() -> Mapping[str, Format]:
    """The formats of the table, and those that plugins bring (kg/plugins.py), by name."""
    brought = loaded(EXPORTERS, Format)
    known = {plugin.name: _watched(plugin, brought[plugin.name]) for plugin in plugins(EXPORTERS) if plugin.name in brought}
    for name in set(known) & set(FORMATS):
        tell(name, "there is an export format of that name already")
    return MappingProxyType({**known, **FORMATS})


def _watched(plugin: Plugin, form: Format) -> Format:
    """A plugin's format under its plugin's name, whose failures are told as the plugin's."""
    def pieces(store: Store, chosen: Chosen) -> Iterator[bytes]:
        with guarded(plugin, "it wrote an export"):
            assert form.pieces is not None
            yield from form.pieces(store, chosen)

    def files(store: Store, chosen: Chosen, folder: Path) -> None:
        with guarded(plugin, "it wrote an export"):
            assert form.files is not None
            form.files(store, chosen, folder)

    return replace(form, name=plugin.name, pieces=pieces if form.pieces else None, files=files if form.files else None)


def export(store: Store, out: Path | IO[bytes], fmt: str = "turtle", choice: Choice | None = None, *,
           letter: str | None = None, with_builds: bool = False, describe: bool = False) -> tuple[Path, ...]:
    """Write the graph, or what `choice` says of it (`letter` and `with_builds` are short for choices), to a file, a folder or a binary stream.

    Gives the files that were written. With `describe` there is one more: what the export is (kg/export/describe.py). InputError for an unknown
    format or a place that cannot be written, UnknownName for an unknown letter, class, status or place, MissingExtra for tables.
    """
    form, choice = _format(fmt), _choice(choice, letter, with_builds)
    chosen = choose(store, choice)
    if not isinstance(out, Path):
        if form.pieces is None or describe:
            raise InputError(f"{'A description' if describe else f'The format {fmt}'} is written to files: name a place with -o.")
        with _told_of_stream():
            out.writelines(form.pieces(store, chosen))
            out.flush()
        return ()
    files = write(out, form.pieces(store, chosen)) if form.pieces else write_folder(out, partial(_of(form), store, chosen))
    if describe:
        beside = out.with_name(f"{out.name}.about.ttl") if form.pieces else out / "about.ttl"
        files += write(beside, [described(store, choice, chosen, form.media_type, files)])
    return files


def _of(form: Format) -> Files:
    assert form.files is not None
    return form.files


def _format(fmt: str) -> Format:
    form = FORMATS.get(fmt) or formats().get(fmt)
    if form is None:
        raise InputError(f"There is no export format {fmt!r}: choose one of {', '.join(formats())}.")
    return form


def _choice(choice: Choice | None, letter: str | None, with_builds: bool) -> Choice:
    choice = choice or Choice()
    letters = (*choice.letters, letter) if letter is not None else choice.letters
    return replace(choice, letters=letters, with_builds=choice.with_builds or with_builds)


def write(out: Path, pieces: Iterable[bytes]) -> tuple[Path, ...]:
    """Write a file whole or not at all. Into a pipe or a device, such as /dev/stdout, the pieces go as they come."""
    part = out.with_name(f"{out.name}.part")
    if out.exists() and not (out.is_file() or out.is_dir()):        # a file would take the place of the device itself
        with _told(out), out.open("wb") as stream:
            stream.writelines(pieces)
        return (out,)
    with _told(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as stream:
                stream.writelines(pieces)
            part.replace(out)           # no half-written file under the name asked for
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return (out,)


def write_folder(out: Path, make: Callable[[Path], None]) -> tuple[Path, ...]:
    """Write the files of a folder, all or none; other files in it are left alone."""
    with _told(out):
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".part-", dir=out) as part:
            make(Path(part))
            made = sorted(Path(part).iterdir())
            return tuple(path.replace(out / path.name) for path in made)


@contextmanager
def _told_of_stream() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise               # who reads has had enough
    except OSError as error:
        raise InputError(f"The export cannot be written to the end ({error.strerror or error}): make room, or name another place with -o.") from error


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror or error}): choose another place with -o.") from error


def export_pieces(store: Store, fmt: str = "turtle", choice: Choice | None = None, *,
                  letter: str | None = None, with_builds: bool = False) -> Iterator[bytes]:
    """The bytes of an export of one file, piece by piece."""
    form = _format(fmt)
    if form.pieces is None:
        raise InputError(f"The format {fmt} is a folder of files: name a place with -o.")
    return form.pieces(store, choose(store, _choice(choice, letter, with_builds)))


def turtle(triples: Iterable[ox.Triple]) -> bytes:
    """Triples as Turtle, in the order given, with the prefixes of the vocabularies."""
    return turtle_of(list(triples))
