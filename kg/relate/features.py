"""What is seen of pairs of names, as keys of 64 bits, for all pairs of a letter at once. Training and reading share this one definition.

Of pairs whose ends stand in the same two lists all is the same but the names themselves; so features are made for lists and for names apart.
A template is a name and the fields that it looks at ("bL before kinds"). To add a feature, add a template.

    left and right      the lists of both ends; of a pair whose left end the sentence leaves out, the clause of the right one up to it
    kinds               the two sorts of class (or who it is that is left out, and its sort): all that acts is of one sort
    between             from the left list to the right one; `core` without the further items of lists that reach into it
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.keys import NONE, Bags, Codes, Mask, keyed
from kg.relate import signs
from kg.relate.layout import Layout, Places, Track, spread
from kg.relate.parts import Parts

Field = NDArray[np.integer] | Mask
Found = tuple[Places, Codes]

LISTS: Mapping[str, Sequence[str]] = {
    "all": ("T ends", "l before before2 kinds", "r after kinds", "r after after2 kinds", "rv verb_after kinds"),
    "same": ("same", "same kinds"),
    "spans": ("N names kinds", "fv first_verb kinds", "lv last_verb kinds", "fl first_verb last_verb"),
    "wide": ("zl middle kinds", "zf begin kinds"),
    "close": ("s signature", "s signature kinds"),
    "sparse": ("z shown kinds",),
    "apart": ("d distance", "k clauses kinds", "first leads kinds", "bL before kinds", "bR middle kinds", "bLR before middle", "G left right kinds",
              "J1 core_begin core_end kinds", "A rivals near_rivals kinds", "B subject later near kinds"),
    "near core": ("J core kinds",),
    "core verb": ("D subject near core_verb kind",),
    "left out": ("o others kinds", "a agents kinds", "ac near kinds", "bR middle kinds", "open opening"),
}
"""One feature of each template for two lists, where the condition holds."""

BAGS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("between", "names", ("n it",)),
    ("between", "predicates", ("m it", "m it kinds")),
    ("between", "frames", ("f it",)),
    ("between", "telling", ("b it", "b it kinds")),
    ("before", "words", ("L it",)),
    ("before", "predicates", ("ml it kinds",)),
    ("opening", "frames", ("lf it",)),
    ("opening", "verbs", ("lv it kinds",)),
    ("after", "predicates", ("Rm it kinds",)),
    ("after", "frames", ("Rf it",)),
    ("after", "content", ("R it",)),
    ("soon after", "content", ("R it kinds",)),
    ("beyond", "predicates", ("Sm it kinds",)),
    ("beyond", "frames", ("Sf it",)),
    ("beyond", "content", ("S it",)),
    ("soon beyond", "content", ("S it kinds",)),
)
"""A feature of each template for each token of a sort in a stretch: `it` is its word, its predicate, or the mark of a name."""

VERBS = (("predicates", ("P to_left to_right it kinds",)), ("verbs", ("P to_left to_right it", "P to_left to_right")))
"""The same for the words nearest to both names that say something."""
NEAREST, WITHIN = 5, 12     # such words, and tokens behind the right name where they are looked for

NAMES: Mapping[str, Sequence[str]] = {
    "apart": ("hl left_end", "hr right_end", "hlr left_last right_last"),
    "left out": ("hr right_end",),
    "sole": ("sole kinds",),
    "item left": ("listL",),
    "item right": ("listR",),
}
"""What is seen of the names of a pair alone."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of pairs of lists, as arrays.

    `named` says whether the sentence names the left end; `left`, `left_end`, `right`, `right_end` are the first and last tokens of the lists
    (where it does not, those of the right one); `start` and `stop` where the sentence begins and ends; `ends` and `kinds` the codes of the
    pair of classes and of sorts, `kind` the code of the right one's class.
    """

    named: Mask
    left: Places
    left_end: Places
    right: Places
    right_end: Places
    start: Places
    stop: Places
    ends: Codes
    kinds: Codes
    kind: Codes


class Tracks:
    """The tokens of a letter by sort."""

    def __init__(self, layout: Layout) -> None:
        self.sorts = {
            "names": layout.marked(signs.NAME), "predicates": layout.predicates, "words": layout.worded(signs.WORD),
            "frames": layout.worded(signs.FRAME), "telling": layout.worded(signs.TELLING), "verbs": layout.worded(signs.VERB),
            "content": layout.worded(signs.CONTENTFUL)}
        self.agents, self.shown, self.stops = (layout.marked(flag) for flag in (signs.AGENT, signs.SHOWN, signs.STOP))
        self.speaking = layout.worded(signs.SPEAKING)
        self.begins, self.ends = _cores(layout)


def of_lists(layout: Layout, ends: Ends, parts: Parts) -> Bags:
    """The features of pairs of lists."""
    size, tracks = len(ends.kinds), Tracks(layout)
    apart = ends.named & (ends.left != ends.right)
    begin = np.where(apart, ends.left_end + 1, np.where(ends.named, ends.right, layout.opened[ends.right]))
    first = np.where(ends.named, ends.left, begin)
    stretches = {"between": (begin, ends.right), "before": (np.maximum(ends.start, first - 4), first), "opening": (layout.opened[first], first),
                 **_after(layout, tracks, ends)}
    found = [one for where, track, templates in BAGS for one in _bag(tracks.sorts[track], *stretches[where], ends.kinds, templates)]
    fields, holds = _fields(layout, tracks, ends, parts, begin, first, apart)
    fields["verb_after"] = tracks.sorts["verbs"].first(*stretches["after"])
    found += held(LISTS, fields, holds)
    return Bags.joined(size, found + _verbs(layout, tracks, ends, parts, np.flatnonzero(apart)))


def of_names(fields: Mapping[str, Field], holds: Mapping[str, Mask]) -> Bags:
    """The features of the names of pairs."""
    return Bags.joined(len(fields["kinds"]), held(NAMES, fields, holds))


def made(rows: Places, templates: Sequence[str], fields: Mapping[str, Field], where: Mask | None = None) -> list[Found]:
    """The keys that templates make of fields, element by element those of `rows`."""
    out = []
    for template in templates:
        name, *used = template.split()
        given = [fields[field].astype(np.uint64, copy=False) for field in used] or [np.zeros(len(rows), np.uint64)]
        out.append((rows, keyed(name, *given, where=where)))
    return out


def held(templates: Mapping[str, Sequence[str]], fields: Mapping[str, Field], holds: Mapping[str, Mask]) -> list[Found]:
    """The same for templates by condition, where it holds."""
    rows = np.arange(len(fields["kinds"]))
    return [found for condition, group in templates.items() for found in made(rows, group, fields, holds[condition])]


def _bag(track: Track, first: Places, last: Places, kinds: Codes, templates: Sequence[str]) -> list[Found]:
    """What templates make of each of a track's tokens in stretches."""
    rows, it = track.each(first, last)
    return made(rows, templates, {"it": it, "kinds": kinds[rows]})


