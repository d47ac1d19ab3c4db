"""Cross-validation: which letters are read with a model that was trained without them."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.gold import Gold
from kg.lexicon import Lexicon

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Fold:
    """The letters to train on and those to score; no letter is in both."""

    name: str
    train: tuple[Gold, ...]
    test: tuple[Gold, ...]


def by_letter(golds: Sequence[Gold], count: int = FOLDS) -> Iterator[Fold]:
    """`count` folds of about equal size, dealt out by name, so that the same letters give the same folds."""
    order = sorted(golds, key=lambda gold: gold.name)
    return _folds(order, [(str(at + 1), order[at::count]) for at in range(min(count, len(order)))])


def by_region(golds: Iterable[Gold], lexicon: Lexicon, count: int = FOLDS) -> Iterator[Fold]:
    """Folds of whole provinces: every letter of a province, its cities and districts is read without any letter of that province.

    Provinces are dealt out by falling number of letters, each to the smallest fold, so that folds are of about equal size.
    """
    order = sorted(golds, key=lambda gold: gold.name)
    groups: dict[str, list[Gold]] = {}
    for gold in order:
        groups.setdefault(region(gold, lexicon), []).append(gold)
    folds: list[list[str]] = [[] for _ in range(min(count, len(groups)))]
    for name in sorted(groups, key=lambda name: (-len(groups[name]), name)):
        min(folds, key=lambda fold: sum(len(groups[each]) for each in fold)).append(name)
    return _folds(order, [("、".join(names), [gold for name in names for gold in groups[name]]) for names in folds])


def region(gold: Gold, lexicon: Lexicon) -> str:
    """The province of the place that answers; the country for a ministry."""
    place = gold.letter.get("jurisdiction", "")
    known = next((place[:end] for end in range(len(place), 1, -1) if lexicon.level(place[:end])), place)     # 陕西省 of 陕西省西咸新区
    line = [known, *lexicon.ancestors(known)]       # nearest first, the country last
    return line[-2] if len(line) > 1 else known


def _folds(golds: Sequence[Gold], groups: Iterable[tuple[str, Sequence[Gold]]]) -> Iterator[Fold]:
    for name, test in groups:
        held = {gold.name for gold in test}
        yield Fold(name, tuple(gold for gold in golds if gold.name not in held), tuple(test))
