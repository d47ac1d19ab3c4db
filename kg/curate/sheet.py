"""A letter's quads as what they speak of: entities, mentions, facts and figures, which can be changed and written out again.

Classes and labels of entities are left out: the store decides them anew from the readings that mentions carry (kg/store/settle.py). What is not
touched comes out as it went in.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg import iris
from kg.mapping import (
    ALT,
    ANCHOR,
    ASSERTED,
    BEGIN,
    CLASS_REF,
    CONTEXT,
    END,
    FIELD,
    FOUND,
    INTEGER,
    LABEL,
    OBJECT,
    PLACE,
    PREDICATE,
    PREF,
    QUOTED,
    REF,
    RESOLVED,
    START,
    STATUS,
    STOP,
    SUBJECT,
    SURE,
    SURENESS,
    TIME_TEXT,
    TYPE,
    ZH,
    Term,
    term,
)
from kg.model import Fact, Figure, Period
from kg.ontology import KG
from kg.spans import Span

FACT, FIGURE, SENTENCE, PHRASE = term("kg:Fact"), term("kg:Figure"), term("nif:Sentence"), term("nif:Phrase")
ABOUT, VALUE, UNIT = term("schema:observationAbout"), term("schema:value"), term("schema:unitText")
AMOUNT, ROLE, TEXT = term("kg:amountText"), term("kg:role"), term("nif:isString")
ENDS = (SUBJECT, OBJECT, PLACE, FIELD, ABOUT)
BY_HAND = ox.Literal("curation")
CERTAIN = ox.Literal("1", datatype=term("xsd:decimal"))
Props = dict[ox.NamedNode, set[Term]]


@dataclass(slots=True)
class Said:
    """A fact or figure: its properties, and whether they are to be written anew. `gone` ones are left out; `amount` tells that its value changed."""

    node: ox.NamedNode
    props: Props
    changed: bool = False
    gone: bool = False
    amount: bool = False

    def one(self, prop: ox.NamedNode) -> Term | None:
        """The value of a property, the first of several."""
        return min(self.props.get(prop, ()), key=str, default=None)

    def text(self, prop: ox.NamedNode) -> str:
        found = self.one(prop)
        return found.value if found is not None else ""

    def put(self, prop: ox.NamedNode, *values: Term) -> None:
        """Have these values and no others."""
        self.props[prop] = set(values)
        self.changed = True

    @property
    def is_fact(self) -> bool:
        return FACT in self.props[TYPE]


def bare(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """The quads without the classes and labels of the entities that they read."""
    quads = set(quads)
    read = entities(quads)
    return {quad for quad in quads if not (quad.predicate in (TYPE, PREF) and quad.subject in read)}


def clothed(quads: set[ox.Quad], base: str) -> set[ox.Quad]:
    """Bare quads with a label for each entity that they read, so that the store can settle its class and label."""
    graphs = {quad.graph_name for quad in quads}
    return quads | {ox.Quad(node, PREF, ox.Literal(iris.name_of(node.value, base) or node.value, language=ZH), graph)
                    for graph in graphs for node in entities(quads)}


def entities(quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    """The entities that a letter reads: those of its mentions, and those that carry a reading themselves."""
    mentions: set[object] = set()
    found: set[ox.NamedNode] = set()
    readers: set[ox.NamedNode] = set()
    for quad in quads:
        if quad.predicate == REF and isinstance(quad.object, ox.NamedNode):
            mentions.add(quad.subject)
            found.add(quad.object)
        elif quad.predicate == CLASS_REF and isinstance(quad.subject, ox.NamedNode):
            readers.add(quad.subject)
    return found | {node for node in readers if node not in mentions}


@dataclass(slots=True)
class Sheet:
    """The nodes of one letter with their properties; `said` are its facts and figures, `ties` the plain triples of those."""

    graph: ox.NamedNode
    node: ox.NamedNode
    base: str
    nodes: dict[ox.NamedNode, Props] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    _mentions: dict[ox.NamedNode, set[ox.NamedNode]] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[ox.Quad], graph: ox.NamedNode, base: str) -> Sheet:
        """From bare quads."""
        name = iris.letter_of_graph(graph.value, base) or ""
        sheet = cls(graph, ox.NamedNode(iris.letter_iri(name, base)), base)
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                sheet.nodes.setdefault(quad.subject, {}).setdefault(quad.predicate, set()).add(quad.object)
        for node in sorted((node for node, props in sheet.nodes.items() if {FACT, FIGURE} & props.get(TYPE, set())), key=str):
            sheet.said.append(Said(node, sheet.nodes.pop(node)))
        for s, p, o in set(_ties(sheet.said)):
            sheet._drop(s, p, o)
        for node, props in sheet.nodes.items():
            for entity in props.get(REF, ()):
                if isinstance(entity, ox.NamedNode):
                    sheet._mentions.setdefault(entity, set()).add(node)
        return sheet

    def _drop(self, s: ox.NamedNode, p: ox.NamedNode, o: Term) -> None:
        self.nodes.get(s, {}).get(p, set()).discard(o)

    def quads(self) -> set[ox.Quad]:
        """What the letter says now; facts and figures that were changed have IRIs that say what they say."""
        out = {ox.Quad(node, prop, value, self.graph) for node, props in self.nodes.items() for prop, values in props.items() for value in values}
        said = self._compiled()
        out |= {ox.Quad(one.node, prop, value, self.graph) for one in said for prop, values in one.props.items() for value in values}
        return out | {ox.Quad(s, p, o, self.graph) for s, p, o in _ties(said)}

    def _compiled(self) -> list[Said]:
        """The facts and figures, those that say the same as one: all its quotes, the best confidence."""
        found: dict[ox.NamedNode, Said] = {}
        order = sorted((one for one in self.said if not one.gone), key=lambda one: (one.changed, one.node.value))
        for one in order:
            if one.changed:
                one.node = self.named(one)
            if one.node in found and found[one.node] is not one:
                _join(found[one.node], one)
            else:
                found[one.node] = one
        return list(found.values())

    # what it has

    @property
    def text(self) -> str:
        return next((value.value for value in self.nodes.get(self.node, {}).get(TEXT, ())), "")

    def entity(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(iris.entity_iri(name, self.base))

    def name(self, node: Term | None) -> str:
        return iris.name_of(node.value, self.base) or "" if isinstance(node, ox.NamedNode) else ""

    def mentions(self, entity: ox.NamedNode) -> set[ox.NamedNode]:
        return self._mentions.get(entity, set())

    def has(self, entity: ox.NamedNode) -> bool:
        """Whether the letter reads the entity."""
        return bool(self.mentions(entity) or self.nodes.get(entity, {}).get(CLASS_REF))

    def names(self) -> set[str]:
        """The names of the entities that the letter reads."""
        own = {node for node, props in self.nodes.items() if CLASS_REF in props and REF not in props}
        return {self.name(node) for node in {*self._mentions, *own}}

    def readings(self, entity: ox.NamedNode) -> set[Term]:
        """The classes as which the letter reads the entity."""
        return {kind for node in (*self.mentions(entity), entity) for kind in self.nodes.get(node, {}).get(CLASS_REF, ())}

    def span(self, node: ox.NamedNode) -> Span | None:
        """The characters that a mention or sentence stands for."""
        props = self.nodes.get(node, {})
        ends = [next((value.value for value in props.get(prop, ())), "") for prop in (BEGIN, END)]
        return Span(int(ends[0]), int(ends[1])) if all(end.isdecimal() for end in ends) else None

    def sentences(self, spans: list[Span]) -> list[ox.NamedNode]:
        """The sentences that share a character with one of the spans, in the order of their names."""
        found = ((node, self.span(node)) for node, props in self.nodes.items() if SENTENCE in props.get(TYPE, ()))
        return sorted((node for node, own in found if own and any(own.overlaps(one) for one in spans)), key=str)

    def where(self, words: str) -> list[Span]:
        """Where words stand in the text; white space, which files break lines with, does not count."""
        signs = [re.escape(sign) for sign in words if not sign.isspace()]
        return [Span(*found.span()) for found in re.finditer(r"\s*".join(signs), self.text)] if signs else []

    # what changes it

    def move(self, mention: ox.NamedNode, entity: ox.NamedNode) -> None:
        """Let a mention stand for another entity."""
        props = self.nodes[mention]
        for old in props[REF]:
            self._mentions.get(old, set()).discard(mention)         # type: ignore[arg-type]
        props[REF] = {entity}
        self._mentions.setdefault(entity, set()).add(mention)

    def forget(self, mention: ox.NamedNode) -> None:
        """Take a mention out; what else its characters are (a sentence) stays."""
        props = self.nodes[mention]
        for old in props.pop(REF, ()):
            self._mentions.get(old, set()).discard(mention)         # type: ignore[arg-type]
        if SENTENCE not in props.get(TYPE, ()):
            del self.nodes[mention]
            return
        props[TYPE] = props[TYPE] - {PHRASE}
        for prop in (CLASS_REF, SURENESS, FOUND, RESOLVED):
            props.pop(prop, None)

    def mention(self, span: Span, entity: ox.NamedNode, kinds: Iterable[Term]) -> None:
        """Have a mention that a person found."""
        node = self.stretch(span, PHRASE)
        self.nodes[node] |= {REF: {entity}, CLASS_REF: set(kinds), SURENESS: {CERTAIN}, FOUND: {BY_HAND}, RESOLVED: {BY_HAND}}
        self._mentions.setdefault(entity, set()).add(node)

    def stretch(self, span: Span, kind: ox.NamedNode) -> ox.NamedNode:
        """The node of characters of the text, made where there is none."""
        node = ox.NamedNode(iris.char_iri(self.node.value, span))
        props = self.nodes.setdefault(node, {})
        props.setdefault(TYPE, set()).add(kind)
        props |= {CONTEXT: {self.node}, BEGIN: {ox.Literal(str(span.start), datatype=INTEGER)}, END: {ox.Literal(str(span.end), datatype=INTEGER)},
                  ANCHOR: {ox.Literal(span.of(self.text))}}
        return node

    def add(self, node: ox.NamedNode, prop: ox.NamedNode, value: Term) -> None:
        self.nodes.setdefault(node, {}).setdefault(prop, set()).add(value)

    def replace(self, old: ox.NamedNode, new: ox.NamedNode, *, known_as: str | None) -> None:
        """Have another entity wherever the letter speaks of one; `known_as` is kept as another name of it."""
        own = self.nodes.pop(old, {})
        for mention in sorted(self.mentions(old), key=str):
            self.move(mention, new)
        for props in self.nodes.values():
            for prop, values in props.items():
                if old in values:
                    props[prop] = (values - {old}) | {new}
        for one in self.said:
            self.exchange(one, old, new)
        aliases = {*own.pop(ALT, ()), *([ox.Literal(known_as, language=ZH)] if known_as else [])}
        target = self.nodes.setdefault(new, {})
        for prop, values in own.items():
            target[prop] = target.get(prop, set()) | values
        label = ox.Literal(self.name(new), language=ZH)
        if aliases - {label}:
            target[ALT] = target.get(ALT, set()) | aliases - {label}
        if self.mentions(new):
            target.pop(CLASS_REF, None)         # it is mentioned now: the mentions say how it is read

    def exchange(self, one: Said, old: ox.NamedNode, new: ox.NamedNode) -> None:
        """Have another entity in a fact or figure; a fact of an entity with itself says nothing."""
        for prop in ENDS:
            if old in one.props.get(prop, ()):
                one.put(prop, *(one.props[prop] - {old}), new)
        if one.is_fact and one.changed and one.props.get(SUBJECT) == one.props.get(OBJECT):
            one.gone = True

    def named(self, one: Said) -> ox.NamedNode:
        """The IRI of a fact or figure, made from what it says; its own where it says too little."""
        period = Period(_day(one.text(START)), _day(one.text(STOP)), one.text(TIME_TEXT))
        try:
            return ox.NamedNode(self._fact(one, period) if one.is_fact else self._figure(one, period))
        except (ValueError, InvalidOperation):
            return one.node

    def _fact(self, one: Said, period: Period) -> str:
        ends = [self.name(one.one(prop)) for prop in (SUBJECT, OBJECT)]
        if not all(ends):
            raise ValueError
        fields = tuple(sorted(self.name(node) for node in one.props.get(FIELD, ())))
        fact = Fact(ends[0], one.text(PREDICATE).removeprefix(KG), ends[1], one.text(STATUS).removeprefix(KG).lower(), (), 1.0, "", period,  # type: ignore[arg-type]
                    self.name(one.one(PLACE)) or None, fields, one.text(AMOUNT) or None, one.text(ROLE) or None)
        return iris.fact_iri(self.node.value, fact)

    def _figure(self, one: Said, period: Period) -> str:
        figure = Figure(self.name(one.one(ABOUT)), one.text(LABEL), Decimal(one.text(VALUE)), one.text(UNIT), Span(0, 0), 1.0, period)
        return iris.figure_iri(self.node.value, figure)


def _ties(said: Iterable[Said]) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, Term]]:
    """The plain triples of facts that are done or ongoing."""
    asserted = {term(f"kg:{status.capitalize()}") for status in ASSERTED}
    for one in said:
        s, p, o = (one.one(prop) for prop in (SUBJECT, PREDICATE, OBJECT))
        if one.is_fact and asserted & one.props.get(STATUS, set()) and isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and o is not None:
            yield s, p, o


def _join(one: Said, other: Said) -> None:
    """Have in one fact what is said twice: all quotes and finders, the best confidence, who corrected either."""
    for prop in (QUOTED, FOUND, term("kg:correctedBy")):
        if prop in other.props:
            one.props[prop] = one.props.get(prop, set()) | other.props[prop]
    sure = one.props.get(SURE, set()) | other.props.get(SURE, set())
    if sure:
        one.props[SURE] = {max(sure, key=lambda value: Decimal(value.value))}
    if TIME_TEXT in other.props:
        one.props[TIME_TEXT] = {min(one.props.get(TIME_TEXT, set()) | other.props[TIME_TEXT], key=str)}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
