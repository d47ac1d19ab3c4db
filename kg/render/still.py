"""The same picture without a browser: one SVG for a README or a report, in light and dark as its reader prefers.

Positions, colours, shapes and dashes are those of the page. Names stand where they cover no other, the most connected first; a legend stands below.
"""
from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import networkx

from kg.render.content import Content, Edge, content
from kg.render.layout import positions
from kg.render.style import DASHES, FAMILIES, GROUNDS, OTHER, family, look, radius

WIDTH, MARGIN, FOOT = 1280.0, 70.0, 25.0            # pixels; FOOT is the height of a row of the legend
COLUMNS = 5
INKS = ("#1d2430", "#e6e9ee")
FONT = "-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif"
BAD = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")        # what XML 1.0 forbids
CORNERS = {"square": (4, 45.0, 1.2), "diamond": (4, 0.0, 1.25), "triangle": (3, -90.0, 1.25), "triangleDown": (3, 90.0, 1.25),
           "hexagon": (6, 0.0, 1.1)}
CLOSING = "》”」』）)，、。：；"        # never at the head of a line
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def still(graph: networkx.MultiDiGraph, title: str) -> str:
    """The SVG that shows `graph`."""
    shown = content(graph)
    spots, scale, height = _placed(graph, shown)
    sizes = [max(radius(graph.degree(node)) * scale, 3.6) for node in shown.nodes]
    legend = list(_legend(shown, height))
    full = height + FOOT * math.ceil(len(legend) / COLUMNS) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {full:.0f}" width="{WIDTH:.0f}" height="{full:.0f}" role="img">',
        f"<title>{_text(title)}</title>", f"<style>{_style(shown)}</style>", '<rect class="ground" width="100%" height="100%"/>',
        *(_edge(edge, shown.statuses.index(edge[2]["status"]), spots, sizes) for edge in shown.edges),
        *(_dot(shown, entity["kind"], spots[i], sizes[i]) for i, entity in enumerate(shown.entities)),
        *_labels(shown, spots, sizes), *legend, "</svg>\n"]
    return "\n".join(parts)


def _placed(graph: networkx.MultiDiGraph, shown: Content) -> tuple[list[Point], float, float]:
    """Spots in pixels, the scale they were brought to, and the height that they need."""
    found = positions(graph)
    xs, ys = [x for x, _ in found.values()] or [0], [y for _, y in found.values()] or [0]
    scale = min((WIDTH - 2 * MARGIN) / max(max(xs) - min(xs), 1), 1.4)
    left = (WIDTH - (max(xs) - min(xs)) * scale) / 2
    spots = [((found[node][0] - min(xs)) * scale + left, (found[node][1] - min(ys)) * scale + MARGIN / 2) for node in shown.nodes]
    return spots, scale, (max(ys) - min(ys)) * scale + MARGIN * 1.3


def _style(shown: Content) -> str:
    """Classes c0, c1 … for the classes of entities, f0 … for families of predicates, s0 … for statuses."""
    dashes = [f".s{i}{{stroke-dasharray:{' '.join(map(str, DASHES.get(status, ()))) or 'none'}}}" for i, status in enumerate(shown.statuses)]
    return (f"text{{font-family:{FONT};font-size:12.5px;text-anchor:middle;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}}"
            f".l{{text-anchor:start}}.e{{fill:none;stroke-width:1.1;opacity:.55}}{''.join(dashes)}"
            f"{_theme(shown, 0)}@media(prefers-color-scheme:dark){{{_theme(shown, 1)}}}")


def _theme(shown: Content, side: int) -> str:
    kinds = [f".c{i}{{fill:{look(kind).colours[side]};stroke:{GROUNDS[side]}}}" for i, kind in enumerate(shown.kinds)]
    families = [f".f{i}{{stroke:{one.colours[side]}}}.a{i}{{fill:{one.colours[side]};opacity:.7}}" for i, one in enumerate(FAMILIES)]
    plain = f".ground{{fill:{GROUNDS[side]}}}text{{fill:{INKS[side]};stroke:{GROUNDS[side]}}}.x{{stroke:{OTHER.colours[side]}}}"
    return plain + "".join(kinds + families)


def _dot(shown: Content, kind: str, at: Point, size: float) -> str:
    return f'<g class="c{list(shown.kinds).index(kind)}">{_shape(look(kind).shape, at, size)}</g>'


def _edge(edge: Edge, status: int, spots: Sequence[Point], sizes: Sequence[float]) -> str:
    """A line, or a bent one beside another, that ends at the rim of its nodes; with a head unless it goes both ways."""
    source, target, options = edge
    (x0, y0), (x1, y1) = spots[source], spots[target]
    length = math.dist((x0, y0), (x1, y1))
    if length < 1.0:
        return ""
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    bend = _bend(options["smooth"]) * length
    mx, my = (x0 + x1) / 2 + uy * bend, (y0 + y1) / 2 - ux * bend
    back = math.dist((mx, my), (x1, y1)) or 1.0
    vx, vy = (x1 - mx) / back, (y1 - my) / back
    tip = (x1 - vx * (sizes[target] + 1), y1 - vy * (sizes[target] + 1))
    of = family(options["predicate"])
    line = f'<path class="e f{of} s{status}" d="M{x0:.1f} {y0:.1f}Q{mx:.1f} {my:.1f} {tip[0]:.1f} {tip[1]:.1f}"/>'
    return line + (_head(tip, (vx, vy), of) if options["arrows"] else "")


