"""Short names that the letter itself defines: X（以下简称“Y”）, X（下称Y）, Y即X."""
from __future__ import annotations

import re
from collections.abc import Iterator

from kg.recognise.base import Passage, Proposal

SOURCE = "defined"
SHORT = re.compile(
    "[”》]?[（(](?:以下|下文|后文|下)?(?:均|统)?(?:简称|统称|合称|并称|称为|称|叫|又称|俗称|也称|又名|简写为|即)(?:为|作|其为)?[:：]?"
    "[“《]*(?P<short>[^（）()“”《》，。；]{2,30})[”》]*[)）]")


def propose(passage: Passage) -> Iterator[Proposal]:
    """The short name of each definition, its class open: it is that of the name it stands for."""
    for found in SHORT.finditer(passage.text):
        yield Proposal(found.start("short"), found.end("short"), "", SOURCE)
