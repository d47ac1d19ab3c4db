"""Finds many words in a text with little to prepare: an automaton scans ten times faster, but for the lexicon's names takes half a second to make."""
from __future__ import annotations

from collections.abc import Iterable, Iterator

HEAD = 2                    # characters by which a place of the text is passed over
LONG = 4                    # words so long are looked for only where their first four characters stand


class Finder:
    """Finds words: leftmost first, of those that begin at one place the longest; what is found does not overlap. Immutable once made."""

    def __init__(self, words: Iterable[str]) -> None:
        """The words; those shorter than two characters are not found."""
        self._words = {word for word in words if len(word) >= HEAD}
        self._heads = {word[:HEAD] for word in self._words}
        lengths: dict[str, int] = {}                # as bits: a set for each head would take three times as long to make
        for word in self._words:
            if len(word) >= LONG:
                lengths[word[:LONG]] = lengths.get(word[:LONG], 0) | 1 << len(word)
        falling = {bits: tuple(length for length in range(bits.bit_length(), HEAD - 1, -1) if bits >> length & 1 or length < LONG)
                   for bits in set(lengths.values())}
        self._long = {head: falling[bits] for head, bits in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each word found."""
        words, heads, long, short, end = self._words, self._heads, self._long, tuple(range(LONG - 1, HEAD - 1, -1)), 0
        for at in [at for at in range(len(text) - 1) if text[at:at + HEAD] in heads]:
            if at >= end:
                for length in long.get(text[at:at + LONG], short):
                    word = text[at:at + length]
                    if word in words:               # at the end of the text it may be shorter than `length`
                        end = at + len(word)
                        yield at, end
                        break
