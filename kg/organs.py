"""Official names of organs from short ones: 市教委 in a letter of 天津市 is 天津市教育委员会.

A form is a level (市, 省, 区 …) or a place's name, and what it has there. What it has is looked up in `organs.tsv`; a form of a department
(ends in 局, 厅, 委 or 办) that is not listed is written out by the words of `organs_functions.tsv`. What bears its place inside or before its
name, as a branch of a body of the whole country (民盟市委, 深圳证监局), is in `organs_branches.tsv`.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import COUNTRY, Lexicon, read_rows, shipped, split

LEVEL = re.compile("^(自治区|自治州|自治县|市|省|区|县|州|盟|旗)(?=.)")
COMMITTEE = {"委": ("委", "委会", "委员会")}      # how the tail of a branch may be written
YOUTH = re.compile("^(?:共青团|团)(市|省|区|县|州|自治区)(?:委|党委)(?:员会)?$|^(?:共青团)(?P<place>.{2,9}?)(?:市|省|区|县)?委(?:员会)?$")
PARTY = re.compile("^(?:中共|中国共产党)(?P<place>.+?)(?P<rest>委.*)$")
PARTY_ORGAN = re.compile("^中共{p}委(?!员会)")
ABROAD = frozenset({"香港特别行政区", "澳门特别行政区", "台湾"})
"""Places whose organs are named otherwise; the lexicon lists them."""
HEADS: Mapping[str, str] = {"局": "局", "厅": "厅", "委": "委员会", "委员会": "委员会"}
LEVELS: Mapping[str, tuple[str, ...]] = {"省": ("province",), "自治区": ("province",), "市": ("city", "province"),
                                         "州": ("city",), "自治州": ("city",),
                                         "盟": ("city",), "区": ("district",), "县": ("district",), "自治县": ("district",), "旗": ("district",)}


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ: canonical name, other complete names, class, whose it is, and how it was found ('listed' or 'written out')."""

    name: str
    names: tuple[str, ...]
    kind: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    official: str
    kind: str
    only: tuple[str, ...]
    older: tuple[str, ...]


@cache
def _listed() -> Mapping[str, Sequence[_Row]]:
    rows: dict[str, list[_Row]] = {}
    for _, row in read_rows(shipped() / "lexicon" / "organs.tsv", ("short", "official", "class")):
        official = row["official"]
        for short in (*split(row["short"]), official.removeprefix("{p}")):
            rows.setdefault(short, []).append(_Row(official, row["class"], split(row.get("only", "")), split(row.get("older", ""))))
    return rows


@dataclass(frozen=True, slots=True)
class _Branch:
    """What stands before and after the place in a branch's name, the official name and the class."""

    head: str
    tail: str
    official: str
    kind: str


@cache
def _branches() -> Sequence[_Branch]:
    rows = [row for _, row in read_rows(shipped() / "lexicon" / "organs_branches.tsv", ("head", "tail", "official", "class"))]
    return [_Branch(head.strip("-"), form, row["official"], row["class"])
            for row in rows for head in split(row["head"]) for tail in split(row["tail"]) for form in COMMITTEE.get(tail, (tail,))]


@cache
def _functions() -> Mapping[str, str]:
    return {row["short"]: row["official"] for _, row in read_rows(shipped() / "lexicon" / "organs_functions.tsv", ("short", "official"))}


def organ_of(form: str, place: str | None, lexicon: Lexicon) -> Organ | None:
    """The organ that `form` means in a letter of `place` (canonical; None when unknown); None for what is no organ of a place."""
    branch = _branch_of(form, place, lexicon)
    if branch is not None:
        return branch
    for owner, rest in _owners(form, place, lexicon):
        if owner in ABROAD:
            return None
        organ = _listed_organ(owner, rest, lexicon) or _written_out(owner, rest)
        if organ is not None:
            return organ
    return None


def _branch_of(form: str, place: str | None, lexicon: Lexicon) -> Organ | None:
    """The branch in a place of a body that has some everywhere. 市金融监管局 is none: a level word needs a head before it."""
    for branch in _branches():
        middle = form[len(branch.head):len(form) - len(branch.tail)]
        if middle and form.startswith(branch.head) and form.endswith(branch.tail) and (branch.head or middle not in LEVELS):
            owner = _around(middle, place, lexicon) if middle in LEVELS else lexicon.division(middle, place)
            if owner is not None and owner not in (*ABROAD, COUNTRY):
                short = lexicon.stripped(owner)
                called = branch.head + (short if "{s}" in branch.official else owner) + branch.tail
                name = branch.official.format(p=owner, s=short)
                return Organ(name, _others(name, (called,)), branch.kind, owner, "branch")
    return None


def _owners(form: str, place: str | None, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Whose organ a form may be, and what of theirs it is."""
    youth = YOUTH.match(form)
    if youth:
        owner = lexicon.division(youth["place"], place) if youth["place"] else _around(youth[1], place, lexicon)
        if owner:
            yield owner, "团委"
        return
    party = PARTY.match(form)
    if party:
        owner = lexicon.division(party["place"], place)
        if owner:
            yield owner, party["rest"]
        return
    level = LEVEL.match(form)
    if level:
        owner = _around(level[1], place, lexicon)
        if owner:
            yield owner, form[level.end():]
        return
    for cut in range(len(form) - 1, 1, -1):
        if _may_be(form[cut:]):
            owner = lexicon.division(form[:cut], place)
            if owner is not None and owner != COUNTRY:
                yield owner, form[cut:]


def _may_be(rest: str) -> bool:
    return rest in _listed() or _spelled(rest) is not None


def _around(word: str, place: str | None, lexicon: Lexicon) -> str | None:
    """The place that a level word means in a letter of `place`."""
    if place is None:
        return None
    line = [name for name in (place, *lexicon.ancestors(place)) if name != COUNTRY]
    for name in line:       # a place that ends in the word itself: 州, 县, 区, a county-level 市
        if name.endswith(word) and (word != "区" or not name.endswith("自治区")):
            return name
    wanted = LEVELS.get(word, ())
    return next((name for name in line if lexicon.level(name) in wanted and (word != "省" or name.endswith("省"))), None)


def _listed_organ(owner: str, rest: str, lexicon: Lexicon) -> Organ | None:
    for row in _listed().get(rest, ()):
        if not row.only or owner in row.only or lexicon.level(owner) in row.only:
            name = row.official.format(p=_party(owner) if PARTY_ORGAN.match(row.official) else owner)
            older = tuple(old.format(p=owner) for old in row.older)
            return Organ(name, _others(name, (*older, owner + rest)), row.kind, owner, "listed")
    return None


def _party(owner: str) -> str:
    """A place as the names of party organs have it: 中共天津市委, 中共广西壮族自治区党委."""
    return owner + "党" if owner.endswith("自治区") else owner


def _written_out(owner: str, rest: str) -> Organ | None:
    full = _spelled(rest)
    if full is None:
        return None
    return Organ(owner + full, _others(owner + full, (owner + rest,)), "Government", owner, "written out")


def _spelled(rest: str) -> str | None:
    """A department's name written out: 人社局 -> 人力资源和社会保障局; None when a word of it is not known."""
    for head, official in HEADS.items():
        if rest.endswith(head) and len(rest) > len(head):
            function = _functions().get(rest[:-len(head)])
            if function is not None:
                return function + official
    return None


def _others(name: str, forms: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for form in forms if form != name))
