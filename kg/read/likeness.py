"""Whether a text is a reply letter: signs that letters have and other documents lack, added up to a score from 0 to 1."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.normalise import normalise
from kg.patterns import load_patterns
from kg.read.document import Notice

LEAST = 0.4
_OTHERS = {"news": ("像是新闻稿", "it reads like a news item"), "table": ("像是表格", "it looks like a table"),
           "short": ("文字太短", "it is very short")}
_PROPOSAL = re.compile(r"提案|建议|议案|代表|委员")
_NAMED = re.compile(r"《[^》\n]{4,60}(?:提案|建议|议案)》|第[\dA-Za-z-]+号(?:提案|建议|议案)")
_OPENING = re.compile(r"(?:提案|建议|议案).{0,80}(?:收悉|收到|敬悉)|(?:答复|函复|回复|复|报告|通报|说明|汇报|意见)如下|您(?:们)?(?:在.{0,40})?提出的")
_CLOSING = re.compile(r"感谢(?:您|你|贵|各位|对)|(?:您|你)(?:们)?对.{0,40}(?:关心|支持)|特此(?:函复|答复|回复)|此复|专此")
_OWN = re.compile(r"我[市省区县局委厅部办]|下一步|我们将")
_NEWS = re.compile(r"本报讯|记者|(?:通讯员|责任编辑|摄影)[：:\s]|新华社|电（")
_GAP = re.compile(r"\S(?:\t|  +)\S")
_ADDRESSED = re.compile(r"(?m)^.{2,80}(?:代表|委员|委员会|党派|小组|先生|女士)(?:们)?\s*[：:]")
_DATED = re.compile(r"(?m)^.{0,30}(?:19|20|二〇|二○)[\d〇○一二三四五六七八九]{2}年.{1,3}月.{1,3}日\s*$")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a letter a text is (0 to 1), and what else it seems to be: "news", "table", "short" or nothing."""

    score: float
    other: str = ""


def likeness(text: str) -> Likeness:
    """The score of a text. Letters of the corpus have 0.4 and more."""
    plain = normalise(text)
    lines = [line for line in plain.split("\n") if line.strip()]
    signs = ((0.3, _OPENING), (0.1, _PROPOSAL), (0.2, _NAMED), (0.15, _title()), (0.15, _ADDRESSED), (0.1, _CLOSING), (0.1, _DATED), (0.25, _OWN))
    score = sum(weight for weight, sign in signs if sign.search(plain))
    other = _other(plain, lines)
    return Likeness(round(max(0.0, min(1.0, score) - (0.35 if other else 0.0)), 2), other)


def _other(plain: str, lines: list[str]) -> str:
    if len(lines) > 3 and sum(1 for line in lines if _GAP.search(line) and "。" not in line) > 0.6 * len(lines):
        return "table"
    if len(_NEWS.findall(plain)) >= 1 and not _ADDRESSED.search(plain):
        return "news"
    return "short" if len(plain) < 80 else ""


@cache
def _title() -> re.Pattern[str]:
    return re.compile(load_patterns("structure").table("head").text("title"), re.MULTILINE)


def notice(found: Likeness) -> tuple[Notice, ...]:
    """What to tell of a text that is not like a letter."""
    if found.score >= LEAST:
        return ()
    zh, en = _OTHERS.get(found.other, ("缺少答复函的特征", "it lacks the marks of one"))
    return (Notice(f"可能不是答复函（{found.score:.2f} 分）：{zh}。", f"This may be no reply letter (score {found.score:.2f}): {en}."),)
