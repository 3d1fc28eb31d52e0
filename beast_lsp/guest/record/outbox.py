"""The file that the server reads: one JSON object a line, written at once, since this process may end at any moment."""

from __future__ import annotations

import io
import json
import os

from ..wire import Case, Judgement, RecorderEvent, SurveyEvent


class Outbox:
    """Appends events. It keeps its own descriptor, so that code which replaces `open` or `print` doesn't reach it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._write, self._open, self._status = os.write, os.open, os.fstat
        self._descriptor = self._opened()
        self._place = self._identity()
        self._encode = json.JSONEncoder().encode
        self._sent: set[str] = set()

    def send(self, event: RecorderEvent | Judgement | SurveyEvent) -> None:
        """Append one event."""
        if self._identity() != self._place:
            # Code that was given numbers for files has closed this one, and another may have its number now.
            self._descriptor = self._opened()
        self._write(self._descriptor, (self._encode(event) + "\n").encode("ascii", "backslashreplace"))

    def _opened(self) -> int:
        return self._open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self._status(self._descriptor)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def case(self, target: str, case: Case) -> None:
        """Append a case, once."""
        text = self._encode([case["arrange"], case["act"], target])
        if text not in self._sent:
            self._sent.add(text)
            self.send({"event": "case", "target": target, "case": case})

    def note(self, target: str, text: str) -> None:
        """Append something that the user should know, once."""
        if target + text not in self._sent:
            self._sent.add(target + text)
            self.send({"event": "note", "target": target, "text": text})


class Captured(io.StringIO):
    """A stream in the place of standard output, that can't be closed and holds a limited amount."""

    LIMIT = 100_000

    def write(self, text: str) -> int:
        """Take text up to the limit."""
        return super().write(text) if self.tell() < self.LIMIT else len(text)

    def close(self) -> None:
        """The next run takes a stream of its own, so this one stays."""
