"""The page of promises: one file of HTML without scripts or requests, a line of time for each promise, by place and organ."""
from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from kg.promises.told import STATE_WORDS

Json = dict[str, Any]
STYLE = """
:root { --ink: #20242b; --soft: #626a75; --line: #e2dfd7; --back: #fbfaf7; --sheet: #fff; --seal: #a5352b; --kept: #2c7a45; --repeated: #1c5fa8;
  --changed: #8a5a12; --open: #7a818c; --overdue: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6ea; --soft: #9aa3af; --line: #313843; --back: #14171c; --sheet: #1b1f26; --seal: #e88277;
  --kept: #7fd39a; --repeated: #8ab8ee; --changed: #e0b25e; --open: #9aa3af; --overdue: #f08a80; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1.25rem 4rem; color: var(--ink); background: var(--back); overflow-wrap: anywhere;
  font: 15px/1.6 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } h2 { margin: 2rem 0 .3rem; padding-bottom: .2rem; border-bottom: 2px solid var(--line) }
h3 { margin: 1rem 0 .2rem }
small, .soft { color: var(--soft); font-weight: 400 }
ul { list-style: none; margin: 0; padding: 0 }
li { display: grid; grid-template-columns: minmax(0, 1fr) 17rem; gap: .2rem 1.2rem; padding: .6rem 0; border-bottom: 1px solid var(--line) }
blockquote { margin: .25rem 0 0; padding-left: .7rem; border-left: 3px solid var(--line); font-size: .93em }
.kept { --state: var(--kept) } .repeated { --state: var(--repeated) } .changed { --state: var(--changed) } .open { --state: var(--open) }
.overdue { --state: var(--overdue) } b.mark { color: var(--state); white-space: nowrap }
.counts span { margin-right: 1.2rem } blockquote.then { border-color: var(--state) }
svg { width: 100%; height: 40px; display: block } svg text { font-size: 10px; fill: var(--soft) }
svg path { stroke: var(--line); stroke-width: 1 }
svg .way { stroke: var(--state); stroke-width: 2 } svg .made { fill: var(--sheet); stroke: var(--state); stroke-width: 2 }
svg .told { fill: var(--state) }
svg .due { stroke: var(--state); stroke-width: 2; stroke-dasharray: 2 2 }
@media (max-width: 46rem) { li { grid-template-columns: minmax(0, 1fr) } }
@media print { body { background: none } li { break-inside: avoid } }
"""
WIDTH = 2.6                              # units of the drawing for each hundredth of the line of time


def page(told: Json) -> str:
    """The whole page."""
    head = ('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><title>承诺与后续 Promises</title><style>{STYLE}</style>')
    return f'<!DOCTYPE html>\n<html lang="zh-Hans"><head>{head}</head><body>\n{chr(10).join(_body(told))}\n</body></html>\n'


def _body(told: Json) -> Iterator[str]:
    yield '<h1>承诺与后续 <small lang="en">Promises, and what later letters say</small></h1>'
    yield f'<p class="soft">截至 as of {escape(told["as_of"] or "-")}</p>'
    yield '<p class="counts">' + "".join(f'<span class="{name}"><b class="mark">{zh} {en}</b> {told["counts"][name]}</span>'
                                         for name, (zh, en) in STATE_WORDS.items()) + "</p>"
    yield ('<p class="soft">○ 作出承诺的函 the letter that promises · ┊ 期限 due · ● 后来的函 the later letter</p>')
    for place in told["places"]:
        yield f'<section><h2>{escape(place["name"] or "未知地区 unknown place")}</h2>'
        for organ in place["organs"]:
            yield f'<h3>{escape(organ["name"])} <small>{len(organ["promises"])}</small></h3><ul>'
            yield from (_item(told["promises"][number], told["axis"]) for number in organ["promises"])
            yield "</ul>"
        yield "</section>"


def _item(one: Json, axis: list[Json]) -> str:
    state = one["state"]
    due = f'<span class="soft">至 due {escape(one["due"])}</span>' if one["due"] else ""
    notes = " ".join(f'<small>{note["zh"]} {note["en"]}</small>' for note in one["notes"])
    said = f'<b class="mark">{state["zh"]} {state["en"]}</b> {_said(one)} {due} {notes}'
    later = "".join(f'<p>{_said(then)}</p>{_quote(then, "then")}' for then in one["later"])
    return f'<li class="{state["name"]}"><div><div>{said}</div>{_quote(one)}{later}</div><div>{strip(one, axis)}</div></li>'


def _said(one: Json) -> str:
    predicate = one["predicate"]
    label = predicate["zh"] if predicate["zh"] == predicate["en"] else f'{predicate["zh"]} {predicate["en"]}'
    time = f' <span class="soft">{escape(one["time"])}</span>' if one["time"] else ""
    what = " ".join(filter(None, (one["object"], one["amount"])))
    return f'{escape(one["subject"])} <span class="soft">{escape(label)}</span> {escape(what)}{time}'


def _quote(one: Json, kind: str = "") -> str:
    where = escape(one["letter"]["name"])
    texts = "".join(f'<div>{escape(quote["text"].strip())} <small>{where} {quote["begin"]}–{quote["end"]}</small></div>' for quote in one["quotes"])
    return f'<blockquote class="{kind}">{texts}</blockquote>' if texts else f'<small>{where}</small>'


def strip(one: Json, axis: list[Json]) -> str:
    """The promise on the line of time: the letter, the due day, the later letter."""
    at = {name: None if x is None else round(8 + x * WIDTH, 1) for name, x in one["strip"].items()}
    begins = [(f"{8 + year['x'] * WIDTH:.1f}", year["year"]) for year in axis]
    years = "".join(f'<path d="M{x} 6V26"/><text x="{x}" y="38">{year}</text>' for x, year in begins)
    way = f'<path class="way" d="M{at["made"]} 16H{at["told"]}"/>' if at["made"] is not None and at["told"] is not None else ""
    due = f'<path class="due" d="M{at["due"]} 4V28"/>' if at["due"] is not None else ""
    dots = "".join(f'<circle class="{name}" cx="{at[name]}" cy="16" r="5"/>' for name in ("made", "told") if at[name] is not None)
    label = f'{one["state"]["zh"]} {one["state"]["en"]}'
    return f'<svg viewBox="0 0 276 40" role="img" aria-label="{label}">{years}<path d="M4 16H272"/>{due}{way}{dots}</svg>'
