"""Plugins by entry points: those of another package are found and used, one of our own is, and one that fails harms nothing else."""
from __future__ import annotations

import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import plugins
from kg.cli import cli
from kg.export import FORMATS, export_pieces, formats
from kg.pipeline import known_names
from kg.plugins import EXPORTERS, READERS, RECOGNISERS, PluginError, PluginWarning
from kg.read import Readers, by_suffix, known_kinds
from kg.reading import Reading
from kg.recognise import recognise
from kg.recognise.base import Recogniser
from kg.store import Store
from tests.nouns import letter

ROOT = Path(__file__).resolve().parent.parent
CACHES = (plugins.plugins, plugins.loaded, formats, known_kinds, by_suffix)
CODE = '''
from kg.export import Format
from kg.read.document import Document
from kg.read.kinds import Kind
from kg.recognise.base import Proposal, Recogniser

def read(data, task):
    if data.startswith(b"!"):
        raise RuntimeError("no letter of ours")
    return (Document(data.decode()[1:]),)

def propose(passage):
    if "坏" in passage.text:
        raise RuntimeError("bad text")
    at = passage.text.find("天开")
    if at >= 0:
        yield Proposal(at, at + 2, "Park", "x")

def pieces(store, chosen):
    yield b"names"

def broken(store, chosen):
    yield b"begun"
    raise RuntimeError("out of ink")

OURS = Kind(read, (".ours",), "text/x-ours", "我们的格式")
TAKES = Kind(read, (".txt",), "text/x-ours", "抢来的格式")
PARKS = Recogniser(propose, 0.97)
NAMES = Format("names", "text/plain", "txt", "names", pieces=pieces)
BROKEN = Format("broken", "text/plain", "txt", "nothing", pieces=broken)
'''
Bring = Callable[..., None]


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Install a package for a test: the name of its module is its own, and it names these entry points by group."""
    def installed(**groups: str) -> None:
        folder = tmp_path / "packages"
        folder.mkdir(exist_ok=True)
        (folder / "zhihan_test_extra.py").write_text(CODE, encoding="utf-8")
        info = folder / "zhihan_test_extra-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zhihan-test-extra\nVersion: 1.0\n", encoding="utf-8")
        points = "\n".join(f"[zhihan.{group}]\n{lines}" for group, lines in groups.items())
        (info / "entry_points.txt").write_text(points.replace("=", "=zhihan_test_extra:"), encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))

    for cache in CACHES:
        cache.cache_clear()
    yield installed
    sys.modules.pop("zhihan_test_extra", None)
    for cache in CACHES:
        cache.cache_clear()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_our_own_export_for_gephi_is_a_plugin_of_the_project_file() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["zhihan.exporters"]
    assert list(said) == ["gexf"]
    assert "gexf" not in FORMATS
    assert formats()["gexf"].media_type == "application/gexf+xml"


def test_every_plugin_of_a_package_is_found_with_its_version(bring: Bring) -> None:
    bring(readers="ours=OURS", recognisers="parks=PARKS", exporters="names=NAMES")
    assert [str(one) for group in (READERS, RECOGNISERS) for one in plugins.plugins(group)] == ["ours (zhihan-test-extra 1.0)", "parks (zhihan-test-extra 1.0)"]
    assert plugins.names(EXPORTERS) == ("gexf", "names")


def test_a_reader_of_a_plugin_reads_the_files_of_its_suffix(bring: Bring, tmp_path: Path) -> None:
    bring(readers="ours=OURS")
    (tmp_path / "a.ours").write_text("#关于提案的答复\n", encoding="utf-8")
    with Readers() as readers:
        contents = readers.file(tmp_path / "a.ours")
    assert contents.kind == "ours"
    assert contents.letters[0].source.text.startswith("关于提案的答复")


def test_a_reader_that_fails_is_named_and_other_files_are_read(bring: Bring, tmp_path: Path) -> None:
    bring(readers="ours=OURS")
    (tmp_path / "bad.ours").write_text("!", encoding="utf-8")
    (tmp_path / "good.txt").write_text("关于提案的答复\n王芳委员：\n您好。\n", encoding="utf-8")
    result = run("read", tmp_path / "bad.ours", tmp_path / "good.txt")
    assert result.exit_code == 1
    assert "The plugin ours (zhihan-test-extra 1.0) failed while it read" in result.stderr
    assert "good" in result.stdout


def test_a_recogniser_of_a_plugin_finds_names_beside_the_others(bring: Bring) -> None:
    bring(recognisers="parks=PARKS")
    found = recognise(letter("天开与天津大学合作。"), known_names(), None)
    assert ("parks", "Park", 0.97) in [(one.found_by, one.kind, one.confidence) for one in found]
    assert len(found) > 1


def test_a_recogniser_that_fails_is_told_and_the_others_go_on(bring: Bring) -> None:
    bring(recognisers="parks=PARKS")
    with pytest.warns(PluginWarning, match=r"The plugin parks \(zhihan-test-extra 1.0\) failed while it looked for names"):
        found = recognise(letter("坏消息，天津大学来了。"), known_names(), None)
    assert found


def test_what_a_plugin_may_find_is_part_of_the_provenance(bring: Bring) -> None:
    before = Reading().activity().digest
    bring(recognisers="parks=PARKS")
    plugins.plugins.cache_clear()
    assert Reading().activity().digest != before
    assert "zhihan-test-extra 1.0" in Reading().activity().options_text


def test_an_export_of_a_plugin_is_written(bring: Bring, gold_store: Path, tmp_path: Path) -> None:
    bring(exporters="names=NAMES")
    result = run("export", "--format", "names", "-o", tmp_path / "names.txt", "--store", gold_store)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "names.txt").read_bytes() == b"names"


def test_a_format_that_is_none_is_told_with_those_of_plugins(bring: Bring, gold_store: Path) -> None:
    bring(exporters="names=NAMES")
    result = run("export", "--format", "nope", "--store", gold_store)
    assert (result.exit_code, "'turtle'" in result.output, "'names'" in result.output) == (2, True, True)


def test_an_export_that_fails_is_named_and_leaves_no_file(bring: Bring, gold_store: Path, tmp_path: Path) -> None:
    bring(exporters="broken=BROKEN")
    result = run("export", "--format", "broken", "-o", tmp_path / "out.txt", "--store", gold_store)
    assert result.exit_code == 2
    assert result.stderr == "kg: The plugin broken (zhihan-test-extra 1.0) failed while it wrote an export (RuntimeError: out of ink).\n"
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(("group", "points", "words"), [
    ("exporters", "gone=GONE", "it cannot be loaded"), ("exporters", "odd=PARKS", "is no Format"), ("exporters", "turtle=NAMES", "already"),
    ("exporters", "gexf=NAMES", "already, from zhihan"), ("readers", "takes=TAKES", "the program itself reads .txt"),
])
def test_a_plugin_that_cannot_be_used_is_told_and_left_out(bring: Bring, gold_store: Path, group: str, points: str, words: str) -> None:
    bring(**{group: points})
    with pytest.warns(PluginWarning, match=words):
        assert set(formats()) | set(known_kinds()) >= {"turtle", "gexf", "text"}
    with Store(gold_store) as store, warnings.catch_warnings(action="ignore"):
        assert b"".join(export_pieces(store, "gexf")).startswith(b"<?xml")
        assert known_kinds()["text"].zh == "纯文本"


def test_the_command_line_tells_of_a_plugin_once_in_a_sentence(bring: Bring, gold_store: Path, tmp_path: Path) -> None:
    bring(exporters="gone=GONE\nnames=NAMES")
    result = run("export", "--format", "names", "-o", tmp_path / "a.txt", "--store", gold_store)
    assert result.exit_code == 0
    assert result.stderr.count("The plugin gone (zhihan-test-extra 1.0) is left out") == 1


def test_an_unknown_format_is_told_with_those_of_plugins(bring: Bring, gold_store: Path) -> None:
    bring(exporters="names=NAMES")
    with Store(gold_store) as store, pytest.raises(Exception, match=r"choose one of .*gexf.*"):
        list(export_pieces(store, "nothing"))


def test_faults_of_our_own_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), plugins.guarded(plugins.Plugin("gexf", ""), "it wrote"):
        _ = 1 // 0
    with pytest.raises(PluginError), plugins.guarded(plugins.Plugin("x", "", "other"), "it wrote"):
        _ = 1 // 0


def test_a_recogniser_is_as_sure_as_a_long_name_of_the_lexicon_unless_it_says_more() -> None:
    assert Recogniser(lambda passage: ()).confidence == 0.75
