"""Rules of the user's own: facts that stand where a trigger word joins two names. Written as TOML, read beside the trained model.

    [[rule]]
    name = "leads"                          what facts found by it are counted under (kg:foundBy "rule:leads")
    predicate = "leads"                     of the vocabulary, or of the user's own
    words = ["牵头推进", "牵头"]            the trigger: any of these
    subject = ["Government", "University"]  classes of either name; those of the predicate's domain and range when left out
    object = ["Programme"]
    order = "subject words object"          the order in the sentence (this one when left out)
    gap = 12                                the most characters between two neighbours
    within = "clause"                       all in one clause (between commas), or in one "sentence"
    without = ["不再"]                      words that must not stand between the first and the last of the three
    implied = true                          who acts may be left out: then it is whom the heading names, or the answering place
    status = "planned"                      always this; read from the sentence when left out
    confidence = 0.8                        how sure a fact is

For each place of a trigger the nearest names that fit are taken, and the names that are listed with them: 甲、乙牵头实施丙 gives two facts.
A word that denies (未, 不 …) between the three makes it no fact. What a rule and the model both find is one fact.
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from kg.errors import KnowledgeError
from kg.model import STATUSES, Status
from kg.ontology import Ontology, Predicate
from kg.patterns import Patterns, load_patterns
from kg.relate.pairs import Actor, Pair
from kg.relate.scene import Node, Scene

KEYS = ("name", "predicate", "words", "subject", "object", "order", "gap", "within", "without", "implied", "status", "confidence")
ORDER = ("subject", "words", "object")
GAP, CONFIDENCE = 12, 0.8
Role = Literal["subject", "object"]
MASK = "\0"                     # stands for the characters of names, so that no trigger is found in one


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as read. `kinds` are the main classes that either name may have; `before` and `after` what stands on each side, nearest first."""

    name: str
    predicate: str
    words: re.Pattern[str]
    kinds: Mapping[str, frozenset[str]]
    before: tuple[Role, ...]
    after: tuple[Role, ...]
    gap: int
    within: str
    without: frozenset[str]
    implied: bool
    status: Status | None
    confidence: float
    symmetric: bool = False

    @property
    def pattern(self) -> str:
        return f"rule:{self.name}"


@dataclass(frozen=True, slots=True)
class Ruled:
    """A place where a rule holds: subject, object, and the pair of names that stands for it."""

    rule: Rule
    subject: str
    object: str
    pair: Pair


def read_rules(paths: Iterable[Path], ontology: Ontology) -> tuple[Rule, ...]:
    """The rules of pattern files, in the order of files and rules. KnowledgeError says which rule of which file cannot be used, and why."""
    rules = tuple(_rule(table, ontology) for path in paths for table in _tables(path))
    names = [rule.name for rule in rules]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise KnowledgeError(f"There are two rules named {twice!r}: give one of them another name.")
    return rules


def _tables(path: Path) -> tuple[Patterns, ...]:
    try:
        file = Patterns(str(path), tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"The rules in {path} cannot be read as TOML ({error}): correct the file.") from error
    unknown = next((key for key in file.keys() if key != "rule"), None)
    if unknown is not None:
        raise KnowledgeError(f"{path} has a key {unknown!r} outside of a rule: every rule begins with the line [[rule]].")
    return file.tables("rule") if "rule" in file else ()


def _rule(table: Patterns, ontology: Ontology) -> Rule:
    unknown = next((key for key in table.keys() if key not in KEYS), None)
    if unknown is not None:
        raise KnowledgeError(f"{table.where}: a rule has no key {unknown!r}; its keys are {', '.join(KEYS)}.")
    predicate = _predicate(table, ontology)
    words = table.words("words")
    if not words or not all(words):
        raise KnowledgeError(f"{table.where}: 'words' is empty: give the words that say the relation.")
    order = _order(table)
    at = order.index("words")
    kinds = {"subject": _kinds(table, "subject", predicate.domain, ontology), "object": _kinds(table, "object", predicate.range, ontology)}
    before, after = tuple(reversed(order[:at])), order[at + 1:]
    return Rule(table.text("name"), predicate.name, re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))), kinds,
                before, after, int(_number(table, "gap", GAP, 200)), _one_of(table, "within", ("clause", "sentence")) or "clause",   # type: ignore[arg-type]
                frozenset(table.words("without")) if "without" in table else frozenset(), _yes(table, "implied"),
                _one_of(table, "status", STATUSES), _number(table, "confidence", CONFIDENCE, 1), predicate.symmetric)     # type: ignore[arg-type]


def _predicate(table: Patterns, ontology: Ontology) -> Predicate:
    name = table.text("predicate")
    if name not in ontology.predicates:
        raise KnowledgeError(f"{table.where}: there is no predicate {name!r}: declare it in the project's ontology file, "
                             f"or choose of {', '.join(ontology.predicates)}.")
    return ontology.predicates[name]


def _kinds(table: Patterns, key: str, end: str, ontology: Ontology) -> frozenset[str]:
    """The main classes of one end: those named, each of which must lie below the predicate's domain or range."""
    allowed = ontology.mains(end)
    named = table.words(key) if key in table else (end,)
    known = ", ".join(name for name in ontology.below if ontology.mains(name))
    for name in named:
        if not ontology.mains(name):
            raise KnowledgeError(f"{table.where}: {name!r} is no class for {key!r}: use of {known}.")
        if not ontology.mains(name) <= allowed:
            raise KnowledgeError(f"{table.where}: {name} lies outside of the {'domain' if key == 'subject' else 'range'} of the predicate ({end}): "
                                 f"choose of {', '.join(sorted(allowed))}, or widen it in the ontology file.")
    return frozenset().union(*(ontology.mains(name) for name in named))


