"""An additive model: one table of values for each feature, whose sum is the logit.

Fitted as boosted trees that may use one feature each (a generalised additive model: Lou, Caruana and Gehrke, 2012),
then read off as tables. Where more of a feature can only mean more risk, the table is made to rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from beast_lsp.training.quality.prepare import Table

SEED = 1
_TREES = 100


@dataclass(frozen=True, slots=True)
class Additive:
    """`values[f][k]` is the contribution of feature f above `edges[f][k - 1]` and up to `edges[f][k]`.

    `missing[f]` is that of a value that is not there. Contributions are centred on the rows that were learnt from, so
    that `bias` is the logit of a function of which nothing is known.
    """

    edges: Sequence[Any]
    values: Sequence[Any]
    missing: Sequence[float]
    bias: float

    def contributions(self, features: Any) -> Any:
        """The contributions (n x features, float64)."""
        columns = []
        for number, (edges, values, missing) in enumerate(zip(self.edges, self.values, self.missing, strict=True)):
            column = np.asarray(features[:, number], np.float64)
            found = values[np.searchsorted(edges, column, side="left")]
            columns.append(np.where(np.isnan(column), missing, found))
        return np.stack(columns, axis=1)

    def logits(self, features: Any) -> Any:
        """The logits (n)."""
        return self.bias + self.contributions(features).sum(axis=1)


def fit_additive(table: Table, rising: Sequence[int] = (), falling: Sequence[int] = ()) -> Additive:
    """The model of a table's rows; the contributions of `rising` features never fall, those of `falling` never rise.

    A feature that is never known contributes nothing.
    """
    features = np.asarray(table.features, np.float64)
    used = [number for number, column in enumerate(features.T) if not np.isnan(column).all()]
    signs = np.zeros(features.shape[1], int)
    signs[list(rising)], signs[list(falling)] = 1, -1
    model = HistGradientBoostingClassifier(
        max_iter=_TREES,
        learning_rate=0.05,
        max_leaf_nodes=3,
        min_samples_leaf=300,
        l2_regularization=10.0,
        interaction_cst="no_interactions",
        monotonic_cst=signs[used],
        max_bins=64,
        early_stopping=False,
        random_state=SEED,
    ).fit(features[:, used], table.labels)
    return _spread(_read_off(model, features[:, used]), used, features.shape[1])


def _spread(model: Additive, used: Sequence[int], count: int) -> Additive:
    """The same model over all features, of which it uses some."""
    nothing = (np.zeros(0), np.zeros(1), 0.0)
    own = zip(model.edges, model.values, model.missing, strict=True)
    known = dict(zip(used, own, strict=True))
    edges, values, missing = zip(*(known.get(feature, nothing) for feature in range(count)), strict=True)
    return Additive(edges, values, missing, model.bias)


def _read_off(model: Any, features: Any) -> Additive:
    """The tables of a fitted model: its trees' thresholds are the edges, and a probe in each gap gives the value."""
    count = features.shape[1]
    edges = [_thresholds(model, number) for number in range(count)]
    base = np.nanmedian(features, axis=0)
    base = np.where(np.isnan(base), 0.0, base)
    origin = float(model.decision_function(base[None])[0])
    values, missing, bias = [], [], origin
    for number, own in enumerate(edges):
        points = np.concatenate([own, [own[-1] + 1 if len(own) else 0.0], [np.nan]])
        probes = np.tile(base, (len(points), 1))
        probes[:, number] = points
        found = model.decision_function(probes) - origin
        column = features[:, number]
        taken = np.where(np.isnan(column), len(points) - 1, np.searchsorted(own, column, side="left"))
        mean = float(found[taken].mean())
        values.append(found[:-1] - mean)
        missing.append(float(found[-1] - mean))
        bias += mean
    return Additive(edges, values, missing, bias)


def _thresholds(model: Any, feature: int) -> Any:
    """Every border that the trees draw for one feature, ascending."""
    found = {
        float(node["num_threshold"])
        for trees in model._predictors
        for node in trees[0].nodes
        if not node["is_leaf"] and node["feature_idx"] == feature
    }
    return np.array(sorted(border for border in found if np.isfinite(border)))
