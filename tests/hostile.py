"""A store whose letter, names, sentences and figures are full of markup: whatever shows them must show them as they are."""
from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from kg.model import Answering, Block, Entity, Extraction, Fact, Figure, Header, Letter, Record, Sentence, Source
from kg.spans import Span
from kg.store import Store
from tests.nouns import link, quote

IMAGE = "<img src=x onerror=document.title='owned'>基金"
SCRIPT = "\"'><script>document.title='owned'</script>大学"
TEMPLATE = "{{7*7}}${7*7}<svg onload=document.title='owned'>园"
PATH = "甲/乙#丙?丁=%2F&戊"
LINK = "javascript:document.title='owned'"
NAMES = (IMAGE, SCRIPT, TEMPLATE, PATH, LINK, "..")
LETTER = "</script><b>函\"'&amp;"
ALIAS = "<i onmouseover=document.title='owned'>别名"
TEXT = (f"<h1>关于</h1>{TEMPLATE}的答复\n"
        f"2024年，{IMAGE}与{SCRIPT}合作，{PATH}签署<b>{LINK}</b>。{SCRIPT}有<script>document.title='owned'</script>3家。\n")


def extraction() -> Extraction:
    title, body = TEXT.splitlines()
    start = len(title) + 1
    first, second = TEXT.index("。") + 1, len(TEXT) - 1
    source = Source(LETTER, f"{LETTER}.txt", TEXT, "0" * 64)
    one = Letter(source, TEXT, tuple(range(len(TEXT))), (Block(Span(0, len(title)), "title"), Block(Span(start, start + len(body)), "body")),
                 (Sentence(Span(0, len(title)), 0), Sentence(Span(start, first), 1), Sentence(Span(first, second), 1)),
                 Header("<u>1</u>号", "<s>2</s>", "<em>提案</em>"), Answering(IMAGE, "province"))
    entities = (
        Entity(IMAGE, "Fund", None, (ALIAS,), (link(TEXT, IMAGE, "Fund"),)), Entity(SCRIPT, "University", links=(link(TEXT, SCRIPT, "University"),)),
        Entity(TEMPLATE, "Park", links=(link(TEXT, TEMPLATE, "Park"),)), Entity(PATH, "Company", links=(link(TEXT, PATH, "Company"),)),
        Entity(LINK, "Document", links=(link(TEXT, LINK, "Document", start),)), Entity("..", "Place"))
    said = (quote(one, "合作"),)
    facts = (
        Fact(IMAGE, "cooperatesWith", SCRIPT, "done", said, 0.9, "<p>", amount="<b>3</b>亿", role="<i>长</i>", place=".."),
        Fact(PATH, "signs", LINK, "planned", said, 0.8, "p"), Fact(TEMPLATE, "organizes", PATH, "suggested", said, 0.7, "p"))
    figures = (Figure(SCRIPT, "<b>指标</b>", Decimal(3), "<i>家</i>", quote(one, "3家"), 0.9, None, Decimal(3), "<u>"),)
    return Extraction(one, entities, Record(), facts, figures)


def hostile_store(folder: Path) -> Path:
    with Store(folder, writable=True) as store:
        store.put_ontology()
        store.put_letter(extraction())
    return folder
