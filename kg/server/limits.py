"""What a request may take, and how the server is set up."""
from __future__ import annotations

import os
from dataclasses import dataclass, field

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take. `seconds` and `memory_mb` are for the worker, `rows` and `result_mb` for its answer, `body_mb` for what is sent."""

    seconds: float = 10.0
    memory_mb: int = 1024
    rows: int = 200_000
    result_mb: int = 32
    body_mb: int = 10
    body_seconds: float = 20.0      # to send a request in
    write_seconds: float = 60.0     # to write a graph
    send_seconds: float = 60.0      # for a client to take an answer
    queue: int = 200                # requests that wait for a worker
    patience: float = 0.5           # seconds after which a query makes room for others


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def many() -> int:
    """How many requests are answered at a time: more than there are processors, so that short ones need not wait for long ones."""
    return 4 * cores() + 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server is set up. Writing is on when there is a token; an empty `hosts` lets any Host header pass."""

    limits: Limits = field(default_factory=Limits)
    workers: int = field(default_factory=many)
    token: str | None = None
    cors: tuple[str, ...] = ()
    public_url: str | None = None
    hosts: tuple[str, ...] = ()
    poll: float = 1.0               # seconds between two looks whether the store was built anew
    log: bool = True
    edit: bool = False              # whether those who have the token may correct in the browser
