"""Short names that another letter of the corpus defines (以下简称“津港周”), for letters that use them without saying what they stand for.

    learned(…)      what a letter gives to the others, and which of its names could be short ones that it does not explain
    by_corpus(…)    such names tied to what the others say; the last step, so that whatever the letter or the lexicon says comes first

Which short names serve, the whole corpus decides (kg/build/aliases.py): only those with one meaning in all letters.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.lexicon import Lexicon
from kg.model import CLASSES, Aliases, Learned, Letter, Meaning, Mention, Served
from kg.resolve.names import Reading
from kg.resolve.shortened import EDITION

REASON = "defined elsewhere"
# Places, people, fields and organs are named by words that mean another in the next letter (张主任, 科技局); documents by 《意见》.
SERVING = frozenset(CLASSES) - {"Place", "Person", "Field", "Document", "Government"}
SHORTEST = 3


def learned(letter: Letter, mentions: Sequence[Mention], readings: Sequence[Reading], lexicon: Lexicon) -> Learned:
    """What the readings of a letter's mentions say of short names; each once, in order."""
    region = _region(letter, lexicon)
    pairs = [(mention.span.of(letter.plain), reading) for mention, reading in zip(mentions, readings, strict=True)]
    meanings = {Meaning(form, reading.name, reading.kind, reading.reason == "defined", region) for form, reading in pairs
                if reading.reason in ("defined", "shortened") and form != reading.name}
    unexplained = {(form, reading.kind) for form, reading in pairs if _is_open(form, reading)}
    return Learned(region, tuple(sorted(meanings, key=lambda one: (one.short, one.name, one.kind, one.defined))), tuple(sorted(unexplained)))


def by_corpus(letter: Letter, mentions: Sequence[Mention], readings: Sequence[Reading], aliases: Aliases) -> list[Reading]:
    """The readings, with names that nothing in the letter explains read as other letters define them."""
    def read(form: str, reading: Reading) -> Reading:
        name = aliases.get((form, reading.kind)) if _is_open(form, reading) else None
        return reading if name is None else Reading(name, reading.kind, REASON)
    return [read(mention.span.of(letter.plain), reading) for mention, reading in zip(mentions, readings, strict=True)]


def serving(meanings: Iterable[Meaning], lexicon: Lexicon) -> Served:
    """The short forms of `meanings` (of the whole corpus) that may serve letters of a region which do not define them.

    A form serves where letters of the region define it in words, when all letters give it one meaning only, of one class; when the lexicon
    has no such name; when it is more than the end of the long name, which is a word for its sort (行动计划 of 某某行动计划); and when that
    is no single edition of an event (旅博会 is another in the next year).
    """
    found: dict[str, set[tuple[str, str]]] = {}
    regions: dict[str, set[str]] = {}
    for one in meanings:
        found.setdefault(one.short, set()).add((one.kind, one.name))
        if one.defined:
            regions.setdefault(one.short, set()).add(one.region)
    single = ((short, *next(iter(meant))) for short, meant in sorted(found.items()) if len(meant) == 1)
    return {(short, kind, region): name for short, kind, name in single if _may_serve(short, kind, name, lexicon)
            for region in sorted(regions.get(short, ())) if region}


def _may_serve(short: str, kind: str, name: str, lexicon: Lexicon) -> bool:
    return kind in SERVING and len(short) >= SHORTEST and not name.endswith(short) and not EDITION.match(name) and not lexicon.owners(short)


def _region(letter: Letter, lexicon: Lexicon) -> str:
    if letter.answering is None:
        return ""
    around = (letter.answering.place, *lexicon.ancestors(letter.answering.place))
    return next((place for place in around if lexicon.level(place) == "province"), around[-1])


def _is_open(form: str, reading: Reading) -> bool:
    return reading.reason == "name" and not reading.sure and reading.kind in SERVING and len(form) >= SHORTEST
