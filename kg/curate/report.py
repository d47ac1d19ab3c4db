"""Which corrections apply, which wait for a letter, and which apply no longer, with the reason."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.curate.letter import missed
from kg.curate.model import Correction
from kg.curate.rdf import BY, CURATES, USED
from kg.curate.sheet import ABOUT
from kg.mapping import ALT, OBJECT, SUBJECT, ZH

if TYPE_CHECKING:
    from kg.store import Store

State = Literal["applied", "waiting", "gone"]
STATES: dict[State, tuple[str, str]] = {"applied": ("已生效", "applied"), "waiting": ("待用", "waiting"), "gone": ("已不适用", "no longer applies")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A correction in a store: the letters in which it applies, or why in none."""

    correction: Correction
    state: State
    letters: tuple[str, ...] = ()
    reason: str = ""


def outcomes(store: Store) -> tuple[Outcome, ...]:
    """What became of each correction, in the order of their kinds and names."""
    corrections = store.curator.corrections
    letters = _letters(store)
    found = [Outcome(one, "applied", letters[one.id]) if one.id in letters else _unused(store, corrections, one) for one in corrections.items]
    order: list[State] = ["gone", "waiting", "applied"]
    return tuple(sorted(found, key=lambda one: (order.index(one.state), one.correction.kind, one.correction.names, one.correction.of)))


def about(store: Store, node: ox.NamedNode) -> tuple[Correction, ...]:
    """The corrections of an entity with its facts and figures, of a fact or figure, or of all that a letter says, in the order of ids."""
    find = store.data.quads_for_pattern
    if next(find(None, USED, None, store.graph("curation")), None) is None:
        return ()
    said = [quad.subject for prop in (SUBJECT, OBJECT, ABOUT) for quad in find(None, prop, node, ox.DefaultGraph())]
    used = {quad.object for one in (node, *said) for quad in find(one, BY, None, ox.DefaultGraph())}
    name = iris.name_of(node.value, store.base) if node.value.startswith(f"{store.base}letter/") else None
    if name is not None:
        used |= {quad.object for quad in store.curator.record(ox.NamedNode(iris.letter_graph(name, store.base))) if quad.predicate == USED}
    ids = {one.value.rpartition("/")[2] for one in used if isinstance(one, ox.NamedNode)}
    return tuple(one for one in store.curator.corrections.items if one.id in ids)


def _letters(store: Store) -> dict[str, tuple[str, ...]]:
    """Id -> the letters in which a correction was used."""
    graph, found = store.graph("curation"), dict[str, set[str]]()
    for quad in store.data.quads_for_pattern(None, USED, None, graph):
        for one in store.data.quads_for_pattern(quad.subject, CURATES, None, graph):
            name = iris.letter_of_graph(one.object.value, store.base) if isinstance(one.object, ox.NamedNode) else None
            if name is not None:
                found.setdefault(quad.object.value.rpartition("/")[2], set()).add(name)        # type: ignore[union-attr]
    return {id_: tuple(sorted(names)) for id_, names in found.items()}


def _unused(store: Store, corrections: Corrections, one: Correction) -> Outcome:
    if one.letter and one.letter not in store.letters():
        near = get_close_matches(one.letter, store.letters(), n=1, cutoff=0.6)
        hint = f" 是否 perhaps {near[0]}" if near else ""
        return Outcome(one, "waiting", reason=f"库中没有函 {one.letter} the store has no such letter{hint}")
    reasons = list(dict.fromkeys(_reasons(store, corrections, one)))
    if reasons:
        return Outcome(one, "gone", reason=reasons[0])
    names = tuple(dict.fromkeys(filter(None, (*one.names, one.about("subject"), one.about("object")))))
    return Outcome(one, "waiting", reason=f"没有函提及 {', '.join(names)} no letter names it{_perhaps(store, names)}")


def _perhaps(store: Store, names: tuple[str, ...]) -> str:
    """What goes by these names as its other names, where a person may have meant that."""
    found = {iris.name_of(quad.subject.value, store.base) or "" for name in names for quad in store.data.quads_for_pattern(
        None, ALT, ox.Literal(name, language=ZH), ox.DefaultGraph()) if isinstance(quad.subject, ox.NamedNode)}
    return f"; 是否 perhaps {', '.join(sorted(found))}" if found else ""


def _reasons(store: Store, corrections: Corrections, one: Correction) -> Iterator[str]:
    """Why it was not used in the letters that it could concern."""
    names = {name for name in (*one.names, one.about("subject"), one.about("object")) if name}
    every = {*names, *(corrections.name(name) for name in names)}
    graphs = store.curator.concerned((), [one.letter]) if one.letter else store.curator.concerned(every, ())
    for graph in sorted(graphs, key=str):
        reason = missed(store.curator.raw(graph), graph, corrections, store.base).get(one.id)
        if reason:
            yield reason
