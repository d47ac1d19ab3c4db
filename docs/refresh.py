"""Brings what the documentation shows up to date (`make docs`): the command reference, the page of the vocabulary, the picture, and the output under
the commands of the README, of docs/rules.md, and of the tutorial and the how-to pages.

A block of ```text that follows a block of ```sh there is what the command in that block prints, at 110 columns.
In a block of ```console (docs/walking.py) it stands under the command.
"""
from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from walking import filled as followed
from walking import pages, steps

ROOT = Path(__file__).resolve().parent.parent
SHOWN = re.compile(r"(```sh\n(?P<commands>[^`]*?)```\n\n```text\n)(?P<output>.*?)(```)", re.DOTALL)
LONGEST = 16


def run(line: str, folder: Path) -> str:
    """What a `kg` command prints."""
    arguments = [sys.executable, "-m", "kg", *shlex.split(line, comments=True)[1:]]
    environment = {**os.environ, "COLUMNS": "110", "PYTHONPATH": str(ROOT)}
    return subprocess.run(arguments, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


def shown(line: str, folder: Path) -> str:
    """The output of a command, its end left out when it is long."""
    lines = [one.rstrip() for one in run(line, folder).splitlines()]
    return "\n".join(lines if len(lines) <= LONGEST else [*lines[:LONGEST], "…"]) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "examples").symlink_to(ROOT / "examples")
        def filled(block: re.Match[str]) -> str:
            command = next(line for line in block["commands"].splitlines() if line.startswith("kg "))
            return f"{block[1]}{shown(command, folder)}{block[4]}"

        for path in (ROOT / "README.md", ROOT / "docs" / "rules.md"):
            path.write_text(SHOWN.sub(filled, path.read_text(encoding="utf-8")), encoding="utf-8")
        for page in pages():
            if not any(step.shown for step in steps(page)):
                continue                # it shows no output, or only what it speaks of
            (folder / page.stem).mkdir()
            page.write_text(followed(page, folder / page.stem), encoding="utf-8")
        run(f"kg docs -o {ROOT / 'docs' / 'ontology.html'}", folder)
        run(f"kg render -o {ROOT / 'docs' / 'graph.svg'} --max-nodes 120", folder)
        (ROOT / "docs" / "cli.md").write_text(run("kg docs-cli", folder), encoding="utf-8")


if __name__ == "__main__":
    main()
