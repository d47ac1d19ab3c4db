"""What is fuzzed: each target takes bytes. It may raise KgError, which is an answer; anything else is a fault."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from kg import iris
from kg.errors import KgError
from kg.figures.quantities import find_quantities
from kg.gold import read_gold
from kg.model import Source
from kg.numbers import read_number
from kg.query import run
from kg.query.lexer import form, froms, tokens
from kg.read import disguise
from kg.read.document import Document, Task
from kg.read.kinds import KINDS, kind_of
from kg.read.likeness import likeness
from kg.read.split import split
from kg.read.twins import printed
from kg.segment import segment
from kg.store import Store

Target = Callable[[bytes], object]


def reader(kind: str) -> Target:
    """A reader, in this process."""
    def read(data: bytes) -> None:
        name = f"a{KINDS[kind].suffixes[0]}"
        for document in KINDS[kind].load(name)(data, Task(name)):
            document.text.encode("utf-8")
            assert all(0 <= part.start <= len(document.text) for part in document.parts)
    return read


def text(data: bytes) -> str:
    """Bytes as text, such as a reader may give."""
    return data.decode("utf-8", "replace")


def structure(data: bytes) -> None:
    """All that is looked at in a text before it is read as a letter; what is split is whole."""
    whole = text(data)
    assert "".join(part.text for part in split(Document(whole))) == whole
    likeness(whole)
    printed(whole)
    disguise.notices(whole)


def letter(data: bytes) -> None:
    """The segmenter and the figure grammar; each place of the plain text leads back into the source."""
    source = Source("a", "a.txt", text(data), "")
    found = segment(source)
    assert len(found.origins) == len(found.plain)
    assert all(0 <= place < len(source.text) for place in found.origins)
    for quantity in find_quantities(found):
        assert 0 <= quantity.span.start < quantity.span.end <= len(found.plain)


def number(data: bytes) -> None:
    found = read_number(text(data)[:200])
    assert found is None or found.amount.is_finite()


def iri(data: bytes) -> None:
    """Minting: the name comes back, and nothing of it is more than a name."""
    name = text(data)
    if name:
        made = iris.entity_iri(name)
        assert iris.name_of(made) == name or name.startswith("letter/")
        assert not set(' <>"{}|\\^`') & set(made)


@cache
def _store() -> Store:
    folder = TemporaryDirectory(prefix="kg-fuzz-")
    store = Store(Path(folder.name) / "store", writable=True)
    store.put_ontology()
    _KEPT.append(folder)
    return store


_KEPT: list[TemporaryDirectory[str]] = []      # the folder of the store lives as long as the process


def sparql(data: bytes) -> None:
    """The lexer, and the whole way of a query that is no update."""
    words = tokens(text(data))
    form(words)
    froms(words)


def query(data: bytes) -> None:
    run(_store(), text(data)[:2000])


def gold(data: bytes) -> None:
    """The importer of gold files."""
    with TemporaryDirectory(prefix="kg-fuzz-") as folder:
        path = Path(folder) / "a.gold.txt"
        path.write_bytes(data)
        read_gold(path)


def kind(data: bytes) -> None:
    for suffix in (".txt", ".docx", ".pdf", ".zip", ""):
        try:
            kind_of(data, f"a{suffix}", suffix)
        except KgError:
            continue


TARGETS: Mapping[str, Target] = MappingProxyType({
    **{f"read-{name}": reader(name) for name in ("text", "markdown", "html", "docx", "rtf", "pdf", "mail", "zip", "jsonl", "csv")},
    "kind": kind, "structure": structure, "letter": letter, "number": number, "iri": iri, "sparql": sparql, "query": query, "gold": gold,
})


def fault(name: str, data: bytes) -> str | None:
    """What went wrong when a target was given bytes; None when nothing did."""
    try:
        TARGETS[name](data)
    except KgError as error:
        said = str(error)
        return None if said and "\n" not in said.strip() else f"message of several lines: {said!r}" if name.startswith("read-") else None
    except MemoryError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
