"""Nouns made by hand: small letters whose extraction every test can read at a glance."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg import iris
from kg.mapping import Activity, statements
from kg.model import Answering, Block, Entity, Extraction, Fact, Figure, Header, Letter, Link, Mention, Period, Record, Sentence, Source
from kg.ontology import Ontology
from kg.spans import Span

TEXT = ("关于深化津港合作提案的答复\n"
        "张三委员：\n"
        "2024年，我市设立海河产业基金，与香港特别行政区合作。\n"
        "下一步，天津市将举办津港合作周。海河产业基金规模达189.3亿元。\n")


def span(text: str, part: str, start: int = 0) -> Span:
    """Where `part` stands in the text, at or after `start`."""
    at = text.index(part, start)
    return Span(at, at + len(part))


def link(text: str, part: str, kind: str, start: int = 0, confidence: float = 0.9, found_by: str = "lexicon", reason: str = "name") -> Link:
    return Link(Mention(span(text, part, start), kind, found_by, confidence), reason)


def entity(text: str, name: str, kind: str, *parts: str, fine: str | None = None, aliases: tuple[str, ...] = ()) -> Entity:
    """An entity that is mentioned once by each of `parts`."""
    return Entity(name, kind, fine, aliases, tuple(link(text, part, kind) for part in parts))


def letter(text: str = TEXT, name: str = "tianjin-2024", header: Header | None = None) -> Letter:
    """A letter whose plain text is its text, with a sentence for each 。 and a block for each line."""
    blocks, sentences, at = [], [], 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        body = line.rstrip("\n")
        if body:
            blocks.append(Block(Span(at, at + len(body)), "title" if number == 0 else "body"))
            sentences += [Sentence(one, len(blocks) - 1) for one in _sentences(body, at)]
        at += len(line)
    source = Source(name, f"{name}.txt", text, "0" * 64)
    return Letter(source, text, tuple(range(len(text))), tuple(blocks), tuple(sentences), header or Header(), Answering("天津市", "province"))


def _sentences(line: str, at: int) -> list[Span]:
    ends = [i + 1 for i, char in enumerate(line) if char == "。"] or [len(line)]
    return [Span(at + start, at + end) for start, end in zip([0, *ends], ends, strict=False)]


def quote(one: Letter, part: str) -> Span:
    """The sentence that has `part` in it."""
    return next(sentence.span for sentence in one.sentences if part in sentence.span.of(one.plain))


def extraction(name: str = "tianjin-2024", text: str = TEXT, fund_kind: str = "Fund") -> Extraction:
    """One of everything: a done fact with a time, a planned one, an ongoing one, a figure, a proposal, an addressee."""
    header = Header("津函〔2024〕1号", "0123", "关于深化津港合作的提案", "市政协十五届二次会议", date(2024, 6, 30))
    one = letter(text, name, header)
    year = Period(date(2024, 1, 1), date(2024, 12, 31), "2024年")
    entities = (
        entity(text, "张三", "Person", "张三"),
        entity(text, "天津市", "Place", "我市", "天津市", fine="Municipality", aliases=("天津",)),
        entity(text, "海河产业基金", fund_kind, "海河产业基金", aliases=("海河基金",)),
        entity(text, "香港特别行政区", "Place", "香港特别行政区", fine="SpecialAdministrativeRegion", aliases=("香港",)),
        entity(text, "津港合作周", "Event", "津港合作周"),
        Entity("天津市科学技术局", "Government", aliases=("天津市科技局",)),
    )
    facts = (
        Fact("天津市", "establishes", "海河产业基金", "done", (quote(one, "设立"),), 0.9, "establish-1", year),
        Fact("天津市", "cooperatesWith", "香港特别行政区", "ongoing", (quote(one, "设立"),), 0.8, "cooperate-1"),
        Fact("天津市", "organizes", "津港合作周", "planned", (quote(one, "举办"),), 0.7, "organize-1", place="香港特别行政区"),
    )
    figures = (Figure("海河产业基金", "规模", Decimal("189.3"), "亿元", quote(one, "规模"), 0.9, None, Decimal("18930000000"), "CNY"),)
    return Extraction(one, entities, Record("天津市", ("天津市科学技术局",), (), ("张三",)), facts, figures)


def small(name: str, mentions: Sequence[tuple[str, str]], facts: Sequence[Fact] = ()) -> Extraction:
    """A letter with nothing but entities, each (name, class) mentioned as often as it is given, and facts."""
    text = "".join(f"{who}。\n" for who, _ in mentions) or "空。\n"
    found: dict[tuple[str, str], list[Link]] = {}
    at = 0
    for who, kind in mentions:
        found.setdefault((who, kind), []).append(link(text, who, kind, at))
        at = text.index("\n", at) + 1
    entities = tuple(Entity(who, kind, None, (), tuple(links)) for (who, kind), links in found.items())
    return Extraction(letter(text, name), entities, Record(), tuple(facts), ())


def quads(extraction: Extraction, ontology: Ontology, base: str = iris.BASE, activity: Activity | None = None) -> Iterator[ox.Quad]:
    """All that one letter says, in its graph."""
    graph = ox.NamedNode(iris.letter_graph(extraction.letter.source.name, base))
    return (ox.Quad(*one, graph) for one in statements(extraction, ontology, base, activity))
