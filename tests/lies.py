"""Two hundred answers of a model that lies about the letter of tests/test_llm.py: none may put anything into the graph."""
from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import islice

from kg.llm.prompt import fits
from kg.model import CLASSES, PREDICATES
from kg.ontology import load_ontology
from tests.llm_server import answer

SIGNED = "天津大学与香港科技大学签署《津港联合创新备忘录》"
MOVED = "天津云帆智联落户滨海高新区"
VISITED = "香港理工大学代表团访问了天津港集团"
FUNDED = "海河产业基金投资了康希诺"
PLANNED = "我市将支持南开大学到香港科学园设立转化站"
DENIED = "天津港集团尚未与香港国际机场签署协议"
NAMES = {"天津大学": "University", "香港科技大学": "University", "《津港联合创新备忘录》": "Document", "天津云帆智联": "Company", "滨海高新区": "Park",
         "南开大学": "University", "香港科学园": "Park", "天津港集团": "Company", "香港国际机场": "Park", "香港理工大学": "University", "海河产业基金": "Fund", "康希诺": "Company"}
PAIRS = (("香港理工大学", "天津港集团", VISITED, {"visits"}), ("海河产业基金", "康希诺", FUNDED, {"funds"}),
         ("天津大学", "《津港联合创新备忘录》", SIGNED, {"signs"}), ("天津云帆智联", "滨海高新区", MOVED, {"settlesIn"}),
         ("南开大学", "香港科学园", PLANNED, {"settlesIn"}), ("天津大学", "香港科技大学", SIGNED, {"cooperatesWith"}))
FITS = fits(load_ontology())
ALIKE = {"大": "夶", "学": "學", "港": "巷", "天": "夭", "科": "料", "园": "圆", "津": "律", "区": "區", "南": "\u2f45", "云": "\u200b云", "高": "\uff48"}


def invented(chance: random.Random) -> str:
    name = "".join(chance.choice("京沪深穗蓉渝华鼎恒泰信智创联") for _ in range(4)) + chance.choice(["大学", "集团", "基金", "研究院"])
    return answer([(name, chance.choice(CLASSES))], [(name, "settlesIn", "滨海高新区", "done", chance.choice([MOVED, f"{name}落户滨海高新区"])),
                                                     ("天津大学", "cooperatesWith", name, "done", SIGNED)])


def swapped(chance: random.Random) -> str:
    left, right, quote, true = chance.choice(PAIRS[:5])
    return answer(list(NAMES.items()), [(right, min(true), left, chance.choice(["done", "planned"]), quote)])


def wrong_predicate(chance: random.Random) -> str:
    left, right, quote, true = chance.choice(PAIRS)
    fit = [name for name, (domain, range_) in FITS.items() if NAMES[left] in domain and NAMES[right] in range_ and name not in true]
    predicate = chance.choice(fit or [one for one in PREDICATES if one not in true])
    return answer(list(NAMES.items()), [(left, predicate, right, "planned" if quote is PLANNED else "done", quote)])


def no_such_quote(chance: random.Random) -> str:
    left, right, quote, true = chance.choice(PAIRS)
    words = chance.choice([f"{left}与{right}", quote + "并举行仪式", quote.replace("津", "沪"), quote[::-1], f"2024年，{left}入驻{right}", quote + "。" + quote])
    return answer(list(NAMES.items()), [(left, min(true), right, "done", words)])


def empty_quote(chance: random.Random) -> str:
    left, right, quote, _ = chance.choice(PAIRS[:5])
    other = chance.choice([one for one in (SIGNED, MOVED, VISITED, FUNDED, PLANNED, DENIED) if one != quote])
    words = chance.choice([other, "签署", quote[:4], "合作进展", "2024年", quote.replace(right, "")[:6]])
    return answer(None, [(left, chance.choice(["signs", "settlesIn", "establishes"]), right, "done", words)])


def across(chance: random.Random) -> str:
    quote = chance.choice([SIGNED + "。" + MOVED, MOVED + "。\n二、下一步\n" + PLANNED, PLANNED + "。目前，" + DENIED])
    inside = [name for name in NAMES if name in quote]
    left, right = chance.sample(inside, 2)
    return answer(list(NAMES.items()), [(left, chance.choice(PREDICATES), right, "done", quote)])


def wrong_class(chance: random.Random) -> str:
    name, kind = chance.choice(list(NAMES.items()))
    return answer([(name, chance.choice([one for one in CLASSES if one != kind]))])


def alike(chance: random.Random) -> str:
    left, right, quote, true = chance.choice(PAIRS)
    at = chance.choice([k for k, char in enumerate(left) if char in ALIKE] or [0])
    false = left[:at] + ALIKE.get(left[at], "\u202e" + left[at]) + left[at + 1:]
    return answer([(false, NAMES[left])], [(false, min(true), right, "done", quote.replace(left, chance.choice([left, false])))])


