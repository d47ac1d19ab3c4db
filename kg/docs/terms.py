"""The terms of the vocabulary as they are described: in sections, each with its labels, definitions, example and relations."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.model import CLASSES, PREDICATES, STATUSES
from kg.ontology import KG, OWL, PREFIXES, RDF, RDFS, SKOS, Ontology

Values = Mapping[tuple[str, str], list[ox.NamedNode | ox.Literal]]
# How a term is related to others: the property, and what the page calls it in Chinese and English.
RELATIONS = (
    (RDF + "type", "类型", "type"), (RDFS + "subClassOf", "上位类", "subclass of"), (RDFS + "subPropertyOf", "上位属性", "subproperty of"),
    (RDFS + "domain", "定义域", "domain"), (RDFS + "range", "值域", "range"), (OWL + "inverseOf", "反向属性", "inverse of"),
    (RDFS + "seeAlso", "参见", "see also"),
)
INFERRED = ("Rule", "Inference", "byRule", "ruleKind", "inCity", "sharesEventWith", "institutionsCooperateWith")
PROMISES = ("Promise", "PromiseState", "Kept", "Repeated", "Changed", "Open", "Overdue", "promised", "promisedIn", "promiseState", "dueDate",
            "promiseNote", "asOf", "followedBy", "keptBy", "repeatedBy", "changedBy", "fellShortIn")
PLAIN = (OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "NamedIndividual")      # what the section says already


@dataclass(frozen=True, slots=True)
class Described:
    """A term as the page tells it; `relations` are label in Chinese, in English, and IRIs; `below` the names of its subclasses."""

    name: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    example: str
    relations: tuple[tuple[str, str, tuple[str, ...]], ...]
    below: tuple[str, ...] = ()

    @property
    def outside(self) -> tuple[str, ...]:
        """The terms of other vocabularies that it is tied to."""
        return tuple(iri for _, _, iris in self.relations for iri in iris if not iri.startswith((KG, OWL, RDFS)))


@dataclass(frozen=True, slots=True)
class Section:
    """Terms of one kind; `key` is its anchor."""

    key: str
    zh: str
    en: str
    terms: tuple[Described, ...]


def sections(ontology: Ontology) -> tuple[Section, ...]:
    """All kg: terms, each in one section, in the order of the file."""
    values = _values(ontology)
    names = list(dict.fromkeys(s.removeprefix(KG) for s, _ in values if s.startswith(KG)))
    classes, properties = _typed(values, names, "Class"), _typed(values, names, "ObjectProperty") + _typed(values, names, "DatatypeProperty")
    inverses = [i.removeprefix(KG) for name in PREDICATES for i in _iris(values, name, OWL + "inverseOf")]
    inferred = [name for name in INFERRED if name in names]
    above = [name for name in ontology.classes if ontology.main(name) is None]
    finer = [name for name in ontology.classes if ontology.main(name) not in (None, name)]
    chosen: list[tuple[str, str, str, list[str]]] = [
        ("main", "主类", "Main classes", list(CLASSES)),
        ("facts", "事实的谓词", "Predicates of facts", ["relatesTo", *PREDICATES]),
        ("statuses", "状态", "Statuses", ["Status", *(name.capitalize() for name in STATUSES)]),
        ("inverse", "反向属性", "Inverse properties", [name for name in inverses if name not in PREDICATES]),
        ("inferred", "规则推断", "What rules infer", inferred),
        ("promises", "承诺", "Promises", [name for name in PROMISES if name in names]),
        ("above", "主类之上", "Above the main classes", above),
        ("finer", "细类", "Finer classes", finer),
    ]
    used = {name for *_, some in chosen for name in some}
    chosen.insert(3, ("letters", "函及其所述", "Letters and what they state", [n for n in (*classes, *properties) if n not in used]))
    return tuple(Section(key, zh, en, tuple(_described(values, name, classes) for name in some)) for key, zh, en, some in chosen)


def short(iri: str) -> str:
    """An IRI with its prefix: schema:Person."""
    found = next(((prefix, space) for prefix, space in {**PREFIXES, **MORE}.items() if iri.startswith(space)), None)
    return f"{found[0]}:{iri[len(found[1]):]}" if found else iri


MORE = {"foaf": "http://xmlns.com/foaf/0.1/", "eli": "http://data.europa.eu/eli/ontology#", "qb": "http://purl.org/linked-data/cube#",
        "time": "http://www.w3.org/2006/time#"}


def _values(ontology: Ontology) -> Values:
    values: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = {}
    for triple in ontology.triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, (ox.NamedNode, ox.Literal)):
            values.setdefault((triple.subject.value, triple.predicate.value), []).append(triple.object)
    return values


def _typed(values: Values, names: list[str], kind: str) -> list[str]:
    return [name for name in names if OWL + kind in _iris(values, name, RDF + "type")]


def _iris(values: Values, name: str, prop: str) -> list[str]:
    return [value.value for value in values.get((KG + name, prop), ()) if isinstance(value, ox.NamedNode)]


def _described(values: Values, name: str, classes: list[str]) -> Described:
    def words(prop: str, language: str) -> str:
        return next((v.value for v in values.get((KG + name, prop), ()) if isinstance(v, ox.Literal) and v.language == language), "")
    below = tuple(one for one in classes if KG + name in _iris(values, one, RDFS + "subClassOf"))
    label, definition = RDFS + "label", SKOS + "definition"
    return Described(name, words(label, "zh"), words(label, "en"), words(definition, "zh"), words(definition, "en"), words(SKOS + "example", "zh"),
                     tuple(_relations(values, name)), below)


def _relations(values: Values, name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for prop, zh, en in RELATIONS:
        iris = tuple(iri for iri in _iris(values, name, prop) if iri not in PLAIN)
        if iris:
            yield zh, en, iris
