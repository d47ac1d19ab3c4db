"""The nouns: what passes from stage to stage. Frozen values; no stage changes what an earlier one made.

Two texts, one map. `Source.text` is the file's text, unchanged: offsets in the graph refer to it. `Letter.plain` is
the text that the language stage reads: simplified characters, half-width ASCII, broken lines joined, residue dropped.
Every `Span` below refers to `Letter.plain`; `Letter.origin` takes one back to `Source.text`.
"""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from kg.spans import Span

Status = Literal["done", "ongoing", "planned", "suggested"]
BlockKind = Literal["residue", "letterhead", "number", "title", "addressee", "heading", "body", "closing", "signature", "copy", "contact"]
Level = Literal["country", "province", "city", "district"]

STATUSES: tuple[Status, ...] = ("done", "ongoing", "planned", "suggested")
CLASSES = ("Place", "Government", "University", "Research", "Hospital", "Company", "Park", "Fund", "Association", "Organization", "Person",
           "Programme", "Event", "Document", "Platform", "Field")
PREDICATES = ("locatedIn", "partOf", "cooperatesWith", "signs", "organizes", "participatesIn", "heldIn", "issues", "implements", "establishes",
              "funds", "visits", "settlesIn", "listedOn", "holdsOfficeIn", "speaksAt", "focusesOn", "memberOf")
SYMMETRIC = frozenset({"cooperatesWith"})
DOUBT = 0.25


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a time, either may be unknown (None), and the characters that say it."""

    first: date | None
    last: date | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a stretch of text stands in the original: from `start` to the next part it is on `page` (from 1) and in `element`."""

    start: int
    page: int | None = None
    element: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A letter as read: its name, its file's name, its text, and the SHA-256 of the file's bytes (hex).

    The text of a plain-text file is the file's, unchanged; that of another format is what its reader gives, and `parts`
    says, in text order, where in the original it stands. `metadata` is what the original says of itself (see docs/reading.md).
    """

    name: str
    file: str
    text: str
    sha256: str
    encoding: str = "utf-8"
    metadata: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def parts_of(self, span: Span) -> tuple[Part, ...]:
        """The parts that a (non-empty) span of the text stands in; none for a format without parts."""
        first = bisect_right(self.parts, span.start, key=lambda part: part.start)
        last = bisect_right(self.parts, span.end - 1, key=lambda part: part.start)
        return self.parts[max(0, first - 1):last]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or line of `Letter.plain` and what it is; `level` is 1, 2, 3 … for a heading, else 0."""

    span: Span
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block; `headings` are the headings above it, outermost first."""

    span: Span
    block: int
    headings: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What the letter says of itself. Strings are as the graph gives them; spans are names for the resolver to resolve."""

    document_number: str | None = None
    proposal_number: str | None = None
    proposal_title: str | None = None
    session: str | None = None
    date: date | None = None
    issuers: tuple[Span, ...] = ()
    addressees: tuple[Span, ...] = ()
    consulted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers: the canonical place (天津市, 广州市荔湾区, 中国 for a ministry), its level, and the full name of the organ where known."""

    place: str
    level: Level
    organ: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter segmented: the text to read, the map back to the source, and its parts in text order."""

    source: Source
    plain: str
    origins: tuple[int, ...]          # origins[i] is the index in source.text of plain[i]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    header: Header
    answering: Answering | None

    def origin(self, span: Span) -> Span:
        """The span of `source.text` from the first to the last character of a (non-empty) span of `plain`."""
        return Span(self.origins[span.start], self.origins[span.end - 1] + 1)

    def written(self, span: Span) -> str:
        """The characters of the source that a span of `plain` stands for, broken lines included."""
        return self.origin(span).of(self.source.text)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text: its span, its class (one of CLASSES), who found it (+-separated) and how sure (0 to 1).

    One less sure than DOUBT is doubtful: it is no name and stands for nothing, but what may be told of it is not told of another name.
    """

    span: Span
    kind: str
    found_by: str
    confidence: float

    @property
    def doubtful(self) -> bool:
        return self.confidence < DOUBT


@dataclass(frozen=True, slots=True)
class Link:
    """A mention tied to its entity, and why: 'name', 'lexicon', 'place', 'organ', 'defined', 'initials', 'part' …"""

    mention: Mention
    reason: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a short form stands for in one letter, and its class.

    It is `defined` when the letter says so in words (以下简称); else it shortens a longer name of the letter.
    """

    short: str
    name: str
    kind: str
    defined: bool
    region: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """What one letter says of short names: their meanings in it, and the names (with class) that it uses and nothing explains.

    `region` is the province that the letter answers for, or 中国, empty when the letter does not tell.
    """

    region: str = ""
    meanings: tuple[Meaning, ...] = ()
    open: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """What names stand for. `name` is canonical, and the key by which facts and figures refer to it."""

    name: str
    kind: str
    fine: str | None = None            # a finer class, such as City
    aliases: tuple[str, ...] = ()      # other names that stand by themselves
    links: tuple[Link, ...] = ()       # in text order; empty when no mention is in the letter (the answering place left out)


@dataclass(frozen=True, slots=True)
class Record:
    """The letter's own data, resolved: names are those of entities."""

    jurisdiction: str | None = None
    issued_by: tuple[str, ...] = ()
    prepared_with: tuple[str, ...] = ()
    addressed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject` and `object` are entity names, `predicate` one of PREDICATES; `quotes` are the sentences that say it."""

    subject: str
    predicate: str
    object: str
    status: Status
    quotes: tuple[Span, ...]
    confidence: float
    pattern: str = ""
    period: Period | None = None
    place: str | None = None
    fields: tuple[str, ...] = ()
    amount: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that says something of `subject` (an entity name); value and unit as written, and in base units where known."""

    subject: str
    indicator: str
    value: Decimal
    unit: str
    quote: Span
    confidence: float
    period: Period | None = None
    normalized_value: Decimal | None = None
    normalized_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one letter says."""

    letter: Letter
    entities: tuple[Entity, ...]
    record: Record
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    claims: Mapping[str, int] = field(default_factory=dict)     # what came of a second reader's claims (kg/llm/merge.py)


Aliases = Mapping[tuple[str, str], str]
"""Short forms that other letters define, each with its class -> the canonical name."""
Served = Mapping[tuple[str, str, str], str]
"""The same for letters of a region: short form, class, region."""
NO_ALIASES: Aliases = MappingProxyType({})
