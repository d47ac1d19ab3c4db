"""Which node a name means: for parameters of queries and for whatever else is asked by name."""
from __future__ import annotations

import pyoxigraph as ox

from kg import iris
from kg.errors import QueryError, UnknownName
from kg.mapping import ALT, PREF, REF, ZH
from kg.store import Store

MERGE = ox.DefaultGraph()


def find_entity(store: Store, name: str) -> ox.NamedNode:
    """The entity of that canonical name, other name (also in English) or IRI. UnknownName lists near ones, QueryError those that share a name."""
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
    raise UnknownName("entity", name, entity_names(store))


def find_letter(store: Store, name: str) -> ox.NamedNode:
    """The letter of that name, file name or IRI; UnknownName lists near ones."""
    wanted = iris.name_of(name, store.base) if name.startswith(iris.letter_iri("", store.base)) else name
    letters = store.letters()
    found = next((one for one in (wanted, (wanted or "").rpartition(".")[0]) if one in letters), None)
    if found is None:
        raise UnknownName("letter", name, letters)
    return ox.NamedNode(iris.letter_iri(found, store.base))


def entity_names(store: Store) -> set[str]:
    """The names, canonical and other, of the entities that letters mention."""
    entities = {quad.object for quad in store.data.quads_for_pattern(None, REF, None, MERGE)}
    return {quad.object.value for entity in entities for prop in (PREF, ALT)
            for quad in store.data.quads_for_pattern(entity, prop, None, MERGE) if isinstance(quad.object, ox.Literal)}    # type: ignore[arg-type]


def _owners(store: Store, name: str, prop: ox.NamedNode, language: str) -> list[ox.NamedNode]:
    found = store.data.quads_for_pattern(None, prop, ox.Literal(name, language=language), MERGE)
    return sorted((q.subject for q in found if isinstance(q.subject, ox.NamedNode) and iris.is_entity(q.subject.value, store.base)), key=str)


def _known(store: Store, node: ox.NamedNode) -> bool:
    return next(store.data.quads_for_pattern(node, PREF, None, MERGE), None) is not None


def _mentioned(store: Store, node: ox.NamedNode) -> bool:
    return next(store.data.quads_for_pattern(None, REF, node, MERGE), None) is not None
