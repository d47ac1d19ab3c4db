"""Times in a text: 2023年11月17日, 截至2024年12月末, 今年上半年, “十四五”末, 7月12日—14日, 去年底 … and what they date.

`find_times` reads the expressions; `Timeline` says which of them dates a place in a letter, by the rule of carrying on: a
time at the head of a sentence or paragraph holds for what follows, until another time or 目前.

The expressions are read in three steps: a lexer finds parts (a year, a month, a day, 上半年, 底 …); parts that touch make a
point of time; points with a dash or 至 between them make a range.
"""
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from kg.model import Letter, Period
from kg.numbers import read_number
from kg.patterns import load_patterns
from kg.spans import Span

Role = Literal["at", "asof", "since", "until", "compare", "now"]
Months = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time in the text. `period` is None when its year cannot be known; `relative` when the letter's date decided it.

    `role`: 'asof' (截至 …), 'since' (自 … 起, … 以来), 'until' (到 …), 'compare' (what something is measured against: 较2021年),
    'now' (目前: ends what an earlier time dates), else 'at'.
    """

    span: Span
    period: Period | None
    relative: bool = False
    role: Role = "at"


@cache
def _table(name: str) -> dict[str, tuple[int, ...]]:
    """A table of numbers in the pattern file times.toml."""
    table = load_patterns("times").table(name)
    return {key: tuple(map(int, table.words(key))) if name in ("plans", "feasts") else (int(table.number(key)),) for key in table.data}


@cache
def _words(name: str) -> tuple[str, ...]:
    """A list of words in the pattern file times.toml."""
    return load_patterns("times").table("words").words(name)


def _either(items: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, items), key=len, reverse=True))


# ---- the lexer -------------------------------------------------------------------------------------------------------

_DASH = r" ?(?:[-—–―~～]{1,2}|至|到) ?"
_ABS = r"(?<!\d)(?<!\d\d[.,])(?:19|20)\d\d"     # but 4.2025年 is item 4
_HAN = r"[一二][〇零○九][〇零○一二三四五六七八九]{2}"
_OLD = r"(?<!\d)1[6-8]\d\d(?= ?年(?!历史|以上|左右|来|前|间|多|余|的(?:历史|古|建城|文明|积淀|酿)))"       # a year, not an age
_SHORT = r"(?<![\d.])[12]\d(?= ?年 ?(?:1[0-2]|0?[1-9]) ?月)"       # 24年9月
_MONTH = (r"(?:(?<![\d.])(?:1 ?[0-2]|0?[1-9])|(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])"
          r"|(?<![\d一二三四五六七八九十百千万亿余多两零美欧日港澳韩加])元(?= ?月))")
_DAY = r"(?:(?<!\d)(?:[12] ?\d|3 ?[01]|0?[1-9])|三十一?|[二廿]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_COUNT = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九两])"


def _and(unit: str) -> str:
    """The mark between two months or days that stand behind their year or month: 2024年5、6月."""
    return rf"(?:(?<={unit}.)|(?<={unit}..))、"


def _relative() -> str:
    """今年, 去年, 同年 …, but not where such a word is a part of others: 投产后年产值, 60岁以上年龄, 当年轻人."""
    before = load_patterns("times").table("part_before").data
    known = sorted([*_table("years"), *_table("context")], key=len, reverse=True)
    words = [f"(?<![{before[word]}]){word}" if word in before else word for word in known]
    return f"(?:{'|'.join(words)})(?![{load_patterns('times').table('words').text('part_after')}])"


@cache
def _lexer() -> re.Pattern[str]:
    """The parts of times, each under a name of its own; years of several kinds first."""
    return re.compile(
        rf"(?P<iso>{_ABS}) ?[-./] ?(?P<im>1[0-2]|0?[1-9])(?: ?[-./] ?(?P<id>[12]\d|3[01]|0?[1-9]))?(?![\d万亿千百%元个家件人.])"
        rf"|[“\"'‘「]?(?P<plan>{_either(_table('plans'))})[”\"'’」]?(?P<when>期?末|收官|期间|时期|以来|开局|期内)"
        rf"|(?:(?P<y1>{_ABS}|{_HAN}) ?年?{_DASH})?(?P<y2>{_ABS}|{_HAN}|(?<=(?:19|20)\d\d[-—–~～])\d\d|{_OLD}|{_SHORT})"
        r" ?(?:年(?![级代龄])度?|学年度?|雪季|采暖季|赛季|(?=以来|起|[上下]半年|第?[一二三四1-4]季度))"
        r"|(?P<within>(?<![\d.])(?:\d{1,2}|[一二三四五六七八九十两几半]{1,2})年内)"
        rf"|(?P<relative>{_relative()})"
        rf"|(?P<near>{_either([*_table('months'), *_table('quarters')])}|(?<![\d一二三四五六七八九十个每 ])月(?=[底末初](?!级|中)))"
        r"|(?P<half>[上下])半年"
        rf"|(?P<front>[前头首])(?P<count>{_COUNT})个?(?P<what>季度?|月)(?!节)"
        r"|(?:(?<![\d每个])|(?<=20\d\d)(?=[第一二三四]))第?(?P<q1>[一二三四1-4首])(?:[、至到和—-](?P<q2>[二三四2-4]))?季度?(?<=[度首]季|季度)"
        rf"|(?P<lunar>(?:(?:农历|阴历|旧历)闰?(?:[正腊冬]|{_MONTH})|[正腊冬])月(?:初?{_DAY}日?)?)"
        rf"|(?:(?P<m1>{_MONTH})(?: ?(?:月份?)?{_DASH}|{_and('年')}))?(?P<m2>{_MONTH}) ?月(?![饼球龄刊嫂湾亮薪])(?!(?<=三月)三(?![日十]))份?"
        rf"|(?:(?P<d1>{_DAY})(?: ?日?{_DASH}|{_and('月')}))?(?P<d2>{_DAY}) ?[日号](?![线楼馆院])"
        r"|(?P<edge>(?<=[年月度])[底末初]|(?<=[月份])[上中下]旬|年[底末]|岁末|(?<![一二三四五六七八九十两\d])年初|(?<![一二三四五六七八九十两\d])年中(?![国小学央心医老]))"
        rf"|(?P<feast>{_either(_table('feasts'))})节?(?:假期|期间|黄金周|小长假|长假|前夕?(?![往海沿来后]))"
        rf"|(?P<now>至今(?![年天日])|{_either(_words('now'))}|(?:近|过去|今后|未来)(?:[一二三四五六七八九十两几数]{{1,2}}|\d{{1,2}})年来?)"
    )


_REACH = 12     # characters about a trigger that may belong to its time
_RANK = {"iso": 0, "plan": 0, "y2": 0, "relative": 0, "near": 1, "half": 1, "count": 1, "q1": 1, "m2": 1, "feast": 1, "lunar": 1, "d2": 2,
         "edge": 3, "now": 0, "within": 0}
_BLANK = re.compile(r"[ 的（(]?")
_RANGE = re.compile(_DASH)


def _kind(token: re.Match[str]) -> str:
    return next(kind for kind in _RANK if token[kind] is not None)


@cache
def _trigger() -> re.Pattern[str]:
    """What every time has in it somewhere: the rest of a text need not be read by the slow lexer."""
    return re.compile(rf"[年月日号季半]|期间|至今|五[”\"’'」]?(?:期|末|收|时|以|开)|[末假]|"
                      rf"雪季|赛季|(?:19|20)\d\d ?[-./以起]|{_either(_words('now'))}")


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text in which times can be."""
    start = end = -1
    for match in _trigger().finditer(text):
        if match.start() - _REACH > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - _REACH)
        end = min(len(text), match.end() + _REACH)
    if end >= 0:
        yield start, end


