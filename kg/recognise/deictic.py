"""Words that point to the answering place or organ: 我市, 全省, 本区; 我局, 本委."""
from __future__ import annotations

import re
from collections.abc import Iterator

from kg.recognise.base import Passage, Proposal

SOURCE = "deictic"
PLACES = re.compile("[我全本](?:自治区|[市省区县州盟旗镇])(?![场属委政教府长])")
ORGANS = re.compile("[我本](?:[局委厅部办署]|管委会|中心支行)(?![门])")


def propose(passage: Passage) -> Iterator[Proposal]:
    """我市 and its like as Place, 我局 and its like as Government."""
    for pattern, kind in ((PLACES, "Place"), (ORGANS, "Government")):
        for found in pattern.finditer(passage.text):
            yield Proposal(found.start(), found.end(), kind, SOURCE)
