"""Fits a model's risks to the workspace's own past: a base rate and a slope, kept only if they help.

Platt's scaling (1999) of the logit, with priors that hold base and slope where the model has them until there is
evidence. Each window is one moment of the past: the model's logits for the functions as they stood, and whether a fix
came in the twelve months after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_BASE_VARIANCE, _SLOPE_VARIANCE = 0.5, 0.05
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """`base + slope * logit` in the place of a model's logit."""

    base: float = 0.0
    slope: float = 1.0

    def apply(self, logits: Any) -> Any:
        """The logits, calibrated."""
        return self.base + self.slope * np.asarray(logits, np.float64)


UNCALIBRATED = Calibration()


@dataclass(frozen=True, slots=True)
class Window:
    """Logits (n) at a moment, and labels (n): whether a fix came within the next twelve months."""

    logits: Any
    labels: Any


def own_past(windows: Sequence[Window]) -> Calibration:
    """The calibration by the completed windows of a workspace, the oldest first.

    The newest window judges whether a calibration by those before it would have helped; only then all are used.
    """
    known = [window for window in windows if len(window.labels)]
    if len(known) < 2:
        return UNCALIBRATED
    tried, held_out = fit(known[:-1]), known[-1]
    return fit(known) if loss(tried, held_out) < loss(UNCALIBRATED, held_out) else UNCALIBRATED


def fit(windows: Sequence[Window]) -> Calibration:
    """Base and slope by Newton's method; later windows count more, each half as much as the one after it."""
    logits = np.concatenate([np.asarray(window.logits, np.float64) for window in windows])
    labels = np.concatenate([np.asarray(window.labels, np.float64) for window in windows])
    ages = range(len(windows) - 1, -1, -1)
    weights = np.concatenate([np.full(len(window.labels), 0.5**age) for window, age in zip(windows, ages, strict=True)])
    design = np.stack([np.ones_like(logits), logits], axis=1)
    prior, precision = np.array([0.0, 1.0]), np.diag([1 / _BASE_VARIANCE, 1 / _SLOPE_VARIANCE])
    found = prior.copy()
    for _ in range(_STEPS):
        risks = sigmoid(design @ found)
        gradient = design.T @ (weights * (labels - risks)) - precision @ (found - prior)
        curvature = (design.T * (weights * risks * (1 - risks))) @ design + precision
        found += np.linalg.solve(curvature, gradient)
    return Calibration(float(found[0]), float(found[1]))


def loss(calibration: Calibration, window: Window) -> float:
    """The mean logarithmic loss of the calibrated risks, in nats."""
    logits = calibration.apply(window.logits)
    return float(np.mean(np.logaddexp(0.0, logits) - np.asarray(window.labels, np.float64) * logits))


def sigmoid(logits: Any) -> Any:
    """The probabilities of logits."""
    return 0.5 * (1.0 + np.tanh(0.5 * logits))
