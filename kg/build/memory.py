"""Memory that was freed: used again by whoever needs some, and given back to the system. Nothing is done where the C library is not glibc.

A load of some letters takes 70 MB for a moment, and RocksDB's threads take as much whenever they merge files. glibc keeps what is freed for each
thread by itself, so that a process would hold the most that each of them ever took, more the larger the store is.
"""
from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8                 # M_ARENA_MAX of malloc.h


def one_arena() -> None:
    """Have all threads take memory from one place; those that have one of their own already keep it."""
    _glibc("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Let go of what is free. This takes some milliseconds."""
    _glibc("malloc_trim", 0)


def _glibc(name: str, *arguments: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None      # musl has neither
    if function is not None:
        function(*arguments)
