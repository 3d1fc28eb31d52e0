"""The watch over a confined tree of processes: it ends with the command, or with the first limit that is passed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from beast_lsp.sandbox.processes import Process, memory_mb

# Often enough that a fork bomb has some hundred processes at most, and a hundredth of a core at most.
TICK_SECONDS = 0.02
_THREADS_PER_PROCESS, _MORE_THREADS = 8, 64
# What may go from the disk, or from its inodes, while the command runs. Others use the disk, too.
_DISK_BYTES, _DISK_FILES = 2 << 30, 100_000


@dataclass
class Watch:
    """The limits of one run, and what its processes are; `withdrawn` is set by who wants it to end."""

    seconds: float
    memory_mb: int
    processes: int
    writable: list[str]
    running: Callable[[], list[Process]]
    withdrawn: bool = False

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.seconds
        self._free = [_free(folder) for folder in self.writable]

    def passed(self) -> str:
        """The limit that is passed now, or ""."""
        if self.withdrawn:
            return "cancelled"
        if time.monotonic() > self._until:
            return "time"
        found = self.running()
        threads = sum(each.threads for each in found)
        if len(found) > self.processes or threads > _THREADS_PER_PROCESS * self.processes + _MORE_THREADS:
            return "processes"
        if sum(each.memory_mb for each in found) > self.memory_mb and memory_mb(found) > self.memory_mb:
            return "memory"
        return "disk" if self._is_filling() else ""

    def _is_filling(self) -> bool:
        for folder, (room, files) in zip(self.writable, self._free, strict=True):
            room_now, files_now = _free(folder)
            if room - room_now > min(_DISK_BYTES, room // 2) or files - files_now > _DISK_FILES:
                return True
        return False


def _free(folder: str) -> tuple[int, int]:
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0, 0
    return found.f_bavail * found.f_frsize, found.f_favail
