"""Word documents (.docx): paragraphs, tables, text boxes, notes, headers and footers, with tracked changes as if accepted.

The file is read from memory, its XML without document type, entity or network. Macros, links, fields' instructions, pictures and embedded
objects are never opened. Names are compared without their namespace, so that strict and transitional documents are alike.
"""
from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kg.errors import InputError
from kg.read.archive import member, opened
from kg.read.document import Document, Notice, Paragraph, Task, compose
from kg.read.numbering import Counters, Numbering

_DROPPED = frozenset("del moveFrom Fallback instrText delText delInstrText rPr pPr rt sectPr bookmarkStart object".split())
_CORE = {"title": "title", "creator": "author", "created": "created", "modified": "modified"}
_SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}
_PAGE_NUMBER = re.compile(r"[\s\d—–\-第页共/PageofIVXivx·.]*")
_BLOCKS = ("p", "tbl", "sdt", "sdtContent", "customXml", "ins", "moveTo", "body", "txbxContent", "footnote", "endnote", "hdr", "ftr")


def read_docx(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text of a Word document. Raises InputError when it is damaged, too large, or has no text."""
    with opened(data, task) as archive:
        parts = {info.filename: info for info in archive.infolist()}
        main = next((name for name in ("word/document.xml", "word/document2.xml") if name in parts), None)
        if main is None:
            raise InputError(f"{task.file} has no text part (word/document.xml): save it again as .docx.")
        try:
            return (_document(_Package(archive, task), main, parts),)
        except RecursionError:
            raise InputError(f"{task.file} is nested too deeply: it is damaged or hostile.") from None


@dataclass(frozen=True, slots=True)
class _Package:
    """The parts of a document as XML."""

    archive: ZipFile
    task: Task

    def xml(self, name: str) -> Element | None:
        """A part's root; None when there is none. Raises InputError for XML that is broken or has a document type."""
        try:
            info = self.archive.getinfo(name)
        except KeyError:
            return None
        try:
            root: Element = fromstring(member(self.archive, info, self.task), forbid_dtd=True)
            return root
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            said = type(error).__name__ if isinstance(error, DefusedXmlException) else error
            raise InputError(f"{self.task.file} has a part that cannot be read safely ({name}: {said}): save it again as .docx.") from error


def _document(package: _Package, main: str, parts: Collection[str]) -> Document:
    body = package.xml(main)
    assert body is not None     # read_docx has seen it
    walk = _Walk(Counters(Numbering.of(package.xml("word/numbering.xml"), package.xml("word/styles.xml"))))
    told = [*_margins(package, parts, "header"), *walk.blocks(body), *_notes(package), *_margins(package, parts, "footer")]
    text, places = compose(_settled(told, walk.pages > 1))
    if not text.strip():
        raise InputError(f"{package.task.file} is empty: give a letter with text in it.")
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return Document(text, places, {"format": media, **_core(package)}, _notices(walk, parts))


def _settled(paragraphs: list[Paragraph], paged: bool) -> Iterator[Paragraph]:
    """The paragraphs; without pages where the program that wrote the file did not say where they end."""
    for paragraph in paragraphs:
        yield paragraph if paged else Paragraph(paragraph.text, None, paragraph.element)


def _notices(walk: _Walk, parts: Collection[str]) -> tuple[Notice, ...]:
    found = []
    if walk.seen["changes"]:
        found.append(Notice("文中有修订痕迹，按接受全部修订读取。", "The document has tracked changes: it was read as if they were accepted."))
    if walk.seen["hidden"]:
        found.append(Notice("文中有隐藏文字，未读取。", "The document has hidden text, which was left out."))
    if any(name.endswith("vbaProject.bin") for name in parts):
        found.append(Notice("文档带有宏，未运行。", "The document has macros, which were not run."))
    return tuple(found)


@dataclass
class _Walk:
    """One pass over a part: where it is, and what it has met."""

    counters: Counters
    pages: int = 1
    paragraphs: int = 0
    tables: int = 0
    boxes: int = 0
    seen: dict[str, int] = field(default_factory=lambda: {"changes": 0, "hidden": 0})

    def blocks(self, node: Element, element: str = "") -> Iterator[Paragraph]:
        """The paragraphs and table rows below a node, in order; a text box stands behind the paragraph that holds it."""
        for child in node:
            name = _local(child)
            if name in ("ins", "moveTo", "del", "moveFrom"):
                self.seen["changes"] += 1
            if name == "p":
                yield from self.paragraph(child, element)
            elif name == "tbl":
                self.tables += 1
                yield from self.table(child, f"table{self.tables}")
            elif name in _BLOCKS:
                yield from self.blocks(child, element)

    def paragraph(self, node: Element, element: str) -> Iterator[Paragraph]:
        self.paragraphs += not element
        start = self.pages
        number = self.counters.label(node)
        boxes: list[Element] = []
        text = number + "".join(self.runs(node, boxes))
        for line in text.split("\n"):
            yield Paragraph(line.rstrip(), start, element or f"p{self.paragraphs}")
        for box in boxes:
            self.boxes += 1
            yield from self.blocks(box, f"textbox{self.boxes}")

    def table(self, node: Element, element: str) -> Iterator[Paragraph]:
        for row, cells in enumerate(self.rows(node), 1):
            page = self.pages
            texts = [" ".join(filter(None, (p.text.strip() for p in self.blocks(cell, element)))) for cell in cells]
            yield Paragraph("  ".join(filter(None, texts)), page, f"{element}/row{row}")

    def rows(self, node: Element) -> Iterator[list[Element]]:
        """The cells of each row; a row that was struck out by a tracked change is left out."""
        for row in _children(node, ("tr",)):
            if row.find("{*}trPr/{*}del") is None:
                yield list(_children(row, ("tc",)))

    def runs(self, node: Element, boxes: list[Element]) -> Iterator[str]:
        """The text of a paragraph's runs; text boxes are put aside."""
        for child in node:
            name = _local(child)
            if name in ("ins", "del", "moveTo", "moveFrom"):
                self.seen["changes"] += 1
            if name in _DROPPED:
                continue
            if name == "t":
                yield child.text or ""
            elif name == "r" and _is_hidden(child):
                self.seen["hidden"] += 1
            elif name == "txbxContent":
                boxes.append(child)
            elif name == "lastRenderedPageBreak" or (name == "br" and _attribute(child, "type") == "page"):
                self.pages += name != "br"      # a break of its own is followed by a rendered one
                yield "\n" if name == "br" else ""
            elif name == "br":
                yield "\n"
            elif name == "sym":
                yield _symbol(_attribute(child, "char"))
            else:
                yield _SIGNS[name] if name in _SIGNS else "".join(self.runs(child, boxes))


def _is_hidden(run: Element) -> bool:
    vanish = run.find("{*}rPr/{*}vanish")
    return vanish is not None and _attribute(vanish, "val") not in ("0", "false", "off")


def _symbol(code: str) -> str:
    """The character of a symbol font; those of private use, which no other font has, are left out."""
    try:
        char = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return "" if "\ud800" <= char <= "\uf8ff" or char == "\0" else char


def _margins(package: _Package, parts: Collection[str], kind: str) -> Iterator[Paragraph]:
    """What headers or footers say besides page numbers, each once."""
    said: set[str] = set()
    for name in sorted(name for name in parts if re.fullmatch(rf"word/{kind}\d*\.xml", name)):
        root = package.xml(name)
        for paragraph in _Walk(Counters(Numbering())).blocks(root, kind) if root is not None else ():
            if not _PAGE_NUMBER.fullmatch(paragraph.text) and paragraph.text not in said:
                said.add(paragraph.text)
                yield Paragraph(paragraph.text, 1, kind)


def _notes(package: _Package) -> Iterator[Paragraph]:
    for part, kind in (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")):
        root = package.xml(part)
        for number, note in enumerate(_children(root, (kind,)) if root is not None else (), 0):
            for paragraph in _Walk(Counters(Numbering())).blocks(note, f"{kind}{number}"):
                if paragraph.text.strip():
                    yield paragraph


def _core(package: _Package) -> dict[str, str]:
    """Title, author and dates of the document's own properties."""
    root = package.xml("docProps/core.xml")
    told = {_CORE[_local(node)]: (node.text or "").strip() for node in root if _local(node) in _CORE} if root is not None else {}
    return {key: value[:10] if key in ("created", "modified") else value for key, value in told.items() if value}


def _children(node: Element, names: tuple[str, ...]) -> Iterator[Element]:
    """The children of some names, also where a content control or a tracked insertion is wrapped around them."""
    for child in node:
        name = _local(child)
        if name in names:
            yield child
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _children(child, names)


def _local(node: Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _attribute(node: Element, name: str) -> str:
    return next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == name), "")
