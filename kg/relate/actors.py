"""Who may act in a sentence that names no actor: the answering place, the organ of its heading, who was spoken of before."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.model import Entity, Letter
from kg.relate.pairs import Actor
from kg.relate.scene import Scene

ACTING = frozenset((
    "Government Park Company University Organization Association Research Hospital Fund Platform Event Programme").split())


def actors(letter: Letter, scenes: Sequence[Scene], entities: Sequence[Entity]) -> list[list[Actor]]:
    """For each scene the actors that it may leave out; none that it names itself."""
    kinds = {entity.name: entity.kind for entity in entities}
    place = letter.answering.place if letter.answering else None
    headings = _by_heading(letter, entities)
    out: list[list[Actor]] = []
    block, spoken = -1, ""
    for scene in scenes:
        if scene.sentence.block != block:
            block, spoken = scene.sentence.block, ""
        named = {node.entity for node in scene.nodes}
        found: dict[str, Actor] = {}
        for entity, source in ((place, "place"), (_heading(scene, headings), "heading"), (spoken, "before")):
            if entity and entity not in named and entity not in found and entity in kinds:
                found[entity] = Actor(entity, kinds[entity], source)
        out.append(list(found.values()))
        first = next((node for node in scene.nodes if node.kind in ACTING), None)
        spoken = first.entity if first is not None else spoken
    return out


def _by_heading(letter: Letter, entities: Sequence[Entity]) -> Mapping[tuple[int, int], str]:
    """The one organ, park or organization that each heading names, by the heading's span."""
    spans = {(span.start, span.end) for sentence in letter.sentences for span in sentence.headings}
    out = {}
    for start, end in spans:
        inside = {entity.name for entity in entities if entity.kind in ACTING for link in entity.links
                  if start <= link.mention.span.start and link.mention.span.end <= end}
        if len(inside) == 1:
            out[start, end] = inside.pop()
    return out


def _heading(scene: Scene, headings: Mapping[tuple[int, int], str]) -> str:
    for span in reversed(scene.sentence.headings):
        if (span.start, span.end) in headings:
            return headings[span.start, span.end]
    return ""
