"""What links names of the lexicon to the world: English names, Wikidata ids and coordinates, read from `ontology/linked.tsv`.

It is put into graph/lexicon and plays no part in reading letters: so it is read apart from the lexicon, and only when that graph is written.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.errors import KnowledgeError
from kg.lexicon import read_rows, shipped

COLUMNS = ("name", "en", "wikidata", "latitude", "longitude")
QID = re.compile(r"Q[1-9][0-9]*")
DEGREES = re.compile(r"-?\d{1,3}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Linked:
    """A name's English name, Wikidata id, and latitude and longitude of its centre in degrees as written; empty where not known."""

    en: str = ""
    wikidata: str = ""
    latitude: str = ""
    longitude: str = ""


@cache
def read_linked(path: Path | None = None) -> Mapping[str, Linked]:
    """Canonical name -> its links (of the shipped file by default). KnowledgeError names the line that is wrong."""
    path = path or shipped() / "linked.tsv"
    return MappingProxyType({row["name"]: _linked(path, number, row) for number, row in read_rows(path, COLUMNS)})


def _linked(path: Path, number: int, row: dict[str, str]) -> Linked:
    one = Linked(*(row.get(column, "") for column in COLUMNS[1:]))
    if one.wikidata and not QID.fullmatch(one.wikidata):
        raise KnowledgeError(f"{path}, line {number}: {one.wikidata!r} is no Wikidata id; write it as Q148.")
    if (one.latitude or one.longitude) and not (_degrees(one.latitude, 90) and _degrees(one.longitude, 180)):
        given = f"{one.latitude!r}, {one.longitude!r}"
        raise KnowledgeError(f"{path}, line {number}: {given} are no latitude and longitude; write degrees, as 39.13 and 117.2.")
    return one


def _degrees(text: str, most: int) -> bool:
    return DEGREES.fullmatch(text) is not None and abs(float(text)) <= most
