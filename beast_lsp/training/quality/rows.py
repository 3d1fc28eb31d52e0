"""What was mined of one repository: its functions and files at several moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.history.moment import Moment, Unit


@dataclass(frozen=True, slots=True)
class Rows:
    """Functions or files, a row each; none of tests.

    `years` (n) are the moments' years, `values` (n x METRICS), `past` (n x PAST), `fixes` (n) of the next twelve
    months, `file` (n) the row of a function's file among the files' rows, and `where` (n) `path:name`.
    """

    years: Any
    values: Any
    past: Any
    fixes: Any
    file: Any
    where: Any

    def of(self, chosen: Any) -> Rows:
        """The rows that a mask or a list of numbers chooses."""
        return Rows(*(getattr(self, each.name)[chosen] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Mined:
    """A repository's rows. `name` is "owner/name", `commit` the newest commit that was read."""

    name: str
    commit: str
    licence: str
    functions: Rows
    files: Rows

    def save(self, path: Path) -> None:
        """Writes them as one compressed file."""
        parts = {"functions": self.functions, "files": self.files}
        arrays = {
            f"{part}_{each.name}": getattr(rows, each.name) for part, rows in parts.items() for each in fields(rows)
        }
        np.savez_compressed(path, about=np.array([self.name, self.commit, self.licence]), **arrays)

    @classmethod
    def load(cls, path: Path) -> Mined:
        """What `save` wrote."""
        with np.load(path) as known:
            name, commit, licence = map(str, known["about"])
            functions, files = (
                Rows(*(known[f"{part}_{each.name}"] for each in fields(Rows))) for part in ("functions", "files")
            )
        return cls(name, commit, licence, functions, files)


def rows_of(moments: Sequence[tuple[int, Moment]]) -> tuple[Rows, Rows]:
    """The functions and the files of several moments, each with its year."""
    functions: list[tuple[int, Unit, int]] = []
    files: list[tuple[int, Unit, int]] = []
    for year, moment in moments:
        offset = len(files)
        functions += [(year, unit, unit.file + offset) for unit in moment.functions]
        files += [(year, unit, unit.file + offset) for unit in moment.files]
    return _rows(functions), _rows(files)


def _rows(found: Sequence[tuple[int, Unit, int]]) -> Rows:
    units = [unit for _, unit, _ in found]
    return Rows(
        np.array([year for year, _, _ in found], np.int32),
        np.array([unit.measured.values for unit in units], np.float32),
        np.array([unit.past.values() for unit in units], np.float32),
        np.array([unit.fixes for unit in units], np.int32),
        np.array([file for _, _, file in found], np.int32),
        np.array([f"{unit.path}:{unit.measured.name}"[:250] for unit in units], np.str_),
    )
