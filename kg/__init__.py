"""zhihan reads Chinese official reply letters into a knowledge graph that can be asked, seen and exported.

    import kg

    graph = kg.open("kg-store")                       # made where there is none
    graph.build(["examples/letters"])
    for row in graph.query("cooperation").dicts(): ...

`kg.Graph` has the verbs of the command line: build, stats, query, queries, show, export, render, validate, evaluate, remove, train,
and to_networkx. Everything that can go wrong is a `kg.KgError`, whose text is a sentence.
"""
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kg.errors import InputError, KgError, KnowledgeError, MissingExtra, ModelError, QueryError, StoreError, UnknownName

if TYPE_CHECKING:
    from kg.api import Graph, open, read_letter, to_networkx
    from kg.llm import LanguageModel
    from kg.model import Entity, Extraction, Fact, Figure, Letter, Mention, Source

__version__ = "0.1.0"

# Loaded when first asked for: `kg --help` and `import kg` should not wait for the readers and the store.
_HOMES = {
    "kg.api": ("Graph", "open", "read_letter", "to_networkx"),
    "kg.llm": ("LanguageModel",),
    "kg.model": ("Entity", "Extraction", "Fact", "Figure", "Letter", "Mention", "Source"),
}

__all__ = [
    "Entity", "Extraction", "Fact", "Figure", "Graph", "InputError", "KgError", "KnowledgeError", "LanguageModel", "Letter", "Mention",
    "MissingExtra", "ModelError", "QueryError", "Source", "StoreError", "UnknownName", "open", "read_letter", "to_networkx",
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
