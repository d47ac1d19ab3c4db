"""How sure a claim of the model's is: what our own readers make of it, tipped by the fact that the model says it.

There are no gold letters that a given model has read, so this is a prior, the same for all models: a claim that is right is taken to be made
ODDS times as often as one that is wrong. What our own readers give less than a floor is not taken at any word (docs/decisions/0013-llm.md).
"""
from __future__ import annotations

ODDS = 8.0
NAME_FLOOR = 0.05       # the least chance that the sequence model must give a name
FACT_FLOOR = 0.05       # the least chance that the fact reader must give what joins two names
MOST = 0.8              # no claim of one model alone is surer


def tipped(chance: float) -> float:
    """The confidence of a claim that our own readers give a chance, by Bayes' rule for odds."""
    return round(min(MOST, ODDS * chance / (1 + (ODDS - 1) * chance)), 3)
