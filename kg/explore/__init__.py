"""What the explorer's pages show, worked out in a worker process: each job takes the open, read-only store and plain arguments.

    JOBS    name -> function(store, **arguments) -> a JSON value

Whatever a job needs must be imported with this package: a worker can open no file once it has begun to answer.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Job = Callable[..., object]

JOBS: Mapping[str, Job] = MappingProxyType({})
