"""The calibrators: how likely is a candidate exactly what the user is about to type.

One judges the workspace model's candidates, the keep predictor those that a completion model has an opinion on.
"""

import json
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.manifest import read_checked
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.workspace.choice import Scored
from beast_lsp.router.backends.workspace.features import FEATURES, KEEP_FEATURES
from beast_lsp.router.backends.workspace.session import Option

NAME = "workspace-calibrator"
KEEP_PREDICTOR = "keep-predictor"
_FEATURES = {NAME: FEATURES, KEEP_PREDICTOR: KEEP_FEATURES}


class Calibrator:
    """Gradient-boosted trees, trained by `training/calibrator.py`: the file `name` in `models/`.

    Raises ModelError where the file is missing, truncated or altered, or was trained on other features.
    """

    def __init__(self, folder: Path, name: str = NAME) -> None:
        import onnxruntime  # noqa: PLC0415 - it takes 0.1 s to load, which only the background may spend.

        path = folder / f"{name}.onnx"
        content = read_checked(folder, path.name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
            known = json.loads(self._session.get_modelmeta().custom_metadata_map["features"])
        except Exception as problem:
            # onnxruntime raises types of its own for each kind of foreign file.
            raise ModelError(f"{path} can't be used: {problem}.", hint="Install beast-lsp again.") from problem
        if tuple(known) != _FEATURES[name]:
            raise ModelError(f"{path} was trained on other features.", hint="Install beast-lsp again.")

    def probabilities(self, rows: Any) -> Any:
        """The probability of each row of features; rows (lists, or an array) in, float32 array of that length out."""
        array = np.asarray(rows, dtype=np.float32)
        return self._session.run(["probabilities"], {"features": array})[0][:, 1]


class KeepPredictor:
    """The trees that judge candidates of which both models have an opinion; the calibrator's own is one more feature.

    The calibrator has learned from many more replays, which cost a tenth of the time without a completion model.
    """

    def __init__(self, folder: Path) -> None:
        self._trees = Calibrator(folder, KEEP_PREDICTOR)
        self._calibrator = Calibrator(folder)

    def probabilities(self, rows: Any) -> Any:
        """As the calibrator's, of rows with the features of both models."""
        return self._trees.probabilities(with_calibrated(np.asarray(rows, dtype=np.float32), self._calibrator))


def with_calibrated(rows: Any, calibrator: Calibrator) -> Any:
    """Rows with the features of both models, and what the calibrator makes of them: the features of the predictor."""
    return np.column_stack([rows, calibrator.probabilities(rows[:, : len(FEATURES)])])


def judge(options: Sequence[Option], calibrator: Calibrator | KeepPredictor | None) -> list[Scored]:
    """Each option with its probability: the calibrator's, or without one the product of its tokens'."""
    if not options:
        return []
    if calibrator is None:
        return [Scored(option.step.text, exp(_log_probability(option))) for option in options]
    probabilities = calibrator.probabilities([option.features for option in options]).tolist()
    return [Scored(option.step.text, probability) for option, probability in zip(options, probabilities, strict=True)]


def _log_probability(option: Option) -> float:
    opinion = option.step.opinion
    return option.step.log_probability if opinion is None else opinion.mixed_log
