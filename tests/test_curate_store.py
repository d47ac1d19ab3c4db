"""Corrections in a store: whatever is built, updated, removed or undone, in any order, the store is what letters and corrections make it."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kg.curate.document import parse_yaml
from kg.curate.model import Correction
from kg.errors import InputError, StoreError
from kg.export import export_pieces
from kg.importing import incoming
from kg.iris import letter_graph
from kg.lexicon import Entry
from kg.mapping import term
from kg.model import Extraction, Fact
from kg.store import Store
from kg.validate import validate
from tests.nouns import extraction, small

HEAD = "by: 王芳\nwhen: 2025-03-01\ncorrections:\n"
LEXICON = (Entry("海河产业基金", ("海河基金",), (), "Fund", None, "天津市"), Entry("天津市", ("天津",), (), "Place", "Municipality"))
FACT = "{subject: 天津市, predicate: organizes, object: 津港合作周"
TEXTS = {
    "merge": "- {merge: [天津市, 本市], into: 津市, why: 同一城市}",
    "merge into a known name": "- {merge: [津港合作周], into: 香港特别行政区, why: 错}",
    "chain": "- {merge: [津市], into: 天津直辖市, why: 同一城市}",
    "rename": "- {rename: 海河产业基金, to: 海河母基金, why: 正名}",
    "split in a letter": "- {split: 天津市, to: 滨海新区, letter: a, why: 指滨海新区}",
    "split at words": "- {split: 天津市, to: 宝坻区, quote: 下一步，天津市将举办, why: 指宝坻区}",
    "class": "- {class: 海河产业基金, to: Programme, why: 是计划}",
    "finer class": "- {class: 香港特别行政区, to: City, why: 是城市}",
    "wrong": "- wrong: fact\n  letter: a\n  subject: 天津市\n  predicate: cooperatesWith\n  object: 香港特别行政区\n  why: 无此说",
    "wrong everywhere": "- wrong: fact\n  subject: 津市\n  predicate: establishes\n  object: 海河产业基金\n  why: 无此说",
    "change": "- change: fact\n  letter: b\n  subject: 天津市\n  predicate: organizes\n  object: 津港合作周\n  to: {status: done, time: 2024-05}\n  why: 已办",
    "missing": "- missing: fact\n  letter: a\n  subject: 海河产业基金\n  predicate: locatedIn\n  object: 和平区\n  object-class: District\n  status: done\n"
               "  quote: 海河产业基金规模\n  why: 漏",
    "figure": "- change: figure\n  letter: b\n  subject: 海河产业基金\n  value: 189.3\n  to: {value: 200}\n  why: 数错",
    "wrong figure": "- wrong: figure\n  subject: 海河产业基金\n  value: 189.3\n  letter: a\n  why: 数错",
    "hide": "- {hide: 张三, why: 私人}",
    "hide a fact": "- hide: fact\n  subject: 天津市\n  predicate: cooperatesWith\n  object: 香港特别行政区\n  letter: b\n  why: 不宜",
    "note": "- {note: 香港特别行政区, why: 留意}",
    "note on a letter": "- note: letter\n  letter: a\n  why: 已核",
}


def corrections(*names: str) -> list[Correction]:
    text = HEAD + "\n".join(TEXTS[name] for name in names)
    return [placed.correction for placed in parse_yaml(text, Path("c.yaml"))]


ALL = {name: corrections(name)[0] for name in TEXTS}
LETTERS: dict[str, list[Extraction]] = {
    name: [extraction(name), extraction(name, fund_kind="Company"),
           extraction(name, "关于津港的答复\n张三委员：\n近年，我市设立海河产业基金，与香港特别行政区合作。\n天津市将举办津港合作周。海河产业基金规模达189.3亿元。\n"),
           small(name, [("天津市", "Place"), ("本市", "Place"), ("海河产业基金", "Fund")],
                 [Fact("天津市", "establishes", "海河产业基金", "done", (), 0.9, "x"), Fact("天津市", "cooperatesWith", "本市", "done", (), 0.9, "x")])]
    for name in "abc"}


def content(store: Store) -> bytes:
    return b"".join(export_pieces(store, "nquads"))


def filled(letters: Sequence[Extraction], held: Sequence[Correction] = ()) -> Store:
    """A store in which corrections were there before the letters."""
    store = Store()
    store.put_corrections(held)
    for one in letters:
        store.put_letter(one)
    return store


def graph(store: Store, name: str = "a") -> ox.NamedNode:
    return ox.NamedNode(letter_graph(name, store.base))


class Life(RuleBasedStateMachine):
    """A store that lives: letters come, change and go, corrections are made and taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.letters, self.held, self.lexicon = Store(), dict[str, Extraction](), dict[str, Correction](), False

    @initialize(names=st.sets(st.sampled_from(sorted(ALL)), max_size=4))
    def begin(self, names: set[str]) -> None:
        self.correct(names)

    @rule(name=st.sampled_from("abc"), version=st.integers(0, 3))
    def build(self, name: str, version: int) -> None:
        self.letters[name] = LETTERS[name][version]
        self.store.put_letter(self.letters[name])

    @precondition(lambda self: self.letters)
    @rule(data=st.data())
    def rebuild(self, data: st.DataObject) -> None:
        self.store.put_letter(self.letters[data.draw(st.sampled_from(sorted(self.letters)))])

    @precondition(lambda self: self.letters)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.letters)))
        del self.letters[name]
        self.store.remove_letter(name)

    @rule(names=st.sets(st.sampled_from(sorted(ALL)), min_size=1, max_size=3))
    def correct(self, names: set[str]) -> None:
        self.held |= {name: ALL[name] for name in names}
        self.store.put_corrections(self.held.values())

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        del self.held[data.draw(st.sampled_from(sorted(self.held)))]
        self.store.put_corrections(self.held.values())

    @precondition(lambda self: not self.lexicon)
    @rule()
    def learn(self) -> None:
        self.store.put_lexicon(LEXICON)
        self.lexicon = True

    def fresh(self, held: Sequence[Correction]) -> bytes:
        store = filled(list(self.letters.values()), held)
        if self.lexicon:
            store.put_lexicon(LEXICON)
        return content(store)

    def check(self) -> None:
        assert content(self.store) == self.fresh(list(self.held.values()))

    def teardown(self) -> None:
        self.check()
        self.store.put_corrections(())
        assert content(self.store) == self.fresh(())


