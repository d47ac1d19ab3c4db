"""Whether one name is a shorter form of another in the same letter: 瓷博会 of 中国景德镇国际陶瓷博览会."""
from __future__ import annotations

import re

COMPANY_END = re.compile(
    "(?:[（(][^）)]*[）)])?(?:控股|投资|建设|发展|产业|实业|科技|技术|国际|医药|电子)*(?:集团)?(?:[（(]集团[）)])?"
    "(?:股份|有限责任|有限)*(?:公司|集团|分公司)$")
EDITION = re.compile("^(?:第[一二三四五六七八九十百零0-9]+届|[0-9]{4}年?|首届)")
TITLE_END = re.compile("(?:的通知)?(?:（[^（）]*）)*》$")
RETOLD = 8      # characters of a title that tells another again, at most
MARKS = str.maketrans("", "", "“”‘’《》 ·—-（）()")
PREFIX_ENDS = ("公司", "集团", "园区", "活动", "基金会", "平台", "计划", "工程", "行动", "项目")


def shortens(short: str, full: str) -> bool:
    """Whether `short` may stand for `full`: its characters stand in `full` in order, the first and the last where words begin or end."""
    a, b = short.translate(MARKS), full.translate(MARKS)
    if len(a) < 2 or len(a) >= len(b):
        return False
    if b.startswith(a):
        return b[len(a):].endswith(PREFIX_ENDS)
    core = EDITION.sub("", b)
    if b.endswith(a) or core == a:
        return len(a) >= 3
    return len(a) <= 7 and _ordered(a, core) and a[-1] == _tail(core)


def retitles(short: str, full: str) -> bool:
    """Whether the document `short` may be `full`, told again by the end of its title: 《条例》 of 《……保护条例》, 《指引》 of 《……指引的通知》."""
    a, b = TITLE_END.sub("", short), TITLE_END.sub("", full)
    return short.startswith("《") and 1 < len(a.strip("《》")) <= RETOLD and len(a) < len(b) and b.endswith(a.removeprefix("《"))


def _ordered(short: str, full: str) -> bool:
    at = -1
    for char in short:
        at = full.find(char, at + 1)
        if at < 0:
            return False
    return True


def _tail(full: str) -> str:
    core = COMPANY_END.sub("", full) or full
    return core[-1]
