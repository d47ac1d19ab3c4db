"""What a person should look at first: facts that are unsure, facts that cannot all be right, names that may be one.

    unsure          the facts of least confidence that nobody has corrected
    contradiction   done in an earlier letter and planned in a later one; an event at two times; two parents; two places, neither inside the other
    names           kg/curate/near.py

Each is only to be looked at: the skeleton of YAML holds every correction behind a #.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from kg.curate.document import entry
from kg.curate.model import OF, Correction, pairs
from kg.curate.near import near_names

if TYPE_CHECKING:
    from kg.store import Store

UNSURE = 0.7                            # a fact less sure than this is worth a look
ONCE = ("establishes", "organizes", "heldIn", "issues", "signs", "settlesIn", "listedOn")       # what is done once
Reason = Literal["unsure", "contradiction", "names"]
REASONS: dict[Reason, str] = {"unsure": "把握不大 unsure", "contradiction": "互相矛盾 contradiction", "names": "名称相近 near names"}

FACTS = """SELECT ?f ?s ?p ?o ?st ?l ?quote ?first ?last ?c ?issued WHERE {
  ?f a kg:Fact ; rdf:subject/skos:prefLabel ?s ; rdf:predicate ?p ; rdf:object/skos:prefLabel ?o ; kg:status ?st ; kg:statedIn ?l ; kg:confidence ?c
  OPTIONAL { ?f prov:wasQuotedFrom/nif:anchorOf ?quote } OPTIONAL { ?l dcterms:issued ?issued }
  OPTIONAL { ?f schema:startDate ?first } OPTIONAL { ?f schema:endDate ?last } FILTER NOT EXISTS { ?f kg:correctedBy ?by } }"""
INSIDE = "SELECT DISTINCT ?a ?b WHERE { ?x kg:locatedIn ?y . ?x skos:prefLabel ?a . ?y skos:prefLabel ?b }"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to look at: why, what it says, the letters, and a correction that a person may want to make."""

    reason: Reason
    says: str
    why: str
    letters: tuple[str, ...]
    correction: Correction

    @property
    def row(self) -> tuple[str, str, str, str]:
        """For a table: reason, what, why, letters."""
        return REASONS[self.reason], self.says, self.why, ", ".join(self.letters)


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact as it is compared; `issued` is its letter's day."""

    iri: str
    subject: str
    predicate: str
    object: str
    status: str
    letter: str
    quote: str
    first: str
    last: str
    sure: float
    issued: str
    words: tuple[str, str]              # predicate and status as readers know them, in Chinese and English

    @property
    def says(self) -> str:
        time = f" ({self.first}/{self.last})" if self.first or self.last else ""
        predicate, status = self.words
        return f"{self.subject} {predicate} {self.object} {status}{time}"

    def wrong(self) -> Correction:
        of = {"letter": self.letter, "subject": self.subject, "predicate": self.predicate, "object": self.object, "status": self.status}
        return Correction("wrong", "fact", (), pairs(of, OF), (), why="…")


def suggestions(store: Store, most: int = 20) -> tuple[Suggestion, ...]:
    """At most so many of each reason, what is most worth a look first."""
    facts = _facts(store)
    unsure = sorted((one for one in facts if one.sure < UNSURE), key=lambda one: (one.sure, one.iri))
    found = [Suggestion("unsure", one.says, f"{one.sure:.0%}「{one.quote[:60]}」", (one.letter,), one.wrong()) for one in unsure[:most]]
    found += list(_contradictions(store, facts))[:most]
    found += [Suggestion("names", f"{pair.one} ~ {pair.other}", pair.why, pair.letters,
                         Correction("merge", "name", (pair.other,), (), (("name", pair.one),), why="…")) for pair in near_names(store)[:most]]
    return tuple(found)


