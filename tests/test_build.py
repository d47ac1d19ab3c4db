"""Which files are letters, and what a build does with them: new, changed, unchanged, vanished, bad; in any order and by any number of processes."""
from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from kg.api import Graph
from kg.build import BuildReport, Clash, Options, build, inputs, letter_files
from kg.build.manifest import Manifest
from kg.build.pool import Processes
from kg.build.work import ReadJob, read_files
from kg.errors import InputError, ModelError, StoreError
from kg.store import Store
from kg.store.disk import hold
from tests.quick import Quick

LETTER = "关于某提案的答复\n您提出的提案收悉，现答复如下：我市积极推进有关工作。\n"


def write(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(LETTER, encoding="utf-8")
    return [folder / name for name in names]


def letters(folder: Path, number: int, seed: int = 1) -> Path:
    """A folder of short letters that name some of the same companies and universities, some of which only one defines a short name for."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(number):
        firm, other, school = (chance.choice("甲乙丙丁戊己庚辛壬癸") + chance.choice("东西南北") for _ in range(3))
        text = (f"关于第{at}号提案的答复\n张三委员：\n您提出的提案收悉，现答复如下：\n"
                f"今年，{firm}公司和{other}公司、{school}大学开展合作。同年，{other}基金落户{school}园区。\n天津市科学技术局\n2024年5月{at % 28 + 1}日\n")
        (folder / f"letter-{at:04}.txt").write_text(text, encoding="utf-8")
    return folder


def run(store: Path, *paths: Path, reading: Quick = Quick(), **options: object) -> BuildReport:
    return build(store, None, reading, inputs(paths), Options(**options), lambda step: None)        # type: ignore[arg-type]


def exported(store: Path) -> bytes:
    with Graph(store) as graph:
        target = store.parent / f"{store.name}.nq"
        graph.export(target, "nquads")
    return target.read_bytes()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Forty letters, and the export of what one process makes of them."""
    folder = tmp_path_factory.mktemp("archive")
    run(folder / "store", letters(folder / "letters", 40))
    return folder / "letters", exported(folder / "store")


# which files are letters

def test_letters_come_by_name_whatever_the_order_they_are_named_in(tmp_path: Path) -> None:
    b, a, c = write(tmp_path, "b.txt", "deep/a.txt", "c.txt")
    assert letter_files([c, b, a]) == letter_files([tmp_path]) == [a, b, c]


def test_a_file_named_twice_is_one_letter(tmp_path: Path) -> None:
    (a,) = write(tmp_path, "a.txt")
    assert letter_files([a, tmp_path, a]) == [a]


def test_a_pattern_names_the_files_that_match(tmp_path: Path) -> None:
    a, b, _ = write(tmp_path, "2023/a.txt", "2023/deep/b.txt", "2024/c.txt")
    assert letter_files([tmp_path / "2023" / "**" / "*.txt"]) == [a, b]
    with pytest.raises(InputError, match="No file matches"):
        letter_files([tmp_path / "2025" / "*.txt"])


def test_notes_hidden_files_and_gold_beside_letters_are_no_letters(tmp_path: Path) -> None:
    a, *_ = write(tmp_path, "a.txt", "README.md", ".b.txt", "c.gold.txt", "d.py")
    assert letter_files([tmp_path]) == [a]


def test_two_files_of_one_name_are_told(tmp_path: Path) -> None:
    write(tmp_path, "x/a.txt", "y/a.txt")
    with pytest.raises(InputError, match="would both be the letter 'a'"):
        letter_files([tmp_path])


def test_a_missing_path_and_a_directory_without_letters_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        letter_files([tmp_path / "none.txt"])
    with pytest.raises(InputError, match="holds no letters"):
        letter_files([tmp_path])


# what cannot be read

def test_a_bad_file_is_told_and_passed_over(tmp_path: Path) -> None:
    _, b = write(tmp_path / "in", "a.txt", "b.txt")
    b.write_bytes(b"")
    report = run(tmp_path / "store", tmp_path / "in")
    assert report.written == ("a",)
    assert len(report.failures) == 1 and "b.txt" in report.failures[0]
    b.write_text(LETTER, encoding="utf-8")
    assert run(tmp_path / "store", tmp_path / "in").written == ("b",)


def test_when_no_file_can_be_read_no_store_is_made(tmp_path: Path) -> None:
    a, b = write(tmp_path / "in", "a.txt", "b.txt")
    a.write_bytes(b"")
    b.write_bytes(b"")
    with pytest.raises(InputError, match=r"a\.txt"):
        run(tmp_path / "store", a)
    with pytest.raises(InputError, match="None of 2 files"):
        run(tmp_path / "store", tmp_path / "in")
    assert not (tmp_path / "store").exists()


def test_a_damaged_model_is_told_once_and_leaves_no_store(tmp_path: Path) -> None:
    class Damaged(Quick):
        def warm(self) -> None:
            raise ModelError("The model's card is damaged.")

    write(tmp_path / "in", "a.txt", "b.txt")
    with pytest.raises(ModelError, match="card is damaged"):
        run(tmp_path / "store", tmp_path / "in", reading=Damaged())
    assert not (tmp_path / "store").exists()


def test_fail_fast_stops_at_the_first_bad_file_and_what_was_read_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "in", "a.txt", "c.txt")
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    with pytest.raises(InputError, match=r"b\.txt"):
        run(tmp_path / "store", tmp_path / "in", fail_fast=True)
    assert run(tmp_path / "store", tmp_path / "in").written == ("a", "c")


