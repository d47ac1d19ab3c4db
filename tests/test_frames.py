"""Data frames of tables and answers, and what graphs and answers look like in a notebook."""
from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas
import pytest

import kg
from kg import notebook
from kg.errors import InputError, MissingExtra
from kg.export.tables import TABLES
from kg.model import CLASSES
from tests.hostile import IMAGE, NAMES, hostile_store
from tests.nouns import extraction


@pytest.fixture(scope="module")
def graph(gold_store: Path) -> Iterator[kg.Graph]:
    with kg.open(gold_store) as one:
        yield one


@pytest.fixture(scope="module")
def facts(graph: kg.Graph) -> pandas.DataFrame:
    return graph.to_pandas()


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    with kg.open(hostile_store(tmp_path_factory.mktemp("hostile") / "store")) as one:
        yield one


class Tags(HTMLParser):
    """The elements of a piece of HTML, their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_has_the_rows_and_columns_of_the_csv_export(table: str, graph: kg.Graph, csv: Path) -> None:
    frame = graph.to_pandas(table)
    exported = pandas.read_csv(csv / f"{table}.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    assert list(frame.columns) == list(exported.columns) == [column.name for column in TABLES[table].columns]
    assert len(frame) == len(exported) > 0
    for column in TABLES[table].columns:
        if column.kind in ("text", "category"):
            assert list(frame[column.name].astype(object).where(frame[column.name].notna(), "")) == [text.removeprefix("'") for text in exported[column.name]], column


@pytest.fixture(scope="module")
def csv(graph: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    graph.export(folder, "csv")
    return folder


def test_columns_have_the_dtype_of_their_kind(graph: kg.Graph, facts: pandas.DataFrame) -> None:
    dtypes = {"text": "string", "long": "string", "category": "category", "integer": "Int64", "number": "float64", "date": "datetime64[s]"}
    for table in TABLES.values():
        frame = graph.to_pandas(table.name)
        assert {column.name: str(frame[column.name].dtype) for column in table.columns} == {c.name: dtypes[c.kind] for c in table.columns}
    assert facts["start"].min() < facts["start"].max()
    assert facts["start"].isna().any()


def test_categories_are_those_that_occur_in_the_order_of_the_vocabulary(graph: kg.Graph, facts: pandas.DataFrame) -> None:
    entities = graph.to_pandas("entities")
    assert [name for name in CLASSES if name in set(entities["class"])] == list(entities["class"].cat.categories)
    assert list(facts["status"].cat.categories) == ["done", "ongoing", "planned", "suggested"]
    assert list(facts["status_zh"].cat.categories)[:2] == ["已完成", "进行中"]


def test_a_frame_of_a_choice_has_only_what_is_chosen(graph: kg.Graph, facts: pandas.DataFrame) -> None:
    planned = graph.to_pandas("facts", kg.Choice(statuses=("planned",)))
    assert len(planned) == (facts["status"] == "planned").sum() > 0
    assert list(planned["status"].cat.categories) == ["planned"]


def test_a_frame_without_rows_keeps_its_columns_and_dtypes(graph: kg.Graph, facts: pandas.DataFrame) -> None:
    none = graph.to_pandas("facts", kg.Choice(min_confidence=2.0))
    assert len(none) == 0
    assert list(none.columns) == list(facts.columns)
    assert str(none["start"].dtype) == "datetime64[s]" and str(none["status"].dtype) == "category"


def test_names_of_entities_join_tables(graph: kg.Graph, facts: pandas.DataFrame) -> None:
    entities = graph.to_pandas("entities")
    joined = facts.merge(entities, left_on="subject", right_on="name", suffixes=("", "_subject"))
    assert entities["name"].is_unique
    assert len(joined) == len(facts)


def test_an_answer_is_a_frame_with_values_of_their_kind(graph: kg.Graph) -> None:
    frame = graph.query("figures").to_pandas()
    assert [str(frame[name].dtype) for name in ("name", "value", "from", "letter")] == ["string", "float64", "datetime64[s]", "string"]
    assert len(frame) == len(graph.query("figures").rows)


def test_an_answer_can_keep_whole_iris(graph: kg.Graph) -> None:
    answer = graph.query("SELECT ?x WHERE { ?x a kg:Fund } ORDER BY ?x")
    assert answer.to_pandas()["x"].tolist() == [row[0] for row in answer.texts()]
    assert answer.to_pandas(iris=True)["x"].str.startswith("https://").all()


@pytest.mark.parametrize(("literal", "dtype"), [
    ("1", "Int64"), ("1.5", "float64"), ("true", "boolean"), ('"2024-05-01"^^xsd:date', "datetime64[s]"), ('"soon"^^xsd:date', "string"),
    ('"9999999999999999999999"^^xsd:integer', "float64"), ('"a"@zh', "string")])
def test_a_column_of_one_kind_of_literal_has_its_dtype(literal: str, dtype: str, graph: kg.Graph) -> None:
    frame = graph.query(f"SELECT ?x ?y WHERE {{ VALUES ?x {{ {literal} UNDEF }} }}").to_pandas()
    assert str(frame["x"].dtype) == dtype
    assert frame["x"].isna().tolist() == [False, True]
    assert frame["y"].isna().all()


def test_ask_and_construct_are_frames_too(graph: kg.Graph) -> None:
    assert graph.query("ASK { ?x a kg:Fund }").to_pandas()["answer"].tolist() == [True]
    assert list(graph.query("CONSTRUCT { ?x a kg:Fund } WHERE { ?x a kg:Fund }").to_pandas().columns) == ["subject", "predicate", "object"]


def test_an_unknown_table_is_told_with_the_known_ones(graph: kg.Graph) -> None:
    with pytest.raises(InputError, match=r"no table 'fact'.*letters, entities, names, mentions, facts, figures"):
        graph.to_pandas("fact")


def test_without_pandas_one_sentence_names_the_extra(graph: kg.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    for ask in (graph.to_pandas, graph.query("ASK { ?x a kg:Fund }").to_pandas):
        with pytest.raises(MissingExtra, match=r"^A data frame needs the extra 'pandas': install it with  pip install 'zhihan\[pandas\]'\.$"):
            ask()


def test_a_graph_shows_its_counts_and_a_picture_of_its_own(graph: kg.Graph) -> None:
    tags = Tags(graph._repr_html_())
    (image,) = [given for tag, given in tags.found if tag == "img"]
    assert "5 件答复函 letters" in tags.text and "条事实 facts" in tags.text
    assert svg(image).startswith("<svg ") and "香港特别行政区" in svg(image)
    assert {tag for tag, _ in tags.found} <= {"div", "p", "b", "br", "code", "img"}


def svg(image: dict[str, Any]) -> str:
    kind, _, data = image["src"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    return b64decode(data).decode()


def test_hostile_names_are_shown_as_they_are_and_nothing_runs(strange: kg.Graph) -> None:
    tags = Tags(strange._repr_html_())
    (image,) = [given for tag, given in tags.found if tag == "img"]
    assert {tag for tag, _ in tags.found} <= {"div", "p", "b", "br", "code", "img"}
    assert set(image) == {"src", "alt", "style"}
    assert "<script" not in svg(image) and "onload=" not in svg(image).replace("&lt;svg onload=", "")
    assert IMAGE in str(image["alt"])


def test_an_answer_is_a_table_whose_cells_are_text(strange: kg.Graph) -> None:
    tags = Tags(strange.query("SELECT ?x ?name WHERE { ?x skos:prefLabel ?name }")._repr_html_())
    assert {tag for tag, _ in tags.found} <= {"div", "table", "thead", "tbody", "tr", "th", "td", "p"}
    assert all(name in tags.text for name in NAMES)


def test_a_long_answer_is_cut_and_says_so(graph: kg.Graph) -> None:
    tags = Tags(graph.query("SELECT ?x WHERE { ?x a nif:Phrase } LIMIT 500")._repr_html_())
    assert sum(tag == "tr" for tag, _ in tags.found) == notebook.ROWS + 1
    assert "500 行 rows" in tags.text


def test_of_a_large_store_only_a_part_is_looked_at(graph: kg.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "MOST", 20)
    assert "20+ 条事实 facts" in Tags(graph._repr_html_()).text


def test_a_graph_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    assert "kg build" in Tags(kg.open(tmp_path / "<none>")._repr_html_()).text


def test_a_store_without_facts_is_shown_without_a_picture(tmp_path: Path) -> None:
    from kg.store import Store
    with Store(tmp_path / "store", writable=True) as store:
        store.put_ontology()
    with kg.open(tmp_path / "store") as one:
        assert "0 件答复函 letters" in one._repr_html_() and "<img" not in one._repr_html_()


def test_what_only_the_lexicon_knows_is_in_no_table(tmp_path: Path) -> None:
    from kg.lexicon import Entry
    from kg.store import Store
    with Store(tmp_path / "store", writable=True) as store:
        store.put_ontology()
        store.put_lexicon((Entry("天津市", kind="Place"), Entry("海河产业基金", ("海河基金",), kind="Fund", place="天津市"), Entry("某市", kind="Place")))
        store.put_letter(extraction("a"))
    with kg.open(tmp_path / "store") as one:
        entities = one.to_pandas("entities")
        assert {"天津市", "海河产业基金"} <= set(entities["name"]) and "某市" not in set(entities["name"])
        assert entities.set_index("name").loc["海河产业基金", "place"] == "天津市"
        assert {"海河基金"} <= set(one.to_pandas("names")["name"]) and "某市" not in set(one.to_pandas("names")["name"])
