"""How letters are read: with which model, and how sure a fact or figure must be; and what a project of the user's own adds."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__
from kg.errors import InputError
from kg.model import NO_ALIASES, Aliases, Extraction, Letter, Mention, Source

if TYPE_CHECKING:
    from kg.lexicon import Lexicon
    from kg.llm import LanguageModel
    from kg.llm.asking import Asked, Estimate, Told
    from kg.mapping import Activity
    from kg.ontology import Ontology
    from kg.pipeline import Knowledge
    from kg.project import Project


@dataclass(frozen=True, slots=True)
class Reading:
    """How letters are read: the model (the package's own when None), the least confidence of a fact or figure, whether pictures are read.

    With `llm` each letter is read again with the answers of a language model that are in its cache; nobody is asked here (kg/llm/asking.py).
    A project adds names, predicates and rules, and gives what is None here.
    """

    model: Path | None = None
    min_confidence: float | None = None
    ocr: bool = False
    llm: LanguageModel | None = None
    project: Project | None = None

    @classmethod
    def of(cls, project: Project | None, model: Path | None = None, min_confidence: float | None = None, ocr: bool = False,
           llm: LanguageModel | None = None) -> Reading:
        """As asked, and where nothing is asked as the project says. InputError for a confidence that is none."""
        if min_confidence is not None and not (isinstance(min_confidence, int | float) and 0 <= min_confidence <= 1):
            raise InputError(f"A confidence is a number from 0 to 1, not {min_confidence!r}.")
        if project is None:
            return cls(model, min_confidence, ocr, llm)
        return cls(model or project.model, project.min_confidence if min_confidence is None else min_confidence, ocr or project.ocr,
                   llm, project)

    def knowledge(self) -> Knowledge:
        from kg.pipeline import knowledge
        return knowledge(self.model, self.project)

    def warm(self) -> None:
        """Load what reading needs, so that processes that are forked from this one share it."""
        self.knowledge()

    def lexicon(self) -> Lexicon:
        """The names that letters are read with."""
        from kg.pipeline import known_names
        return known_names(self.project)

    def ontology(self) -> Ontology | None:
        """The vocabulary of the project, where it has one of its own; else what the store has is used."""
        from kg.pipeline import known_terms
        return known_terms(self.project) if self.project is not None else None

    def extract(self, source: Source) -> Extraction:
        """All that a letter says, less what is not sure enough."""
        return self.understand(*self.read(source))

    def read(self, source: Source) -> tuple[Letter, tuple[Mention, ...]]:
        """The letter and the names in it: what a build does first, with each letter by itself."""
        from kg.pipeline import read
        return read(source, self.knowledge())

    def understand(self, letter: Letter, mentions: Sequence[Mention], aliases: Aliases = NO_ALIASES) -> Extraction:
        """What the letter says, less what is not sure enough; `aliases` are what other letters define. The one place where an extraction is made."""
        from kg.pipeline import understand
        known = self.knowledge()
        return self.finished(understand(letter, mentions, known, aliases), known)

    def finished(self, found: Extraction, known: Knowledge) -> Extraction:
        """What our own readers found, with what the language model adds to it, less what is not sure enough."""
        if self.llm is not None:
            from kg.llm.merge import Readers
            from kg.llm.second import read_again
            found = read_again(found, self.llm, Readers(known.lexicon, known.names, known.facts))
        return cut(found, self.min_confidence)

    def activity(self) -> Activity:
        """What decides the graph of a letter, for its provenance. KnowledgeError or ModelError where any of it cannot be used."""
        from kg.bundle import known
        from kg.mapping import Activity
        from kg.ontology import knowledge_digest
        from kg.plugins import OWN, READERS, RECOGNISERS, plugins
        if self.project is not None:
            self._checked(self.project)
        options: dict[str, object] = {} if self.min_confidence is None else {"min_confidence": self.min_confidence}
        options |= {"ocr": True} if self.ocr else {}
        if self.llm is not None:
            from kg.llm.prompt import prompt
            options |= {"llm": self.llm.model, "llm_prompt": prompt().digest}
        brought = [str(plugin) for group in (READERS, RECOGNISERS) for plugin in plugins(group) if plugin.package != OWN]
        options |= {"plugins": brought} if brought else {}
        return Activity(__version__, self.project.digest if self.project is not None else knowledge_digest(), known(self.model).digest, options)

    @staticmethod
    def _checked(project: Project) -> None:
        """Tell what is wrong with a project's own knowledge. The language stage is imported here only: it is half of a build with nothing to do."""
        from kg.pipeline import known_names, known_rules
        known_rules(project)
        if project.lexicon is not None:
            known_names(project)


def cut(extraction: Extraction, least: float | None) -> Extraction:
    """The extraction without the facts and figures that are less sure."""
    if least is None:
        return extraction
    return replace(extraction, facts=tuple(fact for fact in extraction.facts if fact.confidence >= least),
                   figures=tuple(figure for figure in extraction.figures if figure.confidence >= least))


def asked(reading: Reading, sources: Callable[[], Iterable[Source]], told: Told | None = None,
          estimated: Callable[[Estimate], None] | None = None) -> tuple[Reading, Asked | None]:
    """The language model asked about all letters, and the reading to go on with: without the model where it said nothing at all.

    `estimated` hears what it would take before anything is sent. Where no model is to be asked, nothing is done.
    """
    if reading.llm is None:
        return reading, None
    from kg.llm.asking import ask, estimate
    from kg.segment import segment
    lexicon, llm = reading.lexicon(), reading.llm
    if estimated is not None:
        estimated(estimate((segment(source, lexicon) for source in sources()), llm))
    outcome = ask((segment(source, lexicon) for source in sources()), llm, told)
    return (reading if outcome.heard else replace(reading, llm=None)), outcome
