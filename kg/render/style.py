"""How things look, as tables: one for classes, one for predicates, one for statuses. The page and the still picture both read them.

A class has a colour and a shape. Sixteen colours are more than anyone tells apart, so shapes divide the classes first (who acts is round,
where is square, what is done has corners), and colours of one shape stay apart for colour-blind readers too (`tests/test_render.py` measures it).
"""
from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A class's shape (a vis-network shape) and its colours on a light and on a dark ground."""

    shape: str
    colours: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Family:
    """Predicates of one kind share the colour of their edges, on a light and on a dark ground."""

    name: str
    colours: tuple[str, str]
    predicates: tuple[str, ...]


GROUNDS = ("#fbfbf9", "#14171c")
LOOKS = {
    "Place": Look("square", ("#33415c", "#dde4ef")),
    "Government": Look("dot", ("#c2410c", "#f0713a")),
    "University": Look("dot", ("#1d4fa3", "#5b8def")),
    "Research": Look("dot", ("#3fa0dc", "#6cc0f2")),
    "Hospital": Look("dot", ("#dc7fbd", "#fabfe4")),
    "Company": Look("dot", ("#12866a", "#35b893")),
    "Park": Look("square", ("#5f9413", "#93c83d")),
    "Fund": Look("diamond", ("#947200", "#ead94c")),
    "Association": Look("dot", ("#dd9a12", "#f7bf4f")),
    "Organization": Look("dot", ("#5b616b", "#7d8693")),
    "Person": Look("triangle", ("#8e2a6b", "#e07ab8")),
    "Programme": Look("diamond", ("#7a45b5", "#a97be0")),
    "Event": Look("star", ("#d92f3c", "#ff6b6b")),
    "Document": Look("triangleDown", ("#8a5a33", "#c99a6b")),
    "Platform": Look("square", ("#0b95a8", "#22a7b8")),
    "Field": Look("hexagon", ("#8b9a12", "#c9d84a")),
}
OTHER = Look("dot", ("#555555", "#aaaaaa"))      # a class that the table does not know

FAMILIES = (
    Family("ties", ("#2f6fb7", "#6ea8ea"), ("cooperatesWith", "signs", "memberOf", "partOf")),
    Family("events", ("#c2484f", "#e88289"), ("organizes", "participatesIn", "heldIn", "speaksAt", "visits")),
    Family("works", ("#7a52a8", "#b295dc"), ("issues", "implements", "establishes", "funds")),
    Family("places", ("#4f8a3a", "#8fc277"), ("locatedIn", "settlesIn", "listedOn")),
    Family("people and fields", ("#8a7430", "#cdb565"), ("holdsOfficeIn", "focusesOn")),
)
DASHES: dict[str, tuple[int, ...]] = {"done": (), "ongoing": (), "planned": (9, 6), "suggested": (2, 5)}


def look(kind: str) -> Look:
    """The look of a class; a plain one for a class that is not in the table."""
    return LOOKS.get(kind, OTHER)


def family(predicate: str) -> int:
    """The index in FAMILIES of a predicate; the first for one that is in none."""
    return next((i for i, one in enumerate(FAMILIES) if predicate in one.predicates), 0)


def radius(degree: int) -> float:
    """How large a node of that many edges is drawn, in the units of the picture."""
    return min(7.0 + 2.8 * math.sqrt(degree), 32.0)
