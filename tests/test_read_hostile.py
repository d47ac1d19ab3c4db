"""Files made to hurt: each is refused in a sentence, or read without harm, within the limits. docs/robustness.md says what happens to each."""
from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build.notes import FileRead
from kg.build.work import ReadJob, let_go, read_files
from kg.errors import InputError
from kg.read import Limits, Readers
from kg.read.worker import Worker
from kg.reading import Reading
from tests.samples import hostile, office, pages, pdf

pytestmark = pytest.mark.slow        # bombs, and files that hang

LETTER = "\n".join((pages.TITLE, *pages.LETTER)) + "\n"
QUICK = Limits(seconds=20, memory=700_000_000)


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refused(path: Path, limits: Limits = QUICK) -> str:
    """The sentence with which a file is refused."""
    with Readers(limits) as readers, pytest.raises(InputError) as caught:
        readers.file(path)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# the ten


def test_1_a_billion_laughs_are_refused_before_the_first(tmp_path: Path) -> None:
    assert "Forbidden" in refused(written(tmp_path, "a.docx", hostile.billion_laughs()))


def test_2_a_zip_bomb_is_refused_by_its_table_of_contents(tmp_path: Path) -> None:
    bomb = hostile.zip_bomb(210)
    assert len(bomb) < 1_000_000
    assert "unpack to more than 200 MB" in refused(written(tmp_path, "a.zip", bomb))
    assert "times its size" in refused(written(tmp_path, "b.zip", hostile.zip_bomb(20)))


def test_3_a_gigabyte_of_one_character_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    begun = time.perf_counter()
    assert "larger than 20 MB" in refused(path)
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(("name", "make"), [("a.html", hostile.nested_html), ("a.docx", hostile.nested_docx), ("a.rtf", hostile.nested_rtf),
                                            ("a.jsonl", hostile.nested_json)])
def test_4_deep_nesting_is_refused_or_cut_off(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    assert refused(written(tmp_path, name, make()))


@pytest.mark.parametrize("make", [hostile.cyclic_pdf, hostile.self_referring_pdf])
def test_5_objects_of_a_pdf_that_contain_themselves_are_refused(tmp_path: Path, make: Callable[[], bytes]) -> None:
    assert refused(written(tmp_path, "a.pdf", make()))


def test_6_bidi_and_zero_width_characters_in_names_are_told_and_make_no_second_entity(tmp_path: Path) -> None:
    from kg.read import read
    from kg.segment import segment
    plain = segment(read(written(tmp_path, "a.txt", LETTER.encode())))
    disguised = written(tmp_path, "b.txt", LETTER.replace("香港科技园公司", "香港\u200b科技\u202e园\u2066公司").encode())
    with Readers() as readers:
        (found,) = readers.file(disguised).letters
    assert segment(found.source).plain == plain.plain
    assert any("invisible" in notice.en and "direction" in notice.en for notice in found.notices)


def test_7_the_name_of_an_organ_in_characters_that_look_like_its_own_is_told(tmp_path: Path) -> None:
    with Readers() as readers:
        (found,) = readers.file(written(tmp_path, "a.txt", LETTER.replace("天津市人民政府", "天津巿人民政府").encode())).letters
    assert any("U+5DFF" in notice.en for notice in found.notices)


def test_8_a_formula_in_a_table_of_letters_is_text_and_nothing_else(tmp_path: Path) -> None:
    cell = '=HYPERLINK("http://example.org","点此")'
    with Readers() as readers:
        (found,) = readers.file(written(tmp_path, "a.csv", f'name,text\n=1+1,"{cell.replace(chr(34), chr(34) * 2)}，{LETTER}"\n'.encode())).letters
    assert found.source.text.startswith(cell)


def test_9_nul_bytes_make_no_text_and_are_left_out_of_a_page(tmp_path: Path) -> None:
    assert "NUL bytes" in refused(written(tmp_path, "a.txt", LETTER.encode() + b"\0\0\1"))
    with Readers() as readers:
        (found,) = readers.file(written(tmp_path, "a.html", pages.trs().replace("某某", "某\0某").encode())).letters
    assert "\0" not in found.source.text


def test_10_a_sentence_of_five_megabytes_is_refused(tmp_path: Path) -> None:
    assert "more than 200000 characters" in refused(written(tmp_path, "a.txt", ("天津市与香港合作" * 210_000).encode()))


# more of the kind


def test_an_entity_that_names_a_file_is_not_followed(tmp_path: Path) -> None:
    assert "root:" not in refused(written(tmp_path, "a.docx", hostile.outside_entity()))


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "a.zip", hostile.lying_zip()))


