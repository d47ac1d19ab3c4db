"""Whether a text is a reply letter: signs that letters have and other documents lack, added up to a score from 0 to 1."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.normalise import normalise
from kg.patterns import load_patterns
from kg.plain import is_torn
from kg.read.document import Notice

LEAST = 0.4
_OTHERS = {"news": ("像是新闻稿", "it reads like a news item"), "table": ("像是表格", "it looks like a table"),
           "short": ("文字太短", "it is very short")}
_SINGLE = re.compile(r"(?<=\S) (?=\S)")
_GAP = re.compile(r"\S(?:\t|  +)\S")
# How much each sign of [likeness] in structure.toml counts; `title` is that of [head].
_WEIGHTS = {"opening": 0.3, "proposal": 0.1, "named": 0.2, "title": 0.15, "addressed": 0.15, "closing": 0.1, "dated": 0.1, "own": 0.25}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a letter a text is (0 to 1), and what else it seems to be: "news", "table", "short" or nothing."""

    score: float
    other: str = ""


def likeness(text: str) -> Likeness:
    """The score of a text. Letters of the corpus have 0.4 and more."""
    plain = normalise(text)
    if is_torn(plain):
        plain = _SINGLE.sub("", plain)
    lines = [line for line in plain.split("\n") if line.strip()]
    score = sum(weight for sign, weight in _WEIGHTS.items() if _sign(sign).search(plain))
    other = _other(plain, lines)
    return Likeness(round(max(0.0, min(1.0, score) - (0.35 if other else 0.0)), 2), other)


def _other(plain: str, lines: list[str]) -> str:
    if len(lines) > 3 and sum(1 for line in lines if _GAP.search(line) and "。" not in line) > 0.6 * len(lines):
        return "table"
    if _sign("news").search(plain) and not _sign("addressed").search(plain):
        return "news"
    return "short" if len(plain) < 80 else ""


@cache
def _sign(name: str) -> re.Pattern[str]:
    patterns = load_patterns("structure")
    return re.compile(patterns.table("head").text("title") if name == "title" else patterns.table("likeness").text(name), re.MULTILINE)


def notice(found: Likeness) -> tuple[Notice, ...]:
    """What to tell of a text that is not like a letter."""
    if found.score >= LEAST:
        return ()
    zh, en = _OTHERS.get(found.other, ("缺少答复函的特征", "it lacks the marks of one"))
    return (Notice(f"可能不是答复函（{found.score:.2f} 分）：{zh}。", f"This may be no reply letter (score {found.score:.2f}): {en}."),)
