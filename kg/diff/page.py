"""The page of a difference: one file of HTML without scripts or requests; what was before on the left, what is after on the right."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

Json = dict[str, Any]
WORDS = {"new": ("新增", "new"), "gone": ("消失", "gone"), "changed": ("改变", "changed")}
STYLE = """
:root { --ink: #20242b; --soft: #626a75; --line: #e2dfd7; --back: #fbfaf7; --new: #2c7a45; --gone: #b3261e; --changed: #8a5a12 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6ea; --soft: #9aa3af; --line: #313843; --back: #14171c; --new: #7fd39a; --gone: #f08a80;
  --changed: #e0b25e } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 4rem; color: var(--ink); background: var(--back); overflow-wrap: anywhere;
  font: 15px/1.6 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .3rem }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .2rem; padding-bottom: .2rem; border-bottom: 2px solid var(--line) }
h3 { font-size: 1rem; margin: 1rem 0 0 }
small, .soft { color: var(--soft); font-weight: 400 }
.change { padding: .5rem 0; border-bottom: 1px solid var(--line) } .sides { display: grid; grid-template-columns: 1fr 1fr; gap: .2rem 1.5rem }
.new { --how: var(--new) } .gone { --how: var(--gone) } .changed { --how: var(--changed) } b.mark { color: var(--how) }
.counts span { margin-right: 1.2rem } .sides > div > div { border-left: 3px solid var(--line); padding-left: .7rem; margin: .2rem 0 }
.new .sides > div > div, .changed .sides > div:last-child > div { border-color: var(--how) } .gone .sides > div > div { border-color: var(--how) }
blockquote { margin: 0; font-size: .92em; color: var(--soft) }
@media (max-width: 46rem) { .sides { grid-template-columns: 1fr } }
@media print { body { background: none } .change { break-inside: avoid } }
"""


def page(told: Json) -> str:
    """The whole page."""
    title = f'比较 {escape(told["before"])} {escape(told["after"])}'
    head = ('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><title>{title}</title><style>{STYLE}</style>')
    return f'<!DOCTYPE html>\n<html lang="zh-Hans"><head>{head}</head><body>\n{chr(10).join(_body(told))}\n</body></html>\n'


def _body(told: Json) -> Iterator[str]:
    yield f'<h1>{escape(told["before"])} → {escape(told["after"])} <small>比较 comparison</small></h1>'
    yield '<p class="counts">' + "".join(f'<span class="{how}"><b class="mark">{zh} {en}</b> {told["counts"][how]}</span>'
                                         for how, (zh, en) in WORDS.items()) + f'<span class="soft">相同 the same {told["same"]}</span></p>'
    if not told["changes"]:
        yield "<p>没有不同。 Nothing differs.</p>"
    for how in ("changed", "new", "gone"):
        those = [one for one in told["changes"] if one["how"] == how]
        if those:
            zh, en = WORDS[how]
            yield f'<section class="{how}"><h2><b class="mark">{zh} {en}</b> <small>{len(those)}</small></h2>'
            yield from _subjects(those, told["before"], told["after"])
            yield "</section>"


def _subjects(changes: Sequence[Json], before: str, after: str) -> Iterator[str]:
    for subject, those in groupby(changes, key=lambda one: one["subject"]):
        yield f"<h3>{escape(subject)}</h3>"
        yield from (_change(one, before, after) for one in those)


def _change(one: Json, before: str, after: str) -> str:
    label = one["predicate"]
    words = label["zh"] if label["zh"] == label["en"] else f'{label["zh"]} {label["en"]}'
    said = f'<div><span class="soft">{escape(words)}</span> {escape(one["object"])}</div>'
    sides = "".join(f"<div>{_side(name, one[key])}</div>" for name, key in ((before, "before"), (after, "after")))
    return f'<div class="change {one["how"]}">{said}<div class="sides">{sides}</div></div>'


def _side(name: str, versions: Sequence[Json]) -> str:
    if not versions:
        return f"<small>{escape(name)}: —</small>"
    return "".join(f"<div>{escape(one['text'] or '-')}{_quotes(one)}</div>" for one in versions)


def _quotes(version: Json) -> str:
    found = ((escape(quote["text"].strip()), f'{escape(quote["letter"])} {quote["begin"]}–{quote["end"]}') for quote in version["quotes"])
    return "".join(f"<blockquote>{text} <small>{where}</small></blockquote>" for text, where in found)
