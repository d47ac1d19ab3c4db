"""Plain text files, and Markdown, in any encoding that Chinese letters come in."""
from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import Source
from kg.read.document import Document, Notice, Paragraph, Task, compose
from kg.read.limits import TEXT_BYTES

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
CHINESE = ("gb18030", "big5", "big5hkscs", "utf_16_le", "utf_16_be")
_SAMPLE = 16_384       # bytes from which the encoding is guessed
_DAMAGED = 0.002        # the share of bytes that may be damaged in a text that is plainly GB18030
_WHOLE = 100            # whole characters of UTF-8, but for ASCII, for each broken one in a text that is plainly UTF-8
_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date|source|url)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.IGNORECASE | re.MULTILINE)
_FIELDS = {"title": "title", "author": "author", "date": "issued", "source": "publisher", "url": "address"}
_INLINE = (
    (re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,2000}\)|<!--.*?-->"), ""),
    (re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"(\*\*|__|~~|`)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)
_BLOCK = re.compile(r"^(?:\s{0,3}(#{1,6})\s+|\s*>\s?|\s*[-*+]\s+(?=\S))")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*(?:`{3,}|~{3,}).*$|^\s*\|?[\s:|-]*-{2,}[\s:|-]*$")
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of bytes, the encoding, and how sure it is: 1 where the bytes prove it."""

    text: str
    encoding: str
    confidence: float = 1.0
    notices: tuple[Notice, ...] = ()


def read_text(path: Path) -> Source:
    """The text of a file: UTF-8 when it is that, else the encoding that its bytes most look like.

    The text is as decoded; only a byte order mark is left out, so \\r\\n stays and offsets count every character.
    """
    data = read_bytes(path)
    (document,) = read_plain(data, Task(str(path)))
    return Source(path.stem, path.name, document.text, hashlib.sha256(data).hexdigest(), document.encoding)


def read_plain(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text as it stands in the file."""
    decoded = decode(data, task.file)
    if not decoded.text.strip():
        raise InputError(f"{task.file} is empty: give a letter with text in it.")
    return (Document(decoded.text, (), {}, decoded.notices, (), decoded.encoding),)


def read_markdown(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text without its marks: headings, emphasis, links and tables become the words in them; front matter is metadata."""
    (plain,) = read_plain(data, task)
    front = _FRONT.match(plain.text)
    fields = {_FIELDS[key.lower()]: value for key, value in _FIELD.findall(front[1]) if value} if front else {}
    text, parts = compose(_markdown(plain.text[front.end() if front else 0:]))
    if not text.strip():
        raise InputError(f"{task.file} is empty: give a letter with text in it.")
    return (Document(text, parts, {"format": "text/markdown", **fields}, plain.notices, (), plain.encoding),)


def _markdown(text: str) -> Iterator[Paragraph]:
    rows = 0
    for line in text.splitlines():
        rows = rows + 1 if line.lstrip().startswith("|") else 0
        if _RULE.match(line):
            continue
        mark = _BLOCK.match(line)
        words = line[mark.end():] if mark else line
        if rows:
            words = "  ".join(cell.strip() for cell in _CELLS.split(words.strip().strip("|")))
        for pattern, kept in _INLINE:
            words = pattern.sub(kept, words)
        yield Paragraph(words.rstrip(), None, f"h{len(mark[1])}" if mark and mark[1] else "table" if rows else "p")


def read_bytes(path: Path, most: int = TEXT_BYTES) -> bytes:
    """The bytes of a letter, or an InputError that says why it cannot be read."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a directory: give a file, or build the directory as a whole.")
        if not path.is_file() and path.exists():
            raise InputError(f"{path} is no ordinary file but a device or a pipe: give a file.")
        if path.stat().st_size > most:
            raise InputError(f"{path} is larger than {most // 1_000_000} MB: a letter is far smaller; split the file.")
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: check the path.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({getattr(error, 'strerror', None) or error}): check its permissions.") from None


def decode(data: bytes, file: str) -> Decoded:
    """Text and encoding of the bytes; raises InputError when they are no text."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                return Decoded(data[len(bom):].decode(encoding), encoding)
            except UnicodeDecodeError:
                raise InputError(f"{file} begins like {encoding} but is damaged: save it as UTF-8.") from None
    if b"\0" in data and not _looks_utf16(data):
        raise InputError(f"{file} is binary (it has NUL bytes): give a text file.")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _guess(data, file)


def _looks_utf16(data: bytes) -> bool:
    """Whether every NUL stands on one side of its pair, as the ASCII characters of UTF-16 text do."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    return len(data) % 2 == 0 and min(even, odd) == 0 and max(even, odd) < len(data) // 2


def _guess(data: bytes, file: str) -> Decoded:
    if damaged := _damaged_utf8(data):
        return damaged
    # charset-normalizer is slow to import, and nearly every letter is UTF-8.
    from charset_normalizer import from_bytes

    best = from_bytes(_sample(data), cp_isolation=list(CHINESE), steps=3).best()
    # Big5 and its Hong Kong extension look alike; what plain Big5 can read is that.
    for encoding in () if best is None else ("big5", best.encoding) if best.encoding == "big5hkscs" else (best.encoding,):
        try:
            return _guessed(data.decode(encoding), encoding, max(0.0, 1 - best.percent_chaos / 100) if best else 0.0)
        except UnicodeDecodeError:
            continue
    text = data.decode("gb18030", "replace")
    if data and text.count("\ufffd") <= _DAMAGED * len(text):
        return _guessed(text, "gb18030", 0.5)
    raise InputError(f"{file} is in an encoding that is not known: save it as UTF-8.")


def _damaged_utf8(data: bytes) -> Decoded | None:
    """The text of bytes that are UTF-8 but for a few: no other encoding gives a hundred whole characters of UTF-8 for each broken one."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if damaged * _WHOLE > len(text) or damaged * _WHOLE > sum(not char.isascii() for char in text):
        return None
    return Decoded(text, "utf-8", notices=(_replaced(damaged),))


def _replaced(damaged: int) -> Notice:
    return Notice(f"有 {damaged} 处字节损坏，以 � 代替。", f"{damaged} damaged bytes were replaced by �.")


def _sample(data: bytes) -> bytes:
    """The beginning of the bytes, up to the end of a line: the rest says nothing more of the encoding, and would take long."""
    end = data.rfind(b"\n", 0, _SAMPLE) + 1 if len(data) > _SAMPLE else len(data)
    return data[:end or _SAMPLE]


def _guessed(text: str, encoding: str, confidence: float) -> Decoded:
    notices = [Notice(f"编码为 {encoding}（把握 {confidence:.2f}）。", f"The encoding was taken for {encoding} (confidence {confidence:.2f}).")]
    damaged = text.count("\ufffd")
    if damaged:
        notices.append(_replaced(damaged))
    return Decoded(text, encoding, confidence, tuple(notices))
