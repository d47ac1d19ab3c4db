"""The HTML report of an evaluation: each letter with gold and found side by side, what was missed and what is extra coloured.

One file without scripts or requests; every text in it is escaped.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType

from kg.compare import Finding, Verdict
from kg.evaluate import Row, Scores, row
from kg.gold import Gold
from kg.measures import MEASURES

LISTED = ("facts+status", "fact times", "figures+time", "letter")
WORDS: Mapping[str, str] = MappingProxyType({
    "mentions": "提及", "linking": "指称对应", "entities": "实体", "facts": "事实", "facts+status": "事实与状态",
    "fact times": "事实的时间", "figures": "数据", "figures+time": "数据与时间", "letter": "函件信息",
    "P": "查准", "R": "查全", "F1": "调和", "gold": "标准", "found": "所得", "hit": "对", "missed": "漏", "extra": "多"})
STYLE = """
:root { --ink: #222; --soft: #626a75; --line: #ddd; --back: #fff; --link: #1d4f86; --hit: #e8eef5; --missed: #f8c9c4; --extra: #fbe09a;
  --right: #cfe8cf; --wrong: #c0392b }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6ea; --soft: #9aa3af; --line: #313843; --back: #14171c; --link: #8ab8ee; --hit: #263343;
  --missed: #6b2a26; --extra: #5c4a12; --right: #1f4a2c; --wrong: #f08a80 } }
body { font: 15px/1.7 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif }
body { margin: 1.5rem auto; max-width: 90rem; padding: 0 1rem; color: var(--ink); background: var(--back); overflow-wrap: anywhere }
small { color: var(--soft); font-weight: 400 } th small { display: block } a { color: var(--link) }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 1.5rem }
td, th { padding: .15rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
.wide td, .wide th { white-space: nowrap } tr[class] td:first-child { white-space: nowrap }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } h2 { border-top: 2px solid var(--ink); padding-top: 1rem }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem } .sides div { white-space: pre-wrap }
mark { color: inherit; background: var(--hit); border-radius: 3px; padding: 0 1px } mark sub { color: var(--soft); font-size: 60%; margin-left: 1px }
mark.missed, tr.missed td:first-child { background: var(--missed) } mark.missed { border-bottom: 2px dashed var(--wrong) }
mark.extra, tr.extra td:first-child { background: var(--extra) } mark.extra { border-bottom: 2px dotted var(--wrong) }
mark.link { outline: 2px solid var(--wrong) } tr.hit td:first-child { background: var(--right) } details { margin: .5rem 0 }
@media (max-width: 46rem) { .sides { grid-template-columns: 1fr } }
"""
VERDICTS = (("hit", "对", "right"), ("missed", "漏", "missed"), ("extra", "多", "extra"),
            ("hit link", "名对而所指不对", "right name, wrong entity"))
LEGEND = "<p>" + " · ".join(f'<mark class="{style}">{zh}</mark> <small>{en}</small>' for style, zh, en in VERDICTS) + "</p>"


def html_report(golds: Iterable[Gold], scores: Scores) -> str:
    """The whole page: the sums, then one section per letter, in the order of the gold."""
    by_letter: dict[str, list[Finding]] = {}
    for finding in scores.findings:
        by_letter.setdefault(finding.letter, []).append(finding)
    letters = [(gold, by_letter.get(gold.name, [])) for gold in golds]
    body = [_sums(scores.rows), _index(letters), LEGEND, *(_letter(gold, findings) for gold, findings in letters)]
    head = ('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark"><title>评测 Evaluation · zhihan</title><style>{STYLE}</style>')
    title = "<h1>评测 <small>Evaluation</small></h1>"
    return f'<!doctype html><html lang="zh-Hans"><head>{head}</head><body>{title}{"".join(body)}</body></html>\n'


def _words(name: str) -> str:
    """What is measured, in Chinese and English."""
    return f"{WORDS[name]} <small>{name}</small>" if name in WORDS else escape(name)


def _sums(rows: dict[str, Row]) -> str:
    head = "<tr><th></th>" + "".join(f'<th class="n">{_words(name)}</th>' for name in ("P", "R", "F1", "gold", "found")) + "</tr>"
    return f"<div class='wide'><table>{head}{''.join(_sum(measure, row) for measure, row in rows.items())}</table></div>"


def _sum(label: str, row: Row) -> str:
    said = row.figures()
    cells = [f"{said['p']:.3f}", f"{said['r']:.3f}", f"{said['f1']:.3f}", str(row.gold), str(row.found)]
    return f"<tr><td>{_words(label)}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in cells) + "</tr>"


def _index(letters: Sequence[tuple[Gold, list[Finding]]]) -> str:
    head = "<tr><th>函件 <small>letter, F1</small></th>" + "".join(f'<th class="n">{_words(measure)}</th>' for measure in MEASURES) + "</tr>"
    return f"<div class='wide'><table>{head}{''.join(_index_row(gold, findings) for gold, findings in letters)}</table></div>"


def _index_row(gold: Gold, findings: Sequence[Finding]) -> str:
    cells = [f"{row(f for f in findings if f.measure == measure).f1:.2f}" for measure in MEASURES]
    link = f'<a href="#{escape(gold.name, quote=True)}">{escape(gold.name)}</a>'
    return f"<tr><td>{link}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in cells) + "</tr>"


def _letter(gold: Gold, findings: Sequence[Finding]) -> str:
    sides = "".join(f"<div>{_marked(gold.text, findings, verdicts)}</div>" for verdicts in (("hit", "missed"), ("hit", "extra")))
    tables = "".join(_table(measure, [f for f in findings if f.measure == measure]) for measure in LISTED)
    title = f'<h2 id="{escape(gold.name, quote=True)}">{escape(gold.name)}</h2>'
    said = "左标准，右所得 <small>gold on the left, found on the right</small>"
    return f'{title}<details open><summary>{said}</summary><div class="sides">{sides}</div></details>{tables}'


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
    rows = "".join(f'<tr class="{f.verdict}"><td>{_words(f.verdict)}</td><td>{escape(f.text)}</td></tr>' for f in order)
    sums = row(findings)
    return (f"<details><summary>{_words(measure)}: F1 {sums.f1:.2f}, {_words('gold')} {sums.gold}, {_words('found')} {sums.found}</summary>"
            f"<table>{rows}</table></details>")
