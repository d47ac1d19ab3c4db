"""An export taken back into a store: `kg import`.

    nquads, trig                        each named graph as it was
    turtle, ntriples, rdfxml, jsonld    no graphs: all goes into graph/imported, so letters cannot be told apart any more

A graph of the file takes the place of the store's graph of that name, whole. The file is read to its end before the store is touched.
Corrections of the file come beside those of the store; a letter is put as it was before the file's corrections, and corrected by both.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.curate.rdf import BY
from kg.errors import InputError
from kg.export.sorting import Sorter
from kg.mapping import OBJECT, PREDICATE, SUBJECT, TYPE, term
from kg.store import Store
from kg.store.changes import PART, Changes, apply, load
from kg.store.curation import without_marks
from kg.store.disk import read_base

FORMATS: Mapping[str, tuple[ox.RdfFormat, bool]] = MappingProxyType({
    "ttl": (ox.RdfFormat.TURTLE, False), "nt": (ox.RdfFormat.N_TRIPLES, False), "rdf": (ox.RdfFormat.RDF_XML, False),
    "jsonld": (ox.RdfFormat.JSON_LD, False), "trig": (ox.RdfFormat.TRIG, True), "nq": (ox.RdfFormat.N_QUADS, True)})
REIFIES, LETTER = term("rdf:reifies"), term("kg:Letter")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many statements of how many graphs were read, and the letters among the graphs."""

    statements: int
    graphs: int
    letters: tuple[str, ...]


@contextmanager
def incoming(path: Path) -> Iterator[Incoming]:
    """A file, read to its end. InputError when it cannot be read, is of no known format, is malformed, or has nodes without IRIs."""
    form, _ = _format(path)
    with Sorter() as sorter:
        try:
            found = ox.parse(path=path, format=form)
            bases = {base for part in _chunks(found) for base in _gather(part, sorter, path)}
        except FileNotFoundError:
            raise InputError(f"There is no file {path}: give one that kg export wrote.") from None
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}): check the name and the permissions.") from error
        except (SyntaxError, ValueError) as error:
            raise InputError(f"{path} is no {form.name} that can be read ({error}): export it again, or correct it there.") from error
        if len(bases) > 1:
            raise InputError(f"{path} has letters of several stores ({', '.join(sorted(bases))}): import them into stores of their own.")
        yield Incoming(sorter, next(iter(bases), None))


@dataclass(frozen=True, slots=True)
class Incoming:
    """The statements of a file, ready to be put into a store; `base` is what its IRIs begin with, where that can be told."""

    sorter: Sorter
    base: str | None

    def check(self, store: Path) -> None:
        """InputError when the store in this folder has IRIs that begin otherwise."""
        if self.base is not None and store.is_dir() and any(store.iterdir()) and (found := read_base(store)) != self.base:
            raise InputError(f"The file's IRIs begin with {self.base} and those of the store {store} with {found}: import it into another --store.")

    def put(self, store: Store) -> Imported:
        """Put each graph in the place of the store's."""
        new, statements, graphs = not store.graphs(), 0, list[str]()
        curation = _Curation(store)
        for name, lines in _by_graph(self.sorter):
            graph = ox.NamedNode(name.decode()[1:-1]) if name else store.graph("imported")
            if graph == store.graph("curation"):
                statements += curation.read(_quads(lines, graph))
            elif graph == store.graph("lexicon") and curation.concerns:
                statements += curation.lexicon(_quads(lines, graph))
            elif iris.letter_of_graph(graph.value, store.base) is None:
                statements += _replace(store, graph, lines)
            elif curation.concerns:
                statements += curation.letter(graph, _quads(lines, graph))
            else:
                statements += _replace(store, graph, (line for line in lines if line.split(" ", 2)[1] != str(BY)))
            graphs.append(graph.value)
        curation.put()
        if not new:
            store.settle()              # letters that were here before may read the same entities otherwise
        store.flush()
        letters = (iris.letter_of_graph(graph, store.base) for graph in graphs)
        return Imported(statements, len(graphs), tuple(sorted(letter for letter in letters if letter is not None)))


