"""Short names that the letter defines for a longer one: X（以下简称“Y”）, X（即Y）, X（Y） with Y in Latin letters."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Letter, Mention
from kg.recognise.definitions import SHORT

LONG = re.compile("[”》]?[（(](?:即|全称|全名)(?:为)?[:：]?[“《]*(?P<long>[^（）()“”《》，。；]{3,50})[”》]*[)）]")
LATIN = re.compile("[”》]?[（(](?P<short>[A-Za-z][A-Za-z0-9 .&+-]{1,20})[)）]")


def defined(letter: Letter, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention]]:
    """Pairs of a short name and the mention of what it stands for."""
    for mention in mentions:
        end = mention.span.end
        found = SHORT.match(letter.plain, end) or LATIN.match(letter.plain, end)
        if found:
            yield found["short"].strip(), mention


def spelled_out(letter: Letter, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, str]]:
    """Pairs of a mention of a short name and the full name that follows it in brackets."""
    for mention in mentions:
        found = LONG.match(letter.plain, mention.span.end)
        if found:
            yield mention, found["long"].strip()
