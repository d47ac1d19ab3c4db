"""Names that marks set apart: 《…》 is a document; “…” with the noun that follows it is a programme, an event …"""
from __future__ import annotations

import re
from collections.abc import Iterator

from kg.recognise.base import Passage, Proposal

SOURCE = "brackets"
TITLE = re.compile("《[^《》\n]{2,80}(?:《[^《》\n]*》[^《》\n]*)?》")
QUOTED = re.compile("“([^“”\n]{2,40})”")


def propose(passage: Passage) -> Iterator[Proposal]:
    """Book titles as Document, quoted stretches with their class open."""
    for found in TITLE.finditer(passage.text):
        yield Proposal(found.start(), found.end(), "Document", SOURCE)
    for found in QUOTED.finditer(passage.text):
        yield Proposal(found.start(1), found.end(1), "", SOURCE)
