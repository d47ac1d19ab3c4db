"""Which time dates a fact: one of those in its sentence, one carried on from before, or none. Chosen by what was learned."""
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.figures.ranker import Ranker
from kg.model import Period
from kg.relate.pairs import Pair
from kg.relate.scene import Scene
from kg.spans import Span
from kg.times import Timeline, TimeMention


@dataclass(frozen=True, slots=True)
class Dated:
    """A period that may date a fact (None for no date), and what is seen of it."""

    period: Period | None
    features: Sequence[str]


def choices(pair: Pair, predicate: str, status: str, timeline: Timeline) -> list[Dated]:
    """What may date a pair: nothing, the times of its sentence, the time that is carried on to it."""
    scene = pair.scene
    inside = [mention for mention in timeline.within(scene.span) if mention.period is not None]
    carried = timeline.dating(Span(scene.span.start, scene.span.start + 1))
    out = [Dated(None, ["none", "none" + predicate, "none" + predicate + status, f"none{bool(inside)}{predicate}",
                        f"none{carried is not None}{predicate}"])]
    if carried is not None and carried.period is not None and carried not in inside:
        out.append(Dated(carried.period, ["carried", "carried" + predicate, "carried" + status, f"carried{bool(inside)}",
                                          f"carried{pair.left_node is None}{predicate}"]))
    out += [Dated(mention.period, list(_features(pair, predicate, status, mention, inside))) for mention in inside]
    return out


def dated(pair: Pair, predicate: str, status: str, timeline: Timeline, model: Ranker) -> Period | None:
    """The period that dates a pair."""
    options = choices(pair, predicate, status, timeline)
    return options[model.best([option.features for option in options])[0]].period if len(options) > 1 else None


def _features(pair: Pair, predicate: str, status: str, mention: TimeMention, inside: Sequence[TimeMention]) -> Iterator[str]:
    scene, right = pair.scene, pair.right_node
    last = scene.tokens[right.token]
    first = scene.tokens[pair.left_node.token] if pair.left_node is not None else None
    clause = _clause(scene, mention.span)
    gap = right.clause - clause
    where = "after" if mention.span.start >= last.end else "between" if first is not None and mention.span.start >= first.end else "before"
    later = sum(1 for other in inside if mention.span < other.span and other.span.start < last.start)
    place = f"{where}{max(-2, min(gap, 3))}"
    yield "t" + place
    yield "t" + place + predicate
    yield "t" + place + status
    yield f"r{mention.role}"
    yield f"r{mention.role}{where}{predicate}"
    yield f"l{min(later, 2)}{where}"
    yield f"l{min(later, 2)}{place}{predicate}"
    yield f"h{mention.span.start - scene.span.start < 3}{where}"
    yield f"c{gap == 0}{where}{predicate}"
    near = scene.tokens[max(0, _token(scene, mention.span.end)):][:1]
    yield "n" + (near[0].text if near and near[0].node < 0 else "#") + where
    yield f"d{min(abs(last.start - mention.span.end) // 8, 5)}{where}"


def _token(scene: Scene, at: int) -> int:
    """The first token that begins at a place or after it."""
    return bisect_left(scene.tokens, at, key=lambda token: token.start)


def _clause(scene: Scene, span: Span) -> int:
    """The clause of the token in which a span begins; the last clause beyond the last token."""
    index = bisect_right(scene.tokens, span.start, key=lambda token: token.end)
    return scene.clauses[min(index, len(scene.tokens) - 1)]
