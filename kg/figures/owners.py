"""Whose each figure of a letter is.

That depends on whose the figure before is, which is not certain either: every entity that may own it is weighed by how likely it does (the
forward pass of a hidden Markov model). To go by the likeliest alone would hand one wrong choice on to all figures behind it.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.figures.quantities import Quantity
from kg.figures.ranker import Ranker, softmax
from kg.figures.scene import Scene
from kg.figures.subjects import Candidate, Owned, carried

LEAST = 0.05
"""An entity that owns the figure before less likely does not count for the next."""


class Owners:
    """How likely each entity owns the figures of a letter, one figure after another."""

    def __init__(self, ranker: Ranker, scene: Scene, doubts: Mapping[str, float]) -> None:
        """`doubts` are entities that may be no names, with how likely they are some: each counts by that."""
        self._ranker, self._scene, self._doubts = ranker, scene, doubts
        self._before: Sequence[tuple[Owned | None, float]] = [(None, 1.0)]

    def next(self, quantity: Quantity, candidates: Sequence[Candidate]) -> dict[str, float]:
        """How likely each candidate owns the next figure; together one. There is at least one candidate."""
        chances = dict.fromkeys((candidate.entity for candidate in candidates), 0.0)
        scores = [self._ranker.score(candidate.features) for candidate in candidates]
        for last, weight in self._before:
            for candidate, share in zip(candidates, self._shares(quantity, candidates, scores, last), strict=True):
                chances[candidate.entity] += weight * share
        likely = {entity: chance for entity, chance in chances.items() if chance >= LEAST} or chances
        whole = sum(likely.values())
        self._before = [(Owned(entity, quantity.span.end), chance / whole) for entity, chance in likely.items()]
        return chances

    def _shares(self, quantity: Quantity, candidates: Sequence[Candidate], scores: Sequence[float], last: Owned | None) -> list[float]:
        """How likely each candidate owns the figure if the one before is `last`."""
        if len(candidates) == 1:
            return [1.0]
        said = [score + self._ranker.score(carried(self._scene, quantity, candidate.entity, last))
                for candidate, score in zip(candidates, scores, strict=True)]
        weighed = [chance * self._doubts.get(candidate.entity, 1.0) for candidate, chance in zip(candidates, softmax(said), strict=True)]
        return [each / sum(weighed) for each in weighed]
