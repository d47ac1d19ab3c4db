"""A choice looked up in a store: which graphs are read, and which nodes of them are kept."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg import iris
from kg.export.choice import KNOWLEDGE, Choice, Chosen, class_name, status_name
from kg.export.statements import cut
from kg.mapping import ASSERTED, CONTEXT, FIELD, OBJECT, PLACE, PREDICATE, QUOTED, REF, START, STATED, STATUS, STOP, SUBJECT, SURE, TYPE, term
from kg.store import Store

MERGE = ox.DefaultGraph()
FACT, FIGURE, LETTER, ABOUT, TEXT = term("kg:Fact"), term("kg:Figure"), term("kg:Letter"), term("schema:observationAbout"), term("nif:isString")
LOCATED = term("kg:locatedIn")
HEADER = tuple(term(f"kg:{name}") for name in ("jurisdiction", "issuedBy", "preparedWith", "addressedTo"))
HAS_BEEN = {term(f"kg:{status.capitalize()}") for status in ASSERTED}
Values = Mapping[ox.NamedNode, list[ox.NamedNode | ox.Literal]]


def choose(store: Store, choice: Choice) -> Chosen:
    """What to read. UnknownName for a letter, class, status or place that is not there."""
    letters = tuple(store.letter_graph(name) for name in dict.fromkeys(choice.letters))
    if choice.only == "all" and not choice.narrows:
        return _graphs(store, choice, letters)
    return _Chooser(store, choice, letters).chosen()


def _graphs(store: Store, choice: Choice, letters: tuple[ox.NamedNode, ...]) -> Chosen:
    """Whole graphs: no node is looked at."""
    if letters:
        return Chosen(tuple(sorted(letters, key=str)), letters=_letters_of(store, letters))
    wanted = (("builds", choice.with_builds), ("inferred", choice.inferred), ("promises", choice.inferred))
    left_out = [store.graph(name) for name, so in wanted if not so]
    graphs = tuple(graph for graph in store.graphs() if graph not in left_out)
    return Chosen(graphs, merged=True, skipped=frozenset(line for graph in left_out for line in _only_in(store, graph)))


def _only_in(store: Store, graph: ox.NamedNode) -> Iterator[bytes]:
    """The triples that no other graph says, as lines in parts."""
    for quad in store.quads(graph):
        found = store.data.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        if all(one.graph_name in (graph, MERGE) for one in found):
            yield _line(quad.triple)


def _line(triple: ox.Triple) -> bytes:
    return cut((ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b"").rstrip(b"\n"))


def _letters_of(store: Store, graphs: Iterable[ox.NamedNode]) -> frozenset[str]:
    names = (iris.letter_of_graph(graph.value, store.base) for graph in graphs)
    return frozenset(iris.letter_iri(name, store.base) for name in names if name is not None)


@dataclass(slots=True)
class _Chooser:
    """Goes through the facts and figures of the letters and gathers the nodes that are kept."""

    store: Store
    choice: Choice
    letters: tuple[ox.NamedNode, ...]
    nodes: set[ox.NamedNode] = field(default_factory=set)
    entities: set[ox.NamedNode] = field(default_factory=set)
    ties: set[bytes] = field(default_factory=set)
    _classes: frozenset[ox.NamedNode] = frozenset()
    _statuses: frozenset[ox.NamedNode] = frozenset()
    _inside: frozenset[ox.NamedNode] = frozenset()

    def chosen(self) -> Chosen:
        """The passes, in order."""
        self._look_up()
        every = {self.store.graph(name) for name in KNOWLEDGE}
        knowledge = every if self.choice.inferred else every - {self.store.graph("inferred")}
        left_out = every | {self.store.graph(name) for name in ("ontology", "builds", "promises")}
        said = self.letters or tuple(graph for graph in self.store.graphs() if graph not in left_out)
        for graph in said:
            self._facts(graph)
            self._figures(graph)
            self._more_entities(graph)
        if self.choice.only != "plain":
            for graph in said:
                self._letter(graph)
        if self.choice.only == "all":
            self._mentions(set(said))
        graphs = sorted({*said, *(knowledge & set(self.store.graphs()))}, key=str)
        without = frozenset({str(TEXT).encode()[:-1]}) if self.choice.only == "facts" else frozenset()
        return Chosen(tuple(graphs), nodes=frozenset(str(node).encode()[:-1] for node in self.nodes | self.entities), ties=frozenset(self.ties),
                      without=without, knowledge=frozenset(knowledge), letters=_letters_of(self.store, self.letters) if self.letters else None)

    def _look_up(self) -> None:
        """The nodes that names of the choice stand for."""
        self._classes = frozenset(term(f"kg:{class_name(self.store, name)}") for name in self.choice.classes)
        self._statuses = frozenset(term(f"kg:{status_name(self.store, name).capitalize()}") for name in self.choice.statuses)
        if self.choice.place:
            from kg.query.names import find_entity  # the questions write their answers by way of this package
            self._inside = frozenset(self._within(find_entity(self.store, self.choice.place)))

    def _within(self, place: ox.NamedNode) -> set[ox.NamedNode]:
        """The place, and all that lies in it at any remove."""
        found, edge = {place}, [place]
        while edge:
            near = self.store.data.quads_for_pattern(None, LOCATED, edge.pop(), MERGE)
            new = {quad.subject for quad in near if isinstance(quad.subject, ox.NamedNode)} - found
            found |= new
            edge += new
        return found

    def _facts(self, graph: ox.NamedNode) -> None:
        for node in self._typed(FACT, graph):
            values = self._values(node, graph)
            ends = [*_nodes(values, SUBJECT), *_nodes(values, OBJECT)]
            if self._fits(values, ends) and (not self._statuses or self._statuses & set(_nodes(values, STATUS))):
                self._take(node, values, [*ends, *_nodes(values, PLACE), *_nodes(values, FIELD)])
                if self.choice.only != "facts" and HAS_BEEN & set(_nodes(values, STATUS)):
                    self.ties |= {_line(ox.Triple(s, p, o)) for s in _nodes(values, SUBJECT)
                                  for p in _nodes(values, PREDICATE) for o in _nodes(values, OBJECT)}

    def _figures(self, graph: ox.NamedNode) -> None:
        """Figures have no status: a choice by status leaves them out."""
        for node in self._typed(FIGURE, graph) if not self._statuses else ():
            values = self._values(node, graph)
            if self._fits(values, _nodes(values, ABOUT)):
                self._take(node, values, _nodes(values, ABOUT))

    def _take(self, node: ox.NamedNode, values: Values, entities: Iterable[ox.NamedNode]) -> None:
        self.entities |= set(entities)
        if self.choice.only != "plain":
            self.nodes |= {node, *_nodes(values, QUOTED), *_nodes(values, STATED)}

    def _fits(self, values: Values, ends: list[ox.NamedNode]) -> bool:
        least = self.choice.min_confidence
        return ((not self._classes or any(self._classes & self._types(end) for end in ends))
                and (not self.choice.place or bool(self._inside & {*ends, *_nodes(values, PLACE)}))
                and (least is None or any(float(one.value) >= least for one in values.get(SURE, ())))
                and self._in_time(values))

    def _in_time(self, values: Values) -> bool:
        """Whether its time and the time asked for have a day in common; what has no time fits no time."""
        since, until = self.choice.since, self.choice.until
        if since is None and until is None:
            return True
        first, last = (min((one.value for one in values.get(prop, ())), default="") for prop in (START, STOP))
        if not (first or last):
            return False
        return (until is None or (first or last) <= until.isoformat()) and (since is None or (last or first) >= since.isoformat())

    def _types(self, node: ox.NamedNode) -> set[ox.NamedNode]:
        return {quad.object for quad in self.store.data.quads_for_pattern(node, TYPE, None, MERGE) if isinstance(quad.object, ox.NamedNode)}

    def _more_entities(self, graph: ox.NamedNode) -> None:
        """Entities without facts: all that a letter mentions, or those of the classes when nothing else is asked."""
        if self.choice.narrows and not self.choice.of_classes:
            return
        for quad in self.store.data.quads_for_pattern(None, REF, None, graph):
            if isinstance(quad.object, ox.NamedNode) and (not self._classes or self._classes & self._types(quad.object)):
                self.entities.add(quad.object)
                if self.choice.only != "plain" and isinstance(quad.subject, ox.NamedNode):
                    self.nodes.add(ox.NamedNode(quad.subject.value.partition("#")[0]))

    def _letter(self, graph: ox.NamedNode) -> None:
        """The letters that say what is chosen, or all, with their parts and with whom they name in their head."""
        for letter in self._typed(LETTER, graph):
            if letter in self.nodes or not self.choice.narrows:
                parts = {ox.NamedNode(f"{letter.value}#{name}") for name in ("proposal", "source")}
                made_by = {quad.object for quad in self.store.data.quads_for_pattern(graph, term("prov:wasGeneratedBy"), None, graph)}
                self.nodes |= {letter, graph, *parts, *(node for node in made_by if isinstance(node, ox.NamedNode))}
                values = self._values(letter, graph)
                self.entities |= {node for prop in HEADER for node in _nodes(values, prop)}

    def _mentions(self, graphs: set[ox.NamedNode]) -> None:
        """The mentions of the entities, in the letters that are kept."""
        for entity in self.entities:
            for quad in self.store.data.quads_for_pattern(None, REF, entity, None):
                if quad.graph_name in graphs and isinstance(quad.subject, ox.NamedNode):
                    context = self._nodes_of(quad.subject, CONTEXT)
                    if context <= self.nodes:
                        self.nodes.add(quad.subject)

    def _nodes_of(self, node: ox.NamedNode, prop: ox.NamedNode) -> set[ox.NamedNode]:
        return {quad.object for quad in self.store.data.quads_for_pattern(node, prop, None, MERGE) if isinstance(quad.object, ox.NamedNode)}

    def _typed(self, kind: ox.NamedNode, graph: ox.NamedNode) -> Iterator[ox.NamedNode]:
        found = self.store.data.quads_for_pattern(None, TYPE, kind, graph)
        return (quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode))

    def _values(self, node: ox.NamedNode, graph: ox.NamedNode) -> Values:
        values: dict[ox.NamedNode, list[ox.NamedNode | ox.Literal]] = {}
        for quad in self.store.data.quads_for_pattern(node, None, None, graph):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                values.setdefault(quad.predicate, []).append(quad.object)
        return values


def _nodes(values: Values, prop: ox.NamedNode) -> list[ox.NamedNode]:
    return [value for value in values.get(prop, ()) if isinstance(value, ox.NamedNode)]
