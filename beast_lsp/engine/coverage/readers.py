"""Reads coverage reports out of their text: coverage.py's JSON, Cobertura's XML and lcov's tracefiles.

Each reader is given the workspace folder's path, by which absolute paths become relative. A report may be anybody's
file: one that can't be read raises CoverageError, and what is strange in one that can is left out.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from beast_lsp.engine.coverage.report import Coverage, FileCoverage
from beast_lsp.errors import CoverageError

_MOST_LINES = 10_000_000  # A line beyond it is no line of a file that people edit.
_HINT = "Run the tests with coverage again."
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")


def read_report(text: str, folder: str, exists: Callable[[str], bool] = lambda path: True) -> Coverage:
    """The report that a text holds, whatever its format. Raises CoverageError.

    `folder` is the workspace folder's absolute path; `exists` says whether a relative path is a file there, for
    reports that name several places where a file may be.
    """
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "{":
        return read_json(text, folder)
    return read_cobertura(text, folder, exists) if start == "<" else read_lcov(text, folder)


def read_json(text: str, folder: str) -> Coverage:
    """The report of `coverage json` (formats 2 and 3). Raises CoverageError."""
    try:
        files = json.loads(text.lstrip("\ufeff"))["files"]
        lines = _Lines(folder)
        for path, found in files.items():
            executed = _rows(found["executed_lines"])
            lines.add(path, executed, [*executed, *_rows(found["missing_lines"])])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise CoverageError("This is no JSON report of coverage.py.", hint=_HINT) from problem
    return lines.coverage()


def read_lcov(text: str, folder: str) -> Coverage:
    """An lcov tracefile: its `SF` (file) and `DA` (line, hits) records. Raises CoverageError."""
    lines = _Lines(folder)
    path = ""
    for record in text.splitlines():
        kind, _, value = record.strip().partition(":")
        if kind == "SF":
            path = value
        elif kind == "DA" and path:
            number, _, hits = value.partition(",")
            rows = _rows([number])
            lines.add(path, rows if _is_hit(hits.partition(",")[0]) else (), rows)
        elif kind == "end_of_record":
            path = ""
    if not lines.found:
        raise CoverageError("This is no lcov tracefile.", hint=_HINT)
    return lines.coverage()


def read_cobertura(text: str, folder: str, exists: Callable[[str], bool] = lambda path: True) -> Coverage:
    """A Cobertura report, as coverage.py, Istanbul and others write it. Raises CoverageError.

    A document that declares an entity is refused: reports need none, and expanding them can fill the memory.
    """
    reader = _Cobertura()
    try:
        reader.parser.Parse(text.lstrip("\ufeff"), True)
    except (expat.ExpatError, ValueError) as problem:
        raise CoverageError("This is no XML that can be read.", hint=_HINT) from problem
    if not reader.is_report:
        raise CoverageError("This is no Cobertura report.", hint=_HINT)
    lines = _Lines(folder)
    for path, (ran, can) in reader.found.items():
        lines.add(_place(path, reader.sources, lines, exists), ran, can)
    return lines.coverage()


def lines_of_numbits(data: bytes) -> Iterator[int]:
    """The line numbers, from 1, that a bitmap of coverage.py's database holds: bit b of byte n is line 8n + b.

    Source: "Coverage.py database schema" in coverage.py's documentation.
    """
    for start, byte in enumerate(data):
        if byte:
            yield from (start * 8 + bit for bit in range(8) if byte >> bit & 1)


def executed_only(executed: Iterable[tuple[str, Iterable[int]]], folder: str) -> Coverage:
    """A report that has only the lines that ran: paths with line numbers from 1."""
    lines = _Lines(folder)
    for path, numbers in executed:
        lines.add(path, _rows(numbers), ())
    return Coverage({path: FileCoverage(frozenset(ran), None) for path, (ran, _) in lines.found.items()})


class _Lines:
    """Collects the lines of each file; what comes twice is one."""

    def __init__(self, folder: str) -> None:
        self._folder = _slashed(folder).rstrip("/") + "/"
        self._relative: dict[str, str] = {}
        self.found: dict[str, tuple[set[int], set[int]]] = {}

    def add(self, path: str, executed: Iterable[int], executable: Iterable[int]) -> None:
        ran, can = self.found.setdefault(self.relative(path), (set(), set()))
        ran.update(executed)
        can.update(executable)

    def relative(self, path: str) -> str:
        """The path relative to the folder; as it is outside of it."""
        if path not in self._relative:
            whole = posixpath.normpath(_slashed(path))
            self._relative[path] = whole.removeprefix(self._folder)
        return self._relative[path]

    def coverage(self) -> Coverage:
        return Coverage({path: FileCoverage(frozenset(ran), frozenset(can)) for path, (ran, can) in self.found.items()})


class _Cobertura:
    """The events of one document, collected as they come: no tree, and no entities."""

    def __init__(self) -> None:
        self.is_report = False
        self.sources: list[str] = []
        self.found: dict[str, tuple[set[int], set[int]]] = {}
        self._path = ""
        self._is_source = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_report |= name == "coverage"
        if name == "class":
            self._path = attributes.get("filename", "")
        elif name == "source":
            self._is_source = True
            self.sources.append("")
        elif name == "line" and self._path:
            rows = _rows([attributes.get("number", "")])
            ran, can = self.found.setdefault(self._path, (set(), set()))
            can.update(rows)
            ran.update(rows if _is_hit(attributes.get("hits", "")) else ())

    def _end(self, name: str) -> None:
        self._is_source &= name != "source"
        if name == "class":
            self._path = ""

    def _text(self, text: str) -> None:
        if self._is_source:
            self.sources[-1] += text

    def _refuse(self, *_declaration: object) -> None:
        raise CoverageError("The report declares entities, which no coverage report needs.", hint=_HINT)


def _place(path: str, sources: list[str], lines: _Lines, exists: Callable[[str], bool]) -> str:
    """The path of a Cobertura report, joined with the source folder that has such a file."""
    path = _slashed(path)
    if _ABSOLUTE.match(path):
        return path
    places = [posixpath.join(_slashed(source.strip()), path) for source in sources if source.strip()]
    if len(places) > 1:
        places = [place for place in places if exists(lines.relative(place))] or places
    return places[0] if places else path


def _rows(numbers: Iterable[object]) -> list[int]:
    """Rows from 0 of line numbers from 1; what is none is left out."""
    found = []
    for number in numbers:
        value = int(number) if isinstance(number, str) and number.isdecimal() and len(number) < 9 else number
        if type(value) is int and 0 < value <= _MOST_LINES:
            found.append(value - 1)
    return found


def _is_hit(hits: str) -> bool:
    """Whether a count is above zero; some tools write it as a fraction."""
    try:
        return float(hits) > 0
    except ValueError:
        return False


def _slashed(path: str) -> str:
    return path.replace("\\", "/")
