"""Mail (.eml) and saved pages (.mht): the text that the sender wrote, and attachments that are letters themselves."""
from __future__ import annotations

from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from kg.errors import InputError, KgError
from kg.read.archive import read_member
from kg.read.document import Document, Notice, Task

_PARTS = 200


def read_mail(data: bytes, task: Task) -> tuple[Document, ...]:
    """The body of a message and each attachment that can be read. Raises InputError when there is no text in it."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        parts = list(message.walk())
        if len(parts) > _PARTS:
            raise InputError(f"{task.file} has more than {_PARTS} parts: no letter has; save the letters one by one.")
        failed: list[Notice] = []
        documents = [*_body(message, task), *_attached(message, task, failed)]
    except (MessageError, ValueError, LookupError, AttributeError, RecursionError, TypeError, IndexError) as error:
        raise InputError(f"{task.file} is a damaged message ({type(error).__name__}): save the letter in it as a file.") from error
    if not documents:
        raise InputError(f"{task.file} is empty: give a message with a letter in it.")
    # An attachment that cannot be read does not lose the message.
    return (replace(documents[0], notices=(*documents[0].notices, *failed)), *documents[1:])


def _body(message: EmailMessage, task: Task) -> list[Document]:
    best = message.get_body(("plain", "html"))
    data = _payload(best) if best is not None else b""
    if best is None or not data.strip():
        return []
    kind = "html" if best.get_content_subtype() == "html" else "text"
    found = read_member(data, task.within(f"body.{'html' if kind == 'html' else 'txt'}"), kind)
    return [_described(document, message) for document in found]


def _payload(part: MIMEPart) -> bytes:
    """The bytes of a part in UTF-8 where it names its encoding, else as they are."""
    data = part.get_payload(decode=True)
    raw = data if isinstance(data, bytes) else b""
    charset = part.get_content_charset()
    try:
        return raw.decode("gb18030" if charset in ("gb2312", "gbk") else charset).encode() if charset else raw
    except (UnicodeError, LookupError):
        return raw


def _described(document: Document, message: EmailMessage) -> Document:
    told = {"title": str(message.get("subject", "")), "author": str(message.get("from", "")), "issued": _day(str(message.get("date", "")))}
    metadata = {**document.metadata, "format": "message/rfc822", **{key: value for key, value in told.items() if value}}
    return replace(document, metadata=metadata, name="")


def _day(text: str) -> str:
    try:
        return parsedate_to_datetime(text).date().isoformat() if text else ""
    except (ValueError, TypeError, OverflowError):
        return ""


def _attached(message: EmailMessage, task: Task, failed: list[Notice]) -> list[Document]:
    """The documents in the attachments; why others were not read is added to `failed`."""
    found: list[Document] = []
    for part in message.iter_attachments():
        name = part.get_filename()
        data = _payload(part) if part.get_content_maintype() == "text" else part.get_payload(decode=True)
        if not name or not isinstance(data, bytes) or part.get_content_disposition() != "attachment":
            continue
        try:
            found += read_member(data, task.within(name))
        except KgError as error:
            failed.append(Notice(f"附件未能读取：{error}", f"An attachment was not read: {error}"))
    return found
