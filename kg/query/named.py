"""The named questions: files `ontology/queries/NAME.rq`, SPARQL with a header of comments.

    # title-zh: 谁与谁合作
    # title-en: Who cooperates with whom
    # param: who | entity | 一方 / one side | *
    # columns: one 一方 | other 另一方 | status 状态
    # terms: status

A parameter has a name, which is a variable of the query; a type; what it means; and a default: nothing when it must be given,
`*` when it may be left out and anything fits. Values are bound as terms (VALUES), never pasted as text.

`columns` says what each column is called in Chinese, `terms` which columns have names of the vocabulary as text (Done, organizes). Both are
for tables that people read; the other formats have the names of the query.

    entity      by name, other name or IRI          class, predicate, status    by name or label (Event, 举办, done)
    letter      by name or file name                integer, date, text         as written
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.errors import KnowledgeError, QueryError, UnknownName
from kg.mapping import DATE, INTEGER, term
from kg.ontology import Class, Term, ontology_dir
from kg.query.names import Asked, find_entity, find_letter

Value = ox.NamedNode | ox.Literal
ANY = "*"
_HEADER = re.compile(r"#\s*(title-zh|title-en|param|columns|terms)\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question; `default` is None when it must be given, `*` when anything fits."""

    name: str
    type: str
    meaning: str
    default: str | None

    @property
    def usage(self) -> str:
        """How it is given: who=ENTITY, in brackets when it may be left out."""
        shown = f"{self.name}={self.type.upper()}"
        return shown if self.default is None else f"[{shown}]"


@dataclass(frozen=True, slots=True)
class Question:
    """A named question in Chinese and English, its parameters and its SPARQL."""

    name: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    sparql: str
    columns: Mapping[str, str] = field(default_factory=dict)        # what they are called in Chinese
    terms: frozenset[str] = frozenset()                             # columns whose texts are names of the vocabulary

    @property
    def usage(self) -> tuple[str, ...]:
        return tuple(parameter.usage for parameter in self.parameters)

    def heads(self, columns: Iterable[str]) -> list[str]:
        """What the columns of the answer are called, in Chinese and by name: 另一方 other."""
        return [f"{self.columns[name]} {name}" if name in self.columns else name for name in columns]

    def bind(self, store: Asked, given: Mapping[str, str]) -> dict[str, Value]:
        """The values of the parameters as terms; QueryError when one is missing, unknown or of another type."""
        known = [parameter.name for parameter in self.parameters]
        for name in given:
            if name not in known:
                raise QueryError(f"The query {self.name!r} has no parameter {name!r}; it has {', '.join(known) or 'none'}.")
            if not given[name]:
                raise QueryError(f"The parameter {name!r} is empty: give it a value, or leave it out where the query does without.")
        texts = {one.name: given.get(one.name, one.default) for one in self.parameters}
        missing = next((name for name, text in texts.items() if text is None), None)
        if missing is not None:
            raise QueryError(f"The query {self.name!r} needs {missing}=…: give it as in  kg query {self.name} {' '.join(self.usage)}.")
        return {one.name: _value(store, one, text) for one in self.parameters if (text := texts[one.name]) is not None and text != ANY}


def named_queries(directory: Path | None = None) -> tuple[Question, ...]:
    """The questions of a folder (the shipped one by default), by name."""
    return _read(directory or ontology_dir() / "queries")


@cache
def _read(directory: Path) -> tuple[Question, ...]:
    return tuple(read_question(path) for path in sorted(directory.glob("*.rq")))


def find_question(name: str) -> Question:
    """The question of that name; UnknownName lists near ones."""
    questions = {question.name: question for question in named_queries()}
    if name not in questions:
        raise UnknownName("query", name, questions)
    return questions[name]


def read_question(path: Path) -> Question:
    """A question from its file. A file without a header is a question without a title and parameters."""
    try:
        sparql = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise QueryError(f"There is no query file {path}: name a file that is there, or a query of  kg queries.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"The query file {path} cannot be read as UTF-8 text ({error}): save it as UTF-8.") from error
    header = [(match[1], match[2].strip()) for match in _HEADER.finditer(sparql)]
    titles = dict(header)
    parameters = tuple(_parameter(path, text) for key, text in header if key == "param")
    return Question(path.stem, titles.get("title-zh", path.stem), titles.get("title-en", path.stem), parameters, sparql,
                    _columns(titles.get("columns", "")), frozenset(titles.get("terms", "").split()))


def _columns(line: str) -> Mapping[str, str]:
    """The words of columns; a comment that only begins alike names none."""
    cells = (cell.split() for cell in line.split("|"))
    return MappingProxyType({cell[0]: cell[1] for cell in cells if len(cell) == 2})


def _parameter(path: Path, line: str) -> Parameter:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != 4 or cells[1] not in TYPES:
        raise KnowledgeError(f"{path}: '# param: {line}' must be  NAME | TYPE | MEANING | DEFAULT  with a type of {', '.join(TYPES)}.")
    return Parameter(cells[0], cells[1], cells[2], cells[3] or None)


def _value(store: Asked, parameter: Parameter, text: str) -> Value:
    return TYPES[parameter.type](store, text)


def _integer(store: Asked, text: str) -> Value:
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise QueryError(f"{text!r} is no whole number.")
    return ox.Literal(str(int(text)), datatype=INTEGER)


def _date(store: Asked, text: str) -> Value:
    try:
        return ox.Literal(date.fromisoformat(text).isoformat(), datatype=DATE)
    except ValueError:
        raise QueryError(f"{text!r} is no date: write it as 2024-12-31.") from None


def _text(store: Asked, text: str) -> Value:
    return ox.Literal(text)


def _term(what: str, text: str, terms: Mapping[str, Term]) -> Term:
    """The term of that name (kg: before it or not) or label."""
    asked = text.removeprefix("kg:").lower()
    found = next((one for key, one in terms.items() if asked in (key.lower(), one.name.lower(), one.zh, one.en.lower())), None)
    if found is None:
        shown = (one for one in terms.values() if not isinstance(one, Class) or one.main == one.name)       # of classes the main ones
        raise UnknownName(what, text, [name for one in terms.values() for name in (one.name, one.zh)], [f"{one.name} ({one.zh})" for one in shown])
    return found


def _class(store: Asked, text: str) -> Value:
    return term(f"kg:{_term('class', text, store.ontology.classes).name}")


def _predicate(store: Asked, text: str) -> Value:
    return ox.NamedNode(store.ontology.iri(_term("predicate", text, store.ontology.predicates).name))


def _status(store: Asked, text: str) -> Value:
    return term(f"kg:{_term('status', text, store.ontology.statuses).name.capitalize()}")


TYPES: Mapping[str, Callable[[Asked, str], Value]] = MappingProxyType({
    "entity": find_entity, "letter": find_letter, "class": _class, "predicate": _predicate, "status": _status,
    "integer": _integer, "date": _date, "text": _text,
})
