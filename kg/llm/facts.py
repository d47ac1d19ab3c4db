"""Which facts that a model gives may count: those that a sentence says of two names in it, and that our own reader holds for possible.

    no such quote       the quote does not stand in the section, or runs over the end of its sentence
    no such end         an end is no name in the quote, nor an actor whom our reader knows the sentence to leave out
    classes             no fact of this kind joins names of these classes in this direction
    negated             the words about the pair say that it is not so
    unlikely            the fact reader all but excludes that anything joins the pair, or finds another predicate, or direction, likelier
    status              the status reader finds another one likelier
"""
from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.llm.answer import Statement
from kg.llm.confidence import FACT_FLOOR, tipped
from kg.llm.names import SOURCE, places
from kg.llm.prompt import Fits
from kg.llm.sections import Section
from kg.model import SYMMETRIC, Entity, Fact, Letter, Status
from kg.relate import FactModel, Page
from kg.relate.context import NOTHING, statement
from kg.relate.dating import dated
from kg.relate.pairs import Pair
from kg.relate.qualifiers import Qualifiers
from kg.relate.scene import Node
from kg.relate.status import BOTH
from kg.spans import Span
from kg.times import Timeline


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that a model states and our readers hold for possible: the pair, its label, the status, and the confidence."""

    pair: Pair
    label: str
    status: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that count, each once, and how many statements were dropped, by reason."""

    found: tuple[Fact, ...]
    dropped: Mapping[str, int]


def verified(letter: Letter, entities: Sequence[Entity], said: Sequence[tuple[Section, Sequence[Statement]]], model: FactModel, fits: Fits) -> Facts:
    """The statements of all sections, verified; `entities` have all mentions, the model's new ones with the rest."""
    dropped: Counter[str] = Counter()
    quoted = [(one, quotes) for section, statements in said for one in statements if (quotes := _quotes(letter, section, one, dropped))]
    if not quoted:
        return Facts((), dict(dropped))
    timeline = Timeline(letter, [link.mention.span for entity in entities for link in entity.links])
    judge = _Judge(letter, entities, model, fits, timeline)
    claims: defaultdict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for one, quotes in quoted:
        found = judge.judged(one, quotes)
        if isinstance(found, str):
            dropped[found] += 1
        else:
            claims[*statement(found.pair, found.label), found.status].append(found)
    qualifiers = Qualifiers(letter)
    return Facts(tuple(_fact(group, qualifiers, timeline, model) for group in claims.values()), dict(dropped))


def _quotes(letter: Letter, section: Section, one: Statement, dropped: Counter[str]) -> list[tuple[Span, Span]]:
    """Where the quote of a statement stands in the section, whole in one sentence, with that sentence; counted as dropped where it stands nowhere."""
    starts = [sentence.span.start for sentence in letter.sentences]
    found = []
    for quote in places(letter.plain, section.span, one.quote):
        at = bisect_right(starts, quote.start) - 1
        if at >= 0 and letter.sentences[at].span.covers(quote):
            found.append((quote, letter.sentences[at].span))
    dropped["no such quote"] += not found
    return found


