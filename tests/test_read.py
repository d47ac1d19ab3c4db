"""Reading files: encodings, and a sentence for each file that cannot be read."""
from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.errors import InputError, KnowledgeError
from kg.patterns import Patterns, load_patterns
from kg.read import BY_SUFFIX, read
from kg.read.limits import TEXT_BYTES

TEXT = "深圳市教育局\r\n您提出的关于加强深港青年交流的提案收悉，现答复如下：\r\n我市高度重视与香港的合作，今年共举办活动三十场。\r\n"


def write(folder: Path, data: bytes, name: str = "letter.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_letter_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(write(tmp_path, TEXT.encode(encoding))).text == TEXT


def test_a_letter_in_big5_reads_as_traditional_characters(tmp_path: Path) -> None:
    text = "閣下所提關於滬港青年交流的提案已收悉，本局會同有關部門研究後答覆如下：滬港兩地交流日益頻密，去年共舉辦活動三十場。" * 3
    assert read(write(tmp_path, text.encode("big5"))).text == text


def test_line_breaks_stay_so_that_offsets_are_those_of_the_file(tmp_path: Path) -> None:
    assert read(write(tmp_path, TEXT.encode())).text.count("\r\n") == 3


def test_a_source_knows_its_name_and_the_digest_of_its_bytes(tmp_path: Path) -> None:
    source = read(write(tmp_path, TEXT.encode(), "a.b.txt"))
    assert (source.name, source.file) == ("a.b", "a.b.txt")
    assert source.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(("data", "said"), [
    (b"", "empty"), (b" \n\t\n", "empty"), (b"PK\x03\x04\0\0\x01\0\x02\x03", "damaged archive"), (b"ab\0\0\x01\0\x02\x03", "binary"), (b"\xff\xfe\x00\xd8\x00", "damaged")])
def test_a_file_without_text_is_refused_in_one_sentence_that_names_it(tmp_path: Path, data: bytes, said: str) -> None:
    path = write(tmp_path, data)
    with pytest.raises(InputError) as caught:
        read(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_a_directory_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    huge = write(tmp_path, b"", "huge.txt")
    with huge.open("r+b") as file:
        file.truncate(TEXT_BYTES + 1)
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    for path in (tmp_path / "none.txt", folder, huge):
        with pytest.raises(InputError, match=path.name):
            read(path)


def test_an_unknown_format_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.txt"):
        read(write(tmp_path, b"x", "letter.xyz"))
    assert ".txt" in BY_SUFFIX


def test_a_pattern_file_gives_typed_values_and_compiled_alternatives() -> None:
    patterns = Patterns("x.toml", {"words": ["会同", "商"], "name": "a", "frame": [{"n": 1.5}], "table": {"k": "v"}})
    assert patterns.regex("words").fullmatch("会同")
    assert patterns.tables("frame")[0].number("n") == 1.5
    assert patterns.pairs("table") == {"k": "v"}


@pytest.mark.parametrize("ask", [
    lambda p: p.text("none"), lambda p: p.text("words"), lambda p: p.number("name"), lambda p: p.regex("broken"), lambda p: p.tables("words")])
def test_a_broken_pattern_is_told_with_file_and_key(ask) -> None:  # type: ignore[no-untyped-def]  # a lambda of the table
    with pytest.raises(KnowledgeError, match=r"x\.toml"):
        ask(Patterns("x.toml", {"words": ["a"], "name": "b", "broken": "("}))


def test_a_missing_or_malformed_pattern_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, b"a = ", "bad.toml")
    with pytest.raises(KnowledgeError, match="missing"):
        load_patterns("none", tmp_path)
    with pytest.raises(KnowledgeError, match="TOML"):
        load_patterns("bad", tmp_path)