def test_a_letter_that_the_program_was_not_made_for_stops_no_other(tmp_path: Path) -> None:
    _, b = write(tmp_path / "in", "a.txt", "b.txt")
    b.write_text(LETTER + "坏信", encoding="utf-8")
    report = run(tmp_path / "store", tmp_path / "in")
    assert report.written == ("a",)
    assert "this letter is bad" in report.failures[0]


def test_a_letter_that_ends_its_process_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", 12)
    (folder / "letter-0005.txt").write_text(LETTER + "死信", encoding="utf-8")
    report = run(tmp_path / "store", folder, workers=2)
    assert len(report.written) == 11
    assert len(report.failures) == 1 and "letter-0005.txt" in report.failures[0] and "status 7" in report.failures[0]


def test_processes_of_a_pool_end_when_it_is_closed(tmp_path: Path) -> None:
    pool = Processes(2, Quick())
    (path,) = write(tmp_path, "a.txt")
    ((_, found),) = pool.run(read_files, [ReadJob(Quick(), (str(path),))])
    assert len(found) == 1      # type: ignore[arg-type]
    running = [worker.process.pid for worker in pool._workers]
    pool.close()
    assert all(not Path(f"/proc/{pid}").exists() for pid in running)


# one letter for each name

def test_one_letter_as_text_and_as_a_page_is_read_once_and_told(tmp_path: Path) -> None:
    text = LETTER + "我市今年共举办活动三十场，参加的青年有两千人，下一步将继续推进有关合作。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.rtf").write_text("{\\rtf1 " + "".join(f"\\u{ord(char)}?" if char != "\n" else "\\par " for char in text) + "}", encoding="ascii")
    report = run(tmp_path / "store", tmp_path / "a.txt", tmp_path / "a.rtf")
    assert report.letters == 1
    assert any("same letter as a.txt" in notice for notice in report.notices)
    (tmp_path / "a.txt").unlink()
    with Store(tmp_path / "store") as store:
        was = store.letters()
    again = run(tmp_path / "store", tmp_path / "a.rtf")
    assert (was, again.written) == (("a",), ("a",))


def test_two_letters_of_one_name_in_two_formats_are_told(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "a.rtf").write_text("{\\rtf1 something else entirely, of no interest to anyone at all, in a letter of its own}", encoding="ascii")
    with pytest.raises(Clash, match="would both be the letter 'a'"):
        run(tmp_path / "store", tmp_path / "a.txt", tmp_path / "a.rtf")


