"""The store at size and over time: older formats are opened and migrated, newer ones refused, and compacting changes nothing but the size."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kg.api import Graph
from kg.errors import StoreError
from kg.export import export_pieces
from kg.store import Store, disk
from kg.store.compact import compact, size
from kg.store.disk import FORMAT, MARKER, identity, read_marker
from kg.store.snapshot import take
from tests.nouns import extraction, small
from tests.test_cli import kg, sentence

ROOT = Path(__file__).resolve().parent.parent
FIRST = {"format": 1, "base": "https://w3id.org/zhihan/id/"}         # the whole marker of a store of format 1


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store as the first format had it."""
    folder = tmp_path / "old"
    with Store(folder, writable=True) as store:
        store.put_letter(extraction())
    (folder / MARKER).write_text(json.dumps(FIRST) + "\n", encoding="utf-8")
    return folder


def content(folder: Path) -> bytes:
    with Store(folder) as store:
        return b"".join(export_pieces(store, "nquads"))


def test_a_reader_opens_an_older_store_as_it_is(old: Path) -> None:
    with Store(old) as store:
        assert store.letters() == ("tianjin-2024",)
    assert json.loads((old / MARKER).read_text(encoding="utf-8")) == FIRST


def test_a_writer_migrates_an_older_store_and_says_so_once(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = content(old)
    Store(old, writable=True).close()
    marker = read_marker(old)
    assert (marker.format, marker.base, len(marker.id)) == (FORMAT, FIRST["base"], 32)
    assert content(old) == before
    assert [record.getMessage() for record in caplog.records] == [
        f"The store {old} was of format 1 and is of format {FORMAT} now: an older zhihan cannot open it any more."]
    Store(old, writable=True).close()
    assert (len(caplog.records), read_marker(old)) == (1, marker)


def test_the_command_line_tells_of_a_migration(old: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "compact", "--store", old], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "was of format 1 and is of format 2 now" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_migration_goes_step_by_step_and_goes_on_after_a_stop(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def third(directory: Path, marker: disk.Marker) -> disk.Marker:
        if not (directory / "prepared").exists():
            (directory / "prepared").touch()
            raise KeyboardInterrupt
        return replace(marker, program="of the third")
    monkeypatch.setattr(disk, "FORMAT", 3)
    monkeypatch.setattr(disk, "MIGRATIONS", {**disk.MIGRATIONS, 2: third})
    with pytest.raises(KeyboardInterrupt):
        Store(old, writable=True)
    first = read_marker(old)
    assert first.format == 2
    Store(old, writable=True).close()
    assert read_marker(old) == replace(first, format=3)


def test_a_newer_store_is_refused_with_the_version_that_made_it(old: Path) -> None:
    (old / MARKER).write_text(json.dumps({"format": FORMAT + 1, "base": FIRST["base"], "id": "x", "program": "9.9.9", "more": []}), encoding="utf-8")
    for writable in (False, True):
        with pytest.raises(StoreError, match=rf"has format {FORMAT + 1}, made by a newer zhihan 9\.9\.9.*install that version"):
            Store(old, writable=writable)
    assert "newer zhihan" in sentence(kg("compact", "--store", old))
    assert json.loads((old / MARKER).read_text(encoding="utf-8"))["more"] == []


def test_each_store_has_a_name_of_its_own_which_copies_keep(old: Path, tmp_path: Path) -> None:
    Store(tmp_path / "other", writable=True).close()
    assert identity(old) == identity(old) != identity(tmp_path / "other")
    assert identity(shutil.copytree(old, tmp_path / "copy")) == identity(old)


def test_compacting_keeps_what_the_store_says_and_makes_it_smaller(tmp_path: Path) -> None:
    with Store(tmp_path / "s", writable=True) as store:
        for number in range(6):
            store.put_letter(extraction(f"a{number}"))
            store.flush()
        for number in range(5):
            store.remove_letter(f"a{number}")
    before = content(tmp_path / "s")
    take(tmp_path / "s", tmp_path / "snapshot")
    with Graph(tmp_path / "s") as graph:
        found = graph.compact()
    assert found.after == size(tmp_path / "s") < found.before
    assert content(tmp_path / "s") == before == content(tmp_path / "snapshot")


def test_the_command_says_how_large_the_store_was_and_is(old: Path) -> None:
    assert f"The data of {old} took " in kg("compact", "--store", old).stdout


def test_a_store_in_use_or_none_is_not_compacted(old: Path, tmp_path: Path) -> None:
    with Store(old), pytest.raises(StoreError, match="in use by another process"):
        compact(old)
    assert "There is no store" in sentence(kg("compact", "--store", tmp_path / "none"))
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_compacting_that_is_killed_leaves_the_store_as_it_was(tmp_path: Path, after: float) -> None:
    with Store(tmp_path / "s", writable=True) as store:
        for number in range(150):
            store.put_letter(small(f"n{number}", [(f"名{number}", "Park")]))
        store.put_letter(extraction())
    before = content(tmp_path / "s")
    code = "import sys; from pathlib import Path; from kg.store.compact import compact; print('!', flush=True); compact(Path(sys.argv[1]))"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "s")], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.read(1)
    time.sleep(after)
    process.kill()
    process.communicate()
    assert content(tmp_path / "s") == before
    compact(tmp_path / "s")
    assert content(tmp_path / "s") == before
