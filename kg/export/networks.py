"""GraphML and GEXF, for Gephi and others: entities of facts as nodes, facts as edges.

    node    id: the name; class, finer class, place, mentions, letters, facts, IRI
    edge    id: the fact's IRI; relation in Chinese and English, status, time, year, letter, quote; weight: how many sentences say it

GEXF has a time line (first and last day of a fact) and the colours of classes. The names of entities with facts are held in memory.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from kg.export.choice import Chosen
from kg.export.rows import Rows, rows
from kg.export.tables import TABLES, Value
from kg.export.xml import escaped, quoted
from kg.store import Store

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NODE = ("class", "class_zh", "finer", "place", "mentions", "letters", "facts", "iri")
EDGE = ("predicate", "status", "status_zh", "start", "end", "time", "year", "place", "fields", "amount", "role", "confidence", "letter", "quote",
        "iri")
WHOLE = frozenset(("mentions", "letters", "facts", "year"))
Named = Mapping[str, Value]


def graphml(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The network as GraphML."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for place, names in (("node", ("label", *NODE)), ("edge", ("label", "weight", *EDGE))):
        for name in names:
            yield f'<key id="{place}.{name}" for="{place}" attr.name="{name}" attr.type="{_type(name, "int")}"/>\n'.encode()
    yield b'<graph edgedefault="directed">\n'
    with rows(store, chosen) as found:
        for node in _nodes(found):
            data = _data("node", {"label": node["name"], **_chosen(node, NODE)})
            yield f"<node id={_attribute(node['name'])}>{data}</node>\n".encode()
        for edge in _edges(found):
            data = _data("edge", {"label": edge["predicate_zh"], "weight": edge["quotes"], **_chosen(edge, EDGE)})
            ends = f"source={_attribute(edge['subject'])} target={_attribute(edge['object'])}"
            yield f"<edge {ends} id={_attribute(edge['iri'])}>{data}</edge>\n".encode()
    yield b"</graph>\n</graphml>\n"


def _data(place: str, values: Named) -> str:
    return "".join(f'<data key="{place}.{name}">{escaped(_clean(value))}</data>' for name, value in values.items())


def gexf(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The network as GEXF 1.3, with a time line."""
    yield (b'<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
           b'<graph defaultedgetype="directed" mode="dynamic" timeformat="date">\n')
    for place, names in (("node", NODE), ("edge", EDGE)):
        attributes = "".join(f'<attribute id="{name}" title="{name}" type="{_type(name, "integer")}"/>' for name in names)
        yield f'<attributes class="{place}">{attributes}</attributes>\n'.encode()
    with rows(store, chosen) as found:
        yield b"<nodes>\n"
        for node in _nodes(found):
            name = _attribute(node["name"])
            yield f"<node id={name} label={name}>{_values(_chosen(node, NODE))}{_colour(str(node['class']))}</node>\n".encode()
        yield b"</nodes>\n<edges>\n"
        for edge in _edges(found):
            ends = f"source={_attribute(edge['subject'])} target={_attribute(edge['object'])}"
            times = "".join(f" {name}={_attribute(edge[name])}" for name in ("start", "end") if name in edge)
            said = f"id={_attribute(edge['iri'])} {ends} label={_attribute(edge['predicate_zh'])} weight={_attribute(edge['quotes'])}{times}"
            yield f"<edge {said}>{_values(_chosen(edge, EDGE))}</edge>\n".encode()
        yield b"</edges>\n"
    yield b"</graph>\n</gexf>\n"


def _values(values: Named) -> str:
    said = "".join(f'<attvalue for="{name}" value={_attribute(value)}/>' for name, value in values.items())
    return f"<attvalues>{said}</attvalues>"


def _colour(kind: str) -> str:
    from kg.render.style import look  # pictures are drawn from questions, and questions write answers by way of this package
    code = look(kind).colours[0]
    red, green, blue = (int(code[at:at + 2], 16) for at in (1, 3, 5))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


def _nodes(found: Rows) -> Iterator[Named]:
    """The entities that are an end of a fact."""
    ends = {row[at] for _, row in found("facts") for at in (0, 3)}
    named = (TABLES["entities"].named(row) for _, row in found("entities"))
    return (node for node in named if node["name"] in ends)


def _edges(found: Rows) -> Iterator[Named]:
    for _, row in found("facts"):
        edge = TABLES["facts"].named(row)
        first = edge.get("start") or edge.get("end")
        yield {**edge, "quotes": edge["quotes"] or 1, **({"year": first.year} if isinstance(first, date) else {})}


def _chosen(values: Named, names: Iterable[str]) -> Named:
    return {name: values[name] for name in names if name in values}


def _type(name: str, whole: str) -> str:
    return whole if name in WHOLE else "double" if name in ("confidence", "weight") else "string"


def _clean(value: Value) -> str:
    """A value in words, without the characters that XML cannot carry."""
    return f"{value:f}" if isinstance(value, Decimal) else CONTROL.sub(" ", str(value))


def _attribute(value: Value) -> str:
    return quoted(_clean(value))
