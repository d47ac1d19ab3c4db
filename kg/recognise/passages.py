"""Cuts a letter into the passages that recognisers read: its blocks, without residue."""
from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import ahocorasick_rs

from kg.lexicon import Lexicon
from kg.model import Letter
from kg.patterns import load_patterns
from kg.recognise.base import Known, Passage
from kg.words import Tagger

LOCAL = "local"
SEVERAL = "several"
NOT_OWN = frozenset("省市区县州盟旗自治特别行政新")


class Heads:
    """Finds the words that names end with, and the class that each points to."""

    def __init__(self) -> None:
        table = load_patterns("heads").table("heads")
        classes: dict[str, list[str]] = {}
        for kind in table.keys():
            for word in table.words(kind):
                classes.setdefault(word, []).append(kind)
        self._classes = {word: "+".join(kinds) for word, kinds in classes.items()}
        self._words = list(self._classes)
        self._scanner = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
                                                   implementation=ahocorasick_rs.Implementation.ContiguousNFA)

    def find(self, text: str) -> list[Known]:
        """The head words in a text, leftmost and longest first, labelled with their class, or with all that a word may point to (A+B)."""
        return [Known(start, end, self._classes[self._words[index]]) for index, start, end in self._scanner.find_matches_as_indexes(text)]


@cache
def heads() -> Heads:
    """The process's finder of head words."""
    return Heads()


def known_names(text: str, lexicon: Lexicon) -> list[Known]:
    """The lexicon's names in a text, labelled with their class, 'local+class' where they need a place, or 'several'."""
    out = []
    for match in lexicon.matches(text):
        owners = lexicon.owners(match.form)
        kinds = {entry.kind for entry in owners}
        label = kinds.pop() if len(kinds) == 1 else SEVERAL
        detail = lexicon.level(owners[0].name) or "" if label == "Place" else ""
        out.append(Known(match.start, match.end, label if match.complete else LOCAL + label, detail))
    return out


def passages(letter: Letter, lexicon: Lexicon, tagger: Tagger) -> Iterator[Passage]:
    """A passage for each block of the letter, in order."""
    own = own_characters(letter, lexicon)
    for block in letter.blocks:
        if block.kind != "residue":
            yield passage(block.span.of(letter.plain), block.span.start, lexicon, tagger, own)


def passage(text: str, start: int, lexicon: Lexicon, tagger: Tagger, own: frozenset[str] = frozenset()) -> Passage:
    """A text with its words, known names and head words."""
    return Passage(text, start, tagger.pairs(text), known_names(text, lexicon), heads().find(text), own)


def own_characters(letter: Letter, lexicon: Lexicon) -> frozenset[str]:
    """The characters of the names of the answering place and of those around it, without 市, 区 …: each may stand for its place."""
    if letter.answering is None or letter.answering.level == "country":
        return frozenset()
    names = (letter.answering.place, *lexicon.ancestors(letter.answering.place)[:-1])
    initials = (form for name in names for entry in lexicon.named(name) for form in (*entry.names, *entry.local) if len(form) == 1)
    return frozenset(char for name in names for char in name if char not in NOT_OWN) | frozenset(initials)
