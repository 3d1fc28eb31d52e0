"""Writes the linear model as ONNX.

The graph is made by hand, of operators that every version of the format has: a missing value becomes the mean, the
distance from the mean times the weight is a feature's contribution, and their sum with the bias is the logit. All in
float64, so that the contributions sum to the logit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from beast_lsp.engine.quality.features import FEATURES, VERSION, Reference
from beast_lsp.engine.quality.score import Curve
from beast_lsp.training.quality.linear import Linear

_OPSET = 17


def export(model: Linear, level: str, curve: Curve, reference: Reference, path: Path) -> None:
    """Writes the model of a level, with the curve and the reference of what it was trained on."""
    constants = {
        "means": np.asarray(model.means, np.float64)[None],
        "weights": np.asarray(model.weights, np.float64)[None],
        "bias": np.array([model.bias]),
        "across": np.array([1], np.int64),
    }
    made = helper.make_model(_graph(len(model.means), constants), opset_imports=[helper.make_opsetid("", _OPSET)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    about = {
        "level": level,
        "version": str(VERSION),
        "features": json.dumps(FEATURES[level]),
        "bias": repr(model.bias),
        "curve": json.dumps([round(risk, 7) for risk in curve.risks]),
        "reference": json.dumps(reference.to_json(), separators=(",", ":")),
    }
    helper.set_model_props(made, about)
    path.write_bytes(made.SerializeToString())


def _graph(features: int, constants: dict[str, Any]) -> onnx.GraphProto:
    make = helper.make_node
    nodes = [
        make("IsNaN", ["features"], ["is_missing"]),
        make("Cast", ["features"], ["wide"], to=TensorProto.DOUBLE),
        make("Where", ["is_missing", "means", "wide"], ["known"]),
        make("Sub", ["known", "means"], ["distances"]),
        make("Mul", ["distances", "weights"], ["contributions"]),
        make("ReduceSum", ["contributions", "across"], ["summed"], keepdims=0),
        make("Add", ["summed", "bias"], ["logits"]),
    ]
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", features])
    found = [
        helper.make_tensor_value_info("contributions", TensorProto.DOUBLE, ["rows", features]),
        helper.make_tensor_value_info("logits", TensorProto.DOUBLE, ["rows"]),
    ]
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    return helper.make_graph(nodes, "fix-risk", [given], found, initializers)
