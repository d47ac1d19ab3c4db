"""Promises as a table for a terminal, as CSV, JSON, a page or Turtle. FORMATS is the table of them."""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kg.promises import Promises
from kg.promises.graph import turtle
from kg.promises.page import page
from kg.promises.told import told
from kg.store import Store

Json = dict[str, Any]
COLUMNS = ("state", "due", "subject", "predicate", "object", "amount", "time", "place", "organs", "letter", "begin", "end", "sentence",
           "notes",
           "later_status", "later_subject", "later_predicate", "later_object", "later_amount", "later_time", "later_letter", "later_begin",
           "later_end", "later_sentence", "iri", "later_iri")
HEADS = ("后来 state", "期限 due", "谁 who", "承诺 promise", "函 letter", "原句 sentence → 后来的函 what a later letter says")


def rows(store: Store, found: Promises) -> list[tuple[str, ...]]:
    """A row for each promise, under HEADS; what is unknown is -."""
    return [_row(one) for one in told(store, found)["promises"]]


def _row(one: Json) -> tuple[str, ...]:
    label = " ".join(dict.fromkeys((one["predicate"]["zh"], one["predicate"]["en"])))
    what = f"{label} {one['object'] or one['amount']}"
    notes = "".join(f"（{note['zh']} {note['en']}）" for note in one["notes"])
    then = "".join(f" → {later['letter']['name']}「{_text(later)}」" for later in one["later"][:1])
    state = f"{one['state']['zh']} {one['state']['en']}"
    return state, one["due"] or "-", one["subject"], what, one["letter"]["name"], f"「{_text(one)}」{then}{notes}"


def _text(one: Json) -> str:
    """The first of its sentences, in one line."""
    return " ".join(one["quotes"][0]["text"].split()) if one["quotes"] else ""


def as_csv(store: Store, found: Promises) -> str:
    """A line for each promise and each later fact or figure, with the sentences and where they stand; the header names the columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for one in told(store, found)["promises"]:
        for later in one["later"] or [None]:
            writer.writerow(_plain(one) | (_later(later) if later else {}))
    return out.getvalue()


def _plain(one: Json) -> Json:
    letter = one["letter"]
    return {"state": one["state"]["name"], "due": one["due"] or "", "subject": one["subject"], "predicate": one["predicate"]["name"],
            "object": one["object"], "amount": one["amount"], "time": one["time"], "place": letter["place"], "organs": "; ".join(letter["organs"]),
            "letter": letter["name"], "notes": "; ".join(note["name"] for note in one["notes"]), "iri": one["iri"], **_where(one["quotes"])}


def _later(one: Json) -> Json:
    plain = {"status": one["status"], "subject": one["subject"], "predicate": one["predicate"]["name"], "object": one["object"],
             "amount": one["amount"], "time": one["time"], "letter": one["letter"]["name"], "iri": one["iri"], **_where(one["quotes"])}
    return {f"later_{name}": value for name, value in plain.items()}


def _where(quotes: Sequence[Json]) -> Json:
    return {name: quotes[0][key] if quotes else "" for name, key in (("begin", "begin"), ("end", "end"), ("sentence", "text"))}


def as_json(store: Store, found: Promises) -> str:
    """All of it (kg/promises/told.py), indented."""
    return json.dumps(told(store, found), ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Store, Promises], str]] = MappingProxyType({
    "csv": as_csv, "json": as_json, "html": lambda store, found: page(told(store, found)), "turtle": lambda store, found: turtle(found, store)})
