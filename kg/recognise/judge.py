"""The second reading of names: of all candidates those that are names, by what the first reading made of the whole letter.

A candidate is seen whole, which labels of characters do not allow: how sure the sequence model is of it and of what overlaps it, how often
the letter writes it and whether it is a name elsewhere, where words begin and end, the words at its ends and beside it, its head word,
what may be a name next to it.
A classifier turns that into the probability that it is a name, which is the confidence of the mention; of overlapping ones the likeliest is kept.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence

import ahocorasick_rs
import numpy as np

from kg.keys import NONE, Bags, Codes, Floats, Indices, codes, keyed
from kg.maxent import Classifier
from kg.model import Mention
from kg.recognise.base import Known, Passage
from kg.recognise.beside import Words, next_to
from kg.recognise.candidates import LEXICON, LOCALLY, Candidate
from kg.recognise.sequence import SOURCE
from kg.spans import best_cover

NAME, OTHER = "name", "-"
LEAST = 0.04
"""What is less likely is not even a doubtful name (`Mention.doubtful`)."""
LIMITS = (0.001, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995)
LENGTHS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20)
TIMES = (1, 2, 3, 4, 7)
STEPS = 64      # letters need 31; a text of one word over and over would have no end
WITHIN = np.array([ord(char) for char in "的在与和由对为将等、及了并"], np.uint64)      # of which no two are alike modulo 63


class Judge:
    """A classifier of candidates, NAME or OTHER."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    def names(self, text: str, passages: Sequence[Passage], found: Sequence[Candidate]) -> list[Mention]:
        """The candidates that are names, doubtful ones among them, in text order; no two overlap."""
        if not found:
            return []
        chances = self.classifier.chances(seen(text, passages, found))[:, self.classifier.labels.index(NAME)].tolist()
        likely = [(one, chance) for one, chance in zip(found, chances, strict=True) if chance >= LEAST]
        kept = best_cover(likely, lambda pair: pair[0].span, lambda pair: pair[1])
        return [Mention(one.span, one.kind, _source(one), round(chance, 3)) for one, chance in kept]


def _source(one: Candidate) -> str:
    """Who found a name: as the first reading has it; the model, or the rule that proposes it."""
    if one.first is not None:
        return one.first.found_by
    return SOURCE if one.chance else LEXICON if one.rules[0] == LOCALLY else one.rules[0]


