"""The corrections of a project's files: in force after every build."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.curate.model import Placed

if TYPE_CHECKING:
    from kg.project import Project


@dataclass(frozen=True, slots=True)
class Own:
    """The names of the files, and what they say now."""

    files: tuple[str, ...]
    given: tuple[Placed, ...]


def own(project: Project | None, store: Path) -> Own | None:
    """The corrections of a project, for its store; None where it names no file of them. InputError tells file and line of what cannot be used."""
    if project is None or not project.corrections:
        return None
    from kg.curate.apply import known_as, read_for
    files = project.corrections
    return Own(tuple(known_as(path, store) for path in files), tuple(one for path in files for one in read_for(store, path)))


def enforce(folder: Path, corrected: Own | None) -> str:
    """Have the store say what the files say; a sentence on what changed, and on what does not apply any more, or nothing."""
    if corrected is None or _in_force(folder, corrected):
        return ""
    from kg.curate.apply import apply
    from kg.store import Store
    with Store(folder, writable=True) as store:
        done = apply(store, corrected.given, sync=corrected.files)
    gone = len(done.of("gone"))
    told = f"{', '.join(corrected.files)}: {len(done.new)} corrections new, {len(done.taken_back)} taken back."
    more = f" {gone} no longer apply: kg curate --list tells why." if gone else ""
    return told + more


def _in_force(folder: Path, corrected: Own) -> bool:
    """Whether the store has these corrections and no others of these files, word for word."""
    from kg.store import Store
    with Store(folder) as store:
        there: Sequence[object] = [one for one in store.curator.corrections.items if one.source in corrected.files]
    wanted = {placed.correction.id: placed.correction for placed in corrected.given}
    return sorted(map(repr, there)) == sorted(map(repr, wanted.values()))
