"""What the server answers when it does not do what was asked: a status and a sentence."""
from __future__ import annotations

from kg.errors import KgError


class Refused(KgError):
    """A request that is not answered with what it asked for; its text is a whole sentence, `status` that of HTTP."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status, self.retry_after = status, retry_after
