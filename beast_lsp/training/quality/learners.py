"""The models that are compared: lines of code alone, a linear one, additive trees, boosting, a network, an ensemble.

Each is fitted on a `Table` and gives logits for the rows of another.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import lightgbm
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from beast_lsp.training.quality.linear import fit_linear, fit_lines
from beast_lsp.training.quality.prepare import Table

SEED = 1


class Model(Protocol):
    """A fitted model."""

    def logits(self, table: Table) -> Any:
        """A logit for each row."""
        ...


@dataclass(frozen=True, slots=True)
class _Lines:
    slope: float
    base: float

    def logits(self, table: Table) -> Any:
        return self.base + self.slope * np.log(np.maximum(table.lines, 1.0))


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A model of scikit-learn, or a pipeline that ends in one."""

    model: Any

    def logits(self, table: Table) -> Any:
        risks = np.clip(self.model.predict_proba(table.features)[:, 1], 1e-9, 1 - 1e-9)
        return np.log(risks / (1 - risks))


@dataclass(frozen=True, slots=True)
class _Boosted:
    booster: lightgbm.Booster

    def logits(self, table: Table) -> Any:
        return self.booster.predict(table.features, raw_score=True, num_threads=1)


@dataclass(frozen=True, slots=True)
class _Mean:
    models: tuple[Model, ...]

    def logits(self, table: Table) -> Any:
        return np.mean([model.logits(table) for model in self.models], axis=0)


class _Quiet(MLPClassifier):  # type: ignore[misc]  # scikit-learn has no types.
    """A network that says nothing of a budget of steps that it was meant to use up."""

    def fit(self, features: Any, labels: Any) -> _Quiet:
        """Fits it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(features, labels)
        return self


def lines_alone(table: Table) -> Model:
    """Logistic regression on the logarithm of the lines alone."""
    slope, base = fit_lines(table)
    return _Lines(float(slope), float(base))


def additive(table: Table) -> Model:
    """Boosted trees of one feature each: a generalised additive model (Lou, Caruana and Gehrke, 2012)."""
    model = HistGradientBoostingClassifier(
        max_iter=100,
        learning_rate=0.05,
        max_leaf_nodes=3,
        min_samples_leaf=300,
        l2_regularization=10.0,
        interaction_cst="no_interactions",
        max_bins=64,
        early_stopping=False,
        random_state=SEED,
    )
    return _Fitted(model.fit(table.features, table.labels))


def boosting(table: Table) -> Model:
    """LightGBM (Ke et al., 2017): trees with interactions."""
    options = {
        "objective": "binary", "num_leaves": 8, "learning_rate": 0.05, "min_data_in_leaf": 1_000, "lambda_l2": 10.0,
        "feature_fraction": 0.3, "max_bin": 63, "verbosity": -1, "seed": SEED, "num_threads": 1, "deterministic": True,
    }  # fmt: skip
    data = lightgbm.Dataset(table.features, table.labels)
    return _Boosted(lightgbm.train(options, data, num_boost_round=120))


def network(table: Table) -> Model:
    """A small neural network of one hidden layer."""
    # A value that is missing is the middle one of those that are not.
    filled = SimpleImputer(strategy="median", keep_empty_features=True)
    net = _Quiet((16,), alpha=1.0, batch_size=min(1_024, len(table.labels)), max_iter=6, random_state=SEED)
    return _Fitted(make_pipeline(filled, StandardScaler(), net).fit(table.features, table.labels))


def ensemble(table: Table) -> Model:
    """The mean of the linear model's, boosting's and the network's logits."""
    return _Mean((fit_linear(table), boosting(table), network(table)))


LEARNERS: Mapping[str, Callable[[Table], Model]] = {
    "lines": lines_alone,
    "linear": fit_linear,
    "additive": additive,
    "boosting": boosting,
    "network": network,
    "ensemble": ensemble,
}
"""From the simplest to the least simple."""
