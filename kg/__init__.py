"""zhihan reads Chinese official reply letters into a knowledge graph that can be asked, seen and exported.

    import kg

    graph = kg.open("kg-store")                       # made where there is none
    graph.build(["examples/letters"])
    for row in graph.query("cooperation").dicts(): ...

`kg.Graph` has the verbs of the command line (`import_` for import), and `to_networkx` and `to_pandas`; what they take and give has its type
here. `kg.connect(URL)` asks a graph on another server. In a notebook a graph shows itself (docs/howto/python.md). Everything that can go
wrong is a `kg.KgError`, whose text is a sentence.
"""
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kg.errors import InputError, KgError, KnowledgeError, MissingExtra, ModelError, QueryError, RemoteError, StoreError, UnknownName

if TYPE_CHECKING:
    from kg.api import Graph, open, read_letter, to_networkx
    from kg.build import BuildReport
    from kg.evaluate import Scores
    from kg.export import Choice
    from kg.importing import Imported
    from kg.infer import Inferred
    from kg.llm import LanguageModel
    from kg.model import Entity, Extraction, Fact, Figure, Letter, Mention, Source
    from kg.query import Answer, Question
    from kg.read import Contents
    from kg.remote import Remote, connect
    from kg.server.limits import Settings
    from kg.show import EntityPage, LetterPage
    from kg.stats import Summary
    from kg.validate import Problem

__version__ = "0.1.0"

# Loaded when first asked for: `kg --help` and `import kg` should not wait for the readers and the store.
_HOMES = {
    "kg.api": ("Graph", "open", "read_letter", "to_networkx"),
    "kg.build": ("BuildReport",),
    "kg.evaluate": ("Scores",),
    "kg.export": ("Choice",),
    "kg.importing": ("Imported",),
    "kg.infer": ("Inferred",),
    "kg.llm": ("LanguageModel",),
    "kg.remote": ("Remote", "connect"),
    "kg.model": ("Entity", "Extraction", "Fact", "Figure", "Letter", "Mention", "Source"),
    "kg.query": ("Answer", "Question"),
    "kg.read": ("Contents",),
    "kg.server.limits": ("Settings",),
    "kg.show": ("EntityPage", "LetterPage"),
    "kg.stats": ("Summary",),
    "kg.validate": ("Problem",),
}

__all__ = [
    "Answer", "BuildReport", "Choice", "Contents", "Entity", "EntityPage", "Extraction", "Fact", "Figure", "Graph", "Imported", "Inferred",
    "InputError", "KgError", "KnowledgeError", "LanguageModel", "Letter", "LetterPage", "Mention", "MissingExtra", "ModelError", "Problem",
    "QueryError", "Question", "Remote", "RemoteError", "Scores", "Settings", "Source", "StoreError", "Summary", "UnknownName", "connect", "open",
    "read_letter", "to_networkx",
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
