"""Search as you type: entities by any part of a name, by pinyin (tiankai, tk) or by class; letters by name, title or number.

The best come first: a whole name, then the beginning of one, then any part, then pinyin; among equals, who is named most often.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyoxigraph as ox
import pypinyin

from kg.explore.reader import MERGE, Json, Reader
from kg.mapping import ALT, CONTEXT, REF, SUBJECT, TYPE, term
from kg.mapping import OBJECT as FACT_OBJECT
from kg.normalise import normalise, simplify
from kg.store import Store

LIMIT, MOST = 12, 200                    # results by default, and at most
NAME, ALIAS = 0, 1                       # how a result was found; the smaller the better
WHOLE, BEGIN, PART, SOUND, KIND = 0, 2, 4, 6, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity that letters name: its forms (the first is its name) as they are compared, and how often it is named."""

    node: ox.NamedNode
    forms: tuple[str, ...]
    written: tuple[str, ...]
    kind: str
    mentions: int


@dataclass(frozen=True)
class Index:
    """What is searched. Pinyin is spelled out when first asked for."""

    reader: Reader
    entries: tuple[Entry, ...]
    letters: tuple[tuple[ox.NamedNode, str], ...]

    @cached_property
    def sounds(self) -> tuple[tuple[str, ...], ...]:
        """For each entry the pinyin of its forms: whole and initials, one after the other."""
        return tuple(tuple(sound for form in entry.forms for sound in _sounds(form)) for entry in self.entries)


def search(store: Store, text: str, kind: str = "", limit: int = LIMIT) -> Json:
    """Entities and letters that fit `text`; {query, total, results: [ref + via, mentions, facts], letters: [letter]}.

    `via` is the other name by which an entity was found, or None. With `kind` (Fund) entities of that class alone; without text all of them.
    """
    index, wanted = _index(store), folded(text)
    if not wanted and not kind:
        return {"query": text, "kind": kind, "total": 0, "results": [], "letters": []}
    found = sorted(_found(index, wanted, kind), key=lambda hit: (hit[0], -hit[1].mentions, len(hit[1].forms[0]), hit[1].forms[0]))
    shown = found[:max(1, min(limit, MOST))]
    letters = [node for node, words in index.letters if wanted and wanted in words][:limit] if not kind else []
    return {"query": text, "kind": kind, "total": len(found), "results": [_result(index.reader, *hit) for hit in shown],
            "letters": [index.reader.letter(node) for node in letters]}


def folded(text: str) -> str:
    """The text as names are compared: one spelling, simplified characters, lower case, no spaces at the ends."""
    return simplify(normalise(" ".join(text.split()))).casefold()


def _found(index: Index, wanted: str, kind: str) -> Iterable[tuple[int, Entry, str | None]]:
    sounds: Sequence[tuple[str, ...]] = index.sounds if wanted.replace(" ", "").isascii() and wanted else ()
    labels = _labels(index.reader, wanted)
    for i, entry in enumerate(index.entries):
        if kind and entry.kind != kind:
            continue
        hit = _rank(entry, wanted, sounds[i] if sounds else ())
        if hit is None and entry.kind in labels:
            hit = KIND, None
        if hit is not None:
            yield hit[0], entry, hit[1]


def _rank(entry: Entry, wanted: str, sounds: Sequence[str]) -> tuple[int, str | None] | None:
    """How well an entry fits, and the other name that does; None when it does not."""
    best: tuple[int, str | None] | None = None
    for i, form in enumerate(entry.forms):
        where = WHOLE if form == wanted else BEGIN if form.startswith(wanted) else PART if wanted in form else None
        if where is not None and (best is None or where + min(i, 1) < best[0]):
            best = where + min(i, 1), entry.written[i] if i else None
    plain = wanted.replace(" ", "").replace("'", "")
    if best is None and plain and any(sound.startswith(plain) for sound in sounds):
        i = next(i for i, sound in enumerate(sounds) if sound.startswith(plain)) // 2
        best = SOUND + min(i, 1), entry.written[i] if i else None
    return best


def _labels(reader: Reader, wanted: str) -> set[str]:
    """The main classes that are called so, in Chinese or English."""
    classes = reader.store.ontology.classes
    return {name for name, one in classes.items() if wanted and wanted in (one.zh, one.en.casefold(), name.casefold())}


def _result(reader: Reader, rank: int, entry: Entry, via: str | None) -> Json:
    facts = {fact for fact, _ in reader.facts_about(entry.node)}
    return reader.ref(entry.node) | {"via": via, "mentions": entry.mentions, "facts": len(facts)}


@lru_cache(maxsize=1)
def _index(store: Store) -> Index:
    """The index of the store that was asked last."""
    reader = Reader(store)
    counts = Counter(quad.object for quad in store.data.quads_for_pattern(None, REF, None, MERGE) if isinstance(quad.object, ox.NamedNode))
    for prop in (SUBJECT, FACT_OBJECT):         # who takes part in a fact without being named in the sentence
        for quad in store.data.quads_for_pattern(None, prop, None, MERGE):
            if isinstance(quad.object, ox.NamedNode):
                counts.setdefault(quad.object, 0)
    entries = tuple(_entry(reader, node, counts[node]) for node in sorted(counts, key=str))
    letters = tuple((node, _words(reader, node)) for node in sorted(reader.subjects(TYPE, term("kg:Letter")), key=str))
    return Index(reader, entries, letters)


def _entry(reader: Reader, node: ox.NamedNode, mentions: int) -> Entry:
    ref = reader.ref(node)
    written = (ref["name"], *(name for name in reader.texts(node, ALT) if name != ref["name"]))
    return Entry(node, tuple(map(folded, written)), written, ref["kind"], mentions)


def _words(reader: Reader, letter: ox.NamedNode) -> str:
    said = reader.letter(letter)
    return folded("\n".join(filter(None, (said["name"], said["title"], reader.text(letter, term("kg:documentNumber"))))))


def _sounds(form: str) -> tuple[str, str]:
    """The pinyin of a name, whole and by initials: tiankaiyuan, tky."""
    syllables = [one for one in pypinyin.lazy_pinyin(form) if one.strip("“”《》（）-·")]
    return "".join(syllables).replace(" ", "").lower(), "".join(one[0] for one in syllables).lower()


def mentions_of(reader: Reader, node: ox.NamedNode) -> Counter[ox.NamedNode]:
    """Letter -> how often it names the entity."""
    return Counter(letter for mention in reader.subjects(REF, node) if (letter := reader.node(mention, CONTEXT)))
