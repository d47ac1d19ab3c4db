"""What follows from what the letters state: SPARQL rules of `ontology/rules/`, into graph/inferred, each result with its reasons.

    rules = read_rules()
    found = infer(store, rules)              # what each rule gives, nothing is changed
    put_inferences(store, found)             # as the whole of graph/inferred

A rule is a file NAME.rq: a header of comments and a SELECT with the variables ?s ?p ?o (what follows) and ?used, ?used2 … (the facts, or the
graph, that it follows from).

    # title-zh, title-en     what it is called
    # says-zh, says-en       the rule as a sentence
    # kind                   restates (the same in other words) or adds (something that no letter says in so many words)

Rules see what letters, lexicon, ontology and curation say, and never what another rule inferred. So their order does not matter, and no rule
feeds itself.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import iris
from kg.errors import KnowledgeError, UnknownName
from kg.mapping import LABEL, TYPE, Statement, term
from kg.ontology import KG, PREFIXES, ontology_dir
from kg.store import Store

MOST = 2                                # inferred statements for each stated fact: more would bury what letters say
KINDS = ("restates", "adds")
HEADER = re.compile(r"^#\s*(title-zh|title-en|says-zh|says-en|kind)\s*:\s*(.*?)\s*$", re.MULTILINE)
# How OWL speaks of a statement. Not rdf:subject …: with these a question about facts would find inferences too.
SOURCE, PROPERTY, TARGET, BY = term("owl:annotatedSource"), term("owl:annotatedProperty"), term("owl:annotatedTarget"), term("kg:byRule")
Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, title and sentence in Chinese and English, whether it restates or adds, and its query."""

    name: str
    zh: str
    en: str
    says_zh: str
    says_en: str
    kind: str
    sparql: str


@dataclass(frozen=True, slots=True)
class Inferred:
    """What a rule gives that no letter states: each statement with what it follows from (facts, graphs), sorted.

    `left_out` says how many statements were not taken, because with them the inferred would be more than twice the stated facts.
    """

    rule: Rule
    statements: tuple[tuple[Triple, tuple[ox.NamedNode, ...]], ...]
    left_out: int = 0


def read_rules(directory: Path | None = None) -> tuple[Rule, ...]:
    """The rules of a folder (the shipped ones by default), those that add first, by name. KnowledgeError for a file that is no rule."""
    folder = directory or ontology_dir() / "rules"
    if not folder.is_dir():
        raise KnowledgeError(f"The folder of rules {folder} does not exist: name one that holds .rq files.")
    return tuple(sorted((_rule(path) for path in folder.glob("*.rq")), key=lambda rule: (rule.kind, rule.name)))


