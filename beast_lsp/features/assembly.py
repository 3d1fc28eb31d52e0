"""Puts together what is known of each file: measures, scores, findings, coverage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from beast_lsp.engine.coverage.mentions import FileMentions
from beast_lsp.engine.coverage.prediction import predict
from beast_lsp.engine.history.changes import Changed
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.quality.judge import Models
from beast_lsp.engine.quality.metrics import Measured
from beast_lsp.engine.quality.rating import Rating, rate_file
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.features.examining import Examined
from beast_lsp.features.linting import RuleFinding
from beast_lsp.features.report import MISTAKE, CheckedFunction, Mark, Report
from beast_lsp.store.coverage import WorkspaceCoverage
from beast_lsp.store.index.content import read_lines

_REPEATED = re.compile(r"#\d+$")  # How `measure` tells functions of the same name apart.


@dataclass(slots=True)
class Assembly:
    """Fills a report. `changes` are None where everything counts, and `standing` where there are no scores."""

    report: Report
    standing: Standing | None
    models: Models
    changes: Mapping[str, Changed] | None
    linted: Mapping[str, Sequence[RuleFinding]]
    coverage: WorkspaceCoverage
    _mentions: list[FileMentions] = field(default_factory=list)
    _unrated: int = 0
    _stale: set[str] = field(default_factory=set)

    def add(self, examined: Examined) -> None:
        """Adds a file."""
        path, functions = examined.file.path, examined.file.functions
        if examined.mentions is not None:
            self._mentions.append(examined.mentions)
        changes = self.changes[path] if self.changes is not None else None
        self.report.files += 1
        self.report.lines += examined.lines
        marks: dict[int, list[Mark]] = {}
        for mark in self._marks(examined):
            if changes is None or changes.has(mark.line, mark.end_line):
                marks.setdefault(_innermost(functions, mark.line), []).append(mark)
        self.report.outside += marks.pop(_OUTSIDE, ())
        ratings = self._ratings(examined)
        lines = read_lines(self.report.folder / path) if self.coverage else None
        for number, measured in enumerate(functions):
            if number in marks or changes is None or changes.touches(measured.line, measured.end_line):
                name, covered = _plain(measured), self._covered(path, measured, lines or ())
                own = tuple(replace(mark, owner=name) for mark in marks.get(number, ()))
                about = (ratings[number], examined.maintainability[number], covered, own)
                self.report.functions.append(
                    CheckedFunction(path, name, measured.line, measured.end_line, *about),
                )

    def finish(self) -> None:
        """Adds what only all files together tell, and says what could not be told of some."""
        likely = {(each.path, each.line): each.probability for each in predict(self._mentions)}
        self.report.functions = [
            replace(each, probably_covered=likely.get((each.path, each.line))) for each in self.report.functions
        ]
        notices = self.report.notices
        if self._unrated:
            notices.append(f"{_files(self._unrated)} without scores: no commit holds code of that language here.")
        notices += [f"Coverage: {problem}" for problem in self.coverage.problems]
        if self._stale:
            notices.append(f"{_files(len(self._stale))} without coverage: changed after the report was made.")

    def _ratings(self, examined: Examined) -> Sequence[Rating | None]:
        if self.standing is not None:
            family = for_path(Path(examined.file.path)).family
            rated = rate_file(examined.file, family, self.standing, self.models)
            if rated is not None:
                return rated.functions
            self._unrated += 1
        return [None] * len(examined.file.functions)

    def _marks(self, examined: Examined) -> Iterator[Mark]:
        path = examined.file.path
        for one, text in examined.findings:
            columns = (one.start.column, one.end.column)
            yield Mark(path, one.rule, MISTAKE, one.message, one.start.line, one.end.line, *columns, text)
        for found in self.linted.get(path, ()):
            about = (f"ruff:{found.code}", found.kind, found.message)
            yield Mark(path, *about, found.line, found.end_line, url=found.url)

    def _covered(self, path: str, measured: Measured, lines: Sequence[str]) -> float | None:
        found = self.coverage.share(path, measured.line, measured.end_line, lines) if self.coverage else None
        if found is not None and found.is_stale:
            self._stale.add(path)
        return found.share if found is not None and not found.is_stale else None


_OUTSIDE = -1


def _innermost(functions: Sequence[Measured], line: int) -> int:
    """Which of the functions a line belongs to, or `_OUTSIDE`."""
    around = [number for number, each in enumerate(functions) if each.line <= line <= each.end_line]
    return max(around, key=lambda number: (functions[number].line, -functions[number].end_line), default=_OUTSIDE)


def _plain(measured: Measured) -> str:
    """The qualified name as it stands in the code."""
    return _REPEATED.sub("", measured.name)


def _files(count: int) -> str:
    return f"{count} file is" if count == 1 else f"{count} files are"