def _points(text: str) -> Iterator[list[re.Match[str]]]:
    """Runs of parts that touch, from the coarse to the fine: 2023年 + 11月 + 17日."""
    group: list[re.Match[str]] = []
    lexer = _lexer()
    for token in (token for start, end in _windows(text) for token in lexer.finditer(text, start, end)):
        if group and _RANK[_kind(token)] > _RANK[_kind(group[-1])] and _BLANK.fullmatch(text, group[-1].end(), token.start()):
            group.append(token)
            continue
        if group:
            yield group
        group = [token]
    if group:
        yield group


# ---- what the parts mean ---------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Known:
    """What the reader knows so far: the letter's date, the year and month that the text named last, and whether that was in an
    earlier sentence (`stale`)."""

    reference: date | None
    year: int | None = None
    month: int | None = None
    stale: bool = False


def _int(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    if text == "元":
        return 1
    number = read_number(text)
    return int(number.value) if number else 0


def _days(year: int, first: tuple[int, int], last: tuple[int, int]) -> Period | None:
    """From (month, day) to (month, day) of a year; day 0 of the last is the end of its month."""
    try:
        end = last[1] or monthrange(year, last[0])[1]
        return Period(date(year, *first), date(year, last[0], end))
    except ValueError:
        return None


def _years(group: Sequence[re.Match[str]], known: _Known) -> tuple[int | None, int | None, bool]:
    """First and last year of a point, and whether the letter's date decided them."""
    token = group[0]
    if token["y2"]:
        last = _int(token["y2"]) if len(token["y2"]) == 4 else _int(token["y1"] or "2000") // 100 * 100 + _int(token["y2"])
        return (_int(token["y1"]) if token["y1"] else last), last, False
    if token["plan"]:
        first, last = _table("plans")[token["plan"]]
        if token["when"] == "开局":
            return first, first, False
        return (last if token["when"] in ("末", "期末", "收官") else first), last, False
    if token["relative"] in _table("context"):
        year = None if known.year is None else known.year + _table("context")[token["relative"]][0]
        return year, year, False
    if token["relative"]:
        year = known.reference.year + _table("years")[token["relative"]][0] if known.reference else None
        return year, year, True
    year = known.reference.year if known.reference and (known.stale or known.year is None) else known.year
    if token["edge"] == "年末" and year and known.reference and date(year, 12, 31) > known.reference:
        year -= 1       # 年末常住人口: of the year that has ended
    return year, year, known.stale or known.year is None


def _pair(token: re.Match[str], first: str, last: str) -> tuple[int, int]:
    """The first and the last of some months or days; of two that do not follow each other (5、8月) the last alone."""
    low, high = _int(token[first] or token[last]), _int(token[last])
    return (high, high) if "、" in token[0] and high != low + 1 else (low, high)


def _quarters(token: re.Match[str]) -> Months:
    first = 1 if token["q1"] == "首" else _int(token["q1"])
    return first * 3 - 2, _int(token["q2"] or str(first)) * 3


def _months(group: Sequence[re.Match[str]], known: _Known) -> Months | None:
    """The months that the parts of a point name; None for a whole year."""
    for token in group:
        if token["m2"]:
            return _pair(token, "m1", "m2")
        if token["lunar"]:
            return None
        if token["half"]:
            return _end((1, 6) if token["half"] == "上" else (7, 12), group)
        if token["feast"]:
            first, last = _table("feasts")[token["feast"]]
            return (first, last) if first else None
        if token["q1"]:
            return _end(_quarters(token), group)
        if token["count"]:
            return 1, min(12, _int(token["count"]) * (3 if token["what"][0] == "季" else 1))
        if token["edge"] and not token["edge"].endswith("旬"):
            return None if token["edge"].endswith("初") else (6, 6) if token["edge"].endswith("中") else (12, 12)
    return (known.month, known.month) if group[0]["d2"] and known.month else None


def _end(months: Months, group: Sequence[re.Match[str]]) -> Months:
    """The last month alone where 末 or 底 follows: 一季度末."""
    return (months[1], months[1]) if group[-1]["edge"] in ("末", "底") else months


def _near(token: re.Match[str], known: _Known) -> Period | None:
    """上月, 本季度, 下月 by the letter's date; 月底 and 当月 by the month named before, 月底 else by the letter's date."""
    if token["near"] in ("月", "当月") and known.year and known.month:
        return _days(known.year, (known.month, 1), (known.month, 0))
    if known.reference is None or token["near"] == "当月":
        return None
    year, month = known.reference.year, known.reference.month
    if token["near"] in _table("quarters"):
        index = year * 4 + (month - 1) // 3 + _table("quarters")[token["near"]][0]
        return _days(index // 4, (index % 4 * 3 + 1, 1), (index % 4 * 3 + 3, 0))
    index = year * 12 + month - 1 + _table("months").get(token["near"], (0,))[0]
    return _days(index // 12, (index % 12 + 1, 1), (index % 12 + 1, 0))


def _iso(token: re.Match[str]) -> Period | None:
    month, day = int(token["im"]), int(token["id"] or 0)
    return _days(int(token["iso"]), (month, day or 1), (month, day))


def _period(group: Sequence[re.Match[str]], known: _Known) -> tuple[Period | None, bool]:
    """First and last day of a point, and whether the letter's date decided them."""
    if group[0]["now"] or group[0]["within"] or group[0]["lunar"]:     # 三年内 begins with what is done: no year of the letter's
        return None, False
    if group[0]["iso"]:
        return _iso(group[0]), False
    if group[0]["near"]:
        near = _near(group[0], known)
        if near and near.last and group[0]["near"] in _table("quarters") and group[-1]["edge"] in ("末", "底"):
            near = _days(near.last.year, (near.last.month, 1), (near.last.month, 0))
        return near, True
    first, last, relative = _years(group, known)
    if first is None or last is None:
        return None, relative
    months = _months(group, known)
    if months is None and group[0]["d2"]:
        return None, relative
    low, high = months or (1, 12)
    if low > high or high > 12 or low < 1:
        return None, relative
    days = next((token for token in group if token["d2"]), None)
    start, end = _pair(days, "d1", "d2") if days else (1, 0)
    if first != last and group[0]["y1"] and not any(token["m1"] or token["q2"] for token in group):      # 2020年至2023年6月
        low, start = 1, 1
    opening, closing = _days(first, (low, start), (low, start)), _days(last, (high, 1), (high, end))
    return (Period(opening.first, closing.last) if opening and closing else None), relative


# ---- times of a text -------------------------------------------------------------------------------------------------

def find_times(text: str, reference: date | None, names: Sequence[Span] = ()) -> list[TimeMention]:
    """The times of a text, in text order. Times inside `names` (2024创新香港…) are left out.

    A month or day without a year takes the year named before it in the same sentence, else that of `reference` (the letter's
    date), else the year named before it in the paragraph; without any its period is unknown.
    """
    starts = [span.start for span in names]
    mentions: list[TimeMention] = []
    known, paragraph = _Known(reference), 0
    for group in _points(text):
        span = Span(group[0].start(), group[-1].end())
        if _inside(span, names, starts) or (group[0]["d2"] and not known.month) or (group[0]["edge"] and group[0]["edge"][0] not in "年岁"):
            continue
        gap = text[paragraph:span.start]
        if "\n" in gap:
            known = _Known(reference)
        elif "。" in gap and not known.stale:
            known = replace(known, stale=True)
        paragraph = span.start
        if _RANK[_kind(group[0])] == 1 and (year := _named_year(text, span.start, names, starts)):
            known = replace(known, year=year, stale=False)
        mention, known = _mention(text, span, group, known, mentions)
        mentions.append(mention)
    return _joined(text, mentions)


_LEADS = re.compile(r"[”》]?(?:将|定|拟|已)?[于在]?")


def _named_year(text: str, at: int, names: Sequence[Span], starts: Sequence[int]) -> int | None:
    """The year in the name right before a place: 2023庐山国际马拉松 + 10月29日."""
    index = bisect_right(starts, at - 1) - 1
    if index < 0 or names[index].end > at or not _LEADS.fullmatch(text, names[index].end, at):
        return None
    year = re.search(_ABS + r"(?!\d)", names[index].of(text))
    return int(year[0]) if year else None


def _inside(span: Span, names: Sequence[Span], starts: Sequence[int]) -> bool:
    at = bisect_right(starts, span.start) - 1
    return at >= 0 and names[at].covers(span)


def _mention(text: str, span: Span, group: Sequence[re.Match[str]], known: _Known, before: Sequence[TimeMention]) -> tuple[TimeMention, _Known]:
    """A point read with what is known, and what is known after it."""
    period, relative = _period(group, known)
    if known.stale and _ahead(period, known) and group[0]["y2"] is None and not _planned(text, span):
        earlier = _period(group, replace(known, stale=False))      # 去年4月 … 。11月 …: the year goes on where the letter's is not over
        period, relative = (period, relative) if _ahead(earlier[0], known) else earlier
    role = _role(text, span, group)
    if period is not None:
        period = replace(period, text=span.of(text))
        fine = len(group) > 1 or _RANK[_kind(group[0])] > 0
        target = role == "until" and not fine and known.reference and period.last and period.last.year > known.reference.year
        if period.last and role != "compare" and not target:        # 力争到2027年…，10月…: October is of the letter's year
            known = _Known(known.reference, period.last.year, period.last.month if fine else None)
    return TimeMention(span, period, relative, role), known


def _ahead(period: Period | None, known: _Known) -> bool:
    """Whether a period ends after the letter's month."""
    if known.reference is None or known.year is None or period is None or period.last is None:
        return False
    return (period.last.year, period.last.month) > (known.reference.year, known.reference.month)


def _planned(text: str, span: Span) -> bool:
    """Whether the words about a time speak of plans."""
    about = text[max(0, span.start - 8):span.start] + text[span.end:span.end + 8]
    return any(word in about for word in _words("planned"))


def _role(text: str, span: Span, group: Sequence[re.Match[str]]) -> Role:
    """How a time dates, by the words beside it."""
    before, after = text[max(0, span.start - 6):span.start].rstrip(), text[span.end:span.end + 6].lstrip()
    if group[0]["now"]:
        return "now"
    if before.endswith(_words("compare")) or after.startswith(_words("compare_after")) or _MULTIPLE.match(after):
        return "compare"
    if before.endswith(_words("asof")):
        return "asof"
    if group[0]["y1"] or group[0]["m1"]:
        return "at"
    if group[0]["when"] == "以来" or after.startswith(_words("since_after")) or before.endswith(_words("since")):
        return "at" if group[0]["relative"] in ("今年", "年内") and after.startswith("以来") else "since"
    return "until" if before.endswith(_words("until")) else "at"


_MULTIPLE = re.compile(r"的?(?:近|约)?[\d.一二三四五六七八九十两点]+(?:倍|成)")


def _joined(text: str, mentions: Sequence[TimeMention]) -> list[TimeMention]:
    """Points with a dash or 至 between them as one range."""
    result: list[TimeMention] = []
    for mention in mentions:
        last = result[-1] if result else None
        if last and _RANGE.fullmatch(text, last.span.end, mention.span.start) and (whole := _range(text, last, mention)):
            result[-1] = whole
        else:
            result.append(mention)
    return result


def _range(text: str, first: TimeMention, last: TimeMention) -> TimeMention | None:
    """The time from one point to another; None where they make none."""
    if not first.period or not last.period or not first.period.first or not last.period.last:
        return None
    span, end = Span(first.span.start, last.span.end), last.period.last
    if first.period.first > end and "年" not in last.span.of(text):     # 12月28日至1月3日
        end = end.replace(year=end.year + 1) if (end.month, end.day) != (2, 29) else end
    if first.period.first > end:
        return None
    role: Role = "at" if first.role == "since" else first.role
    return TimeMention(span, Period(first.period.first, end, span.of(text)), first.relative or last.relative, role)


# ---- what dates a place in the letter --------------------------------------------------------------------------------

class Timeline:
    """The times of a letter, and which of them dates a place in it. Built once for a letter."""

    __slots__ = ("_blocks", "_heads", "_sentences", "_starts", "mentions")

    def __init__(self, letter: Letter, names: Iterable[Span] = ()) -> None:
        """`names` are the spans of mentions: a time inside a name dates nothing."""
        self.mentions = tuple(find_times(letter.plain, letter.header.date, sorted(names)))
        self._starts = [mention.span.start for mention in self.mentions]
        self._sentences = [sentence.span for sentence in letter.sentences]
        self._heads = [span.start for span in self._sentences]
        self._blocks = {span: letter.blocks[sentence.block].span for span, sentence in zip(self._sentences, letter.sentences, strict=True)}

    def at(self, span: Span) -> Period | None:
        """The period of what is said at a span: a time in or before it in its sentence, or one carried on to it; None if there is none."""
        mention = self.dating(span)
        return mention.period if mention else None

    def dating(self, span: Span) -> TimeMention | None:
        """The time that dates a span, with its role; None where none does (目前 included)."""
        sentence = self.sentence(span)
        found = self._last(sentence.start, max(span.end, span.start + 1))
        if found is None:
            found = self._carried(sentence)
        return None if found is None or found.role == "now" else found

    def sentence(self, span: Span) -> Span:
        """The sentence in which a span begins."""
        at = bisect_right(self._heads, span.start) - 1
        return self._sentences[at] if at >= 0 and self._sentences[at].end > span.start else span

    def within(self, span: Span) -> Sequence[TimeMention]:
        """The times that begin in a span."""
        return self.mentions[bisect_left(self._starts, span.start):bisect_left(self._starts, span.end)]

    def _last(self, start: int, end: int) -> TimeMention | None:
        """The last time between two places that dates (and is not only compared with)."""
        found = self.within(Span(start, max(start, end)))
        return next((mention for mention in reversed(found) if mention.role != "compare"), None)

    def _carried(self, sentence: Span) -> TimeMention | None:
        """The time of an earlier sentence of the paragraph, if it stood at that sentence's head."""
        block = self._blocks.get(sentence)
        found = self._last(block.start, sentence.start) if block else None
        if found is None or found.role == "now":
            return None
        return found if found.span.start - self.sentence(found.span).start <= _HEAD else None


_HEAD = 8   # characters before a time that still stands at the head: 一是截至, （二）自
