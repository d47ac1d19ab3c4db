"""The lexicon under corrections of names: what it knows of a name that stands for another it says of that other, in graph/lexicon itself.

What was taken out of graph/lexicon and put in stands in graph/curation as it does for a letter, so that the lexicon can be had again as it was.
Classes are kept as the lexicon reads them; the store settles them anew.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.mapping import ALT, CLASS_REF, PREF, TYPE, ZH

Quads = set[ox.Quad]


@dataclass(frozen=True, slots=True)
class Moved:
    """What graph/lexicon loses and gains; `withdrawn` is what it loses as the lexicon reads it, `used` are the corrections by which."""

    removed: frozenset[ox.Quad]
    withdrawn: frozenset[ox.Quad]
    added: frozenset[ox.Quad]
    used: tuple[str, ...]


def moved(data: ox.Store, graph: ox.NamedNode, corrections: Corrections, base: str) -> Moved:
    """What corrections of names do to a lexicon that none has touched."""
    removed, added, used = Quads(), Quads(), set[str]()
    ends: dict[object, ox.NamedNode] = {
        ox.NamedNode(iris.entity_iri(name, base)): ox.NamedNode(iris.entity_iri(corrections.name(name), base)) for name in corrections.renamed()}
    for name in sorted(corrections.renamed()):
        old = ox.NamedNode(iris.entity_iri(name, base))
        said = {*data.quads_for_pattern(old, None, None, graph), *data.quads_for_pattern(None, None, old, graph)}
        if said:
            used |= {one.id for one in corrections.way(name)}
            removed |= said
            known = next(data.quads_for_pattern(ends[old], PREF, None, graph), None) is not None
            added |= _under(read(said), ends, known=known, base=base)
            if corrections.way(name)[0].kind == "merge":
                added.add(ox.Quad(ends[old], ALT, ox.Literal(name, language=ZH), graph))
    added = {one for one in added if one in removed or one not in data}
    return Moved(frozenset(removed), frozenset(_named(read(removed), base)), frozenset(added), tuple(sorted(used)))


def restored(quads: Quads, withdrawn: Quads, added: Quads) -> Quads:
    """The lexicon's quads as they were before; its classes are to be settled."""
    introduced = {quad.subject for quad in added if quad.predicate == PREF}
    kept = {quad for quad in quads - added if not (quad.subject in introduced and quad.predicate in (TYPE, PREF, CLASS_REF))}
    return kept | withdrawn


def read(quads: Iterable[ox.Quad]) -> Quads:
    """Quads of the lexicon with the classes that it reads itself, where the store has settled others."""
    quads = set(quads)
    readers = {quad.subject for quad in quads if quad.predicate == CLASS_REF}
    return {ox.Quad(quad.subject, TYPE, quad.object, quad.graph_name) if quad.predicate == CLASS_REF else quad for quad in quads
            if not (quad.predicate == TYPE and quad.subject in readers)}


def _under(said: Quads, ends: Mapping[object, ox.NamedNode], *, known: bool, base: str) -> Quads:
    """The quads with other entities in the place of those that are renamed; class and label only where the other is not `known`."""
    out = Quads()
    for quad in said:
        subject, object_ = ends.get(quad.subject, quad.subject), ends.get(quad.object, quad.object)
        if subject != object_ and not (known and quad.subject != subject and quad.predicate in (TYPE, PREF)):
            out.add(ox.Quad(subject, quad.predicate, object_, quad.graph_name))
    return _named(out, base)


def _named(quads: Quads, base: str) -> Quads:
    """The quads with the label that is in each entity's IRI."""
    return {ox.Quad(quad.subject, PREF, ox.Literal(iris.name_of(quad.subject.value, base) or "", language=ZH), quad.graph_name)
            if quad.predicate == PREF and isinstance(quad.subject, ox.NamedNode) else quad for quad in quads}
