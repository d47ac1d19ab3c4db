"""Turtle and TriG: grouped by subject, one statement a line, vocabularies shortened.

    <https://w3id.org/zhihan/id/海河产业基金>
        a kg:Fund ;
        skos:prefLabel "海河产业基金"@zh ;
        skos:altLabel "海河基金"@zh ;
    .

So a statement more is a line more, and two exports can be compared line by line. Resources are written whole: a prefix for them would
make some readers see other IRIs, because a name may have characters that a prefixed name must escape.
"""
from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg.export.choice import Chosen
from kg.export.sorting import Sorter
from kg.export.statements import FIRST, parts, split
from kg.ontology import PREFIXES
from kg.store import Store

XSD = PREFIXES["xsd"].encode()
SPACES = {space.encode(): prefix.encode() for prefix, space in PREFIXES.items()}
LOCAL = re.compile(rb"[A-Za-z_][A-Za-z0-9_-]*")
# Numbers that may stand without quotation marks. Virtuoso 7.2.5 refuses a whole file for one bare integer that 64 bits do not hold.
BARE = {b"<" + XSD + b"integer>": re.compile(rb"[+-]?[0-9]{1,9}"), b"<" + XSD + b"decimal>": re.compile(rb"[+-]?[0-9]{0,9}\.[0-9]{1,9}"),
        b"<" + XSD + b"boolean>": re.compile(rb"true|false")}
BREAK = re.compile(rb"\\(.)")


def turtle(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The merge of what is chosen, as Turtle."""
    yield header()
    with parts(store, chosen) as sorter:
        yield from body(sorter)


def trig(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The named graphs, as TriG."""
    yield header()
    for graph in chosen.graphs:
        with parts(store, chosen, graph) as sorter:
            begun = False
            for piece in body(sorter):
                yield piece if begun else f"<{graph.value}> {{\n\n".encode() + piece
                begun = True
            if begun:
                yield b"}\n\n"


def turtle_of(triples: list[ox.Triple]) -> bytes:
    """Triples in Turtle, in the order given, with the prefixes of the vocabularies; blank nodes are kept."""
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    while text.startswith(b"@prefix"):
        text = text[text.index(b"\n") + 1:]     # pyoxigraph writes them in another order each time
    return header() + text


def header() -> bytes:
    """The prefixes, in order."""
    return "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in sorted(PREFIXES.items())).encode() + b"\n"


def body(sorter: Sorter) -> Iterator[bytes]:
    """Statements in parts, grouped by subject."""
    last = b""
    names = {mark: b"    " + (b"a" if mark == b"\x01" else iri(whole)) + b" " for mark, whole in FIRST.items()}
    for lines in sorter.blocks():
        out = []
        for line in lines:
            subject, predicate, object_ = split(line)
            if subject != last:
                out.append(b".\n\n" + iri(subject + b">") + b"\n" if last else iri(subject + b">") + b"\n")
                last = subject
            name = names.get(predicate)
            if name is None:
                name = names[predicate] = b"    " + iri(predicate + b">") + b" "
            out.append(name + (iri(object_) if object_.startswith(b"<") else literal(object_)) + b" ;\n")
        yield b"".join(out)
    if last:
        yield b".\n\n"


def iri(text: bytes) -> bytes:
    """An IRI in brackets, or prefix:name where a vocabulary has it."""
    at = max(text.rfind(b"#"), text.rfind(b"/")) + 1
    prefix = SPACES.get(text[1:at])
    return prefix + b":" + text[at:-1] if prefix is not None and LOCAL.fullmatch(text, at, len(text) - 1) else text


def literal(text: bytes) -> bytes:
    """A literal of N-Triples as Turtle reads best: numbers bare, datatypes shortened, texts of several lines on several lines."""
    if text.endswith(b">"):
        value, _, kind = text.rpartition(b"^^")
        bare = BARE.get(kind)
        return value[1:-1] if bare and bare.fullmatch(value, 1, len(value) - 1) else value + b"^^" + iri(kind)
    if b"\\n" in text and BREAK.search(text):
        value, _, language = text.rpartition(b'"')
        long = BREAK.sub(lambda found: b"\n" if found.group(1) == b"n" else found.group(), value[1:])
        return b'"""' + long + b'"""' + language if b"\n" in long else text
    return text
