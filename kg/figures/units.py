"""Units of measure, and values in base units (189.3 亿元 is 18930000000 CNY), from the pattern file units.toml."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.numbers import SCALES, trimmed
from kg.patterns import load_patterns

_SCALED = re.compile(r"(?P<scale>万亿|亿|万)?(?P<unit>.*)$")


@dataclass(frozen=True, slots=True)
class Unit:
    """The base unit of a unit, and how many of it one is."""

    base: str
    factor: Decimal


@cache
def measures() -> Mapping[str, Unit]:
    """The units that measure (元, 平方米, 天 …), by their name in simplified characters."""
    patterns = load_patterns("units")
    tables = (*patterns.tables("measure"), *patterns.tables("duration"))
    return {unit: Unit(table.text("base"), Decimal(str(factor))) for table in tables for unit, factor in table.table("units").data.items()}


def normalised(value: Decimal, unit: str) -> tuple[Decimal, str] | None:
    """A value in base units; `unit` in simplified characters, with its 万 or 亿. None where nothing is to be converted."""
    match = _SCALED.match(unit)
    scale, rest = (match["scale"] or "", match["unit"]) if match else ("", unit)
    found = measures().get(rest)
    if found is None:
        return (trimmed(value * SCALES[scale]), rest) if scale and rest else None
    return trimmed(value * SCALES[scale] * found.factor), found.base
