"""The named questions as forms and tables: what can be asked, and answers with links to what they name."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg import iris
from kg.explore.links import fact_link, id_link
from kg.explore.reader import MERGE, Json
from kg.mapping import PREF, ZH
from kg.ontology import KG
from kg.query import find_question, named_queries, run, text
from kg.query.lexer import tokens, where
from kg.query.named import Question, Value
from kg.store import Store

MOST = 1000                              # rows that are shown


def forms() -> list[Json]:
    """The questions: {name, zh, en, parameters: [{name, type, zh, en, needed}], sparql}, by name."""
    return [form(question) for question in named_queries()]


def form(question: Question) -> Json:
    """One question, for a form. A meaning has its Chinese and English words divided by ` / `."""
    parameters = []
    for one in question.parameters:
        zh, _, en = one.meaning.partition(" / ")
        parameters.append({"name": one.name, "type": one.type, "zh": zh, "en": en or zh, "needed": one.default is None})
    return {"name": question.name, "zh": question.zh, "en": question.en, "parameters": parameters, "sparql": written(question.sparql, {})}


def question(store: Store, name: str, given: Mapping[str, str]) -> Json:
    """The answer to a named question: {form, given, columns, rows: [[{text, href, quiet}]], total, sparql, csv}.

    A cell links to the entity, letter or fact that it names. Raises UnknownName and QueryError for what is not known or missing.
    """
    asked = find_question(name)
    filled = {key: value for key, value in given.items() if value}
    bindings = asked.bind(store, filled)
    answer = run(store, asked.sparql, bindings)
    rows = [[_cell(store, column, node) for column, node in zip(answer.columns, row, strict=True)] for row in answer.rows[:MOST]]
    return {"form": form(asked), "given": filled, "columns": list(answer.columns), "rows": rows, "total": len(answer.rows),
            "sparql": written(asked.sparql, bindings), "csv": answer.serialize("csv")}


def written(sparql: str, bindings: Mapping[str, Value]) -> str:
    """The query without its header, the values in it: what another SPARQL client can run."""
    body = "\n".join(line for line in sparql.splitlines() if not line.startswith("# ")).strip()
    opening = where(tokens(body))
    if not bindings or opening is None:
        return body
    names, values = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
    return f"{body[:opening.end]}\n  VALUES ({names}) {{ ({values}) }}{body[opening.end:]}"


def _cell(store: Store, column: str, node: Any) -> Json:
    shown = text(node, store.base, store.ontology.named)
    return {"text": shown, "href": _link(store, node), "quote": column == "quote"} | _label(store, node)


def _label(store: Store, node: Any) -> Json:
    """What a term of the vocabulary is called."""
    if not isinstance(node, ox.NamedNode) or not (node.value.startswith(KG) or node.value in store.ontology.named):
        return {"zh": None, "en": None}
    name = store.ontology.name(node.value)
    return {"zh": store.ontology.label(name, "zh"), "en": store.ontology.label(name, "en")}


def _link(store: Store, node: Any) -> str | None:
    if isinstance(node, ox.NamedNode) and node.value.startswith(store.base):
        return fact_link(node.value) if "#fact=" in node.value or "#figure=" in node.value else id_link(node.value, store.base)
    if isinstance(node, ox.Literal) and node.language == ZH:
        own = ox.NamedNode(iris.entity_iri(node.value, store.base))
        if ox.Quad(own, PREF, node, MERGE) in store.data:
            return id_link(own.value, store.base)
    return None
