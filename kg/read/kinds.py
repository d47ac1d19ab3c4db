"""Which format a file has: by its content where that is plain, else by its suffix. The table of readers is here to be seen.

A reader is named as module:function (of kg.read) and imported when a file needs it, so that nothing is loaded that is not used.
A plugin's reader is the function itself, and its files are known by their suffix alone.
"""
from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

from kg.errors import InputError, MissingExtra
from kg.plugins import READERS, Plugin, guarded, loaded, plugins, tell
from kg.read.document import Document, Notice, Task

Reader = Callable[[bytes, Task], tuple[Document, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A format: its suffixes, its reader, the modules of the extra that it needs, its media type and its name in Chinese."""

    reader: str | Reader
    suffixes: tuple[str, ...]
    media: str
    zh: str
    needs: tuple[str, ...] = ()
    extra: str = ""

    def load(self, file: str) -> Reader:
        """The reader itself. Raises MissingExtra when what it needs is not installed."""
        if any(find_spec(module) is None for module in self.needs):
            raise MissingExtra(self.extra, f"Reading {file}")
        if not isinstance(self.reader, str):
            return self.reader
        module, name = self.reader.split(":")
        reader: Reader = getattr(import_module(f"kg.read.{module}"), name)
        return reader


KINDS: Mapping[str, Kind] = MappingProxyType({
    "text": Kind("text:read_plain", (".txt", ""), "text/plain", "纯文本"),
    "markdown": Kind("text:read_markdown", (".md", ".markdown"), "text/markdown", "Markdown"),
    "html": Kind("html:read_html", (".html", ".htm", ".shtml", ".xhtml", ".jhtml"), "text/html", "网页", ("lxml",), "html"),
    "docx": Kind("docx:read_docx", (".docx", ".docm"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档",
                 ("defusedxml",), "office"),
    "doc": Kind("legacy:read_doc", (".doc", ".wps"), "application/msword", "旧版 Word 或 WPS 文档"),
    "odt": Kind("legacy:read_odt", (".odt",), "application/vnd.oasis.opendocument.text", "ODF 文档", ("defusedxml",), "office"),
    "rtf": Kind("rtf:read_rtf", (".rtf",), "application/rtf", "RTF 文档"),
    "pdf": Kind("pdf:read_pdf", (".pdf",), "application/pdf", "PDF", ("pdfplumber",), "pdf"),
    "mail": Kind("mail:read_mail", (".eml", ".mht", ".mhtml"), "message/rfc822", "邮件"),
    "zip": Kind("archive:read_zip", (".zip",), "application/zip", "压缩包"),
    "jsonl": Kind("rows:read_jsonl", (".jsonl", ".ndjson"), "application/x-ndjson", "JSONL 数据"),
    "csv": Kind("rows:read_csv", (".csv", ".tsv"), "text/csv", "CSV 表格"),
    "parquet": Kind("rows:read_parquet", (".parquet",), "application/vnd.apache.parquet", "Parquet 表格", ("pyarrow",), "tables"),
})
BY_SUFFIX: Mapping[str, str] = MappingProxyType({suffix: name for name, kind in KINDS.items() for suffix in kind.suffixes})
PLAIN = ("text", "markdown")
TABLES = ("jsonl", "csv", "parquet")


@cache
def known_kinds() -> Mapping[str, Kind]:
    """The formats of the table, and those that plugins bring (kg/plugins.py), by name."""
    brought = loaded(READERS, Kind)
    return MappingProxyType({**KINDS, **{one.name: _watched(one, brought[one.name]) for one in plugins(READERS) if _new(one, brought)}})


@cache
def by_suffix() -> Mapping[str, str]:
    """The format that each suffix stands for; those of the table first."""
    return MappingProxyType({suffix: name for name, kind in reversed(list(known_kinds().items())) for suffix in kind.suffixes} | dict(BY_SUFFIX))


def _new(plugin: Plugin, brought: Mapping[str, Kind]) -> bool:
    """Whether a plugin was loaded and takes nothing from the table."""
    if plugin.name not in brought:
        return False
    taken = [suffix for suffix in brought[plugin.name].suffixes if suffix in BY_SUFFIX]
    if plugin.name in KINDS or taken:
        tell(plugin, f"the program itself reads {' '.join(taken) or plugin.name}")
    return plugin.name not in KINDS and not taken


def _watched(plugin: Plugin, kind: Kind) -> Kind:
    """A plugin's format, whose failures are told as the plugin's."""
    def read(data: bytes, task: Task) -> tuple[Document, ...]:
        with guarded(plugin, f"it read {task.file}"):
            return tuple(kind.load(task.file)(data, task))
    return replace(kind, reader=read)


_MAGIC = (
    (b"%PDF-", "pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"), (b"{\\rtf", "rtf"), (b"PAR1", "parquet"),
    (b"\x1f\x8b", "!gzip"), (b"7z\xbc\xaf\x27\x1c", "!7z"), (b"Rar!", "!RAR"), (b"\x89PNG", "!PNG"), (b"\xff\xd8\xff", "!JPEG"), (b"GIF8", "!GIF"),
    (b"II*\0", "!TIFF"), (b"MM\0*", "!TIFF"), (b"MZ", "!program"), (b"\x7fELF", "!program"),
)
_HTML = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<meta\s[^>]*charset", re.IGNORECASE)
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z-]+: [^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*MIME-Version: ", re.IGNORECASE)
_HEAD = 4096


def kind_of(data: bytes, file: str, suffix: str) -> tuple[str, tuple[Notice, ...]]:
    """The format's name in KINDS, and a notice where name and content disagree. Raises InputError for what is no letter."""
    named = by_suffix().get(suffix)
    if named is not None and named not in KINDS:
        return named, ()                # a plugin's
    seen = _by_content(data)
    if seen is not None and seen.startswith("!"):
        # Text may begin with the letters MZ or GIF8; a true file of these formats has NUL bytes soon after.
        if named not in PLAIN or b"\0" in data[:_HEAD]:
            raise InputError(_refused(file, seen[1:]))
        seen = None
    if seen is None:
        if named is None:
            raise InputError(f"{file} is of a format that cannot be read ({suffix or 'no suffix'}): save it as one of {', '.join(known_suffixes())}.")
        if named in PLAIN or named in ("html", "csv", "jsonl", "mail"):
            return named, ()
        raise InputError(f"{file} is damaged or not what its name says: its content is not that of a {suffix} file. Save it again.")
    if seen == named or (seen == "html" and named in ("markdown", "csv", "jsonl", "mail")):
        return named or seen, ()
    return seen, (_disagree(suffix, seen),) if named is not None or suffix else ()


def known_suffixes() -> list[str]:
    return sorted(suffix for suffix in by_suffix() if suffix)


def _by_content(data: bytes) -> str | None:
    start = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _MAGIC:
        if start.startswith(magic) and (kind != "!program" or b"\0" in data[:_HEAD]):
            return kind
    if start.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if b"%PDF-" in start[:1024] and b"\0" not in start[:8]:
        return "pdf"
    if _MAIL.match(start):
        return "mail"
    head = data[:_HEAD].decode("utf-16", "ignore").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else start
    return "html" if _HTML.search(head) else None


def _zipped(data: bytes) -> str:
    """What a zip file is: a document of Office, or an archive. A damaged one is an archive, whose reader says so."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "zip"
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "docx"
        return "!spreadsheet or presentation"
    return "odt" if {"mimetype", "content.xml"} <= names else "zip"


def _refused(file: str, what: str) -> str:
    advice = {"PNG": "put the pictures into one PDF and use --ocr", "JPEG": "put the pictures into one PDF and use --ocr",
              "TIFF": "put the pictures into one PDF and use --ocr", "gzip": "unpack it first", "7z": "unpack it first", "RAR": "unpack it first"}
    return f"{file} is a {what} file, not a letter: {advice.get(what, 'save the letter as text, HTML, Word or PDF')}."


def _disagree(suffix: str, seen: str) -> Notice:
    return Notice(f"文件名后缀是 {suffix or '空'}，内容却是{KINDS[seen].zh}，按内容读取。",
                  f"The name ends in {suffix or 'nothing'}, but the content is {seen}: read by its content.")
