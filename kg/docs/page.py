"""The page of the vocabulary."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from kg.docs.style import STYLE
from kg.docs.terms import Described, Section, sections, short
from kg.infer import Rule
from kg.ontology import KG, PREFIXES, Ontology
from kg.validate import Rules

HEAD = f"""<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>知函词汇 · The zhihan vocabulary</title>
<style>{STYLE}</style>
</head>
<body>"""
INTRO = (
    ("每封函在一个命名图中。实体有且只有一个主类和一个名称；事实是节点，有主语、谓词、宾语、状态、时间和原句。"
     "已完成或进行中的事实同时断言为普通三元组，计划或建议的从不断言。",
     "Each letter stands in a named graph. An entity has exactly one main class and one name; a fact is a node with subject, predicate, object, "
     "status, time and the sentence that says it. A done or ongoing fact is also a plain triple; a planned or suggested one never is."),
    ("定义域和值域只用主类之上的类，推理不会给实体第二个主类。与其他词汇的对应只在推理下成立时才用 subClassOf 和 subPropertyOf，其余用“参见”。",
     "Domains and ranges name only classes above the main ones, so that reasoning never gives an entity a second main class. Terms of other "
     "vocabularies stand under subclass of and subproperty of only where that holds under reasoning; elsewhere under see also."),
)


def page(ontology: Ontology, rules: Sequence[Rule], checks: Rules) -> str:
    """The whole page: vocabulary, rules of inference, and what `kg validate` checks."""
    parts = sections(ontology)
    known = {term.name for part in parts for term in part.terms}
    body = [*_head(), *(line for part in parts for line in _section(part, known)), *_alignment(parts), *_rules(rules), *_checks(checks)]
    return "\n".join([HEAD, *_contents(parts), "<main>", *body, "</main>", "</body>", "</html>", ""])


def _contents(parts: Sequence[Section]) -> Iterator[str]:
    yield "<nav>"
    for part in parts:
        yield f'<h2><a href="#{part.key}">{escape(part.zh)} <small>{escape(part.en)}</small></a></h2>'
        yield from (f'<a href="#{term.name}">{escape(term.zh)} <small>{escape(term.en)}</small></a>' for term in part.terms)
    for key, zh, en in (("alignment", "与其他词汇的对应", "Alignment"), ("rules", "规则", "Rules"), ("shapes", "检查", "Checks")):
        yield f'<h2><a href="#{key}">{zh} <small>{en}</small></a></h2>'
    yield "</nav>"


def _head() -> Iterator[str]:
    yield "<h1>知函词汇 <small>The zhihan vocabulary</small></h1>"
    yield f"<p>命名空间 namespace <code>{KG}</code>，前缀 prefix <code>kg:</code></p>"
    for zh, en in INTRO:
        yield f'<p>{escape(zh)}</p><p class="en">{escape(en)}</p>'


def _section(part: Section, known: set[str]) -> Iterator[str]:
    yield _title(part.key, part.zh, part.en)
    for term in part.terms:
        yield from _term(term, known)


def _title(key: str, zh: str, en: str) -> str:
    return f'<h2 class="part" id="{key}">{escape(zh)} <small>{escape(en)}</small></h2>'


def _term(term: Described, known: set[str]) -> Iterator[str]:
    yield f'<article id="{term.name}"><h3>{escape(term.zh)} <small>{escape(term.en)}</small> <code>kg:{term.name}</code></h3>'
    yield f'<p>{escape(term.definition_zh)}</p><p class="en">{escape(term.definition_en)}</p><dl>'
    yield f"<dt>例 example</dt><dd>{escape(term.example)}</dd>"
    for zh, en, iris in term.relations:
        yield f"<dt>{zh} {en}</dt><dd>{' '.join(_code(iri, known) for iri in iris)}</dd>"
    if term.below:
        yield f"<dt>下位类 subclasses</dt><dd>{' '.join(_code(KG + name, known) for name in term.below)}</dd>"
    yield "</dl></article>"


def _code(iri: str, known: set[str]) -> str:
    name = iri.removeprefix(KG)
    link = f"#{name}" if name in known else escape(iri)
    return f'<code><a href="{link}">{escape(short(iri))}</a></code>'


def _alignment(parts: Sequence[Section]) -> Iterator[str]:
    """Every term of another vocabulary, and ours that are tied to it."""
    yield _title("alignment", "与其他词汇的对应", "Alignment with other vocabularies")
    yield "<table><tr><th>对应 how</th><th>其他词汇 theirs</th><th>本词汇 ours</th></tr>"
    found: dict[tuple[str, str], list[str]] = {}
    for term in (term for part in parts for term in part.terms):
        for zh, en, iris in term.relations:
            for iri in iris:
                if iri in term.outside and not iri.startswith((PREFIXES["rdf"], PREFIXES["xsd"])):
                    found.setdefault((short(iri), f"{zh} {en}"), []).append(term.name)
    for (theirs, how), ours in sorted(found.items()):
        links = " ".join(f'<code><a href="#{name}">kg:{name}</a></code>' for name in ours)
        yield f"<tr><td>{how}</td><td><code>{escape(theirs)}</code></td><td>{links}</td></tr>"
    yield "</table>"


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    yield _title("rules", "规则", "Rules")
    yield "<p><code>kg infer</code> 运行，结果在 <code>graph/inferred</code>。</p>"
    yield '<p class="en">Run by <code>kg infer</code>; what they give stands in <code>graph/inferred</code>.</p>'
    for rule in rules:
        kind = "换一种说法 restates" if rule.kind == "restates" else "补充 adds"
        yield f'<article id="rule-{rule.name}"><h3>{escape(rule.zh)} <small>{escape(rule.en)}</small> <code>{rule.name} · {kind}</code></h3>'
        yield f'<p>{escape(rule.says_zh)}</p><p class="en">{escape(rule.says_en)}</p></article>'


def _checks(checks: Rules) -> Iterator[str]:
    yield _title("shapes", "检查", "What a sound graph is")
    yield "<p><code>kg validate</code> 检查以下各项。</p>"
    yield '<p class="en">Checked by <code>kg validate</code>: shapes of nodes, then checks of the whole store.</p>'
    yield "<table><tr><th>形状 shape</th><th>不符时 what is told otherwise</th></tr>"
    for shape, zh, en in checks.messages:
        yield f'<tr><td><code>kg:{shape}</code></td><td>{escape(zh)}<p class="en">{escape(en)}</p></td></tr>'
    for check in (*checks.checks, *checks.made.values()):
        yield f'<tr><td><code>kg:{check.name}</code></td><td>{escape(check.zh)}<p class="en">{escape(check.en)}</p></td></tr>'
    yield "</table>"
