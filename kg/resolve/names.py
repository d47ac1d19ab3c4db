"""What one mention stands for, as far as it can be told from its characters, the answering place and the lexicon."""
from __future__ import annotations

import re
from dataclasses import dataclass

from kg.lexicon import Entry, Lexicon
from kg.model import Answering
from kg.organs import department_of, organ_of

SELF = re.compile("^(?:我|本)(?P<head>局|委|厅|部|办|会|署|院|行|馆|所|校|中心|单位|管委会)$")
# How the organs end that call themselves 我委, 我办, 我单位; others end as they say (我局).
HEADS = {"委": ("委员会", "委", "管委会"), "办": ("办公室", "办"), "管委会": ("管理委员会", "管委会"), "单位": ("",),
         "校": ("大学", "学院", "学校", "中学"), "会": ("会", "联")}
COMMITTEE = re.compile("(?P<park>.{2,}?)(?:管委会?|管理委员会)$")
STREET = re.compile("(?P<name>[^市区县镇]{1,6}街道)(?P<office>办(?:事处)?)?")
POINTING = re.compile("^(?:我|全|本)(自治区|(?<!本)地区|市|省|区|县|州|盟|旗|镇)(.*)$")
RELATIVE = re.compile("^(自治区|地区|市|省|区|县|州|盟|旗)(?!场|区|长|民)(.{2,})$")
LEVEL_OF = {"省": "province", "自治区": "province", "市": "city", "地区": "city",
            "州": "city", "盟": "city", "区": "district", "县": "district", "旗": "district"}
