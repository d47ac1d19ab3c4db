"""A letter to read: its text in paragraphs, every name linked to its entity, and beside each paragraph the facts that its sentences say.

The text is `nif:isString` unchanged. A paragraph ends at a line break that stands in no sentence; a line break inside a sentence (files break
lines within words) is a part of its own, so that a page can leave it out.

    {ref: letter, data: […], paragraphs: [{begin, end, sentences: [{iri, id, begin, end, n, marked, parts, facts, figures}], said: [note]}],
     entities: [ref + count], facts_total, figures_total, corrections: [correction]}

    part      {text, entity: ref or None, id, sure, fold}      fold: a line break inside a sentence
    note      {kind: fact or figure, n, first, value}          a fact or figure beside the paragraph; n: the number of its sentence in the letter,
                                                               None for one that says nothing; first: the first time that the page shows it
"""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.explore.corrected import corrected
from kg.explore.reader import FACT, FIGURE, Json, Reader
from kg.mapping import BEGIN, CONTEXT, END, REF, STATED, SURENESS, TYPE, term
from kg.query import find_letter
from kg.store import Store

STRING, SENTENCE = term("nif:isString"), term("nif:Sentence")
DATA = (                                 # what a letter says of itself: name, property, property of what that leads to
    ("title", "dcterms:title", None), ("number", "kg:documentNumber", None), ("date", "dcterms:issued", None),
    ("place", "kg:jurisdiction", None), ("issued_by", "kg:issuedBy", None), ("addressed_to", "kg:addressedTo", None),
    ("prepared_with", "kg:preparedWith", None), ("proposal", "kg:repliesTo", "dcterms:title"),
    ("proposal_number", "kg:repliesTo", "kg:proposalNumber"), ("session", "kg:repliesTo", "kg:session"), ("source", "dcterms:source", None))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of the letter with a node: a sentence or a mention."""

    begin: int
    end: int
    node: ox.NamedNode


def letter(store: Store, name: str) -> Json:
    """The page of a letter, by name, file name or IRI. Raises UnknownName with near names."""
    reader = Reader(store)
    node = find_letter(store, name)
    text = reader.text(node, STRING) or ""
    spans = list(reader.subjects(CONTEXT, node))
    mentions = _apart(_stretch(reader, span) for span in spans if reader.node(span, REF))
    sentences = _apart(_stretch(reader, span) for span in spans if SENTENCE in reader.nodes(span, TYPE))
    said, counts = _said(reader, node, sentences), Counter(reader.node(one.node, REF) for one in mentions)
    entities = [reader.ref(one) | {"count": count} for one, count in counts.items() if one]
    return {
        "ref": reader.letter(node), "data": _data(reader, node), "length": len(text),
        "paragraphs": _with_notes(list(_paragraphs(reader, text, sentences, mentions, said))),
        "entities": sorted(entities, key=lambda one: (-one["count"], one["name"])),
        "facts_total": len(set(reader.subjects(STATED, node)) & set(reader.subjects(TYPE, FACT))),
        "figures_total": len(set(reader.subjects(STATED, node)) & set(reader.subjects(TYPE, FIGURE))), "corrections": corrected(store, node)}


def passage(store: Store, node: ox.NamedNode) -> list[Json]:
    """The paragraphs of a letter in which a fact or figure is said; its sentences have `marked`."""
    reader = Reader(store)
    source = reader.node(node, STATED)
    if source is None:
        return []
    quotes = [(quote["begin"], quote["end"]) for quote in reader.quotes(node)]
    found = []
    for paragraph in letter(store, source.value)["paragraphs"]:
        for sentence in paragraph["sentences"]:
            sentence["marked"] = any(sentence["begin"] < end and begin < sentence["end"] for begin, end in quotes)
        if any(sentence["marked"] for sentence in paragraph["sentences"]):
            found.append(paragraph)
    return found


def _data(reader: Reader, node: ox.NamedNode) -> list[Json]:
    """What the letter says of itself, what is absent left out: {key, texts or refs}."""
    rows = []
    for key, prop, further in DATA:
        nodes = reader.nodes(node, term(prop))
        texts = [text for one in nodes for text in reader.texts(one, term(further))] if further else reader.texts(node, term(prop))
        refs = [] if further else [reader.ref(one) for one in nodes]
        if texts or refs:
            rows.append({"key": key, "texts": texts, "refs": refs})
    return rows


def _stretch(reader: Reader, node: ox.NamedNode) -> Stretch:
    return Stretch(int(reader.text(node, BEGIN) or 0), int(reader.text(node, END) or 0), node)


def _apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In the order of the text; of those that overlap the first and longest."""
    kept: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (one.begin, -one.end, one.node.value)):
        if one.begin < one.end and (not kept or one.begin >= kept[-1].end):
            kept.append(one)
    return kept


