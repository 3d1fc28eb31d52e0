"""Trains the calibrator on recorded replays, writes it as ONNX, and prints what its card says.

    python -m beast_lsp.training.calibrator RECORDINGS OUTPUT.onnx [--calibrator MODELS]

The keep predictor is made of recordings with both models' features, and of what the calibrator in MODELS makes of them.

Gradient-boosted trees (Friedman, 2001; scikit-learn's histogram variant) over the features of a candidate; the
label is whether the candidate is exactly what was typed next. Figures come from cross-validation by repository.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

from beast_lsp.router.backends.workspace.calibrator import Calibrator, with_calibrated
from beast_lsp.router.backends.workspace.choice import BAR, PRICE
from beast_lsp.router.backends.workspace.features import KEEP_FEATURES
from beast_lsp.training.policy import Policy, Tally, likeliest, outcome
from beast_lsp.training.replays import Recording

FOLDS = 4
SEED = 1
SHIPPED = Policy(PRICE, BAR, steady=1)
_TRIED = [SHIPPED, *(Policy(price, bar, steady=1) for price in (8.0, 12.0, 15.0) for bar in (0.35, 0.45, 0.55))]
_TRIED += [replace(SHIPPED, steady=steady) for steady in (0, 2, 1_000)]
_TRIED += [replace(SHIPPED, steady=0, remembers=False)]


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--trees", type=int, default=150)
    parser.add_argument("--calibrator", type=Path, help="folder of the calibrator, where this is the keep predictor")
    options = parser.parse_args()
    paths = sorted(options.recordings.glob("*.npz"))
    recordings = [Recording.load(path) for path in paths]
    if options.calibrator:
        calibrator = Calibrator(options.calibrator)
        recordings = [
            replace(one, features=with_calibrated(one.features, calibrator), names=KEEP_FEATURES) for one in recordings
        ]
    report(paths, recordings, held_out(recordings, options.trees))
    export(fit(recordings, options.trees), options.output, recordings[0].names)
    print(f"{options.output.name}: {options.output.stat().st_size / 1e3:.0f} kB")


def fit(recordings: Sequence[Recording], trees: int) -> HistGradientBoostingClassifier:
    """The classifier trained on all rows; each repository counts the same."""
    weights = np.concatenate([np.full(len(known.labels), 1e4 / max(len(known.labels), 1)) for known in recordings])
    model = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=24,
        learning_rate=0.1,
        min_samples_leaf=50,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    )
    rows = np.concatenate([known.features for known in recordings])
    labels = np.concatenate([known.labels for known in recordings])
    return model.fit(rows, labels, sample_weight=weights / weights.mean())


def held_out(recordings: Sequence[Recording], trees: int) -> list[Any]:
    """For each recording, the probabilities that a model gives its rows which saw none of its repository."""
    found: list[Any] = [None] * len(recordings)
    groups = np.arange(len(recordings))
    for train, test in GroupKFold(min(FOLDS, len(recordings))).split(groups, groups=groups):
        model = fit([recordings[number] for number in train], trees)
        for number in test:
            found[number] = model.predict_proba(recordings[number].features)[:, 1]
    return found


def report(paths: Sequence[Path], recordings: Sequence[Recording], probabilities: Sequence[Any]) -> None:
    """Prints discrimination, calibration and, per policy, keystrokes saved and precision."""
    labels = np.concatenate([known.labels for known in recordings])
    flat = np.concatenate(probabilities)
    print(f"{len(labels):,} candidates, {labels.mean():.3f} right")
    print(f"AUC {roc_auc_score(labels, flat):.4f}, Brier {brier_score_loss(labels, flat):.4f}, cross-validated")
    print("The likeliest candidate of each place, before any is held back: " + top_report(recordings, probabilities))
    for policy in _TRIED:
        each = [outcome(one, chances.tolist(), policy) for one, chances in zip(recordings, probabilities, strict=True)]
        total = Tally()
        for tally in each:
            total += tally
        median = float(np.median([tally.saved for tally in each]))
        print(f"{policy}: saved {total.saved:.3f} (median {median:.3f}), precision {total.precision:.3f}")
        if policy == SHIPPED:
            for path, tally in zip(paths, each, strict=True):
                print(f"    {path.stem}: saved {tally.saved:.3f}, precision {tally.precision:.3f}")


def top_report(recordings: Sequence[Recording], probabilities: Sequence[Any]) -> str:
    """How well the likeliest candidate of each place is judged: R², AUC, and the expected calibration error.

    One that is typed through counts once, where it came up. R² is that of the probability against being right (1 -
    Brier score / variance); the error is over 15 bins of equal size (Naeini et al., 2015).
    """
    chances, right = [], []
    for recording, given in zip(recordings, probabilities, strict=True):
        for best in likeliest(recording, given):
            chances.append(given[best])
            right.append(recording.labels[best])
    chance, label = np.array(chances), np.array(right, dtype=float)
    order = np.array_split(np.argsort(chance), 15)
    error = sum(len(part) * abs(chance[part].mean() - label[part].mean()) for part in order) / len(label)
    r2 = 1 - ((chance - label) ** 2).mean() / label.var()
    return f"{len(label):,} places, R² {r2:.3f}, AUC {roc_auc_score(label, chance):.3f}, ECE {error:.4f}"


def export(model: HistGradientBoostingClassifier, output: Path, names: Sequence[str]) -> None:
    """Writes the classifier as ONNX: input "features", output "probabilities"; the features' names as metadata."""
    converted = to_onnx(
        model,
        np.zeros((1, len(names)), dtype=np.float32),
        options={"zipmap": False},
        target_opset={"": 17, "ai.onnx.ml": 3},
    )
    converted.graph.input[0].name = "features"
    for node in converted.graph.node:
        node.input[:] = ["features" if name == "X" else name for name in node.input]
    entry = converted.metadata_props.add()
    entry.key, entry.value = "features", json.dumps(names)
    onnx.checker.check_model(converted)
    output.write_bytes(converted.SerializeToString())


if __name__ == "__main__":
    main()
