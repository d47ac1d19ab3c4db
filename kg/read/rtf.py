"""RTF: a stream of control words, groups and bytes. What is no text (fonts, pictures, objects, fields' instructions) is passed over."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.errors import InputError
from kg.read.document import Document, Paragraph, Task, compose

_TOKEN = re.compile(r"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SKIPPED = frozenset("fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator info pict object objdata fldinst themedata "
                     "colorschememapping datastore latentstyles xmlnstbl bkmkstart bkmkend header footer headerl headerr headerf footerl "
                     "footerr footerf annotation atnid atnauthor private filetbl revtbl pgdsctbl shpinst nonshppict deleted".split())
_SIGNS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "  ", "nestcell": "  ", "emdash": "—",
          "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": "\u3000", "enspace": " "}
_CHARSETS = {134: "gb18030", 136: "big5", 128: "cp932", 0: "cp1252"}
_CODEPAGES = {936: "gb18030", 54936: "gb18030", 950: "big5", 65001: "utf-8", 1252: "cp1252"}
_INFO = re.compile(r"{\\(title|author)[ ]?([^{}]{0,2000})}")
_DEEPEST = 500


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits: whether its text is passed over, the encoding of its bytes, and how many signs stand in for a \\u."""

    skipped: bool = False
    encoding: str = "gb18030"
    standins: int = 1


def read_rtf(data: bytes, task: Task) -> tuple[Document, ...]:
    """The text of an RTF file, paragraph by paragraph. Raises InputError when it is damaged or has no text."""
    source = data.decode("latin-1")
    text = "".join(_text(source, task.file))
    lines = [line.rstrip() for line in text.split("\n")]
    whole, parts = compose(Paragraph(line, None, "p") for line in lines)
    if not whole.strip():
        raise InputError(f"{task.file} is empty: give a letter with text in it.")
    return (Document(whole, parts, {"format": "application/rtf", **_info(source)}),)


def _text(source: str, file: str) -> Iterator[str]:
    fonts = _fonts(source)
    page = re.search(r"\\ansicpg(\d{1,5})", source)
    default = _CODEPAGES.get(int(page[1]), "gb18030") if page else "gb18030"
    stack: list[_State] = []
    state, skip, raw = _State(encoding=default), 0, bytearray()
    for match in _TOKEN.finditer(source):
        code, word, number, sign, brace, plain = match.groups()
        if code:
            if skip:
                skip -= 1
            elif not state.skipped:
                raw.append(int(code, 16))
            continue
        if raw:
            yield raw.decode(state.encoding, "replace")
            raw.clear()
        if brace == "{":
            if len(stack) >= _DEEPEST:
                raise InputError(f"{file} has groups nested deeper than {_DEEPEST}: it is damaged or hostile.")
            stack.append(state)
        elif brace == "}":
            state, skip = stack.pop() if stack else state, 0
        elif word:
            state, skip, text = _word(word, int(number) if number else None, state, skip, fonts)
            if not state.skipped:
                yield text
        elif sign:
            state = replace(state, skipped=True) if sign == "*" else state
            if not state.skipped:
                yield {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n"}.get(sign, sign if sign in "\\{}" else "")
        elif plain:
            kept, skip = plain[skip:], max(0, skip - len(plain))
            if not state.skipped:
                yield kept
    if raw:
        yield raw.decode(state.encoding, "replace")


def _word(word: str, number: int | None, state: _State, skip: int, fonts: dict[int, str]) -> tuple[_State, int, str]:
    """The state after a control word, how many stand-ins to pass over, and the text that it writes."""
    if word == "u" and number is not None:
        char = _character(number)
        return state, state.standins, char
    if word == "uc" and number is not None:
        return replace(state, standins=max(0, min(number, 8))), skip, ""
    if word == "f" and number in fonts:
        return replace(state, encoding=fonts[number]), skip, ""
    if word in _SKIPPED or (word == "v" and number != 0):
        return replace(state, skipped=True), skip, ""
    return state, 0, _SIGNS.get(word, "")


def _character(number: int) -> str:
    code = number % 65536
    return "" if 0xD800 <= code < 0xE000 or code == 0 else chr(code)


def _fonts(source: str) -> dict[int, str]:
    """The encoding of each font of the font table whose character set is Chinese."""
    table = source.find("{\\fonttbl")
    found = re.finditer(r"\\f(\d{1,5})(?:\\(?!fcharset)[a-z]+-?\d*){0,6}\\fcharset(\d{1,3})", source[table:table + 100_000] if table >= 0 else "")
    return {int(number): _CHARSETS[int(charset)] for number, charset in ((m[1], m[2]) for m in found) if int(charset) in (134, 136)}


def _info(source: str) -> dict[str, str]:
    start = source.find("{\\info")
    if start < 0:
        return {}
    found = {key: "".join(_text(value, "")).strip() for key, value in _INFO.findall(source[start:start + 20_000])}
    return {key: value for key, value in found.items() if value}
