"""Files that are made to hurt whoever reads them."""
from __future__ import annotations

import io
import zipfile
import zlib

from tests.samples import office, pdf

LAUGHS = ('<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{i} "{f"&lol{i - 1};" * 10 if i > 1 else "&lol;" * 10}">' for i in range(1, 10)) + "]>")


def billion_laughs() -> bytes:
    """A Word document whose text is an entity of a billion words."""
    text = f"{LAUGHS}<w:document {office.W}><w:body><w:p><w:r><w:t>&lol9;</w:t></w:r></w:p></w:body></w:document>"
    return office.archive({"[Content_Types].xml": office.TYPES, "word/document.xml": text})


def outside_entity() -> bytes:
    """A Word document whose text is an entity that names a file of the machine."""
    text = (f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {office.W}><w:body><w:p><w:r><w:t>&e;</w:t></w:r>'
            "</w:p></w:body></w:document>")
    return office.archive({"[Content_Types].xml": office.TYPES, "word/document.xml": text})


def zip_bomb(megabytes: int = 1_000) -> bytes:
    """An archive of one text of so many megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file, file.open("a.txt", "w", force_zip64=True) as member:
        block = b"a" * 1_000_000
        for _ in range(megabytes):
            member.write(block)
    return out.getvalue()


def lying_zip() -> bytes:
    """An archive whose member unpacks to more than its table of contents says."""
    data = bytearray(office.archive({"a.txt": b"a" * 900_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24:at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def escaping_zip() -> bytes:
    """An archive whose members would be written outside of the folder into which it is unpacked."""
    return office.archive({"../../../../tmp/kg-escaped.txt": "您提出的提案收悉。", "/tmp/kg-escaped.txt": "您提出的建议收悉。"})


def pdf_bomb(megabytes: int = 900) -> bytes:
    """A PDF whose page is a stream that unpacks to so many megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    return pdf.written({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
                        4: f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed.decode('latin-1')}\nendstream", 6: "<< >>"})


def cyclic_pdf() -> bytes:
    """A PDF whose pages are in themselves."""
    return pdf.written({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 3 0 R >>",
                        3: "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>", 6: "<< /Title 6 0 R >>"})


def self_referring_pdf() -> bytes:
    """A PDF whose font, length and contents are references to themselves."""
    return pdf.written({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                        3: "<< /Type /Page /Parent 2 0 R /MediaBox 7 0 R /Contents [4 0 R 5 0 R] /Resources 3 0 R /Font << /F1 3 0 R >> >>",
                        4: "<< /Length 4 0 R >>\nstream\n/F1 12 Tf (a) Tj\nendstream", 5: "5 0 R", 6: "<< >>", 7: "[7 0 R 7 0 R 7 0 R 7 0 R]"})


def nested_html(depth: int = 100_000) -> bytes:
    return b"<html><body>" + b"<div>" * depth + "您提出的提案收悉，现答复如下。".encode() + b"</div>" * depth


def nested_docx(depth: int = 20_000) -> bytes:
    return office.docx("<w:sdt><w:sdtContent>" * depth + office.paragraph("您提出的提案收悉。") + "</w:sdtContent></w:sdt>" * depth)


def nested_rtf(depth: int = 100_000) -> bytes:
    return b"{\\rtf1" + b"{" * depth + b"a" + b"}" * depth + b"}"


def nested_json(depth: int = 100_000) -> bytes:
    return b'{"text": ' + b"[" * depth + b"]" * depth + b"}\n"
