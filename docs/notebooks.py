"""Run the notebooks of examples/ as Jupyter does, and keep what they print and draw.

    python docs/notebooks.py            run all, write their outputs into the files (after a change of a notebook, the model or the program)
    python docs/notebooks.py --check    run all, and tell where a text that they hold is not what they say now

They run in a copy of examples/ in a folder of its own, one after the other. Pictures are kept and not compared: their bytes depend on fonts.
"""
from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbclient
import nbformat

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SECONDS = 300                   # for a cell
PLACE = re.compile(r"0x[0-9a-f]+")      # where in memory a thing is: another each time


def notebooks() -> list[Path]:
    """The notebooks, in the order of their names."""
    return sorted(EXAMPLES.glob("*.ipynb"))


def run(path: Path, folder: Path) -> Any:
    """The notebook with the outputs of a run in that folder; nbclient.exceptions.CellExecutionError when a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", record_timing=False,
                            resources={"metadata": {"path": str(folder)}}).execute()
    notebook.metadata = nbformat.from_dict({"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                                            "language_info": {"name": "python"}})
    return notebook


def said(notebook: Any) -> list[tuple[str, list[str]]]:
    """The code of each cell, and the texts that its outputs hold."""
    return [(cell.source, [_text(output) for output in cell.outputs]) for cell in notebook.cells if cell.cell_type == "code"]


def _text(output: Any) -> str:
    return PLACE.sub("0x", str(output.text if output.output_type == "stream" else output.data.get("text/plain", "")))


def copied(folder: Path) -> Path:
    """The letters of examples/ in a folder, where notebooks can run and leave a store."""
    shutil.copytree(EXAMPLES / "letters", folder / "letters")
    return folder


def stale(path: Path, folder: Path) -> list[str]:
    """The cells of a notebook whose stored texts are not those of a run, each told by its first line."""
    kept, now = said(nbformat.read(path, as_version=4)), said(run(path, folder))
    return [f"{path.name}: {source.splitlines()[0]!r} says {new} and the file holds {old}"
            for (source, old), (_, new) in zip(kept, now, strict=True) if old != new]


def main(check: bool) -> int:
    """Run all; 1 when one is stale and `check` is asked for."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = copied(Path(name))
        for path in notebooks():
            if check:
                found += stale(path, folder)
            else:
                nbformat.write(run(path, folder), path)
    print("\n".join(found), end="\n" * bool(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
