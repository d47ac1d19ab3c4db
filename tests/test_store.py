"""The store: letters come and go whole, the merge follows, one class for each entity, and what can go wrong is told in a sentence."""
from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KnowledgeError, StoreError, UnknownName
from kg.export import export_pieces
from kg.iris import entity_iri
from kg.lexicon import Entry
from kg.mapping import Activity, lexicon_lines, term
from kg.model import Entity, Extraction, Fact
from kg.store import Store
from kg.validate import validate
from tests.nouns import extraction, small

ROOT = Path(__file__).resolve().parent.parent
LEXICON = (Entry("海河产业基金", ("海河基金",), (), "Fund", None, "天津市"), Entry("天津市", ("天津",), (), "Place", "Municipality"))


def union(store: Store) -> set[ox.Triple]:
    return {quad.triple for graph in store.graphs() for quad in store.quads(graph)}


def merge(store: Store) -> list[ox.Triple]:
    return [quad.triple for quad in store.merge()]


def classes(store: Store, name: str) -> set[str]:
    node = ox.NamedNode(entity_iri(name, store.base))
    found = store.data.quads_for_pattern(node, term("rdf:type"), None, ox.DefaultGraph())
    return {quad.object.value.rpartition("#")[2] for quad in found}     # type: ignore[union-attr]


def content(store: Store) -> bytes:
    return b"".join(export_pieces(store, "nquads"))


