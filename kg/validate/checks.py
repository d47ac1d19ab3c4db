"""The checks of the whole store: SPARQL queries of shapes.ttl that find what is wrong, which SHACL cannot say."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.errors import KnowledgeError
from kg.ontology import KG, PREFIXES
from kg.store import Store
from kg.validate.problems import Problem, problem

MOST = 100                              # problems of one kind that are told; the rest is counted
CHECKS = """SELECT ?name ?zh ?en ?q WHERE { ?name a kg:StoreCheck ; sh:message ?zh , ?en FILTER(LANG(?zh) = "zh" && LANG(?en) = "en")
            OPTIONAL { ?name sh:select ?q } } ORDER BY ?name"""
MESSAGES = """SELECT ?shape ?zh ?en WHERE { ?shape a sh:NodeShape ; sh:property* ?one . ?one sh:message ?zh , ?en
              FILTER(LANG(?zh) = "zh" && LANG(?en) = "en") } ORDER BY ?shape ?en"""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the whole store: what it finds, in Chinese and English, and the query that finds it (empty when the program does)."""

    name: str
    zh: str
    en: str
    sparql: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a shapes file says: checks with a query, those that the program makes itself, by name, and each shape's messages (shape, zh, en)."""

    checks: tuple[Check, ...]
    made: Mapping[str, Check]
    messages: tuple[tuple[str, str, str], ...]

    @property
    def shapes(self) -> dict[str, str]:
        """The shape that each English message belongs to."""
        return {en: shape for shape, _, en in self.messages}

    def check(self, name: str) -> Check:
        """A check that the program makes. KnowledgeError when the shapes do not describe it."""
        if name not in self.made:
            raise KnowledgeError(f"The shapes do not describe kg:{name}, which the program checks: restore it in ontology/shapes.ttl.")
        return self.made[name]


@cache
def read_rules(path: Path) -> Rules:
    """The checks of the whole store in a shapes file. KnowledgeError when the file is missing or broken."""
    store = ox.Store()
    try:
        store.bulk_load(path.read_bytes(), ox.RdfFormat.TURTLE)
    except (OSError, SyntaxError) as error:
        raise KnowledgeError(f"The shapes {path} cannot be read ({error}): restore the file.") from error
    found, messages = (store.query(query, prefixes=dict(PREFIXES)) for query in (CHECKS, MESSAGES))
    assert isinstance(found, ox.QuerySolutions)
    assert isinstance(messages, ox.QuerySolutions)
    every = [Check(row["name"].value.removeprefix(KG), row["zh"].value, row["en"].value, row["q"].value if row["q"] else "") for row in found]
    told = tuple((row["shape"].value.removeprefix(KG), row["zh"].value, row["en"].value) for row in messages)
    made = {one.name: one for one in every if not one.sparql}
    return Rules(tuple(one for one in every if one.sparql), MappingProxyType(made), told)


def checked(store: Store, checks: Iterable[Check]) -> Iterator[Problem]:
    """What the queries find."""
    for check in checks:
        yield from told(store, check, _found(store, check))


def told(store: Store, check: Check, found: Iterable[tuple[object, object]]) -> Iterator[Problem]:
    """Nodes and values as problems of a check, at most so many."""
    left = iter(found)
    for node, value in islice(left, MOST):
        yield problem(store, node, check.zh, check.en, value, f"kg:{check.name}")
    more = sum(1 for _ in left)
    if more:
        yield Problem("", "…", check.zh, check.en, f"+ {more}", rule=f"kg:{check.name}")


def _found(store: Store, check: Check) -> Iterator[tuple[object, object]]:
    """The nodes that a check finds, with the value that is wrong."""
    sparql = check.sparql
    if "?base" in sparql:
        sparql = sparql.replace("{", f"{{ VALUES ?base {{ {ox.Literal(store.base)} }}", 1)
    solutions = store.data.query(sparql, prefixes=dict(PREFIXES))
    assert isinstance(solutions, ox.QuerySolutions)
    has_value = any(variable.value == "value" for variable in solutions.variables)
    return ((row["this"], row["value"] if has_value else None) for row in solutions)