def _after(layout: Layout, tracks: Tracks, ends: Ends) -> dict[str, tuple[Places, Places]]:
    """The stretches behind the right names: to the end of their clause, and from a comma on to the end of the next."""
    begin = ends.right_end + 1
    limit, near = np.minimum(ends.right_end + 17, ends.stop), ends.right_end + 9
    end = np.minimum(tracks.stops.next(begin), limit)
    goes_on = (end < limit) & layout.has(signs.COMMA)[end]
    later = np.where(goes_on, end + 1, end)
    last = np.where(goes_on, np.minimum(tracks.stops.next(later), limit), end)
    return {"after": (begin, end), "soon after": (begin, np.minimum(end, near)),
            "beyond": (later, last), "soon beyond": (later, np.minimum(last, near))}


def _fields(layout: Layout, tracks: Tracks, ends: Ends, parts: Parts, begin: Places, first: Places,
            apart: Mask) -> tuple[dict[str, Field], dict[str, Mask]]:
    """The fields of LISTS, and where its conditions hold."""
    marks, right, clause = layout.marks, ends.right, layout.clause
    verbs, names = tracks.sorts["verbs"], tracks.sorts["names"]
    core = np.minimum(tracks.begins[begin], right - (right - begin) % 2)
    core_end = np.maximum(tracks.ends[right], core + (right - core) % 2)
    core_verb = verbs.last(np.maximum(core, core_end - 4), core_end)
    rivals = np.where(apart, tracks.agents.count(begin, right), 0)
    near = tracks.agents.count(np.maximum(begin, layout.opened[right]), right)
    some = core_end > core
    fields: dict[str, Field] = {
        "ends": ends.ends, "kinds": ends.kinds, "kind": ends.kind,
        "before": marks[first - 1], "before2": marks[first - 2], "after": marks[ends.right_end + 1], "after2": marks[ends.right_end + 2],
        "middle": marks[right - 1], "begin": marks[begin], "opening": marks[ends.start],
        "names": np.minimum(names.count(begin, right), 3), "first_verb": verbs.first(begin, right), "last_verb": verbs.last(begin, right),
        "signature": layout.every.sequence(begin, right), "shown": tracks.shown.sequence(begin, right),
        "core": layout.every.sequence(core, core_end),
        "core_begin": np.where(some, marks[core], NONE), "core_end": np.where(some, marks[core_end - 1], NONE),
        "core_verb": core_verb, "distance": np.minimum((right - begin) // 3, 6), "clauses": np.minimum(clause[right] - clause[ends.left], 4),
        "leads": names.before[ends.left] == names.before[ends.start], "left": parts.of(ends.left), "right": parts.of(right),
        "rivals": np.minimum(rivals, 2), "near_rivals": np.minimum(near, 2), "near": near > 0, "later": clause[right] > clause[ends.left],
        "subject": layout.has(signs.OPENS)[ends.left - 1],
        "others": np.minimum(names.count(ends.start, right), 3), "agents": np.minimum(tracks.agents.count(ends.start, right), 2),
    }
    spans = apart | ~ends.named
    holds = {"all": np.ones(len(right), np.bool_), "same": ~spans, "spans": spans, "wide": spans & (right > begin),
             "close": spans & (right - begin <= 7), "sparse": spans & (tracks.shown.count(begin, right) <= 6), "apart": apart,
             "near core": apart & (core_end - core <= 6), "core verb": apart & (core_verb != NONE), "left out": ~ends.named}
    return fields, holds


def _cores(layout: Layout) -> tuple[Places, Places]:
    """From each token on where a stretch begins once items of a list are left out (和 #Company), and back where it ends (#Company 、)."""
    joins, name = layout.has(signs.JOINS), layout.has(signs.NAME)
    forward = back = np.arange(layout.size + 1)
    item = np.append(joins[:-1] & name[1:], (False, False))
    forward = np.where(item, forward + 2, forward)
    item = np.concatenate(((False, False), name[:-1] & joins[1:]))
    back = np.where(item, back - 2, back)
    while (forward[forward] != forward).any() or (back[back] != back).any():
        forward, back = forward[forward], back[back]
    return forward, back


def _verbs(layout: Layout, tracks: Tracks, ends: Ends, parts: Parts, pairs: Places) -> list[Found]:
    """What the two names are to the words nearest to them that say something."""
    left, left_end, right, right_end = (each[pairs] for each in (ends.left, ends.left_end, ends.right, ends.right_end))
    speaking = tracks.speaking
    last = np.minimum(np.minimum(right_end + WITHIN + 1, ends.stop[pairs]), layout.closed[right])
    rows, found = spread(speaking.before[layout.opened[left]], speaking.before[last])
    at = speaking.at[found]
    away = np.minimum(np.abs(at - right[rows]), np.abs(at - left_end[rows]))
    order = np.lexsort((at, away, rows))
    starts = np.searchsorted(rows, rows)
    kept = order[np.arange(len(rows)) - starts < NEAREST]      # `rows` is sorted: so ordered, the same rows stand in the same places
    rows, at = rows[kept], at[kept]
    to = {"to_left": parts.to(left[rows], left_end[rows], at), "to_right": parts.to(right[rows], right_end[rows], at),
          "kinds": ends.kinds[pairs[rows]]}
    out = []
    for track, templates in VERBS:
        each, it = tracks.sorts[track].each(at, at + 1)
        fields = {"it": it, **{name: field[each] for name, field in to.items()}}
        out += made(pairs[rows[each]], templates, fields)
    return out
