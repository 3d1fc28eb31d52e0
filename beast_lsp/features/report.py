"""What a check of a folder's code found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.quality.rating import Rating

MISTAKE = "mistake"
"""The kind of what our own rules find; what ruff's find is of a kind of `features.linting`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was found. Lines and columns (characters) count from 0; a column may be unknown.

    `kind` is `MISTAKE`, or one of ruff's. `text` is the line's, `owner` the name of the innermost function around it.
    """

    path: str
    rule: str
    kind: str
    message: str
    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None
    text: str = ""
    url: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFunction:
    """A function, with lines from 0. `rating` is None where there is no model, or nothing to be set against.

    `maintainability` is an index from 0 to 100; `covered` the share of its lines that tests run, if a report says so.
    Without any report `probably_covered` is the probability that tests run most of it, by names and imports.
    """

    path: str
    name: str
    line: int
    end_line: int
    rating: Rating | None
    maintainability: float
    covered: float | None
    marks: tuple[Mark, ...]
    probably_covered: float | None = None

    @property
    def is_test(self) -> bool:
        """Whether it stands in a file of tests."""
        return is_test(self.path)


@dataclass(slots=True)
class Report:
    """What a check found. `outside` are the marks that lie in no function, `notices` what the user has to know.

    `is_calibrated`: whether the risks rest on the history of this code.
    """

    folder: Path
    functions: list[CheckedFunction] = field(default_factory=list)
    outside: list[Mark] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    files: int = 0
    lines: int = 0
    is_calibrated: bool = False

    @property
    def marks(self) -> list[Mark]:
        """Everything that was found, in the order of the files and lines."""
        found = [*self.outside, *(mark for function in self.functions for mark in function.marks)]
        return sorted(found, key=lambda mark: (mark.path, mark.line, mark.column or 0, mark.rule))

    @property
    def mistakes(self) -> list[Mark]:
        """What our own rules found."""
        return [mark for mark in self.marks if mark.kind == MISTAKE]

    def riskiest(self) -> list[tuple[CheckedFunction, Rating]]:
        """The functions that have a score, those of tests left out: the lowest score first."""
        rated = [(each, each.rating) for each in self.functions if each.rating is not None and not each.is_test]
        return sorted(rated, key=lambda pair: (pair[1].score, -pair[1].risk, pair[0].path, pair[0].line))

    def below(self, score: int) -> Sequence[CheckedFunction]:
        """The functions, those of tests left out, whose score is lower."""
        return [function for function, rating in self.riskiest() if rating.score < score]
