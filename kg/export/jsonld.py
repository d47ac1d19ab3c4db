"""JSON-LD as a programmer likes it: one object for each entity and letter, with what is said of it inside.

    an entity       name, otherNames, type, its plain relations; `facts` (those it is the subject of) and `figures`
    a letter        title, number, text …; its proposal, `sentences` and `mentions` in text order
    a fact          `object` and `quotedFrom` with their names and words, so that nothing needs to be looked up

The terms are those of ontology/context.jsonld, which every file carries: no reader needs to fetch it. What the context has no
term for is written with a prefix and its type, so nothing is lost.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from kg.errors import KnowledgeError
from kg.export.choice import Chosen
from kg.export.sorting import Sorter
from kg.export.statements import groups, parts
from kg.export.terms import SPACES, STRING, XSD, Text, Thing, cut, thing
from kg.mapping import ANCHOR, BEGIN, CONTEXT, PREF, REF, SUBJECT, TYPE, ZH, term
from kg.ontology import KG, PREFIXES, ontology_dir
from kg.store import Store

MERGE = ox.DefaultGraph()
ABOUT, REPLIES = term("schema:observationAbout"), term("kg:repliesTo")
INSIDE = "@inside"                      # where an object goes: the owner's key and the property that says so
SPOKEN = {"object": PREF, "quotedFrom": ANCHOR}     # what is said of a node where a fact points to it
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")      # integers that JSON numbers hold everywhere
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """The context, and which of its terms says a property with a certain kind of value."""

    context: Json
    keys: Mapping[tuple[str, str], str]     # (property, "@id" | "@vocab" | "@zh" | datatype | "") -> term
    listed: frozenset[str]
    known: frozenset[str]

    def key(self, prop: str, kind: str) -> str | None:
        return self.keys.get((prop, kind))

    def name(self, prop: str) -> str:
        """A property without a term for its value."""
        space, local = cut(prop)
        if space == KG and local not in self.known:
            return local
        return f"{SPACES[space]}:{local}" if space in SPACES else prop


@lru_cache(maxsize=1)
def terms() -> Terms:
    """The published context. KnowledgeError when it is missing or broken."""
    path = ontology_dir() / "context.jsonld"
    try:
        context: Json = json.loads(path.read_text(encoding="utf-8"))["@context"]
    except (OSError, ValueError, KeyError) as error:
        raise KnowledgeError(f"The context {path} cannot be read ({error}): install the package again, or restore it.") from error
    keys: dict[tuple[str, str], str] = {}
    for name, said in context.items():
        if isinstance(said, dict) and ":" in said.get("@id", ""):
            kind = f"@{said['@language']}" if "@language" in said else said.get("@type", "")
            keys[_whole(said["@id"]), kind if kind.startswith("@") or not kind else _whole(kind)] = name
    listed = frozenset(name for name, said in context.items() if isinstance(said, dict) and said.get("@container") == "@set")
    return Terms(context, keys, listed, frozenset(context))


def _whole(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def jsonld(store: Store, chosen: Chosen) -> Iterator[bytes]:
    """The merge of what is chosen."""
    context = json.dumps(terms().context, ensure_ascii=False, indent=1)
    yield f'{{\n"@context": {context},\n"@graph": ['.encode()
    comma = ""
    with Sorter() as owned:
        with parts(store, chosen) as sorter:
            writer = _Writer(store, terms())
            for subject, statements in groups(sorter):
                owned.write(writer.line(thing(subject, statements)))
        for one in _framed(owned):
            yield f"{comma}\n{json.dumps(one, ensure_ascii=False, indent=1)}".encode()
            comma = ","
    yield b"\n]\n}\n"


def _framed(owned: Sorter) -> Iterator[Json]:
    """The objects, with those that belong to them inside."""
    last, own, inside = "", dict[str, Any](), list[Json]()
    for lines in owned.blocks():
        for line in lines:
            owner, _, _, text = line.decode().split("\t", 3)
            if owner != last:
                yield from _whole_object(own, inside)
                last, own, inside = owner, {}, []
            one = json.loads(text)
            if INSIDE in one:
                inside.append(one)
            else:
                own = one
    yield from _whole_object(own, inside)


def _whole_object(own: Json, inside: list[Json]) -> Iterator[Json]:
    if not own:             # nothing else is said of the owner: each stands by itself and names it
        for one in inside:
            key, (name, value) = one.pop(INSIDE)
            yield one if key == "repliesTo" else {**one, name: value}
        return
    for one in inside:
        key, _ = one.pop(INSIDE)
        if key == "repliesTo":
            own[key] = one
        else:
            own.setdefault(key, []).append(one)
    yield own


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes an object of each thing, as a line that is sorted by its owner: owner, place among its things, IRI, JSON."""

    store: Store
    terms: Terms

    def line(self, one: Thing) -> bytes:
        owner, key, place = self._owner(one)
        made = self._object(one, owner if key else None)
        if key:
            made[INSIDE] = (key, (_SAID[key], owner))
        return f"{owner}\t{key}{place}\t{one.iri}\t{json.dumps(made, ensure_ascii=False)}\n".encode()

    def _owner(self, one: Thing) -> tuple[str, str, str]:
        """The thing in which it is written, under which key, and what it is sorted by; itself without a key for the others."""
        letter = one.iri.removesuffix("#proposal")
        if letter != one.iri and next(self.store.data.quads_for_pattern(ox.NamedNode(letter), REPLIES, ox.NamedNode(one.iri), MERGE), None):
            return letter, "repliesTo", ""
        for prop, key in ((SUBJECT, "facts"), (ABOUT, "figures"), (CONTEXT, "mentions" if one.iris(REF) else "sentences")):
            if len(one.values.get(prop.value, ())) == len(one.iris(prop)) == 1:
                return one.iri_of(prop), key, one.text(BEGIN).zfill(9)
        return one.iri, "", ""

    def _object(self, one: Thing, owner: str | None) -> Json:
        made: Json = {"id": one.iri}
        for prop, values in one.values.items():
            for value in values:
                if value == owner and prop in (SUBJECT.value, ABOUT.value, CONTEXT.value):
                    continue
                key, said = self._said(prop, value)
                if key in made and key != "id":
                    made[key] = [*made[key], said] if isinstance(made[key], list) else [made[key], said]
                else:
                    made[key] = [said] if key in self.terms.listed else said
        return made

    def _said(self, prop: str, value: str | Text) -> tuple[str, Any]:
        if isinstance(value, str):
            return self._pointed(prop, value)
        if value.language:
            key = self.terms.key(prop, f"@{value.language}")
            return (key, value.value) if key else (self.terms.name(prop), {"@language": value.language, "@value": value.value})
        kind = value.datatype
        key = self.terms.key(prop, "" if kind == STRING else kind)
        if key:
            return key, value.value
        name = self.terms.key(prop, "") or self.terms.name(prop)
        if kind == XSD + "integer" and WHOLE.fullmatch(value.value):
            return name, int(value.value)
        if kind == XSD + "boolean" and value.value in ("true", "false"):
            return name, value.value == "true"
        return name, value.value if kind == STRING else {"@type": self._short(kind), "@value": value.value}

    def _pointed(self, prop: str, value: str) -> tuple[str, Any]:
        if prop == TYPE.value:
            return "type", self._vocabulary(value)
        word = self.terms.key(prop, "@vocab")
        if word:
            return word, self._vocabulary(value)
        key = self.terms.key(prop, "@id")
        if key is None:
            return self.terms.name(prop), {"id": value}
        words = self._words(value, SPOKEN[key]) if key in SPOKEN else None
        return key, {"id": value, self.terms.keys[SPOKEN[key].value, "@" + ZH if key == "object" else ""]: words} if words else value

    def _vocabulary(self, iri: str) -> str:
        return cut(iri)[1] if cut(iri)[0] == KG else self._short(iri)

    def _short(self, iri: str) -> str:
        space, local = cut(iri)
        return f"{SPACES[space]}:{local}" if space in SPACES else iri

    def _words(self, iri: str, prop: ox.NamedNode) -> str | None:
        """The name of an entity, or the words of a sentence, where there is one."""
        found = self.store.data.quads_for_pattern(ox.NamedNode(iri), prop, None, MERGE)
        language = ZH if prop == PREF else None
        words = [quad.object.value for quad in found if isinstance(quad.object, ox.Literal) and quad.object.language == language]
        return words[0] if len(words) == 1 else None


_SAID = {"facts": "subject", "figures": "about", "mentions": "letter", "sentences": "letter", "repliesTo": ""}
