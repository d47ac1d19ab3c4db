"""A way of reading letters that needs no model and takes a millisecond: for tests of what is around it. It can be sent to other processes."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.lexicon import Entry, Lexicon
from kg.mapping import Activity
from kg.model import NO_ALIASES, Aliases, Extraction, Fact, Figure, Letter, Mention, Source
from kg.reading import Reading
from kg.resolve import resolve
from kg.segment import segment
from kg.spans import Span

NAMES = re.compile("[\u4e00-\u9fff]{2,8}?(?P<kind>公司|大学|基金|园区|博览会|津港周|瓷博会)")
KINDS = {"公司": "Company", "大学": "University", "基金": "Fund", "园区": "Park", "博览会": "Event", "津港周": "Event", "瓷博会": "Event"}
LEXICON = Lexicon([Entry("天津市", ("天津",), (), "Place", "Municipality"), Entry("上海市", ("上海",), (), "Place", "Municipality"), Entry("南开大学", (), (), "University")])


@dataclass(frozen=True, slots=True)
class Quick(Reading):
    """Names are what ends as names do; each is in a fact with the one after it. A letter with 坏信 in it cannot be read, one with 死信 ends the process."""

    form: str = "1"

    def lexicon(self) -> Lexicon:
        return LEXICON

    def warm(self) -> None:
        """There is nothing to load."""

    def read(self, source: Source) -> tuple[Letter, tuple[Mention, ...]]:
        if "坏信" in source.text:
            raise ValueError("this letter is bad")
        if "死信" in source.text:
            import os
            os._exit(7)
        letter = segment(source, LEXICON)
        found = (Mention(Span(*match.span()), KINDS[match["kind"]], "model", 0.9) for match in NAMES.finditer(letter.plain))
        return letter, tuple(found)

    def understand(self, letter: Letter, mentions: Sequence[Mention], aliases: Aliases = NO_ALIASES) -> Extraction:
        entities, record = resolve(letter, mentions, LEXICON, aliases)
        quote = Span(0, len(letter.plain)) if not letter.sentences else letter.sentences[-1].span
        facts = tuple(Fact(one.name, "cooperatesWith", other.name, "done", (quote,), 0.9)
                      for one, other in pairwise(entities))
        figures: tuple[Figure, ...] = ()
        return Extraction(letter, entities, record, facts, figures)

    def activity(self) -> Activity:
        return Activity("test", "ontology", f"quick {self.form}")
