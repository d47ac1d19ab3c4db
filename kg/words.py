"""Words and their tags, by way of jieba's algorithm and dictionary in Rust."""
from __future__ import annotations

from functools import cache

import rjieba


class Tagger:
    """Cuts text into words tagged with ICTCLAS parts of speech; not picklable. rjieba loads its dictionary when it is imported, and not again."""

    def pairs(self, text: str) -> list[tuple[str, str]]:
        """The words of the text, each with its tag; joined they are the text."""
        return rjieba.tag(text) if text else []


@cache
def tagger() -> Tagger:
    """The process's tagger."""
    return Tagger()
