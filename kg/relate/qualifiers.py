"""What goes with a fact: where, how much, in which field, as what."""
from __future__ import annotations

import re
from functools import cache

from kg.figures.units import measures
from kg.model import Letter
from kg.numbers import ARABIC, CHINESE
from kg.relate.pairs import Pair

PLACED = frozenset({"establishes", "implements", "signs", "cooperatesWith"})
ROLE_WORDS = re.compile("^[一-鿿]{2,14}$")
ROLE_REACH = 16


@cache
def amounts() -> re.Pattern[str]:
    """An amount of money: 1,200万元, 五百余万元, 3.5亿美元. A bare 三元 is none."""
    money = [unit for unit, what in measures().items() if re.fullmatch("[A-Z]{3}", what.base) and what.base != "TEU"]
    units = "|".join(sorted(map(re.escape, money), key=len, reverse=True))
    return re.compile(rf"(?:{ARABIC}[百千]?[余多]?(?:万亿|万|亿)?|{CHINESE}[余多]?(?:万亿|万|亿))[余多]?(?:{units})")


class Qualifiers:
    """Reads the qualifiers of pairs of one letter."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter

    def place(self, pair: Pair, predicate: str) -> str | None:
        """The place or park that 在 or 于 puts the clause of the fact in."""
        if predicate not in PLACED:
            return None
        scene = pair.scene
        for node in scene.nodes:
            before = scene.tokens[node.token - 1].text if node.token else ""
            if (node.kind in ("Place", "Park") and before in ("在", "于") and node.entity not in (pair.left, pair.right)
                    and node.clause == pair.right_node.clause):
                return node.entity
        return None

    def fields(self, pair: Pair, predicate: str) -> tuple[str, ...]:
        """The named fields of the clause, for cooperation and what is set up."""
        if predicate not in ("cooperatesWith", "establishes", "funds", "signs"):
            return ()
        clause = pair.right_node.clause
        found = [n.entity for n in pair.scene.nodes if n.kind == "Field" and n.clause in (clause, clause + 1) and n.token > pair.right_node.token]
        return tuple(dict.fromkeys(found))

    def amount(self, pair: Pair, predicate: str) -> str | None:
        """The money in the clause, as written, for funding and what is set up."""
        if predicate not in ("funds", "establishes"):
            return None
        scene = pair.scene
        last = pair.right_node.last
        end = next((t.start for t in scene.tokens[last + 1:] if t.text in "。；"), scene.span.end)
        start = scene.tokens[pair.left_node.first if pair.left_node is not None else pair.right_node.first].start
        found = amounts().search(self._letter.plain, start, end)
        return found[0] if found else None

    def role(self, pair: Pair, predicate: str) -> str | None:
        """The office between the organ and the person, or right after the person."""
        if predicate != "holdsOfficeIn" or pair.left_node is None:
            return None
        scene = pair.scene
        left, right = scene.tokens[pair.left_node.token], scene.tokens[pair.right_node.token]
        between = self._letter.plain[left.end:right.start].strip("的“”（）()、，,")
        return between if ROLE_WORDS.match(between) and len(between) <= ROLE_REACH else None
