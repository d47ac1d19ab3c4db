"""What a store holds, as a build asks it: its letters, and of which vocabulary and lexicon it knows."""
from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import file_digest, sha256

import pyoxigraph as ox

from kg import iris
from kg.mapping import SHA, Activity, term
from kg.ontology import ontology_dir
from kg.store import Store
from kg.store.snapshot import Signature

MERGE = ox.DefaultGraph()
GENERATED, DERIVED = term("prov:wasGeneratedBy"), term("prov:wasDerivedFrom")


def letters_of(store: Store) -> Iterator[tuple[str, str, str]]:
    """Name, SHA-256 and activity (the end of its IRI) of each letter."""
    find = store.data.quads_for_pattern
    files = {str(quad.subject): _value(quad.object) for quad in find(None, SHA, None, MERGE)}
    origin = {str(quad.subject): files.get(str(quad.object), "") for quad in find(None, DERIVED, None, MERGE)}
    for quad in find(None, GENERATED, None, MERGE):
        name = iris.letter_of_graph(_value(quad.subject), store.base)
        if name is not None:
            yield name, origin.get(str(quad.subject), ""), _value(quad.object).rpartition("/")[2]


def _value(node: object) -> str:
    """The IRI or the text of a node."""
    return node.value if isinstance(node, (ox.NamedNode, ox.Literal)) else ""


def known_by(store: Store) -> str:
    """The hashes of what a store has of vocabulary and lexicon; empty when it lacks either."""
    found = [store.hash_of(name) for name in ("ontology", "lexicon")]
    return " ".join(found) if all(found) else ""


def knowledge(activity: Activity) -> str:
    """What the graphs of vocabulary and lexicon are made of, as a hash of the files and the version."""
    linked = ontology_dir() / "linked.tsv"
    return f"{activity.version} {activity.ontology} {digest_of(str(linked))}"


def marked(files: Signature) -> str:
    """The files of a store as one word."""
    return sha256(repr(sorted(files)).encode()).hexdigest()


def digest_of(path: str) -> str:
    """The SHA-256 of a file's bytes; empty when it cannot be read, so that it counts as changed, and reading it says why."""
    if not os.path.isfile(path):        # a pipe would be waited for
        return ""
    try:
        with open(path, "rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
