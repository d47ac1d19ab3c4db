"""One main class and one prefLabel for each entity in the whole store.

    who decides     curation (corrections first), else the lexicon, else the majority of mentions in all letters; ties by the order of CLASSES
    what is kept    how each letter read it: itsrdf:taClassRef on its mentions (on the entity itself where it has no mention)
    what follows    every graph says rdf:type of the main class that was decided, and of the finer classes it read that lie below it

The readings stay when the class changes, so the result depends on what the store holds and not on how it came to hold it,
and removing a letter gives the others their say again.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg import iris
from kg.mapping import CLASS_REF, PREF, REF, TYPE, ZH, term
from kg.model import CLASSES
from kg.ontology import KG, PREFIXES, Ontology
from kg.store.changes import Changes

Votes = Counter[str]
MAIN = {term(f"kg:{name}"): name for name in CLASSES}
RANK = {name: -place for place, name in enumerate(CLASSES)}

# How often letters read each entity as each class: by their mentions, and where they have none, by themselves.
COUNTS = (
    "SELECT ?e ?c (COUNT(?m) AS ?n) WHERE { ?m itsrdf:taIdentRef ?e ; itsrdf:taClassRef ?c } GROUP BY ?e ?c",
    """SELECT ?e ?c (COUNT(?g) AS ?n) WHERE { GRAPH ?g { ?e itsrdf:taClassRef ?c ; skos:prefLabel ?name } FILTER(?g != %(lexicon)s) }
       GROUP BY ?e ?c""",
)


def readings(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, Votes]:
    """Entity -> how often a letter's quads read it as each class, finer ones included."""
    refs: dict[ox.NamedNode, list[str]] = {}
    ident: list[tuple[ox.NamedNode, ox.NamedNode]] = []
    for quad in quads:
        if quad.predicate == CLASS_REF:
            refs.setdefault(_iri(quad.subject), []).append(quad.object.value.removeprefix(KG))     # type: ignore[union-attr]
        elif quad.predicate == REF:
            ident.append((_iri(quad.subject), _iri(quad.object)))
    votes: dict[ox.NamedNode, Votes] = {}
    mentions = {mention for mention, _ in ident}
    for node, entity in [*ident, *((own, own) for own in refs if own not in mentions)]:
        votes.setdefault(entity, Counter()).update(refs.get(node, ()))
    return votes


def _iri(node: object) -> ox.NamedNode:
    assert isinstance(node, ox.NamedNode)
    return node


