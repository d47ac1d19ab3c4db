"""The answer to a query as a table with links, for readers without a script."""
from __future__ import annotations

import json
from dataclasses import dataclass

from kg.explore.links import fact_link, id_link
from kg.ontology import PREFIXES

MOST = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is read, and where it leads."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The columns and at most MOST of the `total` rows; or the `text` of an answer that is no table."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: int = 0
    text: str | None = None


def table_of(media_type: str, body: bytes, base: str) -> Table:
    """The table of SPARQL results in JSON; triples stay text."""
    if "json" not in media_type:
        return Table(text=body.decode("utf-8", "replace")[:400_000])
    found = json.loads(body)
    if "boolean" in found:
        return Table(("answer",), ((Cell(str(found["boolean"]).lower()),),), 1)
    columns, rows = tuple(found["head"]["vars"]), found["results"]["bindings"]
    return Table(columns, tuple(tuple(_cell(row.get(name), base) for name in columns) for row in rows[:MOST]), len(rows))


def _cell(value: dict[str, str] | None, base: str) -> Cell:
    if value is None:
        return Cell("")
    text = value["value"]
    if value["type"] != "uri":
        return Cell(text)
    if text.startswith(base):
        return Cell(text[len(base):], fact_link(text) if "#fact=" in text or "#figure=" in text else id_link(text, base))
    known = max((space for space in PREFIXES.values() if text.startswith(space)), key=len, default=None)
    prefix = next((prefix for prefix, space in PREFIXES.items() if space == known), None)
    return Cell(f"{prefix}:{text[len(known):]}" if known else text)
