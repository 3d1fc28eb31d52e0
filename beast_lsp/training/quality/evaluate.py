"""Judges models on rows that they have not seen.

Each figure is of one repository, and the mean over repositories counts; a bootstrap over repositories gives the
interval of what a model gains over lines of code alone on the same rows. Risks that use the workspace's own past are
calibrated year by year on the windows that were complete by then, as the server does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from beast_lsp.engine.quality.calibration import Window, own_past, sigmoid
from beast_lsp.training.quality.figures import caught, figures
from beast_lsp.training.quality.prepare import Table

FEWEST = 10
"""Fixed functions that a repository must have for figures of its own."""
_SAMPLES = 10_000
_SEED = 1
Figures = dict[str, float]


def by_repository(table: Table, logits: Any) -> dict[str, Figures]:
    """The figures of each repository with enough fixes; `logits` (n) are one for each row."""
    found = {}
    for number, name in enumerate(table.names):
        rows = table.repository == number
        if table.labels[rows].sum() >= FEWEST:
            found[str(name)] = {
                "rows": float(rows.sum()),
                "fixed": float(table.labels[rows].sum()),
                **figures(sigmoid(logits[rows]), table.labels[rows], table.lines[rows], table.years[rows]),
            }
    return found


def mean(figures_of: Mapping[str, Figures]) -> Figures:
    """The mean of each figure over repositories."""
    known = list(figures_of.values())
    return {name: _mean(np.array([each[name] for each in known])) for name in known[0]} if known else {}


def _mean(values: Any) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def gain(model: Mapping[str, Figures], lines: Mapping[str, Figures], figure: str) -> tuple[float, float, float]:
    """What a model gains over lines alone: the mean, and its 95% interval by a bootstrap over repositories."""
    differences = np.array([model[name][figure] - lines[name][figure] for name in model])
    known = differences[np.isfinite(differences)]  # A repository can be too small for pairs of equal size.
    return bootstrap([known], lambda sample: float(sample[0].mean()))


def ratio(table: Table, model: Any, lines: Any, share: float, *, safest: bool) -> tuple[float, float, float]:
    """How many fixes a share of functions catches, as a multiple of what the same share by lines alone catches.

    The riskiest or the `safest` share of each repository; sums over repositories that each count the same.
    """
    pairs = []
    for number in np.unique(table.repository):
        rows = table.repository == number
        if table.labels[rows].sum() >= FEWEST:
            pairs.append(
                [
                    caught(logits[rows], table.labels[rows], table.years[rows], share, safest=safest)
                    for logits in (model, lines)
                ]
            )
    columns = list(np.array(pairs).reshape(-1, 2).T)
    return bootstrap(columns, lambda sample: float(sample[0].sum() / max(sample[1].sum(), 1e-9)))


def bootstrap(columns: Sequence[Any], statistic: Callable[[Sequence[Any]], float]) -> tuple[float, float, float]:
    """A statistic of columns of one value a repository, and its 95% interval over drawn repositories.

    Not a number where no repository has enough fixes.
    """
    count = len(columns[0])
    if not count:
        return (float("nan"),) * 3
    random = np.random.default_rng(_SEED)
    drawn = random.integers(0, count, (_SAMPLES, count))
    found = np.array([statistic([column[rows] for column in columns]) for rows in drawn])
    low, high = np.quantile(found, (0.025, 0.975))
    return statistic(columns), float(low), float(high)


def with_own_past(table: Table, logits: Any) -> Any:
    """The logits, each calibrated on the repository's windows that were complete when its year began."""
    found = np.array(logits, np.float64)
    for number in np.unique(table.repository):
        rows = table.repository == number
        for year in np.unique(table.years[rows]):
            windows = [
                Window(logits[then], table.labels[then])
                for before in range(int(year) - 4, int(year))
                if (then := rows & (table.years == before)).any()
            ]
            now = rows & (table.years == year)
            found[now] = own_past(windows).apply(logits[now])
    return found


def pooled(table: Table, logits: Any) -> Figures:
    """The figures of all rows together, and R2's ceiling: the correlation of a year's fixes with the next's."""
    risks = sigmoid(logits)
    found = figures(risks, table.labels, table.lines, table.repository * 10_000 + table.years)
    found["ceiling"] = float(np.corrcoef(table.past_fixed, table.labels)[0, 1])
    return found
