"""Other programs read our exports and find the same statements, triple by triple: Chinese IRIs, odd names, texts that look like syntax."""
from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import InputError
from kg.export import FORMATS, export
from kg.gold import read_golds
from kg.importing import in_rdf_11
from kg.store import Store
from tests.conftest import SEEDS
from tests.from_gold import perfect
from tests.interop.stores import CONTROL, merge, odd, quads

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
OXIGRAPH = Path(sys.executable).parent / "oxigraph"
Command = Callable[[Path, str], Sequence[object]]


def target(fmt: str) -> str:
    return "nquads" if FORMATS[fmt].graphs else "ntriples"


READERS: dict[str, tuple[bool, str, Command, tuple[str, ...]]] = {
    "rapper": (bool(shutil.which("rapper")), "apt-get install raptor2-utils",
               lambda path, fmt: ("rapper", "-q", "-i", fmt, "-o", target(fmt), path, "http://example.org/"),
               ("turtle", "trig", "ntriples", "nquads", "rdfxml")),
    "serdi": (bool(shutil.which("serdi")), "apt-get install serdi", lambda path, fmt: ("serdi", "-i", fmt, "-o", target(fmt), path),
              ("turtle", "trig", "ntriples", "nquads")),
    "oxigraph": (OXIGRAPH.exists(), "pip install oxigraph",
                 lambda path, fmt: (OXIGRAPH, "convert", "--from-file", path, "--from-format", FORMATS[fmt].extension, "--to-format", "nq"),
                 ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "turtle12")),
    "N3.js": ((HERE / "node_modules" / "n3").exists(), "npm install --prefix tests/interop",
              lambda path, fmt: ("node", HERE / "read_n3.mjs", path, FORMATS[fmt].media_type.partition(";")[0]),
              ("turtle", "trig", "ntriples", "nquads", "turtle12")),
    "jsonld.js": ((HERE / "node_modules" / "jsonld").exists(), "npm install --prefix tests/interop",
                  lambda path, fmt: ("node", HERE / "read_jsonld.mjs", path), ("jsonld",)),
}
DEFAULT = "urn:x-rdflib:default"          # what rdflib calls the graph without a name
RDFLIB = {"turtle": "turtle", "trig": "trig", "ntriples": "nt", "nquads": "nquads", "rdfxml": "xml", "jsonld": "json-ld"}


@pytest.fixture(scope="module", params=["odd names", "control characters", "five letters"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param != "five letters":
        yield odd(control=request.param == "control characters")
        return
    with Store() as five:
        five.put_ontology()
        for gold in read_golds([SEEDS]):
            five.put_letter(perfect(gold))
        yield five


def expected(store: Store, fmt: str) -> set[ox.Quad]:
    return quads(store) if FORMATS[fmt].graphs else {ox.Quad(one.subject, one.predicate, one.object) for one in merge(store)}


def written(store: Store, fmt: str, folder: Path) -> Path:
    """The export; a store that XML cannot carry is skipped for it."""
    path = folder / f"graph.{FORMATS[fmt].extension}"
    if fmt == "rdfxml" and any(character in quad.object.value for quad in store.merge() if isinstance(quad.object, ox.Literal) for character in CONTROL[:4]):
        with pytest.raises(InputError, match="XML cannot carry"):
            export(store, path, fmt)
        pytest.skip("XML cannot carry control characters")
    export(store, path, fmt)
    return path


@pytest.mark.parametrize(("reader", "fmt"), [(name, fmt) for name, (*_, formats) in READERS.items() for fmt in formats])
def test_a_reader_finds_the_same_statements(reader: str, fmt: str, store: Store, tmp_path: Path) -> None:
    there, how, command, _ = READERS[reader]
    if not there:
        pytest.skip(f"needs {reader}: {how}")
    path = written(store, fmt, tmp_path)
    done = subprocess.run([str(part) for part in command(path, fmt)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    found = {one for quad in ox.parse(done.stdout, ox.RdfFormat.N_QUADS) for one in in_rdf_11(quad)}
    assert found == expected(store, fmt)


@pytest.mark.parametrize("fmt", RDFLIB)
def test_rdflib_finds_the_same_statements(fmt: str, store: Store, tmp_path: Path) -> None:
    import rdflib
    dataset = rdflib.Dataset().parse(written(store, fmt, tmp_path), format=RDFLIB[fmt])
    found = {ox.Quad(node(s), node(p), node(o), *([] if g is None or str(g) == DEFAULT else [ox.NamedNode(str(g))]))     # type: ignore[arg-type]
             for s, p, o, g in dataset.quads()}
    assert found == expected(store, fmt)


def node(term: Any) -> ox.NamedNode | ox.Literal:
    """A term of rdflib as one of pyoxigraph."""
    if not hasattr(term, "datatype"):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