def offsets(chance: random.Random) -> str:
    name = {"text": "云帆", "class": "Company", "start": chance.randrange(-9, 10**9), "end": 3}
    return json.dumps({"names": [name], "facts": [{**json.loads(answer(None, [("天津云帆智联", "visits", "滨海高新区", "done", MOVED)]))["facts"][0],
                                                   "begin": chance.random()}]})


def giant(chance: random.Random) -> str:
    lie = ("天津云帆智联", "visits", "滨海高新区", "done", MOVED)
    return chance.choice([
        answer([(f"研发总部{k}", "Company") for k in range(chance.randrange(401, 900))]), answer(None, [lie] * 5000), "[" * chance.randrange(2000, 90_000),
        answer([("天津" * 50_000, "Place")]), '{"names": [], "facts": [], "x": ' + "9" * 9000 + "}", answer([("研发总部" * 30, "Company")])])


def no_json(chance: random.Random) -> str:
    whole = answer([("研发总部", "Organization")], [("天津云帆智联", "establishes", "研发总部", "done", MOVED)])
    return chance.choice([
        whole[:chance.randrange(1, len(whole) - 1)], whole.replace('"', "'"), f"好的，结果如下：{whole}", f"[{whole}]", "null", "NaN", "", "\ufeff{}",
        whole[:-1] + ', "names": []}', '{"names": {}, "facts": "none"}', '{"names": [1, null, [], "研发总部"], "facts": [{}, true]}', "\ud800",
        '{"names": [{"text": 7, "class": "Company"}], "facts": []}', '{"names": [{"text": "研发总部"}], "facts": []}'])


def iris(chance: random.Random) -> str:
    evil = chance.choice(["https://evil.example/x", "<https://w3id.org/zhihan/id/天津大学>", "天津大学> a kg:Company ; kg:signs <x", "kg:天津大学", "../天津大学",
                          "天津大学#fact=1", "urn:x:天津大学", '天津大学" . <a> <b> <c> . #', "天津大学\n。", "%E5%A4%A9"])
    return answer([(evil, "University")], [(evil, "signs", "《津港联合创新备忘录》", "done", SIGNED), ("天津大学", "signs", evil, "done", SIGNED)])


def wrong_status(chance: random.Random) -> str:
    left, right, quote, true = chance.choice(PAIRS)
    status = chance.choice(["done", "ongoing", "suggested"] if quote is PLANNED else ["planned", "suggested"])
    return answer(list(NAMES.items()), [(left, min(true), right, status, quote)])


def denied(chance: random.Random) -> str:
    ends = chance.sample(["天津港集团", "香港国际机场"], 2)
    return answer(list(NAMES.items()), [(ends[0], chance.choice(["cooperatesWith", "signs", "settlesIn"]), ends[1], "done", chance.choice([DENIED, "目前，" + DENIED]))])


def no_name(chance: random.Random) -> str:
    part = chance.choice(["津大学", "研发总部", "转化站", "协议", "落户", "天津大学与香港科技大学", "大学", "《津港联合", "，天津大学", "科技大学签署", "支持南开大学", "云帆",
                          "将支持", "国际", "2024年", "创新备忘录》", "。天津云帆智联", "目前"])
    return answer([(part, chance.choice(CLASSES))], [(part, "cooperatesWith", "香港科学园", "planned", PLANNED)])


def absent_actor(chance: random.Random) -> str:
    who = chance.choice(["香港特别行政区", "张三", "上海市", "国务院", "天津市科学技术局", "他们", "我省", "天津大学"])
    return answer(None, [(who, chance.choice(["settlesIn", "visits", "establishes"]), chance.choice(["香港科学园", "滨海高新区"]), "done",
                          chance.choice(["到香港科学园设立转化站", "落户滨海高新区"]))])


def no_term(chance: random.Random) -> str:
    return answer([("天津大学", chance.choice(["Alien", "kg:University", "", "university", "Entity", "University "]))],
                  [("天津云帆智联", chance.choice(["owns", "rdf:type", "kg:visits", "settlesin", "sameAs", "locatedIn;signs"]), "滨海高新区", "done", MOVED),
                   ("天津云帆智联", "settlesIn", "滨海高新区", chance.choice(["true", "Done", "kg:Done", "certain", ""]), MOVED)])


def repeated(chance: random.Random) -> str:
    lie = ("天津云帆智联", chance.choice(["visits", "establishes", "funds"]), "滨海高新区", "done", MOVED)
    return answer([("研发总部", "Organization")] * 300, [lie] * 300)


KINDS = (invented, swapped, wrong_predicate, no_such_quote, empty_quote, across, wrong_class, alike, offsets, giant, no_json, iris, wrong_status, denied,
         no_name, absent_actor, no_term, repeated)


def lies(number: int = 200) -> list[tuple[str, str]]:
    """So many different lies, each with its kind; the same every time."""
    return list(islice(_lies(), number))


def _lies() -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for seed in range(100_000):
        kind = KINDS[seed % len(KINDS)]
        lie = kind(random.Random(seed))
        if lie not in seen:
            seen.add(lie)
            yield kind.__name__, lie
