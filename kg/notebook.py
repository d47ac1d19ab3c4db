"""What graphs and answers look like in a notebook: small pieces of HTML that stand by themselves, run no script and ask no server.

A picture is an SVG inside of an `img`, so that its styles touch nothing of the page and nothing in it can run. Of a large store no more than
MOST facts and figures are looked at, so that a cell never waits for all of it.
"""
from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from pathlib import Path

import networkx
import pyoxigraph as ox

from kg.mapping import TYPE, term
from kg.model import STATUSES
from kg.network import to_networkx
from kg.render import still
from kg.store import Store

MOST = 5000                     # facts and figures that are looked at
SHOWN = 40                      # entities in the picture
ROWS, LETTERS = 60, 120         # rows of a table, and characters of a cell
CELL = "text-align:left;vertical-align:top;max-width:36em;white-space:pre-wrap"


def graph(store: Store, path: Path) -> str:
    """The graph in a folder: what it holds, and a picture of its most connected part."""
    network = to_networkx(store, max_nodes=SHOWN, max_facts=MOST)
    return _box(f"<p>{_counts(store, path, network)}</p>{_picture(network, path) if len(network) else ''}")


def nothing(path: Path, why: str) -> str:
    """A graph that cannot be shown (yet), and why."""
    return _box(f"<p><b>知函 zhihan</b> <code>{escape(str(path))}</code><br>{escape(why)}</p>")


def table(columns: Sequence[str], texts: Sequence[Sequence[str]]) -> str:
    """The first rows of an answer; how many there are is told below."""
    head = _row("th", columns)
    body = "".join(_row("td", map(_short, row)) for row in texts[:ROWS])
    told = f"{len(texts)} 行 rows" + (f"; the first {ROWS} are shown, all are in to_pandas()" if len(texts) > ROWS else "")
    return _box(f"<table><thead>{head}</thead><tbody>{body}</tbody></table><p>{told}</p>")


def _counts(store: Store, path: Path, network: networkx.MultiDiGraph) -> str:
    letters, facts, figures = len(store.letters()), _first(store, "kg:Fact"), _first(store, "kg:Figure")
    entities = len(network) + int(network.graph["omitted"])
    more = "+" if len(facts) > MOST else ""
    statuses = Counter(_status(store, fact) for fact in facts[:MOST])
    by = ", ".join(f"{statuses[status]}{more} {escape(store.ontology.label(status))} {status}" for status in STATUSES if statuses[status])
    return (f"<b>知函 zhihan</b> <code>{escape(str(path))}</code><br>{letters} 件答复函 letters · {entities}{more} 个实体 entities with facts · "
            f"{_number(facts)} 条事实 facts{f' ({by})' if by else ''} · {_number(figures)} 项数据 figures")


def _first(store: Store, kind: str) -> list[ox.NamedNode]:
    """The things of a class, and of very many no more than tell that there are more than MOST."""
    found = store.data.quads_for_pattern(None, TYPE, term(kind), ox.DefaultGraph())
    return [quad.subject for quad in islice(found, MOST + 1) if isinstance(quad.subject, ox.NamedNode)]


def _number(found: Sequence[object]) -> str:
    return f"{MOST}+" if len(found) > MOST else str(len(found))


def _status(store: Store, fact: ox.NamedNode) -> str:
    quad = next(store.data.quads_for_pattern(fact, term("kg:status"), None, ox.DefaultGraph()), None)
    return quad.object.value.rpartition("#")[2].lower() if quad is not None and isinstance(quad.object, ox.NamedNode) else ""


def _picture(network: networkx.MultiDiGraph, path: Path) -> str:
    omitted = int(network.graph["omitted"])
    told = f"{len(network)} of {len(network) + omitted} entities: those with most facts. " if omitted else ""
    source = b64encode(still(network, f"知函 zhihan {path.name}").encode()).decode()
    return (f'<img src="data:image/svg+xml;base64,{source}" alt="{escape(_names(network))}" style="width:100%;max-width:960px">'
            f"<p>{told}<code>render</code> draws a page to explore.</p>")


def _names(network: networkx.MultiDiGraph) -> str:
    """The names in the picture, for who does not see it."""
    best = sorted(network, key=lambda node: (-network.degree(node), str(node)))[:10]
    return "The best connected: " + ", ".join(str(network.nodes[node]["name"]) for node in best)


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(_cells(tag, cells))}</tr>"


def _cells(tag: str, cells: Iterable[str]) -> Iterator[str]:
    return (f'<{tag} style="{CELL}">{escape(cell)}</{tag}>' for cell in cells)


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[:LETTERS - 1]}…"


def _box(inside: str) -> str:
    return f'<div lang="zh" class="zhihan">{inside}</div>'
