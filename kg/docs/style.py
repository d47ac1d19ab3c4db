"""How the page of the vocabulary looks, on a screen in the light and in the dark, and on paper."""
from __future__ import annotations

STYLE = """
:root { --ink: #1c2430; --soft: #5b6675; --line: #dde2e8; --back: #ffffff; --side: #f6f7f9; --mark: #0b5c8a; --chip: #eef3f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa6b5; --line: #333c48; --back: #161b22; --side: #1c222b; --mark:
    #6cb8e6; --chip: #232c37; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; color: var(--ink); background: var(--back); font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC",
    "Microsoft YaHei", sans-serif; }
nav { position: fixed; inset: 0 auto 0 0; width: 17rem; overflow: auto; padding: 1.2rem 1rem 2rem 1.4rem; background: var(--side);
    border-right: 1px solid var(--line); font-size: 14px; }
nav h2 { font-size: 13px; margin: 1.1em 0 .2em; color: var(--soft); font-weight: 600; }
nav a { display: block; padding: 1px 0; color: var(--ink); text-decoration: none; overflow: hidden; text-overflow: ellipsis; white-space:
    nowrap; }
nav a small { color: var(--soft); }
nav a:hover { color: var(--mark); }
main { margin-left: 17rem; padding: 2rem 3rem 6rem; max-width: 62rem; }
h1 { font-size: 30px; line-height: 1.25; margin: 0 0 .3em; }
h1 small { font-size: 19px; font-weight: 400; color: var(--soft); }
h2.part { font-size: 22px; margin: 2.6em 0 .6em; padding-bottom: .25em; border-bottom: 2px solid var(--line); }
h2.part small { color: var(--soft); font-weight: 400; }
a { color: var(--mark); }
code { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }
article { padding: .9rem 0 1rem; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem; }
article:target { background: var(--chip); margin: 0 -1rem; padding-left: 1rem; padding-right: 1rem; }
article h3 { margin: 0 0 .25em; font-size: 18px; }
article h3 small { font-weight: 400; color: var(--soft); font-size: 16px; }
article h3 code { float: right; font-size: 13px; color: var(--soft); }
p { margin: .25em 0; }
p.en { color: var(--soft); }
dl { display: grid; grid-template-columns: 11.5rem 1fr; gap: .15rem .8rem; margin: .5rem 0 0; font-size: 14px; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
dd code { background: var(--chip); padding: 0 .35em; border-radius: 3px; }
dd code a { text-decoration: none; }
table { border-collapse: collapse; font-size: 14px; width: 100%; }
td, th { text-align: left; padding: .35em .8em .35em 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; } td:first-child { white-space: nowrap; }
pre { background: var(--side); border: 1px solid var(--line); border-radius: 4px; padding: .8em 1em; overflow: auto; font-size: 13px; }
@media (max-width: 60rem) { nav { position: static; width: auto; border-right: 0; border-bottom: 1px solid var(--line); columns: 2; } main {
    margin: 0; padding: 1.2rem; overflow-wrap: anywhere; } dl { grid-template-columns: minmax(0, 1fr); } td:first-child { white-space: normal; } }
@media print { nav { display: none; } main { margin: 0; max-width: none; } article { break-inside: avoid; } }
"""