def test_no_member_of_an_archive_is_written_anywhere(tmp_path: Path) -> None:
    with Readers(QUICK) as readers:
        letters = readers.file(written(tmp_path, "a.zip", hostile.escaping_zip())).letters
    assert [found.source.name for found in letters] == ["a-kg-escaped", "a-kg-escaped-2"]
    assert not Path("/tmp/kg-escaped.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_stream_that_unpacks_to_more_than_the_memory_ends_only_its_reader(tmp_path: Path) -> None:
    with Readers(Limits(seconds=30, memory=250_000_000)) as readers:
        with pytest.raises(InputError, match="needs more than 250 MB"):
            readers.file(written(tmp_path, "a.pdf", hostile.pdf_bomb(200)))
        assert readers.file(written(tmp_path, "b.rtf", b"{\\rtf1 it reads on}")).letters


def test_a_pipe_is_no_letter(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "no ordinary file" in refused(tmp_path / "a.txt")


# the reading process


def test_a_file_that_hangs_is_given_up_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = written(tmp_path, "slow.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "antiword").write_text("#!/bin/sh\nexec sleep 300\n")
    (programs / "antiword").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    begun = time.perf_counter()
    with Readers(Limits(seconds=1.5)) as readers:
        with pytest.raises(InputError):
            readers.file(slow)
        assert readers.file(written(tmp_path, "b.rtf", b"{\\rtf1 it reads on}")).letters
    assert time.perf_counter() - begun < 12


def test_a_reader_that_is_killed_is_reported_and_replaced(tmp_path: Path) -> None:
    path = written(tmp_path, "a.rtf", b"{\\rtf1 a letter}")
    with Worker() as worker:
        assert worker.read(path).documents
        worker._running().kill()
        worker._running().wait()
        assert worker.read(path).documents


def test_plain_text_starts_no_process(tmp_path: Path) -> None:
    with Readers() as readers:
        readers.file(written(tmp_path, "a.txt", LETTER.encode()))
        assert readers._worker is None


def test_a_build_passes_over_what_hurts_and_reads_the_rest(tmp_path: Path) -> None:
    good = written(tmp_path, "good.docx", office.docx(*map(office.paragraph, LETTER.splitlines())))
    bad = [written(tmp_path, "laughs.docx", hostile.billion_laughs()), written(tmp_path, "cycle.pdf", hostile.cyclic_pdf())]
    read = read_files(ReadJob(Reading(), tuple(map(str, [*bad, good]))))
    let_go(Reading())
    assert [isinstance(one, FileRead) and [note.name for note in one.notes] for one in read] == [False, False, ["good"]]


def test_a_file_over_a_bound_of_its_own_is_told_with_the_bound(tmp_path: Path) -> None:
    many = pdf.pdf(*[[pdf.Text(72, 700, "页")]] * 4)
    assert "more than 3 pages" in refused(written(tmp_path, "a.pdf", many), Limits(pages=3))
    assert "more than 2 members" in refused(written(tmp_path, "a.zip", office.archive({f"{i}.txt": "a" for i in range(3)})), Limits(members=2))
    assert "more than 2 rows" in refused(written(tmp_path, "a.jsonl", b'{"text": "a"}\n' * 3), Limits(rows=2))
