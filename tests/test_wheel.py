"""The wheel, installed into an empty environment, gives a `kg` that works from any directory."""
from __future__ import annotations

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "kg" / "server" / "static" / "main.js"


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment_from_any_directory(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ".", cwd=ROOT)
    (wheel,) = tmp_path.glob("zhihan-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"kg/server/templates/base.html", "kg/server/style/site.css"} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith("kg/server/web")]
    if SCRIPTS.is_file():               # built by make web, where Node.js is there
        assert {f"kg/server/static/{name}" for name in ("main.js", "graph.js", "sparql.js", "sparql.css", "LICENSES.txt")} <= names
    venv.create(tmp_path / "env", with_pip=True)
    run(tmp_path / "env" / "bin" / "python", "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    away = tmp_path / "away"
    shutil.copytree(ROOT / "examples" / "letters", away / "letters")
    kg = tmp_path / "env" / "bin" / "kg"

    assert "cooperation" in run(kg, "queries", cwd=away)
    assert run(kg, "build", "letters", cwd=away).startswith("5 letters in ")
    assert "香港" in run(kg, "query", "cooperation", cwd=away)
    assert "The graph is sound." in run(kg, "validate", cwd=away)
    run(kg, "render", "-o", "graph.html", cwd=away)
    assert (away / "graph.html").stat().st_size > 100_000
