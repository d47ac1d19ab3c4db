"""Starts a project of the user's own: the files of `template/`, copied into a folder (kg/project.py says what zhihan.toml may hold).

    zhihan.toml  letters/example.txt  lexicon/own.tsv  patterns/own.toml  ontology.ttl  Makefile  README.md  .gitignore

A file whose name begins with `dot-` there begins with a dot in the project, so that no tool takes it for its own.
"""
from __future__ import annotations

from pathlib import Path

from kg.errors import InputError

TEMPLATE = Path(__file__).resolve().parent / "template"


def start(folder: Path) -> tuple[Path, ...]:
    """Make a project in a folder, which is made when it is not there; the files that were written.

    InputError when the folder holds any of the files already: nothing is written then.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file: name a folder for the project.")
    sources = sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    targets = [folder / str(path.relative_to(TEMPLATE)).replace("dot-", ".") for path in sources]
    there = next((path for path in targets if path.exists()), None)
    if there is not None:
        raise InputError(f"{there} is there already: name a folder that has no project in it.")
    for source, target in zip(sources, targets, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return tuple(targets)
