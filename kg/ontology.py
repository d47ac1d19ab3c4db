"""The vocabulary, read from `ontology/kg.ttl`: classes and predicates with their labels, and where the knowledge files lie."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.errors import KnowledgeError
from kg.model import CLASSES, PREDICATES, STATUSES

KG = "https://w3id.org/zhihan/ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PREFIXES: Mapping[str, str] = MappingProxyType({
    "kg": KG, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": "http://www.w3.org/2001/XMLSchema#", "skos": SKOS,
    "dcterms": "http://purl.org/dc/terms/", "schema": "https://schema.org/", "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#", "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#", "sh": "http://www.w3.org/ns/shacl#",
})
_FOLDERS = ("lexicon", "names", "patterns")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the vocabulary: its name without `kg:`, and what it is called and means in Chinese and English."""

    name: str
    zh: str
    en: str
    definition_zh: str = ""
    definition_en: str = ""

    def label(self, language: str = "zh") -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Class(Term):
    """A class of entities; `main` is the main class it belongs to (itself for a main class), None for those above."""

    main: str | None = None


@dataclass(frozen=True, slots=True)
class Predicate(Term):
    """A predicate of facts; `supers` are IRIs of properties in other vocabularies. `space` is the namespace that its IRI begins with."""

    domain: str = "Entity"
    range: str = "Entity"
    inverse: str | None = None
    symmetric: bool = False
    supers: tuple[str, ...] = ()
    space: str = KG

    @property
    def iri(self) -> str:
        return self.space + self.name


@dataclass(frozen=True, slots=True)
class Ontology:
    """The vocabulary as looked up by name, and as triples for the graph; `digest` is the SHA-256 of its file."""

    classes: Mapping[str, Class]
    predicates: Mapping[str, Predicate]
    statuses: Mapping[str, Term]
    triples: tuple[ox.Triple, ...]
    digest: str
    below: Mapping[str, frozenset[str]] = field(default_factory=dict)       # the main classes at or below a class
    named: Mapping[str, str] = field(default_factory=dict)                  # names of predicates of other namespaces, by IRI
    states: Mapping[str, Term] = field(default_factory=dict)                # what may become of a promise: Kept, Changed …

    def main(self, name: str) -> str | None:
        """The main class of a class: Place for City, Place for Place, None for what is no class of entities."""
        known = self.classes.get(name)
        return known.main if known else None

    def mains(self, name: str) -> frozenset[str]:
        """The main classes at or below a class: Company, Park … for Body; none for what is no class of entities, or a finer one."""
        return self.below.get(name, frozenset())

    def iri(self, predicate: str) -> str:
        """The IRI of a predicate."""
        known = self.predicates.get(predicate)
        return known.iri if known is not None else KG + predicate

    def name(self, iri: str) -> str:
        """The name of a term: that of a predicate of the user's own, or what stands after kg:."""
        return self.named.get(iri) or iri.removeprefix(KG)

    def label(self, name: str, language: str = "zh") -> str:
        """What a class, predicate, status (Done, or done) or state of a promise is called; the name itself when unknown."""
        term = self.classes.get(name) or self.predicates.get(name) or self.statuses.get(name.lower()) or self.states.get(name)
        return term.label(language) if term else name

    def words(self, name: str) -> str:
        """What a term is called in Chinese and English, for readers: 举办 organizes; the name itself when unknown."""
        return " ".join(dict.fromkeys(self.label(name, language) for language in ("zh", "en")))

    def called(self) -> dict[str, str]:
        """The words of each term, as `words` gives them, by its name and by what it is called in either language."""
        found: dict[str, str] = {}
        for term in (one for terms in (self.classes, self.predicates, self.statuses, self.states) for one in terms.values()):
            for known in (term.name, term.zh, term.en):
                found.setdefault(known, self.words(term.name))
        return found


