"""Which files are letters, in which order they are read, and what a build reports."""
from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import Clash, extractions, letter_files, report, try_all
from kg.errors import InputError
from kg.gold import read_golds
from tests.from_gold import perfect

SEEDS = Path(__file__).parent / "corpus" / "seeds"
LETTER = "关于某提案的答复\n您提出的提案收悉，现答复如下：我市积极推进有关工作。\n"


def write(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(LETTER, encoding="utf-8")
    return [folder / name for name in names]


def test_letters_come_by_name_whatever_the_order_they_are_named_in(tmp_path: Path) -> None:
    b, a, c = write(tmp_path, "b.txt", "deep/a.txt", "c.txt")
    assert letter_files([c, b, a]) == letter_files([tmp_path]) == [a, b, c]


def test_a_file_named_twice_is_one_letter(tmp_path: Path) -> None:
    (a,) = write(tmp_path, "a.txt")
    assert letter_files([a, tmp_path, a]) == [a]


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


def test_a_bad_file_is_told_and_passed_over(tmp_path: Path) -> None:
    a, b = write(tmp_path, "a.txt", "b.txt")
    b.write_bytes(b"")
    trial = try_all([a, b])
    assert [item.name for item in trial.items] == ["a"]
    assert len(trial.failures) == 1 and "b.txt" in trial.failures[0]


def test_when_no_file_can_be_read_nothing_is_built(tmp_path: Path) -> None:
    a, b = write(tmp_path, "a.txt", "b.txt")
    a.write_bytes(b"")
    b.write_bytes(b"")
    with pytest.raises(InputError, match=r"a\.txt"):
        try_all([a])
    with pytest.raises(InputError, match="None of 2 files"):
        try_all([a, b])


def test_one_letter_as_text_and_as_a_page_is_read_once_and_told(tmp_path: Path) -> None:
    text = LETTER + "我市今年共举办活动三十场，参加的青年有两千人，下一步将继续推进有关合作。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.rtf").write_text("{\\rtf1 " + "".join(f"\\u{ord(char)}?" if char != "\n" else "\\par " for char in text) + "}", encoding="ascii")
    trial = try_all(letter_files([tmp_path]))
    assert [item.path.name for item in trial.items] == ["a.txt"]
    assert any("same letter" in notice for notice in trial.notices)


def test_two_letters_of_one_name_in_two_formats_are_told(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "a.rtf").write_text("{\\rtf1 something else entirely, of no interest to anyone at all, in a letter of its own}", encoding="ascii")
    with pytest.raises(Clash, match="would both be the letter 'a'"):
        try_all(letter_files([tmp_path]))


def test_nearly_the_same_letter_from_two_sites_is_told(tmp_path: Path) -> None:
    a, b = write(tmp_path, "a.txt", "b.txt")
    text = LETTER + "我市今年共举办活动三十场，参加的青年有两千人，下一步将继续推进有关合作，力争明年再上台阶，取得更大的成绩。\n"
    a.write_text(text, encoding="utf-8")
    b.write_text("来源：某某网\n" + text.replace("，", ","), encoding="utf-8")
    trial = try_all([a, b])
    assert len(trial.items) == 2
    assert any("nearly the same letter as a" in notice for notice in trial.notices)


def test_the_report_counts_what_the_letters_say_and_entities_once() -> None:
    golds = read_golds([SEEDS / "gold"])
    by_name = {gold.name: gold for gold in golds}
    heard: list[tuple[int, int, str]] = []
    found = extractions(try_all(letter_files([SEEDS / "letters"])).items, lambda source: perfect(by_name[source.name]), lambda *step: heard.append(step))
    summary = report(found, 1.0)
    assert summary.letters == tuple(sorted(by_name))
    assert summary.mentions == sum(len(gold.mentions) for gold in golds)
    assert sum(summary.facts.values()) == sum(len(gold.facts) for gold in golds)
    assert summary.entities < sum(len(gold.kinds) for gold in golds)
    assert heard[0] == (0, 5, summary.letters[0])
