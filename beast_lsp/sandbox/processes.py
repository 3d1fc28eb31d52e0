"""What runs below the launcher: how many processes and threads, with how much memory; and an end for all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One process: `memory_mb` is all but pages of files, whether shared with its parent or not."""

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
        lines = (_PROC / name / "status").read_bytes().splitlines()
    except OSError:
        return None
    facts = {key: value.split() for key, _, value in (line.partition(b":") for line in lines)}
    if not facts.get(b"State") or facts[b"State"][0] in (b"Z", b"X"):
        return None
    kilobytes = sum(int(facts[key][0]) for key in (b"RssAnon", b"RssShmem", b"VmSwap") if key in facts)
    return Process(int(name), int(facts[b"PPid"][0]), int(facts[b"Threads"][0]), kilobytes / 1024)


def _proportional(process: Process) -> float:
    try:
        text = (_PROC / str(process.number) / "smaps_rollup").read_bytes()
    except OSError:
        return process.memory_mb
    counted = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")
    found = [int(line.split()[1]) for line in text.splitlines() if line.startswith(counted)]
    return sum(found) / 1024 if found else process.memory_mb
