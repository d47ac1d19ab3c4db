"""The shipped lexicon as a whole: which of its names a graph tells of although no letter names them."""
from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import Graph
from kg.bundle import SHIPPED
from kg.lexicon import Lexicon

ROOT = Path(__file__).resolve().parent.parent
TOLD = "海河产业基金"
ASKED = 'SELECT ?x WHERE { GRAPH ?g { ?x <http://www.w3.org/2004/02/skos/core#prefLabel> "%s"@zh } }'


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def test_names_for_reading_only_are_found_in_letters_and_are_not_told(lexicon: Lexicon) -> None:
    quiet = {entry.name for entry in lexicon if not entry.told}
    told = {entry.name for entry in lexicon.told()}
    assert TOLD in told and len(quiet) > 10_000 and not quiet & told
    name = min(entry.name for entry in lexicon if not entry.told and entry.kind == "Company")
    assert [found.form for found in lexicon.matches(f"，{name}，")] == [name]


@pytest.mark.slow
@pytest.mark.skipif(not SHIPPED.is_file(), reason="no model was trained yet")
def test_a_graph_has_a_name_for_reading_only_where_a_letter_names_it(lexicon: Lexicon, tmp_path: Path) -> None:
    one, other = sorted(entry.name for entry in lexicon if not entry.told and entry.kind == "Company" and entry.name.endswith("股份有限公司"))[:2]
    letter = (ROOT / "examples" / "letters" / "tianjin-2023-high-tech.txt").read_text(encoding="utf-8").replace("截至目前", f"{one}已落户天津市。截至目前", 1)
    (tmp_path / "letter.txt").write_text(letter, encoding="utf-8")
    with Graph(tmp_path / "store") as graph:
        graph.build(tmp_path / "letter.txt")
        assert [len(graph.query(ASKED % name).rows) > 0 for name in (one, other, TOLD)] == [True, False, True]


def test_what_is_longer_than_any_name_is_no_division(lexicon: Lexicon) -> None:
    assert lexicon.division("街道办事处" * 1200 + "自治区", "天津市") is None
