"""Files of corrections: what they say is read, written back as it was, and what cannot be used is told with file and line."""
from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.curate.apply import apply, read
from kg.curate.checks import Corrections
from kg.curate.document import parse_yaml, write_yaml
from kg.curate.fields import Given, correction
from kg.curate.model import Correction
from kg.curate.rdf import read_turtle, write_turtle
from kg.errors import InputError, UnknownName
from kg.store import Store
from tests.nouns import extraction
from tests.test_curate_store import ALL, HEAD, TEXTS


def refused(text: str, tmp_path: Path, name: str = "c.yaml") -> str:
    """The one sentence that a file gives."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as told:
        Corrections.of([placed.correction for placed in read(path)])
    assert str(told.value).endswith(".") and "\n" not in str(told.value) and str(path) in str(told.value)
    return str(told.value)


def test_a_file_says_who_and_when_once_for_all_and_each_may_say_otherwise() -> None:
    one, other = (placed.correction for placed in parse_yaml(
        "by: 王芳\nwhen: 2025-03-01\ncorrections:\n- {hide: 甲, why: a}\n- {hide: 乙, why: b, by: 李强, when: 2025-04-02}\n", Path("c.yaml")))
    assert (one.by, one.when, one.source, other.by, other.when) == ("王芳", "2025-03-01", "c.yaml", "李强", "2025-04-02")


def test_scalars_are_texts_whatever_yaml_makes_of_them() -> None:
    (one,) = parse_yaml(HEAD + "- {rename: no, to: 0123, why: 2025-01-01}", Path("c.yaml"))
    assert (one.correction.names, one.correction.new("name"), one.correction.why) == (("no",), "0123", "2025-01-01")


def test_predicates_classes_and_statuses_go_by_their_labels_too() -> None:
    (one,) = parse_yaml(HEAD + "- {wrong: fact, subject: 甲, predicate: 与…合作, object: 乙, status: 计划中, why: x}", Path("c.yaml"))
    assert (one.correction.about("predicate"), one.correction.about("status")) == ("cooperatesWith", "planned")


def test_the_id_is_made_from_what_is_corrected_and_not_from_who_says_so() -> None:
    texts = ("- {hide: 甲, why: a}", "- {hide: 甲, why: b, by: 李强}", "- {hide: 乙, why: a}")
    one, same, other = (parse_yaml(HEAD + text, Path("c.yaml"))[0].correction.id for text in texts)
    assert one == same != other


@pytest.mark.parametrize(("text", "says"), [
    ("corrections:\n- {class: 甲, to: Funt, why: x, by: a, when: 2025-01-01}", "line 2: `to` is"),
    (HEAD + "- {hide: 甲}", "line 4: `hide` lacks why"),
    (HEAD + "- hide: 甲\n  why: x\n  whi: y", "line 6: `whi` is not known"),
    (HEAD + "- {why: x}", "begin each correction with one of merge"),
    (HEAD + "- {hide: 甲, merge: [乙], why: x}", "`hide` stands beside `merge`"),
    (HEAD + "- {merge: [甲, 乙], why: x}", "`merge` lacks into"),
    (HEAD + "- {merge: [甲], into: 甲, why: x}", "the same name on both sides"),
    (HEAD + "- {split: 甲, to: 乙, why: x}", "lacks letter or quote"),
    (HEAD + "- {wrong: 甲, why: x}", "say fact or figure"),
    (HEAD + "- {wrong: fact, subject: 甲, predicate: nothing, object: 乙, why: x}", "`predicate` is 'nothing'"),
    (HEAD + "- {wrong: fact, subject: 甲, predicate: 合作, object: 乙, why: x}", "near ones: cooperatesWith (与…合作)."),
    (HEAD + "- {wrong: fact, subject: 甲, predicate: 口口, object: 乙, why: x}", "memberOf (是…成员)."),
    (HEAD + "- {wrong: fact, subject: 甲, why: x}", "lacks predicate, object"),
    (HEAD + "- {missing: fact, letter: a, subject: 甲, predicate: signs, object: 乙, status: done, why: x}", "lacks quote"),
    (HEAD + "- {change: fact, subject: 甲, predicate: signs, object: 乙, why: x}", "lacks to"),
    (HEAD + "- {change: fact, subject: 甲, predicate: signs, object: 乙, to: done, why: x}", "`to` must say what is changed"),
    (HEAD + "- {change: fact, subject: 甲, predicate: signs, object: 乙, to: {value: 3}, why: x}", "cannot change 'value' of a fact"),
    (HEAD + "- {change: fact, subject: 甲, predicate: signs, object: 乙, to: {time: 2024-13}, why: x}", "`to: time` is '2024-13'"),
    ("by: a\nwhen: 2025-02-30\ncorrections:\n- {hide: 甲, why: x}", "line 2: `when` is '2025-02-30'"),
    (HEAD + "- {hide: 甲, why: x}\n- hide: 乙\n  why: x\n  when: 2025-13-01", "line 7: `when` is '2025-13-01'"),
    (HEAD + "- change: fact\n  subject: 甲\n  predicate: signs\n  object: 乙\n  time: 2024\n  why: x\n  to:\n    status: done\n    time: 2024-13", "line 12: `to: time`"),
    (HEAD + "- {wrong: figure, subject: 甲, value: 三, why: x}", "`value` is '三'"),
    (HEAD + "- {hide: 甲, why: x, when: 昨天}", "`when` is '昨天'"),
    (HEAD + "- {class: 甲, to: Agent, why: x}", "stands above the classes"),
    (HEAD + "- just a text", "line 4: a correction must be `key: value` lines"),
    ("- {hide: 甲}", "line 1: the file must be"),
    ("by: a\n", "there is no list `corrections:`"),
    ("corrections: 3", "must be a list"),
    ("corrections: []\nmore: 1", "line 2: `more` is not known here"),
    ("by: a\nby: b\ncorrections: []", "line 2: `by` is given twice"),
    (HEAD + "-\thide: 甲", "line 4: this is no YAML"),
    (HEAD + "- hide: 甲\n\twhy: x", "line 5: this is no YAML"),
    (HEAD + "- {hide: [甲, {a: b}], why: x}", "a text is needed here"),
    (HEAD + "- {hide: !!python/object/apply:os.system [ls], why: x}", "line 4: "),
    (HEAD + "- {hide: !evil 甲, why: x}", "tags such as !evil"),
    ("a: &a [x, x]\nb: &b [*a, *a]\ncorrections: [*b]", "line 2: this is no YAML (*a repeats another part"),
    ("corrections: " + "[" * 1200, "this is no YAML"),
    ("corrections:\n- {hide: \"\x00\"}", "this is no YAML"),
    ("%YAML 3.0\n---\ncorrections: []\n...\n---\nb", "this is no YAML"),
])
def test_what_cannot_be_used_is_told_in_one_sentence_with_its_line(text: str, says: str, tmp_path: Path) -> None:
    assert says in refused(text, tmp_path)


def test_a_folder_and_a_link_that_leads_nowhere_are_told_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "folder").mkdir()
    for name, says in (("gone.yaml", "a link that leads nowhere (nowhere.yaml)"), ("folder", "is a folder: name the files")):
        with pytest.raises(InputError, match=re.escape(says)):
            read(tmp_path / name)


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    levels = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "repeats another part" in refused("\n".join(["a: &a [x]", *levels, "corrections: *i"]), tmp_path)


@pytest.mark.parametrize(("name", "content", "says"), [
    ("c.txt", b"", "ends in .yaml or .ttl"), ("c.yaml", b"by: \xff", "line 1: this is no UTF-8"), ("c.ttl", b"<a> <b>", "line 1: this is no Turtle"),
])
def test_a_file_that_is_none_is_told(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        read(tmp_path / name)
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.yaml")


@pytest.mark.parametrize(("texts", "says"), [
    ("- {merge: [甲], into: 乙, why: x}\n- {rename: 乙, to: 甲, why: x}", "in a circle"),
    ("- {rename: 甲, to: 乙, why: x}\n- {rename: 乙, to: 丙, why: x}\n- {rename: 丙, to: 甲, why: x}", "in a circle"),
    ("- {rename: 甲, to: 乙, why: x}\n- {merge: [甲], into: 丙, why: x}", "甲 would be both"),
    ("- {class: 甲, to: Fund, why: x}\n- {class: 甲, to: Park, why: x}", "contradicts"),
    ("- {class: 甲, to: Fund, why: x}\n- {rename: 甲, to: 乙, why: x}\n- {class: 乙, to: Park, why: x}", "contradicts"),
    ("- {split: 甲, to: 乙, letter: a, why: x}\n- {split: 甲, to: 丙, letter: a, why: x}", "contradicts"),
    ("- {change: fact, letter: a, subject: 甲, predicate: signs, object: 乙, to: {status: done}, why: x}\n"
     "- {change: fact, letter: a, subject: 甲, predicate: signs, object: 乙, to: {status: planned}, why: x}", "done and planned"),
    ("- {wrong: fact, letter: a, subject: 甲, predicate: signs, object: 乙, status: done, why: x}\n"
     "- {missing: fact, letter: a, subject: 甲, predicate: signs, object: 乙, status: done, quote: 甲签署乙, why: x}", "contradicts"),
])
def test_corrections_that_contradict_each_other_are_told_with_both_lines(texts: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(HEAD + texts, encoding="utf-8")
    with pytest.raises(InputError) as told:
        apply(Store(), read(tmp_path / "c.yaml"))
    assert says in str(told.value) and f"{tmp_path / 'c.yaml'}, line " in str(told.value)


def test_a_circle_is_told_once_and_no_name_runs_round_for_ever() -> None:
    chain = Corrections.of([correction(Given({"rename": (a,), "to": (b,), "by": ("x",), "when": ("2025-01-01",), "why": ("x",)}, {}))
                            for a, b in ("ab", "bc", "cd")])
    assert [chain.name(name) for name in "abcd"] == ["d"] * 4


# there and back

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)


@given(st.lists(st.builds(lambda name, to, why, by: Correction("rename", "name", (name,), (), (("name", to),), by, "2025-03-01", why, "c.yaml"),
                          NAMES, NAMES, NAMES, NAMES), max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(made: list[Correction]) -> None:
    made = [one for one in {one.id: one for one in made}.values() if one.new("name") not in one.names]
    assert {placed.correction for placed in parse_yaml(write_yaml(made), Path("c.yaml"))} == set(made)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_kind_is_the_same_in_yaml_and_turtle(name: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(write_yaml([ALL[name]]), encoding="utf-8")
    (tmp_path / "c.ttl").write_text(write_turtle([ALL[name]]), encoding="utf-8")
    assert [placed.correction for placed in read(tmp_path / "c.yaml")] == [ALL[name]]
    (turtle,) = read_turtle(tmp_path / "c.ttl")
    assert (turtle.correction.id, turtle.correction.by, turtle.correction.why) == (ALL[name].id, ALL[name].by, ALL[name].why)


# in a store

def filed(tmp_path: Path, text: str, name: str = "c.yaml") -> Path:
    (tmp_path / name).write_text(HEAD + text, encoding="utf-8")
    return tmp_path / name


def test_a_file_applied_again_changes_nothing_and_with_sync_takes_back_what_it_says_no_longer(tmp_path: Path) -> None:
    store = Store()
    store.put_letter(extraction("a"))
    both = TEXTS["rename"] + "\n" + TEXTS["hide"]
    first = apply(store, read(filed(tmp_path, both)))
    apply(store, read(filed(tmp_path, TEXTS["note"], "other.yaml")))
    again = apply(store, read(filed(tmp_path, both)))
    assert (len(first.new), len(again.new), len(again.known)) == (2, 0, 2)
    less = apply(store, read(filed(tmp_path, TEXTS["rename"])), sync=["c.yaml"])
    assert [one.kind for one in less.taken_back] == ["hide"]
    assert {one.kind for one in store.curator.corrections.items} == {"rename", "note"}


def test_a_correction_is_taken_back_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    store = Store()
    apply(store, read(filed(tmp_path, TEXTS["hide"])))
    with pytest.raises(UnknownName, match="correction"):
        apply(store, [], undo=["nothing"])
    assert [one.kind for one in apply(store, [], undo=[ALL["hide"].id[:6]]).taken_back] == ["hide"]
    assert store.graphs() == ()


def test_each_correction_is_reported_as_applied_waiting_or_no_longer_applying(tmp_path: Path) -> None:
    store = Store()
    store.put_letter(extraction("a"))
    text = "\n".join([TEXTS["rename"], "- {hide: 南开大学, why: x}", "- {split: 天津市, to: 宝坻区, letter: none, why: x}",
                      "- {wrong: fact, letter: a, subject: 天津市, predicate: signs, object: 津港合作周, why: x}",
                      "- {wrong: fact, letter: a, subject: 天津市, predicate: organizes, object: 津港合作周, quote: 没有的话, why: x}"])
    found = apply(store, read(filed(tmp_path, text))).outcomes
    assert [one.state for one in found] == ["gone", "gone", "waiting", "waiting", "applied"]
    said = " ".join(one.reason for one in found)
    assert all(part in said for part in ("states no such fact", "quoted words are not in the letter", "no letter names it", "no such letter"))
    assert found[-1].letters == ("a",)
    store.remove_letter("a")
    assert apply(store, []).of("applied") == ()
    store.put_letter(extraction("a"))
    assert len(apply(store, []).of("applied")) == 1
