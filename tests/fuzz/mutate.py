"""Bytes to try: seeds that are well formed, and what becomes of them when bits turn, pieces move and tokens of a format are strewn in."""
from __future__ import annotations

import json
import random
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from tests.samples import office, pages, pdf

LETTER = "\n".join((pages.TITLE, *pages.LETTER))
TOKENS: dict[str, tuple[bytes, ...]] = {
    "html": (b"<table>", b"<tr>", b"<td>", b"</div>", b"<div class=TRS_Editor>", b"<meta charset=gbk>", b"<!--", b"&#0;", b"&nbsp;", b"<br>", b"<script>"),
    "docx": (b"PK\x03\x04", b"PK\x01\x02", b"<w:p>", b"</w:p>", b"<w:t>", b"<w:del>", b"\0\0\0\0", b"\xff\xff\xff\xff"),
    "pdf": (b"obj", b"endobj", b"stream\n", b"endstream", b"<<", b">>", b"0 R", b"/Kids", b"/Length", b"xref", b"trailer", b"/Filter /FlateDecode", b"[", b"]"),
    "rtf": (b"{", b"}", b"\\u", b"\\'", b"\\par", b"\\bin99999", b"\\uc", b"-1", b"\\*", b"99999999"),
    "mail": (b"\n\n", b"MIME-Version: 1.0\n", b"Content-Type: multipart/mixed; boundary=x\n", b"--x\n", b"charset=?", b"=?gb2312?B?", b"base64"),
    "text": (b"\xff\xfe", b"\0", "（".encode(), "》".encode(), "2023年".encode(), "亿元".encode(), "\u200b\u202e".encode(), "关于提案的答复\n".encode(), b"\r"),
    "sparql": (b"SELECT ", b"WHERE {", b"}", b"FROM <", b"GRAPH ?g {", b"SERVICE ", b"'''", b'"', b"#", b"\\u", b"VALUES", b"PREFIX kg: ", b"(", b"BIND("),
}


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Well-formed input for the targets, by the end of their names."""
    message = EmailMessage()
    message["Subject"] = "答复函"
    message.set_content(LETTER)
    message.add_attachment(b"{\\rtf1 a}", maintype="application", subtype="rtf", filename="a.rtf")
    gold = next((Path(__file__).parents[1] / "corpus" / "written" / "gold").glob("*.gold.txt"))
    row = json.dumps({"id": 1, "text": LETTER}, ensure_ascii=False)
    docx = office.docx(*map(office.paragraph, LETTER.splitlines()), office.table(("年份", "数"), ("2023", "30")))
    return {
        "text": (LETTER.encode(), LETTER.encode("gb18030"), LETTER.encode("utf-16")), "markdown": (f"# {LETTER}\n|a|b|\n|-|-|\n".encode(),),
        "html": tuple(make().encode() for make in (pages.trs, pages.old, pages.with_table)), "docx": (docx,),
        "rtf": (b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 S;}}{\\info{\\title a}}\\f0\\u22825?\\'cc\\'ec\\par}",),
        "pdf": (pdf.pdf(pdf.lines(LETTER), [pdf.Text(72, 700, "二")], info="/Title (a)"),), "mail": (message.as_bytes(),),
        "zip": (office.archive({"a.txt": LETTER, "b.docx": docx}),), "jsonl": (f"{row}\n{row}\n".encode(),), "csv": (f'name,text\na,"{LETTER}"\n'.encode(),),
        "structure": (f"{LETTER}\n{LETTER}\n".encode(),), "letter": (LETTER.encode(),), "number": ("一千二百三十四万5678.9".encode(), b"1,206.50"),
        "iri": ("天津市（A/B #1）".encode(),), "gold": (gold.read_bytes(),), "kind": (docx, b"%PDF-1.4", b"<html>"),
        "sparql": (b"SELECT ?x FROM <http://a/b> WHERE { GRAPH ?g { ?x a kg:Fund } FILTER(?x != 'a#b') } # end",),
        "query": (b"SELECT ?x WHERE { ?x a kg:Fund } LIMIT 3", b"ASK { ?s ?p ?o }"),
    }


def seeds_of(target: str) -> tuple[bytes, ...]:
    return seeds()[target.removeprefix("read-")]


def mutated(data: bytes, chance: random.Random, tokens: tuple[bytes, ...] = ()) -> bytes:
    """The bytes after one to eight changes."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(out) + 1)
        what = chance.randrange(7)
        if what == 0 and out:
            out[at % len(out)] ^= 1 << chance.randrange(8)
        elif what == 1:
            out[at:at] = chance.randbytes(chance.randint(1, 16))
        elif what == 2:
            del out[at:at + chance.randint(1, 64)]
        elif what == 3:
            piece = out[at:at + chance.randint(1, 200)]
            out[chance.randrange(len(out) + 1):0] = piece * chance.choice((1, 1, 2, 50))
        elif what == 4 and tokens:
            out[at:at] = chance.choice(tokens) * chance.choice((1, 1, 1, 30))
        elif what == 5:
            out = out[:max(1, at)]
        elif out:
            out[at % len(out)] = chance.choice((0, 1, 127, 128, 255))
    return bytes(out[:200_000])


def tokens_of(target: str) -> tuple[bytes, ...]:
    name = target.removeprefix("read-")
    return TOKENS.get(name, TOKENS["sparql"] if name == "query" else TOKENS["docx"] if name == "zip" else TOKENS["text"])
