"""Figures that are aimed at, and what later letters report of the same number."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.claims import Claim, Dated, Said
from kg.promises.deciding import Promise
from kg.promises.rules import Aims
from kg.promises.sentences import Sentences

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Targets:
    """The figures of all letters, and their sentences, which are read only where they are needed."""

    said: Said
    aims: Aims
    sentences: Sentences
    today: str

    @cached_property
    def figures(self) -> Mapping[Key, list[Claim]]:
        """(owner, what it counts, base unit) -> the figures of it."""
        found: dict[Key, list[Claim]] = defaultdict(list)
        for claim in self.said.claims:
            if claim.kind == "figure":
                found[self.key(claim)].append(claim)
        return found

    def key(self, claim: Claim) -> Key:
        return claim.subject, self.aims.label.sub("", claim.predicate), claim.unit

    def letter(self, claim: Claim) -> Dated:
        return self.said.letters.get(claim.letter) or Dated(claim.letter, claim.letter, "", "")

    def promises(self) -> Iterable[Promise]:
        """What became of every figure that is a target."""
        return (self._promise(claim) for claim in self.said.claims if claim.kind == "figure" and self.is_target(claim))

    def is_target(self, claim: Claim) -> bool:
        """Whether its time is wholly after the letter, or its clause aims at it and its time is not past."""
        made = self.letter(claim)
        if made.first and claim.last and claim.last < made.first:
            return False
        before = self._before(claim)
        if any(word in before for word in self.aims.reported):
            return False
        ahead = bool(made.last and claim.first > made.last)
        return ahead or (self._aims_at(before) and self._aims_at(self._before(claim, self.sentences.unnamed(claim.iri))))

    def _aims_at(self, text: str) -> bool:
        return any(word in text for word in self.aims.words)

    def _before(self, claim: Claim, text: str | None = None) -> str:
        """What stands in the figure's clause before its number; nothing where the number is written in another way."""
        text = self.sentences.text(claim.iri) if text is None else text
        at = _number_in(text, claim.amount)
        return self.aims.clause.split(text[:at])[-1] if at >= 0 else ""

    def _promise(self, claim: Claim) -> Promise:
        made = self.letter(claim)
        later = [one for one in self.figures[self.key(claim)] if made.before(self.letter(one)) and self.letter(one).first <= self.today]
        later.sort(key=lambda one: (self.letter(one).first, one.iri))
        again = [one for one in later if self.is_target(one)]
        told = [one for one in later if one not in again and (one.last or self.letter(one).last) >= made.first]
        if reached := [one for one in told if self._reached(claim, one)]:
            return Promise(claim, claim.last, "kept", tuple(reached))
        if moved := [one for one in again if (one.value == claim.value) != (one.last == claim.last)]:
            return Promise(claim, claim.last, "changed", tuple(moved), ("amount",) if moved[0].value != claim.value else ("time",))
        if same := [one for one in again if (one.value, one.last) == (claim.value, claim.last)]:
            return Promise(claim, claim.last, "repeated", tuple(same))
        past = bool(claim.last) and claim.last < self.today
        below = [one for one in told if claim.last and (one.first or self.letter(one).first) <= claim.last <= (one.last or self.letter(one).last)]
        return Promise(claim, claim.last, "overdue" if past else "open", tuple(below) if past else (), ("below",) if past and below else ())

    def _reached(self, target: Claim, told: Claim) -> bool:
        """Whether a reported figure is at least the target, or at most where less is aimed at."""
        if target.value is None or told.value is None:
            return False
        less = any(word in self._before(target) + target.predicate + self._after(target) for word in self.aims.less)
        return told.value <= target.value if less else told.value >= target.value

    def _after(self, claim: Claim) -> str:
        """What stands in the clause from the number on."""
        text = self.sentences.text(claim.iri)
        at = _number_in(text, claim.amount)
        return self.aims.clause.split(text[at:])[0] if at >= 0 else ""


def _number_in(text: str, amount: str) -> int:
    """Where the number at the head of a value with its unit stands in a text, and no longer one of which it is a part; -1 for nowhere."""
    number = re.match(r"[\d.]*", amount)
    found = re.search(rf"(?<![\d.]){re.escape(number[0])}(?!\.?\d)", text) if number and number[0] else None
    return found.start() if found else -1
