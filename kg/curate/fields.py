"""From what a file or a form gives to a correction: which fields each kind needs and takes, and what their values must be."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kg.curate.model import KINDS, OF, PART, TO, Correction, Kind, Target, pairs
from kg.errors import InputError
from kg.gold import TIME
from kg.ontology import Term, load_ontology

WHO = ("by", "when", "why")
FACT = ("letter", "subject", "predicate", "object", "status", "time", "quote")
FIGURE = ("letter", "subject", "indicator", "value", "unit", "time", "quote")
REFERS: Mapping[Target, tuple[str, ...]] = {"fact": FACT, "figure": FIGURE, "letter": ("letter",), "name": ("letter",)}
NEEDS: Mapping[Target, tuple[str, ...]] = {
    "fact": ("subject", "predicate", "object"), "figure": ("subject", "value"), "letter": ("letter",), "name": ()}
TARGETS: Mapping[Kind, tuple[Target, ...]] = {
    "merge": ("name",), "rename": ("name",), "split": ("name",), "class": ("name",), "wrong": ("fact", "figure"), "missing": ("fact", "figure"),
    "change": ("fact", "figure"), "hide": ("fact", "figure", "name"), "note": ("fact", "figure", "letter", "name")}
SETS: Mapping[Target, tuple[str, ...]] = {
    "fact": ("status", "time", "place", "amount", "role"), "figure": ("value", "unit", "time", "indicator"), "name": (), "letter": ()}
MORE: Mapping[Target, tuple[str, ...]] = {
    "fact": ("place", "field", "amount", "role", "subject-class", "object-class"), "figure": ("subject-class",), "name": (), "letter": ()}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
VALUE = re.compile(r"-?\d+(\.\d+)?")
NEAR = 0.4                              # how much of two words must be the same, so that one may be meant by the other
LONGEST = 2000                          # characters of a text


@dataclass(frozen=True, slots=True)
class Given:
    """Keys with their values as they were given (a list has several), the mapping under `to`, and the file."""

    values: Mapping[str, tuple[str, ...]]
    to: Mapping[str, str]
    source: str = ""


def correction(given: Given) -> Correction:
    """The correction that is given. InputError names the key that is wrong, in `backquotes`."""
    kind = _kind(given.values)
    first = given.values[kind]
    target = _target(kind, first)
    one = {key: _one(key, texts) for key, texts in given.values.items() if key != kind}
    _known(kind, target, one, given.to)
    names = _names(first) if target == "name" else ()
    of = {key: one[key] for key in OF if key in one and key in _refers(kind, target)}
    to = _to(kind, target, one, given.to)
    made = Correction(kind, target, _sources(kind, names, to.get("name", "")), pairs(_checked(of), OF), pairs(_checked(to, kind), TO),
                      one.get("by", ""), one.get("when", ""), one.get("why", ""), given.source)
    _complete(made, to)
    return made


def _kind(values: Mapping[str, tuple[str, ...]]) -> Kind:
    found: list[Kind] = [kind for kind in KINDS if kind in values]
    if len(found) == 2 and found[1] == "class":         # the class of what a name is split into
        found.pop()
    if len(found) != 1:
        said = f"`{found[1]}` stands beside `{found[0]}`" if found else "it says of no kind what is corrected"
        raise InputError(f"{said}: begin each correction with one of {', '.join(KINDS)}.")
    return found[0]


def _target(kind: Kind, first: tuple[str, ...]) -> Target:
    said = first[0] if len(first) == 1 else ""
    for target in ("fact", "figure", "letter"):
        if said == target and target in TARGETS[kind]:
            return target
    if "name" in TARGETS[kind]:
        return "name"
    raise InputError(f"`{kind}` is {said!r}: say {' or '.join(TARGETS[kind])}.")


def _refers(kind: Kind, target: Target) -> tuple[str, ...]:
    return ("letter", "quote") if kind == "split" else REFERS[target] if kind in ("wrong", "missing", "change", "hide", "note") else ()


def _known(kind: Kind, target: Target, one: Mapping[str, str], to: Mapping[str, str]) -> None:
    takes = [*_refers(kind, target), *WHO, *([PART[kind]] if kind in PART else []), *(["class"] if kind == "split" else []),
             *(MORE[target] if kind == "missing" else []), *(["to"] if kind == "change" else [])]
    for key in one:
        if key not in takes:
            raise InputError(f"`{key}` is not known for `{kind}: {target if target != 'name' else 'NAME'}`; it takes {', '.join(takes)}.")
    if kind == "change" and "to" in one:
        raise InputError(f"`to` must say what is changed, as in  to: {{{SETS[target][0]}: …}}.")
    if to and kind != "change":
        raise InputError(f"`to` takes one text for `{kind}`.")
    for key in to:
        if key not in SETS[target]:
            raise InputError(f"`to` cannot change {key!r} of a {target}; it takes {', '.join(SETS[target])}.")


def _one(key: str, texts: tuple[str, ...]) -> str:
    if len(texts) != 1:
        raise InputError(f"`{key}` takes one text, not a list.")
    if len(texts[0]) > LONGEST:
        raise InputError(f"`{key}` is longer than {LONGEST} characters.")
    return texts[0]


def _names(first: tuple[str, ...]) -> tuple[str, ...]:
    if not first or not all(name and len(name) <= 200 for name in first):
        raise InputError("a name is empty or longer than 200 characters.")
    return first


def _sources(kind: Kind, names: tuple[str, ...], into: str) -> tuple[str, ...]:
    """The names that are corrected, sorted; of a merge those that give way."""
    if kind == "merge":
        return tuple(sorted({*names} - {into}))
    if len(names) > 1:
        raise InputError(f"`{kind}` takes one name.")
    return names


def _to(kind: Kind, target: Target, one: Mapping[str, str], to: Mapping[str, str]) -> dict[str, str]:
    if kind == "change":
        return {key: value or "-" for key, value in to.items()}
    if kind == "class":
        return {"class": one.get("to", "")}
    if kind in PART:
        return {"name": one.get(PART[kind], ""), "class": one.get("class", "")}
    return {key: one[key] for key in MORE[target] if key in one} if kind == "missing" else {}


def _checked(values: dict[str, str], kind: str = "") -> dict[str, str]:
    """The values with classes, predicates and statuses by their own names; InputError for what is none, under the key that the file has."""
    ontology = load_ontology()
    tables: Mapping[str, Mapping[str, Term]] = {"class": ontology.classes, "subject-class": ontology.classes, "object-class": ontology.classes,
                                                "predicate": ontology.predicates, "status": ontology.statuses}
    out, side = dict(values), "to: " if kind == "change" else ""
    for key, value in values.items():
        if key in tables and value:
            shown = PART.get(kind, key) if kind == "class" else f"{side}{key}"
            out[key] = _term(shown, value, tables[key].values())
            out[key] = out[key].lower() if key == "status" else out[key]
            if "class" in key and ontology.main(out[key]) is None:
                raise InputError(f"`{shown}` is {value!r}, which stands above the classes of entities: choose one such as Fund or University.")
        if key == "time" and value not in ("", "-"):
            _time(f"{side}{key}", value)
        if key == "value" and value and not VALUE.fullmatch(value):
            raise InputError(f"`{side}value` is {value!r}: give the number in digits, as 189.3.")
    return out


def _term(key: str, value: str, terms: Iterable[Term]) -> str:
    terms = tuple(terms)
    for one in terms:
        if value == one.zh or value.casefold() in (one.name.casefold(), one.en.casefold()):
            return one.name
    near = _near(value, terms)
    shown = ", ".join(f"{one.name} ({one.zh})" for one in near or terms[:20])
    raise InputError(f"`{key}` is {value!r}, which the vocabulary does not have; {'near ones' if near else 'it has'}: {shown}.")


def _near(value: str, terms: Iterable[Term]) -> list[Term]:
    """The terms, at most three, of whose name or labels a word has the most characters in common: 合作 -> cooperatesWith (与…合作)."""
    from difflib import SequenceMatcher
    sure = {one.name: max(SequenceMatcher(None, value.casefold(), form.casefold()).ratio() for form in (one.name, one.zh, one.en)) for one in terms}
    return sorted((one for one in terms if sure[one.name] >= NEAR), key=lambda one: -sure[one.name])[:3]


def _time(key: str, value: str) -> None:
    from kg.compare import days
    try:
        well = bool(TIME.fullmatch(value)) and days(value)[0] <= days(value)[1]
    except ValueError:
        well = False
    if not well:
        raise InputError(f"`{key}` is {value!r}: give a year, month or day of ISO (2024, 2024-06, 2024-06-30), or FIRST/LAST.")


def _complete(made: Correction, to: Mapping[str, str]) -> None:
    """InputError for what is lacking."""
    needs = [*NEEDS[made.target], *(("letter", "quote") if made.kind == "missing" else ()),
             *(("status",) if made.kind == "missing" and made.target == "fact" else ()),
             *(("indicator", "unit") if made.kind == "missing" and made.target == "figure" else ())]
    lacking = [key for key in needs if not made.about(key)]
    if made.kind in PART and not any(to.get(key) for key in ("name", "class")):
        lacking.append(PART[made.kind])
    if lacking:
        raise InputError(f"`{made.kind}` lacks {', '.join(lacking)}.")
    if made.kind == "split" and not made.of:
        raise InputError("`split` lacks letter or quote: say where the name stands for another.")
    if made.kind == "change" and not made.to:
        raise InputError(f"`change` lacks to: say what is right, as in  to: {{{SETS[made.target][0]}: …}}.")
    if (made.target == "name" and made.new("name") in made.names) or (not made.names and made.target == "name"):
        raise InputError(f"`{made.kind}` has the same name on both sides.")
    for key in WHO:
        if not getattr(made, key):
            raise InputError(f"`{made.kind}` lacks {key}: say who corrects (by), when (a day) and why.")
    _day(made.when)


def _day(text: str) -> None:
    try:
        well = bool(DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        well = False
    if not well:
        raise InputError(f"`when` is {text!r}: give a day, as 2025-03-01.")
