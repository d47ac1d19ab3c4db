"""Web pages: the text of the letter without the page around it, its title, date and source, its tables, the names of its attachments.

The main part is found by the names that the usual publishing systems give it (ontology/patterns/pages.toml), else by where the prose is.
No script runs, nothing is fetched.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml import html as lxml_html

from kg.errors import InputError
from kg.patterns import load_patterns
from kg.read.blocks import Blocks
from kg.read.document import Document, Notice, Paragraph, Task, compose
from kg.read.text import decode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|rtf|zip|rar|ofd)$", re.IGNORECASE)
_NOT_READ = ("script", "style", "noscript", "iframe", "object", "embed", "svg", "select", "button", "textarea", "input", "template", "nav", "footer",
             "form")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PROSE = re.compile(r"[，。；：、]")
_TOLD = ("title", "issued", "publisher", "author", "address")
_SHARE, _LEAST, _NAMED_SHARE = 0.75, 40, 0.4


@dataclass(frozen=True, slots=True)
class _Rules:
    main: re.Pattern[str]
    drop: re.Pattern[str]
    line: re.Pattern[str]
    issued: re.Pattern[str]
    publisher: re.Pattern[str]
    title: re.Pattern[str]
    site: re.Pattern[str]


@cache
def _rules() -> _Rules:
    patterns = load_patterns("pages")
    main, told = patterns.table("main"), patterns.table("told")

    def caseless(text: str) -> re.Pattern[str]:
        return re.compile(text, re.IGNORECASE)
    return _Rules(caseless(main.text("name")), caseless(main.text("drop")), main.regex("line"), told.regex("issued"), told.regex("publisher"),
                  told.regex("title"), told.regex("site"))


def read_html(data: bytes, task: Task) -> tuple[Document, ...]:
    """The letter on a page. Raises InputError when the page has no text."""
    text, encoding, notices = _decoded(data, task.file)
    root = _parsed(text, task.file)
    told = _metadata(root)
    page_text = " ".join(root.itertext())[:20_000]
    main = _main(root)
    attachments = tuple(_attachments(main))
    lines = list(_titled(Blocks().lines(main), told.get("title", "")))
    whole, parts = compose(lines)
    if not whole.strip():
        raise InputError(f"{task.file} has no text in it: the page may be made by a script; save it from the browser as text or PDF.")
    rules = _rules()
    for key, rule in (("issued", rules.issued), ("publisher", rules.publisher)):
        found = rule.search(page_text)
        if key not in told and found:
            told[key] = found[1]
    return (Document(whole, parts, {"format": "text/html", **told}, (*notices, *_on_attachments(attachments)), attachments, encoding),)


def _decoded(data: bytes, file: str) -> tuple[str, str, tuple[Notice, ...]]:
    """The page's text: by the encoding that it names when its bytes agree, else as any text."""
    named = _CHARSET.search(data[:4096])
    encoding = named[1].decode("ascii").lower() if named and not data.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    encoding = "gb18030" if encoding in ("gb2312", "gbk", "gb18030") else encoding
    try:
        if encoding and encoding not in ("utf-16", "utf-7"):
            return data.decode(encoding).lstrip("\ufeff"), encoding, ()
    except (UnicodeDecodeError, LookupError):
        pass
    decoded = decode(data.replace(b"\0", b"") if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else data, file)
    return decoded.text, decoded.encoding, decoded.notices


def _parsed(text: str, file: str) -> lxml_html.HtmlElement:
    """The page as a tree without what is not read."""
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise InputError(f"{file} is no page that can be read ({error}): save it again from the browser.") from error
    for node in list(root.iter(*_NOT_READ)):
        if node.getparent() is not None and not (node.tag == "form" and _prose(node) > _LEAST):
            node.drop_tree()
    for node in list(root.iter()):
        if node.getparent() is not None and (_HIDDEN.search(node.get("style", "")) or node.get("hidden") is not None):
            node.drop_tree()
    return root


