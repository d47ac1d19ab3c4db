"""Pictures of a graph: one HTML page to explore (`page`), or one SVG to print (`still`); both stand on the same `layout`.

What is drawn is a networkx.MultiDiGraph as `kg.network.to_networkx` makes it. Only `name` and `kind`, and `predicate` and `status`,
must be there; the rest is shown where it is given:

    node    name  kind  kind_zh  kind_en  fine  fine_zh  fine_en  aliases  letters  place
            surfaces (forms in the text, to find the name in a quote)  figures: [{indicator, value, unit, time, letter, quote}]
    edge    predicate  label_zh  label_en  status  letter  quote  time  start  end  amount  place  role  field  confidence
            (quote and field: a string, or several)

This module knows no Chinese: labels of classes and predicates come with the graph, words of the page stand in `template/page.html`.
"""
from __future__ import annotations

from pathlib import Path

import networkx

from kg.errors import InputError
from kg.render.page import page
from kg.render.still import still

__all__ = ["page", "render", "still"]

FORMATS = {".html": page, ".htm": page, ".svg": still}


def render(graph: networkx.MultiDiGraph, out: Path, title: str) -> Path:
    """Write the picture of `graph` to `out`, as HTML or SVG by its suffix; returns `out`.

    The same graph and title give the same bytes. Raises InputError when the suffix is another or the file cannot be written.
    """
    draw = FORMATS.get(out.suffix.lower())
    if draw is None:
        raise InputError(f"Cannot draw {out.name}: give a file name that ends in {' or '.join(sorted(set(FORMATS) - {'.htm'}))}.")
    text = draw(graph, title)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"Cannot write the picture {out}: {error.strerror}. Choose another place with -o.") from error
    return out
