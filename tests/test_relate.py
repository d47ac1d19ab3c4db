"""What parts names play in a sentence, which words say a relation, and what a second reading sees of a pair."""
from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from kg.keys import codes, keyed
from kg.maxent import Classifier
from kg.relate.certainty import UNTOLD, Certainty, features, fit
from kg.relate.context import contexts, statement, undecided
from kg.relate.layout import Layout
from kg.relate.pairs import Actor, Pair, Pairs, find_pairs, sort
from kg.relate.parts import Parts
from kg.relate.qualifiers import amounts
from kg.relate.relations import Relations, shared
from kg.relate.scene import Scene, scenes
from kg.relate.signs import says, turned
from kg.train import CERTAINTY
from kg.words import tagger
from tests.nouns import entity, letter

PARK = "天开西青园由我区与天津理工大学、天津师范大学共建。"
NAMES = (("天开高教科创园西青园", "Park", "天开西青园"), ("天津市西青区", "Place", "我区"), ("天津理工大学", "University", "天津理工大学"),
         ("天津师范大学", "University", "天津师范大学"))
JOINED = int(keyed("T", codes(["Park>Place"]))[0])
LABELS = ("<establishes", ">cooperatesWith", "O")
JOINS = {"Park>Place": ["<establishes"], "Park>University": ["<establishes"], "Place>University": [">cooperatesWith"],
         "University>University": [">cooperatesWith"]}


def scene(text: str = PARK, names: tuple[tuple[str, str, str], ...] = NAMES) -> Scene:
    return scenes(letter(text), [entity(text, name, kind, part) for name, kind, part in names], tagger())[0]


def laid_out(one: Scene) -> tuple[Layout, Parts, np.ndarray, np.ndarray]:
    """A sentence as arrays, the parts of its names, and the first and last tokens of their lists."""
    layout = Layout([one])
    start = layout.starts[0]
    firsts, lasts = np.array([(node.first + start, node.last + start) for node in one.nodes]).T
    return layout, Parts(layout, firsts, lasts, np.full(len(firsts), start)), firsts, lasts


def parts(one: Scene) -> list[int]:
    _, found, firsts, _ = laid_out(one)
    return list(found.of(firsts).tolist())


def pairs(actors: Sequence[Actor] = ()) -> Pairs:
    return find_pairs([scene()], [actors], JOINS)


def chances(found: Sequence[Pair], sure: dict[tuple[str, str], tuple[str, float]]) -> np.ndarray:
    """Nothing is likely but what `sure` gives by the two ends."""
    out = np.tile(np.array([0.0, 0.0, 1.0]), (len(found), 1))
    for row, pair in enumerate(found):
        if (pair.left, pair.right) in sure:
            label, chance = sure[pair.left, pair.right]
            out[row] = 0.0
            out[row, LABELS.index(label)], out[row, 2] = chance, 1 - chance
    return out


def test_the_word_before_a_name_gives_its_part() -> None:
    assert parts(scene()) == codes(["S", "by", "with", "with"]).tolist()


def test_a_name_after_a_verb_is_its_object_and_one_after_a_comma_a_subject() -> None:
    one = scene("去年，南开大学参访香港科学园。", (("南开大学", "University", "南开大学"), ("香港科学园", "Park", "香港科学园")))
    assert parts(one) == codes(["S", "O"]).tolist()


def test_another_subject_nearer_to_the_verb_is_seen() -> None:
    one = scene("天津大学来访，南开大学出席。", (("天津大学", "University", "天津大学"), ("南开大学", "University", "南开大学")))
    layout, found, firsts, lasts = laid_out(one)
    verb = np.full(2, layout.starts[0] + next(k for k, token in enumerate(one.tokens) if token.text == "出席"))
    alone = Parts(layout, firsts[:1], lasts[:1], layout.starts)
    assert found.to(firsts, lasts, verb)[0] != alone.to(firsts[:1], lasts[:1], verb[:1])[0]
    assert found.to(firsts, lasts, verb)[1] != found.to(firsts, lasts, verb)[0]


@pytest.mark.parametrize(("word", "tag", "predicate"), [("参加", "v", "participatesIn"), ("应邀参加", "l", "participatesIn"), ("援建", "v", "establishes")])
def test_a_word_says_what_the_known_word_in_it_says(word: str, tag: str, predicate: str) -> None:
    assert predicate in says(word, tag, turned("triggers"))


def test_a_noun_of_two_characters_says_nothing_by_its_last() -> None:
    assert says("扩建", "n", {"建": ("establishes",)}) == ()


def test_all_that_acts_is_of_one_sort() -> None:
    assert sort("Company") == sort("Park") == sort("University") != sort("Place")


def test_a_pair_that_surely_says_nothing_is_not_read_again() -> None:
    found = pairs().each
    rows = undecided(chances(found, {("天开高教科创园西青园", "天津市西青区"): ("<establishes", 0.8)}), LABELS)
    assert [(found[row].left, found[row].right) for row in rows] == [("天开高教科创园西青园", "天津市西青区")]


def test_the_second_reading_sees_that_both_do_the_same_with_a_third() -> None:
    found = pairs()
    first = chances(found.each, {("天开高教科创园西青园", "天津市西青区"): ("<establishes", 0.9), ("天开高教科创园西青园", "天津理工大学"): ("<establishes", 0.9),
                            ("天津市西青区", "天津理工大学"): (">cooperatesWith", 0.4)})
    row = next(row for row, pair in enumerate(found.each) if (pair.left, pair.right) == ("天津市西青区", "天津理工大学"))
    assert keyed("2Z", codes([">establishes"]), codes([">establishes"]))[0] in contexts(found, first, LABELS, np.array([row])).keys


