"""From nouns to quads. One pass for each kind of node that a letter has; the order of the passes is the order of the output.

    statements      all that one letter says
    lexicon_lines   what the lexicon knows, as N-Triples text (thousands of entries: no object per triple)
    ontology_lines  the vocabulary, in the same way
    run_quads       when a build ran, for graph/builds: the only place with times

Nothing here depends on the order of anything but the extraction itself, and there is no blank node.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import chain
from types import MappingProxyType

import pyoxigraph as ox

from kg import iris
from kg.lexicon import Entry
from kg.linked import Linked
from kg.model import Entity, Extraction, Fact, Figure, Link, Part, Period
from kg.ontology import KG, PREFIXES, Ontology
from kg.spans import Span

ZH = "zh"
WIKIDATA = "http://www.wikidata.org/entity/"
ASSERTED = ("done", "ongoing")         # facts of these statuses are also plain triples
NONE: Mapping[str, Linked] = MappingProxyType({})
Term = ox.NamedNode | ox.Literal


@cache
def term(name: str) -> ox.NamedNode:
    """The node of a prefixed name: term("kg:Fact")."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


TYPE, LABEL, PREF, ALT = term("rdf:type"), term("rdfs:label"), term("skos:prefLabel"), term("skos:altLabel")
INTEGER, DECIMAL, DATE, DATETIME = term("xsd:integer"), term("xsd:decimal"), term("xsd:date"), term("xsd:dateTime")
CONTEXT, BEGIN, END, ANCHOR = term("nif:referenceContext"), term("nif:beginIndex"), term("nif:endIndex"), term("nif:anchorOf")
REF, CLASS_REF, SURENESS = term("itsrdf:taIdentRef"), term("itsrdf:taClassRef"), term("itsrdf:taConfidence")
SUBJECT, PREDICATE, OBJECT, STATUS = term("rdf:subject"), term("rdf:predicate"), term("rdf:object"), term("kg:status")
STATED, QUOTED, SURE = term("kg:statedIn"), term("prov:wasQuotedFrom"), term("kg:confidence")
START, STOP, TIME_TEXT = term("schema:startDate"), term("schema:endDate"), term("kg:timeText")
FOUND, RESOLVED, PLACE, FIELD = term("kg:foundBy"), term("kg:resolvedBy"), term("kg:place"), term("kg:field")
SHA = term("kg:sha256")
# What an original says of itself, by the keys of Source.metadata.
ORIGINAL = {"format": "dcterms:format", "title": "dcterms:title", "author": "dcterms:creator", "issued": "dcterms:issued",
            "created": "dcterms:created", "modified": "dcterms:modified", "publisher": "dcterms:publisher", "address": "schema:url",
            "pages": "schema:numberOfPages"}


