"""Keeps the standard descriptors: a function that takes a file also takes its number, and closes it in the end."""

from __future__ import annotations

import importlib
import importlib.util
import os

fcntl = importlib.import_module("fcntl") if importlib.util.find_spec("fcntl") else None
STANDARD = (0, 1, 2)
# Where copies are out of the way of small numbers.
AWAY = 200


class Descriptors:
    """Remembers what the standard descriptors are, and brings them back."""

    def __init__(self) -> None:
        self._copies = {number: copy for number in STANDARD if (copy := copied(number)) is not None}
        self._places = {number: place(number) for number in self._copies}

    def restored(self) -> bool:
        """Whether one of them had to be brought back."""
        gone = [number for number, before in self._places.items() if place(number) != before]
        for number in gone:
            os.dup2(self._copies[number], number)
        return bool(gone)


def copied(number: int) -> int | None:
    """A copy of a descriptor with a big number; None where there is none, or the system has no such call."""
    if fcntl is None:
        return None
    try:
        found: int = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, AWAY)
    except OSError:
        return None
    return found


def place(number: int) -> tuple[int, int] | None:
    """What a descriptor leads to."""
    try:
        status = os.fstat(number)
    except OSError:
        return None
    return status.st_dev, status.st_ino
