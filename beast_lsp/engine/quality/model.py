"""The fix-risk models: a weight for each feature, evaluated by ONNX; the contributions sum to the score."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from beast_lsp.engine.manifest import read_checked
from beast_lsp.engine.quality.features import FEATURES, VERSION, Reference
from beast_lsp.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_ROWS = 4_096  # At once; what comes back takes a kilobyte a row.


@dataclass(frozen=True, slots=True)
class Scored:
    """`logits` (n) are `bias` plus the sum of a row's `contributions` (n x features); float64."""

    contributions: Any
    logits: Any
    bias: float


class RiskModel:
    """One model file: of functions or of files, with a past or without one. Safe to use from several threads.

    `curve` and `reference` are those of what it was trained on, for a workspace that is too small to have its own.
    """

    def __init__(self, content: bytes, name: str) -> None:
        """Raises ModelError where the content is no model of this version."""
        self.name = name
        self.digest = hashlib.sha256(content).hexdigest()[:12]
        self._session = _session(content, name)
        metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.level = metadata.get("level", "")
        if metadata.get("version") != str(VERSION) or json.loads(metadata.get("features", "[]")) != list(
            FEATURES.get(self.level, ())
        ):
            raise ModelError(f"{name} is of another version of the features.", hint="Install beast-lsp again.")
        self.bias = float(metadata["bias"])
        self.curve: list[float] = json.loads(metadata["curve"])
        self.reference = Reference.from_json(json.loads(metadata["reference"]))

    @classmethod
    def load(cls, folder: Path, level: str, *, with_past: bool) -> RiskModel:
        """The model that ships for a level. Raises ModelError where it is missing, damaged or of another version."""
        name = file_name(level, with_past=with_past)
        return cls(read_checked(folder, name), name)

    def score(self, features: Any) -> Scored:
        """Judges rows (n x FEATURES[level]); NaN stands for what is not known."""
        rows = np.asarray(features, np.float32)
        parts = [
            self._session.run(["contributions", "logits"], {"features": rows[start : start + _ROWS]})
            for start in range(0, len(rows), _ROWS)
        ]
        if not parts:
            return Scored(np.zeros((0, rows.shape[1])), np.zeros(0), self.bias)
        contributions, logits = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Scored(contributions, logits, self.bias)


def file_name(level: str, *, with_past: bool) -> str:
    """What the file of a model is called."""
    return f"fix-risk-{level}{'' if with_past else '-static'}.onnx"


def _session(content: bytes, name: str) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - loads with the first model, not at start.

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # onnxruntime's own errors have no common base.
        raise ModelError(f"{name} can't be loaded: {problem}.", hint="Install beast-lsp again.") from problem
