"""Names of one series: 第三届津港论坛, 2024津港论坛 and “津港论坛”活动 are one, in two editions and one without."""
from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from kg.numbers import parse_number
from kg.promises.rules import Naming

LONGEST = 12                             # characters of a place's name that are looked for at the beginning of another name


@dataclass(frozen=True, slots=True)
class Series:
    """What a name says: its key without year and number, the keys of its parts, and its edition (year and number, "" where it has none).

    `until` is the last of the years that it names: 2027 in 2023—2027年行动计划.
    """

    key: str
    others: frozenset[str] = frozenset()
    year: str = ""
    number: str = ""
    until: str = ""

    def like(self, other: Series) -> bool:
        """Whether the names are of one series: the same, or one is a part of the other, or the other with its place before it."""
        return self.key == other.key or self.key in other.others or other.key in self.others

    def keys(self) -> frozenset[str]:
        """All keys by which it may be found."""
        return self.others | {self.key}


def series(name: str, naming: Naming, places: Set[str] = frozenset()) -> Series:
    """The series and edition of a name; `places` are the names that may stand before a name, or be left out."""
    year, number = naming.year.search(name), naming.number.search(name)
    bare = naming.first.sub("", naming.number.sub("", naming.year.sub("", name)))
    key = _key(bare, naming) or name
    parts = {_key(part, naming) for part in naming.split.split(bare)} | {_without_place(key, places)}
    others = frozenset(part for part in parts if len(part) >= naming.shortest and part != key)
    edition = _count(number["number"]) if number else "1" if naming.first.search(name) else ""
    return Series(key, others, year[0][:4] if year else "", edition, _until(year[0]) if year else "")


def _until(years: str) -> str:
    """The last year of 2024年, 2023—2027年 or 2023—27年."""
    digits = "".join(char for char in years if char.isdigit())
    return digits[4:] if len(digits) == 8 else digits[:2] + digits[4:] if len(digits) == 6 else digits[:4]


def _key(text: str, naming: Naming) -> str:
    plain = naming.drop.sub("", text)
    end = next((end for end in naming.ends if plain.endswith(end) and len(plain) - len(end) >= naming.shortest), "")
    return plain.removesuffix(end).lower()


def _without_place(key: str, places: Set[str]) -> str:
    size = next((size for size in range(min(LONGEST, len(key)), 1, -1) if key[:size] in places), 0)
    return key[size:]


def _count(text: str) -> str:
    """A number in digits, whatever it was written in."""
    value = parse_number(text)
    return str(value.normalize().to_integral()) if value is not None else text
