"""A model file: named parts (weights as bytes) and a card that says what it was trained on; a zip, the same bytes for the same parts."""
from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from kg.errors import ModelError

FORMAT = 1
CARD = "card.json"
SHIPPED = Path(__file__).parent / "models" / "letters.model"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The parts of a model by name, and its card: format, letters trained on, options, thresholds."""

    parts: Mapping[str, bytes]
    card: Mapping[str, object]
    digest: str = field(init=False, compare=False)
    """The SHA-256 of the parts, in hex: what a build records of the model that it used."""

    def __post_init__(self) -> None:
        sums = {name: sha256(data).hexdigest() for name, data in self.parts.items()}
        object.__setattr__(self, "digest", sha256(json.dumps([sums, dict(self.card)], sort_keys=True).encode()).hexdigest())

    def part(self, name: str) -> bytes:
        """The bytes of a part. Raises ModelError when the model has none of that name."""
        if name not in self.parts:
            raise ModelError(f"The model has no part {name!r}: it was trained by another version; train it again with kg train.")
        return self.parts[name]

    def pack(self) -> bytes:
        """The model as the bytes of its file."""
        out = io.BytesIO()
        card = json.dumps({"format": FORMAT, **self.card}, ensure_ascii=False, sort_keys=True, indent=1)
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in sorted({CARD: card.encode(), **self.parts}.items()):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()


@cache
def known(path: Path | None = None) -> Bundle:
    """The shipped model, or that of a file. Read once in a process."""
    return load(path)


def unpack(data: bytes, where: str) -> Bundle:
    """The model in the bytes of a file; `where` names it in messages. Raises ModelError when they are none, or of another format."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        card = json.loads(parts.pop(CARD))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ModelError(f"{where} is no model file ({error}): name one that kg train wrote.") from error
    if card.pop("format", None) != FORMAT:
        raise ModelError(f"{where} is a model of another version: train it again with kg train.")
    return Bundle(parts, card)


def load(path: Path | None = None) -> Bundle:
    """The model in a file; without a path the one that comes with the program."""
    path = path or SHIPPED
    try:
        return unpack(path.read_bytes(), str(path))
    except OSError as error:
        raise ModelError(f"The model {path} cannot be read ({error.strerror}): name a file that kg train wrote.") from error
