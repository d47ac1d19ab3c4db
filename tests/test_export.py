"""Exports are the same bytes for the same graph, whole when read back, and carry no time unless asked."""
from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, UnknownName
from kg.export import FORMATS, export, export_pieces
from kg.mapping import Activity
from kg.ontology import PREFIXES
from kg.store import Store
from tests.nouns import extraction, small

READ = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS}
SCORER = Path(os.environ.get("ZHIHAN_SHARED", Path(__file__).parent.parent.parent / "shared")) / "corpus" / "score.py"


def built(*names: str) -> Store:
    store = Store()
    store.put_ontology()
    for name in names:
        store.put_letter(extraction(name))
    return store


def written(store: Store, fmt: str, letter: str | None = None, with_builds: bool = False) -> bytes:
    out = io.BytesIO()
    export(store, out, fmt, letter=letter, with_builds=with_builds)
    return out.getvalue()


def read(text: bytes, fmt: str) -> ox.Store:
    store = ox.Store()
    store.load(text, READ[fmt])
    return store


@pytest.mark.parametrize("fmt", FORMATS)
def test_letters_put_in_any_order_give_the_same_bytes(fmt: str) -> None:
    again = built("b")
    again.put_letter(extraction("c"))
    again.put_letter(extraction("a"))
    again.remove_letter("c")
    assert written(built("a", "b"), fmt) == written(again, fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_export_read_back_holds_the_same_statements(fmt: str) -> None:
    store = built("a", "b")
    expected = {quad for graph in store.graphs() for quad in store.quads(graph)} if FORMATS[fmt].graphs else set(store.merge())
    assert set(read(written(store, fmt), fmt)) == expected


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda text: text.strip() and "。" not in text))
@settings(max_examples=30, deadline=None)
def test_a_name_of_any_characters_survives_turtle(name: str) -> None:
    store = Store()
    store.put_letter(small("x", [(name, "Company")]))
    assert set(read(written(store, "turtle"), "turtle")) == set(store.merge())


def test_turtle_is_the_same_in_every_process() -> None:
    program = "from tests.test_export import *; sys.stdout.buffer.write(written(built('a'), 'trig'))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    assert run.stdout == written(built("a"), "trig")


def test_prefixes_stand_for_vocabularies_only() -> None:
    lines = written(built("a"), "turtle").decode().splitlines()
    declared = [line for line in lines if line.startswith("@prefix")]
    assert declared == sorted(f"@prefix {prefix}: <{space}> ." for prefix, space in PREFIXES.items())
    assert "\\#" not in "\n".join(lines)


def test_one_letter_is_written_alone() -> None:
    store = built("a", "b")
    assert read(written(store, "nquads", "a"), "nquads").contains_named_graph(store.letter_graph("a"))
    assert set(read(written(store, "turtle", "a"), "turtle")) == {ox.Quad(q.subject, q.predicate, q.object) for q in store.quads(store.letter_graph("a"))}
    with pytest.raises(UnknownName, match="Near names"):
        written(store, "nquads", "aa")


@pytest.mark.parametrize("fmt", FORMATS)
def test_builds_are_written_only_when_asked_for(fmt: str) -> None:
    store, activity = built("a"), Activity()
    plain = written(store, fmt)
    store.put_run(activity, datetime.now(UTC), datetime.now(UTC), 1)
    assert written(store, fmt) == plain
    assert b"startedAtTime" in written(store, fmt, with_builds=True)


def test_an_unknown_format_or_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = built("a")
    with pytest.raises(InputError, match="no export format 'rdfxml'"):
        export(store, tmp_path / "x", "rdfxml")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export(store, tmp_path / "file" / "x.ttl")
    export(store, tmp_path / "new" / "x.ttl")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["x.ttl"]


def test_another_reader_finds_the_same_triples() -> None:
    rdflib = pytest.importorskip("rdflib")
    store = built("a", "<b> 𠮷/#")
    graph = rdflib.Graph().parse(data=written(store, "turtle"), format="turtle")
    quads = rdflib.Dataset().parse(data=written(store, "nquads"), format="nquads")
    assert {str(node) for triple in graph for node in triple} == {q.value for quad in store.merge() for q in (quad.subject, quad.predicate, quad.object)}    # type: ignore[union-attr]
    assert len(graph) == len(list(store.merge()))
    assert {str(one.identifier) for one in quads.graphs() if len(one)} == {one.value for one in store.graphs()}


def test_formats_have_media_type_and_extension() -> None:
    assert {(form.media_type, form.extension) for form in FORMATS.values()} == {
        ("text/turtle", "ttl"), ("application/n-triples", "nt"), ("application/trig", "trig"), ("application/n-quads", "nq")}


def test_pieces_are_many_for_a_large_graph() -> None:
    assert b"".join(export_pieces(built("a"), "nquads")) == written(built("a"), "nquads")


@pytest.mark.skipif(not SCORER.exists(), reason="the scorer is not here")
def test_the_scorer_reads_the_export(tmp_path: Path, gold_store: Path) -> None:
    with Store(gold_store) as store:
        export(store, tmp_path / "out.nq", "nquads")
    golds = sorted((SCORER.parent / "seeds" / "gold").glob("*.gold.txt"))
    found = subprocess.run([sys.executable, str(SCORER), str(tmp_path / "out.nq"), *map(str, golds)], check=True, capture_output=True, text=True).stdout
    assert found.count("F1 1.000") == 9
