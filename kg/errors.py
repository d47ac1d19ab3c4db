"""What zhihan raises for a reader to read: one sentence that says what happened, to which file, and what to do.

    KgError                 anything below; the command line prints it and exits with 2
    |-- InputError          a letter or another input file cannot be used (missing, empty, binary, no letters)
    |-- StoreError          the store cannot be opened, written or understood
    |-- QueryError          a query is malformed, unknown, or asks for what is not allowed
    |-- RemoteError         another server cannot be reached, refuses, or does not understand
    |-- UnknownName         no entity, letter or query of that name; lists the near ones
    |-- KnowledgeError      a file of ontology/ is broken (a user's own lexicon or pattern)
    |-- ModelError          a model file is missing or of another version
    `-- MissingExtra        an optional dependency is not installed; names the extra
"""
from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class KgError(Exception):
    """A failure that the user can understand and mend; its text is a whole sentence."""


class InputError(KgError):
    """A letter or another input file cannot be used."""


class StoreError(KgError):
    """The store cannot be opened, written or understood."""


class QueryError(KgError):
    """A query is malformed, unknown, or asks for what is not allowed."""


class RemoteError(KgError):
    """Another server cannot be reached, refuses what is asked, or does not understand it."""


FEW = 12                # names that a sentence can list


class UnknownName(KgError):
    """No entity, letter or query has that name; the message lists the names nearest to it, or all of a few, or else those that are `shown`."""

    def __init__(self, what: str, name: str, known: Iterable[str], shown: Iterable[str] = ()) -> None:
        known = list(known)
        near = get_close_matches(name, known, n=5, cutoff=0.4)
        listed = list(shown) or (known if len(known) <= FEW else [])
        hint = f" Near names: {', '.join(near)}." if near else f" There are {', '.join(listed)}." if listed else ""
        super().__init__(f"No {what} is named {name!r}.{hint}")
        self.name, self.near = name, tuple(near)


class KnowledgeError(KgError):
    """A file of the knowledge in ontology/ is broken."""


class ModelError(KgError):
    """A model file is missing, damaged or of another version."""


class MissingExtra(KgError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, why: str) -> None:
        super().__init__(f"{why} needs the extra {extra!r}: install it with  pip install 'zhihan[{extra}]'.")