class Settler:
    """Knows the votes of all letters, and what each entity's class and label must be. One for each writable store."""

    def __init__(self, store: ox.Store, ontology: Ontology, base: str) -> None:
        self._store, self._ontology, self._base = store, ontology, base
        self._lexicon, self._curation = (ox.NamedNode(iris.graph_iri(name, base)) for name in ("lexicon", "curation"))
        self._votes: dict[ox.NamedNode, Votes] | None = None
        self._curated: Mapping[ox.NamedNode, str] = {}
        self.lexicon: Mapping[str, str] = {}       # name -> main class, while graph/lexicon is still being loaded

    def curate(self, classes: Mapping[str, str]) -> None:
        """Have the class of each entity, by name, whose class was corrected."""
        self._curated = {ox.NamedNode(iris.entity_iri(name, self._base)): name_of_class for name, name_of_class in classes.items()}

    def forget(self) -> None:
        """Count anew when next asked: the graphs were changed by other ways."""
        self._votes = None

    def replace(self, graph: ox.NamedNode, old: set[ox.Quad], new: set[ox.Quad], changes: Changes) -> None:
        """Have a letter's `new` quads in the place of its `old` ones, and settle every entity of either, here and elsewhere."""
        votes, before, after = self.votes(), readings(old), readings(new)
        touched = {**before, **after}
        decided = {entity: self.main_class(entity) for entity in touched}
        for entity in touched:
            votes.setdefault(entity, Counter()).subtract(before.get(entity, Counter()))
            votes[entity] = +(votes[entity] + after.get(entity, Counter()))
        changes.swap(old, self.settled(new, after))
        for entity, was in decided.items():
            if self.main_class(entity) != was:
                for other in self._graphs_of(entity) - {graph, self._curation}:
                    self._rewrite(entity, other, changes)
            if not votes[entity]:
                del votes[entity]

    def settle(self, changes: Changes) -> None:
        """Settle every entity in every graph; nothing changes when all is settled."""
        self.forget()
        known = {quad.subject for quad in self._store.quads_for_pattern(None, PREF, None, self._curation)}
        known |= {quad.subject for quad in self._store.quads_for_pattern(None, TYPE, None, self._curation)}
        for entity in sorted({*self.votes(), *self._overruled(), *map(_iri, known), *self._curated}, key=str):
            for graph in self._graphs_of(entity) - {self._curation}:
                self._rewrite(entity, graph, changes)

    def settled(self, quads: set[ox.Quad], read: dict[ox.NamedNode, Votes]) -> set[ox.Quad]:
        """A letter's quads with the class and label that the whole store decides."""
        types: dict[ox.NamedNode, set[ox.Quad]] = {}
        for quad in quads:
            if quad.predicate in (TYPE, PREF) and quad.subject in read:
                types.setdefault(_iri(quad.subject), set()).add(quad)
        result = set(quads)
        for entity, said in types.items():
            graph = next(iter(said)).graph_name
            result -= said
            result |= self._wanted(entity, _iri(graph), read[entity])
        return result

    def votes(self) -> dict[ox.NamedNode, Votes]:
        """Entity -> how often all letters read it as each class; counted once, then kept up to date."""
        if self._votes is None:
            self._votes = {}
            for query in COUNTS:
                for entity, kind, number in self._store.query(query % {"lexicon": self._lexicon}, prefixes=dict(PREFIXES)):     # type: ignore[union-attr]
                    self._votes.setdefault(_iri(entity), Counter())[kind.value.removeprefix(KG)] += int(number.value)
        return self._votes

    def main_class(self, entity: ox.NamedNode) -> str | None:
        """The main class that curation, the lexicon or the letters give; None when nobody says anything."""
        if entity in self._curated:
            return self._ontology.main(self._curated[entity])
        said = self._main(self._types(entity, self._curation)) or self._known(entity)
        if said:
            return said[0]
        votes = Counter({name: count for name, count in self.votes().get(entity, Counter()).items() if name in RANK and count > 0})
        return max(votes, key=lambda name: (votes[name], RANK[name]), default=None)

    def _known(self, entity: ox.NamedNode) -> list[str]:
        """What the lexicon says, also where curation has overruled it."""
        if self.lexicon:
            found = self.lexicon.get(iris.name_of(entity.value, self._base) or "")
            return [found] if found else []
        return self._main(self._own_refs(entity, self._lexicon)) or self._main(self._types(entity, self._lexicon))

    def label(self, entity: ox.NamedNode) -> str:
        """The prefLabel: the curated one, else the canonical name, which is in the IRI."""
        found = self._store.quads_for_pattern(entity, PREF, None, self._curation)
        curated = sorted(quad.object.value for quad in found if isinstance(quad.object, ox.Literal))
        return curated[0] if curated else iris.name_of(entity.value, self._base) or ""

    def _wanted(self, entity: ox.NamedNode, graph: ox.NamedNode, read: Iterable[str]) -> set[ox.Quad]:
        main = self.main_class(entity)
        finer = [name for name in read if name != main and self._ontology.main(name) == main and name not in RANK]
        types = {ox.Quad(entity, TYPE, term(f"kg:{name}"), graph) for name in (main, *finer) if name}
        return types | {ox.Quad(entity, PREF, ox.Literal(self.label(entity), language=ZH), graph)}

    def _rewrite(self, entity: ox.NamedNode, graph: ox.NamedNode, changes: Changes) -> None:
        """Let a graph say the class and label that are decided; what it says itself is kept as its reading."""
        find = self._store.quads_for_pattern
        old = {*find(entity, TYPE, None, graph), *find(entity, PREF, None, graph)}
        read = self._read(entity, graph)
        new = self._wanted(entity, graph, read)
        if graph == self._lexicon:          # it has no mentions that would remember its reading
            own = {ox.Quad(entity, CLASS_REF, term(f"kg:{name}"), graph) for name in read}
            old |= set(find(entity, CLASS_REF, None, graph))
            new |= own if {q.object for q in own} != {q.object for q in new if q.predicate == TYPE} else set()
        changes.swap(old, new)

    def _read(self, entity: ox.NamedNode, graph: ox.NamedNode) -> list[str]:
        """The classes that a graph reads an entity as: by its mentions, by the entity's own reading, else as it says."""
        find = self._store.quads_for_pattern
        mentions = [_iri(quad.subject) for quad in find(None, REF, entity, graph)]
        found = {q.object for node in (*mentions, entity) for q in find(node, CLASS_REF, None, graph)}
        names = [node.value.removeprefix(KG) for node in found if isinstance(node, ox.NamedNode)]
        return sorted(names) or self._types(entity, graph)

    def _types(self, entity: ox.NamedNode, graph: ox.NamedNode) -> list[str]:
        return sorted(q.object.value.removeprefix(KG) for q in self._store.quads_for_pattern(entity, TYPE, None, graph)
                      if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(KG))

    def _own_refs(self, entity: ox.NamedNode, graph: ox.NamedNode) -> list[str]:
        found = self._store.quads_for_pattern(entity, CLASS_REF, None, graph)
        return sorted(q.object.value.removeprefix(KG) for q in found if isinstance(q.object, ox.NamedNode))

    def _main(self, names: Iterable[str]) -> list[str]:
        return sorted((name for name in names if name in RANK), key=lambda name: -RANK[name])

    def _overruled(self) -> Iterator[ox.NamedNode]:
        """The entities whose class in the lexicon was replaced by curation."""
        return (_iri(quad.subject) for quad in self._store.quads_for_pattern(None, CLASS_REF, None, self._lexicon))

    def _graphs_of(self, entity: ox.NamedNode) -> set[ox.NamedNode]:
        found = self._store.quads_for_pattern(entity, PREF, None, None)
        return {quad.graph_name for quad in found if isinstance(quad.graph_name, ox.NamedNode)}
