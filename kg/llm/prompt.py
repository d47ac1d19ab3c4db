"""What a model is told and what it may answer: made from the vocabulary and from ontology/llm/prompt.md."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import KnowledgeError
from kg.model import CLASSES, PREDICATES, STATUSES
from kg.ontology import KG, RDFS, Ontology, load_ontology, ontology_dir

Fits = Mapping[str, tuple[frozenset[str], frozenset[str]]]
MOST_NAMES = MOST_FACTS = 400
LONGEST_NAME, LONGEST_QUOTE = 80, 160


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instructions, the JSON schema of an answer, and a digest of both."""

    system: str
    schema: Mapping[str, Any]
    digest: str


@cache
def prompt() -> Prompt:
    """The prompt for the shipped vocabulary. Raises KnowledgeError when its file is missing or lacks a place to fill."""
    ontology = load_ontology()
    system = _filled(ontology_dir() / "llm" / "prompt.md", ontology)
    answer = schema(ontology)
    return Prompt(system, answer, sha256(f"{system}\n{answer}".encode()).hexdigest())


def _filled(path: Path, ontology: Ontology) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KnowledgeError(f"The prompt {path} cannot be read ({error.strerror}): install the package again, or restore it.") from error
    for place, lines in (("{classes}", _classes(ontology)), ("{groups}", _groups(ontology)), ("{predicates}", _predicates(ontology)),
                         ("{statuses}", _statuses(ontology))):
        if text.count(place) != 1:
            raise KnowledgeError(f"The prompt {path} must have {place} once: correct it there.")
        text = text.replace(place, "\n".join(lines))
    return text


def _classes(ontology: Ontology) -> list[str]:
    return [f"- {name} {ontology.classes[name].zh}：{ontology.classes[name].definition_zh}" for name in CLASSES]


def _statuses(ontology: Ontology) -> list[str]:
    return [f"- {name} {ontology.statuses[name].zh}：{ontology.statuses[name].definition_zh}" for name in STATUSES]


def _predicates(ontology: Ontology) -> list[str]:
    return [f"- {one.name} {one.zh}：{one.definition_zh}（{one.domain} → {one.range}）" for one in (ontology.predicates[name] for name in PREDICATES)]


def _groups(ontology: Ontology) -> list[str]:
    """What stands above the main classes in domains and ranges, with the main classes under it."""
    joins = fits(ontology)
    members = {name: kinds for one in ontology.predicates.values() for name, kinds in zip((one.domain, one.range), joins[one.name], strict=True)}
    return [f"- {name} {ontology.classes[name].zh}：{'、'.join(kind for kind in CLASSES if kind in kinds)}"
            for name, kinds in sorted(members.items()) if name not in CLASSES]


def fits(ontology: Ontology) -> Fits:
    """For each predicate the main classes that its subject and its object may have: those at or under its domain and range."""
    above: dict[str, set[str]] = {}
    for triple in ontology.triples:
        if triple.predicate.value == RDFS + "subClassOf" and isinstance(triple.object, ox.NamedNode) and isinstance(triple.subject, ox.NamedNode):
            above.setdefault(triple.subject.value.removeprefix(KG), set()).add(triple.object.value.removeprefix(KG))
    under = {name: _closure(name, above) for name in CLASSES}
    return {name: (frozenset(kind for kind in CLASSES if one.domain in under[kind]), frozenset(kind for kind in CLASSES if one.range in under[kind]))
            for name, one in ontology.predicates.items()}


def _closure(name: str, above: Mapping[str, set[str]]) -> set[str]:
    found, left = {name}, [name]
    while left:
        new = above.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def schema(ontology: Ontology) -> dict[str, Any]:
    """The JSON schema (2020-12) of an answer, in the strict subset that endpoints keep to: all is required, nothing may be added."""
    name = {"text": {"type": "string"}, "class": {"type": "string", "enum": list(CLASSES)}}
    fact = {"subject": {"type": "string"}, "predicate": {"type": "string", "enum": [one for one in PREDICATES if one in ontology.predicates]},
            "object": {"type": "string"}, "status": {"type": "string", "enum": list(STATUSES)}, "quote": {"type": "string"}}
    return _object({"names": {"type": "array", "items": _object(name)}, "facts": {"type": "array", "items": _object(fact)}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
