"""What an export is, as a dataset: a small Turtle file beside it, with DCAT, VoID and the file's checksum.

It says what is in the graph (statements, entities, facts, by class and property), what was chosen, and of each file its type, size and SHA-256.
It has no date, so that the same export has the same description.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.export.choice import Choice, Chosen
from kg.export.statements import groups, parts
from kg.export.turtles import header, iri, literal
from kg.mapping import TYPE
from kg.ontology import KG, PREFIXES
from kg.store import Store

SPACES = {"dcat": "http://www.w3.org/ns/dcat#", "void": "http://rdfs.org/ns/void#", "spdx": "http://spdx.org/rdf/terms#"}
HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in sorted(SPACES.items())).encode()
RDF_TYPE = str(TYPE).encode()


@dataclass(slots=True)
class Counts:
    """How many statements and subjects there are, and of each property and class how many."""

    triples: int = 0
    subjects: int = 0
    properties: Counter[bytes] = field(default_factory=Counter)
    classes: Counter[bytes] = field(default_factory=Counter)


def described(store: Store, choice: Choice, chosen: Chosen, media_type: str, files: Sequence[Path]) -> bytes:
    """The description of an export that was written to these files (their names are relative to the description)."""
    counts = _counts(store, chosen)
    about = b"".join(_line(*pair) for pair in _dataset(store, choice, counts))
    partitions = b"".join(_partitions(counts))
    distributions = b"".join(b"    dcat:distribution <" + quote(path.name).encode() + b"> ;\n" for path in files)
    return header() + HEAD + b"\n<#dataset>\n" + about + distributions + b".\n" + partitions + b"".join(_file(path, media_type) for path in files)


def _counts(store: Store, chosen: Chosen) -> Counts:
    counts = Counts()
    with parts(store, chosen) as sorter:
        for _, statements in groups(sorter):
            counts.subjects += 1
            counts.triples += len(statements)
            for prop, value in statements:
                counts.properties[prop] += 1
                if prop == RDF_TYPE:
                    counts.classes[value] += 1
    return counts


def _dataset(store: Store, choice: Choice, counts: Counts) -> Iterator[tuple[str, bytes]]:
    yield "a", b"dcat:Dataset , void:Dataset"
    yield "dcterms:title", '"知函：答复函知识图谱"@zh'.encode()
    yield "dcterms:title", b'"zhihan: a knowledge graph of official reply letters"@en'
    if choice.words():
        yield "dcterms:description", literal(str(ox.Literal(f"kg export {choice.words()}")).encode())
    yield "dcterms:conformsTo", f"<{KG.rstrip('#')}>".encode()
    yield "void:uriSpace", str(ox.Literal(store.base)).encode()
    for prefix in sorted(PREFIXES):
        if any(prop.startswith(f"<{PREFIXES[prefix]}".encode()) for prop in (*counts.properties, *counts.classes)):
            yield "void:vocabulary", f"<{PREFIXES[prefix]}>".encode()
    yield "void:triples", b"%d" % counts.triples
    yield "void:distinctSubjects", b"%d" % counts.subjects
    yield "void:properties", b"%d" % len(counts.properties)
    yield "void:classes", b"%d" % len(counts.classes)


def _line(name: str, value: bytes) -> bytes:
    return b"    " + name.encode() + b" " + value + b" ;\n"


def _partitions(counts: Counts) -> Iterator[bytes]:
    """What the dataset has of each class and property, as nodes of their own."""
    for name, terms, what, how in (("class", counts.classes, b"class", b"entities"), ("property", counts.properties, b"property", b"triples")):
        for at, (one, number) in enumerate(sorted(terms.items()), 1):
            node = b"<#%b-%d>" % (name.encode(), at)
            yield b"\n<#dataset> void:%bPartition %b .\n%b void:%b %b ; void:%b %d .\n" % (what, node, node, what, iri(one), how, number)


def _file(path: Path, media_type: str) -> bytes:
    total = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            total.update(piece)
    name = quote(path.name).encode()
    checksum = b"<%b#sha256> spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue \"%b\" .\n" % (name, total.hexdigest().encode())
    kind = f"<https://www.iana.org/assignments/media-types/{media_type.partition(';')[0]}>".encode()
    said = (("a", b"dcat:Distribution"), ("dcat:downloadURL", b"<%b>" % name), ("dcat:mediaType", kind),
            ("dcat:byteSize", b"%d" % path.stat().st_size), ("spdx:checksum", b"<%b#sha256>" % name))
    return b"\n<%b>\n" % name + b"".join(_line(*pair) for pair in said) + b".\n" + checksum
