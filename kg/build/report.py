"""What a build tells: how far it is, and at its end what it did."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.llm.asking import Asked

Told = Callable[[int, int, str], None]          # done, of how many, and the name of what is being done


@dataclass(frozen=True, slots=True)
class Step:
    """How far a build is: the pass ("read" or "write"), letters or files done and in all, failures so far, and the one just done."""

    part: str
    done: int
    total: int
    failed: int = 0
    name: str = ""


Heard = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: how many letters the files hold, how many were written into the graph, and what is in those that were."""

    letters: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    files: int = 0
    files_read: int = 0
    mentions: int = 0
    entities: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)      # by status
    figures: int = 0
    aliases: int = 0                    # short names that one letter defines and others use
    seconds: float = 0.0
    withdrawn: bool = False             # what rules had inferred was taken out, because something it may rest on changed
    notices: tuple[str, ...] = ()       # what a person should know of the files
    failures: tuple[str, ...] = ()      # why files were passed over, a sentence for each
    asked: Asked | None = None          # what came of asking a language model; None where none was to be asked
    claims: Mapping[str, int] = field(default_factory=dict)     # and of what it claimed

    @property
    def unchanged(self) -> int:
        """How many letters were in the graph already as they are."""
        return max(0, self.letters - len(self.written))

    def as_json(self) -> dict[str, object]:
        """The report as values of JSON."""
        return {**asdict(self), "unchanged": self.unchanged}
