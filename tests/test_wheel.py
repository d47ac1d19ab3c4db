"""The wheel, installed into an empty environment, gives a `kg` that works from any directory."""
from __future__ import annotations

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.test_walk import follow

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "kg" / "server" / "static" / "main.js"


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ".", cwd=ROOT)
    (built,) = folder.glob("zhihan-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel, cwd=folder)
    return folder


@pytest.mark.slow
def test_the_wheel_has_what_the_program_reads_and_nothing_of_its_making(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"kg/server/templates/base.html", "kg/server/style/site.css", "kg/starting/template/zhihan.toml", "kg/starting/template/letters/example.txt"} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith("kg/server/web")]
    if SCRIPTS.is_file():               # built by make web, where Node.js is there
        assert {f"kg/server/static/{name}" for name in ("main.js", "graph.js", "sparql.js", "sparql.css", "LICENSES.txt")} <= names


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment_from_any_directory(environment: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "letters", tmp_path / "letters")
    kg = environment / "bin" / "kg"

    assert "cooperation" in run(kg, "queries", cwd=tmp_path)
    assert run(kg, "build", "letters", cwd=tmp_path).startswith("5 letters in ")
    assert "香港" in run(kg, "query", "cooperation", cwd=tmp_path)
    assert "The graph is sound." in run(kg, "validate", cwd=tmp_path)
    run(kg, "render", "-o", "graph.html", cwd=tmp_path)
    assert (tmp_path / "graph.html").stat().st_size > 100_000
    run(kg, "export", "--format", "gexf", "-o", "graph.gexf", cwd=tmp_path)         # our own plugin, found by the metadata of the wheel


@pytest.mark.slow
def test_a_newcomer_follows_the_tutorial_word_for_word_with_what_was_installed(environment: Path, tmp_path: Path) -> None:
    follow(ROOT / "docs" / "tutorial.md", tmp_path, environment / "bin" / "python")