class WatchedLife(Life):
    """The same, looked at after each step."""

    @invariant()
    def is_what_its_letters_and_corrections_make_it(self) -> None:
        self.check()


Life.TestCase.settings = settings(max_examples=5, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
WatchedLife.TestCase.settings = settings(Life.TestCase.settings, max_examples=60)
TestLife = Life.TestCase
TestWatchedLife = pytest.mark.slow(WatchedLife.TestCase)


# one by one

@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_corrected_store_is_sound_and_taken_back_it_is_as_it_was(name: str) -> None:
    store = filled([extraction("a"), extraction("b")])
    store.put_ontology()
    before = content(store)
    assert store.put_corrections([ALL[name]])
    assert validate(store) == []
    assert not store.put_corrections([ALL[name]])
    assert store.put_corrections(())
    assert content(store) == before


def test_corrections_together_leave_a_sound_store() -> None:
    store = filled(LETTERS["a"][2:3] + LETTERS["b"][:1], [one for name, one in ALL.items() if name != "merge into a known name"])
    store.put_ontology()
    store.put_lexicon(LEXICON)
    assert validate(store) == []


def test_an_export_carries_the_corrections_and_they_can_be_taken_back_after_an_import(tmp_path: Path) -> None:
    one = filled([extraction("a"), extraction("b")], list(ALL.values())[:8])
    (tmp_path / "all.nq").write_bytes(content(one))
    store = Store()
    with incoming(tmp_path / "all.nq") as found:
        found.put(store)
    assert content(store) == content(one)
    store.put_corrections(())
    assert content(store) == content(filled([extraction("a"), extraction("b")]))


@pytest.mark.parametrize("fmt", ["turtle", "rdfxml", "jsonld"])
def test_every_format_says_of_corrections_what_the_store_says(fmt: str) -> None:
    store = filled([extraction("a")], list(ALL.values())[:8])
    form = {"turtle": ox.RdfFormat.TURTLE, "rdfxml": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD}[fmt]
    said = {quad.triple for quad in ox.parse(b"".join(export_pieces(store, fmt)), form)}
    assert said == {quad.triple for quad in store.merge()}


def test_a_letter_that_is_imported_is_corrected_by_the_corrections_of_the_store_and_not_by_those_it_had_elsewhere(tmp_path: Path) -> None:
    one = filled([extraction("a")], [ALL["rename"]])
    (tmp_path / "a.nq").write_bytes(b"".join(export_pieces(one, "nquads", letter="a")))
    store, plain = filled([extraction("b")], [ALL["class"]]), Store()
    for into in (store, plain):
        with incoming(tmp_path / "a.nq") as found:
            found.put(into)
    assert b"correctedBy" not in content(plain)
    assert b"correction/" + ALL["rename"].id.encode() not in content(store)
    assert store.curator.recorded() == {graph(store, "b")}      # 海河产业基金 goes by another name in the letter that came


def test_corrections_of_a_file_come_beside_those_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "all.nq").write_bytes(content(filled([extraction("a")], [ALL["rename"]])))
    store = filled([extraction("b")], [ALL["hide"]])
    with incoming(tmp_path / "all.nq") as found:
        found.put(store)
    assert content(store) == content(filled([extraction("a"), extraction("b")], [ALL["rename"], ALL["hide"]]))


