"""Old Word and WPS documents (.doc, .wps), read by antiword, else by LibreOffice, which also turns .odt into .docx, else by catdoc.

catdoc is the last: it garbles some of the pieces that a document is stored in, without saying so. What it gives is told, and refused when it
has the Latin letters that such pieces become.
"""
from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.read.document import Document, Notice, Paragraph, Task, compose
from kg.read.kinds import KINDS
from kg.read.programs import found, run

INSTALL = ("install one of these programs (Debian and Ubuntu: apt-get install antiword; macOS: brew install antiword; "
           "Windows: LibreOffice), or save the letter as .docx")
_STREAM = "WordDocument".encode("utf-16-le")        # the name of the stream that holds the text, in Word 6 to 2003 and in WPS
_ROW = re.compile(r"^\|.*\|$")
_GARBLED = re.compile(r"[\x80-\xa6\xa8-\xaf\xb1-\xb6\xb8-\xd6\xd8-\xf6\xf8-\xff]")      # Latin-1 but § ° · × ÷
_MOST_GARBLED = 0.001
_BY_CATDOC = Notice("由 catdoc 读取，可能有错漏，请核对；装有 antiword 或 LibreOffice 则更可靠。",
                    "It was read by catdoc, which garbles some documents: check it, or install antiword or LibreOffice.")
_PICTURE = re.compile(r"^\s*\[(?:pic|pict)\]\s*$")
# No macro runs, no link in a document is updated, whatever the document asks for.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>0</value></prop></item>
</oor:items>
"""


def read_doc(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text of an old Word or WPS document. Raises InputError with the command to install when no program is there that reads it."""
    if not found("antiword", "catdoc", "soffice", "libreoffice"):
        raise InputError(f"{task.file} is an old Word or WPS document, which needs antiword, catdoc or LibreOffice: {INSTALL}.")
    if _STREAM not in data:
        raise InputError(f"{task.file} has no Word document in it, though it is an Office file: a spreadsheet or damaged. Save the letter as .docx.")
    with tempfile.TemporaryDirectory(prefix="kg-read-") as name:
        folder = Path(name)
        (folder / "letter.doc").write_bytes(data)
        text = _printed("antiword", ("-m", "UTF-8.txt", "-w", "0"), folder, task)
        if text.strip():
            return (_document(text),)
        if found("soffice", "libreoffice"):
            return _converted(folder / "letter.doc", folder, task, KINDS["doc"].media)
        text = _printed("catdoc", ("-w", "-d", "utf-8"), folder, task)
        if not text.strip() or len(_GARBLED.findall(text)) > _MOST_GARBLED * len(text):
            raise InputError(f"{task.file} could not be read whole: {INSTALL}.")
        return (_document(text, _BY_CATDOC),)


def _document(text: str, *notices: Notice) -> Document:
    whole, parts = compose(_paragraphs(text))
    return Document(whole, parts, {"format": KINDS["doc"].media}, notices)


def read_odt(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text of an OpenDocument text, by way of LibreOffice."""
    with tempfile.TemporaryDirectory(prefix="kg-read-") as name:
        path = Path(name) / "letter.odt"
        path.write_bytes(data)
        return _converted(path, Path(name), task, KINDS["odt"].media)


def _printed(program: str, arguments: tuple[str, ...], folder: Path, task: Task) -> str:
    """What a program prints of the document; nothing when it is not there or cannot read it."""
    path = found(program)
    if path is None:
        return ""
    try:
        return run([path, *arguments, "letter.doc"], folder, task.limits.seconds / 3, task.file).decode("utf-8", "replace")
    except InputError:
        return ""


def _paragraphs(text: str) -> Iterator[Paragraph]:
    """The lines of a program's output: a paragraph each, tables with their cells apart, pictures left out."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\f", "\n").split("\n"), 1):
        if _PICTURE.match(line):
            continue
        if _ROW.match(line.strip()):
            yield Paragraph("  ".join(filter(None, (cell.strip() for cell in line.strip().strip("|").split("|")))), None, "table")
        else:
            yield Paragraph(line.rstrip(), None, f"p{number}" if line.strip() else "")


def _converted(path: Path, folder: Path, task: Task, media: str) -> tuple[Document, ...]:
    """The document after LibreOffice made a .docx of it."""
    office = found("soffice", "libreoffice")
    if office is None:
        raise InputError(f"{task.file} could not be read, and needs LibreOffice: {INSTALL}.")
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    run([office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nologo", "--nodefault",
         "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(path)], folder, task.limits.seconds, task.file)
    made = folder / f"{path.stem}.docx"
    if not made.is_file():
        raise InputError(f"{task.file} could not be read by LibreOffice: it is damaged or of another format. Save it as .docx.")
    documents = KINDS["docx"].load(task.file)(made.read_bytes(), task)
    return tuple(replace(document, metadata={**document.metadata, "format": media}) for document in documents)
