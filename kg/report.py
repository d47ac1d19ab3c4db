"""The HTML report of an evaluation: each letter with gold and found side by side, what was missed and what is extra coloured.

One file without scripts or requests; every text in it is escaped.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from kg.compare import Finding, Verdict
from kg.evaluate import Row, Scores, row
from kg.gold import Gold
from kg.measures import MEASURES

LISTED = ("facts+status", "fact times", "figures+time", "letter")
STYLE = """
body { font: 15px/1.7 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif }
body { margin: 1.5rem auto; max-width: 90rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
td, th { padding: .15rem .7rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } h2 { border-top: 2px solid #444; padding-top: 1rem }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem } .sides div { white-space: pre-wrap; overflow-wrap: anywhere }
mark { background: #e8eef5; border-radius: 3px; padding: 0 1px } mark sub { color: #678; font-size: 60%; margin-left: 1px }
mark.missed, tr.missed td:first-child { background: #f8c9c4 } mark.extra, tr.extra td:first-child { background: #fbe09a }
mark.link { outline: 2px solid #c0392b } tr.hit td:first-child { background: #cfe8cf } details { margin: .5rem 0 }
"""


def html_report(golds: Iterable[Gold], scores: Scores) -> str:
    """The whole page: the sums, then one section per letter, in the order of the gold."""
    by_letter: dict[str, list[Finding]] = {}
    for finding in scores.findings:
        by_letter.setdefault(finding.letter, []).append(finding)
    letters = [(gold, by_letter.get(gold.name, [])) for gold in golds]
    body = [_sums(scores.rows), _index(letters), *(_letter(gold, findings) for gold, findings in letters)]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>zhihan: evaluation</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="zh"><head>{head}</head><body><h1>Evaluation</h1>{"".join(body)}</body></html>\n'


def _sums(rows: dict[str, Row]) -> str:
    head = "<tr><th></th>" + "".join(f'<th class="n">{name}</th>' for name in ("P", "R", "F1", "gold", "found")) + "</tr>"
    return f"<table>{head}{''.join(_sum(measure, row) for measure, row in rows.items())}</table>"


def _sum(label: str, row: Row) -> str:
    said = row.figures()
    cells = [f"{said['p']:.3f}", f"{said['r']:.3f}", f"{said['f1']:.3f}", str(row.gold), str(row.found)]
    return f"<tr><td>{escape(label)}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in cells) + "</tr>"


def _index(letters: Sequence[tuple[Gold, list[Finding]]]) -> str:
    head = "<tr><th>letter</th>" + "".join(f'<th class="n">{measure}</th>' for measure in MEASURES) + "</tr>"
    return f"<table>{head}{''.join(_index_row(gold, findings) for gold, findings in letters)}</table>"


def _index_row(gold: Gold, findings: Sequence[Finding]) -> str:
    cells = [f"{row(f for f in findings if f.measure == measure).f1:.2f}" for measure in MEASURES]
    link = f'<a href="#{escape(gold.name, quote=True)}">{escape(gold.name)}</a>'
    return f"<tr><td>{link}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in cells) + "</tr>"


def _letter(gold: Gold, findings: Sequence[Finding]) -> str:
    sides = "".join(f"<div>{_marked(gold.text, findings, verdicts)}</div>" for verdicts in (("hit", "missed"), ("hit", "extra")))
    tables = "".join(_table(measure, [f for f in findings if f.measure == measure]) for measure in LISTED)
    title = f'<h2 id="{escape(gold.name, quote=True)}">{escape(gold.name)}</h2>'
    return f'{title}<details open><summary>gold | found</summary><div class="sides">{sides}</div></details>{tables}'


def _marked(text: str, findings: Iterable[Finding], verdicts: tuple[Verdict, ...]) -> str:
    """The text with the mentions of one side marked; a mark inside another is left out, so that marks nest nowhere."""
    chosen = sorted((f for f in findings if f.measure == "mentions" and f.verdict in verdicts), key=lambda f: (f.start, -f.end))
    links = {(f.start, f.end): f for f in findings if f.measure == "linking" and f.verdict in verdicts}
    out, last = [], 0
    for mention in chosen:
        if mention.start >= last:
            out += [escape(text[last:mention.start]), _mark(text, mention, links.get((mention.start, mention.end)))]
            last = mention.end
    return "".join([*out, escape(text[last:])])


def _mark(text: str, mention: Finding, link: Finding | None) -> str:
    wrong = " link" if link is not None and link.verdict != "hit" and mention.verdict == "hit" else ""
    title = escape(" · ".join(filter(None, (link.text if link else "", mention.by))), quote=True)
    return f'<mark class="{mention.verdict}{wrong}" title="{title}">{escape(text[mention.start:mention.end])}<sub>{escape(mention.kind)}</sub></mark>'


def _table(measure: str, findings: Sequence[Finding]) -> str:
    """Missed and extra first, in text order; what is right folded away behind them."""
    order = sorted(findings, key=lambda f: (f.verdict == "hit", f.start, f.text))
    rows = "".join(f'<tr class="{f.verdict}"><td>{f.verdict}</td><td>{escape(f.text)}</td></tr>' for f in order)
    sums = row(findings)
    return f"<details><summary>{measure}: F1 {sums.f1:.2f}, gold {sums.gold}, found {sums.found}</summary><table>{rows}</table></details>"
