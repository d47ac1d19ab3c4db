"""Plain text files in any encoding that Chinese letters come in."""
from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from kg.errors import InputError
from kg.model import Source

MAX_BYTES = 20_000_000
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
CHINESE = ("gb18030", "big5", "big5hkscs", "utf_16_le", "utf_16_be")


def read_text(path: Path) -> Source:
    """The text of a file: UTF-8 when it is that, else the encoding that its bytes most look like.

    The text is as decoded; only a byte order mark is left out, so \\r\\n stays and offsets count every character.
    """
    data = read_bytes(path)
    text, encoding = decode(data, path)
    if not text.strip():
        raise InputError(f"{path} is empty: give a letter with text in it.")
    return Source(path.stem, path.name, text, hashlib.sha256(data).hexdigest(), encoding)


def read_bytes(path: Path) -> bytes:
    """The bytes of a letter, or an InputError that says why it cannot be read."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a directory: give a file, or build the directory as a whole.")
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB: a letter is far smaller; split the file.")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: check the path.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}): check its permissions.") from None


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """Text and encoding of the bytes; raises InputError when they are no text."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom):].decode(encoding), encoding
            except UnicodeDecodeError:
                raise InputError(f"{path} begins like {encoding} but is damaged: save it as UTF-8.") from None
    if b"\0" in data and not _looks_utf16(data):
        raise InputError(f"{path} is binary (it has NUL bytes): give a text file.")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guess(data, path)


def _looks_utf16(data: bytes) -> bool:
    """Whether every NUL stands on one side of its pair, as the ASCII characters of UTF-16 text do."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    return len(data) % 2 == 0 and min(even, odd) == 0 and max(even, odd) < len(data) // 2


def _guess(data: bytes, path: Path) -> tuple[str, str]:
    # charset-normalizer is slow to import, and nearly every letter is UTF-8.
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=list(CHINESE)).best()
    if best is None:
        raise InputError(f"{path} is in an encoding that is not known: save it as UTF-8.")
    try:
        return data.decode(best.encoding), best.encoding
    except UnicodeDecodeError:
        raise InputError(f"{path} is in an encoding that is not known: save it as UTF-8.") from None
