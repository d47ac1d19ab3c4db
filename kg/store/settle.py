"""One main class and one prefLabel for each entity in the whole store.

    who decides     curation (corrections first), else the lexicon, else the majority of mentions in all letters; ties by the order of CLASSES
    what is kept    how each letter read it: itsrdf:taClassRef on its mentions (on the entity itself where it has no mention)
    what follows    every graph says rdf:type of the main class that was decided, and of the finer classes it read that lie below it

The readings stay when the class changes, so the result depends on what the store holds and not on how it came to hold it,
and removing a letter gives the others their say again.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg import iris
from kg.mapping import CLASS_REF, PREF, REF, TYPE, ZH, Statement, term
from kg.model import CLASSES
from kg.ontology import KG, PREFIXES, Ontology
from kg.store.changes import DEFAULT, Changes

Votes = Counter[str]
NO_VOTES: Votes = Counter()
MAIN = {term(f"kg:{name}"): name for name in CLASSES}
RANK = {name: -place for place, name in enumerate(CLASSES)}

# How often letters read each entity as each class: by their mentions, and where they have none, by themselves.
# %(it)s is ?e, or the entity that is asked for; %(e)s is ?e, or nothing.
COUNTS = (
    "SELECT %(e)s ?c (COUNT(?m) AS ?n) WHERE { ?m itsrdf:taIdentRef %(it)s ; itsrdf:taClassRef ?c } GROUP BY %(e)s ?c",
    """SELECT %(e)s ?c (COUNT(?g) AS ?n) WHERE { GRAPH ?g { %(it)s itsrdf:taClassRef ?c ; skos:prefLabel ?name } FILTER(?g != %(lexicon)s) }
       GROUP BY %(e)s ?c""",
)


def readings(said: Iterable[ox.Quad] | Iterable[Statement]) -> dict[ox.NamedNode, Votes]:
    """Entity -> how often what a letter says reads it as each class, finer ones included."""
    refs: dict[ox.NamedNode, list[str]] = {}
    ident: list[tuple[ox.NamedNode, ox.NamedNode]] = []
    for subject, predicate, object_, *_ in said:
        if predicate == CLASS_REF:
            refs.setdefault(_iri(subject), []).append(_class(object_))
        elif predicate == REF:
            ident.append((_iri(subject), _iri(object_)))
    votes: dict[ox.NamedNode, Votes] = {}
    mentions = {mention for mention, _ in ident}
    for node, entity in [*ident, *((own, own) for own in refs if own not in mentions)]:
        votes.setdefault(entity, Counter()).update(refs.get(node, ()))
    return votes


def _iri(node: object) -> ox.NamedNode:
    assert isinstance(node, ox.NamedNode)
    return node


def _winner(votes: Votes) -> str | None:
    """The main class with most votes, ties by the order of CLASSES; None without a vote."""
    main = {name: count for name, count in votes.items() if name in RANK and count > 0}
    return max(main, key=lambda name: (main[name], RANK[name]), default=None)


def _minus(votes: Votes, less: Votes) -> Votes:
    left = Counter(votes)
    left.subtract(less)
    return left


def _class(node: object) -> str:
    """The name of a class without kg:."""
    return _iri(node).value.removeprefix(KG)


class Settler:
    """Knows what each entity's class and label must be. One for each writable store.

    Votes are counted for an entity only when letters that come or go may change its class: when all agree, the store says it already.
    """

    def __init__(self, store: ox.Store, ontology: Ontology, base: str) -> None:
        self._ontology, self._base = ontology, base
        self.data = store               # another when the store was opened anew
        self._lexicon, self._curation = (ox.NamedNode(iris.graph_iri(name, base)) for name in ("lexicon", "curation"))
        self._votes: dict[ox.NamedNode, Votes] = {}         # of the entities that had to be counted
        self._curated: Mapping[ox.NamedNode, str] = {}
        self.lexicon: Mapping[str, str] = {}       # name -> main class, while graph/lexicon is still being loaded

    def curate(self, classes: Mapping[str, str]) -> None:
        """Have the class of each entity, by name, whose class was corrected."""
        self._curated = {ox.NamedNode(iris.entity_iri(name, self._base)): name_of_class for name, name_of_class in classes.items()}

    def forget(self) -> None:
        """Count anew when next asked: the graphs were changed by other ways."""
        self._votes = {}

    def replace(self, graph: ox.NamedNode, old: set[ox.Quad], new: set[ox.Quad], changes: Changes) -> None:
        """Have a letter's `new` quads in the place of its `old` ones, and settle every entity of either, here and elsewhere."""
        before, after = readings(old), readings(new)
        shifts = {entity: self._shift(entity, before.get(entity, NO_VOTES), after.get(entity, NO_VOTES)) for entity in {**before, **after}}
        self._count(before, after)
        decided = {entity: now for entity, (_, now) in shifts.items()}
        changes.swap(old, self.settled(new, after, decided))
        for entity, (was, now) in shifts.items():
            if now != was:
                for other in self._graphs_of(entity) - {graph, self._curation}:
                    self._rewrite(entity, other, changes, now)

    def together(self, letters: Sequence[Mapping[ox.NamedNode, Votes]]) -> tuple[list[int], dict[ox.NamedNode, str | None]]:
        """Which of some new letters (by their votes) can be put at once, since they change the class of nothing that is there; and the classes.

        The others are to be put by `replace`. The votes of those chosen are taken for put.
        """
        chosen = list(range(len(letters)))
        while True:
            total: dict[ox.NamedNode, Votes] = {}
            for index in chosen:
                for entity, votes in letters[index].items():
                    total.setdefault(entity, Counter()).update(votes)
            shifts = {entity: self._shift(entity, NO_VOTES, votes) for entity, votes in total.items()}
            moved = {entity for entity, (was, now) in shifts.items() if was not in (None, now)}
            if not moved:
                self._count({}, total)
                return chosen, {entity: now for entity, (_, now) in shifts.items()}
            chosen = [index for index in chosen if not moved & letters[index].keys()]

    def _shift(self, entity: ox.NamedNode, less: Votes, more: Votes) -> tuple[str | None, str | None]:
        """The entity's main class now, and when votes are taken away and added."""
        fixed = self._fixed(entity)
        if fixed is not None:
            return fixed, fixed
        said = self._main(self._types(entity, DEFAULT))
        if len(said) == 1 and (less == more or (not any(less.values()) and {name for name in more if name in RANK} <= set(said))):
            return said[0], said[0]
        votes = self._votes_of(entity) if said else NO_VOTES
        was = said[0] if len(said) == 1 else _winner(votes)
        return was, _winner(+(_minus(votes, less) + more))

    def _count(self, before: Mapping[ox.NamedNode, Votes], after: Mapping[ox.NamedNode, Votes]) -> None:
        """Keep what was counted up to date."""
        for entity in self._votes.keys() & {**before, **after}.keys():
            self._votes[entity] = +(_minus(self._votes[entity], before.get(entity, NO_VOTES)) + after.get(entity, NO_VOTES))

    def settle(self, changes: Changes) -> None:
        """Settle every entity in every graph; nothing changes when all is settled."""
        self._count_all()
        known = {quad.subject for quad in self.data.quads_for_pattern(None, PREF, None, self._curation)}
        known |= {quad.subject for quad in self.data.quads_for_pattern(None, TYPE, None, self._curation)}
        for entity in sorted({*self._votes, *self._overruled(), *map(_iri, known), *self._curated}, key=str):
            main = self.main_class(entity)
            for graph in self._graphs_of(entity) - {self._curation}:
                self._rewrite(entity, graph, changes, main)
        self.forget()

    def settled(self, quads: set[ox.Quad], read: Mapping[ox.NamedNode, Votes], decided: Mapping[ox.NamedNode, str | None]) -> set[ox.Quad]:
        """A letter's quads with the class and label that the whole store decides."""
        types: dict[ox.NamedNode, set[ox.Quad]] = {}
        for quad in quads:
            if quad.predicate in (TYPE, PREF) and quad.subject in read:
                types.setdefault(_iri(quad.subject), set()).add(quad)
        result = set(quads)
        for entity, said in types.items():
            graph = next(iter(said)).graph_name
            result -= said
            result |= self.wanted(entity, _iri(graph), read[entity], decided[entity])
        return result

    def _votes_of(self, entity: ox.NamedNode) -> Votes:
        """How often all letters read the entity as each class; counted once, then kept up to date."""
        if entity not in self._votes:
            votes = self._votes[entity] = Counter()
            for row in self._counted({"e": "", "it": str(entity)}):
                votes[_class(row["c"])] += int(row["n"].value)
        return self._votes[entity]

    def _count_all(self) -> None:
        """Count the votes of every entity."""
        self.forget()
        for row in self._counted({"e": "?e", "it": "?e"}):
            self._votes.setdefault(_iri(row["e"]), Counter())[_class(row["c"])] += int(row["n"].value)

    def _counted(self, whose: Mapping[str, str]) -> Iterator[Any]:
        for query in COUNTS:
            yield from self.data.query(query % {"lexicon": self._lexicon, **whose}, prefixes=dict(PREFIXES))     # type: ignore[misc]

    def main_class(self, entity: ox.NamedNode) -> str | None:
        """The main class that curation, the lexicon or the letters give; None when nobody says anything."""
        return self._fixed(entity) or _winner(self._votes_of(entity))

    def _fixed(self, entity: ox.NamedNode) -> str | None:
        """The class that curation or the lexicon gives, whatever letters say."""
        if entity in self._curated:
            return self._ontology.main(self._curated[entity])
        said = self._main(self._types(entity, self._curation)) or self._known(entity)
        return said[0] if said else None

    def _known(self, entity: ox.NamedNode) -> list[str]:
        """What the lexicon says, also where curation has overruled it."""
        if self.lexicon:
            found = self.lexicon.get(iris.name_of(entity.value, self._base) or "")
            return [found] if found else []
        return self._main(self._own_refs(entity, self._lexicon)) or self._main(self._types(entity, self._lexicon))

    def label(self, entity: ox.NamedNode) -> str:
        """The prefLabel: the curated one, else the canonical name, which is in the IRI."""
        found = self.data.quads_for_pattern(entity, PREF, None, self._curation)
        curated = sorted(quad.object.value for quad in found if isinstance(quad.object, ox.Literal))
        return curated[0] if curated else iris.name_of(entity.value, self._base) or ""

    def wanted(self, entity: ox.NamedNode, graph: ox.NamedNode, read: Iterable[str], main: str | None) -> set[ox.Quad]:
        """What a graph that reads an entity as some classes is to say of its class and label, when its main class is `main`."""
        finer = [name for name in read if name != main and self._ontology.main(name) == main and name not in RANK]
        types = {ox.Quad(entity, TYPE, term(f"kg:{name}"), graph) for name in (main, *finer) if name}
        return types | {ox.Quad(entity, PREF, ox.Literal(self.label(entity), language=ZH), graph)}

    def _rewrite(self, entity: ox.NamedNode, graph: ox.NamedNode, changes: Changes, main: str | None) -> None:
        """Let a graph say the class and label that are decided; what it says itself is kept as its reading."""
        find = self.data.quads_for_pattern
        old = {*find(entity, TYPE, None, graph), *find(entity, PREF, None, graph)}
        read = self._read(entity, graph)
        new = self.wanted(entity, graph, read, main)
        if graph == self._lexicon:          # it has no mentions that would remember its reading
            own = {ox.Quad(entity, CLASS_REF, term(f"kg:{name}"), graph) for name in read}
            old |= set(find(entity, CLASS_REF, None, graph))
            new |= own if {q.object for q in own} != {q.object for q in new if q.predicate == TYPE} else set()
        changes.swap(old, new)

    def _read(self, entity: ox.NamedNode, graph: ox.NamedNode) -> list[str]:
        """The classes that a graph reads an entity as: by its mentions, by the entity's own reading, else as it says."""
        find = self.data.quads_for_pattern
        mentions = [_iri(quad.subject) for quad in find(None, REF, entity, graph)]
        found = {q.object for node in (*mentions, entity) for q in find(node, CLASS_REF, None, graph)}
        names = [node.value.removeprefix(KG) for node in found if isinstance(node, ox.NamedNode)]
        return sorted(names) or self._types(entity, graph)

    def _types(self, entity: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph) -> list[str]:
        return sorted(q.object.value.removeprefix(KG) for q in self.data.quads_for_pattern(entity, TYPE, None, graph)
                      if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(KG))

    def _own_refs(self, entity: ox.NamedNode, graph: ox.NamedNode) -> list[str]:
        found = self.data.quads_for_pattern(entity, CLASS_REF, None, graph)
        return sorted(q.object.value.removeprefix(KG) for q in found if isinstance(q.object, ox.NamedNode))

    def _main(self, names: Iterable[str]) -> list[str]:
        return sorted((name for name in names if name in RANK), key=lambda name: -RANK[name])

    def _overruled(self) -> Iterator[ox.NamedNode]:
        """The entities whose class in the lexicon was replaced by curation."""
        return (_iri(quad.subject) for quad in self.data.quads_for_pattern(None, CLASS_REF, None, self._lexicon))

    def _graphs_of(self, entity: ox.NamedNode) -> set[ox.NamedNode]:
        found = self.data.quads_for_pattern(entity, PREF, None, None)
        return {quad.graph_name for quad in found if isinstance(quad.graph_name, ox.NamedNode)}
