"""What the compiled languages share: a probe of which some lines may not compile, and the code's beacons."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from beast_lsp.engine.testing.languages.model import Call, Outcome
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.testing.languages.outbox import lines_of
from beast_lsp.router.backends.testing.languages.workshop import Workshop
from beast_lsp.sandbox.limits import Finished

_ATTEMPTS = 8


class Compiled(ABC):
    """Records calls by a program that is compiled with the project.

    A line whose call does not compile is taken out, and the rest compiled again: types are known only so far.
    """

    patience = 4.0
    orders: tuple[int, ...] = (0, 1, 2)
    complaint: re.Pattern[str]
    """A compiler's message with the groups `file` and `line`."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.outbox = workshop.scratch / "outbox.jsonl"

    @abstractmethod
    def write_probe(self, calls: Mapping[int, Call], with_beacons: bool) -> tuple[str, dict[int, int]]:
        """Writes the probe into the copy; the name of its file, and which call each of its lines makes."""

    @abstractmethod
    def run_probe(self, seconds: float) -> Finished:
        """Compiles and runs the probe."""

    @abstractmethod
    def remove_probe(self) -> None:
        """Leaves the copy as it was."""

    @abstractmethod
    def read(self, lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call]) -> dict[int, Outcome | None]:
        """What the probe told."""

    def record(self, wanted: Mapping[int, Call], seconds: float) -> dict[int, Outcome | None]:
        """What the calls give; None for what no literal says. Raises TestsRefused where nothing could be run."""
        left, found, with_beacons, told = dict(wanted), dict[int, Outcome | None](), True, ""
        for _ in range(_ATTEMPTS):
            self.outbox.unlink(missing_ok=True)
            name, places = self.write_probe(left, with_beacons)
            finished = self.run_probe(seconds)
            self.remove_probe()
            lines = lines_of(self.outbox)
            if not lines:
                told = (finished.stderr + finished.stdout).decode("utf-8", "replace")
                broken = {places[line] for line in self._lines_of(told, name) if line in places}
                if not broken and not with_beacons:
                    break
                # What does not compile and is no call can only be a beacon, or the project itself.
                with_beacons = with_beacons and bool(broken)
                left = {key: call for key, call in left.items() if key not in broken}
            else:
                found |= self.read(lines, left)
                left = {key: call for key, call in left.items() if key not in found}
                if lines[-1].get("done"):
                    break
            if not left:
                break
        if not found:
            raise TestsRefused(f"Nothing could be run: {problem(told)}.")
        return found

    def _lines_of(self, told: str, name: str) -> set[int]:
        return {int(one["line"]) for one in self.complaint.finditer(told) if one["file"].endswith(name)}


def problem(told: str) -> str:
    """The line of a compiler's output that says what went wrong."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no output")[:300]
