"""Official names of organs from short ones."""
from __future__ import annotations

from dataclasses import dataclass

from kg.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ: canonical name, other complete names, class, whose it is, and how it was found."""

    name: str
    names: tuple[str, ...]
    kind: str
    place: str
    reason: str


def organ_of(form: str, place: str | None, lexicon: Lexicon) -> Organ | None:
    """The organ that `form` means in a letter of `place`."""
    return None
