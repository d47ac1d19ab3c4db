"""Small charts of figures over time, as numbers to draw: one for each unit that has figures of several times.

    {unit, scale, width, height, base, points: [{x, y, text, label, time, href, line, name, before}], lines: [{line, path}], years: [{x, year}],
     levels: [{y, text}]}

The texts of levels count in `scale` units (1, 10,000 or 100 million: 万, 亿). x and y are in the units of the drawing, y grows downwards. Figures
of one indicator are joined by a line; `name` stands beside a point where
it covers no other (else it is empty), on its left when `before`. Units with an indicator of several times come first.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

Json = dict[str, Any]
WIDTH, HEIGHT = 640, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 22, 28        # room for the axes' words
MOST, POINTS = 2, 60                             # charts, and points in one
CHAR, LINE = 11.0, 14.0                          # the room of a character beside a point
LONGEST = 16
COLOURS = 6
SCALES = (100_000_000, 10_000)


def charts(figures: Iterable[Json]) -> list[Json]:
    """The charts of these figures, those with most points first; none for a unit with figures of one time only."""
    by: dict[str, list[Json]] = defaultdict(list)
    for figure in figures:
        if figure["first"] or figure["last"]:
            by[figure["base_unit"] or figure["unit"]].append(figure)
    fit = [(unit, those[:POINTS]) for unit, those in by.items() if len({_when(figure) for figure in those}) > 1]
    return [_chart(unit, those) for unit, those in sorted(fit, key=lambda pair: (-_series(pair[1]), -len(pair[1]), pair[0]))[:MOST]]


def _series(figures: Sequence[Json]) -> int:
    """How many indicators have figures of several times."""
    times: dict[str, set[float]] = defaultdict(set)
    for figure in figures:
        times[figure["label"]].add(_when(figure))
    return sum(len(those) > 1 for those in times.values())


def _chart(unit: str, figures: Sequence[Json]) -> Json:
    times, values = [_when(figure) for figure in figures], [_value(figure) for figure in figures]
    early, late = int(min(times)), max(int(max(times)) + 1, int(min(times)) + 2)
    low, high = min(0.0, *values), max(values) or 1.0
    labels = list(dict.fromkeys(figure["label"] for figure in figures))
    points = [{"x": _across(time, early, late), "y": _up(value, low, high), "text": f"{figure['value']} {figure['unit']}".strip(),
               "label": figure["label"], "time": figure["time"], "href": figure["href"], "line": labels.index(figure["label"]) % COLOURS}
              for time, value, figure in zip(times, values, figures, strict=True)]
    _name(points)
    scale = next((size for size in SCALES if max(high, -low) >= size), 1)
    return {"unit": unit, "scale": scale, "width": WIDTH, "height": HEIGHT, "base": _up(max(low, 0.0), low, high), "points": points,
            "lines": _lines(points), "years": _years(early, late), "levels": _levels(low, high, scale)}


def _name(points: Sequence[Json]) -> None:
    """Give each point the name that stands beside it, the highest first."""
    taken: list[tuple[float, float, float]] = []
    for point in sorted(points, key=lambda one: (one["y"], one["x"])):
        name = point["label"] if len(point["label"]) <= LONGEST else point["label"][:LONGEST - 1] + "…"
        before = point["x"] > WIDTH * 0.6
        left = point["x"] - CHAR * len(name) - 8 if before else point["x"] + 8
        free = all(abs(point["y"] - y) >= LINE or left >= right or left + CHAR * len(name) <= start for y, start, right in taken)
        point |= {"name": name if free and left > LEFT - 40 else "", "before": before}
        taken.append((point["y"], left, left + CHAR * len(name)) if point["name"] else (point["y"], point["x"] - 6, point["x"] + 6))


def _lines(points: Sequence[Json]) -> list[Json]:
    by: dict[str, list[Json]] = defaultdict(list)
    for point in points:
        by[point["label"]].append(point)
    return [{"line": those[0]["line"], "path": " ".join(f"{p['x']},{p['y']}" for p in sorted(those, key=lambda p: float(p["x"])))}
            for those in by.values() if len(those) > 1]


def _years(early: int, late: int) -> list[Json]:
    step = max(1, (late - early) // 8)
    return [{"x": _across(year, early, late), "year": year} for year in range(early, late + 1, step)]


def _levels(low: float, high: float, scale: int) -> list[Json]:
    """Two or three whole values to read the height by."""
    span = high - low or 1.0
    step = 10.0 ** len(str(int(span))) / 10 if span >= 1 else span
    while span / step < 2:
        step /= 2
    steps = [low - low % step + i * step for i in range(12)]
    return [{"y": _up(level, low, high), "text": f"{level / scale:,.6g}"} for level in steps if low <= level <= high]


def _across(time: float, early: int, late: int) -> float:
    return round(LEFT + (time - early) / (late - early) * (WIDTH - LEFT - RIGHT), 1)


def _up(value: float, low: float, high: float) -> float:
    return round(HEIGHT - BOTTOM - (value - low) / ((high - low) or 1.0) * (HEIGHT - TOP - BOTTOM), 1)


def _value(figure: Json) -> float:
    return float(figure["base_value"] or figure["value"] or 0)


def _when(figure: Json) -> float:
    """The middle of the figure's time as a year with a fraction."""
    first, last = (date.fromisoformat(figure[key] or figure[other]) for key, other in (("first", "last"), ("last", "first")))
    middle = date.fromordinal((first.toordinal() + last.toordinal()) // 2)
    return middle.year + (middle.timetuple().tm_yday - 1) / 366