def test_a_letters_graph_put_by_hand_is_corrected_and_one_that_is_dropped_leaves_the_corrections() -> None:
    plain, store = filled([extraction("a")]), filled([], [ALL["wrong"], ALL["class"]])
    store.put_graph(graph(store), [quad.triple for quad in plain.quads(graph(plain))])
    assert content(store) == content(filled([extraction("a")], [ALL["wrong"], ALL["class"]]))
    store.remove_graph(graph(store))
    assert content(store) == content(filled([], [ALL["wrong"], ALL["class"]]))


def test_the_graph_of_corrections_put_by_hand_corrects_the_letters_and_dropped_it_takes_all_back() -> None:
    one, store = filled([extraction("a")], [ALL["rename"], ALL["change"]]), filled([extraction("a")])
    store.put_graph(one.graph("curation"), [quad.triple for quad in one.quads(one.graph("curation"))])
    assert content(store) == content(one)
    store.remove_graph(store.graph("curation"))
    assert content(store) == content(filled([extraction("a")]))


def test_what_is_no_correction_is_refused_and_changes_nothing() -> None:
    store = filled([extraction("a")])
    before = content(store)
    node = ox.NamedNode(f"{store.base}correction/x")
    with pytest.raises(StoreError, match="correction/x cannot be used"):
        store.put_graph(store.graph("curation"), [ox.Triple(node, term("rdf:type"), term("kg:Correction"))])
    with pytest.raises(InputError, match="contradicts"):
        store.put_corrections([ALL["rename"], corrections("rename")[0].__class__("rename", "name", ("海河产业基金",), (), (("name", "别名"),), "a", "2025-01-01", "b")])
    assert content(store) == before


def test_a_program_stopped_between_letters_is_made_good_when_the_store_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "s", writable=True) as store:
        for name in "ab":
            store.put_letter(extraction(name))
        put = Store._replace

        def stopped(self: Store, graph: ox.NamedNode, raw: set[ox.Quad]) -> bool:
            if graph.value.endswith("/b"):
                raise KeyboardInterrupt
            return put(self, graph, raw)
        monkeypatch.setattr(Store, "_replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            store.put_corrections([ALL["rename"]])
        monkeypatch.undo()
    with Store(tmp_path / "s", writable=True) as store:
        assert content(store) == content(filled([extraction("a"), extraction("b")], [ALL["rename"]]))


def test_what_the_lexicon_knows_of_a_name_goes_with_it_to_the_name_that_it_stands_for() -> None:
    store = filled([extraction("a")])
    store.put_lexicon((*LEXICON, Entry("和平区", (), (), "Place", "District", "天津市")))
    before = content(store)
    store.put_corrections([ALL["merge"]])
    said = {(quad.subject.value, str(quad.predicate), quad.object.value) for quad in store.quads(store.graph("lexicon"))}        # type: ignore[union-attr]
    new, old, within = (f"{store.base}{name}" for name in ("津市", "天津市", "和平区"))
    assert (within, str(term("kg:locatedIn")), new) in said and (new, str(term("skos:altLabel")), "天津") in said
    assert not any(old in (subject, value) for subject, _, value in said)
    store.put_ontology()
    assert validate(store) == []
    store.put_lexicon(LEXICON)
    assert store.put_corrections(())
    store.put_lexicon((*LEXICON, Entry("和平区", (), (), "Place", "District", "天津市")))
    store.remove_graph(store.graph("ontology"))
    assert content(store) == before