class _Curation:
    """What a file says of corrections, and what the store knows of them. graph/curation comes before the letters, since graphs come by name."""

    def __init__(self, store: Store) -> None:
        self.store, self.quads = store, set[ox.Quad]()
        self.corrections = store.curator.corrections

    @property
    def concerns(self) -> bool:
        return bool(self.quads or self.corrections)

    def read(self, quads: set[ox.Quad]) -> int:
        """Take graph/curation of the file; InputError when its corrections contradict those of the store."""
        self.quads, found = quads, self.store.curator.read(quads)
        self.corrections = Corrections.of([*found.items, *self.corrections.items])
        return len(quads)

    def letter(self, graph: ox.NamedNode, quads: set[ox.Quad]) -> int:
        """Put a letter as it was before the corrections of the file."""
        record = self.store.curator.recorded_in(self.quads, graph)
        self.store.put_raw(graph, without_marks(self.store.curator.uncorrected(graph, quads, record)))
        return len(quads)

    def lexicon(self, quads: set[ox.Quad]) -> int:
        """Put the lexicon as it was before the corrections of the file."""
        record = self.store.curator.recorded_in(self.quads, self.store.graph("lexicon"))
        self.store.put_graph(self.store.graph("lexicon"), (quad.triple for quad in self.store.curator.known(quads, record)))
        return len(quads)

    def put(self) -> None:
        """Put the corrections of both in force, and what else graph/curation says."""
        if self.quads:
            self.store.put_corrections(self.corrections.items)
            self.store.put_curation(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in self.store.curator.by_hand(self.quads))


def _quads(lines: Iterable[str], graph: ox.NamedNode) -> set[ox.Quad]:
    text = "\n".join(lines).encode()
    return {ox.Quad(one.subject, one.predicate, one.object, graph) for one in ox.parse(text, ox.RdfFormat.N_TRIPLES)}


def _format(path: Path) -> tuple[ox.RdfFormat, bool]:
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise InputError(f"{path} cannot be taken back: give an export that ends in {', '.join('.' + one for one in FORMATS)}.")
    return FORMATS[suffix]


def _chunks(quads: Iterable[ox.Quad]) -> Iterator[list[ox.Quad]]:
    left = iter(quads)
    while chunk := list(islice(left, PART)):
        yield chunk


def _gather(quads: list[ox.Quad], sorter: Sorter, path: Path) -> set[str]:
    """Write the quads as lines, graph first; the bases that the IRIs of letters tell of."""
    by_graph: dict[str, list[ox.Triple]] = {}
    bases: set[str] = set()
    for quad in quads:
        graph = quad.graph_name
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode) or isinstance(graph, ox.BlankNode):
            raise InputError(f"{path} has a node without an IRI ({quad.triple}): give it one, since the store keeps no blank nodes.")
        by_graph.setdefault("" if isinstance(graph, ox.DefaultGraph) else str(graph), []).extend(one.triple for one in in_rdf_11(quad))
        if quad.predicate == TYPE and quad.object == LETTER and "letter/" in str(quad.subject):
            bases.add(str(quad.subject)[1:].rpartition("letter/")[0])
    for name, triples in by_graph.items():
        text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        sorter.write(b"".join(name.encode() + b"\t" + line + b"\n" for line in text.split(b"\n") if line))
    return bases


def in_rdf_11(quad: ox.Quad) -> Iterator[ox.Quad]:
    """The statement, or in the place of rdf:reifies what RDF 1.1 says: rdf:subject, rdf:predicate and rdf:object."""
    if quad.predicate == REIFIES and isinstance(quad.object, ox.Triple):
        one = quad.object
        for prop, value in ((SUBJECT, one.subject), (PREDICATE, one.predicate), (OBJECT, one.object)):
            yield ox.Quad(quad.subject, prop, value, quad.graph_name)
    else:
        yield quad


def _by_graph(sorter: Sorter) -> Iterator[tuple[bytes, Iterator[str]]]:
    """Each graph's name (empty for statements without one) with its statements as N-Triples."""
    lines = (line.partition(b"\t") for block in sorter.blocks() for line in block)
    for name, found in groupby(lines, key=itemgetter(0)):
        yield name, (line.decode() for _, _, line in found)


def _replace(store: Store, graph: ox.NamedNode, lines: Iterator[str]) -> int:
    """Have the lines as the whole graph; how many there are."""
    old = set(store.quads(graph))
    count = 0

    def counted() -> Iterator[str]:
        nonlocal count
        for line in lines:
            count += 1
            yield line

    if old:
        text = "\n".join(counted()).encode()
        changes = Changes()
        changes.swap(old, {ox.Quad(one.subject, one.predicate, one.object, graph) for one in ox.parse(text, ox.RdfFormat.N_TRIPLES)})
        apply(store.data, changes)
    else:
        load(store.data, counted(), graph)
    return count
