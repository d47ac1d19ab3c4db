"""Who answers: the place and the organ, from the letterhead, the signature and the title; else by votes of the whole text."""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import COUNTRY, Lexicon
from kg.model import Answering, Letter, Level
from kg.organs import department_of, organ_of
from kg.parties import issuers
from kg.patterns import load_patterns

Votes = Mapping[str, float]
_ABROAD = frozenset({"香港特别行政区", "澳门特别行政区", "台湾省", "台湾"})
_LONGEST_PLACE, _DIVISION = 16, frozenset("省市区县州盟旗")
_ZONES = frozenset({"HighTechZone", "DevelopmentZone", "NewArea", "CoopZone", "IndustrialPark", "FreeTradeZone", "ScenicArea"})
_LONGEST_ZONE = 20
_NUMBER_VOTE, _HEAD_VOTE, _TEXT_VOTE, _INITIAL_VOTE, _BELOW = 4.0, 6.0, 1.0, 0.5, 0.5
_HEADS = frozenset({"letterhead", "number", "title", "addressee", "signature"})
# Which divisions may call themselves so: the finer classes of the lexicon.
_SELVES = {
    "省": ("Province",), "自治区": ("AutonomousRegion",), "州": ("Prefecture",), "自治州": ("Prefecture",), "盟": ("Prefecture",),
    "市": ("City", "Municipality", "CountyCity"), "区": ("District", "AutonomousRegion"), "县": ("County",), "旗": ("County",),
}


@dataclass(frozen=True, slots=True)
class _Rules:
    ministry: re.Pattern[str]
    ministry_session: re.Pattern[str]
    own: re.Pattern[str]
    own_organ: re.Pattern[str]
    initial: re.Pattern[str]
    park: re.Pattern[str]
    corps: re.Pattern[str]


@cache
def _rules() -> _Rules:
    part = load_patterns("structure").table("answering")
    return _Rules(**{name: part.regex(name) for name in _Rules.__dataclass_fields__})


def answering(letter: Letter, lexicon: Lexicon) -> Answering | None:
    """The place that answers and its organ; None when nothing in the letter tells the place."""
    organs = tuple(span.of(letter.plain) for span in issuers(letter))
    place = _ministry(letter, organs, lexicon) or _by_organ(letter, organs, lexicon, (None,))
    if place is not None:
        place = _of_meeting(letter, place, lexicon) or place
    else:
        votes = _votes(letter, lexicon)
        spoken_of = sorted(votes, key=lambda name: (-votes[name], name))[:5]
        place = _by_organ(letter, organs, lexicon, spoken_of) or _by_votes(letter, organs, lexicon, votes)
    if place is None:
        return None
    return Answering(place, _level(place, lexicon), _full(organs[0], place, lexicon) if organs else None)


def _full(organ: str, place: str, lexicon: Lexicon) -> str:
    """The organ's full name: 市教育局 of 深圳市 is 深圳市教育局, 伊犁州商务局 is 伊犁哈萨克自治州商务局."""
    known = lexicon.named(organ)
    if len(known) == 1:
        return known[0].name
    written = organ_of(organ, place, lexicon) or department_of(organ, place, lexicon)
    if written is not None:
        return written.name
    own = _rules().own_organ.match(organ)
    if own and place != COUNTRY:
        return place + organ[own.end():]
    park = _rules().park.match(organ)
    if park and any(entry.name == place for entry in lexicon.named(park[0])):
        return place + organ[park.end():]
    for length in range(min(_LONGEST_PLACE, len(organ) - 2), 1, -1):
        if organ[length - 1] in _DIVISION and lexicon.division(organ[:length], place) == place:
            return place + organ[length:]
    return organ


def _level(place: str, lexicon: Lexicon) -> Level:
    return lexicon.level(place) or "district"


def _ministry(letter: Letter, organs: tuple[str, ...], lexicon: Lexicon) -> str | None:
    """China, when an organ of the state answers, or when the meeting was national and no local organ is named."""
    for organ in organs:
        if _of_state(organ, lexicon):
            return _branch(organ, lexicon) or (COUNTRY if _prefix(organ, lexicon, None) in (None, COUNTRY) else None)
    session = letter.header.session or ""
    return COUNTRY if not organs and _rules().ministry_session.search(session) and not _selves(letter, organs) else None


def _of_state(organ: str, lexicon: Lexicon) -> bool:
    """Whether an organ is one of the state, by its name or by what that is short for."""
    return any(entry.fine == "Ministry" or _rules().ministry.search(entry.name) for entry in lexicon.named(organ)) \
        or _rules().ministry.search(organ) is not None


def _branch(organ: str, lexicon: Lexicon) -> str | None:
    """The place of a local branch: 厦门市 of 国家金融监督管理总局厦门监管局."""
    for length in range(4, len(organ) - 2):
        if any(_of_state(entry.name, lexicon) for entry in lexicon.named(organ[:length])):
            place = _prefix(organ[length:], lexicon, None)
            if place is not None:
                return place
    return None


def _of_meeting(letter: Letter, place: str, lexicon: Lexicon) -> str | None:
    """The district of a city that answers where the district's own meeting asked (区政协六届三次会议)."""
    match = _rules().own_organ.match(letter.header.session or "")
    if not match or match["level"] not in "区县旗" or lexicon.level(place) not in ("city", "province"):
        return None
    votes = _votes(letter, lexicon)
    below = [name for name in votes if _fine(name, lexicon) in _SELVES[match["level"]] and place in lexicon.ancestors(name)]
    return max(below, key=lambda name: (votes[name], name), default=None)


