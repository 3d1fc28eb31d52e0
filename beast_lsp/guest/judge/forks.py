"""Runs work in a forked child, and hears what it tells: a test may end its process, hang, or leave threads behind."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import warnings
from collections.abc import Iterator
from typing import Any, Callable

from .. import audit

Message = list[Any]
Tell = Callable[[Message], None]
ENDED, HUNG = ["ended"], ["hung"]
_CAN_FORK = hasattr(os, "fork")


def told(work: Callable[[Tell], None], patience: float) -> Iterator[Message]:
    """What a child tells while it works; `ENDED` last where it ended early, and `HUNG` where it was silent too long.

    Where the system can't fork, the work is done in this process, at once.
    """
    if not _CAN_FORK:
        messages: list[Message] = []
        work(messages.append)
        yield from messages
        return
    reader, writer = os.pipe()
    child = _forked(work, reader, writer)
    os.close(writer)
    try:
        yield from _heard(reader, patience)
    finally:
        os.close(reader)
        with audit.ours():
            _killed(child)


def _forked(work: Callable[[Tell], None], reader: int, writer: int) -> int:
    with audit.ours(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Threads that a plugin started are no concern of the child's.
        child = os.fork()
    if child:
        return child
    try:
        os.close(reader)
        os.setpgid(0, 0)
        _silence()

        def tell(message: Message) -> None:
            _write(writer, (json.dumps(message) + "\n").encode("ascii", "backslashreplace"))

        work(tell)
        tell(["done"])
    finally:
        os._exit(0)


def _silence() -> None:
    """What tests print past every capture is for nobody."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _heard(reader: int, patience: float) -> Iterator[Message]:
    partial = b""
    while True:
        ready, _, _ = select.select([reader], [], [], patience)
        piece = os.read(reader, 1 << 16) if ready else b""
        if not piece:
            yield ENDED if ready else HUNG
            return
        *lines, partial = (partial + piece).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message == ["done"]:
                return
            yield message


def _killed(child: int) -> None:
    """Ends the child and what it started."""
    for end in (os.killpg, os.kill):
        try:
            end(child, signal.SIGKILL)
        except OSError:
            continue
    for _ in range(100):
        try:
            if os.waitpid(child, os.WNOHANG)[0]:
                return
        except OSError:
            return
        time.sleep(0.001)
