"""Corrections as RDF: what stands in graph/curation, and what a Turtle file of corrections says.

    <correction/ID> a kg:Correction ; kg:correctionKind "change" ; kg:correctionOf "fact" ; kg:ofLetter "tianjin-2024" ; kg:ofSubject "天津市" ;
        kg:ofPredicate kg:organizes ; kg:ofObject "津港合作周" ; kg:toStatus kg:Ongoing ;
        prov:wasAttributedTo <agent/王芳> ; dcterms:created "2025-03-01"^^xsd:date ; rdfs:comment "…" ; dcterms:source "corrections.yaml" .

Names are texts, so that a correction may stand where no letter says the name (yet). `<letter/NAME#curation>` (kg:Curation) says what the corrections
changed in one letter: which were used, and as N-Triples what was taken out of its graph and put in.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg import iris
from kg.curate.fields import Given, correction
from kg.curate.model import OF, PART, TERMS, TO, Correction, Placed
from kg.errors import InputError
from kg.mapping import DATE, LABEL, TYPE, Statement, term
from kg.ontology import KG

CORRECTION, CURATION, BY = term("kg:Correction"), term("kg:Curation"), term("kg:correctedBy")
USED, CURATES, WITHDRAWN, ADDED = term("prov:used"), term("kg:curates"), term("kg:withdrawn"), term("kg:added")
KIND, TARGET, NAME = term("kg:correctionKind"), term("kg:correctionOf"), term("kg:ofName")
WHO, WHEN, WHY, SOURCE = term("prov:wasAttributedTo"), term("dcterms:created"), term("rdfs:comment"), term("dcterms:source")


def prop(side: str, key: str) -> ox.NamedNode:
    """The property of a key: kg:ofSubject, kg:toStatus, kg:toSubjectClass."""
    return term(f"kg:{side}{''.join(part.capitalize() for part in key.split('-'))}")


PROPS: Mapping[ox.NamedNode, tuple[str, str]] = {
    **{prop("of", key): ("of", key) for key in OF}, **{prop("to", key): ("to", key) for key in TO}}


def statements(one: Correction, base: str = iris.BASE) -> Iterator[Statement]:
    """A correction as the graph says it."""
    node, who = ox.NamedNode(iris.correction_iri(one.id, base)), ox.NamedNode(iris.agent_iri(one.by, base))
    yield from ((node, TYPE, CORRECTION), (node, TYPE, term("prov:Entity")))
    yield node, KIND, ox.Literal(one.kind)
    yield node, TARGET, ox.Literal(one.target)
    yield from ((node, NAME, ox.Literal(name)) for name in one.names)
    for side, said in (("of", one.of), ("to", one.to)):
        yield from ((node, prop(side, key), _value(key, value)) for key, value in said)
    yield from ((node, WHO, who), (node, WHEN, ox.Literal(one.when, datatype=DATE)), (node, WHY, ox.Literal(one.why)))
    if one.source:
        yield node, SOURCE, ox.Literal(one.source)
    yield from ((who, TYPE, term("prov:Agent")), (who, LABEL, ox.Literal(one.by)))


def _value(key: str, value: str) -> ox.NamedNode | ox.Literal:
    if key not in TERMS:
        return ox.Literal(value)
    return term(f"kg:{value.capitalize() if key == 'status' else value}")


def corrections_of(triples: Iterable[ox.Triple], source: str = "") -> list[tuple[Correction, str]]:
    """The corrections that triples say, each with its node. InputError names the node of what is none."""
    by: dict[str, dict[ox.NamedNode, list[ox.NamedNode | ox.Literal]]] = {}
    for one in triples:
        if isinstance(one.object, (ox.NamedNode, ox.Literal)):
            by.setdefault(_name(one.subject), {}).setdefault(one.predicate, []).append(one.object)
    found = []
    for node in sorted(node for node, said in by.items() if CORRECTION in said.get(TYPE, ())):
        try:
            found.append((_read(by[node], by, source), node))
        except InputError as error:
            raise InputError(f"the correction {node} cannot be used: {error}") from None
    return found


def read_turtle(path: Path) -> list[Placed]:
    """The corrections of a Turtle file. InputError tells file and line, or the node, of what is wrong."""
    try:
        found = corrections_of((quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)), path.name)
    except SyntaxError as error:
        raise InputError(f"{path}, line {error.lineno or 1}: this is no Turtle ({error.msg or error}).") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({getattr(error, 'strerror', None) or error}): give a file of corrections.") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return [Placed(one, f"{path}, {node}") for one, node in found]


def write_turtle(corrections: Iterable[Correction], base: str = iris.BASE) -> str:
    """The corrections as a Turtle file that `read_turtle` reads back."""
    from kg.export import turtle
    said = {ox.Triple(*statement) for one in corrections for statement in statements(one, base)}
    return turtle(sorted(said, key=lambda one: (str(one.subject), str(one.predicate), str(one.object)))).decode()


def _name(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _read(said: Mapping[ox.NamedNode, list[ox.NamedNode | ox.Literal]], by: Mapping[str, Mapping[ox.NamedNode, list[ox.NamedNode | ox.Literal]]],
          source: str) -> Correction:
    """A correction from its properties, by way of the same rules as a file's."""
    def one(property_: ox.NamedNode) -> str:
        return next(iter(sorted(value.value for value in said.get(property_, ()))), "")
    kind, target = one(KIND), one(TARGET) or "name"
    names = tuple(sorted(value.value for value in said.get(NAME, ())))
    of: dict[str, str] = {}
    to: dict[str, str] = {}
    for property_, values in said.items():
        if property_ in PROPS:
            if len(values) > 1:
                raise InputError(f"it has {property_.value.removeprefix(KG)} more than once.")
            side, key = PROPS[property_]
            text = values[0].value.removeprefix(KG)
            (of if side == "of" else to)[key] = text.lower() if key == "status" else text
    who = one(WHO)
    label = [value.value for value in by.get(who, {}).get(LABEL, ())]
    given: dict[str, tuple[str, ...]] = {kind: names if target == "name" else (target,)}
    made = {"by": label[0] if label else who.rpartition("/")[2], "when": one(WHEN), "why": one(WHY)}
    given |= {key: (value,) for key, value in {**of, **made}.items() if value}
    if kind == "change":
        return correction(Given(given, to, source or one(SOURCE)))
    for key, value in to.items():
        given[PART[kind] if kind in PART and (key == "name" or kind == "class") else key] = (value,)
    return correction(Given(given, {}, source or one(SOURCE)))
