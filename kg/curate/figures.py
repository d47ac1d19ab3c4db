"""Corrections of figures: which are meant, what is changed, and new ones."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

import pyoxigraph as ox

from kg.curate.model import Correction
from kg.curate.sheet import ABOUT, FIGURE, UNIT, VALUE, Said, Sheet
from kg.curate.spell import put_time, says_time
from kg.mapping import LABEL, QUOTED, TYPE, ZH, number, term
from kg.normalise import simplify

BASE_VALUE, BASE_UNIT = term("kg:normalizedValue"), term("kg:normalizedUnit")


def matching_figures(sheet: Sheet, one: Correction, live: Iterable[Said], last: Callable[[str], str]) -> list[Said]:
    """The figures that a correction refers to: subject and value, and what else it gives."""
    about = sheet.entity(last(one.about("subject")))
    sentences = set(sheet.sentences(sheet.where(one.about("quote")))) if one.about("quote") else None
    return [said for said in live if not said.is_fact and about in said.props.get(ABOUT, ())
            and Decimal(said.text(VALUE) or "NaN") == Decimal(one.about("value"))
            and one.about("unit") in ("", said.text(UNIT)) and one.about("indicator") in ("", said.text(LABEL))
            and (not one.about("time") or says_time(said, one.about("time")))
            and (sentences is None or sentences & said.props.get(QUOTED, set()))]


def change_figure(said: Said, one: Correction) -> None:
    """Put what is right; an amount in base units is worked out anew where it was known."""
    for key, value in one.to:
        if key == "time":
            put_time(said, value)
        elif key == "indicator":
            said.put(LABEL, ox.Literal(value, language=ZH))
        elif key == "unit":
            said.put(UNIT, *([ox.Literal(value)] if value != "-" else []))
        elif key == "value":
            said.put(VALUE, number(Decimal(value)))
    said.amount = said.amount or bool(one.new("value") or one.new("unit"))


def new_figure(sheet: Sheet, one: Correction, last: Callable[[str], str]) -> Said:
    """A figure that extraction missed."""
    said = Said(sheet.node, {
        TYPE: {FIGURE}, ABOUT: {sheet.entity(last(one.about("subject")))}, LABEL: {ox.Literal(one.about("indicator"), language=ZH)},
        VALUE: {number(Decimal(one.about("value")))}, UNIT: {ox.Literal(one.about("unit"))}}, changed=True)
    said.amount = True
    return said


def in_base_units(said: Said) -> None:
    """Work out the amount of a figure in base units anew."""
    from kg.figures.units import normalised  # takes the whole of kg.figures, which a store seldom needs
    for prop in (BASE_VALUE, BASE_UNIT):
        said.put(prop)
    found = normalised(Decimal(said.text(VALUE)), simplify(said.text(UNIT)))
    if found is not None:
        said.put(BASE_VALUE, number(found[0]))
        said.put(BASE_UNIT, ox.Literal(found[1]))
