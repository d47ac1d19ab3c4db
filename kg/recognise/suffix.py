"""Names by their last word: …研究院, …产业基金, …有限公司. The left end is where words stop that names are made of."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from kg.recognise.base import Passage, Proposal

SOURCE = "suffix"
INSIDE = frozenset("n ns nt nz nr nrt nrfg j b vn an m eng s ng".split())
STOP_WORDS = frozenset((
    "的 了 和 与 及 等 在 由 向 对 为 以 从 将 把 被 其中 目前 分别 "
    "支持 推动 推进 加强 发挥 充分 组织 开展 建设 打造 联合 会同 依托 引导 鼓励 深化 参加 举办 设立 成立").split())
LONGEST = 12


def propose(passage: Passage) -> Iterator[Proposal]:
    """For each head word the words before it that a name may be made of, at least one of them."""
    edges = passage.edges()
    ends: Mapping[int, int] = {edge: k for k, edge in enumerate(edges)}
    known = {k for name in passage.names for k in range(ends.get(name.start, 0), ends.get(name.end, 0))}
    for head in passage.heads:
        last = ends.get(head.end)
        if last is None:
            continue
        first = leftmost(passage.words, last, known)
        if edges[first] < head.start:
            yield Proposal(edges[first], head.end, head.label, SOURCE)


def leftmost(words: Sequence[tuple[str, str]], last: int, known: Set[int]) -> int:
    """Index of the first word of the name whose words end before index `last`; words of `known` names may all stand inside."""
    first = last - 1
    while first > 0 and last - first < LONGEST and (first - 1 in known or belongs(*words[first - 1])):
        first -= 1
    while first < last - 1 and words[first][1] in ("m", "q", "mq", "f", "t"):
        first += 1
    return first


def belongs(word: str, tag: str) -> bool:
    """Whether a word may stand inside a name, before its head."""
    return tag in INSIDE and word not in STOP_WORDS
