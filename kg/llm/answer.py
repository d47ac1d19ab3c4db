"""What a model answered, as far as it has the shape that was asked for. Nothing here is believed yet."""
from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.llm.prompt import LONGEST_NAME, LONGEST_QUOTE, MOST_FACTS, MOST_NAMES
from kg.model import CLASSES, PREDICATES, STATUSES

LONGEST = 400_000       # characters of an answer
FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
NAME = {"text": LONGEST_NAME, "class": 40}
FACT = {"subject": LONGEST_NAME, "predicate": 40, "object": LONGEST_NAME, "status": 40, "quote": LONGEST_QUOTE}


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of the text that is said to be a name of a class."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact that is said to be stated: its ends as the text writes them, and the words that state it."""

    subject: str
    predicate: str
    object: str
    status: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a section, each once, and how many items were left out, by reason."""

    names: tuple[Name, ...]
    statements: tuple[Statement, ...]
    dropped: Mapping[str, int]


class BadAnswer(Exception):
    """An answer that cannot be used as a whole; its text is the reason."""


def read_answer(text: str) -> Answer:
    """The answer in a message of a model. Raises BadAnswer when it is no JSON object of names and facts, or larger than any honest one."""
    found = _object(text)
    if set(found) != {"names", "facts"} or not all(isinstance(part, list) for part in found.values()):
        raise BadAnswer("shape")
    if len(found["names"]) > MOST_NAMES or len(found["facts"]) > MOST_FACTS:
        raise BadAnswer("too long")
    dropped: Counter[str] = Counter()
    names = dict.fromkeys(Name(one["text"], one["class"]) for one in _items(found["names"], NAME, dropped) if _known(one, dropped))
    facts = dict.fromkeys(Statement(**one) for one in _items(found["facts"], FACT, dropped) if _known(one, dropped))
    return Answer(tuple(names), tuple(facts), dict(dropped))


def _object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadAnswer("too long")
    text = THOUGHT.sub("", text, count=1)
    fenced = FENCE.match(text)
    try:
        found = json.loads(fenced[1] if fenced else text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadAnswer("no JSON") from None
    if not isinstance(found, dict):
        raise BadAnswer("shape")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each key stands once: of two values neither counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _items(items: list[Any], keys: Mapping[str, int], dropped: Counter[str]) -> Iterator[dict[str, str]]:
    """The items that have just these keys, with texts that are not longer than any name or quote."""
    for item in items:
        whole = isinstance(item, dict) and set(item) == set(keys)
        if whole and all(isinstance(item[key], str) and 0 < len(item[key]) <= most for key, most in keys.items()):
            yield item
        else:
            dropped["malformed"] += 1


def _known(item: Mapping[str, str], dropped: Counter[str]) -> bool:
    """Whether the class, or the predicate and the status, are some of the vocabulary."""
    known = item["class"] in CLASSES if "class" in item else item["predicate"] in PREDICATES and item["status"] in STATUSES
    dropped["unknown term"] += not known
    return known
