"""PDF files made by hand: characters of a font that readers have themselves (Adobe-GB1 by UCS-2), and lines, at places in points."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 595, 842


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text: where it begins (from the left and the bottom) and the size of its characters."""

    x: float
    y: float
    text: str
    size: float = 12


def pdf(*pages: Sequence[Text | str], info: str = "") -> bytes:
    """A file of pages. A string on a page is drawing instructions."""
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(pages)))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        4: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
           "/DW 1000 /W [1 95 500] /FontDescriptor 5 0 R >>",
        5: "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /StemV 93 >>",
        6: f"<< {info} >>",
    }
    for i, page in enumerate(pages):
        content = "\n".join(_drawn(part) for part in page)
        objects[10 + 2 * i] = (f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {11 + 2 * i} 0 R "
                               "/Resources << /Font << /F1 3 0 R >> >> >>")
        objects[11 + 2 * i] = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    return written(objects)


def written(objects: dict[int, str], trailer: str = "/Root 1 0 R /Info 6 0 R") -> bytes:
    """A file of objects, with its table of offsets."""
    out = b"%PDF-1.4\n"
    offsets: dict[int, int] = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n".encode()
    for number in range(size):
        out += f"{offsets.get(number, 0):010d} {0 if number in offsets else 65535:05d} {'n' if number in offsets else 'f'} \n".encode()
    return out + f"trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def lines(text: str, x: float = 72, right: float = 523, y: float = 740, size: float = 12, indent: bool = True) -> list[Text]:
    """Paragraphs set in lines between two margins, from `y` downwards; each begins two characters in when `indent`."""
    width = int((right - x) / size)
    found: list[Text] = []
    for paragraph in text.split("\n"):
        first, rest = (paragraph[:width - 2], paragraph[width - 2:]) if indent else (paragraph[:width], paragraph[width:])
        found.append(Text(x + (2 * size if indent else 0), y, first, size))
        y -= 1.5 * size
        while rest:
            found.append(Text(x, y, rest[:width], size))
            rest, y = rest[width:], y - 1.5 * size
    return found


def _drawn(part: Text | str) -> str:
    if isinstance(part, str):
        return part
    return f"BT /F1 {part.size} Tf {part.x} {part.y} Td <{part.text.encode('utf-16-be').hex()}> Tj ET"
