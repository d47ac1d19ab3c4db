"""The words of a SPARQL text, so far as needed to know what it asks for without running it (SPARQL 1.1, section 19.8)."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

_TOKEN = re.compile(r'''
    (?P<skip>     \s+ | \#[^\n\r]* )
  | (?P<string>   """(?:[^"\\]|\\.|"(?!""))*""" | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\' | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<iri>      <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<variable> [?$]\w+ )
  | (?P<pname>    (?:[^\W\d_][\w.-]*|_)?:(?:\\.|[\w.:%-])* )
  | (?P<word>     @?[^\W\d_][\w-]* )
  | (?P<number>   [\d.]+ (?:[eE][+-]?\d+)? )
  | (?P<mark>     . )
''', re.VERBOSE | re.DOTALL)
_GLUED = re.compile("SERVICE|FROM|GRAPH", re.IGNORECASE)
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
FORMS = frozenset({"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the query: `kind` is a group of the pattern above, `depth` how many braces are open before it."""

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class From:
    """A clause FROM or FROM NAMED: its graph, and where it stands."""

    graph: str
    named: bool
    start: int
    end: int


def tokens(sparql: str) -> tuple[Token, ...]:
    """The tokens of a text, blanks and comments left out. Any text has tokens; whether it is SPARQL is not judged."""
    found, depth = [], 0
    for match in _TOKEN.finditer(sparql):
        if match.lastgroup != "skip":
            text = match.group()
            depth -= text == "}"
            found.append(Token(str(match.lastgroup), text, match.start(), depth))
            depth += text == "{"
    return tuple(found)


def form(words: Sequence[Token]) -> str | None:
    """What the query is: SELECT, CONSTRUCT, ASK, DESCRIBE, or the first word of an update; None when neither is there."""
    return next((word.text.upper() for word in words if word.says(*FORMS, *UPDATES)), None)


def calls_service(words: Sequence[Token]) -> bool:
    """Whether the query would ask another server.

    A `<` that means "less than" may hide the word from the tokens, up to a `>` in a comment: 1<2)SERVICE#>. Such is refused too.
    """
    return any(word.says("SERVICE") or (word.kind == "iri" and re.search(r"\).*service.*#", word.text, re.IGNORECASE)) for word in words)


def glued(words: Sequence[Token]) -> str | None:
    """A keyword that decides what a query sees or asks, written together with another: trueSERVICE, FROMNAMED. The engine takes such words apart."""
    return next((word.text for word in words if word.kind == "word" and word.text[0] != "@" and _GLUED.search(word.text)
                 and not word.says("SERVICE", "FROM", "GRAPH")), None)


def is_plain(sparql: str) -> bool:
    """Whether a text has none of the words because of which a query is looked at before it is run. Quick, and sure when it says yes.

    prov:wasQuotedFrom, which most questions have, and the variable ?from are none.
    """
    text = sparql.lower()
    return "service" not in text and "graph" not in text and all(before.endswith(("wasquoted", "?", "$")) for before in text.split("from")[:-1])


def froms(words: Sequence[Token]) -> tuple[From, ...]:
    """The dataset clauses, their graphs as full IRIs."""
    prefixes, base, found = dict[str, str](), "", []
    for i, word in enumerate(words):
        if word.says("BASE") and i + 1 < len(words):
            base = words[i + 1].text[1:-1]
        elif word.says("PREFIX") and i + 2 < len(words):
            prefixes[words[i + 1].text] = urljoin(base, words[i + 2].text[1:-1])
        elif word.depth == 0 and word.says("FROM"):
            named = i + 1 < len(words) and words[i + 1].says("NAMED")
            target = words[i + 1 + named] if i + 1 + named < len(words) else word
            found.append(From(_iri(target, prefixes, base), named, word.start, target.end))
    return tuple(found)


def _iri(token: Token, prefixes: dict[str, str], base: str) -> str:
    if token.kind == "iri":
        return urljoin(base, token.text[1:-1]) if base else token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix + ":", "") + re.sub(r"\\(.)", r"\1", local)


def closing(words: Sequence[Token], opening: int) -> int:
    """The index of the brace that closes the one at index `opening`."""
    depth = words[opening].depth
    return next(i for i in range(opening + 1, len(words)) if words[i].text == "}" and words[i].depth == depth)


def where(words: Sequence[Token]) -> Token | None:
    """The brace that opens the pattern of the query; a CONSTRUCT's template is passed over."""
    opening = [i for i, word in enumerate(words) if word.text == "{" and word.depth == 0]
    if form(words) == "CONSTRUCT" and len(opening) > 1:
        opening = opening[1:]
    return words[opening[0]] if opening else None
