"""Questions to the graph, in SPARQL: free text, files, or the named ones of `ontology/queries/`.

    ask(store, "cooperation", {"who": "天津市"})            a named question
    ask(store, "questions/mine.rq", {})                     a file
    ask(store, "SELECT ?x WHERE { ?x a kg:Fund }")          SPARQL; the prefixes of the vocabulary are known
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import QueryError
from kg.ontology import PREFIXES
from kg.query.answer import FORMATS, Answer, Node, answer, text
from kg.query.dataset import Dataset, prepared, refuse
from kg.query.lexer import is_plain, tokens, where
from kg.query.named import Parameter, Question, Value, find_question, named_queries, read_question
from kg.query.names import entity_names, find_entity, find_letter
from kg.store import Store

__all__ = [
    "FORMATS", "Answer", "Dataset", "Node", "Parameter", "Question", "ask", "entity_names", "find_entity", "find_letter", "find_question", "found",
    "malformed", "named_queries", "question_of", "read_question", "run", "text", "with_values",
]
Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
_AT = re.compile(r"error at (\d+):(\d+)")
_KNOWN = ("Prefix not found", "The SELECT contains a variable that is unbound")     # the causes that pyoxigraph tells in words


def ask(store: Store, what: str, given: Mapping[str, str] | None = None) -> Answer:
    """Answer a named question, a .rq file or SPARQL text; only the first two take parameters."""
    question = question_of(what, given or {})
    return run(store, what) if question is None else run(store, question.sparql, question.bind(store, given or {}))


def question_of(what: str, given: Mapping[str, str]) -> Question | None:
    """The named question or the one of a .rq file; None for SPARQL text, which takes no parameters (QueryError)."""
    if re.search(r"[\s{<]", what) and not (what.endswith(".rq") and Path(what).is_file()):
        if given:
            raise QueryError("A query given as text takes no parameters: write the values into it, or ask a named query.")
        return None
    return read_question(Path(what)) if what.endswith(".rq") else find_question(what)


def run(store: Store, sparql: str, bindings: Mapping[str, Value] | None = None) -> Answer:
    """Answer a SPARQL query. Without FROM it sees the merge of all named graphs, each triple once.

    `bindings` give variables of the query a value. QueryError for malformed SPARQL (with line and column), updates and SERVICE.
    """
    try:
        return answer(found(store, with_values(sparql, bindings or {}), shown=sparql), store.base, store.ontology.named)
    except (RuntimeError, OSError, ValueError) as error:       # told while the answer is read
        raise QueryError(f"The query cannot be answered: {error}.") from error


def found(store: Store, sparql: str, dataset: Dataset | None = None, shown: str | None = None) -> Found:
    """What the engine gives, not yet read; see `run`. `dataset` stands in the place of FROM; errors are told in the text `shown`."""
    shown = sparql if shown is None else shown
    if not is_plain(shown):
        refuse(tokens(shown))
    try:
        asked = prepared(store, sparql, dataset)
        return asked.quads.query(asked.text, prefixes=dict(PREFIXES), default_graph=asked.default, named_graphs=asked.named)
    except (SyntaxError, StopIteration, RuntimeError, OSError, ValueError) as error:
        raise QueryError(_why(error, shown)) from error


def with_values(sparql: str, bindings: Mapping[str, Value]) -> str:
    """The text with the values as a VALUES block at the head of its pattern; the terms are written by pyoxigraph."""
    at = _opening(sparql) if bindings else None
    if at is None:
        return sparql
    names, values = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
    return f"{sparql[:at]} VALUES ({names}) {{ ({values}) }} {sparql[at:]}"


@lru_cache(256)
def _opening(sparql: str) -> int | None:
    """Where the pattern of a query begins."""
    opening = where(tokens(sparql))
    return None if opening is None else opening.end


def _why(error: Exception, sparql: str) -> str:
    """Why a query failed: what is wrong with its text, told where it is in that, or else what the engine said. QueryError for an update."""
    refuse(tokens(sparql))
    return malformed(sparql) or f"The query cannot be answered: {error}."


def malformed(sparql: str) -> str | None:
    """What is wrong with the text of a query, as a sentence; None when it is SPARQL."""
    if not tokens(sparql):
        return "The query is empty: give SPARQL such as  SELECT ?x WHERE { ?x a kg:Fund }."
    try:
        ox.Store().query(sparql, prefixes=dict(PREFIXES))      # only to hear of errors, at the positions of the text given
    except SyntaxError as wrong:
        return _malformed(str(wrong), sparql)
    return None


def _malformed(error: str, sparql: str) -> str:
    """One sentence: where the query is wrong, the line, and the cause where it is known."""
    found = _AT.search(error)
    if found is None:
        return f"The query is malformed: {error}."
    line, column = int(found[1]), int(found[2])
    lines = sparql.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1].strip()
    cause = next((f" ({known})" for known in _KNOWN if known in error), "")
    return f"The query is malformed at line {line}, column {column}{cause}: {shown!r}."