def test_nearly_the_same_letter_from_two_sites_is_told(tmp_path: Path) -> None:
    a, b = write(tmp_path, "a.txt", "b.txt")
    text = LETTER + "我市今年共举办活动三十场，参加的青年有两千人，下一步将继续推进有关合作，力争明年再上台阶，取得更大的成绩。\n"
    a.write_text(text, encoding="utf-8")
    b.write_text("来源：某某网\n" + text.replace("，", ","), encoding="utf-8")
    report = run(tmp_path / "store", a, b)
    assert report.letters == 2
    assert any("nearly the same letter as a" in notice for notice in report.notices)


def test_what_all_letters_say_makes_no_two_of_them_near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.build.manifest.COMMON", 3)
    said, own = "感谢您对我市工作的关心和支持，欢迎继续提出宝贵意见。", "甲乙丙丁戊己"
    for one in own:
        (tmp_path / f"{one}.txt").write_text(said + f"我市{one}号项目" * 2, encoding="utf-8")
    (tmp_path / "copy.txt").write_text("来源：某某网\n" + said + "我市甲号项目" * 2, encoding="utf-8")
    run(tmp_path / "store", tmp_path)
    folder = tmp_path / "store" / "build"
    with closing(sqlite3.connect(folder / "manifest.sqlite")) as data:
        rows = data.execute("SELECT id, name FROM letters").fetchall()
    with Manifest(folder) as manifest:
        near = {name: [other for other, _ in manifest.near(row, 20)] for row, name in rows}
    assert near["甲"] == ["copy"]
    assert all(len(others) < 3 for others in near.values())


# new, changed, unchanged, vanished

def test_what_is_unchanged_is_not_read_again_and_the_store_is_not_touched(tmp_path: Path, archive: tuple[Path, bytes]) -> None:
    store = tmp_path / "store"
    run(store, archive[0])
    before = {path: path.stat().st_mtime_ns for path in (store / "data").iterdir() if path.suffix in (".sst", ".log")}
    report = run(store, archive[0])
    assert (report.letters, report.written, report.files_read) == (40, (), 0)
    assert {path: path.stat().st_mtime_ns for path in (store / "data").iterdir() if path.suffix in (".sst", ".log")} == before


def test_a_store_that_nobody_changed_is_not_opened_when_nothing_is_to_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, store = letters(tmp_path / "in", 3), tmp_path / "store"
    run(store, folder)
    with Store(store) as opened:
        assert len(opened.letters()) == 3                   # a reader changes nothing
    with monkeypatch.context() as patched:
        patched.setattr("kg.build.engine.Store", None)
        assert run(store, folder).written == ()
    with Store(store, writable=True) as opened:
        opened.remove_letter("letter-0001")
    assert run(store, folder).written == ("letter-0001",)


def test_a_file_that_is_touched_but_the_same_is_not_read_again(tmp_path: Path) -> None:
    (a,) = write(tmp_path / "in", "a.txt")
    run(tmp_path / "store", a)
    os.utime(a, (1, 1))
    assert run(tmp_path / "store", a).files_read == 0


def test_one_changed_letter_is_read_and_the_others_are_not(tmp_path: Path, archive: tuple[Path, bytes]) -> None:
    folder, store = shutil.copytree(archive[0], tmp_path / "in"), tmp_path / "store"
    run(store, folder)
    (folder / "letter-0003.txt").write_text(LETTER, encoding="utf-8")
    report = run(store, folder)
    assert (report.written, report.files_read, report.unchanged) == (("letter-0003",), 1, 39)
    shutil.copy(archive[0] / "letter-0003.txt", folder)
    run(store, folder)
    assert exported(store) == archive[1]


def test_another_model_reads_everything_again(tmp_path: Path) -> None:
    folder, store = letters(tmp_path / "in", 5), tmp_path / "store"
    run(store, folder)
    assert len(run(store, folder, reading=Quick(form="2")).written) == 5
    assert run(store, folder, reading=Quick(form="2")).written == ()


