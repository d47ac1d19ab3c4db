"""Short names that the letter itself defines: X（以下简称“Y”）, X（下称Y）, Y即X."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.model import Mention
from kg.recognise.base import Passage, Proposal

SOURCE = "defined"
SURE, SHORT_SURE = 0.5, 0.9
SHORT = re.compile(
    "[”》]?[（(](?:以下|下文|后文|下)?(?:均|统)?(?:简称|统称|合称|并称|称为|称|叫|又称|俗称|也称|又名|简写为|即)(?:为|作|其为)?[:：]?"
    "[“《]*(?P<short>[^（）()“”《》，。；]{2,30})[”》]*[)）]")


def propose(passage: Passage) -> Iterator[Proposal]:
    """The short name of each definition, its class open: it is that of the name it stands for."""
    for found in SHORT.finditer(passage.text):
        yield Proposal(found.start("short"), found.end("short"), "", SOURCE)


def shorts(text: str, ends: Mapping[int, Mention]) -> Iterator[tuple[int, int, str, float]]:
    """Start, end, class and confidence of each short name whose definition follows a name (given by where it ends): it is of the same class."""
    for found in SHORT.finditer(text):
        long = ends.get(found.start()) or ends.get(found.start() + 1)
        if long is not None and long.confidence >= SURE:
            yield found.start("short"), found.end("short"), long.kind, max(long.confidence, SHORT_SURE)
