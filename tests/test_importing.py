"""An export taken back gives the same bytes again, letters can be taken out of it, and what cannot be taken back is told."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import open as open_graph
from kg.cli import cli
from kg.errors import InputError
from kg.export import FORMATS, export, export_pieces
from kg.importing import FORMATS as READABLE
from kg.importing import Imported, incoming
from kg.lexicon import Entry
from kg.mapping import PREF
from kg.store import Store
from tests.interop.stores import odd
from tests.nouns import extraction, small

RDF = [name for name, form in FORMATS.items() if form.extension in READABLE]


@pytest.fixture(scope="module", params=["two letters", pytest.param("five letters", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, gold_store: Path) -> Iterator[Store]:
    if request.param == "five letters":
        with Store(gold_store) as five:
            yield five
    else:
        two = Store()
        two.put_ontology()
        two.put_lexicon([Entry("海河产业基金", kind="Programme"), Entry("未提及", ("未提",), kind="Company")])
        for name in ("a", "<b> 𠮷/#"):
            two.put_letter(extraction(name))
        yield two


def exported(store: Store, fmt: str = "nquads") -> bytes:
    return b"".join(export_pieces(store, fmt))


def taken(store: Store, path: Path) -> Imported:
    with incoming(path) as found:
        return found.put(store)


def again(store: Store, fmt: str, folder: Path) -> Store:
    """What a new store holds after an export was taken into it."""
    path = folder / f"graph.{FORMATS[fmt].extension}"
    export(store, path, fmt)
    made = Store()
    taken(made, path)
    return made


def test_every_rdf_format_can_be_taken_back() -> None:
    assert RDF == ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "turtle12"]


@pytest.mark.parametrize("fmt", RDF)
def test_an_export_taken_back_gives_the_same_bytes(fmt: str, store: Store, tmp_path: Path) -> None:
    assert exported(again(store, fmt, tmp_path), fmt) == exported(store, fmt)


@pytest.mark.parametrize("fmt", [fmt for fmt in RDF if fmt != "rdfxml"])
def test_odd_characters_are_taken_back(fmt: str, tmp_path: Path) -> None:
    store = odd(control=True)
    assert exported(again(store, fmt, tmp_path), fmt) == exported(store, fmt)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=10).filter(lambda text: text.strip() and "。" not in text))
@settings(max_examples=20, deadline=None)
def test_any_name_is_taken_back(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    store = Store()
    store.put_letter(small(name, [(name, "Company")]))
    folder = tmp_path_factory.mktemp("any")
    for fmt in ("trig", "nquads", "turtle"):
        assert exported(again(store, fmt, folder), fmt) == exported(store, fmt)


def test_named_graphs_are_letters_again_that_can_be_taken_out(tmp_path: Path) -> None:
    store = Store()
    for name in ("a", "b"):
        store.put_letter(extraction(name))
    back = again(store, "trig", tmp_path)
    assert back.letters() == ("a", "b")
    back.remove_letter("b")
    store.remove_letter("b")
    assert exported(back) == exported(store)


def test_a_store_that_was_taken_back_is_settled_as_the_first_was(tmp_path: Path) -> None:
    store = Store()
    store.put_lexicon([Entry("海河产业基金", kind="Programme")])
    store.put_letter(extraction("a"))
    back = again(store, "nquads", tmp_path)
    assert back.settle() == 0
    assert exported(back) == exported(store)


def test_a_letter_that_is_there_is_replaced_and_all_are_settled(tmp_path: Path) -> None:
    old, new, path = Store(), Store(), tmp_path / "a.nq"
    old.put_letter(extraction("a", fund_kind="Company"))
    old.put_letter(extraction("b"))
    new.put_letter(extraction("a"))
    export(new, path, "nquads")
    found = taken(old, path)
    both = Store()
    for name in ("a", "b"):
        both.put_letter(extraction(name))
    assert found.letters == ("a",)
    assert exported(old) == exported(both)
    assert taken(old, path) == found
    assert exported(old) == exported(both)


def test_a_file_without_graphs_is_kept_together(tmp_path: Path) -> None:
    store = Store()
    store.put_letter(extraction("a"))
    back = again(store, "turtle", tmp_path)
    assert [graph.value for graph in back.graphs()] == ["https://w3id.org/zhihan/id/graph/imported"]
    assert set(back.merge()) == set(store.merge())


def test_a_store_takes_the_base_of_the_file(tmp_path: Path) -> None:
    base, path = "https://example.org/基/", tmp_path / "a.trig"
    store = Store(base=base)
    store.put_letter(extraction("a"))
    export(store, path, "trig")
    with open_graph(tmp_path / "new") as graph:
        assert graph.import_(path).letters == ("a",)
        assert graph.store.base == base
        assert exported(graph.store) == exported(store)
        assert next(graph.store.data.quads_for_pattern(None, PREF, None, None)).subject.value.startswith(base)     # type: ignore[union-attr]
    other = tmp_path / "other"
    with Store(other, writable=True):
        pass
    with pytest.raises(InputError, match="import it into another --store"):
        open_graph(other).import_(path)


@pytest.mark.parametrize(("name", "text", "why"), [
    ("none.nq", None, "There is no file"), ("a.xlsx", "", "cannot be taken back"), ("a.nq", "<a> <b", "is no N-Quads that can be read"),
    ("a.ttl", "<http://a> <http://b> [] .", "has a node without an IRI"), ("a.jsonld", '{"@context": "http://127.0.0.1:9/c"}', "is no JSON-LD that can be read"),
    ("a.trig", "<http://a/letter/x> a <https://w3id.org/zhihan/ontology#Letter> . <http://g> { <http://b/letter/x> a <https://w3id.org/zhihan/ontology#Letter> }",
     "has letters of several stores"), ("a.rdf", "<rdf", "is no RDF/XML that can be read"),
])
def test_what_cannot_be_taken_back_is_told_and_makes_no_store(name: str, text: str | None, why: str, tmp_path: Path) -> None:
    path, store = tmp_path / name, tmp_path / "store"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli, ["import", str(path), "--store", str(store)])
    assert done.exit_code == 2
    assert why in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not store.exists()


def test_the_error_is_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(InputError), incoming(tmp_path):
        pass
