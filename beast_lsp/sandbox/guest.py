"""Starts the guest (`beast_lsp/guest`) in the project's interpreter, and hears what it tells while it runs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from beast_lsp.sandbox.limits import Finished, Limits
from beast_lsp.sandbox.run import never, run

_GUEST = Path(__file__).parents[1] / "guest" / "__main__.py"
_LINE_BYTES, _ALL_BYTES = 4 << 20, 64 << 20


@dataclass(frozen=True)
class GuestRun:
    """What a guest told, object by object, and how it ended."""

    events: list[dict[str, Any]]
    finished: Finished


def run_guest(  # noqa: PLR0913, PLR0917 - what is run, and what it may do.
    entry: Literal["record", "judge", "survey"],
    brief: Mapping[str, Any],
    interpreter: Path,
    limits: Limits,
    env: Mapping[str, str],
    cancelled: Callable[[], bool] = never,
    on_event: Callable[[dict[str, Any]], None] = lambda _: None,
    unconfined: bool = False,
) -> GuestRun:
    """Run the guest on a brief, in the brief's folder; `on_event` is called for each object as it comes.

    The outbox is made here and must not exist. Raises SandboxMissing as `run` does, OSError where it can't be made.
    """
    with _Outbox(Path(brief["outbox"]), on_event) as outbox:
        finished = run(
            [str(interpreter), str(_GUEST), entry],
            limits,
            Path(brief["folder"]),
            env,
            json.dumps(brief).encode(),
            cancelled,
            outbox.look,
            unconfined,
        )
        outbox.look()
        return GuestRun(outbox.events, finished)


class _Outbox:
    """The file that the guest appends to.

    It is opened before the guest starts: what the guest puts in its place, a link to a secret or a pipe that blocks
    its reader, is never opened.
    """

    def __init__(self, path: Path, on_event: Callable[[dict[str, Any]], None]) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._on_event = on_event
        self._partial = b""
        self._heard = 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> _Outbox:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def look(self) -> None:
        """Hear what came since the last look; lines that are no JSON objects, or too long, are dropped."""
        while self._heard < _ALL_BYTES and (piece := os.read(self._file, 1 << 20)):
            self._heard += len(piece)
            *lines, self._partial = (self._partial + piece).split(b"\n")
            if len(self._partial) > _LINE_BYTES:
                self._partial = b""
            for line in lines:
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(event, dict):
            self.events.append(event)
            self._on_event(event)
