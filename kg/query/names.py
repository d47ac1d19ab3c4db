"""Which node a name means: for parameters of queries and for whatever else is asked by name."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError, UnknownName
from kg.mapping import ALT, PREF, REF, TYPE, ZH, term
from kg.normalise import normalise, simplify
from kg.ontology import Ontology
from kg.store import Store

MERGE, LETTER = ox.DefaultGraph(), term("kg:Letter")


class Quads(Protocol):
    """What can be searched by pattern, as pyoxigraph's stores can."""

    def quads_for_pattern(self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, object: ox.NamedNode | ox.Literal | None,
                          graph_name: ox.DefaultGraph | None, /) -> Iterator[ox.Quad]: ...


class Elsewhere(Protocol):
    """A graph that is not in a store of ours: what finding names needs of it."""

    ontology: Ontology

    @property
    def base(self) -> str: ...

    @property
    def data(self) -> Quads: ...

    def letters(self) -> tuple[str, ...]: ...

    def entity_names(self) -> set[str]: ...


Asked = Store | Elsewhere


def find_entity(store: Asked, name: str) -> ox.NamedNode:
    """The entity of that canonical name, other name (also in English) or IRI, also in traditional characters, full width or other case.

    UnknownName lists near ones, QueryError those that share a name.
    """
    name = name.strip()
    if name.startswith(store.base) and iris.is_entity(name, store.base) and _known(store, ox.NamedNode(name)):
        return ox.NamedNode(name)
    own = ox.NamedNode(iris.entity_iri(name, store.base))
    if _known(store, own):
        return own
    for prop, language in ((PREF, ZH), (ALT, ZH), (ALT, "en")):
        owners = _owners(store, name, prop, language)
        if len(owners) > 1:
            owners = [one for one in owners if _mentioned(store, one)] or owners
        if len(owners) > 1:
            names = ", ".join(iris.name_of(one.value, store.base) or one.value for one in owners)
            raise QueryError(f"{name!r} is a name of several entities: give the full name of one of them ({names}).")
        if owners:
            return owners[0]
    known = entity_names(store)
    alike = _spelt(name, known)
    if alike:
        return find_entity(store, alike)
    own_name = iris.name_of(name, store.base) if name.startswith(store.base) else None
    raise UnknownName("entity", own_name or name, known)


def _spelt(name: str, known: set[str]) -> str | None:
    """The one known name that is this one in another spelling: 天開園 for 天开园, ＯＰＥＢ for OPEB; None when there are several or none."""
    def folded(text: str) -> str:
        return simplify(normalise(text)).casefold()
    wanted = folded(" ".join(name.split()))
    alike = [one for one in known if one != name and len(one) == len(wanted) and folded(one) == wanted]       # folding keeps the length
    return alike[0] if len(alike) == 1 else None


def find_letter(store: Asked, name: str) -> ox.NamedNode:
    """The letter of that name, file name or IRI; UnknownName lists near ones."""
    wanted = iris.name_of(name, store.base) if name.startswith(iris.letter_iri("", store.base)) else name
    nodes = (ox.NamedNode(iris.letter_iri(one, store.base)) for one in (wanted, (wanted or "").rpartition(".")[0]) if one)
    found = next((node for node in nodes if next(store.data.quads_for_pattern(node, TYPE, LETTER, MERGE), None) is not None), None)
    if found is None:
        raise UnknownName("letter", name, store.letters())
    return found


def entity_names(store: Asked) -> set[str]:
    """The names, canonical and other, of the entities that letters mention."""
    if not isinstance(store, Store):
        return store.entity_names()
    entities = {quad.object for quad in store.data.quads_for_pattern(None, REF, None, MERGE)}
    return {quad.object.value for entity in entities for prop in (PREF, ALT)
            for quad in store.data.quads_for_pattern(entity, prop, None, MERGE) if isinstance(quad.object, ox.Literal)}    # type: ignore[arg-type]


def _owners(store: Asked, name: str, prop: ox.NamedNode, language: str) -> list[ox.NamedNode]:
    found = store.data.quads_for_pattern(None, prop, ox.Literal(name, language=language), MERGE)
    return sorted((q.subject for q in found if isinstance(q.subject, ox.NamedNode) and iris.is_entity(q.subject.value, store.base)), key=str)


def _known(store: Asked, node: ox.NamedNode) -> bool:
    return next(store.data.quads_for_pattern(node, PREF, None, MERGE), None) is not None


def _mentioned(store: Asked, node: ox.NamedNode) -> bool:
    return next(store.data.quads_for_pattern(None, REF, node, MERGE), None) is not None
