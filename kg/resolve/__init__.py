"""Ties mentions to what they stand for, and says why.

1. Each mention by itself: 我市, 津, 市教委, a name the lexicon has, 市X of the answering city (names.py).
2. Short names that the letter defines (definitions.py).
3. Short forms of a longer name in the letter (shortened.py); departments that are left without a place (财政局) are the answering place's.
4. Short names that the letter leaves open and another letter of the corpus defines (corpus.py).
5. One class for each entity, one entity for each name; the letter's own data by the same reading.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kg.lexicon import Lexicon
from kg.model import CLASSES, NO_ALIASES, Aliases, Entity, Learned, Letter, Link, Mention, Record
from kg.resolve.corpus import REASON, by_corpus, learned
from kg.resolve.definitions import defined, spelled_out
from kg.resolve.names import NameReader, Reading
from kg.resolve.shortened import retitles, shortens
from kg.spans import Span

SHORTENED = frozenset(CLASSES) - {"Place", "Person", "Field"}


def resolve(letter: Letter, mentions: Sequence[Mention], lexicon: Lexicon, aliases: Aliases = NO_ALIASES) -> tuple[tuple[Entity, ...], Record]:
    """The entities of the letter, by first mention, and the letter's own data as entity names. `aliases` are what other letters define.

    Doubtful mentions stand for nothing.
    """
    mentions = [mention for mention in mentions if not mention.doubtful]
    reader = NameReader(lexicon, letter.answering)
    readings = by_corpus(letter, mentions, _by_letter(letter, mentions, reader), aliases)
    record, unmentioned = _record(letter, reader, mentions, readings)
    return _entities(letter, mentions, readings, unmentioned), record


def learn(letter: Letter, mentions: Sequence[Mention], lexicon: Lexicon) -> Learned:
    """What the letter says of short names that may matter to other letters."""
    mentions = [mention for mention in mentions if not mention.doubtful]
    return learned(letter, mentions, _by_letter(letter, mentions, NameReader(lexicon, letter.answering)), lexicon)


def _by_letter(letter: Letter, mentions: Sequence[Mention], reader: NameReader) -> list[Reading]:
    """The readings of the mentions, by the lexicon and what the letter itself says."""
    readings = [reader.read(mention.span.of(letter.plain), mention.kind) for mention in mentions]
    tied = _by_longer_name(letter, mentions, _by_definition(letter, mentions, readings))
    return [reader.department(reading) for reading in tied]


def _by_definition(letter: Letter, mentions: Sequence[Mention], readings: Sequence[Reading]) -> list[Reading]:
    index = {id(mention): reading for mention, reading in zip(mentions, readings, strict=True)}
    meant: dict[str, Reading] = {}
    for mention, full in spelled_out(letter, mentions):
        reading = index[id(mention)]
        if not reading.sure:
            meant[mention.span.of(letter.plain)] = Reading(full, reading.kind, "defined")
    for short, mention in defined(letter, mentions):
        reading = index[id(mention)]
        meant.setdefault(short, Reading(reading.name, reading.kind, "defined", aliases=reading.aliases, fine=reading.fine))
    out = []
    for mention, reading in zip(mentions, readings, strict=True):
        surface = mention.span.of(letter.plain)
        found = meant.get(surface) or meant.get(surface.strip("《》“”"))
        out.append(found if found is not None and found.name != reading.name else reading)
    return out


def _by_longer_name(letter: Letter, mentions: Sequence[Mention], readings: Sequence[Reading]) -> list[Reading]:
    """Short forms tied to the one longer name of their class that they shorten; for events and documents, to the nearest before."""
    names = list(dict.fromkeys((reading.name, reading.kind) for reading in readings))
    out = []
    for mention, reading in zip(mentions, readings, strict=True):
        longer = [] if reading.sure or reading.kind not in SHORTENED else [
            name for name, kind in names if kind == reading.kind and name != reading.name
            and (retitles if kind == "Document" else shortens)(reading.name, name)]
        if len(longer) > 1:
            longer = _nearest_before(mention, longer, mentions, readings) if reading.kind in ("Event", "Document") else []
        if len(longer) == 1:
            full = next(r for r in readings if r.name == longer[0])
            out.append(Reading(full.name, full.kind, "shortened", aliases=(reading.name, *full.aliases), fine=full.fine))
        else:
            out.append(reading)
    return out


def _nearest_before(mention: Mention, names: Sequence[str], mentions: Sequence[Mention], readings: Sequence[Reading]) -> list[str]:
    before = [r.name for m, r in zip(mentions, readings, strict=True) if m.span < mention.span and r.name in names]
    return before[-1:]


def _record(letter: Letter, reader: NameReader, mentions: Sequence[Mention], readings: Sequence[Reading]) -> tuple[Record, list[Reading]]:
    """The letter's own data; and readings of names in it that are no mentions."""
    unmentioned: list[Reading] = []

    def name(span: Span, kind: str) -> str:
        for mention, reading in zip(mentions, readings, strict=True):
            if mention.span == span or (mention.span.overlaps(span) and mention.span.covers(span)):
                return reading.name
        reading = reader.department(reader.read(span.of(letter.plain), kind))
        unmentioned.append(reading)
        return reading.name

    header = letter.header
    record = Record(
        jurisdiction=letter.answering.place if letter.answering else None,
        issued_by=_unique(name(span, "Government") for span in header.issuers),
        prepared_with=_unique(name(span, "Government") for span in header.consulted),
        addressed_to=_unique(name(span, "Person") for span in header.addressees),
    )
    if record.jurisdiction is not None:
        unmentioned.append(reader.read(record.jurisdiction, "Place"))
    return record, unmentioned


def _unique(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))  # type: ignore[call-overload]


def _entities(letter: Letter, mentions: Sequence[Mention], readings: Sequence[Reading], unmentioned: Sequence[Reading]) -> tuple[Entity, ...]:
    groups: dict[str, list[tuple[Mention, Reading]]] = {}
    for mention, reading in zip(mentions, readings, strict=True):
        groups.setdefault(reading.name, []).append((mention, reading))
    alone: Mapping[str, Reading] = {reading.name: reading for reading in unmentioned if reading.name not in groups}
    entities = [_entity(letter, name, group) for name, group in groups.items()]
    return (*entities, *(Entity(name, reading.kind, reading.fine, _aliases(name, reading.aliases)) for name, reading in alone.items()))


def _entity(letter: Letter, name: str, group: Sequence[tuple[Mention, Reading]]) -> Entity:
    sure = [reading.kind for _, reading in group if reading.sure and reading.reason in ("lexicon", "organ", "place", "local", "initial")]
    votes = Counter(sure or [reading.kind for _, reading in group])
    kind = max(votes, key=lambda k: (votes[k], -CLASSES.index(k)))
    fine = next((reading.fine for _, reading in group if reading.fine is not None and reading.kind == kind), None)
    seen = [mention.span.of(letter.plain) for mention, reading in group if reading.reason in ("name", "shortened", "lexicon", "defined", REASON)]
    known = [alias for _, reading in group for alias in reading.aliases]
    links = tuple(Link(mention, reading.reason) for mention, reading in group)
    return Entity(name, kind, fine, _aliases(name, (*known, *seen)), links)


def _aliases(name: str, forms: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in forms if form != name and len(form) > 1))
