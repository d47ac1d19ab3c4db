"""Reads the pages of the documentation as a reader follows them: commands to run, files to save, Python to run, in the order of the page.

    ```console              a line that begins with `$ ` is a command; what follows is what it prints
    ```toml title="NAME"    a file to save under that name
    ```python               Python to run

Everything runs in one folder, which holds examples/letters. A command may fail where the page shows its sentence (`kg: …`). The tests run every page
(tests/test_walk.py), and `make docs` writes what the commands print into it.
"""
from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r'^```(?P<kind>[a-z0-9]+)(?: title="(?P<name>[^"]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"[|<>&;$`*]")
PROMPT = "$ "
LONGEST = 24                        # lines of output that a page shows
APART = ("plugin.md",)              # pages that install something: their commands run in processes of their own


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a reader does: run a command (with what the page says it prints), save a file, or run Python."""

    kind: str                   # command, file or python
    text: str
    shown: str = ""
    name: str = ""

    @property
    def may_fail(self) -> bool:
        return self.shown.startswith("kg: ")


def steps(page: Path) -> Iterator[Step]:
    """The steps of a page, in order."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["name"]:
            yield Step("file", block["body"], name=block["name"])
        elif block["kind"] == "python":
            yield Step("python", block["body"])
        elif block["kind"] == "console":
            yield from commands(block["body"])


def commands(body: str) -> Iterator[Step]:
    """The commands of a console block, each with the lines under it."""
    for part in re.split(rf"^{re.escape(PROMPT)}", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Step("command", command, shown)


def pages() -> list[Path]:
    """The pages that tell a reader to do something."""
    docs = ROOT / "docs"
    return [page for page in (*sorted(docs.glob("*.md")), *sorted((docs / "howto").glob("*.md"))) if next(steps(page), None) is not None]


def walk(page: Path, folder: Path, python: Path | None = None) -> Iterator[tuple[Step, str]]:
    """Do all that a page says in an empty folder: each step, and what it prints. RuntimeError at a command that fails and should not."""
    walker = Walk(folder, python is not None or page.name in APART, python)
    for step in steps(page):
        code, printed = walker.step(step)
        if code and not step.may_fail:
            raise RuntimeError(f"{page.name}: {step.text}\n{printed}")
        yield step, printed


def filled(page: Path, folder: Path) -> str:
    """The page with what its commands print now under each of them, its end left out when it is long."""
    printed = iter([text for step, text in walk(page, folder) if step.kind == "command"])

    def block(found: re.Match[str]) -> str:
        if found["kind"] != "console" or found["name"]:
            return found[0]
        return "".join(["```console\n", *(f"{PROMPT}{step.text}\n{_short(next(printed))}" for step in commands(found["body"])), "```"])

    return BLOCK.sub(block, page.read_text(encoding="utf-8"))


def _short(printed: str) -> str:
    lines = [line.rstrip() for line in printed.splitlines()]
    return "".join(f"{line}\n" for line in (lines if len(lines) <= LONGEST else [*lines[:LONGEST], "…"]))


@dataclass
class Walk:
    """A walk through pages in a folder. `here` is where `cd` has led; what Python snippets define stays for the next one.

    `apart`: everything runs in processes of its own, which see the packages that the page installs; with `python`, that of an environment in which
    the program is installed.
    """

    folder: Path
    apart: bool = False
    python: Path | None = None
    here: Path = field(init=False)
    names: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.here = self.folder
        shutil.copytree(ROOT / "examples" / "letters", self.folder / "examples" / "letters", dirs_exist_ok=True)
        shims = self.folder / ".bin"
        shims.mkdir(exist_ok=True)
        installed = f"--quiet --no-build-isolation --no-deps --target {shlex.quote(str(self.folder / '.packages'))}"
        for name, before, after in (("kg", "-m kg", ""), ("python", "", ""), ("pip", "-m pip --disable-pip-version-check", installed)):
            (shims / name).write_text(f'#!/bin/sh\nexec {shlex.quote(str(self.python or sys.executable))} {before} "$@" {after}\n', encoding="utf-8")
            (shims / name).chmod(0o755)

    def step(self, step: Step) -> tuple[int, str]:
        """Do what a step says; the exit code and what is printed."""
        if step.kind == "file":
            target = self.here / step.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.text, encoding="utf-8")
            return 0, ""
        return self._python(step.text) if step.kind == "python" else self.run(step.text)

    def run(self, command: str) -> tuple[int, str]:
        """Run a command: `cd` moves, plain `kg` runs in this process, all else in a shell."""
        if command.startswith("cd "):
            self.here = (self.here / shlex.split(command)[1]).resolve()
            return 0, ""
        if command.startswith("kg ") and not self.apart and not SHELL.search(re.sub(r"'[^']*'", "", command)):
            return self._kg(shlex.split(command)[1:])
        return self._process(["bash", "-c", command])

    def _process(self, command: list[str]) -> tuple[int, str]:
        path = os.pathsep.join((str(self.folder / ".bin"), os.environ.get("PATH", "")))
        packages = os.pathsep.join([str(ROOT)] * (self.python is None) + [str(self.folder / ".packages")])
        done = subprocess.run(command, cwd=self.here, env={**os.environ, "PATH": path, "PYTHONPATH": packages, "COLUMNS": "110"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout

    def _kg(self, arguments: list[str]) -> tuple[int, str]:
        from click.testing import CliRunner

        from kg.cli import cli
        before = Path.cwd()
        os.chdir(self.here)
        try:
            done = CliRunner(env={"COLUMNS": "110"}).invoke(cli, arguments)
        finally:
            os.chdir(before)
        return done.exit_code, done.output

    def _python(self, text: str) -> tuple[int, str]:
        if self.apart:
            return self._process([str(self.folder / ".bin" / "python"), "-c", text])
        before = Path.cwd()
        os.chdir(self.here)
        try:
            exec(compile(text, "snippet", "exec"), self.names)      # the documentation is ours
        finally:
            os.chdir(before)
        return 0, ""
