"""Starts a project of the user's own: the files of `template/`, copied into a folder (kg/project.py says what zhihan.toml may hold).

    zhihan.toml  letters/example.txt  lexicon/own.tsv  patterns/own.toml  ontology.ttl  Makefile  README.md  .gitignore

Where letters/ holds anything, it is a person's own, and gets no example.

A file whose name begins with `dot-` there begins with a dot in the project, so that no tool takes it for its own.
"""
from __future__ import annotations

import os
from pathlib import Path

from kg.errors import InputError

TEMPLATE = Path(__file__).resolve().parent / "template"


def start(folder: Path) -> tuple[Path, ...]:
    """Make a project in a folder, which is made when it is not there; the files that were written.

    InputError when the folder holds any of the other files already: nothing is written then.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file: name a folder for the project.")
    sources = sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    written = {folder / str(path.relative_to(TEMPLATE)).replace("dot-", "."): path for path in sources}
    if (folder / "zhihan.toml").exists():
        raise InputError(f"{folder} is a project already, for {folder / 'zhihan.toml'} is there already: name a folder that has no project in it.")
    if has_letters(folder):
        written = {target: source for target, source in written.items() if target.parent != folder / "letters"}
    for target in written:
        if os.path.lexists(target) or (target.parent.exists() and not target.parent.is_dir()):
            there = target if os.path.lexists(target) else target.parent
            raise InputError(f"{there} is there already, and stands in the way of the project's {target}: move it away, or name another folder.")
    for target, source in written.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return tuple(written)


def has_letters(folder: Path) -> bool:
    """Whether the folder's letters/ holds anything."""
    letters = folder / "letters"
    return letters.is_dir() and any(letters.iterdir())
