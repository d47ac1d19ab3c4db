"""Whether a store holds a sound graph: the shapes and checks of `ontology/shapes.ttl`, told in words.

    shapes.py     standard SHACL, by an engine for it, on the graphs of the letters, some at a time
    checks.py     SPARQL on the whole store: named graphs, offsets against the text, one class in all letters …
    merge.py      whether the merge in the default graph is what the graphs say (reads every statement once)
    problems.py   what is wrong, told in Chinese and English
    report.py     problems as text, JSON, or a SHACL report in Turtle

The checks run in a thread of their own beside the shapes: pyoxigraph lets other threads run while it answers.
"""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kg.ontology import ontology_dir
from kg.store import Store
from kg.validate.checks import Check, Rules, checked, read_rules
from kg.validate.merge import GraphText, compare
from kg.validate.problems import Problem, problem
from kg.validate.report import FORMATS, as_json, as_text, as_turtle
from kg.validate.shapes import Shapes, with_pyshacl, with_pyshifty

__all__ = ["FORMATS", "Check", "GraphText", "Problem", "Rules", "Shapes", "as_json", "as_text", "as_turtle", "problem", "read_rules", "validate",
           "with_pyshacl", "with_pyshifty"]
UNSHAPED = ("lexicon", "ontology")      # no nodes of letters; for the thousands of entries of the lexicon the checks are enough


def validate(store: Store, shapes: Path | None = None) -> list[Problem]:
    """All that is wrong with the graph, sorted; nothing when it is sound. KnowledgeError when the shapes file is missing or broken."""
    path = shapes or ontology_dir() / "shapes.ttl"
    rules = read_rules(path)
    data = store.data                   # waits until the lexicon is loaded, before there are two threads
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(lambda: list(checked(store, rules.checks)))
        told = _walked(store, GraphText(data), Shapes(path, rules.shapes, store.ontology.named), rules)
        return sorted({*asked.result(), *told})


def _walked(store: Store, texts: GraphText, shapes: Shapes, rules: Rules) -> list[Problem]:
    """What the shapes and the comparison of the merge find; each graph is written out once for both."""
    unshaped = {store.graph(name) for name in UNSHAPED}
    found: list[Problem] = []
    for graph in store.graphs():
        text = texts.of(graph)
        if graph not in unshaped:
            found += shapes.add(store, text)
    return [*found, *shapes.rest(store), *compare(store, texts, rules)]
