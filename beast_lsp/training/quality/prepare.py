"""Makes features of what was mined.

    beast-lsp train quality prepare MINED OUTPUT.npz

Missing values stay missing: each model has its own way with them. Outliers need no treatment, since nearly all features
are percentiles within a repository at a moment. What is split, and how, is decided when models are trained: by
project (the digit of its name) and by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.quality.features import FILE
from beast_lsp.engine.quality.metrics import METRICS
from beast_lsp.engine.quality.population import related
from beast_lsp.training.quality.rows import Mined, Rows


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one level ("function" or "file") of several repositories, tests left out.

    `features` (n x FEATURES), `labels` (n, whether a fix came within a year), `fixes` (n), `lines` (n), `repository`
    (n, a place in `names`), `years` (n), `past_fixed` (n, whether a fix came in the year before), `where` (n).
    """

    features: Any
    labels: Any
    fixes: Any
    lines: Any
    repository: Any
    years: Any
    past_fixed: Any
    where: Any
    names: Any

    def of(self, chosen: Any) -> Table:
        """The rows that a mask chooses."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        return Table(**{name: part if name == "names" else part[chosen] for name, part in parts.items()})

    def save(self, path: Path) -> None:
        """Writes it as one compressed file."""
        np.savez_compressed(path, **{each.name: getattr(self, each.name) for each in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Table:
        """What `save` wrote."""
        with np.load(path) as known:
            return cls(**{each.name: known[each.name] for each in fields(cls)})


def prepare(mined: Sequence[Path], level: str) -> Table:
    """The table of some mined repositories."""
    parts: list[list[Any]] = []
    names: list[str] = []
    for number, path in enumerate(mined):
        repository = Mined.load(path)
        names.append(repository.name)
        for year in np.unique(repository.functions.years):
            parts.append(_at(repository, int(year), level, number))
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Table(*columns, names=np.array(names))  # type: ignore[misc]  # mypy takes the star for nine.


def _at(mined: Mined, year: int, level: str, number: int) -> list[Any]:
    """The columns of one repository at one moment."""
    is_file = mined.files.years == year
    is_function = mined.functions.years == year
    files, functions = mined.files.of(is_file), mined.functions.of(is_function)
    own = (np.cumsum(is_file) - 1)[functions.file]
    population = related((files.values, files.past), (functions.values, functions.past), own)
    return _columns(files if level == FILE else functions, population.features[level], number)


def _columns(rows: Rows, features: Any, number: int) -> list[Any]:
    lines = rows.values[:, METRICS.index("lines")]
    repository = np.full(len(lines), number, np.int32)
    fixed = rows.past[:, 1] > 0
    labels = rows.fixes > 0
    return [features.astype(np.float32), labels, rows.fixes, lines, repository, rows.years, fixed, rows.where]
