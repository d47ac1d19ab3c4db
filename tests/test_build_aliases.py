"""Short names that one letter defines and another of the region uses without saying what they stand for."""
from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import BuildReport
from kg.lexicon import Entry, Lexicon
from kg.mapping import REF, RESOLVED
from kg.model import Meaning
from kg.resolve.corpus import REASON, serving
from kg.store import Store
from tests.test_build import exported, run

DEFINES = "天津市商务局对政协提案的答复\n今年，滨海国际瓷器博览会（以下简称“津港瓷博会”）。\n天津市商务局\n"
USES = "天津市科学技术局对政协提案的答复\n其中，津港瓷博会，南开大学。\n天津市科学技术局\n"
LONG, SHORT = "滨海国际瓷器博览会", "津港瓷博会"
KNOWN = Lexicon([Entry("南开大学", ("津大学",), (), "University")])


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def named(store: Path, letter: str) -> set[str]:
    """The last part of the IRIs of what a letter's mentions stand for."""
    with Store(store) as opened:
        return {quad.object.value.rpartition("/")[2] for quad in opened.quads(opened.letter_graph(letter)) if quad.predicate == REF}     # type: ignore[union-attr]


def reasons(store: Path, letter: str) -> set[str]:
    with Store(store) as opened:
        return {quad.object.value for quad in opened.quads(opened.letter_graph(letter)) if quad.predicate == RESOLVED}     # type: ignore[union-attr]


def test_a_letter_reads_a_short_name_as_another_letter_defines_it_and_says_so(tmp_path: Path) -> None:
    report = run(tmp_path / "store", write(tmp_path / "in", defines=DEFINES, uses=USES))
    assert report.aliases == 1
    assert LONG in named(tmp_path / "store", "uses") and SHORT not in named(tmp_path / "store", "uses")
    assert REASON in reasons(tmp_path / "store", "uses") and REASON not in reasons(tmp_path / "store", "defines")


def test_a_definition_that_comes_goes_or_changes_rebuilds_the_letters_that_use_it_and_no_others(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", write(tmp_path / "in", uses=USES, other="天津市教育委员会的答复\n南开大学。\n")
    run(store, folder)
    alone = exported(store)
    write(folder, defines=DEFINES)
    assert run(store, folder / "defines.txt").written == ("defines", "uses")
    assert LONG in named(store, "uses")
    write(folder, second=DEFINES.replace("滨海国际", "西青国际"))
    assert set(run(store, folder).written) == {"second", "uses"}        # two meanings: none serves
    assert SHORT in named(store, "uses")
    (folder / "defines.txt").unlink()
    (folder / "second.txt").unlink()
    report: BuildReport = run(store, folder, sync=True)
    assert report.removed == ("defines", "second")
    assert exported(store) == alone


def test_a_letter_of_another_province_keeps_its_own_names(tmp_path: Path) -> None:
    other = USES.replace("天津市科学技术局", "上海市科学技术委员会")
    run(tmp_path / "store", write(tmp_path / "in", defines=DEFINES, uses=other))
    assert SHORT in named(tmp_path / "store", "uses")


@pytest.mark.parametrize(("meanings", "why"), [
    ([Meaning("瓷博会", "滨海国际瓷器博览会", "Event", False, "天津市")], "nobody says it in words"),
    ([Meaning("瓷博会", "滨海国际瓷器博览会", "Event", True, "天津市"), Meaning("瓷博会", "西青瓷器博览会", "Event", False, "上海市")], "two meanings"),
    ([Meaning("瓷博会", "第十届国际瓷器博览会", "Event", True, "天津市")], "one edition"),
    ([Meaning("博览会", "滨海国际瓷器博览会", "Event", True, "天津市")], "the word for its sort"),
    ([Meaning("科技局", "天津市科学技术局", "Government", True, "天津市")], "organs of all cities are called so"),
    ([Meaning("津大学", "天津某某学院", "University", True, "天津市")], "the lexicon knows it"),
    ([Meaning("津大", "天津某某大学", "University", True, "天津市")], "too short"),
    ([Meaning("瓷博会", "滨海国际瓷器博览会", "Event", True, "")], "no region"),
])
def test_what_may_not_serve(meanings: list[Meaning], why: str) -> None:
    assert serving(meanings, KNOWN) == {}, why


def test_a_short_name_serves_the_regions_that_define_it() -> None:
    both = [Meaning("瓷博会", "滨海国际瓷器博览会", "Event", True, region) for region in ("天津市", "河北省")]
    assert serving(both, KNOWN) == {("瓷博会", "Event", region): "滨海国际瓷器博览会" for region in ("天津市", "河北省")}
