"""Texts and attributes of XML. (xml.sax.saxutils would load the web client of the standard library with it.)"""
from __future__ import annotations

TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def escaped(text: str) -> str:
    """What stands between tags. A reader would take a bare CR for LF."""
    return text.translate(TEXT)


def quoted(text: str) -> str:
    """The value of an attribute, with its quotation marks. A reader would take bare line ends and tabs for blanks."""
    return f'"{text.translate(ATTRIBUTE)}"'
