"""What recognisers share: the passage they read, what they propose, and what the sequence model finds."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A stretch of a passage that something knows: `label` says what (a class, a head's class, the class a rule proposes), `detail` more
    (a place's level)."""

    start: int
    end: int
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A block as recognisers see it: its text, where it begins in `Letter.plain`, its words with tags, names known and head
    words in it, and the characters that may stand alone for the answering place or one around it (津, 沪)."""

    text: str
    start: int
    words: Sequence[tuple[str, str]]
    names: Sequence[Known]
    heads: Sequence[Known]
    own: frozenset[str] = frozenset()

    def edges(self) -> list[int]:
        """Where each word begins, and the end of the last, as offsets into `text`."""
        edges = [0]
        for word, _ in self.words:
            edges.append(edges[-1] + len(word))
        return edges


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stretch of a passage that a recogniser takes for a name of a class; '' leaves the class open."""

    start: int
    end: int
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Found:
    """A name that the sequence model reads in a passage, and the probability it gives it."""

    start: int
    end: int
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What a plugin proposes names with, and how sure each is; proposals count beside those of the model, by the same policy."""

    propose: Callable[[Passage], Iterable[Proposal]]
    confidence: float = 0.75
