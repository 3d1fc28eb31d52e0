"""From measures to what the fix-risk models read. The same code serves the training and the live edit (invariant 4).

A raw count means another thing in each project; what carries over is where a function stands among the others of its
workspace. So all features but the workspace's own two rates are percentiles, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.quality.metrics import METRICS

VERSION = 1
"""Raised when a feature changes its meaning; a model of another version is refused."""
FUNCTION = "function"
FILE = "file"
_OF_FILE = ("lines", "parameters")
RATES = ("workspace_changed", "workspace_fixed")
FEATURES: Mapping[str, tuple[str, ...]] = {
    FUNCTION: (
        *METRICS,
        *(f"past_{name}" for name in PAST),
        *(f"file_{name}" for name in (*_OF_FILE, *PAST)),
        *RATES,
    ),
    FILE: (*METRICS, *(f"past_{name}" for name in PAST), *RATES),
}
"""The names of the features of each level, in their order."""
_POINTS = 256  # A percentile is read off so many points at most.


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the values of one measure are spread over a workspace: `ranks` (0 to 1) at ascending `points`."""

    points: Any
    ranks: Any

    @classmethod
    def of(cls, values: Any) -> Distribution:
        """Of the values (n) that were found; those that are no number are left out. Equal values share a rank."""
        known = np.sort(np.asarray(values, np.float64))
        known = known[np.isfinite(known)]
        if not len(known):
            return cls(np.zeros(1), np.full(1, 0.5))
        points, first, count = np.unique(known, return_index=True, return_counts=True)
        ranks = (first + count / 2) / len(known)
        if len(points) > _POINTS:
            kept = np.unique(np.linspace(0, len(points) - 1, _POINTS).astype(int))
            points, ranks = points[kept], ranks[kept]
        return cls(points, ranks)

    def percentiles(self, values: Any) -> Any:
        """The share of the workspace below each of the values (n), half of the equal ones included; NaN stays NaN."""
        asked = np.asarray(values, np.float64)
        # With one point, interpolation has an answer for everything.
        return np.where(np.isnan(asked), np.nan, np.interp(asked, self.points, self.ranks))


@dataclass(frozen=True, slots=True)
class Reference:
    """What a workspace's functions, or its files, are set against: a distribution for each measure, and two rates.

    `rates` are the logarithms of the odds that code changed, and that it was fixed, within the last year; NaN without
    a history.
    """

    distributions: Sequence[Distribution]
    rates: Sequence[float]
    count: int

    @classmethod
    def of(cls, values: Any, past: Any) -> Reference:
        """Of measures (n x METRICS) and pasts (n x PAST, NaN without a history)."""
        columns = np.concatenate([values, past], axis=1).T if len(values) else np.zeros((len(METRICS) + len(PAST), 0))
        changed, fixed = (columns[len(METRICS) + PAST.index(name)] for name in ("changes", "fixes"))
        return cls([Distribution.of(column) for column in columns], (_rate(changed), _rate(fixed)), len(values))

    def percentiles(self, values: Any, past: Any) -> Any:
        """The percentiles (n x METRICS + PAST) of measures and pasts."""
        columns = np.concatenate([values, past], axis=1).T
        pairs = zip(self.distributions, columns, strict=True)
        return np.stack([known.percentiles(column) for known, column in pairs], axis=1)

    def to_json(self) -> dict[str, Any]:
        """A plain structure for `from_json`."""
        return {
            "points": [[float(f"{point:.6g}") for point in known.points] for known in self.distributions],
            "ranks": [[round(float(rank), 5) for rank in known.ranks] for known in self.distributions],
            "rates": [None if np.isnan(rate) else rate for rate in self.rates],
            "count": self.count,
        }

    @classmethod
    def from_json(cls, data: Any) -> Reference:
        """What `to_json` gave. Raises ValueError, TypeError or KeyError for anything else."""
        pairs = zip(data["points"], data["ranks"], strict=True)
        distributions = [Distribution(np.array(points, float), np.array(ranks, float)) for points, ranks in pairs]
        rates = [float("nan") if rate is None else float(rate) for rate in data["rates"]]
        return cls(distributions, rates, int(data["count"]))


def file_features(values: Any, past: Any, reference: Reference) -> Any:
    """The features (n x FEATURES[FILE], float64) of files."""
    return np.concatenate([reference.percentiles(values, past), _repeated(reference.rates, len(values))], axis=1)


def function_features(values: Any, past: Any, of_file: Any, reference: Reference) -> Any:
    """The features (n x FEATURES[FUNCTION], float64) of functions; `of_file` (n x ...) are their files' features."""
    taken = [METRICS.index(name) for name in _OF_FILE] + list(range(len(METRICS), len(METRICS) + len(PAST)))
    rates = _repeated(reference.rates, len(values))
    return np.concatenate([reference.percentiles(values, past), of_file[:, taken], rates], axis=1)


def _rate(counts: Any) -> float:
    """The logarithm of the odds that a count is above zero, drawn a little to one in twenty."""
    known = counts[np.isfinite(counts)]
    if not len(known):
        return float("nan")
    share = (np.count_nonzero(known) + 1) / (len(known) + 20)
    return float(np.log(share / (1 - share)))


def _repeated(values: Sequence[float], times: int) -> Any:
    return np.tile(np.asarray(values, np.float64), (times, 1))
