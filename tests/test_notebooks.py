"""The notebooks of examples/ run as they stand, say what they hold, and use nothing but the public door."""
from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import kg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
NAMES = ("1-build-and-ask", "2-who-cooperates", "3-funds-and-figures")


def cells(name: str) -> list[dict[str, Any]]:
    notebook: dict[str, Any] = json.loads((ROOT / "examples" / f"{name}.ipynb").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = notebook["cells"]
    return found


def code(name: str) -> str:
    return "\n".join("".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code")


def test_these_are_the_notebooks() -> None:
    assert sorted(path.stem for path in (ROOT / "examples").glob("*.ipynb")) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_small_and_was_run_from_top_to_bottom(name: str) -> None:
    path = ROOT / "examples" / f"{name}.ipynb"
    run = [cell for cell in cells(name) if cell["cell_type"] == "code"]
    assert path.stat().st_size < 200_000
    assert [cell["execution_count"] for cell in run] == list(range(1, len(run) + 1))
    assert not [output for cell in run for output in cell["outputs"] if output["output_type"] == "error" or output.get("name") == "stderr"]
    assert str(ROOT) not in path.read_text(encoding="utf-8") and "/tmp/" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_uses_only_the_public_door(name: str) -> None:
    tree = ast.parse(code(name))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.partition(".")[0] for module in modules} <= {"kg", "matplotlib", "networkx", "pandas"}
    assert not [module for module in modules if module.startswith("kg.")]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "kg"}
    assert used <= set(kg.__all__)


def test_pictures_are_drawn_and_explained_without_a_chinese_font() -> None:
    for name in NAMES[1:]:
        text = "".join("".join(cell["source"]) for cell in cells(name))
        assert [output for cell in cells(name) for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})]
        assert re.search("need a font with Chinese characters", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the letters, in which the notebooks run one after the other."""
    import notebooks
    return notebooks.copied(tmp_path_factory.mktemp("notebooks"))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_says_what_it_holds(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails after a change of the model or the program, read what the notebooks say now, and run  make notebooks."""
    import notebooks
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert notebooks.stale(ROOT / "examples" / f"{name}.ipynb", folder) == []


@pytest.mark.slow
def test_a_notebook_that_says_something_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat
    import notebooks
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cell = nbformat.v4.new_code_cell("print(1 + 1)", outputs=[nbformat.v4.new_output("stream", name="stdout", text="3\n")])
    path = tmp_path / "wrong.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    assert notebooks.stale(path, tmp_path) == [r"wrong.ipynb: 'print(1 + 1)' says ['2\n'] and the file holds ['3\n']"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES[1:2])      # all draw by the same lines
def test_a_notebook_draws_without_a_chinese_font_too(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No letter of a plot is missing in the font that it is drawn with: matplotlib would warn."""
    import subprocess

    from notebooks import copied
    lines = code(name).replace("CHINESE = [", "CHINESE = [] and [").replace("plt.show()", "plt.savefig('plot.png')")
    (tmp_path / "run.py").write_text(f"import matplotlib\nmatplotlib.use('Agg')\n{lines}\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run([sys.executable, "-W", "error", "run.py"], cwd=copied(tmp_path), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
