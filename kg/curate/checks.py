"""Many corrections together: which name stands for which at last, whom they concern, and that no two contradict each other."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.curate.model import Correction
from kg.errors import InputError

IDENTITY = ("merge", "rename")


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections in force, by their ids; what follows from all of them is worked out once."""

    items: tuple[Correction, ...] = ()
    _next: dict[str, tuple[str, Correction]] = field(default_factory=dict, compare=False)
    _letters: dict[str, list[Correction]] = field(default_factory=dict, compare=False)
    _everywhere: list[Correction] = field(default_factory=list, compare=False)
    _names: set[str] = field(default_factory=set, compare=False)

    @classmethod
    def of(cls, items: Iterable[Correction], where: Mapping[str, str] | None = None) -> Corrections:
        """These corrections, each once. InputError when two contradict each other; `where` tells by id where each stands."""
        given = {one.id: one for one in items}
        for problem in contradictions(given.values(), where or {}):
            raise InputError(problem)
        made = cls(tuple(given[id_] for id_ in sorted(given)))
        for one in made.items:
            made._add(one)
        return made

    def _add(self, one: Correction) -> None:
        if one.kind in IDENTITY:
            self._next.update((name, (one.new("name"), one)) for name in one.names)
        if one.letter:
            self._letters.setdefault(one.letter, []).append(one)
        else:
            self._everywhere.append(one)
            self._names.update(one.names, (one.about(key) for key in ("subject", "object") if one.about(key)))

    def __bool__(self) -> bool:
        return bool(self.items)

    def name(self, name: str) -> str:
        """The name by which an entity goes at last, after all that is merged and renamed."""
        while name in self._next:
            name = self._next[name][0]
        return name

    def way(self, name: str) -> list[Correction]:
        """The corrections by which a name comes to its last one."""
        found = []
        while name in self._next:
            name, one = self._next[name]
            found.append(one)
        return found

    def last_names(self) -> dict[str, list[Correction]]:
        """The corrections by which each name that stands for another comes to its last one."""
        return {name: self.way(name) for name in self._next}

    def renamed(self) -> Iterator[str]:
        """The names that stand for another."""
        return iter(self._next)

    def for_letter(self, letter: str) -> list[Correction]:
        """Those that may concern a letter, by id."""
        return sorted([*self._everywhere, *self._letters.get(letter, ())], key=lambda one: one.id)

    def concerns(self, letter: str, names: Iterable[str]) -> bool:
        """Whether any may change a letter that has these names; quick, since each letter of a build is asked."""
        return letter in self._letters or (bool(self._names) and not self._names.isdisjoint(names))

    def names(self) -> set[str]:
        """The names that corrections of all letters concern, also those that others are merged into."""
        return {*self._names, *(self.name(name) for name in self._names)}

    def letters(self) -> set[str]:
        """The letters that corrections name."""
        return set(self._letters)

    def classes(self) -> dict[str, str]:
        """The class of each entity whose class is corrected, by its last name."""
        return {self.name(name): one.new("class") for one in self.items if one.kind == "class" for name in one.names}


def contradictions(items: Iterable[Correction], where: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each two that cannot hold together, and for each circle of names."""
    items = tuple(items)
    place = {one.id: where.get(one.id, f"the correction {one.id}") for one in items}
    targets: dict[str, Correction] = {}
    for one in (one for one in items if one.kind in IDENTITY):
        for name in one.names:
            other = targets.setdefault(name, one)
            if other.new("name") != one.new("name"):
                yield _both(place, other, one, f"{name} would be both {other.new('name')} and {one.new('name')}")
    yield from _circles(targets, place)
    yield from _answers(items, place, targets)


def _circles(targets: Mapping[str, Correction], place: Mapping[str, str]) -> Iterator[str]:
    for start in sorted(targets):
        seen = [start]
        while seen[-1] in targets:
            seen.append(targets[seen[-1]].new("name"))
            if seen[-1] in seen[:-1]:
                if seen[-1] == start == min(seen):
                    yield f"{place[targets[start].id]}: the names go in a circle ({' → '.join(seen)}): take one of these corrections out."
                break


def _answers(items: Iterable[Correction], place: Mapping[str, str], targets: Mapping[str, Correction]) -> Iterator[str]:
    """What would give one question two answers: the class of an entity, the status of a fact, whose name it is in a letter."""
    def last(name: str) -> str:
        seen = {name}
        while name in targets and targets[name].new("name") not in seen:
            name = targets[name].new("name")
            seen.add(name)
        return name
    known: dict[tuple[str, ...], tuple[str, Correction]] = {}
    for one in items:
        for question, answer in _says(one, last):
            was, other = known.setdefault(question, (answer, one))
            if was != answer:
                yield _both(place, other, one, f"{one.says or question[-1]}: {was} and {answer}")


def _says(one: Correction, last: object) -> Iterator[tuple[tuple[str, ...], str]]:
    assert callable(last)
    about = dict(one.of)
    fact = tuple(last(about.get(key, "")) if key in ("subject", "object") else about.get(key, "") for key in (
        "letter", "subject", "predicate", "object", "indicator", "value", "unit", "status"))
    if one.kind == "class":
        yield ("class", last(one.names[0])), one.new("class")
    elif one.kind == "split":
        yield ("split", one.names[0], *(value for _, value in one.of)), one.new("name")
    elif one.kind == "change":
        yield from (((key, *fact, about.get("time", ""), about.get("quote", "")), value) for key, value in one.to)
    elif one.kind in ("wrong", "missing") and about.get("letter") and (about.get("status") or one.target == "figure"):
        yield ("wrong or missing", *fact, *([about.get("time", "")] if one.target == "figure" else [])), one.kind


def _both(place: Mapping[str, str], one: Correction, other: Correction, what: str) -> str:
    return f"{place[other.id]} contradicts {place[one.id]} ({what}): take one of them out."
