"""What a child process may use, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """What a command may use: wall-clock `seconds`, `memory_mb` of all its processes together, and so many `processes`.

    It writes below `writable` only; the first of these folders becomes its home and its temporary folder.
    """

    seconds: float
    memory_mb: int
    processes: int
    writable: tuple[Path, ...]
    network: bool = False


@dataclass(frozen=True)
class Finished:
    """How a command ended. `code` is negative where a signal ended it (-9: killed), as `subprocess` has it.

    `reason` is "" where it ended by itself, else the limit that ended it: "time", "memory", "processes", "disk", or
    "cancelled". `stdout` and `stderr` hold the first million bytes.
    """

    code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    reason: str
