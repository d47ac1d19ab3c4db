"""Tables, networks and scripts: what data frames, spreadsheets, Gephi and Neo4j read is what the graph says."""
from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import networkx
import openpyxl
import pandas
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.errors import InputError, MissingExtra, StoreError
from kg.export import Choice, export, export_pieces, sheets
from kg.export.choosing import choose
from kg.export.rows import rows
from kg.export.sorting import Sorter
from kg.export.tables import TABLES
from kg.infer import infer, put_inferences, read_rules
from kg.lexicon import Entry
from kg.mapping import ALT
from kg.network import to_networkx
from kg.stats import stats
from kg.store import Store
from tests.interop.stores import NAMES, odd
from tests.nouns import extraction

FORMULA = tuple("=+-@\t\r＝＋－＠")


@pytest.fixture(scope="module")
def five(gold_store: Path) -> Iterator[Store]:
    with Store(gold_store) as one:
        yield one


@pytest.fixture(scope="module")
def strange() -> Store:
    return odd(control=True)


def small() -> Store:
    store = Store()
    store.put_ontology()
    store.put_letter(extraction("a"))
    return store


def piece(store: Store, fmt: str, choice: Choice | None = None) -> bytes:
    return b"".join(export_pieces(store, fmt, choice))


def cells(folder: Path, table: str) -> list[list[str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_tables_hold_as_many_rows_as_the_graph_has_things(five: Store, tmp_path: Path) -> None:
    export(five, tmp_path / "t", "csv")
    totals = stats(five).totals
    assert {name: len(cells(tmp_path / "t", name)) - 1 for name in ("letters", "facts", "figures", "mentions")} == {
        name: totals[name] for name in ("letters", "facts", "figures", "mentions")}
    assert len(cells(tmp_path / "t", "entities")) - 1 >= totals["entities"]     # also those that only stand in the head of a letter


def test_a_fact_is_one_row_with_names_status_time_and_quote(tmp_path: Path) -> None:
    export(small(), tmp_path, "csv", Choice(statuses=("done",)))
    fact = pandas.read_csv(tmp_path / "facts.csv").iloc[0]
    assert [fact[name] for name in ("subject", "predicate", "predicate_zh", "object", "status", "start", "end", "time", "confidence", "letter", "quotes")] == [
        "天津市", "establishes", "设立", "海河产业基金", "done", "2024-01-01", "2024-12-31", "2024年", 0.9, "a", 1]
    assert fact["quote"] == "2024年，我市设立海河产业基金，与香港特别行政区合作。"


def test_csv_and_parquet_and_the_workbook_say_the_same(tmp_path: Path) -> None:
    for fmt in ("csv", "parquet", "xlsx"):
        export(small(), tmp_path / f"t.{fmt}", fmt)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for table in TABLES.values():
        text = pandas.read_csv(tmp_path / "t.csv" / f"{table.name}.csv", dtype=str, keep_default_na=False)
        data = pandas.read_parquet(tmp_path / "t.parquet" / f"{table.name}.parquet")
        assert list(text.columns) == list(data.columns) == [column.name for column in table.columns]
        for column in table.columns:
            values = ["" if pandas.isna(value) else value for value in data[column.name]]
            assert [same(value) for value in text[column.name]] == [same(value) for value in values], column.name
        sheet = book[f"{table.zh} {table.name}"]
        shown = [column for column in table.columns if column.kind != "long"]
        rows = [["" if value is None else value for value in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert [[same(value) for value in row] for row in rows] == [[same(value) for value in row] for row in text[[c.name for c in shown]].values.tolist()]


def same(value: Any) -> Any:
    """A cell in one form, whichever program it comes from."""
    text = str(value.date()) if hasattr(value, "date") and callable(value.date) else str(value).replace("\r\n", "\n")
    try:
        return round(float(text), 6)
    except ValueError:
        return text


def test_no_cell_starts_a_formula(strange: Store, tmp_path: Path) -> None:
    export(strange, tmp_path / "csv", "csv")
    export(strange, tmp_path / "neo4j", "neo4j")
    export(strange, tmp_path / "book.xlsx", "xlsx")
    for path in [*(tmp_path / "csv").glob("*.csv"), *(tmp_path / "neo4j").glob("*.csv")]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            started = [cell for row in csv.reader(file) for cell in row if cell.lstrip(" \u3000").startswith(FORMULA)]
        assert [cell for cell in started if not re.fullmatch(r"-?[0-9.]+", cell)] == []
    found = set()
    for sheet in openpyxl.load_workbook(tmp_path / "book.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(FORMULA):
                    assert cell.quotePrefix
                    found.add(cell.value)
    assert {"=1+1", "@here", "-5", "＝SUM(A1)"} <= found        # the names are whole, and stay texts when a cell is edited


def test_a_workbook_is_made_to_be_read(tmp_path: Path) -> None:
    export(small(), tmp_path / "a.xlsx", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["说明 about", "答复函 letters", "实体 entities", "名称 names", "提及 mentions", "事实 facts", "数据 figures"]
    facts = book["事实 facts"]
    assert (facts.freeze_panes, facts["A1"].value, facts["A1"].font.bold) == ("B2", "主体\nsubject", True)
    assert facts.auto_filter.ref == facts.dimensions
    assert facts.column_dimensions["P"].width > 50              # the quoted sentence
    assert [row[1] for row in book["说明 about"].iter_rows(min_row=2, max_row=2, values_only=True)] == [1]


def test_a_workbook_and_a_folder_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for place in ("one", "two"):
        for fmt in ("csv", "parquet", "neo4j", "xlsx"):
            export(small(), tmp_path / place / fmt, fmt)
    one, two = ({path.relative_to(tmp_path / place): path.read_bytes() for path in (tmp_path / place).rglob("*") if path.is_file()} for place in ("one", "two"))
    assert one == two
    assert len(one) == 6 + 6 + 3 + 1


def test_graphml_and_gexf_are_the_network_that_networkx_gives(five: Store) -> None:
    expected = to_networkx(five, max_nodes=None)
    for network in (networkx.read_graphml(io.BytesIO(piece(five, "graphml")), force_multigraph=True), networkx.read_gexf(io.BytesIO(piece(five, "gexf")))):
        assert set(network) == set(expected)
        assert len(network.edges) == len(expected.edges)
        for one, other, data in network.edges(data=True):
            fact = expected.edges[one, other, data["iri"]]
            assert (data["label"], data["status"], data["confidence"]) == (fact["label_zh"], fact["status"], pytest.approx(fact["confidence"]))
            assert data["weight"] == max(1, len(fact["quote"]))
            assert data.get("year") == (int((fact.get("start") or fact["end"])[:4]) if fact.get("start") or fact.get("end") else None)
        assert {name: data["class"] for name, data in network.nodes(data=True)} == {name: data["kind"] for name, data in expected.nodes(data=True)}
    assert network.nodes["天津市"]["viz"]["color"]["r"] == 0x33


def test_names_with_any_characters_survive_in_networks(strange: Store) -> None:
    for read, fmt in ((networkx.read_graphml, "graphml"), (networkx.read_gexf, "gexf")):
        network = read(io.BytesIO(piece(strange, fmt)))
        assert set(NAMES) <= set(network)


def test_cypher_keeps_chinese_types_and_escapes_what_is_quoted(strange: Store) -> None:
    text = piece(strange, "cypher").decode()
    assert text.startswith("CREATE CONSTRAINT entity IF NOT EXISTS")
    assert "MERGE (s)-[r:`与…合作` {iri: row.iri}]->(o)" in text
    assert "SET n += row, n:`Company`:`企业`;" in text
    assert "`name`: 'a\\'b'" in text
    assert "`role`: '\"首席\"\\\\'" in text
    outside = re.sub(r"'(?:\\.|[^'\\])*'", "''", text)          # what is not inside quotation marks is the script's own
    assert set(re.findall(r"[^\x00-\x7f]+", outside)) <= {"与…合作", "设立", "举办", "企业", "地点", "人物", "基金", "活动", "党政机关"}


def test_neo4j_has_nodes_with_labels_and_typed_relations(tmp_path: Path) -> None:
    files = export(small(), tmp_path / "n", "neo4j")
    assert [path.name for path in files] == ["README.txt", "nodes.csv", "relationships.csv"]
    nodes, edges = (pandas.read_csv(tmp_path / "n" / f"{name}.csv") for name in ("nodes", "relationships"))
    assert set(nodes[nodes["name"] == "海河产业基金"][":LABEL"]) == {"Entity;Fund;基金"}
    assert set(edges[":TYPE"]) == {"设立", "举办", "与…合作"}
    assert set(edges[":START_ID"]) | set(edges[":END_ID"]) <= set(nodes["iri:ID"])


def test_a_folder_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    export(small(), tmp_path, "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["notes.txt", *(f"{name}.csv" for name in TABLES)])


def test_a_folder_cannot_be_a_stream_or_stand_where_a_file_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a place with -o"):
        export(small(), io.BytesIO(), "csv")
    with pytest.raises(InputError, match="is a folder of files"):
        export_pieces(small(), "parquet")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export(small(), tmp_path / "file", "csv")


@pytest.mark.parametrize(("fmt", "module"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_a_missing_extra_is_named(fmt: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"pip install 'zhihan\[tables\]'"):
        export(small(), tmp_path / "out", fmt)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_sheet_that_is_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(InputError, match="choose less, or --format csv"):
        export(small(), tmp_path / "a.xlsx", "xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_description_counts_the_export_and_names_its_file_with_size_and_hash(tmp_path: Path) -> None:
    store = small()
    files = export(store, tmp_path / "图 graph.ttl", "turtle", Choice(only="facts"), describe=True)
    assert [path.name for path in files] == ["图 graph.ttl", "图 graph.ttl.about.ttl"]
    said = ox.Store()
    said.load(files[1].read_bytes(), ox.RdfFormat.TURTLE, base_iri="http://example.org/")
    exported = ox.Store()
    exported.load(files[0].read_bytes(), ox.RdfFormat.TURTLE)

    def one(prop: str) -> str:
        found = (quad.object for quad in said if quad.predicate.value.endswith(prop) and "#prop" not in str(quad.subject))
        return str(next(found).value)

    assert int(one("void#triples")) == len(exported)
    assert int(one("void#distinctSubjects")) == len({quad.subject for quad in exported})
    assert one("downloadURL") == "http://example.org/%E5%9B%BE%20graph.ttl"
    assert one("checksumValue") == hashlib.sha256(files[0].read_bytes()).hexdigest()
    assert int(one("byteSize")) == files[0].stat().st_size
    assert one("terms/description") == "kg export --only facts"
    assert not any(isinstance(node, ox.BlankNode) for quad in said for node in (quad.subject, quad.object))
    again = export(store, tmp_path / "图 graph.ttl", "turtle", Choice(only="facts"), describe=True)[1]
    assert again.read_bytes() == files[1].read_bytes()


def test_a_folder_is_described_inside_it(tmp_path: Path) -> None:
    files = export(small(), tmp_path, "csv", describe=True)
    assert files[-1] == tmp_path / "about.ttl"
    assert files[-1].read_text(encoding="utf-8").count("a dcat:Distribution") == len(TABLES)


def test_tables_read_what_the_lexicon_says_of_names_that_letters_name_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lexicon is larger than most graphs: two seconds of every export of tables went into reading it."""
    store = small()
    store.put_lexicon([Entry("天津市", ("天津",), kind="Place"), *(Entry(f"第{at}市", kind="Place", place="天津市") for at in range(3000))])
    taken: list[bytes] = []
    write = Sorter.write

    def seen(sorter: Sorter, text: bytes) -> int:
        taken.append(text)
        return write(sorter, text)

    monkeypatch.setattr(Sorter, "write", seen)
    assert b"\xe5\xa4\xa9\xe6\xb4\xa5\xe5\xb8\x82" in piece(store, "cypher")
    assert sum(text.count(b"\n") for text in taken) < 300


@pytest.mark.parametrize("given", [{}, {"inferred": False}, {"with_builds": True}])
def test_tables_made_of_the_graphs_are_those_made_of_the_merge(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    store = small()
    store.put_lexicon([Entry("天津市", ("天津", "津"), kind="Place"), Entry("海河产业基金", ("海河基金",), kind="Fund", place="天津市"), Entry("某市", kind="Place")])
    store.put_letter(extraction("b"))
    put_inferences(store, infer(store, read_rules()))
    store.put_graph(ox.NamedNode("http://example.org/more"), [ox.Triple(ox.NamedNode(f"{store.base}天津市"), ALT, ox.Literal("津沽", language="zh"))])
    found = {fmt: piece(store, fmt, Choice(**given)) for fmt in ("cypher", "graphml", "gexf")}
    assert "津沽".encode() not in found["cypher"] and "某市".encode() not in found["cypher"]
    with rows(store, choose(store, Choice(**given))) as made:
        every = list(made())
    monkeypatch.setattr("kg.export.rows._Reader.named", lambda reader: reader.chosen)
    monkeypatch.setattr("kg.export.rows._Reader.known", lambda reader: ())
    assert {fmt: piece(store, fmt, Choice(**given)) for fmt in found} == found
    with rows(store, choose(store, Choice(**given))) as made:
        assert list(made()) == every
    assert "津沽" in {row[1] for name, row in every if name == "names"}


def test_offsets_of_mentions_count_characters_of_the_text_in_the_table_of_letters(five: Store, tmp_path: Path) -> None:
    """Four of the five letters begin with a blank and a tab, which is no formula: with an apostrophe in front all offsets were one too small."""
    export(five, tmp_path, "csv")
    texts = {row[0]: row[-1] for row in cells(tmp_path, "letters")}
    assert all(row[3] == texts[row[0]][int(row[1]):int(row[2])] for row in cells(tmp_path, "mentions")[1:])
    assert sheets.guarded(" \t天津") == " \t天津"
    assert [str(sheets.guarded(text))[0] for text in ("=1", " \t=1", "\t1", "\u3000＝1", "\n@x", "\r1")] == ["'"] * 6


def test_a_stream_and_a_temporary_folder_without_room_are_told(five: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def writelines(self, lines: object) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            self.writelines(())     # what waits in a buffer

    with pytest.raises(InputError, match=r"No space left on device.*name another place with -o"):
        export(five, Full(), "graphml")
    monkeypatch.setattr("kg.export.statements.Sorter", partial(Sorter, 10_000))
    monkeypatch.setattr("tempfile.tempdir", "/small")
    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    with pytest.raises(StoreError, match=r"/small cannot be written \(No space left on device.*TMPDIR"):
        piece(five, "ntriples")


def test_a_place_and_a_day_without_a_name_choose_nothing_silently(gold_store: Path) -> None:
    """A variable of a shell that is empty is no wish for all of the graph."""
    for given in (["--place", ""], ["--from", ""], ["--to", ""]):
        found = CliRunner().invoke(cli, ["export", *given, "--store", str(gold_store)])
        assert found.exit_code == 2 and found.stdout == ""
