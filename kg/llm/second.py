"""Reads a letter again, with the answers about it that the cache has. Opens no connection."""
from __future__ import annotations

from kg.llm.answer import Answer, BadAnswer, read_answer
from kg.llm.cache import Cache, kept
from kg.llm.merge import Readers, second_reading
from kg.llm.sections import Section, sections
from kg.llm.settings import LanguageModel
from kg.model import Extraction, Letter


def heard(letter: Letter, llm: LanguageModel) -> list[tuple[Section, Answer]]:
    """The model's answers about a letter, as far as the cache has them."""
    cache = Cache(llm.folder, llm.model)
    out = []
    for section, text in (each for one in sections(letter) for each in kept(cache, letter, one)):
        try:
            out.append((section, read_answer(text)))
        except BadAnswer:
            continue
    return out


def read_again(first: Extraction, llm: LanguageModel, readers: Readers) -> Extraction:
    """A reading with what the model adds to it; the same reading when the cache has no answer about the letter."""
    said = heard(first.letter, llm)
    return second_reading(first, said, readers) if said else first
