"""The coverage reports that stand in a workspace folder.

They are read, never made. A report is any file's content: it is measured before it is read, and a database is opened
for reading only, with a limit on the work that it can cause.
"""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.coverage.readers import executed_only, lines_of_numbits, read_report
from beast_lsp.engine.coverage.report import Coverage, covered_share
from beast_lsp.errors import CoverageError

MAX_BYTES = 50_000_000
"""A larger report is not read."""
_DATABASE = ".coverage"
_XML = ("coverage.xml", "cobertura.xml", "cobertura-coverage.xml")
_PLACES = (
    _DATABASE, *_XML, "coverage.json", "lcov.info", "coverage.lcov", "coverage.info",
    *(f"{folder}/{name}" for folder in ("coverage", "reports", "build", "build/reports") for name in _XML),
    "coverage/lcov.info", "coverage/coverage.json", "reports/lcov.info", "build/lcov.info", "target/lcov.info",
    "target/cobertura.xml", "target/site/cobertura/coverage.xml", "htmlcov/coverage.json",
)  # fmt: skip
"""Where the tools write by default, and where projects commonly let them."""
_HINT = "Run the tests with coverage again."
_SECONDS = 10.0  # More is not the database of a test run.
_STEPS = 100_000  # of SQLite's machine, between two looks at the clock; a millisecond or so.
_MOST_NUMBITS = 125_000  # bytes: a million lines, which no file has.
_MOST_LINES = 5_000_000  # of all files together.


@dataclass(frozen=True, slots=True)
class Report:
    """A coverage report: its path relative to the folder, when it was written (ns) and its size in bytes."""

    path: str
    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class MeasuredShare:
    """The share (0-1) of a function's lines that ran, and the report that says so.

    `is_stale`: the source file changed after the report was written, so its lines may be others by now.
    """

    share: float
    report: str
    is_stale: bool


def find_reports(folder: Path) -> list[Report]:
    """The reports in a workspace folder, the newest first. No links, and nothing over `MAX_BYTES`."""
    try:
        root = folder.resolve()
    except OSError:
        return []
    found = [report for report in (_report(root, path) for path in _PLACES) if report is not None]
    return sorted(found, key=lambda report: (-report.mtime_ns, report.path))


def load_report(folder: Path, report: Report) -> Coverage:
    """Reads a report that was found. Raises CoverageError."""
    file, root = folder / report.path, str(folder.resolve())
    if report.path == _DATABASE:
        return executed_only(_database_lines(file), root)
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as problem:
        raise CoverageError(f"{report.path} can't be read: {problem.strerror}.", hint=_HINT) from problem
    if len(data) > MAX_BYTES:
        raise CoverageError(f"{report.path} has grown over {MAX_BYTES // 1_000_000} MB.")
    return read_report(data.decode("utf-8", "replace"), root, lambda path: (folder / path).is_file())


class WorkspaceCoverage:
    """What the reports of a folder say, as they stood when this was made; `problems` tells what could not be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found = find_reports(folder)
        self._reports: list[tuple[Report, Coverage]] = []
        self.problems: list[str] = []
        for report in self._found:
            try:
                self._reports.append((report, load_report(folder, report)))
            except CoverageError as problem:
                self.problems.append(f"{report.path}: {problem}")

    def __bool__(self) -> bool:
        return bool(self._reports)

    def is_current(self) -> bool:
        """Whether the folder still has the reports that were read, unchanged."""
        return find_reports(self._folder) == self._found

    def share(self, path: str, line: int, end_line: int, lines: Sequence[str] = ()) -> MeasuredShare | None:
        """What the newest report that knows the function says (`engine.coverage.report.covered_share`)."""
        for report, coverage in self._reports:
            share = covered_share(coverage, path, line, end_line, lines)
            if share is not None:
                return MeasuredShare(share, report.path, self._changed_after(path, report))
        return None

    def _changed_after(self, path: str, report: Report) -> bool:
        try:
            return (self._folder / path).stat().st_mtime_ns > report.mtime_ns
        except OSError:
            return True


def _report(root: Path, path: str) -> Report | None:
    file = root / path
    try:
        status = file.lstat()
        # A folder on the way may be a link out of the workspace.
        is_own = stat.S_ISREG(status.st_mode) and file.resolve() == file
    except OSError:
        return None
    return Report(path, status.st_mtime_ns, status.st_size) if is_own and 0 < status.st_size <= MAX_BYTES else None


def _database_lines(file: Path) -> list[tuple[str, list[int]]]:
    """The lines that ran, by path, of coverage.py's database.

    Source: "Coverage.py database schema" in coverage.py's documentation: `line_bits` holds bitmaps of lines, `arc`
    pairs of lines between which the program went, where branches were measured; negative ones mean no line.
    """
    try:
        # Immutable: no lock, no journal, and so no file beside it.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            _restrict(database)
            return list(_lines_by_path(database))
    except (sqlite3.Error, ValueError, TypeError, AttributeError, OverflowError) as problem:
        raise CoverageError("This is no database of coverage.py.", hint=_HINT) from problem


def _restrict(database: sqlite3.Connection) -> None:
    """Keeps a crafted file from running for long, or from calling functions out of its schema."""
    end = time.monotonic() + _SECONDS
    database.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_NUMBITS)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    kinds = dict(database.execute("SELECT name, type FROM sqlite_master"))
    if any(kinds.get(name) != "table" for name in ("file", "line_bits", "arc")):
        raise sqlite3.DatabaseError("no tables of coverage.py")


def _lines_by_path(database: sqlite3.Connection) -> Iterator[tuple[str, list[int]]]:
    count = 0
    for path, lines in _rows(database):
        count += len(lines)
        if count > _MOST_LINES:
            raise sqlite3.DatabaseError("more lines than a workspace has")
        yield path, lines


def _rows(database: sqlite3.Connection) -> Iterator[tuple[str, list[int]]]:
    for path, numbits in database.execute("SELECT path, numbits FROM line_bits JOIN file ON file.id = file_id"):
        if isinstance(path, str) and isinstance(numbits, bytes):
            yield path, list(lines_of_numbits(numbits))
    for path, *ends in database.execute("SELECT path, fromno, tono FROM arc JOIN file ON file.id = file_id"):
        if isinstance(path, str):
            yield path, [line for line in ends if isinstance(line, int) and line > 0]
