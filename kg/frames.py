"""Tables and answers as pandas data frames; pandas is imported when a frame is asked for (extra pandas).

    kind of column      dtype               what is missing
    text, long          string              NA
    category            category            NA      class, predicate, status …: those that occur, in the order of the vocabulary
    integer             Int64               NA
    number              float64             NaN
    date                datetime64[s]       NaT     seconds, so that no year that a letter can name is out of bounds

A frame of a table (kg/export/tables.py) has the columns of its CSV export, under the same names and in the same order. Rows are numbered from
0, in the order of the things' IRIs; `name` of entities and `letter` of letters are unique, and other tables refer to them by these.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import InputError, MissingExtra
from kg.export.choice import Choice
from kg.export.choosing import choose
from kg.export.rows import rows
from kg.export.tables import TABLES, Column, Row, Value
from kg.model import CLASSES, PREDICATES, STATUSES
from kg.ontology import Ontology
from kg.store import Store

if TYPE_CHECKING:
    import pandas

ORDERS: Mapping[str, tuple[str, ...]] = {"class": CLASSES, "predicate": PREDICATES, "status": STATUSES}
DTYPES = {"integer": "Int64", "number": "float64", "date": "datetime64[s]"}
XSD = "http://www.w3.org/2001/XMLSchema#"
WHOLE = frozenset(XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"))
REAL = frozenset(XSD + name for name in ("decimal", "double", "float"))
DAYS = frozenset(XSD + name for name in ("date", "dateTime"))


def table_frame(store: Store, table: str, choice: Choice | None = None) -> pandas.DataFrame:
    """One of the tables letters, entities, names, mentions, facts and figures, of all letters or of what is chosen.

    InputError for another table, MissingExtra without pandas, UnknownName as in an export.
    """
    if table not in TABLES:
        raise InputError(f"There is no table {table!r}: choose one of {', '.join(TABLES)}.")
    pd = _pandas()
    with rows(store, choose(store, choice or Choice())) as found:
        made = [row for _, row in found(table)]
    columns = TABLES[table].columns
    return pd.DataFrame({column.name: _series(pd, column, values, store.ontology) for column, values in _by_column(columns, made)})


def answer_frame(columns: Sequence[str], nodes: Sequence[Sequence[Any]], texts: Sequence[Sequence[str]]) -> pandas.DataFrame:
    """The rows of an answer: a column of one kind of literal by its kind, everything else as the texts that stand for the nodes."""
    pd = _pandas()
    return pd.DataFrame({at: _column(pd, [row[at] for row in nodes], [row[at] for row in texts]) for at in range(len(columns))}
                        ).set_axis(list(columns), axis=1)


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise MissingExtra("pandas", "A data frame") from None
    return pandas


def _by_column(columns: Sequence[Column], made: Sequence[Row]) -> Iterable[tuple[Column, list[Value]]]:
    return ((column, [row[at] for row in made]) for at, column in enumerate(columns))


def _series(pd: Any, column: Column, values: Sequence[Any], ontology: Ontology) -> Any:
    if column.kind == "category":
        return pd.Series(pd.Categorical(values, categories=_categories(column.name, values, ontology)))
    if column.kind == "number":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(list(values), dtype=DTYPES.get(column.kind, "string"))


def _categories(name: str, values: Iterable[str | None], ontology: Ontology) -> list[str]:
    """Those that occur: in the order of the vocabulary where it has one, the others sorted."""
    known: Sequence[str] = ORDERS.get(name.removesuffix("_zh"), ())
    order = [ontology.label(one) for one in known] if name.endswith("_zh") else known
    there = {value for value in values if value is not None}
    return [one for one in order if one in there] + sorted(there - set(order))


def _column(pd: Any, nodes: Sequence[Any], texts: Sequence[str]) -> Any:
    bound = [node for node in nodes if node is not None]
    for kinds, dtype, read in KINDS:
        if bound and all(isinstance(node, ox.Literal) and node.datatype.value in kinds for node in bound):
            with suppress(ValueError, OverflowError):      # a literal that is none of its kind, such as "soon"^^xsd:date
                return pd.Series([None if node is None else read(node.value) for node in nodes], dtype=dtype)
    return pd.Series([None if node is None else text for node, text in zip(nodes, texts, strict=True)], dtype="string")


def _day(text: str) -> date:
    """A day or a moment, in the time of its own zone."""
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _truth(text: str) -> bool:
    return text in ("true", "1")


KINDS: tuple[tuple[frozenset[str], str, Callable[[str], object]], ...] = (
    (WHOLE, "Int64", int), (REAL | WHOLE, "float64", float), (DAYS, "datetime64[s]", _day), (frozenset({XSD + "boolean"}), "boolean", _truth))
