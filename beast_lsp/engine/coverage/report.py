"""What a coverage report says of a workspace's files and functions. Lines count from 0, as everywhere inside."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from beast_lsp.engine.code_lines import statements
from beast_lsp.engine.languages import for_path

_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
_EXCLUDED = re.compile(r"#\s*pragma:\s*no\s*cover", re.IGNORECASE)  # coverage.py's default.
_INSTALLED = re.compile(r"/(?:site-packages|dist-packages|node_modules)/")


class FileCoverage(NamedTuple):
    """One file: the lines that ran, and those that can run; None where the report has only what ran."""

    executed: frozenset[int]
    executable: frozenset[int] | None


@dataclass(frozen=True)
class Coverage:
    """A report: its files by path, relative to the workspace folder and with `/`, or absolute outside of it."""

    files: Mapping[str, FileCoverage]
    _elsewhere: Mapping[str, Sequence[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_elsewhere", _by_name(self.files))

    def of(self, path: str) -> FileCoverage | None:
        """The coverage of the file at a relative path; None where the report doesn't know it.

        A report that was made in another place (on a CI machine, say) is read by the ends of its paths.
        """
        found = self.files.get(path)
        if found is not None or "/" not in path:
            return found
        ends = [name for name in self._elsewhere.get(path.rpartition("/")[2], ()) if name.endswith(f"/{path}")]
        return self.files[ends[0]] if len(ends) == 1 else None


def covered_share(coverage: Coverage, path: str, line: int, end_line: int, lines: Sequence[str] = ()) -> float | None:
    """The share (0-1) of a function's lines that ran; its header, which runs where it is defined, is no part of it.

    `line` is the header's first and `end_line` the function's last line. `lines` are those of the file: they say what
    can run where the report doesn't. None where the report doesn't know the file, or the function has no line of its
    own to judge by.
    """
    found = coverage.of(path)
    if found is None:
        return None
    if found.executable is not None:
        body = [row for row in range(line + 1, end_line + 1) if row in found.executable]
        return sum(row in found.executed for row in body) / len(body) if body else None
    return _share_of_statements(path, lines[line : end_line + 1], {row - line for row in found.executed})


def _share_of_statements(path: str, lines: Sequence[str], executed: Container[int]) -> float | None:
    """The share of a function's statements that ran, its header and what a comment excludes left out."""
    stops = statements(for_path(Path(path)).family, lines)
    if not stops or _EXCLUDED.search(lines[stops[0].row]):
        return None
    counted = [stop for stop in stops[1:] if not _EXCLUDED.search(lines[stop.row])]
    ran = [any(row in executed for row in range(stop.row, stop.end_row + 1)) for stop in counted]
    return sum(ran) / len(ran) if ran else None


def _by_name(files: Mapping[str, FileCoverage]) -> dict[str, list[str]]:
    """The files outside of the folder by their last names; none where the report knows a file within it."""
    found: dict[str, list[str]] = {}
    for path in files:
        if not _ABSOLUTE.match(path):
            return {}
        if not _INSTALLED.search(path):
            found.setdefault(path.rpartition("/")[2], []).append(path)
    return found
