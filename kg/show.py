"""Everything about one entity or one letter, gathered from the graph for a page: names, facts with status and time, quoted sentences.

IRIs go into the queries as they stand in the store, where they are escaped; texts never do.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.query import entity_names, find_entity, find_letter, run
from kg.store import Store

Rows = Iterable[Mapping[str, str]]
Select = Callable[[str], Rows]

WHEN_WHERE = """
  ?f kg:status ?st ; kg:statedIn ?l ; prov:wasQuotedFrom ?q . ?q nif:anchorOf ?quote .
  OPTIONAL { ?f kg:timeText ?time } OPTIONAL { ?f schema:startDate ?first } OPTIONAL { ?f schema:endDate ?last }
  OPTIONAL { ?f kg:place/skos:prefLabel ?place } OPTIONAL { ?f kg:amountText ?amount } OPTIONAL { ?f kg:role ?role }
  OPTIONAL { ?p rdfs:label ?zh FILTER(lang(?zh) = "zh") } OPTIONAL { ?p rdfs:label ?en FILTER(lang(?en) = "en") }
"""
FACTS_OF = """
SELECT DISTINCT ?f ?p ?zh ?en ?way ?s ?o ?st ?l ?quote ?time ?first ?last ?place ?amount ?role WHERE {
  { ?f rdf:subject %(it)s BIND("out" AS ?way) } UNION { ?f rdf:object %(it)s BIND("in" AS ?way) }
  ?f rdf:predicate ?p ; rdf:subject/skos:prefLabel ?s ; rdf:object/skos:prefLabel ?o .""" + WHEN_WHERE + "}"
FACTS_IN = """
SELECT DISTINCT ?f ?p ?zh ?en ?way ?s ?o ?st ?l ?quote ?time ?first ?last ?place ?amount ?role WHERE {
  ?f kg:statedIn %(it)s ; rdf:predicate ?p ; rdf:subject/skos:prefLabel ?s ; rdf:object/skos:prefLabel ?o .
  BIND("out" AS ?way)""" + WHEN_WHERE + "}"
FIGURES = """
SELECT DISTINCT ?f ?s ?label ?value ?unit ?l ?quote ?time ?first ?last WHERE {
  ?f a kg:Figure ; %(bind)s ; schema:observationAbout/skos:prefLabel ?s ; rdfs:label ?label ; schema:value ?value ; kg:statedIn ?l ;
     prov:wasQuotedFrom/nif:anchorOf ?quote .
  OPTIONAL { ?f schema:unitText ?unit } OPTIONAL { ?f kg:timeText ?time }
  OPTIONAL { ?f schema:startDate ?first } OPTIONAL { ?f schema:endDate ?last } }"""
CLASSES = """
SELECT DISTINCT ?c ?main ?zh ?en WHERE { %(it)s a ?c . ?c rdfs:label ?zh , ?en FILTER(lang(?zh) = "zh" && lang(?en) = "en")
  BIND(EXISTS { ?c a kg:MainClass } AS ?main) }"""
LABELS = "SELECT DISTINCT ?pref ?alt WHERE { %(it)s skos:prefLabel ?pref OPTIONAL { %(it)s skos:altLabel ?alt } }"
PLACES = "SELECT DISTINCT ?name WHERE { GRAPH ?g { %(it)s kg:locatedIn ?place } FILTER(?g != %(inferred)s) ?place skos:prefLabel ?name }"
LINKS = """
SELECT DISTINCT ?code ?same ?lat ?long WHERE {
  %(it)s a ?c OPTIONAL { %(it)s dcterms:identifier ?code } OPTIONAL { %(it)s owl:sameAs ?same }
  OPTIONAL { %(it)s schema:latitude ?lat ; schema:longitude ?long } }"""
INFERRED = """
SELECT DISTINCT ?i ?p ?zh ?en ?way ?other ?kind ?ruleZh ?ruleEn ?why WHERE {
  { ?i owl:annotatedSource %(it)s ; owl:annotatedTarget ?x BIND("out" AS ?to) }
  UNION { ?i owl:annotatedTarget %(it)s ; owl:annotatedSource ?x BIND("in" AS ?to) }
  ?i a kg:Inference ; owl:annotatedProperty ?p ; kg:byRule ?rule ; prov:wasDerivedFrom ?why . ?x skos:prefLabel ?other .
  ?rule kg:ruleKind ?kind ; rdfs:label ?ruleZh , ?ruleEn FILTER(lang(?ruleZh) = "zh" && lang(?ruleEn) = "en")
  OPTIONAL { ?p rdfs:label ?zh FILTER(lang(?zh) = "zh") } OPTIONAL { ?p rdfs:label ?en FILTER(lang(?en) = "en") }
  BIND(IF(EXISTS { ?p a owl:SymmetricProperty }, "out", ?to) AS ?way) }"""
LETTERS_OF = "SELECT ?l (COUNT(DISTINCT ?m) AS ?n) WHERE { ?m itsrdf:taIdentRef %(it)s ; nif:referenceContext ?l } GROUP BY ?l"
FORMS = """
SELECT ?l ?form ?why (COUNT(DISTINCT ?m) AS ?n) WHERE {
  ?m itsrdf:taIdentRef %(it)s ; nif:referenceContext ?l ; nif:anchorOf ?form OPTIONAL { ?m kg:resolvedBy ?why } } GROUP BY ?l ?form ?why"""
DATA = {
    "title": "%s dcterms:title ?v", "date": "%s dcterms:issued ?v", "number": "%s kg:documentNumber ?v",
    "answers for": "%s kg:jurisdiction/skos:prefLabel ?v", "issued by": "%s kg:issuedBy/skos:prefLabel ?v",
    "addressed to": "%s kg:addressedTo/skos:prefLabel ?v", "consulted": "%s kg:preparedWith/skos:prefLabel ?v",
    "proposal": "%s kg:repliesTo/dcterms:title ?v", "proposal no.": "%s kg:repliesTo/kg:proposalNumber ?v",
    "session": "%s kg:repliesTo/kg:session ?v", "source": "%s dcterms:source ?v",
}
ENTITIES_OF = """
SELECT ?name ?kind (COUNT(DISTINCT ?m) AS ?n) WHERE { ?m nif:referenceContext %(it)s ; itsrdf:taIdentRef ?x .
  ?x skos:prefLabel ?name ; a ?c . ?c a kg:MainClass ; rdfs:label ?kind FILTER(lang(?kind) = "zh") } GROUP BY ?name ?kind"""
ORDER = ("Done", "Ongoing", "Planned", "Suggested")


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact for a page; `forward` when the entity of the page is its subject."""

    predicate: str
    label: str
    forward: bool
    subject: str
    object: str
    status: str
    time: str
    place: str
    amount: str
    role: str
    letter: str
    quote: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure for a page, as the letter writes it."""

    subject: str
    indicator: str
    value: str
    unit: str
    time: str
    letter: str
    quote: str


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form under which a letter names the entity, how often, and why it was taken for it."""

    form: str
    reason: str
    letter: str
    count: int


@dataclass(frozen=True, slots=True)
class InferredLine:
    """What a rule added, which no letter states: the relation to another entity, and the facts or graphs that it follows from, in words."""

    rule: str
    label: str
    forward: bool
    other: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """What a person corrected: its id, kind and words, who, when and why."""

    id: str
    kind: str
    says: str
    by: str
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class EntityPage:
    """All that the graph says of an entity. `inferred` is what rules added; `restated` how much they say again in other words.

    `links` are its code in GB/T 2260, what it is elsewhere (Wikidata) and its coordinates (latitude and longitude, approximate).
    """

    iri: str
    name: str
    classes: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[str, ...]
    letters: tuple[tuple[str, int], ...]
    facts: tuple[FactLine, ...]
    figures: tuple[FigureLine, ...]
    forms: tuple[FormLine, ...]
    inferred: tuple[InferredLine, ...] = ()
    restated: int = 0
    links: tuple[str, ...] = ()
    corrections: tuple[CorrectionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterPage:
    """All that a letter says. `data` holds what it says of itself, `entities` name, class and number of mentions."""

    iri: str
    name: str
    data: tuple[tuple[str, tuple[str, ...]], ...]
    entities: tuple[tuple[str, str, int], ...]
    facts: tuple[FactLine, ...]
    figures: tuple[FigureLine, ...]
    corrections: tuple[CorrectionLine, ...] = ()


def show(store: Store, name: str) -> EntityPage | LetterPage:
    """The page of the letter or entity of that name, other name or IRI. Raises UnknownName with the near ones."""
    try:
        return letter_page(store, find_letter(store, name).value)
    except UnknownName:
        pass
    try:
        return entity_page(store, find_entity(store, name).value)
    except UnknownName:
        raise UnknownName("entity or letter", name, {*store.letters(), *entity_names(store)}) from None


def entity_page(store: Store, iri: str) -> EntityPage:
    """All that the graph says of the entity."""
    select = _select(store)
    it = {"it": f"<{iri}>", "inferred": str(store.graph("inferred"))}
    inferred = list(select(INFERRED % it))
    labels = list(select(LABELS % it))
    classes = sorted(select(CLASSES % it), key=lambda row: (row["main"] != "true", row["zh"]))
    return EntityPage(
        iri, labels[0]["pref"], tuple(f"{row['zh']} {row['en']}" for row in classes), tuple(sorted({row["alt"] for row in labels if "alt" in row})),
        tuple(sorted(row["name"] for row in select(PLACES % it))),
        tuple(sorted((letter_name(row["l"]), int(row["n"])) for row in select(LETTERS_OF % it))),
        _facts(select(FACTS_OF % it)), _figures(select(FIGURES % {"bind": f"schema:observationAbout <{iri}>"})), _forms(select(FORMS % it)),
        _inferred(row for row in inferred if row["kind"] != "restates"), len({row["i"] for row in inferred if row["kind"] == "restates"}),
        _links(select(LINKS % it)), _corrections(store, iri))


def letter_page(store: Store, iri: str) -> LetterPage:
    """All that the letter says."""
    select = _select(store)
    it = {"it": f"<{iri}>"}
    data = [(label, _values(select, body % it["it"])) for label, body in DATA.items()]
    entities = sorted(((row["name"], row["kind"], int(row["n"])) for row in select(ENTITIES_OF % it)), key=lambda e: (-e[2], e[0]))
    return LetterPage(iri, letter_name(iri), tuple((label, values) for label, values in data if values), tuple(entities),
                      _facts(select(FACTS_IN % it)), _figures(select(FIGURES % {"bind": f"kg:statedIn {it['it']}"})), _corrections(store, iri))


def _corrections(store: Store, iri: str) -> tuple[CorrectionLine, ...]:
    """What was corrected of an entity, its facts and figures, or of a letter, in the order of ids."""
    from kg.curate.model import KINDS
    from kg.curate.report import about
    words = store.ontology.words
    return tuple(CorrectionLine(one.id, " ".join(KINDS[one.kind]), one.told(words), one.by, one.when, one.why)
                 for one in about(store, ox.NamedNode(iri)))


def _values(select: Select, body: str) -> tuple[str, ...]:
    return tuple(sorted(row["v"] for row in select(f"SELECT DISTINCT ?v WHERE {{ {body} }}")))


def _facts(rows: Rows) -> tuple[FactLine, ...]:
    """One line per fact (the first of its sentences), by predicate, status and time."""
    lines: dict[tuple[str, str], FactLine] = {}
    for row in sorted(rows, key=lambda row: row["quote"]):
        lines.setdefault((row["f"], row["way"]), FactLine(
            _local(row["p"]), f"{row.get('zh', '')} {row.get('en', '')}".strip(), row["way"] == "out", row["s"], row["o"], _local(row["st"]),
            _time(row), row.get("place", ""), row.get("amount", ""), row.get("role", ""), letter_name(row["l"]), row["quote"]))
    return tuple(sorted(lines.values(), key=lambda f: (f.predicate, not f.forward, ORDER.index(f.status), f.time, f.subject, f.object, f.letter)))


def _figures(rows: Rows) -> tuple[FigureLine, ...]:
    lines = {row["f"]: FigureLine(row["s"], row["label"], row["value"], row.get("unit", ""), _time(row), letter_name(row["l"]), row["quote"])
             for row in sorted(rows, key=lambda row: row["quote"], reverse=True)}
    return tuple(sorted(lines.values(), key=lambda f: (f.subject, f.time, f.indicator, f.letter)))


def _forms(rows: Rows) -> tuple[FormLine, ...]:
    lines = (FormLine(row["form"], row.get("why", ""), letter_name(row["l"]), int(row["n"])) for row in rows)
    return tuple(sorted(lines, key=lambda f: (f.form, f.letter, f.reason)))


def _inferred(rows: Rows) -> tuple[InferredLine, ...]:
    """One line per inference, with all its reasons."""
    lines: dict[tuple[str, str], tuple[Mapping[str, str], set[str]]] = {}
    for row in rows:
        lines.setdefault((row["i"], row["way"]), (row, set()))[1].add(_reason(row["why"]))
    found = (InferredLine(f"{row['ruleZh']} {row['ruleEn']}", f"{row.get('zh', '')} {row.get('en', '')}".strip() or _local(row["p"]),
                          row["way"] == "out", row["other"], tuple(sorted(why))) for row, why in lines.values())
    return tuple(sorted(found, key=lambda f: (f.rule, not f.forward, f.label, f.other)))


def _links(rows: Rows) -> tuple[str, ...]:
    found = dict.fromkeys(part for row in rows for part in (
        f"GB/T 2260 {row['code']}" if "code" in row else "", row.get("same", ""), f"{row['lat']}, {row['long']}" if "lat" in row else ""))
    return tuple(filter(None, found))


def _reason(iri: str) -> str:
    """A fact as its letter and what it says; a graph by its name."""
    letter, _, part = iri.rpartition("/")[2].partition("#fact=")
    said = " ".join(map(unquote, part.split(",")[:4]))      # subject, predicate, object and status; what may follow is a hash
    return f"{unquote(letter)}: {said}" if part else letter


def _time(row: Mapping[str, str]) -> str:
    """The period in ISO, as short as it can be said: a year, a month, a day or FIRST/LAST."""
    first, last = row.get("first", ""), row.get("last", "")
    if first[:4] == last[:4] and first[4:] == "-01-01" and last[4:] == "-12-31":
        return first[:4]
    if first[:7] == last[:7] and first[7:] == "-01" and last[8:] >= "28":
        return first[:7]
    return first if first == last else f"{first}/{last}"


def _select(store: Store) -> Select:
    return lambda sparql: run(store, sparql).dicts()


def letter_name(iri: str) -> str:
    """The name of a letter, from its IRI."""
    return unquote(iri.rpartition("/letter/")[2])


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
