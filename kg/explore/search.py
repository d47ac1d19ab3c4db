"""Search as you type: entities by any part of a name, by pinyin (tiankai, tk) or by class; letters by name, title or number.

    index(store) -> what is searched, as plain values      made once for a store: names as they are compared, pinyin, counts
    Index.of(index).find(text)                             a look through it, without the store

The best come first: a whole name, then the beginning of one, then any part, then names that have all of several words, then pinyin; among equals,
who is named most often.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
import pypinyin

from kg.explore.reader import MERGE, Json, Reader
from kg.mapping import ALT, CONTEXT, OBJECT, REF, SUBJECT, TYPE, term
from kg.normalise import normalise, simplify
from kg.store import Store

LIMIT, MOST = 12, 200                    # results by default, and at most
WHOLE, BEGIN, PART, WORDS, SOUND, KIND = 0, 2, 4, 6, 8, 10        # how a result was found: the smaller the better; one more by another name


_BRACKETS = str.maketrans("([（［【﹝]）］】﹞)", "〔〔〔〔〔〔〕〕〕〕〕〕")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity that letters name: how its names are written and compared (the first is its own), and the pinyin of each: whole and initials."""

    ref: Json
    written: tuple[str, ...]
    forms: tuple[str, ...]
    sounds: tuple[tuple[str, str], ...]
    mentions: int
    facts: int


@dataclass(frozen=True, slots=True)
class Index:
    """What is searched. `classes` has the words that each class is called by."""

    entries: tuple[Entry, ...]
    letters: tuple[tuple[Json, str], ...]
    classes: dict[str, list[str]]

    @classmethod
    def of(cls, index: Json) -> Index:
        """From what `index` gives."""
        entries = (Entry(ref, tuple(written), tuple(one or text for one, text in zip(forms, written, strict=True)),
                         tuple((whole, initials) for whole, initials in sounds), mentions, facts)
                   for ref, written, forms, sounds, mentions, facts in index["entries"])
        return cls(tuple(entries), tuple((letter, words) for letter, words in index["letters"]), index["classes"])

    def find(self, text: str, kind: str = "", limit: int = LIMIT) -> Json:
        """Entities and letters that fit `text`: {query, kind, total, results: [ref + via, mentions, facts], letters: [letter]}.

        `via` is the other name by which an entity was found, or None. With `kind` (Fund) entities of that class alone; without text all of them.
        """
        wanted, limit = folded(text), max(1, min(limit, MOST))
        if not wanted and not kind:
            return {"query": text, "kind": kind, "total": 0, "results": [], "letters": []}
        found = sorted(self._found(wanted, kind), key=lambda hit: (hit[0], -hit[1].mentions, len(hit[1].forms[0]), hit[1].forms[0]))
        letters = [letter for letter, words in self.letters if _in(wanted, words)][:limit] if wanted and not kind else []
        results = [entry.ref | {"via": via, "mentions": entry.mentions, "facts": entry.facts} for _, entry, via in found[:limit]]
        return {"query": text, "kind": kind, "total": len(found), "results": results, "letters": letters}

    def _found(self, wanted: str, kind: str) -> Iterator[tuple[int, Entry, str | None]]:
        sound = wanted.replace(" ", "").replace("'", "")
        sound = sound if sound.isascii() else ""
        called = {name for name, words in self.classes.items() if wanted in words}
        for entry in self.entries:
            if kind and entry.ref["kind"] != kind:
                continue
            hit = _rank(entry, wanted, sound)
            if hit is None and entry.ref["kind"] in called:
                hit = KIND, None
            if hit is not None:
                yield hit[0], entry, hit[1]


def search(store: Store, text: str, kind: str = "", limit: int = LIMIT) -> Json:
    """Index.find over a store; its index is kept until another store is searched."""
    return _kept(store).find(text, kind, limit)


@lru_cache(maxsize=1)
def _kept(store: Store) -> Index:
    return Index.of(index(store))


def folded(text: str) -> str:
    """The text as names are compared: one spelling, simplified characters, lower case, one kind of brackets, no spaces at the ends."""
    return simplify(normalise(" ".join(text.split()))).casefold().translate(_BRACKETS)


def _in(wanted: str, text: str) -> bool:
    """Whether a text has what is wanted, as it stands or each word of it."""
    return wanted in text or all(word in text for word in wanted.split())


def _rank(entry: Entry, wanted: str, sound: str) -> tuple[int, str | None] | None:
    """How well an entry fits, and the other name that does; None when it does not."""
    best: tuple[int, int] | None = None
    for i, form in enumerate(entry.forms):
        if wanted in form:
            where = WHOLE if form == wanted else BEGIN if form.startswith(wanted) else PART
            best = min(best or (KIND, 0), (where + min(i, 1), i))
    if best is None and " " in wanted and _in(wanted, "\n".join(entry.forms)):
        best = WORDS, 0
    if best is None and sound:
        i = next((i for i, sounds in enumerate(entry.sounds) if any(one.startswith(sound) for one in sounds)), -1)
        best = (SOUND + min(i, 1), i) if i >= 0 else None
    return (best[0], entry.written[best[1]] if best[1] else None) if best else None


def index(store: Store) -> Json:
    """What is searched: {entries: [[ref, names, names as compared (None: the same), [whole pinyin, initials] of each, mentions, facts]],
    letters: [[letter, words]], classes: {name: words}}."""
    reader = Reader(store)
    mentions = Counter(quad.object for quad in store.data.quads_for_pattern(None, REF, None, MERGE))
    facts = Counter(quad.object for prop in (SUBJECT, OBJECT) for quad in store.data.quads_for_pattern(None, prop, None, MERGE))
    nodes = sorted((node for node in {*mentions, *facts} if isinstance(node, ox.NamedNode)), key=str)
    letters = sorted(reader.subjects(TYPE, term("kg:Letter")), key=str)
    return {"entries": [[*_names(reader, node), mentions[node], facts[node]] for node in nodes],
            "letters": [[reader.letter(node), _words(reader, node)] for node in letters],
            "classes": {name: [one.zh, one.en.casefold(), name.casefold()] for name, one in store.ontology.classes.items()}}


def _names(reader: Reader, node: ox.NamedNode) -> tuple[Json, list[str], list[str | None], list[tuple[str, str]]]:
    ref = reader.ref(node)
    written = [ref["name"], *(name for name in reader.texts(node, ALT) if name != ref["name"])]
    forms = [folded(name) for name in written]
    return ref, written, [None if form == name else form for form, name in zip(forms, written, strict=True)], [_sounds(form) for form in forms]


def _words(reader: Reader, letter: ox.NamedNode) -> str:
    said = reader.letter(letter)
    return folded("\n".join(filter(None, (said["name"], said["title"], reader.text(letter, term("kg:documentNumber"))))))


def _sounds(form: str) -> tuple[str, str]:
    """The pinyin of a name, whole and by initials: tiankaiyuan, tky."""
    syllables = [one for one in pypinyin.lazy_pinyin(form) if one.strip("“”《》〔〕-·")]
    return "".join(syllables).replace(" ", "").lower(), "".join(one[0] for one in syllables).lower()


def mentions_of(reader: Reader, node: ox.NamedNode) -> Counter[ox.NamedNode]:
    """Letter -> how often it names the entity."""
    return Counter(letter for mention in reader.subjects(REF, node) if (letter := reader.node(mention, CONTEXT)))
