"""Each module imports only from its own layer or from those below it (docs/architecture.md draws them)."""
from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = {
    0: "model spans errors measures finder",
    1: "ontology vocabulary project plugins lexicon linked organs patterns bundle keys maxent arrays",
    2: "read plain normalise blocks sentences segment header parties answering words recognise resolve llm scene relate ranker times numbers "
       "quantities indicators figures figures_features figures_times",
    3: "iris mapping store query export importing network render validate show stats gold compare evaluate folds report infer docs pinyin explore claims promises "
       "diff remote curate frames notebook",
    4: "__init__ __main__ cli api build reading pipeline lessons train names_train facts_train figures_train assess server starting",
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names.split()}
MODULES = sorted((ROOT / "kg").rglob("*.py"))


def home(path: Path) -> str:
    """The part of the package that a file belongs to: kg/read/text.py is part of read."""
    return path.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The parts of kg that a file imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("kg.")}
        elif isinstance(node, ast.ImportFrom) and node.module == "kg":
            found |= {alias.name for alias in node.names if alias.name in LAYER_OF}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kg."):
            found.add((node.module or "").split(".")[1])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_module_imports_only_from_its_layer_or_below(path: Path) -> None:
    assert home(path) in LAYER_OF, f"{path} has no layer: add it to docs/architecture.md and to LAYERS"
    above = {name for name in imported(path) if LAYER_OF.get(name, 9) > LAYER_OF[home(path)]}
    assert not above, f"{path} (layer {LAYER_OF[home(path)]}) imports from above: {sorted(above)}"
