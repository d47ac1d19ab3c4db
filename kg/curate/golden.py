"""Letters that were looked through, as gold files: what the graph says of them once corrected, in the form that kg/gold.py reads.

Hidden entities and facts are in them, since hiding does not say that they are wrong. A quote is cut to the words about both ends.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import iris
from kg.curate.checks import Corrections
from kg.curate.letter import curated
from kg.curate.sheet import ABOUT, AMOUNT, ROLE, UNIT, VALUE, Said, Sheet, bare
from kg.errors import InputError
from kg.gold import MARK, SUFFIX
from kg.mapping import ALT, CLASS_REF, FIELD, LABEL, OBJECT, PLACE, PREDICATE, QUOTED, REF, START, STATUS, STOP, SUBJECT, Term, term
from kg.model import CLASSES
from kg.ontology import KG
from kg.query import find_letter
from kg.spans import Span

if TYPE_CHECKING:
    from kg.store import Store

LONGEST = 40                            # characters of a quote
DATA = (("jurisdiction", "kg:jurisdiction"), ("issuer", "kg:issuedBy"), ("document_number", "kg:documentNumber"),
        ("proposal_number", "kg:proposalNumber"),
        ("proposal_title", "dcterms:title"), ("session", "kg:session"), ("date", "dcterms:issued"), ("addressees", "kg:addressedTo"),
        ("prepared_with", "kg:preparedWith"))
OF_PROPOSAL = ("proposal_number", "proposal_title", "session")


def write_golds(store: Store, letters: Iterable[str], directory: Path) -> tuple[Path, ...]:
    """The gold files of these letters. UnknownName for a letter that is not there; InputError for one that no gold file can hold."""
    names = [iris.name_of(find_letter(store, name).value, store.base) or name for name in letters]
    texts = {name: gold_text(store, name) for name in dict.fromkeys(names)}
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        path = directory / f"{name}{SUFFIX}"
        path.write_bytes(text.encode())
        paths.append(path)
    return tuple(paths)


def gold_text(store: Store, letter: str) -> str:
    """The gold file of one letter."""
    return "\n".join(_Golden(_sheet(store, letter), store).lines()) + "\n"


def _sheet(store: Store, letter: str) -> Sheet:
    """The letter with all corrections but those that hide."""
    graph = store.letter_graph(letter)
    shown = Corrections.of(one for one in store.curator.corrections.items if one.kind != "hide")
    return Sheet.of(bare(curated(store.curator.raw(graph), graph, shown, store.base).quads), graph, store.base)


class _Golden:
    """One letter on its way into a gold file."""

    def __init__(self, sheet: Sheet, store: Store) -> None:
        self.sheet, self.store, self.text = sheet, store, sheet.text
        found = [(span, node) for node, props in sheet.nodes.items() if REF in props and (span := sheet.span(node))]
        self.marks = sorted(found, key=lambda one: (one[0].start, -one[0].end, one[1].value))
        self.names = {node: sheet.name(next(iter(sheet.nodes[node][REF]))) for _, node in self.marks}

    def lines(self) -> Iterator[str]:
        """The parts of the file, in the order of kg.gold.PARTS."""
        yield "#! text"
        yield self._marked()
        yield "#! names"
        yield from self._names()
        yield "#! letter"
        yield from self._letter()
        yield "#! facts"
        yield from sorted(self._fact(one) for one in self.sheet.said if one.is_fact)
        yield "#! figures"
        yield from sorted(self._figure(one) for one in self.sheet.said if not one.is_fact)

    def _marked(self) -> str:
        """The text with its marks; of mentions that overlap the first and longest."""
        if "[[" in self.text or "]]" in self.text or MARK.search(self.text) or "\n#! " in f"\n{self.text}":
            raise InputError(f"The letter {self._own()} holds signs that gold files mark names with ([[, ]] or #!): no gold file can hold it.")
        out, at = [], 0
        for span, node in self.marks:
            surface = span.of(self.text)
            if span.start < at or "|" in surface or "|" in self.names[node]:
                continue
            out += [self.text[at:span.start], f"[[{surface}|{self._kind(node)}|{self.names[node]}]]"]
            at = span.end
        return "".join([*out, self.text[at:]])

    def _own(self) -> str:
        return iris.letter_of_graph(self.sheet.graph.value, self.sheet.base) or ""

    def _kind(self, node: ox.NamedNode) -> str:
        """The main class of what a mention stands for, as the whole store has it; its reading where that is hidden."""
        entity = next(iter(self.sheet.nodes[node][REF]))
        assert isinstance(entity, ox.NamedNode)
        types = {quad.object.value for quad in self.store.data.quads_for_pattern(entity, term("rdf:type"), None, ox.DefaultGraph())
                 if isinstance(quad.object, ox.NamedNode)}
        read = {value.value for value in self.sheet.nodes[node].get(CLASS_REF, ())}
        return next((name for name in CLASSES if KG + name in types), next((name for name in CLASSES if KG + name in read), "Organization"))

    def _names(self) -> Iterator[str]:
        """Other names that are right for each entity that is marked."""
        for entity in sorted({next(iter(self.sheet.nodes[node][REF])) for _, node in self.marks}, key=str):
            assert isinstance(entity, ox.NamedNode)
            others = sorted({value.value for value in self.sheet.nodes.get(entity, {}).get(ALT, ()) if ";" not in value.value})
            if others:
                yield f"{self.sheet.name(entity)} = {'; '.join(others)}"

    def _letter(self) -> Iterator[str]:
        own = self.sheet.nodes.get(self.sheet.node, {})
        proposal = next((node for node in own.get(term("kg:repliesTo"), ()) if isinstance(node, ox.NamedNode)), None)
        asked = self.sheet.nodes.get(proposal, {}) if proposal is not None else {}
        for key, prop in DATA:
            values = (asked if key in OF_PROPOSAL else own).get(term(prop), set())
            texts = sorted(_line(self.sheet.name(value) if isinstance(value, ox.NamedNode) else value.value) for value in values)
            if texts:
                yield f"{key}: {'; '.join(texts)}"

    def _fact(self, one: Said) -> str:
        ends = [self.sheet.name(one.one(prop)) for prop in (SUBJECT, OBJECT)]
        fields = "、".join(sorted(map(self.sheet.name, one.props.get(FIELD, ()))))
        values = {"time": _time(one), "place": self.sheet.name(one.one(PLACE)), "field": fields, "amount": one.text(AMOUNT),
                  "role": one.text(ROLE)}
        said = "; ".join(f"{key}={value}" for key, value in values.items() if value and value != "-")
        predicate, status = one.text(PREDICATE).removeprefix(KG), one.text(STATUS).removeprefix(KG).lower()
        return _row(status, ends[0], predicate, ends[1], said or "-", self._quote(one, [one.one(SUBJECT), one.one(OBJECT)]))

    def _figure(self, one: Said) -> str:
        return _row(self.sheet.name(one.one(ABOUT)), one.text(LABEL), one.text(VALUE), one.text(UNIT), _time(one), self._quote(one, [one.one(ABOUT)]))

    def _quote(self, one: Said, ends: list[Term | None]) -> str:
        """Words of the first sentence that say it: at most LONGEST characters of one line, about its ends where they stand near each other."""
        spans = sorted(span for node in one.props.get(QUOTED, ()) if isinstance(node, ox.NamedNode) and (span := self.sheet.span(node)))
        best = max((self._cut(span, ends) for span in spans), key=lambda cut: (cut[0], -cut[1].start), default=(0, Span(0, 0)))
        return best[1].of(self.text)

    def _cut(self, sentence: Span, ends: list[Term | None]) -> tuple[int, Span]:
        """How many ends are in it, and the words."""
        inside = [(span, next(iter(self.sheet.nodes[node][REF]))) for span, node in self.marks if sentence.covers(span)]
        places = [span for span, entity in inside if entity in ends]
        pieces = list(_lines(self.text, sentence))
        found = []
        for piece in pieces:
            own = [span for span in places if piece.covers(span)]
            for first in own or [Span(piece.start, piece.start)]:
                begin = first.start if piece.end - piece.start > LONGEST else piece.start
                cut = Span(begin, min(piece.end, begin + LONGEST))
                kept = {entity for span, entity in inside if entity in ends and cut.covers(span)}
                found.append((len(kept), cut))
        return max(found, key=lambda one: (one[0], -one[1].start), default=(0, sentence))


def _lines(text: str, span: Span) -> Iterator[Span]:
    """The lines of a stretch, without white space at their ends; also parted where a gold file parts its fields."""
    at = span.start
    for line in re.split(r"(?<= \| )|(?<=[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])", span.of(text)):
        inner = line.removesuffix(" | ").strip()
        if inner:
            start = at + line.index(inner)
            yield Span(start, start + len(inner))
        at += len(line)


def _row(*cells: str) -> str:
    return " | ".join(_line(cell).replace(" | ", " ") for cell in cells)


def _line(text: str) -> str:
    """The text on one line; the rest of its white space stays, since it is compared with the letter's."""
    return "".join(text.splitlines()).strip()


def _time(one: Said) -> str:
    """A time as short as ISO says it."""
    from kg.network import period_text
    found = period_text(one.text(START) or None, one.text(STOP) or None)
    if found is None or ".." not in found:
        return found or "-"
    return found.replace("..", "").strip("/")