def ontology_dir() -> Path:
    """The folder of the knowledge files: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "_ontology"
    return inside if inside.is_dir() else package.parent / "ontology"


@cache
def load_ontology(directory: Path | None = None) -> Ontology:
    """The vocabulary in `directory` (the shipped one by default), read once per process.

    KnowledgeError when kg.ttl is missing, is no Turtle, has a blank node, or lacks a class or predicate of the program.
    """
    path = (directory or ontology_dir()) / "kg.ttl"
    triples = tuple(read_triples(path))
    terms = _Terms(triples)
    classes = {name: Class(*terms.words(name), main=terms.main(name)) for name in terms.typed("Class") if terms.is_entity(name)}
    predicates = {name: terms.predicate(name) for name in PREDICATES if name in terms.typed("ObjectProperty")}
    statuses: dict[str, Term] = {name: Term(*terms.words(name.capitalize())) for name in STATUSES}
    states = {name: Term(*terms.words(name)) for name in terms.typed("PromiseState", KG)}
    _check(path, classes, predicates)
    return Ontology(MappingProxyType(classes), MappingProxyType(predicates), MappingProxyType(statuses), triples, _digest([path]),
                    MappingProxyType(terms.mains(classes)), states=MappingProxyType(states))


def knowledge_digest(directory: Path | None = None) -> str:
    """The SHA-256 of all that letters are read with: the vocabulary, the lexicon and the patterns, by file name."""
    root = directory or ontology_dir()
    return _digest([root / "kg.ttl", *sorted(path for name in _FOLDERS for path in (root / name).glob("*.*"))])


def _digest(paths: list[Path]) -> str:
    """Hash of names and contents; line ends do not count, so that a checkout on Windows gives the same."""
    total = sha256()
    for path in paths:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path.parent.name}/{path.name} {sha256(content).hexdigest()}\n".encode() if len(paths) > 1 else content)
    return total.hexdigest()


def read_triples(path: Path) -> Iterator[ox.Triple]:
    """The statements of a Turtle file. KnowledgeError when it is missing, is no Turtle, or has a blank node."""
    try:
        for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                raise KnowledgeError(f"{path} has a blank node ({quad.triple}): give it an IRI.")
            yield quad.triple
    except FileNotFoundError:
        raise KnowledgeError(f"The vocabulary {path} is missing: install the package again, or restore ontology/kg.ttl.") from None
    except (OSError, SyntaxError) as error:
        raise KnowledgeError(f"The vocabulary {path} cannot be read ({error}): correct it there.") from error


def _check(path: Path, classes: Mapping[str, Class], predicates: Mapping[str, Predicate]) -> None:
    missing = [name for name in CLASSES if name not in classes or classes[name].main != name]
    missing += [name for name in PREDICATES if name not in predicates]
    if missing:
        raise KnowledgeError(f"{path} does not define kg:{missing[0]}, which the program needs: restore it there.")


class _Terms:
    """The triples by subject and property, as the functions above ask for them. Only names without kg: pass in and out."""

    def __init__(self, triples: tuple[ox.Triple, ...]) -> None:
        self._values: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, (ox.NamedNode, ox.Literal)):
                self._values.setdefault((triple.subject.value, triple.predicate.value), []).append(triple.object)

    def typed(self, kind: str, space: str = OWL) -> list[str]:
        """The kg: terms that are an owl:Class, owl:ObjectProperty …, in the order of the file."""
        wanted = ox.NamedNode(space + kind)
        return [s.removeprefix(KG) for (s, p), values in self._values.items() if p == RDF + "type" and wanted in values and s.startswith(KG)]

    def iris(self, name: str, prop: str) -> list[str]:
        return [value.value for value in self._values.get((KG + name, prop), ()) if isinstance(value, ox.NamedNode)]

    def words(self, name: str) -> tuple[str, str, str, str, str]:
        """The arguments of Term: name, zh, en, definition zh, definition en."""
        return (name, self._text(name, RDFS + "label", "zh") or name, self._text(name, RDFS + "label", "en") or name,
                self._text(name, SKOS + "definition", "zh"), self._text(name, SKOS + "definition", "en"))

    def main(self, name: str) -> str | None:
        """The main class at or above a class."""
        if name in CLASSES:
            return name
        return next((found for above in self._above(name) if (found := self.main(above))), None)

    def is_entity(self, name: str) -> bool:
        return name == "Entity" or any(self.is_entity(above) for above in self._above(name))

    def mains(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """For each class the main classes that are it or lie below it."""
        above = {main: self._line(main) for main in CLASSES}
        return {name: frozenset(main for main in CLASSES if name in above[main]) for name in names}

    def _line(self, name: str) -> set[str]:
        """A class and all that it lies below."""
        return {name}.union(*map(self._line, self._above(name)))

    def _above(self, name: str) -> list[str]:
        return [iri.removeprefix(KG) for iri in self.iris(name, RDFS + "subClassOf") if iri.startswith(KG)]

    def predicate(self, name: str) -> Predicate:
        def one(prop: str) -> str | None:
            return next((iri.removeprefix(KG) for iri in self.iris(name, prop)), None)
        supers = tuple(iri for iri in self.iris(name, RDFS + "subPropertyOf") if not iri.startswith(KG))
        return Predicate(*self.words(name), one(RDFS + "domain") or "Entity", one(RDFS + "range") or "Entity", one(OWL + "inverseOf"),
                         name in self.typed("SymmetricProperty"), supers)

    def _text(self, name: str, prop: str, language: str) -> str:
        values = self._values.get((KG + name, prop), ())
        return next((v.value for v in values if isinstance(v, ox.Literal) and v.language == language), "")