def _order(table: Patterns) -> tuple[str, ...]:
    order = tuple(table.text("order").split()) if "order" in table else ORDER
    if sorted(order) != sorted(ORDER):
        raise KnowledgeError(f"{table.where}: 'order' must have subject, words and object, each once, as in  order = \"{' '.join(ORDER)}\".")
    return order


def _number(table: Patterns, key: str, default: float, most: float) -> float:
    value = table.number(key) if key in table else default
    if not 0 <= value <= most:
        raise KnowledgeError(f"{table.where}: {key!r} must be from 0 to {most:g}; correct it there.")
    return value


def _one_of(table: Patterns, key: str, allowed: Sequence[str]) -> str | None:
    value = table.text(key) if key in table else None
    if value is not None and value not in allowed:
        raise KnowledgeError(f"{table.where}: {key!r} must be one of {', '.join(allowed)}; correct it there.")
    return value


def _yes(table: Patterns, key: str) -> bool:
    value = table.data.get(key, False)
    if not isinstance(value, bool):
        raise KnowledgeError(f"{table.where}: {key!r} must be true or false; correct it there.")
    return value


def ruled(rules: Sequence[Rule], scene: Scene, actors: Sequence[Actor]) -> Iterator[Ruled]:
    """What the rules find in a sentence; `actors` are those whom it may leave out."""
    if not rules or not scene.nodes:
        return
    text = _masked(scene)
    for rule in rules:
        for match in rule.words.finditer(text):
            yield from _at(rule, scene, actors, match.start(), match.end())


def _masked(scene: Scene) -> str:
    return "".join(token.text if token.node < 0 else MASK * len(token.text) for token in scene.tokens)


def _at(rule: Rule, scene: Scene, actors: Sequence[Actor], start: int, end: int) -> Iterator[Ruled]:
    """What a rule finds at one place of its words (offsets in the sentence)."""
    offset = scene.tokens[0].start
    ends: dict[str, Sequence[Node]] = {}
    low, high = start + offset, end + offset
    for roles, forward in ((rule.before, False), (rule.after, True)):
        edge = high if forward else low
        for role in roles:
            ends[role] = _nearest(rule, scene, role, edge, forward)
            if ends[role]:
                tokens = scene.tokens
                edge = tokens[ends[role][0].last].end if forward else tokens[ends[role][0].first].start
        low, high = (low, max(high, edge)) if forward else (min(low, edge), high)
    if ends["object"] and _states(rule, scene, low, high, start + offset, end + offset):
        yield from _facts(rule, scene, ends, actors)


def _nearest(rule: Rule, scene: Scene, role: Role, edge: int, forward: bool) -> list[Node]:
    """The nearest name that fits on one side of a place, with those of its list that fit; none where the gap is too wide."""
    tokens = scene.tokens
    fits = [node for node in scene.nodes if node.kind in rule.kinds[role]
            and (tokens[node.first].start >= edge if forward else tokens[node.last].end <= edge)]
    if not fits:
        return []
    best = fits[0] if forward else fits[-1]
    near = tokens[best.first].start - edge if forward else edge - tokens[best.last].end
    return [node for node in fits if node.first == best.first] if near <= rule.gap else []


def _states(rule: Rule, scene: Scene, low: int, high: int, start: int, end: int) -> bool:
    """Whether a stretch lies in one clause where the rule wants it, and has no word that denies it or that the rule forbids."""
    inside = [(k, token) for k, token in enumerate(scene.tokens) if token.start < high and token.end > low]
    if rule.within == "clause" and len({scene.clauses[k] for k, _ in inside}) > 1:
        return False
    between = [token for _, token in inside if token.node < 0 and (token.end <= start or token.start >= end)]
    denying = _denying()
    return not any(token.text in denying or any(word in token.text for word in rule.without) for token in between)


def _denying() -> frozenset[str]:
    return frozenset(load_patterns("triggers").table("frames").words("negation"))


def _facts(rule: Rule, scene: Scene, ends: Mapping[str, Sequence[Node]], actors: Sequence[Actor]) -> Iterator[Ruled]:
    """A fact for each subject with each object."""
    for one, other in product(ends["subject"], ends["object"]):
        if one.entity != other.entity:
            left, right = (one, other) if one.token < other.token else (other, one)
            yield _ruled(rule, one.entity, other.entity, Pair(left.entity, right.entity, f"{left.kind}>{right.kind}", scene, left, right))
    actor = next((actor for actor in actors if actor.kind in rule.kinds["subject"]), None)
    if rule.implied and not ends["subject"] and actor is not None:
        for other in ends["object"]:
            if other.entity != actor.entity:
                yield _ruled(rule, actor.entity, other.entity, Pair(actor.entity, other.entity, f"{actor.kind}>{other.kind}", scene, None, other))


def _ruled(rule: Rule, subject: str, object_: str, pair: Pair) -> Ruled:
    """Of a symmetric predicate the ends stand in code-point order, as everywhere."""
    one, other = sorted((subject, object_)) if rule.symmetric else (subject, object_)
    return Ruled(rule, one, other, pair)