MARKS = str.maketrans("", "", " \n\u200b*")
SESSION = re.compile("(政协|人大|党代会).*[届次].*会议$")
ORGAN_KINDS = frozenset({"Government", "Association", "Organization"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The canonical name, class and reason that a mention is read with; `sure` when nothing in the letter can change it."""

    name: str
    kind: str
    reason: str
    sure: bool = True
    aliases: tuple[str, ...] = ()
    fine: str | None = None


def _calling(organ: str, head: str) -> str:
    """The organ that says 我局 or 我部 of itself: 国家知识产权局 where its 办公室 signs."""
    ends = HEADS.get(head, (head,))
    if organ.endswith(ends):
        return organ
    cuts = [organ.rfind(end) + len(end) for end in ends if organ.rfind(end) > 2]
    return organ[:max(cuts)] if cuts else organ


class NameReader:
    """Reads mentions of one letter."""

    def __init__(self, lexicon: Lexicon, answering: Answering | None) -> None:
        self.lexicon, self.answering = lexicon, answering
        self.place = answering.place if answering else None
        self.around = {} if self.place is None else self._around(self.place)

    def read(self, surface: str, kind: str) -> Reading:
        """The reading of a surface (plain characters) that was recognised as a `kind`."""
        form = surface.translate(MARKS)
        for step in (self._self, self._place, self._known, self._organ, self._local, self._committee, self._street, self._relative):
            reading = step(form, kind)
            if reading is not None:
                return reading
        return Reading(form, kind, "name", sure=False)

    def _around(self, place: str) -> dict[str, str]:
        """For each level the place of that level that the answering place lies in or is."""
        out: dict[str, str] = {}
        for name in (place, *self.lexicon.ancestors(place)):
            level = self.lexicon.level(name)
            if level == "province" and name.endswith("市"):     # a municipality is 省 and 市 at once
                out.setdefault("city", name)
            if level is not None:
                out.setdefault(level, name)
        if self.answering is not None and self.answering.level == "district":
            out.setdefault("district", place)
        if place.endswith("市"):        # 我市 of a county-level city is that city
            out["city"] = place
        return out

    def _owner(self, word: str) -> str | None:
        """The place that 市, 省, 区 … means in this letter."""
        if self.place is not None and word in "州盟县旗" and self.place.endswith(word):
            return self.place
        if word == "自治区" and self.around.get("province"):
            return self.around["province"]
        if word == "区" and "district" not in self.around and self.around.get("province", "").endswith("自治区"):
            return self.around["province"]
        return self.around.get(LEVEL_OF.get(word, ""))

    def _self(self, form: str, kind: str) -> Reading | None:
        own = SELF.match(form)
        if own and self.answering is not None and self.answering.organ:
            return Reading(_calling(self.answering.organ, own["head"]), "Government", "self")
        return None

    def _place(self, form: str, kind: str) -> Reading | None:
        pointing = POINTING.match(form)
        if pointing:
            owner = self._owner(pointing[1]) or (self.place if pointing[0][0] in "我本" else None)
            if owner is None:
                return None
            if not pointing[2]:
                entry = self.lexicon.entry(owner)
                return Reading(owner, entry.kind if entry else kind, "self", fine=entry.fine if entry else None)
            return self._at(owner, pointing[2], kind)
        if kind != "Place":
            return None
        if len(form) == 1:
            name = self.lexicon.initial(form, self.place)
            return self._entry(name, "initial") if name else None
        complete = self._unique(form, kind)
        if complete is not None and complete.kind == "Place":
            return self._from(complete, "lexicon")
        name = self.lexicon.division(form, self.place)
        return self._entry(name, "place") if name else None

    def _known(self, form: str, kind: str) -> Reading | None:
        entry = self._unique(form, kind)
        return self._from(entry, "lexicon") if entry is not None else None

    def _unique(self, form: str, kind: str) -> Entry | None:
        owners = self.lexicon.named(form)
        alike = [entry for entry in owners if entry.kind == kind]
        if len(alike) == 1:
            return alike[0]
        return owners[0] if len(owners) == 1 else None

    def _organ(self, form: str, kind: str) -> Reading | None:
        if kind not in ORGAN_KINDS and not RELATIVE.match(form):
            return None
        organ = organ_of(form, self.place, self.lexicon)
        return Reading(organ.name, organ.kind, "organ", aliases=organ.names) if organ is not None else None

    def department(self, reading: Reading) -> Reading:
        """The reading, where it is a department without a place that nothing else explains, as that of the answering place."""
        organ = department_of(reading.name, self.place, self.lexicon) if reading.kind in ORGAN_KINDS and not reading.sure else None
        return Reading(organ.name, organ.kind, "organ", aliases=organ.names) if organ is not None else reading

    def _committee(self, form: str, kind: str) -> Reading | None:
        """The committee of a development zone by the zone's official name: 徐州经开区管委会 is 徐州经济技术开发区管理委员会.

        Those of new areas and scenic areas have names of their own kind, and stay as they are written.
        """
        led = COMMITTEE.match(form) if kind in ORGAN_KINDS else None
        park = (self._unique(led["park"], "Park") or self.lexicon.local(led["park"], self.place)) if led else None
        if park is None or park.kind != "Park" or not park.name.endswith("开发区"):
            return None
        name = park.name + "管理委员会"
        return Reading(name, "Government", "organ", aliases=(park.name + "管委会",) if form == name else (park.name + "管委会", form))

    def _local(self, form: str, kind: str) -> Reading | None:
        entry = self.lexicon.local(form, self.place)
        return self._from(entry, "local") if entry is not None and entry.kind == kind else None

    def _street(self, form: str, kind: str) -> Reading | None:
        """A street of the answering district with its district: 香蜜湖街道办 is 深圳市福田区香蜜湖街道办事处."""
        street = STREET.fullmatch(form)
        if street is None or self.place is None or self.lexicon.level(self.place) != "district":
            return None
        return Reading(self.place + street["name"] + ("办事处" if street["office"] else ""), kind, "relative")

    def _relative(self, form: str, kind: str) -> Reading | None:
        """市X as the answering city's X, for names that no rule of organs covers."""
        relative = RELATIVE.match(form)
        owner = self._owner(relative[1]) if relative else None
        if relative is None or owner is None or kind in ("Place", "Person", "Field"):
            return None
        return self._at(owner, relative[2], kind)

    def _at(self, owner: str, rest: str, kind: str) -> Reading:
        entry = self._unique(owner + rest, kind)
        if entry is not None:
            return self._from(entry, "relative")
        organ = organ_of(owner + rest, self.place, self.lexicon) if kind in ORGAN_KINDS else None
        if organ is not None:
            return Reading(organ.name, organ.kind, "organ", aliases=organ.names)
        return Reading(owner + rest, kind, "relative")

    def _entry(self, name: str, reason: str) -> Reading:
        entry = self.lexicon.entry(name)
        return self._from(entry, reason) if entry is not None else Reading(name, "Place", reason)

    def _from(self, entry: Entry, reason: str) -> Reading:
        return Reading(entry.name, entry.kind, reason, aliases=entry.names, fine=entry.fine)
