"""The risks of a file's functions, and of the file: measures, set against the workspace, judged by the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.history.moment import MeasuredFile
from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.quality.calibration import UNCALIBRATED, Calibration, sigmoid
from beast_lsp.engine.quality.features import FILE, FUNCTION, file_features, function_features
from beast_lsp.engine.quality.metrics import METRICS, Measured
from beast_lsp.engine.quality.model import RiskModel
from beast_lsp.engine.quality.standing import Standing

Models = Mapping[tuple[str, bool], RiskModel]
"""By level, and whether they know a past."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Functions, or files, in the order that they were given in.

    `features` and `contributions` (n x FEATURES), `logits` (n), whose difference from `base` the contributions sum to.
    """

    features: Any
    contributions: Any
    logits: Any
    base: float

    @property
    def risks(self) -> Any:
        """The probabilities (n) of a fix within twelve months."""
        return sigmoid(self.logits)


def load_models(folder: Path) -> Models:
    """The models that ship. Raises ModelError where one is missing, damaged or of another version."""
    kinds = [(level, with_past) for level in (FILE, FUNCTION) for with_past in (True, False)]
    return {kind: RiskModel.load(folder, kind[0], with_past=kind[1]) for kind in kinds}


def digest(models: Models) -> str:
    """What tells these models from others."""
    return "-".join(model.digest for model in models.values())


def judge_file(file: MeasuredFile, family: str, standing: Standing, models: Models) -> tuple[Judged, Judged] | None:
    """A file and its functions; None where the workspace has nothing that code of this language can be set against."""
    whole, functions = standing.grounds.get((family, FILE)), standing.grounds.get((family, FUNCTION))
    if whole is None or functions is None:
        return None
    of_file = file_features(*arrays([file.whole], [standing.past(file.path)]), whole.reference)
    pasts = [standing.past(file.path, each.name) for each in file.functions]
    of_files = np.repeat(of_file, len(pasts), axis=0)
    rows = function_features(*arrays(file.functions, pasts), of_files, functions.reference)
    return (
        judge(of_file, models[FILE, standing.has_past], whole.calibration),
        judge(rows, models[FUNCTION, standing.has_past], functions.calibration),
    )


def judge(features: Any, model: RiskModel, calibration: Calibration = UNCALIBRATED) -> Judged:
    """What a model makes of features (n x FEATURES), calibrated."""
    scored = model.score(features)
    base = float(calibration.apply(scored.bias))
    return Judged(features, calibration.slope * scored.contributions, calibration.apply(scored.logits), base)


def arrays(found: Sequence[Measured], pasts: Sequence[Sequence[float]]) -> tuple[Any, Any]:
    """Measures (n x METRICS) and pasts (n x PAST), as the features are made of; n may be 0."""
    values = np.array([each.values for each in found], np.float64).reshape(-1, len(METRICS))
    return values, np.array(pasts, np.float64).reshape(-1, len(PAST))