def skeleton(found: Iterable[Suggestion]) -> str:
    """A file of corrections in which every one stands behind a #, to be looked at one by one."""
    lines = ["# 请逐条核对：属实的，删去该条各行开头的 #；其余不动。 Look at each: take away the # of those that are right, leave the rest.",
             "by:", f"when: {date.today().isoformat()}", "corrections:"]
    for one in found:
        lines += ["", *(f"# {_line(text)}" for text in (f"{REASONS[one.reason]}: {one.says}", f"{one.why}  {', '.join(one.letters)}")),
                  *(f"#{line}" for line in entry(one.correction))]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _facts(store: Store) -> list[_Fact]:
    """All facts that nobody corrected, each with one of its sentences."""
    from kg.query import run
    from kg.show import letter_name
    found: dict[str, _Fact] = {}
    for row in sorted(run(store, FACTS).dicts(), key=lambda row: row.get("quote", "")):
        local = {key: store.ontology.name(row[key]) for key in ("p", "st")}
        found.setdefault(row["f"], _Fact(row["f"], row["s"], local["p"], row["o"], local["st"].lower(), letter_name(row["l"]),
                                         " ".join(row.get("quote", "").split()), row.get("first", ""), row.get("last", ""), float(row["c"]),
                                         row.get("issued", ""), (store.ontology.words(local["p"]), store.ontology.words(local["st"]))))
    return sorted(found.values(), key=lambda one: one.iri)


def _contradictions(store: Store, facts: list[_Fact]) -> Iterator[Suggestion]:
    by: dict[tuple[str, str, str], list[_Fact]] = {}
    for one in facts:
        by.setdefault((one.subject, one.predicate, one.object), []).append(one)
    for same in by.values():
        yield from _planned_late(same)
    yield from _two_times(facts)
    yield from _two_parents(store, facts)


def _planned_late(same: list[_Fact]) -> Iterator[Suggestion]:
    """A letter plans what an earlier one says is done."""
    for done, planned in ((a, b) for a in same for b in same if a.predicate in ONCE and (a.status, b.status) == ("done", "planned")):
        if done.issued and planned.issued and done.issued < planned.issued and not (planned.first and done.last and done.last < planned.first):
            yield Suggestion("contradiction", planned.says, f"{done.letter} ({done.issued}) 已说完成 says it is done 「{done.quote[:40]}」",
                             (done.letter, planned.letter), planned.wrong())


def _two_times(facts: list[_Fact]) -> Iterator[Suggestion]:
    """An event that took place at two times that do not touch."""
    events: dict[str, list[_Fact]] = {}
    for one in facts:
        if one.predicate in ("heldIn", "organizes") and one.status == "done" and one.first and one.last:
            events.setdefault(one.subject if one.predicate == "heldIn" else one.object, []).append(one)
    for event, said in events.items():
        for one, other in combinations(said, 2):
            if one.last < other.first or other.last < one.first:
                yield Suggestion("contradiction", one.says, f"{event}: 另有时间 also {other.first}/{other.last} ({other.letter})",
                                 tuple(dict.fromkeys((one.letter, other.letter))), one.wrong())
                break


def _two_parents(store: Store, facts: list[_Fact]) -> Iterator[Suggestion]:
    """Something that is part of two, or lies in two places neither of which lies in the other."""
    by: dict[tuple[str, str], list[_Fact]] = {}
    for one in facts:
        if one.predicate in ("partOf", "locatedIn") and one.status in ("done", "ongoing"):
            by.setdefault((one.predicate, one.subject), []).append(one)
    several = {key: said for key, said in by.items() if len({one.object for one in said}) > 1}
    inside = _inside(store) if several else {}
    for said in several.values():
        for one, other in combinations(said, 2):
            if one.object != other.object and one.object not in inside.get(other.object, ()) and other.object not in inside.get(one.object, ()):
                yield Suggestion("contradiction", one.says, f"另说 also {other.says} ({other.letter})",
                                 tuple(dict.fromkeys((one.letter, other.letter))), one.wrong())
                break


def _inside(store: Store) -> dict[str, set[str]]:
    """Name -> all that it lies in, at any remove."""
    from kg.query import run
    near: dict[str, set[str]] = {}
    for row in run(store, INSIDE).dicts():
        near.setdefault(row["a"], set()).add(row["b"])
    found: dict[str, set[str]] = {}
    for name in near:
        seen, edge = set[str](), [name]
        while edge:
            new = near.get(edge.pop(), set()) - seen
            seen |= new
            edge += new
        found[name] = seen
    return found