def test_a_store_whose_vocabulary_cannot_be_read_says_so_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of it is let go without a word on stderr, and its lock with it."""
    Store(tmp_path / "store", writable=True).close()

    def broken(*given: object) -> None:
        raise KnowledgeError("The vocabulary is broken.")
    strays: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", strays.append)
    with monkeypatch.context() as patched:
        patched.setattr("kg.store.stored", broken)
        with pytest.raises(KnowledgeError):
            Store(tmp_path / "store", writable=True)
    gc.collect()
    assert strays == []
    Store(tmp_path / "store", writable=True).close()


def test_a_letter_that_is_put_is_there_and_one_that_is_removed_is_not() -> None:
    store = Store()
    assert store.put_letter(extraction())
    assert store.letters() == ("tianjin-2024",)
    store.remove_letter("tianjin-2024")
    assert (store.letters(), store.graphs(), merge(store)) == ((), (), [])


def test_a_letter_put_again_is_replaced_whole() -> None:
    store, once = Store(), Store()
    store.put_letter(extraction())
    assert not store.put_letter(extraction())
    assert store.put_letter(small("tianjin-2024", [("南开大学", "University")]))
    once.put_letter(small("tianjin-2024", [("南开大学", "University")]))
    assert content(store) == content(once)
    assert set(merge(store)) == union(store)


def test_the_merge_holds_each_triple_of_any_graph_once() -> None:
    store = Store()
    store.put_ontology()
    store.put_letter(extraction("a"))
    store.put_letter(extraction("b"))
    store.put_lexicon(LEXICON)
    assert len(merge(store)) == len(set(merge(store)))
    assert set(merge(store)) == union(store)


def test_removing_a_letter_takes_nothing_away_that_another_letter_says() -> None:
    store, alone = Store(), Store()
    store.put_letter(extraction("a"))
    store.put_letter(extraction("b"))
    store.remove_letter("a")
    alone.put_letter(extraction("b"))
    assert content(store) == content(alone)
    assert set(merge(store)) == union(store)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc"), st.lists(st.tuples(st.sampled_from(["甲", "乙"]), st.sampled_from(["Park", "Company", "Place"])),
                                                                         max_size=3)), max_size=6))
@settings(max_examples=40, deadline=None)
def test_whatever_is_put_and_removed_the_store_is_as_if_it_held_nothing_else_before(steps: list[tuple[bool, str, list[tuple[str, str]]]]) -> None:
    store, last = Store(), dict[str, Extraction]()
    for put, name, mentions in steps:
        one = small(name, [(who, dict(mentions)[who]) for who, _ in mentions])
        if put:
            store.put_letter(one)
            last[name] = one
        elif name in last:
            store.remove_letter(name)
            del last[name]
    fresh = Store()
    for name in sorted(last, reverse=True):
        fresh.put_letter(last[name])
    assert content(store) == content(fresh)
    assert set(merge(store)) == union(store)
    assert store.settle() == 0


# one class


def letters(votes: Sequence[tuple[str, int]]) -> list[Extraction]:
    """A letter for each (class, number of mentions) of one entity."""
    return [small(f"letter-{number}", [("数码港", kind)] * count) for number, (kind, count) in enumerate(votes)]


def test_the_majority_of_mentions_decides_the_class_in_all_letters_in_any_order() -> None:
    found = set()
    for order in itertools.permutations(letters([("Company", 1), ("Park", 2), ("Company", 2)])):
        store = Store()
        for one in order:
            store.put_letter(one)
        assert classes(store, "数码港") == {"Company"}
        found.add(content(store))
    assert len(found) == 1


def test_of_equal_votes_the_class_that_comes_first_wins() -> None:
    store = Store()
    for one in letters([("Park", 1), ("University", 1)]):
        store.put_letter(one)
    assert classes(store, "数码港") == {"University"}


def test_when_a_letter_goes_the_others_have_their_say_again() -> None:
    store = Store()
    for one in letters([("Company", 1), ("Park", 2)]):
        store.put_letter(one)
    assert classes(store, "数码港") == {"Park"}
    store.remove_letter("letter-1")
    assert classes(store, "数码港") == {"Company"}


def test_the_lexicon_decides_over_the_letters_and_curation_over_the_lexicon() -> None:
    store = Store()
    store.put_letter(small("a", [("海河产业基金", "Company")] * 3))
    assert classes(store, "海河产业基金") == {"Company"}
    store.put_lexicon(LEXICON)
    assert classes(store, "海河产业基金") == {"Fund"}
    store.put_curation([f"<{entity_iri('海河产业基金')}> {term('rdf:type')} {term('kg:Programme')} ."])
    assert classes(store, "海河产业基金") == {"Programme"}
    store.put_curation([])
    assert classes(store, "海河产业基金") == {"Fund"}
    assert set(merge(store)) == union(store)


def test_a_curated_name_is_the_entitys_one_name_and_goes_with_the_curation() -> None:
    store, label = Store(), term("skos:prefLabel")
    store.put_letter(extraction())
    store.put_curation([f'<{entity_iri("天津市")}> {label} "天津"@zh .'])
    node = ox.NamedNode(entity_iri("天津市"))
    assert [q.object.value for q in store.data.quads_for_pattern(node, label, None, ox.DefaultGraph())] == ["天津"]      # type: ignore[union-attr]
    store.put_curation([])
    assert [q.object.value for q in store.data.quads_for_pattern(node, label, None, ox.DefaultGraph())] == ["天津市"]    # type: ignore[union-attr]


def test_an_entity_keeps_its_finer_class_only_while_its_main_class_stands() -> None:
    store = Store()
    city = replace(small("a", [("天津港", "Place")]), entities=(Entity("天津港", "Place", "City"),))
    store.put_letter(city)
    assert classes(store, "天津港") == {"Place", "City"}
    store.put_letter(small("b", [("天津港", "Park")] * 2))
    assert classes(store, "天津港") == {"Park"}
    store.remove_letter("b")
    assert classes(store, "天津港") == {"Place", "City"}


def test_the_lexicon_put_before_or_after_the_letters_gives_the_same_store() -> None:
    before, after = Store(), Store()
    before.put_lexicon(LEXICON)
    before.put_letter(small("a", [("海河产业基金", "Company")]))
    after.put_letter(small("a", [("海河产业基金", "Company")]))
    after.put_lexicon(LEXICON)
    assert content(before) == content(after)
    assert not before.put_lexicon(LEXICON)


def test_a_lexicon_that_was_stopped_half_way_is_put_again() -> None:
    store, fresh = Store(), Store()
    lines = "\n".join(lexicon_lines((*LEXICON, Entry("旧地"))))
    store.data.bulk_load(lines, ox.RdfFormat.N_TRIPLES, to_graph=store.graph("lexicon"))
    for one in (store, fresh):
        one.put_letter(extraction())
        one.put_lexicon(LEXICON)
    assert content(store) == content(fresh)
    assert set(merge(store)) == union(store)


def test_another_lexicon_replaces_the_one_before() -> None:
    store, fresh = Store(), Store()
    store.put_lexicon((*LEXICON, Entry("某校", kind="University")))
    store.put_lexicon(LEXICON)
    fresh.put_lexicon(LEXICON)
    assert content(store) == content(fresh)
    assert set(merge(store)) == union(store)


# on disk


def test_what_was_put_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    with Store(tmp_path / "s", writable=True) as store:
        store.put_ontology()
        store.put_lexicon(LEXICON)
        store.put_letter(extraction())
        store.put_run(Activity("1"), datetime.now(UTC), datetime.now(UTC), 1)
        written = content(store)
    with Store(tmp_path / "s") as store:
        assert content(store) == written
        assert store.letters() == ("tianjin-2024",)


def test_a_letter_whose_text_has_every_kind_of_character_is_read_back_unchanged(tmp_path: Path) -> None:
    text = "甲\t\"'\\u0041\\\\n<script>𠮷\x01\x85\u2028 .\n. <g> .\r\n乙。\n"
    with Store(tmp_path / "s", writable=True) as store:
        one = small("<script>\"';DROP", [("甲", "Place")])
        one = replace(one, letter=replace(one.letter, source=replace(one.letter.source, text=text)), entities=())
        store.put_letter(one)
        store.put_letter(replace(one, facts=(Fact("甲", "visits", "乙", "planned", (), 0.5),)))
    with Store(tmp_path / "s") as store:
        assert store.letters() == ("<script>\"';DROP",)
        assert [q.object.value for q in store.data.quads_for_pattern(None, term("nif:isString"), None, ox.DefaultGraph())] == [text]     # type: ignore[union-attr]


def test_the_base_of_a_store_stays(tmp_path: Path) -> None:
    base = "https://example.org/知/"
    with Store(tmp_path / "s", writable=True, base=base) as store:
        store.put_letter(extraction())
        assert all(graph.value.startswith(base) for graph in store.graphs())
    with Store(tmp_path / "s", writable=True) as store:
        assert store.base == base
    with pytest.raises(StoreError, match="has the base https://example"):
        Store(tmp_path / "s", writable=True, base="https://example.org/other/")


def test_a_store_that_is_not_there_is_told_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no store at .*kg build"):
        Store(tmp_path / "none")


@pytest.mark.parametrize(("marker", "sentence"), [
    (None, "is no zhihan store"), ('{"format": 99, "base": "https://a/"}', r"has format 99, made by a newer zhihan"), ("{", "is damaged"), ("[]", "is damaged"),
])
def test_a_folder_that_is_no_store_of_this_version_is_refused(tmp_path: Path, marker: str | None, sentence: str) -> None:
    (tmp_path / "letter.txt").write_text("x")
    if marker is not None:
        (tmp_path / "zhihan.json").write_text(marker)
    for writable in (False, True):
        with pytest.raises(StoreError, match=sentence):
            Store(tmp_path, writable=writable)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.txt"] + (["zhihan.json"] if marker is not None else [])


def test_a_store_below_a_file_or_in_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        with pytest.raises(StoreError, match=r"cannot be made|cannot be written|is a file"):
            Store(place, writable=True)


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    with Store(tmp_path / "s", writable=True) as store:
        store.put_letter(extraction())
    for path in (tmp_path / "s" / "data").glob("MANIFEST*"):
        path.write_bytes(b"nonsense")
    with pytest.raises(StoreError, match="is damaged"):
        Store(tmp_path / "s")


def test_one_writes_or_several_read(tmp_path: Path) -> None:
    with Store(tmp_path / "s", writable=True), pytest.raises(StoreError, match="by another process"):
        Store(tmp_path / "s")
    with Store(tmp_path / "s"), Store(tmp_path / "s"), pytest.raises(StoreError, match="in use by another process"):
        Store(tmp_path / "s", writable=True)
    with Store(tmp_path / "s", writable=True) as store:
        assert store.put_letter(extraction())


def test_a_store_that_is_opened_anew_is_held_and_says_what_it_said(tmp_path: Path) -> None:
    """Also what it knows by heart: the classes of the lexicon that was still being loaded, and the votes that it has counted."""
    with Store(tmp_path / "s", writable=True) as store, Store() as other:
        for one in (store, other):
            one.put_lexicon(LEXICON)
            one.put_letter(small("a", [("海河产业基金", "Company"), ("滨海中心", "Park")]))
            one.put_letter(small("b", [("滨海中心", "Company"), ("滨海中心", "Company")]))
            one.refresh()
            one.put_letter(small("c", [("滨海中心", "Park"), ("滨海中心", "Park")]))
        assert content(store) == content(other)
        assert (classes(store, "海河产业基金"), classes(store, "滨海中心")) == ({"Fund"}, {"Park"})
        with pytest.raises(StoreError, match="by another process"):
            Store(tmp_path / "s")


def test_a_store_that_cannot_be_opened_anew_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(directory: Path) -> ox.Store:
        raise StoreError("Too many files are open.")
    store = Store(tmp_path / "s", writable=True)
    store.put_letter(extraction())
    monkeypatch.setattr("kg.store.reopened", broken)
    with pytest.raises(StoreError, match="Too many"):
        store.refresh()
    with Store(tmp_path / "s") as found:
        assert found.letters() == ("tianjin-2024",)


def test_a_store_open_for_reading_is_not_changed(tmp_path: Path) -> None:
    Store(tmp_path / "s", writable=True).close()
    with Store(tmp_path / "s") as store, pytest.raises(StoreError, match="for reading only"):
        store.put_letter(extraction())


def test_a_letter_that_is_not_there_is_told_with_near_names() -> None:
    store = Store()
    store.put_letter(extraction("tianjin-2024"))
    with pytest.raises(UnknownName, match="tianjin-2024"):
        store.remove_letter("tianjin-2023")


KILLED = """
    import signal
    import sys
    from pathlib import Path
    signal.signal(signal.SIGINT, signal.default_int_handler)    # a shell's background job begins with it ignored
    from kg.lexicon import Entry
    from kg.store import Store
    from tests.nouns import extraction
    store = Store(Path(sys.argv[1]), writable=True)
    store.put_ontology()
    store.put_lexicon([Entry(f"第{i}号地", kind="Place") for i in range(500)])
    for number in range(10_000):
        store.put_letter(extraction(f"letter-{number:05}"))
        print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize(("how", "wanted"), [(signal.SIGKILL, 0), (signal.SIGKILL, 8), (signal.SIGINT, 2)])
def test_a_build_that_is_stopped_leaves_whole_letters(tmp_path: Path, how: signal.Signals, wanted: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path / "s")], cwd=ROOT, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout
    for _ in range(wanted + 1):
        process.stdout.readline()
    time.sleep(0.013)
    process.send_signal(how)
    process.communicate()
    with Store(tmp_path / "s") as store:
        assert len(store.letters()) > wanted
        sizes = {len(list(store.quads(store.letter_graph(name)))) for name in store.letters()}
        assert len(sizes) == 1
        assert set(merge(store)) == union(store)
        assert not validate(store)
    with Store(tmp_path / "s", writable=True) as store:
        assert store.put_letter(extraction("another"))


def test_the_marker_tells_format_and_base(tmp_path: Path) -> None:
    Store(tmp_path / "s", writable=True).close()
    assert json.loads((tmp_path / "s" / "zhihan.json").read_text())["base"] == "https://w3id.org/zhihan/id/"
