"""Problems written out: text to read, JSON for programs, and a SHACL validation report in Turtle."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import pyoxigraph as ox

from kg.ontology import KG
from kg.validate.problems import Problem

PREFIX = f"@prefix kg: <{KG}> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n"


def as_text(problems: Sequence[Problem]) -> str:
    """A line for each problem, and how many there are."""
    end = f"{len(problems)} 处问题 problem{'s' if len(problems) > 1 else ''}." if problems else "图谱无误。 The graph is sound."
    return "".join(f"{line}\n" for line in [*map(str, problems), end])


def as_json(problems: Sequence[Problem]) -> str:
    """`{"conforms": …, "problems": [{"letter", "node", "iri", "zh", "en", "value", "rule", "path"}]}`; what does not apply is left out."""
    keys = ("letter", "node", "iri", "zh", "en", "value", "rule", "path")
    rows = [{key: value for key in keys if (value := getattr(one, key))} for one in problems]
    return json.dumps({"conforms": not problems, "problems": rows}, ensure_ascii=False, indent=1) + "\n"


def as_turtle(problems: Sequence[Problem]) -> str:
    """A report as SHACL defines it. A value is given as a text, as problems tell it; the whole store is the focus of what concerns no node."""
    separator = " ;\n      "
    results = ",\n".join(f"    [ {separator.join(_result(one))} ]" for one in problems)
    more = f" ;\n  sh:result\n{results}" if problems else ""
    return f"{PREFIX}[] a sh:ValidationReport ;\n  sh:conforms {str(not problems).lower()}{more} .\n"


def _result(one: Problem) -> Iterator[str]:
    yield "a sh:ValidationResult"
    yield "sh:resultSeverity sh:Violation"
    yield f"sh:focusNode {ox.NamedNode(one.iri) if one.iri else ox.Literal(one.node)}"
    yield f"sh:resultMessage {ox.Literal(one.zh, language='zh')} , {ox.Literal(one.en, language='en')}"
    if one.value:
        yield f"sh:value {ox.Literal(one.value)}"
    if one.path:
        yield f"sh:resultPath {ox.NamedNode(one.path)}"
    if one.rule:
        yield f"sh:sourceShape {one.rule}"


FORMATS: Mapping[str, Callable[[Sequence[Problem]], str]] = MappingProxyType({"text": as_text, "json": as_json, "ttl": as_turtle})
