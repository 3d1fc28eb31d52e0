"""The models that are compared: lines of code alone, a linear one, additive stumps, boosting, a network, an ensemble.

Each is fitted on a `Table` and gives logits for features. Only the additive one can ship: its contributions are exact.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import lightgbm
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from beast_lsp.training.quality.additive import Additive, fit_additive
from beast_lsp.training.quality.prepare import Table

SEED = 1


class Model(Protocol):
    """A fitted model."""

    def logits(self, table: Table) -> Any:
        """A logit for each row."""
        ...


@dataclass(frozen=True, slots=True)
class _Lines:
    line: Pipeline

    def logits(self, table: Table) -> Any:
        return self.line.decision_function(_log_lines(table))


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A model of scikit-learn, or a pipeline that ends in one."""

    model: Any

    def logits(self, table: Table) -> Any:
        return _logit(self.model.predict_proba(table.features)[:, 1])


@dataclass(frozen=True, slots=True)
class _Boosted:
    booster: lightgbm.Booster

    def logits(self, table: Table) -> Any:
        return self.booster.predict(table.features, raw_score=True, num_threads=1)


@dataclass(frozen=True, slots=True)
class _Stumps:
    tables: Additive

    def logits(self, table: Table) -> Any:
        return self.tables.logits(table.features)


@dataclass(frozen=True, slots=True)
class _Mean:
    models: tuple[Model, ...]

    def logits(self, table: Table) -> Any:
        return np.mean([model.logits(table) for model in self.models], axis=0)


def lines_alone(table: Table) -> Model:
    """Logistic regression on the logarithm of the lines: what every other model has to beat."""
    return _Lines(make_pipeline(StandardScaler(), LogisticRegression()).fit(_log_lines(table), table.labels))


def linear(table: Table) -> Model:
    """Logistic regression on all features."""
    model = make_pipeline(_filled(), StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
    return _Fitted(model.fit(table.features, table.labels))


def additive(table: Table) -> Model:
    """The sum of a table for each feature."""
    return _Stumps(fit_additive(table))


def boosting(table: Table) -> Model:
    """LightGBM (Ke et al., 2017), with the interactions that the additive model can't have."""
    options = {
        "objective": "binary", "num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 200, "lambda_l2": 5.0,
        "feature_fraction": 0.5, "verbosity": -1, "seed": SEED, "num_threads": 1, "deterministic": True,
    }  # fmt: skip
    data = lightgbm.Dataset(table.features, table.labels)
    return _Boosted(lightgbm.train(options, data, num_boost_round=200))


def network(table: Table) -> Model:
    """A small neural network of one hidden layer."""
    net = _Quiet((32,), alpha=1e-3, batch_size=512, max_iter=12, random_state=SEED)
    return _Fitted(make_pipeline(_filled(), StandardScaler(), net).fit(table.features, table.labels))


def ensemble(table: Table) -> Model:
    """The mean of the linear model's, boosting's and the network's logits."""
    return _Mean((linear(table), boosting(table), network(table)))


LEARNERS: Mapping[str, Callable[[Table], Model]] = {
    "lines": lines_alone,
    "linear": linear,
    "additive": additive,
    "boosting": boosting,
    "network": network,
    "ensemble": ensemble,
}


class _Quiet(MLPClassifier):  # type: ignore[misc]  # scikit-learn has no types.
    """A network that says nothing of a budget of steps that it was meant to use up."""

    def fit(self, features: Any, labels: Any) -> _Quiet:
        """Fits it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(features, labels)
        return self


def _filled() -> SimpleImputer:
    """A value that is missing is the middle one of those that are not."""
    return SimpleImputer(strategy="median", keep_empty_features=True)


def _log_lines(table: Table) -> Any:
    return np.log(np.maximum(table.lines, 1.0))[:, None]


def _logit(risks: Any) -> Any:
    clipped = np.clip(risks, 1e-9, 1 - 1e-9)
    return np.log(clipped / (1 - clipped))
