"""Writes an additive model as ONNX.

The graph is made by hand, of operators that every version of the format has: a value is compared with the borders of
its feature, each border that it has passed adds its step, and the sums are the contributions. All in float64, so that
they sum to the logit.
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
from beast_lsp.training.quality.additive import Additive

_OPSET = 17


def export(model: Additive, level: str, curve: Curve, reference: Reference, path: Path) -> None:
    """Writes the model of a level, with the curve and the reference of what it was trained on."""
    width = max(1, *(len(edges) for edges in model.edges))
    borders = np.full((len(model.edges), width), np.inf)
    steps = np.zeros((len(model.edges), width))
    for number, (edges, values) in enumerate(zip(model.edges, model.values, strict=True)):
        borders[number, : len(edges)] = edges
        steps[number, : len(edges)] = np.diff(values)
    constants = {
        "borders": borders[None],
        "steps": steps[None],
        "lowest": np.array([[values[0] for values in model.values]]),
        "missing": np.array([list(model.missing)]),
        "bias": np.array([model.bias]),
        "last": np.array([2], np.int64),
        "across": np.array([1], np.int64),
    }
    made = helper.make_model(_graph(len(model.edges), constants), opset_imports=[helper.make_opsetid("", _OPSET)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    helper.set_model_props(
        made,
        {
            "level": level,
            "version": str(VERSION),
            "features": json.dumps(FEATURES[level]),
            "bias": repr(model.bias),
            "curve": json.dumps([round(risk, 7) for risk in curve.risks]),
            "reference": json.dumps(reference.to_json()),
        },
    )
    path.write_bytes(made.SerializeToString())


def _graph(features: int, constants: dict[str, Any]) -> onnx.GraphProto:
    make = helper.make_node
    nodes = [
        make("IsNaN", ["features"], ["is_missing"]),
        make("Cast", ["features"], ["wide"], to=TensorProto.DOUBLE),
        make("Unsqueeze", ["wide", "last"], ["stacked"]),
        make("Greater", ["stacked", "borders"], ["passed"]),
        make("Cast", ["passed"], ["counted"], to=TensorProto.DOUBLE),
        make("Mul", ["counted", "steps"], ["added"]),
        make("ReduceSum", ["added", "last"], ["climbed"], keepdims=0),
        make("Add", ["climbed", "lowest"], ["known"]),
        make("Where", ["is_missing", "missing", "known"], ["contributions"]),
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
