"""The model that ships: ridge logistic regression on percentiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from beast_lsp.training.quality.prepare import Table

_STRENGTH = 1e-3
"""The inverse of the penalty. Features that move together share their weight, which carries over to other projects."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Contributions are `weights * (features - means)`; a value that is missing contributes nothing.

    `bias` is then the logit of a function that is average in everything.
    """

    weights: Any
    means: Any
    bias: float

    def contributions(self, features: Any) -> Any:
        """The contributions (n x features, float64)."""
        known = np.asarray(features, np.float64)
        return self.weights * (np.where(np.isnan(known), self.means, known) - self.means)

    def logits(self, table: Table) -> Any:
        """The logits (n)."""
        return self.bias + self.contributions(table.features).sum(axis=1)


def fit_lines(table: Table) -> Any:
    """Slope and intercept (2) of the logit by the logarithm of the lines: what every other model has to beat."""
    lines = np.log(np.maximum(table.lines, 1.0))[:, None]
    model = LogisticRegression().fit(lines, table.labels)
    return np.array([model.coef_[0, 0], model.intercept_[0]])


def fit_linear(table: Table) -> Linear:
    """The model of a table's rows. A feature that is never known, or always the same, gets no weight."""
    features = np.asarray(table.features, np.float64)
    missing = np.isnan(features).all(axis=0)
    features[:, missing] = 0.0
    means = np.nanmean(features, axis=0)
    features = np.where(np.isnan(features), means, features) - means
    spread = features.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=_STRENGTH, max_iter=1_000)
    model.fit(features / scale, table.labels)
    return Linear(model.coef_[0] / scale, means, float(model.intercept_[0]))
