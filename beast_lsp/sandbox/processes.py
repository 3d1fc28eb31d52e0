"""What runs below the launcher: how many processes and threads, with how much memory; and an end for all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20 if hasattr(os, "sysconf") else 0.0
_PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One process: `memory_mb` is what is resident and not backed by a file, shared with its parent or not."""

    number: int
    parent: int
    threads: int
    memory_mb: float


def running() -> list[Process]:
    """All the processes that /proc shows; nothing where there is no /proc."""
    return [found for name in _numbers() if (found := _process(name))]


def below(ancestor: int, processes: list[Process]) -> list[Process]:
    """Those of `processes` that descend from one of them, without it."""
    family, found = {ancestor}, list[Process]()
    while new := [each for each in processes if each.parent in family and each.number not in family]:
        family |= {each.number for each in new}
        found += new
    return found


def memory_mb(processes: list[Process]) -> float:
    """What they use together, shared pages counted once."""
    return sum(_proportional(each) for each in processes)


def end_all(ancestor: int, seconds: float = 5.0) -> None:
    """Stop, then kill everything below `ancestor`, whatever starts meanwhile; gives up after `seconds`."""
    until = time.monotonic() + seconds
    while (left := below(ancestor, running())) and time.monotonic() < until:
        # What is stopped can't fork; so a second look finds all that the first one missed.
        for signal_number in (signal.SIGSTOP, signal.SIGKILL):
            for each in left:
                with contextlib.suppress(OSError):
                    os.kill(each.number, signal_number)
            left = below(ancestor, running()) or left
        reap()


def reap() -> None:
    """Collect the children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _numbers() -> list[str]:
    try:
        return [name for name in os.listdir(_PROC) if name.isdecimal()]  # noqa: PTH208 - no path is wanted of it.
    except OSError:
        return []


def _process(name: str) -> Process | None:
    try:
        # The name of the program, in parentheses, may hold anything.
        words = (_PROC / name / "stat").read_bytes().rpartition(b")")[2].split()
        pages = (_PROC / name / "statm").read_bytes().split()
    except OSError:
        return None
    if words[0] in (b"Z", b"X"):
        return None
    return Process(int(name), int(words[1]), int(words[17]), (int(pages[1]) - int(pages[2])) * _PAGE_MB)


def _proportional(process: Process) -> float:
    try:
        text = (_PROC / str(process.number) / "smaps_rollup").read_bytes()
    except OSError:
        return process.memory_mb
    found = [int(line.split()[1]) for line in text.splitlines() if line.startswith((b"Pss_Anon:", b"Pss_Shmem:"))]
    return sum(found) / 1024 if found else process.memory_mb
