"""A letter's graph made ready to be put: the statements as text, and what the class of its entities depends on.

    Prepared.of(name, statements)   in any process, without the store
    Store.put_letters([…])          the one door by which letters enter a store

The class and label of an entity are the whole store's (settle.py), all else is the letter's alone. So the text has all but these, which are
written when the letter is put.
"""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.mapping import PREF, TYPE, Statement
from kg.store.changes import in_graph
from kg.store.settle import Votes, readings

_HEAD = b"# zhihan "


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter: its name, its statements as N-Triples without what is settled (`body`), and class and label of its entities as it says them (`own`).

    `read` is how often it reads each entity (by IRI) as each class.
    """

    name: str
    body: bytes
    own: bytes
    read: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, name: str, statements: Iterable[Statement]) -> Prepared:
        """What a letter says made ready, in its order."""
        statements = list(statements)
        votes = readings(statements)
        read = {entity.value: dict(found) for entity, found in votes.items()}
        own = [one for one in statements if one[1] in (TYPE, PREF) and one[0] in votes]
        body = [one for one in statements if one[1] not in (TYPE, PREF) or one[0] not in votes]
        return cls(name, _lines(body), _lines(own), read)

    def quads(self, graph: ox.NamedNode) -> set[ox.Quad]:
        """All that the letter says, in its graph."""
        parsed = ox.parse(self.own + self.body, ox.RdfFormat.N_TRIPLES)
        return {ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed}

    def votes(self) -> dict[ox.NamedNode, Votes]:
        """How often the letter reads each entity as each class."""
        return {ox.NamedNode(entity): Counter(votes) for entity, votes in self.read.items()}

    @property
    def size(self) -> int:
        """How many statements it has."""
        return self.body.count(b"\n") + self.own.count(b"\n")

    def packed(self, graph: str) -> bytes:
        """As N-Quads of this graph, after a comment that says what `unpacked` needs to know."""
        own, body = (in_graph(text, f"<{graph}>") for text in (self.own, self.body))
        head = {"letter": self.name, "graph": graph, "own": len(own), "body": len(body), "read": self.read}
        return _HEAD + json.dumps(head, ensure_ascii=True).encode() + b"\n" + own + body


def unpacked(data: bytes) -> Iterator[Prepared]:
    """The letters of a shard: what `packed` wrote, one after the other. Raises ValueError when it is no whole shard."""
    at = 0
    while at < len(data):
        end = data.index(b"\n", at) + 1
        if not data.startswith(_HEAD, at):
            raise ValueError("no letter begins where one should")
        head = json.loads(data[at + len(_HEAD):end])
        mark = f" <{head['graph']}> .\n".encode()
        middle, at = end + head["own"], end + head["own"] + head["body"]
        if at > len(data):
            raise ValueError("the last letter is not whole")
        yield Prepared(head["letter"], data[middle:at].replace(mark, b" .\n"), data[end:middle].replace(mark, b" .\n"), head["read"])


def _lines(statements: list[Statement]) -> bytes:
    return ox.serialize((ox.Triple(*one) for one in statements), format=ox.RdfFormat.N_TRIPLES) or b""
