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

LEVEL = re.compile("^(师市|新区|自治区|自治州|自治县|地区|地(?=委)|市|省|区|县|州|盟|旗)(?=.)")
SEATED = re.compile("(?:人民)?政府(?P<what>[^驻采]{2,8}?)办(?:公室)?")
COMMITTEE = {"委": ("委", "委会", "委员会")}      # how the tail of a branch may be written
YOUTH = re.compile("^(?:共青团|团)(市|省|区|县|州|自治区)(?:委|党委)(?:员会)?$|^(?:共青团)(?P<place>.{2,9}?)(?:市|省|区|县)?委(?:员会)?$")
PARTY = re.compile("^(?:中共|中国共产党)(?P<place>.+?)(?P<rest>委.*)$")
PARTY_ORGAN = re.compile("^中共{p}委(?!员会)")
ABROAD = frozenset({"香港特别行政区", "澳门特别行政区", "台湾"})
"""Places whose organs are named otherwise; the lexicon lists them."""
CORPS, CORPS_FORM = "新疆生产建设兵团", re.compile("^(?:新疆生产建设)?兵团(?=.)")
BARE = re.compile(".*[局厅委]")      # a department without a place or level: 财政局, 教育厅, 卫健委
HEADS: Mapping[str, str] = {"局": "局", "厅": "厅", "委": "委员会", "委员会": "委员会"}
LEVELS: Mapping[str, tuple[str, ...]] = {"省": ("province",), "自治区": ("province",), "市": ("city", "province"),
                                         "州": ("city",), "自治州": ("city",),
                                         "盟": ("city",), "地区": ("city",),
                                         "地": ("city",), "区": ("district",), "县": ("district",), "自治县": ("district",), "旗": ("district",)}


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


def department_of(form: str, place: str | None, lexicon: Lexicon) -> Organ | None:
    """The department of the answering place that is told without place or level: 财政局 in a letter of 锡林浩特市."""
    if place is None or place in (*ABROAD, COUNTRY) or not BARE.fullmatch(form):
        return None
    if form[-1] != "委" and place.endswith(("省", "自治区")) != (form[-1] == "厅"):      # provinces have 厅; their 局 are told in full
        return None
    return _listed_organ(place, form, lexicon) or _written_out(place, form)


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
    corps = CORPS_FORM.match(form)
    if corps:
        yield CORPS, form[corps.end():]
        return
    if form.startswith(("行署", "行政公署")):
        owner = _around("地区", place, lexicon) or _around("盟", place, lexicon)
        if owner and owner.endswith(("地区", "盟")):
            yield owner, form
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
    word = word.removeprefix("师")      # 师市 of a city of the Corps
    for name in line:       # a place that ends in the word itself: 州, 县, 区, a county-level 市
        if name.endswith("地区" if word == "地" else word) and (word != "区" or not name.endswith("自治区")):
            return name
    wanted = LEVELS.get(word, ())
    return next((name for name in line if lexicon.level(name) in wanted and (word != "省" or name.endswith("省"))), None)


def _listed_organ(owner: str, rest: str, lexicon: Lexicon) -> Organ | None:
    for row in _rows(owner, rest):
        if not row.only or owner in row.only or lexicon.level(owner) in row.only:
            name = row.official.format(p=_party(owner) if PARTY_ORGAN.match(row.official) else owner)
            if owner.endswith(("盟", "地区")):      # has no people's government but an office of the province's
                name = name.replace("人民政府", "行政公署")
            older = tuple(old.format(p=owner) for old in row.older)
            return Organ(name, _others(name, (*older, owner + rest)), row.kind, owner, "listed")
    return None


def _rows(owner: str, rest: str) -> Sequence[_Row]:
    """What is listed for a form; 自治区党委统战部 is listed as 委统战部, 盟行署外办 and 市政府新闻办 as 外办 and 新闻办."""
    listed, forms = _listed(), [rest]
    if owner.endswith("自治区") and rest.startswith("党委"):
        forms.append(rest[1:])
    if owner.endswith(("盟", "地区")) and rest.startswith(("行署", "行政公署")):
        forms.append("政府" + rest.removeprefix("行署").removeprefix("行政公署"))
    forms += [form.removeprefix("人民").removeprefix("政府") for form in forms if form.endswith("办") and form.startswith(("政府", "人民政府"))]
    return next((listed[form] for form in forms if form in listed), ())


def _party(owner: str) -> str:
    """A place as the names of party organs have it: 中共天津市委, 中共广西壮族自治区党委, 中共阿克苏地委."""
    return owner + "党" if owner.endswith("自治区") else owner.removesuffix("区") if owner.endswith("地区") else owner


def _written_out(owner: str, rest: str) -> Organ | None:
    full = _spelled(rest)
    seated = SEATED.fullmatch(rest) if full is None else None
    if seated:
        full = f"人民政府{seated['what']}办公室"
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
