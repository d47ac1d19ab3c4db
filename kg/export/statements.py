"""The statements of a store as lines in order, in two shapes.

    raw         N-Triples as they stand in a file:      <s> <p> <o> .
    parts       to be grouped by subject:               <s> TAB <p> TAB <o> .

In parts a name never comes after a longer one that begins with it, and the type and the names of a thing come before all else.
A tab is never part of an N-Triples line otherwise: inside of quotation marks it is written \\t.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.export.choice import Chosen, Keep
from kg.export.sorting import Sorter
from kg.mapping import ALT, PREF, TYPE
from kg.store import Store

NT = ox.RdfFormat.N_TRIPLES
DEFAULT = ox.DefaultGraph()
FIRST = {b"\x01": str(TYPE).encode(), b"\x02": str(PREF).encode(), b"\x03": str(ALT).encode()}      # what stands for them while lines are sorted
Group = tuple[bytes, list[tuple[bytes, bytes]]]


@contextmanager
def raw(store: Store, chosen: Chosen, graph: ox.NamedNode | None = None) -> Iterator[Sorter]:
    """The statements of one graph, or of all that are chosen, each once."""
    with Sorter() as sorter:
        _fill(sorter, store, chosen, graph, parts=False)
        yield sorter


@contextmanager
def parts(store: Store, chosen: Chosen, graph: ox.NamedNode | None = None, more: Iterable[Iterable[ox.Triple]] = ()) -> Iterator[Sorter]:
    """The same, cut into parts; with `more` statements, some at a time, each of which counts once like all others."""
    with Sorter() as sorter:
        _fill(sorter, store, chosen, graph, parts=True)
        sorter.prepare(partial(_prepared, keep=None, parts=True))
        for triples in more:
            sorter.write(ox.serialize(triples, format=NT) or b"")
        yield sorter


def _fill(sorter: Sorter, store: Store, chosen: Chosen, graph: ox.NamedNode | None, parts: bool) -> None:
    graphs: tuple[ox.NamedNode | ox.DefaultGraph, ...] = (graph,) if graph is not None else (DEFAULT,) if chosen.merged else chosen.graphs
    last: object = None
    for one in graphs:
        kind = (one == DEFAULT, one in chosen.knowledge)
        if kind != last:        # each time costs a sort, and letters are many
            sorter.prepare(partial(_prepared, keep=chosen.keep(one), parts=parts))
            last = kind
        store.data.dump(cast(IO[bytes], sorter), format=NT, from_graph=one)     # it asks for write() and flush() only


def _prepared(text: bytes, keep: Keep | None, parts: bool) -> bytes:
    if not parts and keep is None:
        return text
    cut_up = cut(text)
    if keep is not None:
        cut_up = b"\n".join(line for line in cut_up.split(b"\n") if line and keep(line)) + b"\n"
    return _first(cut_up) if parts else cut_up.replace(b"\t", b"> ")


def cut(text: bytes) -> bytes:
    """N-Triples in parts: the marks that end an IRI become tabs (those inside of quotation marks too; `quoted` sets them right)."""
    return text.replace(b"> <", b"\t<").replace(b'> "', b'\t"')


def _first(text: bytes) -> bytes:
    for mark, predicate in FIRST.items():
        text = text.replace(b"\t" + predicate[:-1] + b"\t", b"\t" + mark + b"\t")
    return text


def split(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Subject, predicate (or its mark of FIRST) and object of a line in parts, as N-Triples writes them, but for the `>` of the first two."""
    try:
        subject, predicate, object_ = line.split(b"\t", 2)
    except ValueError:
        raise StoreError(f"The store has a node without an IRI ({line[:80].decode(errors='replace')}): "
                         f"give it one, since exports carry no blank nodes.") from None
    return subject, predicate, quoted(object_[:-2]) if b"\t" in object_ else object_[:-2]


def quoted(text: bytes) -> bytes:
    """A text in quotation marks as it was before its line was cut: it may be N-Triples itself."""
    for mark, predicate in FIRST.items():
        text = text.replace(b"\t" + mark + b"\t", b"\t" + predicate[:-1] + b"\t")
    return text.replace(b"\t", b"> ")


def groups(sorter: Sorter) -> Iterator[Group]:
    """Each subject with its predicates and objects, all as N-Triples writes them."""
    last, found = b"", list[tuple[bytes, bytes]]()
    for lines in sorter.blocks():
        for line in lines:
            subject, predicate, object_ = split(line)
            if subject != last:
                if found:
                    yield last + b">", found
                last, found = subject, []
            found.append((FIRST.get(predicate) or predicate + b">", object_))
    if found:
        yield last + b">", found