class _Judge:
    """A letter laid out as our fact reader sees it, to look statements up in."""

    def __init__(self, letter: Letter, entities: Sequence[Entity], model: FactModel, fits: Fits, timeline: Timeline) -> None:
        self._letter, self._model, self._fits = letter, model, fits
        self._page = Page(letter, entities, model.relations.joins, timeline)
        pairs = self._page.pairs()
        self._pairs, self._chances = pairs.each, model.relations.chances(pairs)
        self._columns = {label: k for k, label in enumerate(model.relations.first.labels)}
        self._said = [k for label, k in self._columns.items() if label != NOTHING]
        self._in: defaultdict[Span, list[int]] = defaultdict(list)
        for row, pair in enumerate(self._pairs):
            self._in[pair.scene.span].append(row)
        self._scenes = {scene.span: scene for scene in self._page.scenes}
        self._forms = {entity.name: {entity.name, *entity.aliases, *(link.mention.span.of(letter.plain) for link in entity.links)}
                       for entity in entities}

    def judged(self, one: Statement, quotes: Sequence[tuple[Span, Span]]) -> Claim | str:
        """The claim that a statement makes by its quotes (each with its sentence), or why it makes none."""
        found = [self._claim(row, label, one) for quote, sentence in quotes for row, label in self._rows(quote, sentence, one)]
        if not found:
            return "classes" if any(self._named(quote, sentence, one) for quote, sentence in quotes) else "no such end"
        claims = [claim for claim in found if isinstance(claim, Claim)]
        return max(claims, key=lambda claim: claim.confidence) if claims else next(reason for reason in found if isinstance(reason, str))

    def _rows(self, quote: Span, sentence: Span, one: Statement) -> Iterator[tuple[int, str]]:
        """The pairs in a quote whose ends a statement names, and the label that it gives them."""
        for row in self._in[sentence]:
            pair = self._pairs[row]
            if self._is(pair, pair.left_node, one.subject, quote) and self._is(pair, pair.right_node, one.object, quote):
                yield row, ">" + one.predicate
            elif self._is(pair, pair.right_node, one.subject, quote) and self._is(pair, pair.left_node, one.object, quote):
                yield row, ("<" if one.predicate not in SYMMETRIC else ">") + one.predicate

    def _is(self, pair: Pair, node: Node | None, form: str, quote: Span) -> bool:
        """Whether an end of a pair is what a statement calls `form`: a name in the quote, or the actor that the sentence leaves out."""
        if node is None:
            return form in self._forms.get(pair.left, ())
        token = pair.scene.tokens[node.token]
        return node.surface == form and quote.covers(Span(token.start, token.end))

    def _named(self, quote: Span, sentence: Span, one: Statement) -> bool:
        """Whether both ends are names in a quote."""
        scene = self._scenes[sentence]
        inside = {node.surface for node in scene.nodes if quote.covers(Span(scene.tokens[node.token].start, scene.tokens[node.token].end))}
        return {one.subject, one.object} <= inside

    def _claim(self, row: int, label: str, one: Statement) -> Claim | str:
        """What a statement says of one pair, or why it cannot."""
        pair = self._pairs[row]
        left, right = pair.kinds.split(">")
        ends = (left, right) if label[0] == ">" else (right, left)
        domain, range_ = self._fits[one.predicate]
        if not (ends[0] in domain and ends[1] in range_) or label not in self._model.relations.joins.get(pair.kinds, ()):
            return "classes"
        if self._negated(pair):
            return "negated"
        chance = self._chance(row, label)
        if chance < FACT_FLOOR:
            return "unlikely"
        stands = self._status(pair, one)
        if not stands:
            return "status"
        return Claim(pair, label, one.status, tipped(chance * pair.certainty * stands))

    def _negated(self, pair: Pair) -> bool:
        """Whether a word of the pair's clauses turns them into their contrary."""
        return "negation" in self._page.frames.clauses(pair).near

    def _chance(self, row: int, label: str) -> float:
        """How likely our own reader holds a label for a pair; 0 where it holds another for likelier, "nothing" aside."""
        said = self._chances[row, self._said]
        best = int(said.argmax())
        return float(said[best]) if self._said[best] == self._columns.get(label) else 0.0

    def _status(self, pair: Pair, one: Statement) -> float:
        """How likely our own reader holds the status; 0 where it holds another for likelier."""
        name, chance = self._model.statuses.best(self._page.status_features([(pair, one.predicate)]))[0]
        return chance if one.status in (name.split("+") if name == BOTH else [name]) else 0.0


def _fact(group: Sequence[Claim], qualifiers: Qualifiers, timeline: Timeline, model: FactModel) -> Fact:
    best = max(group, key=lambda claim: claim.confidence)
    subject, predicate, object_ = statement(best.pair, best.label)
    status: Status = best.status  # type: ignore[assignment]
    quotes = tuple(sorted({claim.pair.scene.span for claim in group}))
    return Fact(subject, predicate, object_, status, quotes, best.confidence, SOURCE, dated(best.pair, predicate, status, timeline, model.dates),
                qualifiers.place(best.pair, predicate), qualifiers.fields(best.pair, predicate), qualifiers.amount(best.pair, predicate),
                qualifiers.role(best.pair, predicate))
