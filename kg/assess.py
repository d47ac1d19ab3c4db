"""How well letters are read: gold letters through the whole pipeline, with one model, or with models that never saw the letter."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.build import Told
from kg.errors import InputError
from kg.evaluate import Scores, evaluate, settled
from kg.folds import Fold, by_letter, by_region
from kg.gold import Gold
from kg.lessons import source
from kg.lexicon import Lexicon
from kg.model import Extraction
from kg.pipeline import Knowledge, extract
from kg.reading import Reading
from kg.train import train as learn


def score(golds: Sequence[Gold], reading: Reading | None = None, *, folds: str | None = None, told: Told | None = None) -> Scores:
    """The scores of what is read from the letters of `golds`, with one class per entity as a store of them all has it.

    `folds` is "letter" or "region" (folds.py): each letter is read with a model trained without its fold.
    """
    reading = reading or Reading()
    lexicon = Lexicon.load() if folds else reading.knowledge().lexicon
    found: dict[str, Extraction] = {}
    for gold, known in _readers(golds, reading, folds, lexicon):
        if told:
            told(len(found), len(golds), gold.name)
        found[gold.name] = reading.finished(extract(source(gold), known), known)
    return evaluate(zip(golds, settled([found[gold.name] for gold in golds], lexicon), strict=True))


def train(golds: Sequence[Gold], output: Path) -> Path:
    """Train a model on gold letters and write it. Raises InputError when it cannot be written."""
    data = learn(golds, Lexicon.load()).pack()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    except OSError as error:
        raise InputError(f"The model cannot be written to {output} ({error.strerror}): choose another place with -o.") from error
    return output


def _readers(golds: Sequence[Gold], reading: Reading, folds: str | None, lexicon: Lexicon) -> Iterator[tuple[Gold, Knowledge]]:
    """Each letter with what it is to be read with; a fold's model is trained when its first letter comes."""
    if folds is None:
        yield from ((gold, reading.knowledge()) for gold in golds)
        return
    for fold in _folds(golds, folds, lexicon):
        known = Knowledge.of(learn(fold.train, lexicon), lexicon)
        yield from ((gold, known) for gold in fold.test)


def _folds(golds: Sequence[Gold], folds: str, lexicon: Lexicon) -> Iterator[Fold]:
    if folds not in ("letter", "region"):
        raise InputError(f"There are no folds by {folds!r}: choose letter or region.")
    if len(golds) < 2:
        raise InputError("Cross-validation needs at least two letters with gold: name a directory that holds more.")
    return by_letter(golds) if folds == "letter" else by_region(golds, lexicon)