def test_a_symmetric_statement_is_the_same_from_either_side() -> None:
    pair = next(pair for pair in pairs().each if pair.left == "天津市西青区")
    assert statement(pair, ">cooperatesWith") == statement(pair, "<cooperatesWith")


def test_items_of_a_list_share_their_chances() -> None:
    found = pairs()
    both = shared(chances(found.each, {("天开高教科创园西青园", "天津理工大学"): ("<establishes", 0.8)}), found.groups)
    listed = [pair.left == "天开高教科创园西青园" and pair.kinds == "Park>University" for pair in found.each]
    assert both[listed, 0].tolist() == pytest.approx([0.6, 0.2])


def test_without_a_second_reading_the_first_decides() -> None:
    found = pairs()
    alone = Relations(Classifier(LABELS, {JOINED: [(0, 3.0)]}), None, JOINS)
    assert alone.chances(found).tolist() == alone.alone(found).tolist()
    assert alone.alone(found)[:, 0].max() > 0.9


def test_a_label_that_two_classes_cannot_have_has_no_chance() -> None:
    found = pairs()
    relations = Relations(Classifier(LABELS, {JOINED: [(1, 9.0)]}), Classifier(("O", "<establishes"), {JOINED: [(1, 1.0)]}), JOINS)
    assert not relations.chances(found)[[pair.kinds == "Park>Place" for pair in found.each], 1].any()


def test_of_the_items_of_a_list_only_the_names_differ() -> None:
    found = pairs([Actor("天津市", "Place", "place")])
    one, other = (k for k, pair in enumerate(found.each) if pair.left == "天津市西青区")
    assert found.groups[one] == found.groups[other]
    seen = found.features().each()
    assert set(seen[one]) - set(seen[other]) <= set(found.names.each()[one])


def test_an_actor_left_out_is_seen_as_who_he_is() -> None:
    found = pairs([Actor("天津市", "Place", "place")])
    seen = found.features().each()
    assert [keyed("T", codes(["place:Place>University"]))[0] in keys for keys in seen] == [pair.left == "天津市" for pair in found.each]


def test_features_chosen_by_example_are_those_of_the_example() -> None:
    found = pairs()
    seen = found.features().each()
    rows = np.array([3, 0, 3])
    assert [sorted(keys) for keys in found.features(rows).each()] == [sorted(seen[row]) for row in rows]


def facts_of(kinds: Sequence[tuple[str, str, float, int, int]], predicate: str = "hosts") -> Iterator[tuple[list[tuple[str, float]], bool]]:
    """Facts of a predicate as the certainty learns them: status, word, chance, how many right, how many wrong."""
    for status, word, chance, right, wrong in kinds:
        yield from ((list(features(chance, status, predicate, word)), k < right) for k in range(right + wrong))


def test_a_confidence_is_the_share_of_such_facts_that_were_right() -> None:
    sure = fit(facts_of([("done", "举办", 0.8, 90, 10), ("done", UNTOLD, 0.8, 40, 60)]), penalty=0.01)
    assert sure.of(0.8, "done", "hosts", "承办") == pytest.approx(0.9, abs=0.01)
    assert sure.of(0.8, "done", "hosts", UNTOLD) == pytest.approx(0.4, abs=0.01)


def test_facts_of_a_predicate_that_is_often_wrong_are_less_sure() -> None:
    sure = fit([*facts_of([("done", "举办", 0.8, 90, 10)]), *facts_of([("done", "资助", 0.8, 50, 50)], "funds")], penalty=0.01)
    assert sure.of(0.8, "done", "hosts", "举办") == pytest.approx(0.9, abs=0.01)
    assert sure.of(0.8, "done", "funds", "资助") == pytest.approx(0.5, abs=0.01)


def test_a_kind_of_fact_that_was_never_seen_has_the_share_of_all() -> None:
    sure = fit(facts_of([("done", "举办", 0.8, 60, 40), ("ongoing", "访问", 0.8, 60, 40)]))
    assert sure.of(0.8, "planned", "funds", "资助") == pytest.approx(0.6, abs=0.05)


def test_of_one_kind_the_likelier_fact_is_surer() -> None:
    sure = Certainty(json.loads(CERTAINTY.read_text(encoding="utf-8"))["weights"])
    steps = [chance / 50 for chance in range(1, 50)]
    for word in (UNTOLD, "举办"):
        found = [sure.of(chance, "done", "hosts", word) for chance in steps]
        assert found == sorted(found)
    assert found[0] > 0
    assert found[-1] < 1


@pytest.mark.parametrize(("text", "amount"), [
    ("投入经费1，200万元", "1，200万元"), ("捐资五百余万元", "五百余万元"), ("认缴1亿加元", "1亿加元"), ("出资1.2万亿元人民币", "1.2万亿元人民币"),
    ("由三元食品出资", None), ("出资2000万英镑", "2000万英镑"),
])
def test_the_amount_of_a_fact_is_the_whole_sum_in_any_money(text: str, amount: str | None) -> None:
    found = amounts().search(text)
    assert (found[0] if found else None) == amount
