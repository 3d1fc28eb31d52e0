"""Ends a call that takes too long."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Code that catches everything gets another one.
AGAIN = 0.05


class Hang(BaseException):
    """The call took longer than it may. No `except Exception` takes it."""


@contextmanager
def alarm(seconds: float, again: float = AGAIN) -> Iterator[None]:
    """Raise Hang within the block after some seconds, and `again` and again; without a timer the server ends it."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    previous = signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, seconds, again)
    try:
        yield
    finally:
        disarm()
        signal.signal(signal.SIGALRM, previous)


def disarm() -> None:
    """Stop the timer; a signal that is on its way may still raise here, so it is tried until it holds."""
    while True:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0, 0)
            return
        except Hang:
            continue


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise Hang
