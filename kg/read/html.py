"""Web pages: the text of the letter without the page around it, its title, date and source, its tables, the names of its attachments.

The main part is found by the names that the usual publishing systems give it (ontology/patterns/pages.toml), else by where the prose is.
No script runs, nothing is fetched.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
_NOT_READ = ("script", "style", "noscript", "iframe", "object", "embed", "svg", "select", "button", "textarea", "input", "template", "nav", "footer")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PROSE = re.compile(r"[，。；：、]")
_TOLD = ("title", "issued", "publisher", "author", "address")
_CONTAINERS = ("div", "section", "article", "main", "table", "tbody", "tr", "td", "th", "center", "form", "span", "font")
_ROWS = ("table", "tbody", "tr")
_TITLE_PIECES = re.compile(r"\s*[_|]\s*|\s+[-—–]\s+|\s+|--+")
_SHARE, _LEAST, _NAMED_SHARE, _FURNITURE = 0.85, 40, 0.4, 0.25


@dataclass(frozen=True, slots=True)
class _Rules:
    main: re.Pattern[str]
    drop: re.Pattern[str]
    line: re.Pattern[str]
    foot: re.Pattern[str]
    issued: re.Pattern[str]
    publisher: re.Pattern[str]
    title: re.Pattern[str]


@cache
def _rules() -> _Rules:
    patterns = load_patterns("pages")
    main, told = patterns.table("main"), patterns.table("told")

    def caseless(text: str) -> re.Pattern[str]:
        return re.compile(text, re.IGNORECASE)
    return _Rules(caseless(main.text("name")), caseless(main.text("drop")), main.regex("line"), main.regex("foot"), told.regex("issued"),
                  told.regex("publisher"), told.regex("title"))


def read_html(data: bytes, task: Task) -> tuple[Document, ...]:
    """The letter on a page. Raises InputError when the page has no text."""
    text, encoding, notices = _decoded(data, task.file)
    root = _parsed(text, task.file)
    told = _metadata(root)
    page_text = " ".join(root.itertext())[:20_000]
    main = _main(root)
    attachments = tuple(dict.fromkeys(_attachments(root)))
    lines = list(_titled(Blocks().lines(main), told.get("title", "")))
    whole, parts = compose(lines)
    if not whole.strip():
        raise InputError(f"{task.file} has no text in it: the page may be made by a script; save it from the browser as text or PDF.")
    rules = _rules()
    for key, rule in (("issued", rules.issued), ("publisher", rules.publisher)):
        found = rule.search(page_text)
        if key not in told and found:
            told[key] = found[1]
    told = {**told, "issued": _day(told["issued"])} if "issued" in told else told
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
        if node.getparent() is not None:
            node.drop_tree()
    for node in list(root.iter()):
        if node.getparent() is not None and (_HIDDEN.search(node.get("style", "")) or node.get("hidden") is not None):
            node.drop_tree()
    return root


def _main(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The element that holds the letter: named so by a known template, else the smallest that holds nearly all prose."""
    body = root.find("body") if root.find("body") is not None else root
    rules = _rules()
    _drop_named(body, _prose(body), rules.drop)
    prose = _prose(body)
    named = [node for node in body.iter("div", "td", "section", "article", "span") if prose[node] >= max(_LEAST, _NAMED_SHARE * prose[body])
             and _named(node, rules.main)]
    return _narrowed(min(named, key=lambda node: prose[node], default=body), prose)


def _drop_named(body: lxml_html.HtmlElement, prose: Mapping[object, int], rule: re.Pattern[str]) -> None:
    """Take out what is named as furniture of a page, unless so much prose is in it that the name must mean something else."""
    most = max(_LEAST, _FURNITURE * prose[body])
    for node in list(body.iter("div", "ul", "span", "p", "td", "section", "aside", "header")):
        if node.getparent() is not None and prose[node] < most and _named(node, rule):
            node.drop_tree()


def _narrowed(node: lxml_html.HtmlElement, prose: Mapping[object, int]) -> lxml_html.HtmlElement:
    """The smallest element below with nearly all of the prose, so that what stands around it is left out."""
    while prose[node]:
        least = max(_LEAST, _SHARE * prose[node])
        heavy = next((child for child in node if child.tag in _CONTAINERS and prose[child] >= least), None)
        if heavy is None or (heavy.tag in _ROWS and not any(prose[cell] >= least for cell in heavy.iter("td", "th"))):
            break
        node = heavy
    return node


def _prose(body: lxml_html.HtmlElement) -> dict[object, int]:
    """How many characters stand in each element in text with the marks of sentences, outside links."""
    prose: dict[object, int] = {}
    for node in reversed(list(body.iter())):
        below = sum(prose[child] + _weight(child.tail) for child in node)
        prose[node] = 0 if node.tag == "a" else below + _weight(node.text)
    return prose


def _weight(text: str | None) -> int:
    """The length of a text that is prose, else 0."""
    bare = text.strip() if text else ""
    return len(bare) if len(bare) >= 8 and _PROSE.search(bare) and not _rules().foot.search(bare) else 0


def _named(node: lxml_html.HtmlElement, rule: re.Pattern[str]) -> bool:
    return bool(rule.search(node.get("class", "")) or rule.search(node.get("id", "")))


def _titled(lines: Iterator[Paragraph], title: str) -> Iterator[Paragraph]:
    """The lines that say something, below the page's title when they do not begin with it."""
    rules = _rules()
    kept = [line for line in lines if not rules.line.match(line.text.strip()) and not rules.foot.search(line.text)]
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
    return {key: value for key, value in told.items() if value}


def _day(text: str) -> str:
    """A date of a page as 2024-05-28; as it stands when it is none."""
    found = re.match(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})", text.strip())
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else text[:40]


def _heading(root: lxml_html.HtmlElement) -> str:
    """The first heading, else the page's title without the site's name, when it is that of a letter."""
    rules = _rules()
    for node in (*root.iter("h1"), *root.iter("h2"), *root.iter("title")):
        text = " ".join("".join(node.itertext()).split())
        if node.tag == "title":
            text = max((piece for piece in _TITLE_PIECES.split(text) if rules.title.search(piece)), key=len, default="")
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
