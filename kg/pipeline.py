"""One letter: the stages, in order.

    read        segment, recognise: what stands in the letter          needs nothing of other letters
    understand  resolve, times, relate, measure: what it says          with the short names that other letters define
"""
from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kg import bundle
from kg.errors import ModelError
from kg.figures import FigureModel, measure
from kg.figures.ranker import unpack
from kg.lexicon import Lexicon
from kg.maxent import Classifier
from kg.model import NO_ALIASES, Aliases, Extraction, Letter, Mention, Source
from kg.ontology import Ontology, load_ontology
from kg.project import Project
from kg.recognise import NameModel, recognise
from kg.recognise.judge import Judge
from kg.recognise.sequence import SequenceModel
from kg.relate import FactModel, relate
from kg.relate.certainty import Certainty
from kg.relate.relations import Relations
from kg.relate.rules import Rule, read_rules
from kg.resolve import resolve
from kg.segment import segment
from kg.times import Timeline
from kg.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What reading a letter needs besides the letter: the lexicon, the trained models, and rules of the user's own."""

    lexicon: Lexicon
    names: NameModel
    facts: FactModel
    figures: FigureModel
    digest: str = ""
    rules: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, model: bundle.Bundle, lexicon: Lexicon) -> Knowledge:
        """The knowledge in a model file, with a lexicon."""
        names = NameModel(SequenceModel.unpack(model.part("mentions")), Judge(Classifier.unpack(model.part("judge"))))
        return cls(lexicon, names, fact_model(model), FigureModel.unpack(model.part("figures")), model.digest)


def fact_model(model: bundle.Bundle) -> FactModel:
    """The fact reader's part of a model file."""
    joins, threshold, certainty = (model.card.get(name) for name in ("joins", "threshold", "certainty"))
    if not isinstance(joins, dict) or not isinstance(threshold, float) or not isinstance(certainty, dict):
        raise ModelError("The model's card is damaged: train it again with kg train.")
    relations = Relations(Classifier.unpack(model.part("relations")), Classifier.unpack(model.part("again")), joins)
    return FactModel(relations, Classifier.unpack(model.part("statuses")), unpack(model.part("dates"))["dates"], Certainty(certainty), threshold)


def known_names(project: Project | None = None) -> Lexicon:
    """The shipped lexicon, with a project's. Read once in a process."""
    return _names(project if project is not None and project.lexicon is not None else None)


@contextmanager
def _kept() -> Iterator[None]:
    """What is loaded here stays: Python does not look for garbage in it meanwhile, which would take a tenth of the time."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


@cache
def _names(project: Project | None) -> Lexicon:
    with _kept():
        return Lexicon.load(*([project.lexicon] if project is not None and project.lexicon is not None else ()))


def known_terms(project: Project | None = None) -> Ontology:
    """The shipped vocabulary, with a project's predicates."""
    return vocabulary(project.ontology, project.own) if project is not None else load_ontology()


@cache
def known_rules(project: Project) -> tuple[Rule, ...]:
    """A project's rules. Read once in a process."""
    return read_rules(project.rule_files(), known_terms(project))


def knowledge(model: Path | None = None, project: Project | None = None) -> Knowledge:
    """The shipped knowledge, or that of a model file, with a project's own. Loaded once in a process."""
    return _knowledge(model, project)       # the cache tells `f()` from `f(None)`, and would load both


@cache
def _knowledge(model: Path | None, project: Project | None) -> Knowledge:
    rules = known_rules(project) if project is not None else ()     # what is wrong with them is told before anything long is loaded
    with _kept():
        return replace(Knowledge.of(bundle.known(model), known_names(project)), rules=rules)


Heard = Callable[[str], None]


def _nobody(stage: str) -> None:
    """Nobody hears which stage is done."""


def extract(source: Source, known: Knowledge, told: Heard = _nobody) -> Extraction:
    """All that a letter says. `told` is called with the name of each stage when it is done."""
    letter, mentions = read(source, known, told)
    return understand(letter, mentions, known, told=told)


def read(source: Source, known: Knowledge, told: Heard = _nobody) -> tuple[Letter, tuple[Mention, ...]]:
    """The letter's parts, and the names in it, doubtful ones among them."""
    letter = segment(source, known.lexicon)
    told("segment")
    mentions = recognise(letter, known.lexicon, known.names)
    told("recognise")
    return letter, mentions


def understand(letter: Letter, mentions: Sequence[Mention], known: Knowledge, aliases: Aliases = NO_ALIASES, told: Heard = _nobody) -> Extraction:
    """What the names stand for, and what is said of them."""
    entities, record = resolve(letter, mentions, known.lexicon, aliases)
    told("resolve")
    timeline = Timeline(letter, [mention.span for mention in mentions if not mention.doubtful])
    told("times")
    facts = relate(letter, entities, known.lexicon, known.facts, timeline, known.rules)
    told("relate")
    figures = measure(letter, entities, timeline, known.figures, [mention for mention in mentions if mention.doubtful])
    told("measure")
    return Extraction(letter, entities, record, facts, figures)
