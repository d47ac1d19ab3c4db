"""Finds the names in a letter. Several recognisers propose, one policy decides.

    lexicon names, head words, words and tags ─┐
    brackets, definitions, suffixes, 我市 …   ─┴─> features -> sequence model -> names with probabilities
                                                         repair of quotation marks and brackets
    what rules alone find, where the model finds nothing ──> best cover, by confidence
    names found once, wherever else they stand in the letter ──> the first reading

    the first reading, what else the model holds possible, what rules propose ──> candidates
    each seen whole, and by what the first reading made of the letter ──> judge -> best cover, by confidence
"""
from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.lexicon import Lexicon
from kg.model import CLASSES, Letter, Mention
from kg.plugins import RECOGNISERS as RECOGNISERS_GROUP
from kg.plugins import PluginError, PluginWarning, guarded, loaded, plugins
from kg.recognise import brackets, definitions, deictic, persons, suffix
from kg.recognise.base import Found, Passage, Proposal, Recogniser
from kg.recognise.candidates import Candidate, candidates
from kg.recognise.judge import Judge
from kg.recognise.passages import LOCAL, SEVERAL, passages
from kg.recognise.repair import repaired
from kg.recognise.repeats import agreed, repeated
from kg.recognise.sequence import SOURCE, SequenceModel
from kg.spans import Span, best_cover
from kg.words import tagger

RECOGNISERS: Mapping[str, Callable[[Passage], Iterator[Proposal]]] = {
    "deictic": deictic.propose,
    "brackets": brackets.propose,
    "defined": definitions.propose,
    "persons": persons.propose,
    "suffix": suffix.propose,
}
"""What rules propose, by name. The sequence model sees each proposal; those of `ALONE` also count where it finds nothing."""

ALONE: Mapping[str, float] = {"deictic": 0.9, "lexicon": 0.75}
SHORTEST_LEXICON = 4
LEAST = 0.4
"""What the model is less sure of is no name of the first reading: two of three of these are wrong in cross-validation."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """What finds the names of a letter: the sequence model for the first reading, the judge for the second."""

    sequence: SequenceModel
    judge: Judge


@dataclass(frozen=True, slots=True)
class Page:
    """A letter as it was read first: its passages, the names found, all that may be one, and what the recognisers of plugins propose."""

    passages: Sequence[Passage]
    mentions: Sequence[Mention]
    candidates: Sequence[Candidate]
    brought: Sequence[Mention]


def recognise(letter: Letter, lexicon: Lexicon, model: NameModel | None) -> tuple[Mention, ...]:
    """The names of the letter, doubtful ones among them, in text order; no two overlap. Without a model, what the rules propose."""
    page = read(letter, lexicon, model.sequence if model is not None else None)
    if model is None:
        return tuple(page.mentions)
    found = model.judge.names(letter.plain, page.passages, page.candidates)
    return tuple(best_cover([*found, *page.brought], lambda m: m.span, lambda m: m.confidence))


def read(letter: Letter, lexicon: Lexicon, model: SequenceModel | None) -> Page:
    """The first reading of a letter."""
    found, brought = list[Mention](), list[Mention]()
    read = list(passages(letter, lexicon, tagger()))
    proposed = [propose(passage) for passage in read]
    named: list[tuple[list[Found], list[Found]]] = list(model.read(read, proposed)) if model is not None else [([], []) for _ in read]
    for passage, proposals, (names, _) in zip(read, proposed, named, strict=True):
        first = len(found)
        found += (_mention(passage, name.start, name.end, name.kind, SOURCE, name.confidence) for name in names if name.confidence >= LEAST)
        found += _by_rule(passage, proposals, bare=model is None)
        brought += (plugged := list(_by_plugins(passage)))
        found += plugged
        known = {mention.span.end - passage.start: mention for mention in found[first:]}
        found += (_mention(passage, start, end, kind, definitions.SOURCE, sure) for start, end, kind, sure in definitions.shorts(passage.text, known))
    kept = best_cover((m for m in found if len(m.span)), lambda m: m.span, lambda m: m.confidence)
    mentions = sorted(repeated(letter, agreed(letter, kept)), key=lambda m: m.span)
    return Page(read, mentions, candidates(read, proposed, [possible for _, possible in named], mentions), [m for m in brought if len(m.span)])


def propose(passage: Passage) -> list[Proposal]:
    """All that rules propose in a passage."""
    return [proposal for rule in RECOGNISERS.values() for proposal in rule(passage)]


def _by_rule(passage: Passage, proposals: list[Proposal], bare: bool) -> Iterator[Mention]:
    for name in passage.names:
        if name.label != SEVERAL and not name.label.startswith(LOCAL) and (bare or name.end - name.start >= SHORTEST_LEXICON):
            yield _mention(passage, name.start, name.end, name.label, "lexicon", ALONE["lexicon"])
    for proposal in proposals:
        if proposal.kind in CLASSES and (bare or proposal.source in ALONE):
            yield _mention(passage, proposal.start, proposal.end, proposal.kind, proposal.source, ALONE.get(proposal.source, 0.6))


def _by_plugins(passage: Passage) -> Iterator[Mention]:
    """What the recognisers of plugins propose. One that fails is told, and has proposed nothing here."""
    for plugin in plugins(RECOGNISERS_GROUP):
        recogniser = loaded(RECOGNISERS_GROUP, Recogniser).get(plugin.name)
        if recogniser is not None:
            try:
                with guarded(plugin, "it looked for names"):
                    proposed = [one for one in recogniser.propose(passage) if one.kind in CLASSES and 0 <= one.start < one.end <= len(passage.text)]
            except PluginError as error:
                warnings.warn(str(error), PluginWarning, stacklevel=2)
                continue
            yield from (_mention(passage, one.start, one.end, one.kind, plugin.name, recogniser.confidence) for one in proposed)


def _mention(passage: Passage, start: int, end: int, kind: str, source: str, confidence: float) -> Mention:
    start, end = repaired(passage.text, start, end)
    return Mention(Span(passage.start + start, passage.start + end), kind, source, round(confidence, 3))

