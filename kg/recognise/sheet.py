"""The passages of a letter laid end to end, as arrays with one element for each character or each word."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, chain
from string import ascii_letters

import numpy as np
from numpy.typing import NDArray

from kg.keys import Codes, Indices, Mask, code, codes, spread_bits
from kg.recognise.base import Known, Passage

STOPS = frozenset("，。；：！？")
BREAKS = "，。；：、！？\n"
_PLANE = 1 << 16


class Sheet:
    """Passages as arrays. Characters have two marks (^^ and $$) about each passage, words one; those are not counted in `size`.

    `size`    characters of all passages
    `starts`  where each passage begins, and the end of the last
    `place`   for each character the index of its word among `words`
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.starts = [0, *accumulate(len(passage.text) for passage in passages)]
        self.size = self.starts[-1]
        padded = "".join(f"^^{passage.text}$$" for passage in passages)
        points = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32)
        sizes = np.diff(self.starts)
        self._at: Indices = np.arange(self.size) + 2 + 4 * np.repeat(np.arange(len(sizes)), sizes)
        self.points = points[self._at]
        self._shapes: Codes = spread_bits(_shaped(points))
        self.words = [word for passage in passages for word in ("^", *(w for w, _ in passage.words), "$")]
        self.tags = [tag for passage in passages for tag in ("^", *(t for _, t in passage.words), "$")]
        lengths = np.fromiter(chain.from_iterable((0, *(len(w) for w, _ in p.words), 0) for p in passages), np.intp, len(self.words))
        self._edge = lengths == 0
        self.place: Indices = np.repeat(np.arange(len(lengths)), lengths)
        self.word_codes, self.tag_codes = codes(self.words), codes(self.tags)
        self.roles = self._roles(lengths)

    def char(self, offset: int) -> Codes:
        """The code of the character `offset` to the right of each; digits and Latin letters are one each."""
        return self._shapes[self._at + offset]

    def word(self, offset: int) -> Codes:
        """The code of the word `offset` words to the right of each character's."""
        return self.word_codes[self.place + offset]

    def tag(self, offset: int) -> Codes:
        """The tag of the word `offset` words to the right of each character's."""
        return self.tag_codes[self.place + offset]

    def _roles(self, lengths: Indices) -> Codes:
        """The place of each character in its word: B, I, E or S."""
        begins = np.cumsum(lengths) - lengths
        within = np.arange(self.size) - begins[self.place]
        last = within == lengths[self.place] - 1
        return codes("IBES")[np.where(within == 0, np.where(last, 3, 1), np.where(last, 2, 0))]

    def verbs(self) -> tuple[Codes, Codes]:
        """For each character the nearest verb before its word and after it in its clause."""
        stop = self._edge | np.fromiter((word in STOPS for word in self.words), np.bool_, len(self.words))
        event = stop | np.fromiter((tag == "v" for tag in self.tags), np.bool_, len(self.tags))
        seen = np.where(stop, np.uint64(code("-")), self.word_codes)
        count = np.arange(len(event))
        before = np.maximum.accumulate(np.where(event, count, 0))
        after = np.minimum.accumulate(np.where(event, count, len(event) - 1)[::-1])[::-1]
        return seen[before[self.place - 1]], seen[after[self.place + 1]]

    def runs(self) -> Indices:
        """For each character how many words of one character stand together there: a run of them is often a name that no dictionary has."""
        other = self._edge | ~np.fromiter((len(word) == 1 and word.isalpha() for word in self.words), np.bool_, len(self.words))
        count = np.arange(len(other))
        before = np.maximum.accumulate(np.where(other, count, 0))
        after = np.minimum.accumulate(np.where(other, count, len(other) - 1)[::-1])[::-1]
        return np.where(other, 0, after - before - 1)[self.place]

    def last_break(self) -> Indices:
        """For each character where the text after the last stop or list comma before it begins, or the passage."""
        broken = np.zeros(self.size + 1, np.intp)
        breaks = np.flatnonzero(np.isin(self.points, [ord(char) for char in BREAKS])) + 1
        broken[breaks] = breaks
        broken[self.starts] = np.maximum(broken[self.starts], self.starts)
        return np.maximum.accumulate(broken)

    def own(self) -> Mask:
        """Which characters may stand alone for the answering place or one around it."""
        found = np.zeros(self.size, np.bool_)
        for char in self.passages[0].own if self.passages else ():
            found |= self.points == ord(char)
        return found

    def painted(self, known: Callable[[Passage], Iterable[Known]]) -> Codes:
        """For each character the label of what covers it, with its place in it (B, I, E, S); zero for nothing. Later ones win."""
        marks = np.zeros(self.size, np.uint64)
        for start, passage in zip(self.starts, self.passages, strict=False):
            for item in known(passage):
                a, b = start + item.start, start + item.end
                if b - a > 1:
                    marks[a:b] = code("I" + item.label)
                    marks[a], marks[b - 1] = code("B" + item.label), code("E" + item.label)
                elif b > a:
                    marks[a] = code("S" + item.label)
        return marks

    def shifted(self, field: Codes, offset: int) -> Codes:
        """A field one character to the left (-1) or right (1), with ^ or $ beyond the passages' ends."""
        out = np.roll(field, -offset)
        filled = [start for start, passage in self.each() if passage.text] if offset < 0 else [
            start + len(passage.text) - 1 for start, passage in self.each() if passage.text]
        out[filled] = code("^" if offset < 0 else "$")
        return out

    def each(self) -> Iterator[tuple[int, Passage]]:
        """Each passage with where it begins."""
        return zip(self.starts, self.passages, strict=False)


@cache
def _shapes() -> Codes:
    table = np.arange(_PLANE, dtype=np.uint64)
    table[[point for point in range(_PLANE) if chr(point).isdigit()]] = ord("0")
    table[[ord(char) for char in ascii_letters]] = ord("a")
    return table


def _shaped(points: NDArray[np.uint32]) -> Codes:
    """Code points, digits and Latin letters made one each."""
    return np.where(points < _PLANE, _shapes()[np.minimum(points, _PLANE - 1)], points.astype(np.uint64))