def _by_organ(letter: Letter, organs: tuple[str, ...], lexicon: Lexicon, cities: Sequence[str | None]) -> str | None:
    """The place in the organ's own name, by itself or as it is called in one of these cities."""
    for organ in organs:
        organ = _rules().corps.sub("", organ.removeprefix("中共"))
        park = _park(letter, organ, lexicon)
        if park is not None:
            return park
        for within in cities:
            place = _prefix(organ, lexicon, within)
            if place is not None:
                return place
    return None


def _prefix(organ: str, lexicon: Lexicon, within: str | None) -> str | None:
    """The division with which the organ's name begins, the longest there is."""
    for length in range(min(_LONGEST_PLACE, len(organ)), 1, -1):
        place = lexicon.division(organ[:length], within)
        if place is not None and place not in _ABROAD:
            return place
    return None


def _park(letter: Letter, organ: str, lexicon: Lexicon) -> str | None:
    """The zone that answers for itself by its committee or by an organ of its own (苏州工业园区科技创新委员会), and does not say 我市."""
    own = Counter(found["level"] for found in _rules().own.finditer(letter.plain) if found[0][0] != "全")
    if own["市"] > own["区"]:
        return None
    bare = next((organ[length:] for length in range(6, 1, -1) if lexicon.division(organ[:length], None)), organ)
    for name in (organ, bare):
        led = _rules().park.match(name)
        for length in range(min(_LONGEST_ZONE, len(name)), 3, -1):
            zones = (entry for entry in lexicon.named(name[:length]) if entry.kind == "Park")
            zone = next((entry for entry in zones if entry.fine in _ZONES or (led and led[0] == name[:length])), None)
            if zone is not None:
                return zone.name
    return None


def _by_votes(letter: Letter, organs: tuple[str, ...], lexicon: Lexicon, votes: Votes) -> str | None:
    """Of the divisions that may call themselves as the letter does, the one that it speaks of most."""
    selves = _selves(letter, organs)
    fits = [place for place in votes if _fine(place, lexicon) in selves]
    if not selves:
        fits = [place for place in votes if lexicon.level(place) in ("province", "city")]
    return max(fits, key=lambda place: (votes[place], place), default=None) or _by_number(letter, lexicon, votes, selves)


def _by_number(letter: Letter, lexicon: Lexicon, votes: Votes, selves: tuple[str, ...]) -> str | None:
    """The one division that the document number begins with, by its name (鼓楼发改〔2025〕) where the text speaks of what is around it,
    or by one character (苏科提, 深南教函)."""
    number = letter.header.document_number
    if number is None:
        return None
    first = lexicon.initial(number[0])
    near = [first] if first is not None else sorted(votes, key=lambda name: (-votes[name], name))[:5]
    named = (lexicon.division(number[:length], around) for around in near for length in (3, 2))
    place = next((name for name in named if name is not None and _fine(name, lexicon) in selves), None)
    if place is not None:
        return place
    char = number[1] if first is not None and "City" not in selves else number[0]
    below = [entry for entry in lexicon if entry.fine in selves and any(around in lexicon.ancestors(entry.name) for around in near)
             and lexicon.initial(char, entry.name) == entry.name]
    cities = [entry for entry in below if entry.fine == "City"] or below
    return cities[0].name if len(cities) == 1 else None


def _selves(letter: Letter, organs: tuple[str, ...]) -> tuple[str, ...]:
    """The finer classes of divisions that call themselves as this letter calls its place."""
    rule = _rules()
    own = Counter(found["level"] for found in rule.own.finditer(letter.plain))
    for name in (*organs, letter.header.session or ""):
        match = rule.own_organ.match(name)
        if match:
            own[match["level"]] += 3
    if not own:
        return ()
    return _SELVES[max(own, key=lambda level: (own[level], level))]


def _fine(place: str, lexicon: Lexicon) -> str | None:
    entry = lexicon.entry(place)
    return entry.fine if entry is not None else None


def _votes(letter: Letter, lexicon: Lexicon) -> Votes:
    """How much the letter speaks of each division, by name, by names that begin with it, and by one character."""
    votes: defaultdict[str, float] = defaultdict(float)
    for place, vote in (*_number_votes(letter, lexicon), *_text_votes(letter, lexicon), *_initial_votes(letter, lexicon)):
        if place in _ABROAD or place == COUNTRY:
            continue
        votes[place] += vote
        for above in lexicon.ancestors(place):
            if above != COUNTRY:
                votes[above] += vote * _BELOW
    return votes


def _number_votes(letter: Letter, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    number = letter.header.document_number
    place = lexicon.initial(number[0]) if number else None
    if place is not None:
        yield place, _NUMBER_VOTE


def _text_votes(letter: Letter, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    heads = [block.span for block in letter.blocks if block.kind in _HEADS]
    for match in lexicon.matches(letter.plain):
        if not match.complete:
            continue
        weight = _HEAD_VOTE if any(head.start <= match.start < head.end for head in heads) else _TEXT_VOTE
        for entry in lexicon.named(match.form)[:1]:
            if lexicon.level(entry.name):
                yield entry.name, weight
            elif entry.place and lexicon.level(entry.place):
                yield entry.place, weight * _BELOW


def _initial_votes(letter: Letter, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    for match in _rules().initial.finditer(letter.plain):
        place = lexicon.initial(match["a"] or match["b"] or match["c"])
        if place is not None:
            yield place, _INITIAL_VOTE
