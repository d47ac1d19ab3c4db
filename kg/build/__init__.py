"""Many letters: which files they are, reading each once, what the corpus makes of short names, and the graph of all (docs/howto/archive.md).

    inputs.py     files, directories, patterns
    notes.py      what is written down of each letter that was read
    manifest.py   what a store was built from, and how far a build has come
    work.py       the two passes, as functions that run in any process
    pool.py       this process, or processes of this machine;  cluster.py  other machines, by Dask
    engine.py     the passes in order
    watch.py      a folder, built whenever it changes
"""
from __future__ import annotations

from kg.build.engine import Clash, Options, build
from kg.build.inputs import Input, Inputs, inputs, letter_files
from kg.build.report import BuildReport, Heard, Step, Told
from kg.build.watch import watch

__all__ = ["BuildReport", "Clash", "Heard", "Input", "Inputs", "Options", "Step", "Told", "build", "inputs", "letter_files", "watch"]