def chosen(rules: Sequence[Rule], names: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of these names, all when none is named. UnknownName lists near ones."""
    known = {rule.name: rule for rule in rules}
    for name in names:
        if name not in known:
            raise UnknownName("rule", name, known)
    return tuple(rule for rule in rules if not names or rule.name in set(names))


def infer(store: Store, rules: Iterable[Rule]) -> tuple[Inferred, ...]:
    """What the rules give, each statement by the first rule that gives it; nothing is changed but that graph/inferred is emptied.

    A rule that would bring all to more than twice the number of stated facts is left out whole.
    """
    store.put_inferred(())
    left = MOST * _facts(store)
    seen: set[Triple] = set()
    found = []
    for rule in rules:
        rows = {triple: used for triple, used in _apply(store, rule).items() if triple not in seen and not _stated(store, triple)}
        taken = rows if len(rows) <= left else {}
        left -= len(taken)
        seen |= set(taken)
        statements = sorted(taken.items(), key=lambda row: [node.value for node in row[0]])
        found.append(Inferred(rule, tuple((triple, tuple(sorted(used, key=str))) for triple, used in statements), len(rows) - len(taken)))
    return tuple(found)


def put_inferences(store: Store, found: Iterable[Inferred], more: Iterable[ox.Quad] = ()) -> int:
    """Have these, and `more`, as the whole of graph/inferred, with rules and reasons; how many statements there are."""
    found = tuple(found)
    graph = store.graph("inferred")
    store.put_inferred({*(ox.Quad(s, p, o, graph) for one in found for s, p, o in _statements(one, store.base)), *more})
    return sum(len(one.statements) for one in found)


def described(rule: Rule, node: ox.NamedNode) -> Iterator[Statement]:
    """A rule as the graph tells it."""
    yield node, TYPE, term("kg:Rule")
    for language, title, says in (("zh", rule.zh, rule.says_zh), ("en", rule.en, rule.says_en)):
        yield node, LABEL, ox.Literal(title, language=language)
        yield node, term("dcterms:description"), ox.Literal(says, language=language)
    yield node, term("kg:ruleKind"), ox.Literal(rule.kind)


def _statements(one: Inferred, base: str) -> Iterator[Statement]:
    if not one.statements:
        return
    rule = ox.NamedNode(iris.rule_iri(one.rule.name, base))
    yield from described(one.rule, rule)
    for (s, p, o), used in one.statements:
        node = ox.NamedNode(iris.inference_iri(rule.value, _name(s, base), prefixed(p), _name(o, base)))
        yield s, p, o
        yield from ((node, TYPE, term("kg:Inference")), (node, SOURCE, s), (node, PROPERTY, p), (node, TARGET, o), (node, BY, rule))
        for reason in used:
            yield node, term("prov:wasDerivedFrom"), reason


def _apply(store: Store, rule: Rule) -> dict[Triple, set[ox.NamedNode]]:
    """What a rule gives, with all that each statement follows from."""
    solutions = store.data.query(rule.sparql, prefixes={**PREFIXES, "graph": iris.graph_iri("", store.base)})
    if not isinstance(solutions, ox.QuerySolutions):
        raise KnowledgeError(f"The rule {rule.name} is no SELECT: give ?s ?p ?o and ?used.")
    reasons = [variable for variable in solutions.variables if variable.value.startswith("used")]
    if not {"s", "p", "o", "used"} <= {variable.value for variable in solutions.variables}:
        raise KnowledgeError(f"The rule {rule.name} does not select ?s ?p ?o ?used: give what follows, and what it follows from.")
    found: dict[Triple, set[ox.NamedNode]] = {}
    for row in solutions:
        s, p, o = row["s"], row["p"], row["o"]
        if isinstance(s, ox.NamedNode) and isinstance(p, ox.NamedNode) and isinstance(o, ox.NamedNode):
            found.setdefault((s, p, o), set()).update(node for one in reasons if isinstance(node := row[one], ox.NamedNode))
    return found


def _stated(store: Store, triple: Triple) -> bool:
    return ox.Quad(*triple) in store.data


def _facts(store: Store) -> int:
    return sum(1 for _ in store.data.quads_for_pattern(None, TYPE, term("kg:Fact"), ox.DefaultGraph()))


def _name(node: ox.NamedNode, base: str) -> str:
    return iris.name_of(node.value, base) or node.value


def prefixed(node: ox.NamedNode) -> str:
    """A property by its name in the vocabulary (organizedBy), or with the prefix of another (schema:organizer)."""
    found = next(((prefix, space) for prefix, space in PREFIXES.items() if node.value.startswith(space)), None)
    if found is None:
        return node.value
    return node.value[len(found[1]):] if found[1] == KG else f"{found[0]}:{node.value[len(found[1]):]}"


def _rule(path: Path) -> Rule:
    try:
        sparql = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"The rule {path} cannot be read as UTF-8 text ({error}): save it as UTF-8.") from error
    header = {match[1]: match[2] for match in HEADER.finditer(sparql)}
    missing = [key for key in ("title-zh", "title-en", "says-zh", "says-en", "kind") if not header.get(key)]
    if missing:
        raise KnowledgeError(f"The rule {path} has no '# {missing[0]}:' in its header: give it.")
    if header["kind"] not in KINDS:
        raise KnowledgeError(f"The rule {path} is of kind {header['kind']!r}: use one of {', '.join(KINDS)}.")
    try:
        ox.Store().query(sparql, prefixes={**PREFIXES, "graph": iris.graph_iri("")})
    except SyntaxError as error:
        raise KnowledgeError(f"The rule {path} is malformed SPARQL ({error}): correct it.") from error
    return Rule(path.stem, header["title-zh"], header["title-en"], header["says-zh"], header["says-en"], header["kind"], sparql)
