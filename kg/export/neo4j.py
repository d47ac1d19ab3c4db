"""For Neo4j and other stores that speak Cypher: a script, and a folder for `neo4j-admin database import`.

Entities are nodes with the labels Entity, Fund and 基金; facts are relations whose types are Chinese (设立), with the English name
as a property. Names in backticks, so that any label may be one.
"""
from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

from kg.export.choice import Chosen
from kg.export.rows import Rows, rows
from kg.export.sheets import guarded
from kg.export.tables import TABLES, Value
from kg.store import Store

BATCH = 200                             # nodes or relations of one statement
NODE = ("name", "class", "finer", "place", "mentions", "letters", "facts", "code", "same_as")
EDGE = ("predicate", "status", "start", "end", "time", "place", "fields", "amount", "role", "confidence", "letter", "quote", "iri")
KINDS = {"mentions": ":int", "letters": ":int", "facts": ":int", "start": ":date", "end": ":date", "confidence": ":double"}
MARKS = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x00": " "})
HOW_TO = """These two files are for Neo4j's admin import, into a database that is empty:

    neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv neo4j

Then, so that entities are found fast:

    CREATE CONSTRAINT entity IF NOT EXISTS FOR (n:Entity) REQUIRE n.iri IS UNIQUE;
"""
Named = Mapping[str, Value]


def cypher(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """A script of Cypher statements; running it again changes nothing."""
    yield b"CREATE CONSTRAINT entity IF NOT EXISTS FOR (n:Entity) REQUIRE n.iri IS UNIQUE;\n"
    with rows(store, chosen) as found:
        for labels, batch in _batches((_labels(node), {"iri": node["iri"], **_some(node, NODE)}) for node in _nodes(found)):
            yield f"UNWIND [\n{batch}\n] AS row MERGE (n:Entity {{iri: row.iri}}) SET n += row, n:{labels};\n".encode()
        pairs = ((_quoted(str(edge["predicate_zh"])), {"from": edge["subject_iri"], "to": edge["object_iri"], **_some(edge, EDGE)})
                 for edge in _edges(found))
        for kind, batch in _batches(pairs):
            yield (f"UNWIND [\n{batch}\n] AS row MATCH (s:Entity {{iri: row.from}}), (o:Entity {{iri: row.to}})\n"
                   f"MERGE (s)-[r:{kind} {{iri: row.iri}}]->(o) SET r += row REMOVE r.from, r.to;\n").encode()


def _batches(pairs: Iterator[tuple[str, Named]]) -> Iterator[tuple[str, str]]:
    """Rows of one kind together, so many at a time."""
    waiting: dict[str, list[str]] = {}
    for kind, values in pairs:
        batch = waiting.setdefault(kind, [])
        batch.append("{" + ", ".join(f"{_quoted(name)}: {_literal(value)}" for name, value in values.items()) + "}")
        if len(batch) >= BATCH:
            yield kind, ",\n".join(waiting.pop(kind))
    yield from ((kind, ",\n".join(batch)) for kind, batch in sorted(waiting.items()))


def neo4j(store: Store, chosen: Chosen, folder: Path) -> None:
    """The folder: nodes.csv, relationships.csv, and how to import them."""
    (folder / "README.txt").write_text(HOW_TO, encoding="utf-8")
    with ExitStack() as stack, rows(store, chosen) as found:
        nodes, edges = (csv.writer(stack.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline="")), lineterminator="\n")
                        for name in ("nodes", "relationships"))
        nodes.writerow(["iri:ID", *_typed(NODE), ":LABEL"])
        for node in _nodes(found):
            labels = ";".join(("Entity", str(node["class"]), str(node["class_zh"])))
            nodes.writerow([node["iri"], *_cells(node, NODE), labels])
        edges.writerow([":START_ID", ":END_ID", ":TYPE", *_typed(EDGE)])
        for edge in _edges(found):
            edges.writerow([edge["subject_iri"], edge["object_iri"], edge["predicate_zh"], *_cells(edge, EDGE)])


def _nodes(found: Rows) -> Iterator[Named]:
    return (TABLES["entities"].named(row) for _, row in found("entities"))


def _edges(found: Rows) -> Iterator[Named]:
    return (TABLES["facts"].named(row) for _, row in found("facts"))


def _labels(node: Named) -> str:
    return ":".join(_quoted(str(node[name])) for name in ("class", "class_zh"))


def _some(values: Named, names: tuple[str, ...]) -> dict[str, Value]:
    return {name: values[name] for name in names if name in values}


def _typed(names: tuple[str, ...]) -> list[str]:
    return [name + KINDS.get(name, "") for name in names]


def _cells(values: Named, names: tuple[str, ...]) -> list[object]:
    """Cells of one line each, none of which starts a formula in a spreadsheet."""
    found = (guarded(values.get(name)) for name in names)
    return [" ".join(value.split("\n")) if isinstance(value, str) else value for value in found]


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _literal(value: Value) -> str:
    if isinstance(value, date):
        return f"date('{value.isoformat()}')"
    if isinstance(value, Decimal):
        return repr(float(value))
    return str(value) if isinstance(value, int) else f"'{str(value).translate(MARKS)}'"
