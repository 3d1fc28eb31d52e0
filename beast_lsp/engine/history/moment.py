"""Every function of a repository at a moment, with its metrics, its past year, and what the next year brought.

Labels are fixes, never the metrics themselves; what the log tells before the moment is the past, after it the label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from beast_lsp.engine.history.lines import Span, Walk
from beast_lsp.engine.history.log import Commit
from beast_lsp.engine.history.past import YEAR, Past, is_fixed, telling
from beast_lsp.engine.quality.metrics import Measured

_WHOLE = 10**9  # A file's own span: longer than any file.


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """A file at a moment: its path, itself as a whole, and its functions."""

    path: str
    whole: Measured
    functions: Sequence[Measured]


@dataclass(slots=True)
class Unit:
    """A function or a file at a moment. `fixes` counts the next year's commits that repaired it."""

    path: str
    measured: Measured
    past: Past
    file: int
    fixes: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A repository at `time` (seconds since 1970); a function's `file` is its place in `files`."""

    time: float
    files: list[Unit] = field(default_factory=list)
    functions: list[Unit] = field(default_factory=list)


def moment(time: float, files: Sequence[MeasuredFile], log: Sequence[Commit]) -> Moment:
    """The repository at a time; `log` holds its commits, the newest first, of a year before and after.

    `files` are those of the newest commit that is not later than `time`.
    """
    result = Moment(time)
    for number, file in enumerate(files):
        result.files.append(Unit(file.path, file.whole, Past(time), number))
        result.functions.extend(Unit(file.path, found, Past(time), number) for found in file.functions)
    units = [*result.files, *result.functions]
    border = _border(log, time)
    before = [commit for commit in log[border:] if commit.time > time - YEAR]
    after = [commit for commit in log[:border] if commit.time <= time + YEAR]
    for touch in telling(Walk(_spans(units), forward=False).touches(before)):
        units[touch.owner].past.add(touch)
    for touch in telling(Walk(_spans(units), forward=True).touches(reversed(after))):
        units[touch.owner].fixes += is_fixed(touch)
    return result


def newest(log: Sequence[Commit], time: float) -> Commit | None:
    """The commit of a log that was the newest at a time; None where it begins later."""
    border = _border(log, time)
    return log[border] if border < len(log) else None


def _border(log: Sequence[Commit], time: float) -> int:
    """How many commits came after a time. Clocks differ, so it is the first one that is old enough that counts."""
    return next((number for number, commit in enumerate(log) if commit.time <= time), len(log))


def _spans(units: Sequence[Unit]) -> Mapping[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for number, unit in enumerate(units):
        end = unit.measured.end_line + 1 if unit.measured.name else _WHOLE
        spans.setdefault(unit.path, []).append(Span(unit.measured.line, end, number))
    return spans
