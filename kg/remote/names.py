"""Looking for names on another server, by the patterns that `kg/query/names.py` asks a store for."""
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import iris

if TYPE_CHECKING:
    from kg.remote.asking import Remote

NEAR = 5000             # names that are looked through for near ones; some servers give no more than 10,000 rows


class Patterns:
    """The merge of the graphs there, searched by patterns of which at least one place is given."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def quads_for_pattern(self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, object: ox.NamedNode | ox.Literal | None,
                          graph_name: ox.DefaultGraph | None, /) -> Iterator[ox.Quad]:
        """The quads of a pattern, at most NEAR, as quads of the default graph."""
        s, p, o = (str(given) if given is not None else f"?{name}" for name, given in (("s", subject), ("p", predicate), ("o", object)))
        found = self._remote.ask(f"CONSTRUCT {{ {s} {p} {o} }} WHERE {{ {s} {p} {o} }} LIMIT {NEAR}")
        return (ox.Quad(*row, ox.DefaultGraph()) for row in found.rows)     # type: ignore[call-arg, arg-type]


def letters(remote: Remote) -> tuple[str, ...]:
    """The names of the letters there, sorted; as many as the server gives."""
    found = (iris.name_of(row[0].value, remote.base) for row in remote.ask("SELECT DISTINCT ?letter WHERE { ?letter a kg:Letter }").rows
             if isinstance(row[0], ox.NamedNode))
    return tuple(sorted(name for name in found if name is not None))


def entity_names(remote: Remote) -> set[str]:
    """Names of entities that letters there mention, at most NEAR."""
    found = remote.ask("SELECT DISTINCT ?name WHERE { ?mention itsrdf:taIdentRef ?entity . ?entity skos:prefLabel|skos:altLabel ?name } "
                       f"LIMIT {NEAR}")
    return {row[0].value for row in found.rows if isinstance(row[0], ox.Literal)}
