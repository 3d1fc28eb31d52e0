"""How good risks are, by every measure that the card shows.

`risks`, `labels`, `lines` and `moments` are arrays of one length. What ranks is judged within each moment, since a user
sees one moment's functions beside each other; what is a probability is judged over all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

_STRATA = 10
_BINS = 10


def figures(risks: Any, labels: Any, lines: Any, moments: Any) -> dict[str, float]:
    """Every figure of one set of rows. `labels` must hold both kinds."""
    risks, labels = np.asarray(risks, np.float64), np.asarray(labels, bool)
    found = {
        "auc": matched_auc(risks, labels, moments),
        "size_matched_auc": matched_auc(risks, labels, _sizes(lines, moments)),
        "auc_over_all_moments": float(roc_auc_score(labels, risks)),
        "average_precision": float(average_precision_score(labels, risks)),
        "r2": r2(risks, labels),
        "mae": float(np.abs(risks - labels).mean()),
        "rmse": float(np.sqrt(np.square(risks - labels).mean())),
        "log_loss": float(log_loss(labels, np.clip(risks, 1e-9, 1 - 1e-9))),
        "ece": calibration_error(risks, labels),
        "observed_expected": float(labels.sum() / max(risks.sum(), 1e-9)),
        "recall_20_lines": recall_at_lines(risks, labels, lines, moments),
        "recall_top_tenth": caught(risks, labels, moments, 0.1, safest=False),
        "recall_safest_half": caught(risks, labels, moments, 0.5, safest=True),
    }
    return {**found, **at_base_rate(risks, labels)}


def r2(risks: Any, labels: Any) -> float:
    """The share of the labels' variance that is explained; for labels of 0 and 1 it is the Brier skill score."""
    labels = np.asarray(labels, np.float64)
    return float(1 - np.square(labels - risks).sum() / max(np.square(labels - labels.mean()).sum(), 1e-12))


def matched_auc(risks: Any, labels: Any, groups: Any) -> float:
    """The AUC over the pairs of rows that are of the same group; pairs count the same."""
    total = pairs = 0.0
    for group in np.unique(groups):
        here = groups == group
        positive = int(labels[here].sum())
        weight = positive * (int(here.sum()) - positive)
        if weight:
            total += weight * roc_auc_score(labels[here], risks[here])
            pairs += weight
    return total / pairs if pairs else float("nan")


def _sizes(lines: Any, moments: Any) -> Any:
    """Groups of one moment and about equal size: of the same tenth by lines."""
    groups = np.zeros(len(lines), np.int64)
    for number, moment in enumerate(np.unique(moments)):
        here = moments == moment
        edges = np.quantile(lines[here], np.linspace(0, 1, _STRATA + 1)[1:-1])
        groups[here] = number * _STRATA + np.searchsorted(edges, lines[here], side="right")
    return groups


def calibration_error(risks: Any, labels: Any) -> float:
    """Expected calibration error over ten bins of equally many rows."""
    order = np.argsort(risks, kind="stable")
    bins = [part for part in np.array_split(order, _BINS) if len(part)]
    return float(sum(len(part) * abs(risks[part].mean() - labels[part].mean()) for part in bins) / len(risks))


def recall_at_lines(risks: Any, labels: Any, lines: Any, moments: Any, share: float = 0.2) -> float:
    """The share of fixed functions among those with the most risk a line that fill a share of a moment's lines."""
    found = 0
    for moment in np.unique(moments):
        here = np.flatnonzero(moments == moment)
        order = here[np.argsort(-np.asarray(risks)[here] / np.maximum(lines[here], 1), kind="stable")]
        within = np.cumsum(lines[order]) <= share * lines[here].sum()
        found += labels[order][within].sum()
    return float(found / max(labels.sum(), 1))


def caught(risks: Any, labels: Any, moments: Any, share: float, *, safest: bool) -> float:
    """The share of fixed functions among the riskiest, or the safest, share of each moment's functions."""
    found = 0
    for moment in np.unique(moments):
        here = np.flatnonzero(moments == moment)
        order = here[np.argsort(risks[here] if safest else -np.asarray(risks)[here], kind="stable")]
        found += labels[order[: int(len(order) * share)]].sum()
    return float(found / max(labels.sum(), 1))


def at_base_rate(risks: Any, labels: Any) -> dict[str, float]:
    """Precision, recall and F1 when as many are called risky as will be fixed; the three are then equal."""
    count = max(1, int(labels.sum()))
    right = labels[np.argsort(-risks, kind="stable")[:count]].sum()
    precision, recall = right / count, right / max(labels.sum(), 1)
    return {"precision": float(precision), "recall": float(recall), "f1": float(2 * right / (count + labels.sum()))}
