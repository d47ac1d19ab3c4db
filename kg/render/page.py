"""One self-contained HTML page: pyvis's Network and its vis-network script in a page of our own, which asks nothing of any network.

Names and sentences reach the page as JSON in a block that is never run, and the script puts them in place as text only. A policy in the page
(Content-Security-Policy) allows the two scripts and the style by their hashes and nothing else, so that even a mistake would stay harmless.
"""
from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

import networkx

from kg.errors import InputError
from kg.render.content import Content, content
from kg.render.layout import positions
from kg.render.style import DASHES, FAMILIES, GROUNDS, look, radius

SCRIPTS = ("data.js", "filters.js", "draw.js", "labels.js", "panel.js", "search.js", "main.js")
SLOT = re.compile(r"\{\{(\w+)\}\}")
UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")      # what could end the block, or cannot be written in UTF-8
POLICY = "default-src 'none'; script-src {scripts}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"


def page(graph: networkx.MultiDiGraph, title: str) -> str:
    """The HTML of the page that shows `graph`."""
    data = _json(_data(graph, title))
    vis, script, style = _vis(), _script(), _template("page.css")
    policy = POLICY.format(scripts=f"{_hash(vis)} {_hash(script)}", style=_hash(style))
    slots = {"policy": policy, "title": html.escape(_clean(title)), "style": style, "data": data, "vis": vis, "script": script}
    return _fill(_template("page.html"), slots)


def _data(graph: networkx.MultiDiGraph, title: str) -> dict[str, Any]:
    """All that the script needs, in plain values."""
    shown = content(graph)
    nodes, edges = _network(graph, shown)
    return {
        "title": title, "nodes": nodes, "edges": edges, "grounds": GROUNDS, "families": [one.colours for one in FAMILIES], "dashes": DASHES,
        "looks": {kind: {"shape": look(kind).shape, "colours": look(kind).colours} for kind in shown.kinds},
        "kinds": shown.kinds, "predicates": shown.predicates, "statuses": shown.statuses, "letters": shown.letters, "sentences": shown.sentences,
        "entities": shown.entities, "facts": shown.facts, "words": json.loads(_template("words.json")), "omitted": graph.graph.get("omitted", 0),
    }


def _network(graph: networkx.MultiDiGraph, shown: Content) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Nodes and edges as pyvis keeps them; an edge stands for the facts of one subject, predicate, object and status."""
    from pyvis.network import Network  # here, because it takes half a second to load

    net = Network(directed=True)
    spots = positions(graph)
    for i, node in enumerate(shown.nodes):
        entity, (x, y) = shown.entities[i], spots[node]
        net.add_node(i, label=entity["name"], shape=look(entity["kind"]).shape, x=x, y=y, size=round(radius(graph.degree(node)), 1))
    for i, (source, target, options) in enumerate(shown.edges):
        net.add_edge(source, target, id=i, **options)
    return [_without(node, "color") for node in net.nodes], net.edges


def _without(options: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in options.items() if k != key}


def _vis() -> str:
    """The vis-network script that pyvis brings; without the pointer to a source map, which a browser would ask for."""
    found = sorted((resources.files("pyvis") / "templates" / "lib").iterdir(), key=lambda folder: folder.name, reverse=True)
    for folder in found:
        file = folder / "vis-network.min.js"
        if folder.name.startswith("vis-") and file.is_file():
            return re.sub(r"(?m)^//# sourceMappingURL=.*$", "", _lines(file.read_text(encoding="utf-8")))
    raise InputError("The installed pyvis has no vis-network script: install it anew with  pip install --force-reinstall pyvis.")


def _script() -> str:
    """Our own script, in one piece that leaves no name behind."""
    return "(() => {\n'use strict';\n" + "\n".join(_template(name) for name in SCRIPTS) + "\n})();\n"


def _template(name: str) -> str:
    return _lines((resources.files("kg.render") / "template" / name).read_text(encoding="utf-8"))


def _lines(text: str) -> str:
    """With LF alone: browsers hash it so, whatever the file has."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _json(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the block it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _clean(text: str) -> str:
    """Without lone surrogates, which UTF-8 cannot write."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _hash(text: str) -> str:
    """The source expression of a Content-Security-Policy for an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill the slots in one pass, so that a slot's name inside a value stays as it is."""
    return SLOT.sub(lambda found: values[found[1]], template)
