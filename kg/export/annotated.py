"""RDF 1.2 Turtle: facts as annotations of the plain triples that they are about.

    <https://w3id.org/zhihan/id/天津市>
        kg:establishes <https://w3id.org/zhihan/id/海河产业基金>
            ~ <https://w3id.org/zhihan/id/letter/…#fact=…> {|
                a kg:Fact ;
                kg:status kg:Done ;
            |} ;
    .

A fact that is no plain triple (planned, suggested) stands after its subject and reifies a triple that is not asserted. So rdf:reifies takes the
place of rdf:subject, rdf:predicate and rdf:object; `kg import` puts these back.
"""
from __future__ import annotations

from collections.abc import Iterator

from kg.export.choice import Chosen
from kg.export.sorting import Sorter
from kg.export.statements import FIRST, groups, parts
from kg.export.turtles import header, iri, literal
from kg.mapping import OBJECT, PREDICATE, SUBJECT
from kg.store import Store

ENDS = tuple(str(prop).encode() for prop in (SUBJECT, PREDICATE, OBJECT))
MARKS = {whole: mark for mark, whole in FIRST.items()}     # so that types and names come first
Statements = list[tuple[bytes, bytes]]


def annotated(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The merge of what is chosen."""
    yield header()
    with Sorter() as woven:
        with parts(store, chosen) as sorter:
            for subject, statements in groups(sorter):
                woven.write(_lines(subject, statements))
        yield from _written(woven)


def _lines(subject: bytes, statements: Statements) -> bytes:
    """Each statement as a line, or a whole fact as one line that comes after that of its plain triple."""
    ends = _ends(statements)
    if ends is None:
        return b"".join(b"%b\t%b\t%b\n" % (subject, MARKS.get(prop, prop), value) for prop, value in statements)
    said = b"\t".join(b"%b %b" % pair for pair in statements if pair[0] not in ENDS)
    return b"%b\t%b\t%b\t%b\t%b\n" % (*ends, subject, said)


def _ends(statements: Statements) -> tuple[bytes, bytes, bytes] | None:
    """Subject, predicate and object of a fact; None for what is no fact that has one of each."""
    found = [[value for prop, value in statements if prop == end] for end in ENDS]
    if any(len(values) != 1 for values in found) or not all(values[0].startswith(b"<") for values in found):
        return None
    return found[0][0], found[1][0], found[2][0]


def _written(woven: Sorter) -> Iterator[bytes]:
    writer = _Writer()
    for lines in woven.blocks():
        yield b"".join(piece for line in lines for piece in writer.line(line.split(b"\t")))
    yield b"".join(writer.end())


class _Writer:
    """Puts together what comes line by line."""

    def __init__(self) -> None:
        self._subject, self._triple = b"", tuple[bytes, ...]()
        self._open = self._begun = False            # whether a statement waits for its end, and whether the subject was written
        self._apart: list[list[bytes]] = []         # facts of this subject that are no plain triple

    def line(self, cells: list[bytes]) -> Iterator[bytes]:
        subject, predicate, object_, *fact = cells
        if subject != self._subject:
            yield from self.end()
            self._subject = subject
        if not fact:
            yield from self._close()
            if not self._begun:
                yield iri(subject) + b"\n"
            yield b"    " + _said(predicate, object_)
            self._begun = self._open = True
            self._triple = (subject, predicate, object_)
        elif self._triple == (subject, predicate, object_):
            yield b"\n        ~ " + fact[0] + b" {|\n" + b"".join(b"            " + one + b" ;\n" for one in _values(fact)) + b"        |}"
        else:
            self._apart.append(cells)

    def end(self) -> Iterator[bytes]:
        """The end of a subject."""
        yield from self._close()
        if self._begun:
            yield b".\n\n"
        for subject, predicate, object_, *fact in self._apart:
            yield fact[0] + b"\n    rdf:reifies <<( " + subject + b" " + iri(predicate) + b" " + object_ + b" )>> ;\n"
            yield b"".join(b"    " + one + b" ;\n" for one in _values(fact)) + b".\n\n"
        self._begun, self._triple, self._apart = False, (), []

    def _close(self) -> Iterator[bytes]:
        if self._open:
            yield b" ;\n"
        self._open = False


def _values(fact: list[bytes]) -> Iterator[bytes]:
    return (_said(*pair.split(b" ", 1)) for pair in fact[1:] if pair)


def _said(predicate: bytes, object_: bytes) -> bytes:
    whole = FIRST.get(predicate, predicate)
    name = b"a" if whole == FIRST[b"\x01"] else iri(whole)
    return name + b" " + (iri(object_) if object_.startswith(b"<") else literal(object_))
