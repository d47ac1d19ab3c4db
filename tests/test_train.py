"""Training on few letters, as someone who begins to annotate has them."""
from __future__ import annotations

from pathlib import Path

import pytest

from kg import bundle, names_train
from kg.assess import train
from kg.errors import InputError
from kg.gold import read_golds
from kg.lessons import dealt, lesson, source
from kg.lexicon import Entry, Lexicon
from kg.pipeline import Knowledge, extract

TEXT = """#! text
[[天津市|Place|天津市]]与[[香港科技园公司|Company|香港科技园公司]]开展合作。
#! names
#! letter
"""
FACT = "#! facts\ndone | 天津市 | cooperatesWith | 香港科技园公司 | - | 天津市与香港科技园公司开展合作\n#! figures\n"


def test_one_letter_makes_a_model_that_reads(tmp_path: Path) -> None:
    Path(tmp_path, "a.gold.txt").write_text(TEXT + FACT, encoding="utf-8")
    golds = read_golds([tmp_path])
    path = train(golds, tmp_path / "one.model")
    known = Knowledge.of(bundle.load(path), Lexicon.load())
    assert {"天津市", "香港科技园公司"} <= {entity.name for entity in extract(source(golds[0]), known).entities}


def test_letters_that_teach_nothing_are_told_in_a_sentence(tmp_path: Path) -> None:
    Path(tmp_path, "a.gold.txt").write_text(TEXT + "#! facts\n#! figures\n", encoding="utf-8")
    with pytest.raises(InputError, match="nothing to learn"):
        train(read_golds([tmp_path]), tmp_path / "none.model")
    assert not Path(tmp_path, "none.model").exists()


def test_names_of_the_lexicon_are_hidden_by_letter_and_labels_stay(tmp_path: Path) -> None:
    Path(tmp_path, "a.gold.txt").write_text(TEXT.replace("开展合作。", "合作。[[天津市|Place|天津市]]支持[[南开大学|University|南开大学]]。") + FACT, encoding="utf-8")
    lexicon = Lexicon([Entry("天津市"), Entry("南开大学", kind="University")])
    each = lesson(read_golds([tmp_path])[0], lexicon)
    known, half, none = (list(names_train.labelled(each, lexicon, hidden)) for hidden in (0.0, 0.5, 1.0))

    def features(learned: list[tuple[list[list[str]], list[str]]], at: int) -> set[str]:
        return set(learned[0][0][at])
    text = "天津市与香港科技园公司合作。天津市支持南开大学。"
    assert [labels for _, labels in known] == [labels for _, labels in half] == [labels for _, labels in none]
    assert features(known, 0) != features(none, 0)
    again = text.rindex("天津市")
    assert (features(half, 1) == features(known, 1)) == (features(half, again + 1) == features(known, again + 1))


def test_a_part_is_read_by_what_learned_from_the_others() -> None:
    parts = list(dealt([1, 2, 3, 4, 5]))
    assert parts == [([2, 4], [1, 3, 5]), ([1, 3, 5], [2, 4])]
    assert list(dealt([1])) == [([1], [1])]
    assert list(dealt([])) == [([], [])]
