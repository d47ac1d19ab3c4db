"""Extractions made from gold: what the pipeline would give if it made no mistake, or some chosen ones."""
from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from kg.compare import days
from kg.gold import Gold, GoldFact, GoldFigure
from kg.model import Entity, Extraction, Fact, Figure, Header, Letter, Link, Mention, Period, Record, Sentence, Source
from kg.spans import Span


def perfect(gold: Gold) -> Extraction:
    """The extraction that says exactly what the gold says."""
    letter = gold_letter(gold)
    return Extraction(letter, _entities(gold), _record(gold), tuple(_fact(gold, f) for f in gold.facts), tuple(_figure(gold, f) for f in gold.figures))


def damaged(gold: Gold, seed: int) -> Extraction:
    """The perfect extraction with about every seventh mention, fact and figure left out or altered."""
    chance = random.Random(seed)
    whole = perfect(gold)
    links = {entity.name: tuple(link for link in entity.links if chance.random() > 0.15) for entity in whole.entities}
    entities = tuple(replace(e, links=links[e.name], kind="Company" if chance.random() < 0.1 else e.kind) for e in whole.entities)
    facts = tuple(_altered(fact, chance) for fact in whole.facts if chance.random() > 0.15)
    figures = tuple(replace(f, value=f.value + (chance.random() < 0.2)) for f in whole.figures if chance.random() > 0.15)
    return replace(whole, entities=entities, facts=facts, figures=figures)


def gold_letter(gold: Gold) -> Letter:
    """The gold's text as a letter of one sentence per line, whose plain text is the text itself."""
    source = Source(gold.name, f"{gold.name}.txt", gold.text, sha256(gold.text.encode()).hexdigest())
    data = gold.letter
    header = Header(document_number=data.get("document_number"), proposal_number=data.get("proposal_number"),
                    proposal_title=data.get("proposal_title"), session=data.get("session"),
                    date=_date(data.get("date", "")))
    return Letter(source, gold.text, tuple(range(len(gold.text))), (), tuple(_sentences(gold.text)), header, None)


def _date(text: str) -> date | None:
    """The letter's date; a month alone is none."""
    return date.fromisoformat(text) if len(text) == 10 else None


def _sentences(text: str) -> list[Sentence]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append(Sentence(Span(start, start + len(line.rstrip("\n"))), 0))
        start += len(line)
    return found


def _entities(gold: Gold) -> tuple[Entity, ...]:
    links: dict[str, list[Link]] = {}
    for m in gold.mentions:
        links.setdefault(m.entity, []).append(Link(Mention(m.span, m.kind, "gold", 1.0), "name"))
    named = [gold.letter["jurisdiction"]] if "jurisdiction" in gold.letter else []
    organs = [name for key in ("issuer", "addressees", "prepared_with") for name in _values(gold, key)]
    kinds = gold.kinds
    unseen = [name for name in dict.fromkeys([*named, *organs]) if name not in kinds]
    return tuple(Entity(name, kinds[name], None, (), tuple(found)) for name, found in links.items()) + tuple(
        Entity(name, "Place" if name in named else "Government") for name in unseen)


def _record(gold: Gold) -> Record:
    return Record(gold.letter.get("jurisdiction"), _values(gold, "issuer"), _values(gold, "prepared_with"), _values(gold, "addressees"))


def _values(gold: Gold, key: str) -> tuple[str, ...]:
    names = {name: entity for entity, names in gold.names.items() for name in names}
    values = (value.strip() for value in gold.letter.get(key, "").split(";"))
    return tuple(dict.fromkeys(names.get(value, value) for value in values if value))


def _period(time: str) -> Period | None:
    return None if time == "-" else Period(*days(time), time)


def _quote(gold: Gold, quote: str) -> Span:
    at = gold.text.index(quote)
    return Span(at, at + len(quote))


def _fact(gold: Gold, f: GoldFact) -> Fact:
    more = dict(f.qualifiers)
    return Fact(f.subject, f.predicate, f.object, f.status, (_quote(gold, f.quote),), 1.0, "gold", _period(f.time),  # type: ignore[arg-type]
                amount=more.get("amount"), role=more.get("role"))


def _figure(gold: Gold, f: GoldFigure) -> Figure:
    return Figure(f.subject, f.indicator, Decimal(f.value), f.unit, _quote(gold, f.quote), 1.0, _period(f.time))


def _altered(fact: Fact, chance: random.Random) -> Fact:
    if chance.random() < 0.1:
        return replace(fact, status="planned" if fact.status == "done" else "done")
    if chance.random() < 0.1:
        return replace(fact, subject=fact.object, object=fact.subject)
    return replace(fact, period=None) if chance.random() < 0.1 else fact
