"""The graph written out for other programs: the same store content gives the same bytes, on every machine.

    turtle, ntriples    the merge of all graphs, each triple once
    trig, nquads        the named graphs: who says what

Lines are sorted by subject, predicate and object; graphs by name. Only vocabularies get prefixes: a prefix for resources would
make some readers see other IRIs (those with escaped characters). graph/builds, which has the times, is written only when asked for.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pyoxigraph as ox

from kg.errors import InputError
from kg.ontology import PREFIXES
from kg.store import Store

CHUNK = 20_000                          # statements that are written at a time
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: how it is called on the web and in file names, and whether it keeps the named graphs."""

    name: str
    media_type: str
    extension: str
    graphs: bool
    pieces: Callable[[Iterable[ox.Quad]], Iterator[bytes]]


def export(store: Store, out: Path | IO[bytes], fmt: str = "turtle", *, letter: str | None = None, with_builds: bool = False) -> None:
    """Write the graph, or only what one letter says, to a file or a binary stream.

    InputError for an unknown format or a file that cannot be written, UnknownName for an unknown letter.
    """
    pieces = export_pieces(store, fmt, letter=letter, with_builds=with_builds)
    if not isinstance(out, Path):
        out.writelines(pieces)
        return
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.writelines(pieces)
        part.replace(out)               # no half-written file under the name asked for
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}): choose another place with -o.") from error


def export_pieces(store: Store, fmt: str = "turtle", *, letter: str | None = None, with_builds: bool = False) -> Iterator[bytes]:
    """The bytes of an export, piece by piece."""
    if fmt not in FORMATS:
        raise InputError(f"There is no export format {fmt!r}: choose one of {', '.join(FORMATS)}.")
    form = FORMATS[fmt]
    if letter is not None:
        return form.pieces(_sorted(store.quads(store.letter_graph(letter))))
    return form.pieces(_named(store, with_builds) if form.graphs else _sorted(_merge(store, with_builds)))


def _named(store: Store, with_builds: bool) -> Iterator[ox.Quad]:
    """The quads of all named graphs; one graph at a time is held in memory."""
    for graph in store.graphs():
        if with_builds or graph != store.graph("builds"):
            yield from _sorted(store.quads(graph))


def _merge(store: Store, with_builds: bool) -> Iterator[ox.Quad]:
    """The merge, less what only graph/builds says."""
    builds = set() if with_builds else {quad.triple for quad in store.quads(store.graph("builds"))}
    return (quad for quad in store.merge() if quad.triple not in builds or _said_by_letters(store, quad))


def _said_by_letters(store: Store, quad: ox.Quad) -> bool:
    found = store.data.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return any(one.graph_name not in (store.graph("builds"), ox.DefaultGraph()) for one in found)


def _sorted(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return sorted(quads, key=lambda quad: (_key(quad.subject), quad.predicate.value, _key(quad.object)))


def _key(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def turtle(triples: Iterable[ox.Triple]) -> bytes:
    """Triples as Turtle, in the order given, with the prefixes of the vocabularies."""
    return b"".join(_turtle(ox.Quad(one.subject, one.predicate, one.object) for one in triples))


def _turtle(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    yield _header()
    yield from (_body((quad.triple for quad in chunk), ox.RdfFormat.TURTLE) for chunk in _chunks(quads))


def _trig(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    yield _header()
    for _, one in groupby(quads, key=lambda quad: quad.graph_name):
        yield from (_body(chunk, ox.RdfFormat.TRIG) for chunk in _chunks(one))


def _ntriples(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    return (ox.serialize((quad.triple for quad in chunk), format=ox.RdfFormat.N_TRIPLES) or b"" for chunk in _chunks(quads))


def _nquads(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    return (ox.serialize(chunk, format=ox.RdfFormat.N_QUADS) or b"" for chunk in _chunks(quads))


def _header() -> bytes:
    """The prefixes in order: pyoxigraph writes them in another order each time."""
    return "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in sorted(PREFIXES.items())).encode() + b"\n"


def _body(statements: Iterable[ox.Quad] | Iterable[ox.Triple], fmt: ox.RdfFormat) -> bytes:
    """Statements in Turtle or TriG without the lines that declare prefixes."""
    text = ox.serialize(statements, format=fmt, prefixes=dict(PREFIXES)) or b""
    while text.startswith(b"@prefix"):
        text = text[text.index(b"\n") + 1:]
    return text


def _chunks(quads: Iterable[ox.Quad]) -> Iterator[list[ox.Quad]]:
    """The quads, so many at a time; a subject's statements may fall into two chunks, which Turtle allows."""
    left = iter(quads)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


FORMATS: Mapping[str, Format] = MappingProxyType({
    "turtle": Format("turtle", "text/turtle", "ttl", False, _turtle),
    "ntriples": Format("ntriples", "application/n-triples", "nt", False, _ntriples),
    "trig": Format("trig", "application/trig", "trig", True, _trig),
    "nquads": Format("nquads", "application/n-quads", "nq", True, _nquads),
})
