"""What a picture says, taken from the graph into plain lists that refer to each other by number."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx

from kg.model import CLASSES, PREDICATES, STATUSES, SYMMETRIC
from kg.render.style import family

DETAILS = ("time", "start", "end", "amount", "place", "role", "field")
BEND = 0.16                    # how much further each parallel edge bends
Edge = tuple[int, int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """Lists in a fixed order: nodes by falling degree, then by name; classes, predicates and statuses as in kg.model."""

    nodes: list[Any]
    kinds: dict[str, dict[str, str]]
    predicates: dict[str, dict[str, Any]]
    statuses: list[str]
    letters: list[str]
    sentences: list[str]
    entities: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    edges: list[Edge]


@dataclass(slots=True)
class _Index:
    """Numbers given to texts as they come."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int:
        if text not in self.numbers:
            self.numbers[text] = len(self.texts)
            self.texts.append(text)
        return self.numbers[text]


def content(graph: networkx.MultiDiGraph) -> Content:
    """All that is shown of `graph`."""
    nodes = sorted(graph, key=lambda node: (-graph.degree(node), _name(graph, node), str(node)))
    number = {node: i for i, node in enumerate(nodes)}
    rows = sorted(((number[s], number[o], data) for s, o, data in graph.edges(data=True)), key=_order)
    letters, sentences = _Index(_letters(graph)), _Index()
    letters.numbers.update({name: i for i, name in enumerate(letters.texts)})
    edges, which = _edges(rows)
    return Content(
        nodes, _labels(graph), _predicates(rows), _present(STATUSES, (data["status"] for _, _, data in rows)), letters.texts, sentences.texts,
        [_entity(_name(graph, node), graph.nodes[node], letters, sentences) for node in nodes],
        [_fact(row, edge, letters, sentences) for row, edge in zip(rows, which, strict=True)], edges)


def _name(graph: networkx.MultiDiGraph, node: Any) -> str:
    return str(graph.nodes[node].get("name") or node)


def _order(row: Edge) -> tuple[Any, ...]:
    source, target, data = row
    return source, target, *(str(data.get(key) or "") for key in ("predicate", "status", "letter", "time", "place", "role", "amount", "quote"))


def _letters(graph: networkx.MultiDiGraph) -> list[str]:
    """Every letter that a node or an edge names, sorted."""
    of_nodes = {letter for _, data in graph.nodes(data=True) for letter in data.get("letters") or ()}
    return sorted(of_nodes | {data["letter"] for _, _, data in graph.edges(data=True) if data.get("letter")})


def _present(known: Iterable[str], found: Iterable[str]) -> list[str]:
    """What was found, the known ones first and in their order."""
    there = set(found)
    return [one for one in known if one in there] + sorted(there - set(known))


def _labels(graph: networkx.MultiDiGraph) -> dict[str, dict[str, str]]:
    """Class -> its labels."""
    found = {data["kind"]: data for _, data in sorted(graph.nodes(data=True), key=lambda item: str(item[0]))}
    return {kind: {"zh": found[kind].get("kind_zh") or kind, "en": found[kind].get("kind_en") or kind} for kind in _present(CLASSES, found)}


def _predicates(rows: Iterable[Edge]) -> dict[str, dict[str, Any]]:
    """Predicate -> its labels and the number of its family."""
    found = {data["predicate"]: data for _, _, data in rows}
    return {name: {"zh": found[name].get("label_zh") or name, "en": found[name].get("label_en") or name, "family": family(name)}
            for name in _present(PREDICATES, found)}


def _entity(name: str, data: Mapping[str, Any], letters: _Index, sentences: _Index) -> dict[str, Any]:
    figures = [_given(figure, ("indicator", "value", "unit", "time")) | _sources(figure, letters, sentences) for figure in data.get("figures") or ()]
    about = _given(data, ("fine", "fine_zh", "fine_en", "place"))
    return about | {"name": name, "kind": data["kind"], "letters": [letters.of(letter) for letter in data.get("letters") or ()], "figures": figures,
            "aliases": list(data.get("aliases") or ()), "surfaces": list(data.get("surfaces") or ())}


def _fact(row: Edge, edge: int, letters: _Index, sentences: _Index) -> dict[str, Any]:
    source, target, data = row
    said = {"s": source, "o": target, "p": data["predicate"], "status": data["status"], "edge": edge}
    return said | _given(data, DETAILS) | _sources(data, letters, sentences)


def _given(data: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """The values that are there, as text or as a list of texts."""
    there = {key: data[key] for key in keys if data.get(key) not in (None, "", [], ())}
    return {key: [str(one) for one in value] if isinstance(value, list | tuple) else str(value) for key, value in there.items()}


def _sources(data: Mapping[str, Any], letters: _Index, sentences: _Index) -> dict[str, Any]:
    """The letter, the quoted sentences and how sure it is."""
    quote = data.get("quote") or ()
    quotes = [quote] if isinstance(quote, str) else list(quote)
    out: dict[str, Any] = {"quotes": [sentences.of(text) for text in quotes]}
    if data.get("letter"):
        out["letter"] = letters.of(data["letter"])
    if data.get("confidence") is not None:
        out["sure"] = round(float(data["confidence"]), 2)
    return out


def _edges(rows: Iterable[Edge]) -> tuple[list[Edge], list[int]]:
    """The edges to draw, and for each row the number of its edge; edges that join the same two nodes bend apart."""
    numbers: dict[tuple[int, int, str, str], int] = {}
    which = [numbers.setdefault(_key(*row), len(numbers)) for row in rows]
    beside: dict[tuple[int, int], int] = {}
    edges = []
    for source, target, predicate, status in numbers:
        pair = (min(source, target), max(source, target))
        nth = beside[pair] = beside.get(pair, -1) + 1
        kind = {"arrows": "" if predicate in SYMMETRIC else "to", "predicate": predicate, "status": status}
        edges.append((source, target, kind | _bend(nth, source < target)))
    return edges, which


def _key(source: int, target: int, data: Mapping[str, Any]) -> tuple[int, int, str, str]:
    if data["predicate"] in SYMMETRIC:
        source, target = min(source, target), max(source, target)
    return source, target, data["predicate"], data["status"]


def _bend(nth: int, forward: bool) -> dict[str, Any]:
    """Straight for the first; then to one side and the other in turn, seen from the lower of the two nodes."""
    if nth == 0:
        return {"smooth": False}
    side = (nth % 2 == 1) == forward
    return {"smooth": {"enabled": True, "type": "curvedCW" if side else "curvedCCW", "roundness": round(BEND * ((nth + 1) // 2), 2)}}
