"""The rows of the tables, made from the things of a store."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import groupby

import pyoxigraph as ox

from kg import iris
from kg.export.choice import Chosen
from kg.export.statements import groups, parts
from kg.export.tables import Row, Value
from kg.export.terms import Text, Thing, thing
from kg.mapping import (
    ALT,
    ANCHOR,
    BEGIN,
    CLASS_REF,
    CONTEXT,
    END,
    FIELD,
    FOUND,
    OBJECT,
    PLACE,
    PREDICATE,
    PREF,
    QUOTED,
    REF,
    RESOLVED,
    START,
    STATED,
    STATUS,
    STOP,
    SUBJECT,
    SURE,
    SURENESS,
    TIME_TEXT,
    TYPE,
    term,
)
from kg.model import CLASSES
from kg.ontology import KG
from kg.store import Store

MERGE = ox.DefaultGraph()
ABOUT = term("schema:observationAbout")
HEADER = (term(f"kg:{name}") for name in ("jurisdiction", "issuedBy", "preparedWith", "addressedTo"))
USES = frozenset((REF, SUBJECT, OBJECT, ABOUT, PLACE, FIELD, *HEADER))
NAMES = 50_000                          # names of entities that are remembered
Rows = Callable[..., Iterator[tuple[str, Row]]]


@contextmanager
def rows(store: Store, chosen: Chosen) -> Iterator[Rows]:
    """The rows of what is chosen: a function that gives those of the tables named, or of all, as often as it is called."""
    reader = _Reader(store, chosen)
    with parts(store, reader.named(), more=reader.known()) as sorter:
        def found(*tables: str) -> Iterator[tuple[str, Row]]:
            entities = not tables or not {"entities", "names"}.isdisjoint(tables)
            for subject, statements in groups(sorter):
                one = thing(subject, statements)
                table = reader.table(one, entities)
                if table and (not tables or table in tables or (table == "entities" and "names" in tables)):
                    yield from (pair for pair in reader.rows(table, one) if not tables or pair[0] in tables)
        yield found


class _Reader:
    """Makes rows of things; looks up in the store what else a row tells."""

    def __init__(self, store: Store, chosen: Chosen) -> None:
        self.store, self.chosen, self.ontology = store, chosen, store.ontology
        self.name = lru_cache(maxsize=NAMES)(self._name)
        self._kinds = {term("kg:Letter").value: "letters", term("kg:Fact").value: "facts", term("kg:Figure").value: "figures"}
        self._large = (store.graph("lexicon"), store.graph("ontology"))
        self._mains = {f"{KG}{name}" for name in CLASSES}

    def table(self, one: Thing, entities: bool) -> str | None:
        """The table that a thing belongs to; entities, which cost a look at the store each, only when they are asked for."""
        types = one.iris(TYPE)
        found = next((self._kinds[kind] for kind in types if kind in self._kinds), None)
        if found or one.iris(REF):
            return found or "mentions"
        return "entities" if entities and not self._mains.isdisjoint(types) and self._used(one.iri) else None

    def rows(self, table: str, one: Thing) -> Iterator[tuple[str, Row]]:
        """The rows of a thing; an entity has its names too."""
        makers: dict[str, Callable[[Thing], Row]] = {
            "letters": self._letter, "entities": self._entity, "mentions": self._mention, "facts": self._fact, "figures": self._figure}
        yield table, makers[table](one)
        if table == "entities":
            yield from (("names", row) for row in self._names(one))

    def _letter(self, one: Thing) -> Row:
        proposal = self._values(one.iri_of(term("kg:repliesTo")))
        return (self._letter_name(one.iri), _text(one, "dcterms:title"), _text(one, "kg:documentNumber"), _day(one.text(term("dcterms:issued"))),
                *(self._joined(one, f"kg:{prop}") for prop in ("jurisdiction", "issuedBy", "preparedWith", "addressedTo")),
                *(proposal.get(term(prop), [None])[0] for prop in ("dcterms:title", "kg:proposalNumber", "kg:session")),
                _text(one, "dcterms:source"), one.iri, _text(one, "nif:isString"))

    def _entity(self, one: Thing) -> Row:
        kinds = [kind.removeprefix(KG) for kind in one.iris(TYPE)]
        main = min((kind for kind in kinds if kind in CLASSES), key=CLASSES.index)
        finer = next((kind for kind in kinds if kind not in CLASSES and self.ontology.main(kind) == main), None)
        mentions = self._pointing(one.iri, REF)
        facts = {*self._pointing(one.iri, SUBJECT), *self._pointing(one.iri, OBJECT)}
        return (self.name(one.iri), main, self.ontology.label(main), self.ontology.label(finer) if finer else None, self._joined(one, "kg:locatedIn"),
                len(mentions), len({mention.partition("#")[0] for mention in mentions}), len(facts), _text(one, "dcterms:identifier"),
                "；".join(one.iris(term("schema:sameAs"))) or None, one.iri)

    def _names(self, one: Thing) -> Iterator[Row]:
        for kind, prop in (("canonical", PREF), ("other", ALT)):
            for value in one.values.get(prop.value, ()):
                if isinstance(value, Text):
                    yield self.name(one.iri), value.value, kind, value.language or None, one.iri

    def _mention(self, one: Thing) -> Row:
        kinds = sorted((kind.removeprefix(KG) for kind in one.iris(CLASS_REF)), key=lambda kind: (kind not in CLASSES, kind))
        entity = one.iri_of(REF)
        return (self._letter_name(one.iri_of(CONTEXT)), _integer(one.text(BEGIN)), _integer(one.text(END)), _text(one, "nif:anchorOf"),
                self.name(entity), next(iter(kinds), None), _number(one.text(SURENESS)), "；".join(one.texts(FOUND)) or None,
                one.text(RESOLVED) or None, entity, one.iri)

    def _fact(self, one: Thing) -> Row:
        predicate, status = (self.ontology.name(one.iri_of(prop)) for prop in (PREDICATE, STATUS))
        subject, object_ = one.iri_of(SUBJECT), one.iri_of(OBJECT)
        return (self.name(subject), predicate, self.ontology.label(predicate), self.name(object_), status.lower(), self.ontology.label(status),
                *self._time(one), self._joined(one, "kg:place"), self._joined(one, "kg:field"), _text(one, "kg:amountText"), _text(one, "kg:role"),
                *self._said(one), len(one.iris(QUOTED)), "；".join(one.texts(FOUND)) or None, subject, object_, one.iri)

    def _figure(self, one: Thing) -> Row:
        subject = one.iri_of(ABOUT)
        return (self.name(subject), _text(one, "rdfs:label"), _number(one.text(term("schema:value"))), _text(one, "schema:unitText"),
                *self._time(one), _number(one.text(term("kg:normalizedValue"))), _text(one, "kg:normalizedUnit"), *self._said(one), subject, one.iri)

    def _time(self, one: Thing) -> tuple[Value, Value, Value]:
        return _day(one.text(START)), _day(one.text(STOP)), one.text(TIME_TEXT) or None

    def _said(self, one: Thing) -> tuple[Value, Value, Value]:
        """How sure, which letter, and the sentences in text order."""
        found = [self._values(iri) for iri in one.iris(QUOTED)]
        quotes = sorted((int(said.get(BEGIN, ["0"])[0]), said[ANCHOR][0]) for said in found if ANCHOR in said)
        return _number(one.text(SURE)), self._letter_name(one.iri_of(STATED)), "\n".join(text for _, text in quotes) or None

    def _used(self, iri: str) -> bool:
        """Whether any letter speaks of an entity; the lexicon knows many of which none does."""
        if self.chosen.nodes is not None:
            return True
        return any(quad.predicate in USES for quad in self.store.data.quads_for_pattern(None, None, ox.NamedNode(iri), MERGE))

    def named(self) -> Chosen:
        """The same choice, where the merge is to be read: the graphs of it but for what `known` gives, most of which is of no table."""
        chosen = self.chosen
        if not chosen.merged:
            return chosen
        return replace(chosen, graphs=tuple(graph for graph in chosen.graphs if graph not in self._large), merged=False, skipped=frozenset())

    def known(self) -> Iterator[Iterator[ox.Triple]]:
        """What lexicon and vocabulary say of the entities that letters speak of, where the merge is to be read."""
        find, graphs = self.store.data.quads_for_pattern, [graph for graph in self._large if graph in self.chosen.graphs]
        for prop in USES if self.chosen.merged else ():
            # The index has them in the order of the objects, so that what is found twice was found by another property.
            for node, _ in groupby(find(None, prop, None, MERGE), key=lambda quad: quad.object):
                if isinstance(node, ox.NamedNode):
                    yield (quad.triple for graph in graphs for quad in find(node, None, None, graph))

    def _pointing(self, iri: str, prop: ox.NamedNode) -> list[str]:
        """The nodes that point to an entity, of the letters that are chosen."""
        found = (quad.subject for quad in self.store.data.quads_for_pattern(None, prop, ox.NamedNode(iri), MERGE))
        letters = self.chosen.letters
        return [node.value for node in found if isinstance(node, ox.NamedNode) and (letters is None or node.value.partition("#")[0] in letters)]

    def _values(self, iri: str) -> dict[ox.NamedNode, list[str]]:
        """The literals of a node, by property."""
        values: dict[ox.NamedNode, list[str]] = {}
        for quad in self.store.data.quads_for_pattern(ox.NamedNode(iri), None, None, MERGE) if iri else ():
            if isinstance(quad.object, ox.Literal):
                values.setdefault(quad.predicate, []).append(quad.object.value)
        return {prop: sorted(found) for prop, found in values.items()}

    def _name(self, iri: str) -> str:
        """The canonical name of an entity."""
        found = self.store.data.quads_for_pattern(ox.NamedNode(iri), PREF, None, MERGE)
        names = sorted(quad.object.value for quad in found if isinstance(quad.object, ox.Literal) and quad.object.language == "zh")
        return names[0] if names else iris.name_of(iri, self.store.base) or iri

    def _letter_name(self, iri: str) -> str:
        return iris.name_of(iri, self.store.base) or iri

    def _joined(self, one: Thing, prop: str) -> str | None:
        return "；".join(map(self.name, one.iris(term(prop)))) or None




def _text(one: Thing, prop: str) -> str | None:
    return one.text(term(prop)) or None


def _integer(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() else None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
