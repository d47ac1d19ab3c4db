"""Answers on disk, by what was asked: a rebuild asks nobody, costs nothing and gives the same bytes.

A file holds the answer as it came. It is verified each time it is read, so that a file that somebody changed can put no more into a graph
than a model could.
"""
from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kg.errors import InputError
from kg.llm.prompt import prompt
from kg.llm.sections import Section, halves, question
from kg.model import Letter

LARGEST = 4_000_000     # bytes of a file


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of answers of one model to the prompt of this version."""

    folder: Path
    model: str

    def key(self, question: str) -> str:
        """What a question is kept under: a digest of prompt, model and question."""
        return sha256("\0".join((prompt().digest, self.model, question)).encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, key: str) -> str | None:
        """The answer, None when there is none or it cannot be read."""
        path = self._path(key)
        try:
            if path.stat().st_size > LARGEST:
                return None
            found = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        answer = found.get("answer") if isinstance(found, dict) else None
        return answer if isinstance(answer, str) else None

    def put(self, key: str, answer: str) -> None:
        """Keep an answer, whole or not at all. Raises InputError when the folder cannot be written."""
        path = self._path(key)
        data = json.dumps({"model": self.model, "prompt": prompt().digest, "answer": answer}).encode("ascii")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except OSError as error:
            raise InputError(f"The answers cannot be kept in {self.folder} ({error.strerror}): choose another folder with --llm-cache.") from error

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def kept(cache: Cache, letter: Letter, section: Section) -> list[tuple[Section, str]]:
    """The answer about a section, or those about its halves where they were asked about for themselves; nothing unless all of it has an answer."""
    answer = cache.get(cache.key(question(letter, section)))
    if answer is not None:
        return [(section, answer)]
    parts = halves(letter, section)
    found = [kept(cache, letter, part) for part in parts or ()]
    return [each for part in found for each in part] if all(found) else []
