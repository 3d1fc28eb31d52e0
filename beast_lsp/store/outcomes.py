"""What is stored of diagnostics: in which workspace folder a user dismissed what a rule found, or took its repair."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

DISMISSED, FIXED = "dismissed", "fixed"


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A finding of a rule that the user dismissed or had repaired, in a folder, at a time in seconds since 1970."""

    STATEMENT: ClassVar[str] = "INSERT INTO rule_outcomes VALUES (:folder, :rule, :outcome, :created_at)"

    folder: str
    rule: str
    outcome: str
    created_at: float

    def columns(self) -> dict[str, Any]:
        """The row of `rule_outcomes`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The outcomes of a rule in a folder are to be forgotten."""

    STATEMENT: ClassVar[str] = "DELETE FROM rule_outcomes WHERE folder = :folder AND rule = :rule"

    folder: str
    rule: str

    def columns(self) -> dict[str, Any]:
        """The values of `STATEMENT`."""
        return asdict(self)


def read_outcomes(path: Path) -> dict[tuple[str, str], list[str]]:
    """The outcomes of each rule in each folder, the oldest first; none where the database has none or can't be read."""
    found: dict[tuple[str, str], list[str]] = {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            # The order of insertion decides between outcomes of one moment.
            for folder, rule, outcome in database.execute(
                "SELECT folder, rule, outcome FROM rule_outcomes ORDER BY created_at, rowid"
            ):
                found.setdefault((folder, rule), []).append(outcome)
    except sqlite3.Error:
        return {}
    return found
