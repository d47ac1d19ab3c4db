"""What people corrected: of one thing, and all of it with what became of each correction.

    correction    {id, kind, zh, en, says, by, when, why}        with state, state_zh, state_en, reason and letters where all are listed
"""
from __future__ import annotations

import pyoxigraph as ox

from kg.curate.model import KINDS, Correction
from kg.curate.report import STATES, about, outcomes
from kg.explore.links import id_link
from kg.explore.reader import Json
from kg.iris import letter_iri
from kg.store import Store


def corrections(store: Store) -> Json:
    """All corrections: {corrections: [correction with state, reason and letters {name, href}], counts: {state: number}}."""
    found = outcomes(store)
    rows = [_correction(one.correction, store) | {
        "state": one.state, "state_zh": STATES[one.state][0], "state_en": STATES[one.state][1], "reason": one.reason,
        "letters": [{"name": name, "href": id_link(letter_iri(name, store.base), store.base)} for name in one.letters]} for one in found]
    return {"corrections": rows, "counts": {state: sum(row["state"] == state for row in rows) for state in STATES}}


def corrected(store: Store, node: ox.NamedNode) -> list[Json]:
    """What was corrected of a node: an entity with its facts, a letter with all that it says, a fact or a figure."""
    return [_correction(one, store) for one in about(store, node)]


def _correction(one: Correction, store: Store) -> Json:
    zh, en = KINDS[one.kind]
    return {"id": one.id, "kind": one.kind, "zh": zh, "en": en, "says": one.told(store.ontology.words), "by": one.by,
            "when": one.when, "why": one.why}