def test_what_was_taken_out_by_hand_is_put_again_and_what_came_by_other_ways_is_left(tmp_path: Path) -> None:
    folder, store = letters(tmp_path / "in", 4), tmp_path / "store"
    run(store, folder)
    run(tmp_path / "other", letters(tmp_path / "more", 6) / "letter-0005.txt")
    exported(tmp_path / "other")
    with Graph(store) as graph:
        graph.remove("letter-0001")
        graph.import_(tmp_path / "other.nq")
    assert run(store, folder, sync=True).written == ("letter-0001",)
    with Store(store) as opened:
        assert "letter-0005" in opened.letters()


def test_a_lexicon_that_was_put_by_hand_gives_way_to_that_of_the_next_build(tmp_path: Path) -> None:
    folder, store = letters(tmp_path / "in", 2), tmp_path / "store"
    run(store, folder)
    whole = exported(store)
    with Store(store, writable=True) as opened:
        opened.put_graph(opened.graph("lexicon"), ())
    assert exported(store) != whole
    assert run(store, folder).written == ()
    assert exported(store) == whole


def test_vanished_letters_are_removed_when_asked_and_only_below_what_is_named(tmp_path: Path) -> None:
    folder, store = letters(tmp_path / "in", 4), tmp_path / "store"
    (other,) = write(tmp_path / "other", "elsewhere.txt")
    run(store, folder, other)
    (folder / "letter-0001.txt").unlink()
    other.unlink()
    assert run(store, folder).removed == ()
    report = run(store, folder, sync=True)
    assert (report.removed, report.letters) == (("letter-0001",), 3)
    with Store(store) as opened:
        assert opened.letters() == ("elsewhere", "letter-0000", "letter-0002", "letter-0003")
    letters(folder, 4)
    assert run(store, folder, sync=True).written == ("letter-0001",)


def test_a_letter_that_moves_is_the_same_letter(tmp_path: Path) -> None:
    folder, store = letters(tmp_path / "in", 3), tmp_path / "store"
    run(store, folder)
    before = exported(store)
    folder.rename(tmp_path / "moved")
    assert run(store, tmp_path / "moved", sync=True).removed == ()
    assert exported(store) == before


# the same bytes

@pytest.mark.parametrize("workers", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path, archive: tuple[Path, bytes], workers: int) -> None:
    run(tmp_path / "store", archive[0], workers=workers)
    assert exported(tmp_path / "store") == archive[1]


def test_a_store_that_is_opened_anew_after_each_few_letters_has_the_same_bytes(tmp_path: Path, archive: tuple[Path, bytes],
                                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Store] = []
    again = Store.refresh

    def refresh(store: Store) -> None:
        opened.append(store)
        again(store)
    monkeypatch.setattr(Store, "refresh", refresh)
    monkeypatch.setattr("kg.build.engine.REFRESH", 1)
    monkeypatch.setattr("kg.build.engine.WRITE_LETTERS", 4)
    run(tmp_path / "store", archive[0])
    assert len(opened) == 10
    assert exported(tmp_path / "store") == archive[1]


def test_halves_in_any_order_give_the_same_bytes(tmp_path: Path, archive: tuple[Path, bytes]) -> None:
    files = sorted(archive[0].iterdir())
    random.Random(5).shuffle(files)
    run(tmp_path / "store", *files[:17])
    run(tmp_path / "store", *files[17:])
    assert exported(tmp_path / "store") == archive[1]


def test_a_store_that_another_build_holds_is_named_as_the_user_did(tmp_path: Path) -> None:
    store, (a,) = tmp_path / "store", write(tmp_path / "in", "a.txt")
    run(store, a)
    with hold(store / "build", exclusive=True) or nullcontext(), pytest.raises(StoreError, match=r"store is in use by another process"):
        run(store, a)
