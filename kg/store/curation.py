"""Corrections in a store: which are in force, what they changed in each letter, and the letter as it was without them.

graph/curation holds the corrections, and for each letter that they change a kg:Curation with what was taken out and put in. So what extraction gave
can be had again from the store alone:

    raw letter = (bare graph − added) ∪ withdrawn           bare: without classes and labels, which the store settles anew

Whatever else stands in graph/curation (a class or a label of an entity, put by hand) is left as it is.
"""
from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.curate.letter import Curated, curated
from kg.curate.model import Correction
from kg.curate.rdf import ADDED, BY, CORRECTION, CURATES, CURATION, USED, WHO, WITHDRAWN, corrections_of, statements
from kg.curate.sheet import bare, clothed
from kg.errors import InputError, StoreError
from kg.mapping import PREF, SHA, TYPE, term
from kg.store.changes import Changes
from kg.store.known import moved, restored

Quads = set[ox.Quad]


class Curator:
    """Knows the corrections of an open store. One for each; `forget` makes it read them anew."""

    def __init__(self, data: ox.Store, base: str) -> None:
        self._base = base
        self.data = data                # another when the store was opened anew
        self.graph, self.lexicon = (ox.NamedNode(iris.graph_iri(name, base)) for name in ("curation", "lexicon"))
        self._corrections: Corrections | None = None

    @property
    def corrections(self) -> Corrections:
        """The corrections in force. StoreError when what stands in graph/curation cannot be understood."""
        if self._corrections is None:
            self._corrections = self.read(self.data.quads_for_pattern(None, None, None, self.graph))
        return self._corrections

    def read(self, quads: Iterable[ox.Quad]) -> Corrections:
        """The corrections among quads of graph/curation."""
        try:
            return Corrections.of(one for one, _ in corrections_of(quad.triple for quad in quads))
        except InputError as error:
            raise StoreError(f"graph/curation cannot be used: {str(error).rstrip('.')}.") from None

    def forget(self) -> None:
        self._corrections = None

    # letters

    def kept(self, graph: ox.NamedNode, raw: Quads) -> tuple[Quads, Quads]:
        """What a letter's graph is to hold for these quads of extraction, and what graph/curation says of it (nothing when nothing was corrected)."""
        found = curated(raw, graph, self.corrections, self._base)
        return set(found.quads), self._record(graph, found)

    def raw(self, graph: ox.NamedNode) -> Quads:
        """A letter's quads as extraction gave them; classes and labels are to be settled."""
        return self.uncorrected(graph, set(self.data.quads_for_pattern(None, None, None, graph)), self.record(graph))

    def uncorrected(self, graph: ox.NamedNode, quads: Quads, record: Quads) -> Quads:
        """The same for quads that do not stand in the store, or no longer."""
        if not record:
            return quads
        added, withdrawn = (_parsed(record, prop, graph) for prop in (ADDED, WITHDRAWN))
        return clothed((bare(quads) - added) | withdrawn, self._base)

    def record(self, graph: ox.NamedNode) -> Quads:
        """What graph/curation says of a letter."""
        return set(self.data.quads_for_pattern(self._node(graph), None, None, self.graph))

    def recorded_in(self, quads: Iterable[ox.Quad], graph: ox.NamedNode) -> Quads:
        """What these quads of graph/curation say of a letter."""
        node = self._node(graph)
        return {quad for quad in quads if quad.subject == node}

    def recorded(self) -> set[ox.NamedNode]:
        """The graphs of letters that corrections changed."""
        found = self.data.quads_for_pattern(None, CURATES, None, self.graph)
        return {quad.object for quad in found if isinstance(quad.object, ox.NamedNode) and quad.object != self.lexicon}

    def concerned(self, names: Iterable[str], letters: Iterable[str]) -> set[ox.NamedNode]:
        """The graphs of the letters that have these names, or that are these letters."""
        nodes = [ox.NamedNode(iris.entity_iri(name, self._base)) for name in names]
        graphs = {quad.graph_name for node in nodes for quad in self.data.quads_for_pattern(node, PREF, None, None)}
        graphs |= {ox.NamedNode(iris.letter_graph(name, self._base)) for name in letters}
        return {graph for graph in graphs if isinstance(graph, ox.NamedNode) and iris.letter_of_graph(graph.value, self._base) is not None
                and self.data.contains_named_graph(graph)}

    def touched(self, old: Corrections, new: Corrections) -> set[ox.NamedNode]:
        """The graphs of the letters that may say something else when `new` corrections take the place of `old` ones."""
        ids = {one.id for one in old.items} ^ {one.id for one in new.items}
        every = {one.id: one for one in (*old.items, *new.items)}
        names = {last(name) for key in ids for name in _names(every[key]) for last in (str, old.name, new.name)}
        near = {key for key, one in every.items() if key in ids or not names.isdisjoint(
            last(name) for name in _names(one) for last in (str, old.name, new.name))}
        letters = {every[key].letter for key in ids if every[key].letter}
        used = {ox.NamedNode(iris.correction_iri(key, self._base)) for key in near}
        recorded = {quad.object for node in used for record in self.data.quads_for_pattern(None, USED, node, self.graph)
                    for quad in self.data.quads_for_pattern(record.subject, CURATES, None, self.graph)}
        return self.concerned(names, letters) | {graph for graph in recorded if isinstance(graph, ox.NamedNode) and graph != self.lexicon}

    def _node(self, graph: ox.NamedNode) -> ox.NamedNode:
        if graph == self.lexicon:
            return ox.NamedNode(iris.curation_iri(graph.value))
        name = iris.letter_of_graph(graph.value, self._base) or ""
        return ox.NamedNode(iris.curation_iri(iris.letter_iri(name, self._base)))

    def _record(self, graph: ox.NamedNode, found: Curated) -> Quads:
        if not found.used:
            return set()
        node = self._node(graph)
        said = [(TYPE, CURATION), (TYPE, term("prov:Activity")), (CURATES, graph),
                *((USED, ox.NamedNode(iris.correction_iri(one, self._base))) for one in found.used)]
        texts = [(prop, ox.Literal(_text(quads))) for prop, quads in ((WITHDRAWN, found.withdrawn), (ADDED, found.added)) if quads]
        return {*(ox.Quad(node, prop, value, self.graph) for prop, value in said), *(ox.Quad(node, prop, text, self.graph) for prop, text in texts)}

    # the lexicon

    def lexicon_restored(self) -> Changes:
        """The change that has the lexicon as it was without corrections; nothing when none has touched it."""
        changes, record = Changes(), self.record(self.lexicon)
        if record:
            quads = set(self.data.quads_for_pattern(None, None, None, self.lexicon))
            changes.swap(quads | record, self.known(quads, record))
        return changes

    def known(self, quads: Quads, record: Quads) -> Quads:
        """Quads of a lexicon without what the corrections of a record did to it."""
        return restored(quads, _parsed(record, WITHDRAWN, self.lexicon), _parsed(record, ADDED, self.lexicon))

    def lexicon_moved(self) -> Changes:
        """The change that has a lexicon that none has touched as the corrections of names want it."""
        found = moved(self.data, self.lexicon, self.corrections, self._base)
        changes = Changes()
        changes.swap(found.removed, found.added)
        changes.added |= self._record(self.lexicon, Curated(frozenset(), found.withdrawn, found.added, found.used))
        return changes

    # graph/curation itself

    def stated(self, corrections: Corrections) -> Quads:
        """The corrections as quads."""
        return {ox.Quad(*said, self.graph) for one in corrections.items for said in statements(one, self._base)}

    def by_hand(self, quads: Iterable[ox.Quad]) -> Quads:
        """What stands in graph/curation beside corrections and what they changed."""
        quads = set(quads)
        ours = {quad.subject for quad in quads if quad.predicate == TYPE and quad.object in (CORRECTION, CURATION)}
        people = {quad.object for quad in quads if quad.subject in ours and quad.predicate == WHO}
        return {quad for quad in quads if quad.subject not in ours and quad.subject not in people and quad.subject != self.graph}

    def digest(self, corrections: Corrections) -> Quads:
        """What is written last, when all letters are as the corrections want them; nothing without corrections."""
        if not corrections:
            return set()
        text = "\n".join(sorted(map(str, self.stated(corrections))))
        said = ((SHA, ox.Literal(sha256(text.encode()).hexdigest())), (TYPE, term("prov:Entity")))
        return {ox.Quad(self.graph, prop, value, self.graph) for prop, value in said}

    def finished(self) -> bool:
        """Whether all letters are as the corrections want them: no program was stopped while it put them in."""
        noted = set(self.data.quads_for_pattern(self.graph, SHA, None, self.graph))
        return noted <= (wanted := self.digest(self.corrections)) and bool(noted) == bool(wanted)

    def said_by(self, new: Corrections) -> Changes:
        """The change that has these corrections, and no others, in the store; not yet in the letters."""
        changes = Changes()
        changes.swap({*self.stated(self.corrections), *self.data.quads_for_pattern(self.graph, None, None, self.graph)}, self.stated(new))
        return changes


def _names(one: Correction) -> set[str]:
    """The names that a correction speaks of."""
    return {name for name in (*one.names, one.new("name"), one.about("subject"), one.about("object")) if name}


def without_marks(quads: Iterable[ox.Quad]) -> Quads:
    """The quads without kg:correctedBy: of a letter that comes from another store without its corrections."""
    return {quad for quad in quads if quad.predicate != BY}


def _text(quads: Iterable[ox.Quad]) -> str:
    """Quads of one graph as N-Triples, sorted."""
    return "\n".join(sorted(f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads))


def _parsed(record: Quads, prop: ox.NamedNode, graph: ox.NamedNode) -> Quads:
    texts = [quad.object.value for quad in record if quad.predicate == prop and isinstance(quad.object, ox.Literal)]
    return {ox.Quad(one.subject, one.predicate, one.object, graph) for text in texts for one in ox.parse(text, ox.RdfFormat.N_TRIPLES)}
