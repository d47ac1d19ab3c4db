"""A difference as a table for a terminal, as CSV, JSON or a page. FORMATS is the table of them.

    {before, after, counts: {how: number}, same, changes: [change]}
    change      {how, kind, subject, predicate: {name, zh, en}, object, before: [version], after: [version]}
    version     {text, status, amount, time, place, fields, role, letters: [name], quotes: [{letter, begin, end, text}]}
"""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kg.claims import Claim
from kg.diff import Change, Difference, Side, Version
from kg.diff.page import page
from kg.network import period_text
from kg.promises import evidence

Json = dict[str, Any]
COLUMNS = ("change", "kind", "subject", "predicate", "object", "before", "after", "letters_before", "letters_after", "sentence_before",
           "sentence_after")
SIGNS = {"new": "+", "gone": "-", "changed": "~"}


def told(found: Difference) -> Json:
    """The difference as values that JSON can say."""
    return {"before": found.before.name, "after": found.after.name, "counts": found.counts(), "same": found.same,
            "changes": [_change(found, change) for change in found.changes]}


def _change(found: Difference, change: Change) -> Json:
    label = change.predicate if change.kind == "figure" else ""
    zh, en = (label or found.after.store.ontology.label(change.predicate, language) for language in ("zh", "en"))
    return {"how": change.how, "kind": change.kind, "subject": change.subject, "predicate": {"name": change.predicate, "zh": zh, "en": en},
            "object": change.object, "before": [_version(found.before, one) for one in change.before],
            "after": [_version(found.after, one) for one in change.after]}


def _version(side: Side, version: Version) -> Json:
    one = version.claim
    return {"text": version.text(side.store.ontology), "status": one.status, "amount": one.amount,
            "time": period_text(one.first or None, one.last or None) or "",
            "place": one.place, "fields": list(one.fields), "role": one.role,
            "letters": [_name(side, claim) for claim in version.claims],
            "quotes": [{"letter": _name(side, claim), "begin": quote.begin, "end": quote.end, "text": quote.text}
                       for claim in version.claims for quote in evidence(side.store, claim.iri)]}


def _name(side: Side, claim: Claim) -> str:
    letter = side.dated.get(claim.letter)
    return letter.name if letter else claim.letter


def heads(found: Difference) -> tuple[str, ...]:
    """The heads of the table's columns."""
    return "", "主语 subject", "关系 predicate", "宾语 object", found.before.name, found.after.name


def rows(found: Difference) -> list[tuple[str, ...]]:
    """A row for each change: + new, - gone, ~ changed; what each side says stands under its name."""
    return [_row(found, change) for change in found.changes]


def _row(found: Difference, change: Change) -> tuple[str, ...]:
    label = change.predicate if change.kind == "figure" else found.after.store.ontology.words(change.predicate)
    return (SIGNS[change.how], change.subject, label, change.object, _texts(found.before, change.before),
            _texts(found.after, change.after))


def _texts(side: Side, versions: tuple[Version, ...]) -> str:
    return "; ".join(version.text(side.store.ontology) or "-" for version in versions)


def as_csv(found: Difference) -> str:
    """A line for each change; the header names the columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in told(found)["changes"]:
        sides = (one["before"], one["after"])
        writer.writerow([one["how"], one["kind"], one["subject"], one["predicate"]["name"], one["object"],
                         *("; ".join(version["text"] for version in side) for side in sides),
                         *("; ".join(dict.fromkeys(name for version in side for name in version["letters"])) for side in sides),
                         *(next((quote["text"] for version in side for quote in version["quotes"]), "") for side in sides)])
    return out.getvalue()


def as_json(found: Difference) -> str:
    """All of it, indented."""
    return json.dumps(told(found), ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Difference], str]] = MappingProxyType({"csv": as_csv, "json": as_json, "html": lambda found: page(told(found))})
