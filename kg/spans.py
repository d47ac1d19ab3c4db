"""Half-open spans of a text, and the one policy for overlapping ones."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of one text, in Unicode code points."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start:self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether every character of `other` is in this span."""
        return other.start >= self.start and self.end >= other.end


def best_cover(items: Iterable[T], span: Callable[[T], Span], rank: Callable[[T], float]) -> list[T]:
    """Of overlapping items keep the best, so that no two of the result overlap; in text order.

        text     上 海 临 港 集 团 — 香 港 数 码 港 产 业 加 速 计 划
        items    [----- a 0.6 ----]   [---- b 0.9 -----]
                 [----------------- c 0.95 ------------------------]
        result   [----------------- c -----------------------------]

    Items are taken by falling `rank`; at equal rank the longer, then the earlier first. An item is kept when it
    overlaps none that is kept already.
    """
    found = list(items)
    taken = bytearray(max((span(item).end for item in found), default=0))
    kept: list[T] = []
    for item in sorted(found, key=lambda x: (-rank(x), -len(span(x)), span(x).start)):
        start, end = span(item).start, span(item).end
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            kept.append(item)
    return sorted(kept, key=lambda x: span(x))