@dataclass(frozen=True, slots=True)
class Activity:
    """How letters are read: what decides the graph, and nothing else. Two builds alike in these have one activity."""

    version: str = ""
    ontology: str = ""                 # digest of the knowledge files
    model: str = ""                    # digest of the sequence model, empty without one
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def options_text(self) -> str:
        return json.dumps(dict(self.options), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        return sha256("\n".join((self.version, self.ontology, self.model, self.options_text)).encode()).hexdigest()

    def iri(self, base: str = iris.BASE) -> ox.NamedNode:
        return ox.NamedNode(iris.activity_iri(self.digest, base))


def statements(extraction: Extraction, ontology: Ontology, base: str = iris.BASE, activity: Activity | None = None) -> Iterable[Statement]:
    """All that one letter says; each once, in an order that depends on the extraction alone."""
    name = extraction.letter.source.name
    writer = _Writer(extraction, ontology, base, ox.NamedNode(iris.letter_graph(name, base)), ox.NamedNode(iris.letter_iri(name, base)))
    passes = (writer.provenance(activity or Activity()), writer.letter(), writer.proposal(), writer.entities(), writer.sentences(),
              writer.mentions(), writer.facts(), writer.figures())
    return dict.fromkeys(chain.from_iterable(passes))


Statement = tuple[ox.NamedNode, ox.NamedNode, Term]


@dataclass(frozen=True, slots=True)
class _Writer:
    """The passes over one extraction; each yields statements about one kind of node."""

    extraction: Extraction
    ontology: Ontology
    base: str
    graph: ox.NamedNode
    node: ox.NamedNode
    nodes: dict[str, ox.NamedNode] = field(default_factory=dict)            # of entities, by name
    spans: dict[Span, ox.NamedNode] = field(default_factory=dict)           # of characters
    written: set[tuple[Span, str]] = field(default_factory=set)             # spans that are said already, as which kind

    def provenance(self, activity: Activity) -> Iterator[Statement]:
        source, made_by = self.extraction.letter.source, activity.iri(self.base)
        file = self._part("source")
        yield self.graph, TYPE, term("prov:Entity")
        yield self.graph, term("prov:wasGeneratedBy"), made_by
        yield self.graph, term("prov:wasDerivedFrom"), file
        yield file, TYPE, term("kg:SourceFile")
        yield file, TYPE, term("prov:Entity")
        yield file, SHA, ox.Literal(source.sha256)
        for key, prop in ORIGINAL.items():
            yield from _original(file, term(prop), source.metadata.get(key))
        yield from activity_statements(activity, made_by)

    def letter(self) -> Iterator[Statement]:
        letter, record = self.extraction.letter, self.extraction.record
        yield self.node, TYPE, term("kg:Letter")
        yield self.node, TYPE, term("nif:Context")
        yield self.node, term("nif:isString"), ox.Literal(letter.source.text)
        yield self.node, term("dcterms:source"), ox.Literal(letter.source.file)
        yield from _text(self.node, "dcterms:title", title(self.extraction) or letter.source.metadata.get("title"), ZH)
        yield from _text(self.node, "kg:documentNumber", letter.header.document_number)
        yield from _day(self.node, term("dcterms:issued"), letter.header.date)
        yield from self._named(self.node, "kg:jurisdiction", (record.jurisdiction,) if record.jurisdiction else ())
        yield from self._named(self.node, "kg:issuedBy", record.issued_by)
        yield from self._named(self.node, "kg:preparedWith", record.prepared_with)
        yield from self._named(self.node, "kg:addressedTo", record.addressed_to)

    def proposal(self) -> Iterator[Statement]:
        """The proposal that the letter answers, when the letter says anything of it."""
        header = self.extraction.letter.header
        if header.proposal_title or header.proposal_number or header.session:
            node = self._part("proposal")
            yield self.node, term("kg:repliesTo"), node
            yield node, TYPE, term("kg:Proposal")
            yield from _text(node, "dcterms:title", header.proposal_title, ZH)
            yield from _text(node, "kg:proposalNumber", header.proposal_number)
            yield from _text(node, "kg:session", header.session)

    def entities(self) -> Iterator[Statement]:
        for entity in self.extraction.entities:
            node = self._entity(entity.name)
            for kind in self._classes(entity):
                yield node, TYPE, kind
            yield node, PREF, ox.Literal(entity.name, language=ZH)
            for alias in entity.aliases:
                if alias and alias != entity.name:
                    yield node, ALT, ox.Literal(alias, language=ZH)
            if not entity.links:       # no mention carries the class that the letter reads it as: the entity does
                for kind in self._classes(entity):
                    yield node, CLASS_REF, kind

    def sentences(self) -> Iterator[Statement]:
        for sentence in self.extraction.letter.sentences:
            yield from self._span(sentence.span, "nif:Sentence")

    def mentions(self) -> Iterator[Statement]:
        for entity in self.extraction.entities:
            for link in entity.links:
                yield from self._mention(entity, link)

    def _mention(self, entity: Entity, link: Link) -> Iterator[Statement]:
        mention = link.mention
        yield from self._span(mention.span, "nif:Phrase")
        node = self._char(mention.span)
        yield node, REF, self._entity(entity.name)
        for kind in self._classes(entity):
            yield node, CLASS_REF, kind
        yield node, SURENESS, decimal(mention.confidence)
        if mention.found_by:
            yield node, FOUND, ox.Literal(mention.found_by)
        if link.reason:
            yield node, RESOLVED, ox.Literal(link.reason)

    def facts(self) -> Iterator[Statement]:
        same: dict[str, list[Fact]] = {}
        for fact in self.extraction.facts:
            same.setdefault(iris.fact_iri(self.node.value, fact), []).append(fact)
        for iri, facts in same.items():
            yield from self._fact(ox.NamedNode(iri), facts)

    def _fact(self, node: ox.NamedNode, facts: list[Fact]) -> Iterator[Statement]:
        """One fact, said once or several times: all its quotes, the best confidence."""
        fact = facts[0]
        subject, object_ = self._entity(fact.subject), self._entity(fact.object)
        predicate = ox.NamedNode(self.ontology.iri(fact.predicate))
        yield from ((node, TYPE, term("kg:Fact")), (node, SUBJECT, subject), (node, PREDICATE, predicate), (node, OBJECT, object_),
                    (node, STATUS, term(f"kg:{fact.status.capitalize()}")), (node, STATED, self.node))
        yield from self._said(node, [quote for one in facts for quote in one.quotes], max(one.confidence for one in facts), fact.period)
        yield from self._named(node, "kg:place", (fact.place,) if fact.place else ())
        yield from self._named(node, "kg:field", fact.fields)
        yield from _text(node, "kg:amountText", fact.amount)
        yield from _text(node, "kg:role", fact.role, ZH)
        for pattern in sorted({one.pattern for one in facts if one.pattern}):
            yield node, FOUND, ox.Literal(pattern)
        if fact.status in ASSERTED:
            yield subject, predicate, object_

    def figures(self) -> Iterator[Statement]:
        same: dict[str, list[Figure]] = {}
        for figure in self.extraction.figures:
            same.setdefault(iris.figure_iri(self.node.value, figure), []).append(figure)
        for iri, figures in same.items():
            yield from self._figure(ox.NamedNode(iri), figures)

    def _figure(self, node: ox.NamedNode, figures: list[Figure]) -> Iterator[Statement]:
        figure = figures[0]
        yield node, TYPE, term("kg:Figure")
        yield node, term("schema:observationAbout"), self._entity(figure.subject)
        yield from _text(node, "rdfs:label", figure.indicator, ZH)
        yield node, term("schema:value"), number(figure.value)
        yield from _text(node, "schema:unitText", figure.unit)
        yield node, STATED, self.node
        yield from self._said(node, [one.quote for one in figures], max(one.confidence for one in figures), figure.period)
        if figure.normalized_value is not None:
            yield node, term("kg:normalizedValue"), number(figure.normalized_value)
        yield from _text(node, "kg:normalizedUnit", figure.normalized_unit)

    def _said(self, node: ox.NamedNode, quotes: Iterable[Span], confidence: float, period: Period | None) -> Iterator[Statement]:
        """Where a fact or figure is said, how sure it is, and its time."""
        for quote in filter(len, quotes):
            yield node, QUOTED, self._char(quote)
            yield from self._span(quote, "nif:Sentence")
        yield node, SURE, decimal(confidence)
        if period is not None:
            yield from _day(node, START, period.first)
            yield from _day(node, STOP, period.last)
            yield from _text(node, "kg:timeText", period.text)

    def _span(self, span: Span, kind: str) -> Iterator[Statement]:
        """The characters of the source that a span of the plain text stands for."""
        if not len(span) or (span, kind) in self.written:
            return
        self.written.add((span, kind))
        letter, node = self.extraction.letter, self._char(span)
        origin = letter.origin(span)
        yield node, TYPE, term(kind)
        yield node, CONTEXT, self.node
        yield node, BEGIN, ox.Literal(str(origin.start), datatype=INTEGER)
        yield node, END, ox.Literal(str(origin.end), datatype=INTEGER)
        yield node, ANCHOR, ox.Literal(letter.written(span))
        if kind == "nif:Sentence":
            yield from _places(node, letter.source.parts_of(origin))

    def _named(self, node: ox.NamedNode, prop: str, names: Iterable[str]) -> Iterator[Statement]:
        for name in names:
            yield node, term(prop), self._entity(name)

    def _classes(self, entity: Entity) -> list[ox.NamedNode]:
        """The main class, and the finer one where the vocabulary puts it under that main class."""
        finer = entity.fine if entity.fine and entity.fine != entity.kind and self.ontology.main(entity.fine) == entity.kind else None
        return [term(f"kg:{name}") for name in (entity.kind, finer) if name]

    def _entity(self, name: str) -> ox.NamedNode:
        node = self.nodes.get(name)
        if node is None:
            node = self.nodes[name] = ox.NamedNode(iris.entity_iri(name, self.base))
        return node

    def _part(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.node.value}#{name}")

    def _char(self, span: Span) -> ox.NamedNode:
        node = self.spans.get(span)
        if node is None:
            node = self.spans[span] = ox.NamedNode(iris.char_iri(self.node.value, self.extraction.letter.origin(span)))
        return node


def title(extraction: Extraction) -> str | None:
    """The letter's title: its title lines, joined as the letter's text is read; None without one."""
    letter = extraction.letter
    lines = [" ".join(block.span.of(letter.plain).split()) for block in letter.blocks if block.kind == "title"]
    return "".join(lines) or None


def _original(node: ox.NamedNode, prop: ox.NamedNode, value: str | None) -> Iterator[Statement]:
    """What an original says of itself: a day as a date, a number as one, all else as text."""
    if value and _is_day(value):
        yield node, prop, ox.Literal(value, datatype=DATE)
    elif value:
        yield node, prop, ox.Literal(value, datatype=INTEGER) if value.isascii() and value.isdigit() else ox.Literal(value)


def _is_day(value: str) -> bool:
    try:
        return len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _places(node: ox.NamedNode, parts: Iterable[Part]) -> Iterator[Statement]:
    """The pages and elements of the original in which a sentence stands."""
    parts = tuple(parts)
    pages = [part.page for part in parts if part.page is not None]
    if pages:
        yield node, term("schema:pageStart"), ox.Literal(str(pages[0]), datatype=INTEGER)
        yield node, term("schema:pageEnd"), ox.Literal(str(pages[-1]), datatype=INTEGER)
    for element in dict.fromkeys(part.element for part in parts if part.element):
        yield node, term("kg:element"), ox.Literal(element)


def activity_statements(activity: Activity, node: ox.NamedNode) -> Iterator[Statement]:
    yield node, TYPE, term("kg:Extraction")
    yield node, TYPE, term("prov:Activity")
    yield from _text(node, "schema:softwareVersion", activity.version)
    yield from _text(node, "kg:ontologyHash", activity.ontology)
    yield from _text(node, "kg:modelHash", activity.model)
    yield from _text(node, "kg:options", activity.options_text)


def run_quads(activity: Activity, started: datetime, ended: datetime, letters: int, base: str = iris.BASE) -> Iterator[ox.Quad]:
    """When a build ran, how long, and how many letters it read."""
    node, graph = ox.NamedNode(iris.run_iri(started.isoformat(), base)), ox.NamedNode(iris.graph_iri("builds", base))
    statements: list[Statement] = [
        (node, TYPE, term("kg:Build")), (node, TYPE, term("prov:Activity")),
        (node, term("prov:startedAtTime"), ox.Literal(started.isoformat(), datatype=DATETIME)),
        (node, term("prov:endedAtTime"), ox.Literal(ended.isoformat(), datatype=DATETIME)),
        (node, term("kg:letterCount"), number(Decimal(letters))),
        (node, term("dcterms:hasPart"), activity.iri(base)),
        *activity_statements(activity, activity.iri(base)),
    ]
    return (ox.Quad(s, p, o, graph) for s, p, o in statements)


def lexicon_lines(entries: Iterable[Entry], base: str = iris.BASE, linked: Mapping[str, Linked] = NONE) -> Iterator[str]:
    """What is known without any letter, as N-Triples: names, class, the place around it, code; English name, Wikidata and coordinates from `linked`.

    Local forms are left out: they are no names by themselves. So is a place that the lexicon itself does not know.
    """
    entries = tuple(entries)
    known = {entry.name: f"<{iris.entity_iri(entry.name, base)}>" for entry in entries}
    type_, pref, alt, place, code = (str(term(name)) for name in (
        "rdf:type", "skos:prefLabel", "skos:altLabel", "kg:locatedIn", "dcterms:identifier"))
    for entry in entries:
        node = known[entry.name]
        yield f"{node} {type_} <{KG}{entry.kind}> ."
        if entry.fine and entry.fine != entry.kind:
            yield f"{node} {type_} <{KG}{entry.fine}> ."
        yield f"{node} {pref} {_quoted(entry.name)}@zh ."
        for name in dict.fromkeys(entry.names):
            if name != entry.name:
                yield f"{node} {alt} {_quoted(name)}@zh ."
        if entry.place in known and entry.place != entry.name:
            yield f"{node} {place} {known[entry.place or '']} ."
        if entry.code:
            yield f"{node} {code} {_quoted(entry.code)} ."
        if entry.wikidata or entry.name in linked:
            yield from _link_lines(node, entry, linked.get(entry.name, Linked()))


def _link_lines(node: str, entry: Entry, linked: Linked) -> Iterator[str]:
    """An entry's links; the Wikidata id of the lexicon comes before the other."""
    qid = entry.wikidata or linked.wikidata
    if qid:
        yield f"{node} {term('schema:sameAs')} <{WIKIDATA}{qid}> ."
        yield f"{node} {term('owl:sameAs')} <{WIKIDATA}{qid}> ."
    if linked.en:
        yield f"{node} {ALT} {_quoted(linked.en)}@en ."
    if linked.latitude:
        yield f"{node} {term('schema:latitude')} {number(Decimal(linked.latitude))} ."
        yield f"{node} {term('schema:longitude')} {number(Decimal(linked.longitude))} ."


def ontology_lines(ontology: Ontology) -> Iterator[str]:
    """The vocabulary as N-Triples."""
    return (f"{triple.subject} {triple.predicate} {triple.object} ." for triple in ontology.triples)


def number(value: Decimal) -> ox.Literal:
    """An integer or a decimal in its canonical form: 2, 189.3 (never 189.30, which a store would turn into 189.3)."""
    if value == value.to_integral_value():
        return ox.Literal(f"{value.to_integral_value():f}", datatype=INTEGER)
    return ox.Literal(f"{value.normalize():f}", datatype=DECIMAL)


def decimal(value: float) -> ox.Literal:
    """A confidence, to four places, as a decimal."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return ox.Literal(text, datatype=DECIMAL)


def _quoted(text: str) -> str:
    return str(ox.Literal(text)) if '"' in text or "\\" in text or not text.isprintable() else f'"{text}"'


def _text(node: ox.NamedNode, prop: str, text: str | None, language: str | None = None) -> Iterator[Statement]:
    if text:
        yield node, term(prop), ox.Literal(text, language=language)


def _day(node: ox.NamedNode, prop: ox.NamedNode, day: date | None) -> Iterator[Statement]:
    if day is not None:
        yield node, prop, ox.Literal(day.isoformat(), datatype=DATE)
