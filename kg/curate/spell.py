"""How a correction's words stand in the graph: times as days, classes as terms."""
from __future__ import annotations

import pyoxigraph as ox

from kg.compare import days
from kg.curate.sheet import Said
from kg.mapping import DATE, START, STOP, TIME_TEXT, Term, term
from kg.ontology import load_ontology


def put_time(said: Said, time: str) -> None:
    """Have a time of ISO as days and as the words of it; `-` takes the time out."""
    for prop in (START, STOP, TIME_TEXT):
        said.put(prop)
    if time != "-":
        first, last = days(time)
        said.put(START, ox.Literal(first.isoformat(), datatype=DATE))
        said.put(STOP, ox.Literal(last.isoformat(), datatype=DATE))
        said.put(TIME_TEXT, ox.Literal(time))


def says_time(said: Said, time: str) -> bool:
    """Whether a fact or figure has this time; `-` is none."""
    first, last = said.text(START) or None, said.text(STOP) or None
    if time == "-":
        return not (first or last)
    return (first, last) == tuple(day.isoformat() for day in days(time))


def in_class(name: str) -> set[Term]:
    """A class as a letter reads an entity: its main class, and itself where it is a finer one; nothing for no name."""
    main = load_ontology().main(name) if name else None
    return {term(f"kg:{one}") for one in (main, name) if one} if main else set()