def _bend(smooth: Any) -> float:
    if not smooth:
        return 0.0
    return float(smooth["roundness"]) * (1 if smooth["type"] == "curvedCW" else -1)


def _head(tip: Point, way: Point, of: int) -> str:
    (x, y), (vx, vy) = tip, way
    corners = [(x, y), (x - 5 * vx - 2 * vy, y - 5 * vy + 2 * vx), (x - 5 * vx + 2 * vy, y - 5 * vy - 2 * vx)]
    return f'<path class="a{of}" d="{_path(corners)}"/>'


def _path(corners: Iterable[Point]) -> str:
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in corners)}z"


def _shape(shape: str, at: Point, size: float) -> str:
    """A circle, a star, or a polygon of CORNERS (how many, the direction of the first in degrees, how much larger)."""
    x, y = at
    if shape not in CORNERS and shape != "star":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
    count, first, larger = CORNERS.get(shape, (10, -90.0, 1.45))
    angles = [math.radians(first + 360 * i / count) for i in range(count)]
    reach = [size * larger * (0.45 if shape == "star" and i % 2 else 1.0) for i in range(count)]
    return f'<path d="{_path((x + r * math.cos(a), y + r * math.sin(a)) for a, r in zip(angles, reach, strict=True))}"/>'


def _labels(shown: Content, spots: Sequence[Point], sizes: Sequence[float]) -> Iterator[str]:
    """Names of the nodes in their order, each below or above its node where there is room."""
    dots = [(x - s, y - s, x + s, y + s) for (x, y), s in zip(spots, sizes, strict=True)]
    taken: list[Box] = []
    for i, entity in enumerate(shown.entities):
        size = 16.0 if i < 3 else 14.0 if i < 12 else 12.5
        lines = _lines(_clean(entity["name"]))
        half, high = max(map(_ems, lines)) * size / 2 + 3, len(lines) * size * 1.2
        for middle in (spots[i][1] + sizes[i] + 3 + high / 2, spots[i][1] - sizes[i] - 3 - high / 2):
            box = (spots[i][0] - half, middle - high / 2, spots[i][0] + half, middle + high / 2)
            others = taken if i < 12 else [*taken, *(dot for j, dot in enumerate(dots) if j != i)]
            if box[0] > 0 and box[1] > 2 and box[2] < WIDTH and not any(_meet(box, other) for other in others):
                taken.append(box)
                yield _write(lines, spots[i][0], middle, size, i < 12)
                break


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _ems(text: str) -> float:
    """About how wide a text is, in ems."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.56 for char in text)


def _lines(name: str) -> list[str]:
    """A name on at most two lines of at most eleven characters."""
    if len(name) <= 11:
        return [name or " "]
    half = min(math.ceil(len(name) / 2), 11)
    half += name[half] in CLOSING
    return [name[:half], name[half:] if len(name) <= 22 else name[half:half + 10] + "…"]


def _write(lines: Sequence[str], x: float, middle: float, size: float, bold: bool) -> str:
    first = middle - (len(lines) - 1) * size * 0.6 + size * 0.36
    weight = ' font-weight="600"' if bold else ""
    spans = "".join(f'<tspan x="{x:.1f}" y="{first + i * size * 1.2:.1f}">{html.escape(line)}</tspan>' for i, line in enumerate(lines))
    return f'<text style="font-size:{size}px"{weight}>{spans}</text>'


def _legend(shown: Content, top: float) -> Iterator[str]:
    """Classes with their shapes, then statuses with their lines, in columns."""
    words = _words()
    kinds = [(_dot(shown, kind, (4, 0), 6), (labels["zh"], labels["en"])) for kind, labels in shown.kinds.items()]
    statuses = [(_status_mark(i), words.get(status, (status, ""))) for i, status in enumerate(shown.statuses)]
    for i, (mark, labels) in enumerate([*kinds, *statuses]):
        x, y = 34 + i % COLUMNS * (WIDTH - 40) / COLUMNS, top + i // COLUMNS * FOOT
        yield f'<g transform="translate({x:.1f} {y:.1f})">{mark}<text class="l" x="18" y="4.5">{_text(_both(labels))}</text></g>'


@cache
def _words() -> Mapping[str, Sequence[str]]:
    """What statuses are called; read once, since a process that serves may not open files later."""
    words: Mapping[str, Sequence[str]] = json.loads((resources.files("kg.render") / "template" / "words.json").read_text(encoding="utf-8"))
    return words


def _status_mark(i: int) -> str:
    return f'<path class="x s{i}" style="fill:none;stroke-width:2" d="M-14 0H12"/>'


def _both(labels: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(label for label in labels if label))


def _clean(text: str) -> str:
    return BAD.sub("\ufffd", " ".join(text.split()))


def _text(text: str) -> str:
    return html.escape(_clean(text))
