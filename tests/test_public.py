"""The public surface is what `__all__` says, is documented, and has the verbs of the command line."""
from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import kg
from kg.cli import cli

ROOT = Path(__file__).resolve().parent.parent


def test_all_is_the_sorted_public_names() -> None:
    assert list(kg.__all__) == sorted(kg.__all__) == [name for name in dir(kg) if not name.startswith("_")]
    assert all(hasattr(kg, name) for name in kg.__all__)


def test_every_public_name_has_a_docstring() -> None:
    bare = [name for name in kg.__all__ if not inspect.getdoc(getattr(kg, name))]
    bare += [f"Graph.{name}" for name, what in inspect.getmembers(kg.Graph) if not name.startswith("_") and callable(what) and not inspect.getdoc(what)]
    assert bare == []


def test_both_doors_have_the_same_verbs() -> None:
    verbs = {name for name, command in cli.commands.items() if not command.hidden}
    methods = {name.rstrip("_") for name, _ in inspect.getmembers(kg.Graph) if not name.startswith("_")}      # import_ is the verb import
    assert verbs <= methods
    assert methods - verbs == {"close", "corrections", "letters", "store", "suggestions", "to_gold", "to_networkx", "to_pandas", "write_corrections"}


def test_the_command_line_answers_help_without_loading_readers_and_store() -> None:
    code = "import sys, kg.cli; print(sorted(m for m in ('pyoxigraph', 'rjieba', 'networkx', 'rdflib', 'jieba', 'kg.api') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
