"""What a model adds to a reading. It adds, and takes nothing away: all that our own readers find stays as it is.

    names      new ones become mentions of their own, found by "llm"; those that both find are found by "model+llm"
    entities   new mentions are resolved with the others of the letter, and tied to entities that are there, or to new ones
    facts      new ones, found by "llm"; those that both find keep our reader's words, time and confidence, found by "…+llm"
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.lexicon import Lexicon
from kg.llm import facts, names
from kg.llm.answer import Answer
from kg.llm.prompt import fits
from kg.llm.sections import Section
from kg.model import Entity, Extraction, Fact, Letter, Link, Mention
from kg.ontology import load_ontology
from kg.recognise import NameModel
from kg.relate import FactModel
from kg.resolve import resolve

BOTH = f"+{names.SOURCE}"


@dataclass(frozen=True, slots=True)
class Readers:
    """What verifies: the lexicon and our own trained readers."""

    lexicon: Lexicon
    names: NameModel
    facts: FactModel


def second_reading(first: Extraction, said: Sequence[tuple[Section, Answer]], readers: Readers) -> Extraction:
    """What our readers found, with what a model adds; `claims` of the result says what came of all that it said."""
    letter = first.letter
    own = sorted((link.mention for entity in first.entities for link in entity.links), key=lambda mention: mention.span)
    found = names.verified(letter, own, [(section, answer.names) for section, answer in said], readers.lexicon, readers.names.sequence)
    entities, clashes = _with_names(letter, first.entities, own, found, readers.lexicon)
    judged = facts.verified(letter, entities, [(section, answer.statements) for section, answer in said], readers.facts, fits(load_ontology()))
    merged, agreed = _with_facts(first.facts, judged.found)
    dropped = Counter(found.dropped) + Counter(judged.dropped)
    for _, answer in said:
        dropped += Counter(answer.dropped)
    dropped["another class"] += clashes
    claims = {"names added": len(found.new) - clashes, "names confirmed": len(found.same), "facts added": len(merged) - len(first.facts),
              "facts confirmed": agreed, **{f"dropped: {reason}": number for reason, number in sorted((+dropped).items())}}
    return replace(first, entities=entities, facts=merged, claims=claims)


def _with_names(letter: Letter, entities: Sequence[Entity], own: Sequence[Mention], found: names.Names,
                lexicon: Lexicon) -> tuple[tuple[Entity, ...], int]:
    """The entities with the new mentions, and how many of these were left out because their entity is known with another class."""
    agreed = tuple(_agreed(entity, found) for entity in entities)
    known = {entity.name: entity for entity in agreed}
    clashes = 0
    for entity in _resolved(letter, own, found, lexicon) if found.new else ():
        links = tuple(link for link in entity.links if link.mention.found_by == names.SOURCE)
        there = known.get(entity.name)
        if not links:
            continue
        if there is None and all(link.mention.kind == entity.kind for link in links):
            known[entity.name] = replace(entity, links=links)
        elif there is not None and all(link.mention.kind == there.kind for link in links):
            known[entity.name] = replace(there, links=tuple(sorted((*there.links, *links), key=lambda link: link.mention.span)))
        else:
            clashes += len(links)
    return tuple(known.values()), clashes


def _agreed(entity: Entity, found: names.Names) -> Entity:
    """An entity whose mentions say where the model found them too."""
    if not any(link.mention.span in found.same for link in entity.links):
        return entity
    return replace(entity, links=tuple(_both(link) if link.mention.span in found.same else link for link in entity.links))


def _both(link: Link) -> Link:
    return replace(link, mention=replace(link.mention, found_by=link.mention.found_by + BOTH))


def _resolved(letter: Letter, own: Sequence[Mention], found: names.Names, lexicon: Lexicon) -> tuple[Entity, ...]:
    """All mentions resolved together, so that a new name is read in the light of the others."""
    return resolve(letter, sorted((*own, *found.new), key=lambda mention: mention.span), lexicon)[0]


def _with_facts(own: Sequence[Fact], said: Sequence[Fact]) -> tuple[tuple[Fact, ...], int]:
    """Our facts, those that the model states too marked as such, and its own behind them; how many both state."""
    stated: Mapping[tuple[str, ...], Fact] = {_key(fact): fact for fact in said}
    ours = {_key(fact) for fact in own}
    marked = tuple(replace(fact, pattern=fact.pattern + BOTH) if _key(fact) in stated else fact for fact in own)
    return (*marked, *(fact for fact in said if _key(fact) not in ours)), sum(_key(fact) in stated for fact in own)


def _key(fact: Fact) -> tuple[str, ...]:
    return fact.subject, fact.predicate, fact.object, fact.status
