"""Corrections of files put into a store, or taken back; what that did."""
from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.curate.checks import Corrections
from kg.curate.model import Correction, Placed
from kg.curate.report import Outcome, outcomes
from kg.errors import InputError, UnknownName

if TYPE_CHECKING:
    from kg.store import Store


@dataclass(frozen=True, slots=True)
class Report:
    """What was done: corrections new to the store, already there, and taken back; what became of each that is in force now."""

    new: tuple[Correction, ...]
    known: tuple[Correction, ...]
    taken_back: tuple[Correction, ...]
    outcomes: tuple[Outcome, ...]

    def of(self, state: str) -> tuple[Outcome, ...]:
        """Those in this state: applied, waiting or gone."""
        return tuple(one for one in self.outcomes if one.state == state)


def known_as(path: Path, store: Path) -> str:
    """The name by which a store knows a file of corrections: its path from the folder in which the store lies.

    So two files of one name in two folders are two, and a store that is moved together with its files knows them still.
    """
    file = os.path.join(os.path.realpath(path.parent), path.name)
    try:
        return Path(os.path.relpath(file, os.path.realpath(store.parent))).as_posix()
    except ValueError:                  # another drive
        return Path(file).as_posix()


def read_for(store: Path, path: Path) -> list[Placed]:
    """The corrections of a file, with the name by which the store in the folder `store` knows it. InputError as `read`."""
    source = known_as(path, store)
    return [replace(one, correction=replace(one.correction, source=source)) for one in read(path)]


def read(path: Path) -> list[Placed]:
    """The corrections of a file, YAML or Turtle by its name. InputError tells file and line of what is wrong."""
    if path.is_dir():
        raise InputError(f"{path} is a folder: name the files of corrections in it, as in  {path}/*.yaml.")
    if path.is_symlink() and not path.exists():
        raise InputError(f"{path} is a link that leads nowhere ({path.readlink()}): mend it, or take it out.")
    if path.suffix.lower() in (".ttl", ".turtle"):
        from kg.curate.rdf import read_turtle
        return read_turtle(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        from kg.curate.document import read_yaml
        return read_yaml(path)
    raise InputError(f"{path} is no file of corrections: give one that ends in .yaml or .ttl.")


def apply(store: Store, given: Sequence[Placed], *, undo: Iterable[str] = (), sync: Iterable[str] = ()) -> Report:
    """Have the corrections that are given in force beside those that were; those of `undo`, by id, are taken back.

    `sync` names files (known_as): what an earlier version of one said and it says no longer is taken back too. InputError when corrections
    contradict each other, UnknownName for an id that is not there; the store is then as it was.
    """
    before = {one.id: one for one in store.curator.corrections.items}
    wanted = {placed.correction.id: placed.correction for placed in given}
    back = {_known(id_, before) for id_ in undo}
    files = set(sync)
    back |= {id_ for id_, one in before.items() if one.source in files and id_ not in wanted}
    after = {**{id_: one for id_, one in before.items() if id_ not in back}, **wanted}
    where = {id_: f"the correction {id_} of the store" for id_ in before} | {placed.correction.id: placed.where for placed in given}
    store.put_corrections(Corrections.of(after.values(), where).items)
    return Report(tuple(one for id_, one in wanted.items() if id_ not in before), tuple(one for id_, one in wanted.items() if id_ in before),
                  tuple(before[id_] for id_ in sorted(back)), outcomes(store))


def _known(id_: str, before: Iterable[str]) -> str:
    """The id that begins so; UnknownName when there is none or more than one."""
    found = [one for one in before if one.startswith(id_)] if id_ else []
    if len(found) != 1:
        raise UnknownName("correction", id_, before)
    return found[0]
