"""kg read: how a file is read, before anything is built of it."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from kg.cli.common import FINDINGS
from kg.cli.terminal import clean, screen_width, table, wrap
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.lexicon import Lexicon
    from kg.model import Block, Letter
    from kg.read import Contents, Found

_PREVIEW = 40
PARTS: Mapping[str, str] = MappingProxyType({
    "residue": "杂项", "letterhead": "发文机关", "number": "文号", "title": "标题", "addressee": "主送", "heading": "小标题", "body": "正文",
    "closing": "结语", "signature": "落款", "copy": "抄送", "contact": "联系"})


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--text", "only_text", is_flag=True, help="Print the text and nothing else.")
@click.option("--ocr", is_flag=True, help="Read pages that are pictures, with Tesseract.")
@click.pass_context
def read(context: click.Context, files: tuple[Path, ...], only_text: bool, ocr: bool) -> None:
    """Show how files are read: format, encoding, letters, their parts, where they stand in the original, and warnings.

    \b
    Examples:
      kg read examples/letters/tianjin-2023-high-tech.txt
      kg read --text examples/letters/tianjin-2023-high-tech.txt
    """
    from kg.read import Readers
    failed = False
    with Readers(ocr=ocr) as readers:
        for file in files:
            try:
                contents = readers.file(file)
            except InputError as error:
                if len(files) == 1:
                    raise
                failed = True
                click.echo(f"kg: {error}", err=True)
                continue
            for line in _texts(contents) if only_text else _pages(contents):
                click.echo(line)
    if failed:
        context.exit(FINDINGS)


def _texts(contents: Contents) -> Iterator[str]:
    for found in contents.letters:
        yield found.source.text.rstrip("\n")


def _pages(contents: Contents) -> Iterator[str]:
    """What is known of a file and of each letter in it."""
    from kg.pipeline import known_names
    from kg.project import find_project
    from kg.read.kinds import known_kinds
    kind = known_kinds()[contents.kind]
    yield f"{clean(contents.path.name)}   {kind.zh} {contents.kind}"
    yield from _said("注意 note", contents.notices)
    for found in contents.letters:
        yield ""
        yield from _letter(found, known_names(find_project()))


def _letter(found: Found, lexicon: Lexicon) -> Iterator[str]:
    from kg.segment import segment
    letter = segment(found.source, lexicon)
    source = found.source
    yield f"{clean(source.name)}   {len(source.text)} 字 characters · {source.encoding} · 像答复函 letter-like {found.likeness.score:.2f}"
    for label, value in _facts(letter):
        if value:
            yield f"  {label}  {clean(value)}"
    yield from _said("附件 attachment", found.attachments)
    yield from _said("注意 note", found.notices)
    rows = [(f"{PARTS[block.kind]} {block.kind}", str(block.level or ""), _place(letter, block), _short(block.span.of(letter.plain)))
            for block in letter.blocks]
    yield ""
    yield table(("部分 part", "级 level", "位置 place", "文字 text"), rows, screen_width())


def _facts(letter: Letter) -> Iterator[tuple[str, str]]:
    """What the original and the letter say of the letter, labelled in Chinese and English."""
    header, told = letter.header, letter.source.metadata
    yield "标题 title       ", told.get("title", "")
    yield "来源 source      ", " · ".join(filter(None, (told.get("publisher"), told.get("author"), told.get("address"))))
    yield "发布 published   ", told.get("issued", "") or told.get("created", "")
    yield "文号 number      ", header.document_number or ""
    yield "日期 date        ", header.date.isoformat() if header.date else ""
    yield "提案 proposal    ", " · ".join(filter(None, (header.session, header.proposal_number, header.proposal_title)))
    yield "答复 answered by ", letter.answering.place if letter.answering else ""
    for label, spans in (("单位 issuers     ", header.issuers), ("致   addressees  ", header.addressees), ("会同 consulted   ", header.consulted)):
        yield label, "、".join(span.of(letter.plain) for span in spans)


def _said(label: str, notices: tuple[object, ...]) -> Iterator[str]:
    for notice in notices:
        first, *rest = wrap(clean(f"{label}  {notice}"), max(40, (screen_width() or 120) - 2))
        yield f"  {first}"
        yield from (f"    {line}" for line in rest)


def _place(letter: Letter, block: Block) -> str:
    """The pages and the first element of the original in which a block stands."""
    if not len(block.span):
        return ""
    parts = letter.source.parts_of(letter.origin(block.span))
    pages = sorted({part.page for part in parts if part.page is not None})
    page = f"第{pages[0]}{f'–{pages[-1]}' if len(pages) > 1 else ''}页" if pages else ""
    return " ".join(filter(None, (page, parts[0].element if parts else "")))


def _short(text: str) -> str:
    return text if len(text) <= _PREVIEW else f"{text[:_PREVIEW - 8]}…{text[-7:]}"