def _said(reader: Reader, node: ox.NamedNode, sentences: Sequence[Stretch]) -> dict[str, dict[str, list[Json]]]:
    """Sentence -> the facts and figures that it says, in a fixed order. A quote that is no sentence of its own counts where it begins."""
    said: dict[str, dict[str, list[Json]]] = defaultdict(lambda: {"facts": [], "figures": []})
    for one in sorted(reader.subjects(STATED, node), key=str):
        kind = "facts" if FACT in reader.nodes(one, TYPE) else "figures"
        value = reader.fact(one) if kind == "facts" else reader.figure(one)
        for sentence in dict.fromkeys(filter(None, (_first_met(sentences, quote) for quote in value["quotes"]))):
            said[sentence][kind].append(value)
    return said


def _paragraphs(reader: Reader, text: str, sentences: Sequence[Stretch], mentions: Sequence[Stretch],
                said: dict[str, dict[str, list[Json]]]) -> Iterator[Json]:
    """The text from end to end; what is in no sentence is a sentence without a node."""
    for begin, end in _cuts(text, sentences):
        inside = [one for one in sentences if one.begin >= begin and one.end <= end]
        parts = []
        for first, last, node in _filled(begin, end, inside):
            within = [one for one in mentions if one.begin >= first and one.end <= last]
            iri = node.value if node else None
            parts.append({"iri": iri, "id": iri.partition("#")[2] if iri else None, "begin": first, "end": last, "n": None, "marked": False,
                          "parts": list(_parts(reader, text, first, last, within)), **said.get(iri or "", {"facts": [], "figures": []})})
        yield {"begin": begin, "end": end, "sentences": parts}


def _first_met(sentences: Sequence[Stretch], quote: Json) -> str | None:
    """The sentence shown in which a quote begins, or the first that it meets."""
    return next((one.node.value for one in sentences if one.begin < quote["end"] and quote["begin"] < one.end), None)


def _with_notes(paragraphs: list[Json]) -> list[Json]:
    """The paragraphs with what each says beside it; sentences that say something are numbered through the letter."""
    seen: set[str] = set()
    n = 0
    for paragraph in paragraphs:
        paragraph["said"] = []
        for sentence in paragraph["sentences"]:
            said = [("fact", one) for one in sentence["facts"]] + [("figure", one) for one in sentence["figures"]]
            if said:
                n += 1
                sentence["n"] = n
            for kind, value in said:
                paragraph["said"].append({"kind": kind, "n": n, "first": value["iri"] not in seen, "value": value})
                seen.add(value["iri"])
    return paragraphs


def _cuts(text: str, sentences: Sequence[Stretch]) -> Iterator[tuple[int, int]]:
    """Beginnings and ends of the paragraphs; empty ones are left out."""
    inside = {at for one in sentences for at in range(one.begin, one.end) if text[at] in "\n\r"}
    begin = 0
    for at in [*(i for i, char in enumerate(text) if char in "\n\r" and i not in inside), len(text)]:
        if text[begin:at].strip():
            yield begin, at
        begin = at + 1


def _filled(begin: int, end: int, stretches: Sequence[Stretch]) -> Iterator[tuple[int, int, ox.NamedNode | None]]:
    """The stretches and what lies between them, from begin to end."""
    at = begin
    for one in stretches:
        if one.begin > at:
            yield at, one.begin, None
        yield one.begin, one.end, one.node
        at = one.end
    if at < end:
        yield at, end, None


def _parts(reader: Reader, text: str, begin: int, end: int, mentions: Sequence[Stretch]) -> Iterator[Json]:
    for first, last, node in _filled(begin, end, mentions):
        entity = reader.node(node, REF) if node else None
        about = {"entity": reader.ref(entity) if entity else None, "id": node.value.partition("#")[2] if node else None,
                 "sure": float(reader.text(node, SURENESS) or 0) if node else None}
        for fold, piece in _folds(text[first:last]):
            yield {"text": piece, "fold": fold} | about


def _folds(piece: str) -> Iterator[tuple[bool, str]]:
    """The piece cut before and after its line breaks: (is a line break, characters)."""
    at = 0
    while at < len(piece):
        fold = piece[at] in "\n\r"
        to = at
        while to < len(piece) and (piece[to] in "\n\r") == fold:
            to += 1
        yield fold, piece[at:to]
        at = to
