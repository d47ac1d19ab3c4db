"""Learns to find names from lessons: the labels of characters, and to judge what may be a name.

The sequence model is the mean of two: one that learned with all names of the lexicon known, and one from which most were hidden. Where the
lexicon says that something is a name, the first has nothing to learn from the words about it, and so misses names that no lexicon has.

The judge sees what a sequence model makes of a letter that it does not know: each half of the lessons is read by a model of the other half.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kg import maxent
from kg.keys import code
from kg.lessons import Lesson, dealt
from kg.lexicon import Lexicon
from kg.maxent import Classifier
from kg.recognise import features, propose, read, sequence
from kg.recognise.base import Passage
from kg.recognise.judge import NAME, OTHER, seen
from kg.recognise.passages import passages
from kg.recognise.sequence import SequenceModel
from kg.spans import Span
from kg.words import tagger

HIDDEN = 0.6
"""How many of a letter's names are hidden from the model that learns without."""


def train(lessons: Sequence[Lesson], lexicon: Lexicon) -> tuple[bytes, Classifier]:
    """The sequence model, as bytes, and the judge's classifier; deterministic."""
    both = sequence.mean([labels(lessons, lexicon), labels(lessons, lexicon, HIDDEN)])
    return both, judge(example for others, part in dealt(lessons) for example in examples(part, labels(others, lexicon), lexicon))


def labels(lessons: Iterable[Lesson], lexicon: Lexicon, hidden: float = 0.0) -> bytes:
    """A sequence model of lessons, as bytes, from which that share of the names that the lexicon knows was hidden."""
    return sequence.fit(example for each in lessons for example in labelled(each, lexicon, hidden))


def judge(examples: Iterable[tuple[Sequence[int], str]]) -> Classifier:
    """A classifier of candidates."""
    return maxent.fit(examples, c1=0.05, c2=2.0, classes=[NAME, OTHER])


def examples(lessons: Iterable[Lesson], model: bytes, lexicon: Lexicon) -> Iterator[tuple[Sequence[int], str]]:
    """The candidates that a sequence model gives in lessons: their features, and whether each is a name."""
    reader = SequenceModel.unpack(model)
    for each in lessons:
        names = set(marked(each))
        page = read(each.letter, lexicon, reader)
        if page.candidates:
            right = (NAME if (one.span, one.kind) in names else OTHER for one in page.candidates)
            yield from zip(seen(each.letter.plain, page.passages, page.candidates).each(), right, strict=True)


def marked(each: Lesson) -> list[tuple[Span, str]]:
    """The names of a lesson, with their class."""
    return [(link.mention.span, entity.kind) for entity in each.entities for link in entity.links]


def labelled(each: Lesson, lexicon: Lexicon, hidden: float = 0.0) -> Iterator[tuple[list[list[str]], list[str]]]:
    """The passages of a lesson as the sequence model learns them: the features and the label of each character."""
    names = marked(each)
    for known in passages(each.letter, lexicon, tagger()):
        passage = _unknown(known, each.gold.name, hidden) if hidden else known
        whole = Span(passage.start, passage.start + len(passage.text))
        inside = [(span.start - whole.start, span.end - whole.start, kind) for span, kind in names if whole.covers(span)]
        yield features.of(passage, propose(passage)), sequence.spelled(len(passage.text), inside)


def _unknown(passage: Passage, letter: str, share: float) -> Passage:
    """A passage without some of its known names: the same ones wherever they stand in a letter, others in other letters."""
    least = int(share * 2 ** 64)
    return replace(passage, names=[name for name in passage.names if code(f"{letter} {passage.text[name.start:name.end]}") >= least])
