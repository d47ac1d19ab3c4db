"""The IRIs of the graph: made from names alone, so that the same thing has the same IRI on every build and machine.

    BASE                    https://w3id.org/zhihan/id/
    an entity               BASE + its canonical name
    a letter, its parts     BASE + letter/NAME, …#proposal, …#source, …#char=120,126, …#fact=…, …#figure=…
    a graph                 BASE + graph/letter/NAME, graph/ontology, graph/lexicon, graph/builds …
    an activity, a run      BASE + activity/HASH, run/TIME
    a rule, an inference    BASE + rule/NAME, rule/NAME#subject,predicate,object
    a correction, a person  BASE + correction/ID, agent/NAME; what was corrected in a letter: letter/NAME#curation
    a node without a name   BASE + genid/ID

A name is escaped character by character: letters and digits of all scripts stand as they are, anything that an IRI forbids
or that separates its parts (/ # ? % , = space …) becomes percent-encoded UTF-8. So Chinese stays readable, two names never
give one IRI, and `name_of` gives the name back.
"""
from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import quote, unquote, urlsplit

from kg.errors import StoreError
from kg.model import SYMMETRIC, Fact, Figure, Period
from kg.spans import Span

BASE = "https://w3id.org/zhihan/id/"
_PARTS = ("letter/", "graph/", "activity/", "run/", "rule/", "correction/", "agent/", "genid/")
# What stands as it is: RFC 3987 ucschar and the unreserved characters, less those that Unicode calls spaces or that no reader
# can see (bidirectional marks, variation selectors, joiners).
_SAFE = ("A-Za-z0-9._~()\\-" "\u00a1-\u00ac\u00ae-\u167f\u1681-\u180a\u180f-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff"
         "\uf900-\ufdcf\ufdf0-\ufdff\ufe10-\ufefe\uff00-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd")
_UNSAFE = re.compile(f"[^{_SAFE}]+")


def escape(name: str) -> str:
    """`name` as one part of an IRI; `.` and `..` are escaped, because a reader may take them for steps in a path."""
    if name.strip(".") == "":
        return "%2E" * len(name)
    return _UNSAFE.sub(lambda found: quote(found.group(), safe=""), name)


def checked_base(base: str) -> str:
    """The base itself; StoreError when IRIs cannot be made with it."""
    parts = urlsplit(base)
    if not parts.scheme or not (parts.netloc or parts.path) or base[-1] not in "/:" or "#" in base or re.search(r'[\x00-\x20<>"{}|\\^`]', base):
        raise StoreError(f"The base {base!r} cannot begin IRIs: give one such as {BASE} that ends in /.")
    return base


def entity_iri(name: str, base: str = BASE) -> str:
    """The IRI of the entity with this canonical name."""
    return base + escape(name)


def letter_iri(name: str, base: str = BASE) -> str:
    """The IRI of the letter in the file NAME.txt."""
    return f"{base}letter/{escape(name)}"


def name_of(iri: str, base: str = BASE) -> str | None:
    """The canonical name of an entity, or the name of a letter, from its IRI; None for any other IRI."""
    if not iri.startswith(base):
        return None
    rest = iri[len(base):].removeprefix("letter/")
    return unquote(rest) if rest and "/" not in rest and "#" not in rest else None


def is_entity(iri: str, base: str = BASE) -> bool:
    """Whether an IRI is that of an entity, and not of a letter, graph or activity."""
    return iri.startswith(base) and not iri[len(base):].startswith(_PARTS) and name_of(iri, base) is not None


def graph_iri(name: str, base: str = BASE) -> str:
    """The graph of the whole store with this name: ontology, lexicon, curation, inferred, builds."""
    return f"{base}graph/{name}"


def letter_graph(name: str, base: str = BASE) -> str:
    """The graph of a letter: all that it says."""
    return f"{base}graph/letter/{escape(name)}"


def letter_of_graph(graph: str, base: str = BASE) -> str | None:
    """The name of the letter whose graph this is."""
    begin = f"{base}graph/letter/"
    return unquote(graph[len(begin):]) if graph.startswith(begin) else None


def genid_iri(name: str, base: str = BASE) -> str:
    """What stands for a blank node of a document that somebody put into the store."""
    return f"{base}genid/{name}"


def char_iri(letter: str, span: Span) -> str:
    """The characters of a letter, by RFC 5147; `letter` is the letter's IRI, `span` refers to its text."""
    return f"{letter}#char={span.start},{span.end}"


def activity_iri(digest: str, base: str = BASE) -> str:
    return f"{base}activity/{digest[:16]}"


def run_iri(started: str, base: str = BASE) -> str:
    return f"{base}run/{escape(started)}"


def rule_iri(name: str, base: str = BASE) -> str:
    return f"{base}rule/{escape(name)}"


def correction_iri(id_: str, base: str = BASE) -> str:
    return f"{base}correction/{id_}"


def agent_iri(name: str, base: str = BASE) -> str:
    """Who corrects."""
    return f"{base}agent/{escape(name)}"


def curation_iri(letter: str) -> str:
    """What corrections changed in a letter; `letter` is its IRI."""
    return f"{letter}#curation"


def inference_iri(rule: str, subject: str, predicate: str, object_: str) -> str:
    """What a rule inferred; `rule` is the rule's IRI, the others are names (a predicate as prefix:name)."""
    return f"{rule}#{_joined(subject, predicate, object_)}"


def fact_iri(letter: str, fact: Fact) -> str:
    """`#fact=` and what the fact says: subject, predicate, object and status in words, time and the rest as a short hash.

    Quotes and confidence are no part of it: the same fact said twice is one fact.
    """
    ends = sorted((fact.subject, fact.object)) if fact.predicate in SYMMETRIC else [fact.subject, fact.object]
    more = (_days(fact.period), fact.place or "", *sorted(fact.fields), fact.amount or "", fact.role or "")
    return f"{letter}#fact={_joined(ends[0], fact.predicate, ends[1], fact.status)}{_hash(more)}"


def figure_iri(letter: str, figure: Figure) -> str:
    """`#figure=` and what the figure says: subject, indicator, value, unit and the days of its time."""
    time = [day for day in (_days(figure.period),) if day]
    return f"{letter}#figure={_joined(figure.subject, figure.indicator, f'{figure.value:f}', figure.unit, *time)}"


def _days(period: Period | None) -> str:
    return f"{period.first or ''}..{period.last or ''}" if period and (period.first or period.last) else ""


def _joined(*parts: str) -> str:
    return ",".join(map(escape, parts))


def _hash(parts: tuple[str, ...]) -> str:
    return "," + sha256("\x1f".join(parts).encode()).hexdigest()[:8] if any(parts) else ""