def seen(text: str, passages: Sequence[Passage], found: Sequence[Candidate]) -> Bags:
    """The features of candidates of a letter, sorted by start and end."""
    start, end = np.array([one.start for one in found]), np.array([one.end for one in found])
    chance, size = np.array([one.chance for one in found]), end - start
    kind, name = codes([one.kind for one in found]), codes([text[one.start:one.end] for one in found])
    first = codes([one.first.found_by if one.first is not None else "-" for one in found])
    rules = codes(["+".join(one.rules) for one in found])
    sure, length = binned(chance), counted(size, LENGTHS)
    words = Words(passages)
    begin, last, before, after = words.begins(start), words.ends(end), words.ends(start), words.begins(end)
    head, head_word = heads(text, passages, found)
    points = np.frombuffer(f"^^{text}$$".encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    marks = np.bitwise_or.reduceat(np.where(np.isin(points, WITHIN), np.uint64(1) << (points % np.uint64(63)), np.uint64(0)),
                                   np.stack([start, end], 1).ravel() + 2)[::2]

    def char(at: Indices, least: int = 0) -> Codes:
        """The characters at some offsets of the text; zero for candidates of fewer than `least` characters."""
        return np.where(size >= least, points[at + 2], np.uint64(0))

    best, inside, outside, crossing, other, under, over = overlaps(start, end, chance)
    elsewhere, written, proposed, held = repeats(text, found, name, start, chance)
    columns = [
        keyed("sure", sure), keyed("sure kind", sure, kind), keyed("best", sure, binned(best)), keyed("inside", sure, binned(inside)),
        keyed("outside", sure, binned(outside)), keyed("crossing", sure, binned(crossing)), keyed("other class", sure, binned(other)),
        keyed("under over", sure, under, over),
        keyed("elsewhere", sure, binned(elsewhere)), keyed("elsewhere kind", binned(elsewhere), kind),
        keyed("written", written, proposed), keyed("written sure", written, sure), keyed("held", written, held, sure),
        keyed("first", first, sure), keyed("rules", rules, kind), keyed("rules sure", rules, sure),
        keyed("length", length, kind), keyed("length sure", length, sure),
        *(keyed(at, tag, kind) for at, (_, tag) in (("begin tag", begin), ("last tag", last), ("before tag", before), ("after tag", after))),
        *(keyed(at, word, kind) for at, (word, _) in (("begin", begin), ("last", last), ("before", before), ("after", after))),
        keyed("word before", before[0]), keyed("word after", after[0]),
        keyed("whole", (begin[0] != NONE).astype(np.uint64), (last[0] != NONE).astype(np.uint64), sure),
        keyed("left", char(start - 2), char(start - 1)), keyed("right", char(end), char(end + 1)), keyed("between", char(start - 1), char(end)),
        keyed("two", char(start), char(start + 1, 2), kind), keyed("end one", char(end - 1), kind),
        keyed("end two", char(end - 2, 2), char(end - 1), kind), keyed("end three", char(end - 3, 3), char(end - 2, 2), char(end - 1), kind),
        keyed("head", head, kind), keyed("head sure", head, kind, sure), keyed("head word", head_word, kind),
        keyed("within", marks, sure), keyed("tags", words.tags(start, end), kind), keyed("name", name, kind),
        *words.columns(start, end, kind), *_next(start, end, chance, kind, char(start - 1), char(end)),
    ]
    return Bags(len(found), np.tile(np.arange(len(found)), len(columns)), np.concatenate(columns))


def _next(start: Indices, end: Indices, chance: Floats, kind: Codes, left: Codes, right: Codes) -> Iterator[Codes]:
    """Columns for the likeliest candidate that ends or begins one character away (A、B), and for the one that does so right here.

    `left` and `right` are the characters before each and behind it.
    """
    for side, edges, at, away, between in (("left", end, start, -1, left), ("right", start, end, 1, right)):
        other, there = next_to(edges, at + away, chance)
        sure = binned(chance[other])
        yield keyed(f"item {side}", between, (kind[other] == kind).astype(np.uint64), sure, where=there)
        yield keyed(f"item {side} kinds", between, kind[other], kind, where=there)
        other, there = next_to(edges, at, chance)
        yield keyed(f"joined {side}", kind[other], kind, binned(chance[other]) // np.uint64(4), where=there)


def binned(chances: Floats) -> Codes:
    """The code of the band of each probability."""
    return counted(chances, LIMITS)


def counted(numbers: Floats | Indices, limits: Sequence[float]) -> Codes:
    """The code of the band of each number: how many limits it reaches."""
    return np.searchsorted(np.array(limits), numbers, side="right").astype(np.uint64)


def overlaps(start: Indices, end: Indices, chance: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats, Codes, Codes]:
    """Of each candidate the best chance among those that overlap it: all, inside it, around it, crossing it, of the same span; and how many
    lie inside and around it, up to three.

    Candidates are sorted by start and end: each is compared with the next, the next but one …, as long as any overlap, at most STEPS times.
    """
    inside, outside, crossing, same = (np.zeros(len(start)) for _ in range(4))
    under, over = np.zeros(len(start), np.intp), np.zeros(len(start), np.intp)
    for step in range(1, min(len(start), STEPS)):
        left, right = slice(None, -step), slice(step, None)
        meet = start[right] < end[left]
        if not meet.any():
            break
        level = meet & (start[right] == start[left])
        equal, around = level & (end[right] == end[left]), level & (end[right] > end[left])     # around: the later is around the earlier
        within = meet & ~equal & (end[right] <= end[left])
        cross = meet & ~level & (end[right] > end[left])
        for table, back, where in ((same, same, equal), (inside, outside, within), (outside, inside, around), (crossing, crossing, cross)):
            np.maximum(table[left], chance[right], out=table[left], where=where)
            np.maximum(back[right], chance[left], out=back[right], where=where)
        under[left] += within
        over[right] += within
        over[left] += around
        under[right] += around
    best = np.maximum(np.maximum(inside, outside), np.maximum(crossing, same))
    return best, inside, outside, crossing, same, np.minimum(under, 3).astype(np.uint64), np.minimum(over, 3).astype(np.uint64)


def repeats(text: str, found: Sequence[Candidate], name: Codes, start: Indices, chance: Floats) -> tuple[Floats, Codes, Codes, Codes]:
    """Of each candidate the best chance that the same characters have elsewhere in the letter; how often they stand there, as candidates, and
    as ones that are rather names than not. `name` is the code of its characters."""
    _, example, group = np.unique(name, return_index=True, return_inverse=True)
    spots, spot = np.unique(group * (len(text) + 1) + start, return_inverse=True)      # the same characters at the same place
    of = spots // (len(text) + 1)
    top = np.zeros(len(spots))
    np.maximum.at(top, spot, chance)
    order = np.lexsort((-top, of))
    firsts = np.searchsorted(of, np.arange(len(example)))       # spots are sorted by group, and `order` keeps that
    counts = np.bincount(of, minlength=len(example))
    likeliest = order[firsts]
    next_best = np.where(counts > 1, top[order[np.minimum(firsts + 1, len(order) - 1)]], 0.0)
    elsewhere = np.where(likeliest[of] == np.arange(len(spots)), next_best[of], top[likeliest][of])[spot]
    surfaces = [text[found[k].start:found[k].end] for k in example.tolist()]
    if len(found) <= len(text):     # four or five characters each in letters; where everything may be a name, counting has no end
        hits = [k for k, _, _ in ahocorasick_rs.AhoCorasick(surfaces).find_matches_as_indexes(text, overlapping=True)]
        written = np.bincount(np.array(hits, np.intp), minlength=len(example))
    else:
        written = counts
    held = np.bincount(of, top > 0.5, len(example))
    return elsewhere, *(counted(each[group], TIMES) for each in (written, counts, held))


def heads(text: str, passages: Sequence[Passage], found: Sequence[Candidate]) -> tuple[Codes, Codes]:
    """The class and the characters of the head word that each candidate ends with."""
    ends: dict[int, Known] = {passage.start + head.end: head for passage in passages for head in passage.heads}
    known = [ends.get(one.end) for one in found]
    return (codes([head.label if head else "-" for head in known]),
            codes([text[one.end - (head.end - head.start):one.end] if head else "-" for one, head in zip(found, known, strict=True)]))