def _main(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The element that holds the letter: named so by a known template, else the smallest that holds nearly all prose."""
    body = root.find("body") if root.find("body") is not None else root
    whole = _prose(body)
    named = [node for node in body.iter("div", "td", "section", "article", "span") if _named(node, _rules().main) and _prose(node) >= _LEAST]
    best = min((node for node in named if _prose(node) >= _NAMED_SHARE * whole), key=_length, default=None)
    main = _narrowed(best if best is not None else body)
    for node in list(main.iter("div", "ul", "span", "p", "td", "section", "aside", "header")):
        if node is not main and node.getparent() is not None and _named(node, _rules().drop) and _prose(node) < _LEAST:
            node.drop_tree()
    return main


def _narrowed(node: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The smallest element below with most of the prose; one step never loses a paragraph that stands beside prose of its own level."""
    whole = _prose(node)
    while True:
        heavy = next((child for child in node if isinstance(child.tag, str) and child.tag not in ("p", "tr", "table", "tbody", "li", "ul", "ol")
                      and _prose(child) >= max(_LEAST, _SHARE * whole)), None)
        if heavy is None:
            tables = [child for child in node if child.tag in ("table", "tbody", "tr") and _prose(child) >= max(_LEAST, _SHARE * whole)]
            if len(tables) != 1 or not any(_prose(cell) >= _SHARE * whole for cell in tables[0].iter("td")):
                return node
            heavy = tables[0]
        node = heavy


def _prose(node: lxml_html.HtmlElement) -> int:
    """How many characters stand in text with the marks of sentences, outside links."""
    total = 0
    for text in node.itertext(with_tail=False):
        if len(text) >= 8 and _PROSE.search(text):
            parent = text.getparent() if hasattr(text, "getparent") else None
            total += 0 if parent is not None and parent.tag == "a" and text.is_text else len(text.strip())
    return total


def _length(node: lxml_html.HtmlElement) -> int:
    return len("".join(node.itertext()))


def _named(node: lxml_html.HtmlElement, rule: re.Pattern[str]) -> bool:
    return bool(rule.search(node.get("class", "")) or rule.search(node.get("id", "")))


def _titled(lines: Iterator[Paragraph], title: str) -> Iterator[Paragraph]:
    """The lines that say something, below the page's title when they do not begin with it."""
    kept = [line for line in lines if not _rules().line.match(line.text.strip())]
    head = re.sub(r"\s", "", "".join(line.text for line in kept[:8]))
    if title and re.sub(r"\s", "", title) not in head:
        yield Paragraph(title, None, "title")
    yield from kept


def _metadata(root: lxml_html.HtmlElement) -> dict[str, str]:
    """What meta elements and headings say of the page: title, date, source, author, address."""
    metas: dict[str, str] = {}
    for node in root.iter("meta"):
        name, content = (node.get("name") or node.get("property") or "").strip().lower(), " ".join((node.get("content") or "").split())
        if name and content:
            metas.setdefault(name, content)
    names = load_patterns("pages").table("meta")
    told = {key: next((metas[name] for name in names.words(key) if name in metas), "") for key in _TOLD}
    told["title"] = told["title"] or _heading(root)
    told["issued"] = re.sub(r"[年月/.]", "-", told["issued"][:10])
    return {key: value for key, value in told.items() if value}


def _heading(root: lxml_html.HtmlElement) -> str:
    """The first heading, else the page's title without the site's name, when it is that of a letter."""
    rules = _rules()
    for node in (*root.iter("h1"), *root.iter("h2"), *root.iter("title")):
        text = " ".join("".join(node.itertext()).split())
        text = rules.site.sub("", text) if node.tag == "title" else text
        if 6 <= len(text) <= 200 and rules.title.search(text):
            return text
    return ""


def _attachments(main: lxml_html.HtmlElement) -> Iterator[str]:
    """The names and addresses of the files that the letter links to."""
    for link in main.iter("a"):
        try:
            path = unquote(urlsplit(link.get("href") or "").path)
        except ValueError:
            continue
        if _ATTACHMENT.search(path):
            yield f"{' '.join(''.join(link.itertext()).split()) or path.rpartition('/')[2]} ({link.get('href')})"


def _on_attachments(names: tuple[str, ...]) -> tuple[Notice, ...]:
    if not names:
        return ()
    return (Notice(f"网页有 {len(names)} 个附件，未下载。", f"The page has {len(names)} attachments, which were not fetched."),)
