"""Writes trained weights as the ONNX file that `router.backends.neural.model` runs.

    python -m beast_lsp.training.completion.export WEIGHTS.npz TOKENIZER.json FOLDER

leaves `completion.onnx`, `completion.tokenizer.json` and the manifest in FOLDER. The graph is laid out by hand for
onnxruntime: grouped-query attention on one buffer of keys and values (past and present are the same memory),
fused norms, and logits for the last `keep` positions only. A workspace's delta (`router.backends.neural.delta`) comes
in as inputs, so that one file serves them all; what a delta is fitted to are the outputs `embedded` and `states`.

Matrices are int8, symmetric, of 7 bits' range (so that every machine computes the same), with a scale for each
output; activations become uint8 when it runs. Embedding and head are one tensor in the file: rows are gathered from
it, and it is turned when it is loaded.
"""

import argparse
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from beast_lsp.engine.manifest import write_manifest
from beast_lsp.engine.subwords import Subwords
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.model import FORMAT, STATES
from beast_lsp.training.completion.decoder import EPSILON, SIZES, Shape, rotations
from beast_lsp.training.completion.weights import read_size, read_weights

NAME = "completion"
_MICROSOFT = "com.microsoft"
_LARGEST = 63
"""Of an int8 weight: with 8 bits, pairs of products overflow the 16 bits that x86 without VNNI adds them in."""
_END = 1 << 40  # Of a slice that goes to the end.


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="weights.npz or annealed.npz of a run")
    parser.add_argument("tokenizer", type=Path, help="the tokenizer that they were trained with")
    parser.add_argument("folder", type=Path, help="where completion.onnx goes")
    parser.add_argument("--float", action="store_true", help="32-bit floats, to compare with")
    options = parser.parse_args()
    try:
        path = export(options.weights, options.tokenizer, options.folder, quantised=not options.float)
    except ModelError as problem:
        parser.error(str(problem))
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


def export(weights: Path, tokenizer: Path, folder: Path, *, quantised: bool = True) -> Path:
    """Writes the model, its tokenizer and the manifest into a folder; returns the model's path.

    Raises ModelError where the weights or the tokenizer can't be used, or don't belong together.
    """
    state, tokens, _ = read_weights(weights)
    size, subwords = read_size(weights), Subwords.load(tokenizer)
    if size not in SIZES or state["embedding"].shape != (len(subwords), SIZES[size].width):
        raise ModelError(
            f"{weights} holds {state['embedding'].shape[0]} ids of size {size!r}, {tokenizer} has {len(subwords)}."
        )
    model = build({name: array.astype(np.float32) for name, array in state.items()}, SIZES[size], quantised=quantised)
    shape = SIZES[size]
    facts = {
        "format": FORMAT,
        "size": size,
        **asdict(shape),
        "head_width": shape.head_width,
        "vocabulary": len(subwords),
        "tokens": tokens,
        "tokenizer": hashlib.sha256(tokenizer.read_bytes()).hexdigest(),
    }
    helper.set_model_props(model, {NAME: json.dumps(facts)})
    folder.mkdir(parents=True, exist_ok=True)
    path, beside = folder / f"{NAME}.onnx", folder / f"{NAME}.tokenizer.json"
    path.write_bytes(model.SerializeToString())
    if beside.resolve() != tokenizer.resolve():
        shutil.copyfile(tokenizer, beside)
    write_manifest(folder)
    return path


def build(state: Mapping[str, Any], shape: Shape, *, quantised: bool) -> Any:
    """The ONNX model of float32 weights by name. Its inputs and outputs are those that `State` binds."""
    graph = _Graph(quantised)
    cosines, sines = rotations(shape)
    graph.tensor("cosines", cosines.numpy())
    graph.tensor("sines", sines.numpy())
    graph.tensor("halves", np.array([shape.hidden, shape.hidden]))
    stream = _embed(graph, state["embedding"])
    gain = graph.tensor("layers.0.attention_norm", state["layers.0.attention_norm"])
    normed = graph.node("SimplifiedLayerNormalization", [stream, gain], "normed.0", epsilon=EPSILON, stash_type=1)
    for number in range(shape.layers):
        after = state.get(f"layers.{number + 1}.attention_norm", state["norm"])
        stream, normed = _layer(graph, state, shape, number, (stream, normed, after))
    _score(graph, normed, state["embedding"])
    ids = len(state["embedding"])
    return graph.model(_inputs(shape, ids), _outputs(shape, ids))


class _Graph:
    """The nodes and tensors of a graph under construction; each method returns the name of what it added."""

    def __init__(self, quantised: bool) -> None:
        self.quantised = quantised
        self._nodes: list[Any] = []
        self._tensors: list[Any] = []

    def tensor(self, name: str, array: Any) -> str:
        """A constant."""
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attributes: Any) -> str:
        """An operation; the name of its first output."""
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def product(self, states: str, matrix: Any, name: str) -> str:
        """States times a matrix (outputs, inputs)."""
        if not self.quantised:
            return self.node("MatMul", [states, self.tensor(name, matrix.T)], f"{name}.product")
        rounded, scales = quantise(matrix)
        inputs = [states, self.tensor(name, rounded.T), self.tensor(f"{name}.scales", scales)]
        return self.node("DynamicQuantizeMatMul", inputs, f"{name}.product", domain=_MICROSOFT)

    def model(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
        """The finished model."""
        graph = helper.make_graph(self._nodes, NAME, inputs, outputs, self._tensors)
        sets = [helper.make_opsetid("", 19), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=9)


def quantise(matrix: Any) -> tuple[Any, Any]:
    """A matrix (outputs, inputs) as int8, and the scale of each output (float32)."""
    scales = np.abs(matrix).max(axis=1) / _LARGEST
    scales[scales == 0.0] = 1.0
    rounded = np.round(matrix / scales[:, None]).clip(-_LARGEST, _LARGEST)
    return rounded.astype(np.int8), scales.astype(np.float32)


def _embed(graph: _Graph, embedding: Any) -> str:
    if not graph.quantised:
        return graph.node("Gather", [graph.tensor("embedding", embedding), "ids"], "embedded")
    rounded, scales = quantise(embedding)
    rows = graph.node("Gather", [graph.tensor("embedding", rounded), "ids"], "rows")
    values = graph.node("Cast", [rows], "rows.float", to=TensorProto.FLOAT)
    of_rows = graph.node("Gather", [graph.tensor("embedding.scales", scales), "ids"], "rows.scale")
    column = graph.node("Unsqueeze", [of_rows, graph.tensor("last_axis", np.array([-1]))], "rows.scales")
    return graph.node("Mul", [values, column], "embedded")


def _layer(
    graph: _Graph, state: Mapping[str, Any], shape: Shape, number: int, at: tuple[str, str, Any]
) -> tuple[str, str]:
    """One layer after (the stream, the stream normed, the gains of the norm after the layer); the first two anew."""
    stream, normed, after = at
    name = f"layers.{number}"

    def product(states: str, matrix: str) -> str:
        return graph.product(states, state[f"{name}.{matrix}"], f"{name}.{matrix}")

    def add_and_norm(stream: str, addend: str, gain: Any, to: str) -> tuple[str, str]:
        inputs = [stream, addend, graph.tensor(f"{to}.gain", gain)]
        is_last = to == f"layers.{shape.layers - 1}.end"
        outputs = (STATES if is_last else f"{to}.normed", "", "", to)
        kind = "SkipSimplifiedLayerNormalization"
        return to, graph.node(kind, inputs, *outputs, domain=_MICROSOFT, epsilon=EPSILON)

    cache = [f"past.key.{number}", f"past.value.{number}"]
    attended = graph.node(
        "GroupQueryAttention",
        [product(normed, "qkv"), "", "", *cache, "last", "total", "cosines", "sines"],
        *(f"{name}.attended", f"present.key.{number}", f"present.value.{number}"),
        domain=_MICROSOFT,
        num_heads=shape.heads,
        kv_num_heads=shape.kv_heads,
        do_rotary=1,
    )
    stream, normed = add_and_norm(stream, product(attended, "out"), state[f"{name}.feed_norm"], f"{name}.middle")
    gate, value = f"{name}.gate", f"{name}.value"
    graph.node("Split", [product(normed, "up"), "halves"], gate, value, axis=-1)
    # With alpha 1 this is SiLU, in one pass.
    gate = graph.node("QuickGelu", [gate], f"{name}.opened", domain=_MICROSOFT, alpha=1.0)
    hidden = graph.node("Mul", [gate, value], f"{name}.hidden")
    return add_and_norm(stream, product(hidden, "down"), after, f"{name}.end")


def _score(graph: _Graph, normed: str, embedding: Any) -> None:
    """The logits of the last `keep` positions, by the delta; the input `keep` holds their number, negated."""
    bounds = [graph.tensor("slice.end", np.array([_END])), graph.tensor("slice.axis", np.array([1]))]
    kept = graph.node("Slice", [normed, "keep", *bounds], "kept")
    narrow = graph.node("MatMul", [kept, "delta.down"], "delta.narrow")
    moved = graph.node("Add", [kept, graph.node("MatMul", [narrow, "delta.up"], "delta.move")], "moved")
    if graph.quantised:
        head = graph.node("Transpose", ["embedding"], "head", perm=[1, 0])
        inputs = [moved, head, "embedding.scales", "", "delta.bias"]
        graph.node("DynamicQuantizeMatMul", inputs, "logits", domain=_MICROSOFT)
    else:
        scores = graph.node("MatMul", [moved, graph.tensor("head", embedding.T)], "scores")
        graph.node("Add", [scores, "delta.bias"], "logits")


def _inputs(shape: Shape, ids: int) -> list[Any]:
    """`last` is the last position's number and `total` how many there are, with those in the cache."""
    info = helper.make_tensor_value_info
    inputs = [info("ids", TensorProto.INT64, [1, "length"]), info("keep", TensorProto.INT64, [1])]
    inputs += [info(name, TensorProto.INT32, [1]) for name in ("last", "total")]
    delta = {"down": [shape.width, "rank"], "up": ["rank", shape.width], "bias": [ids]}
    inputs += [info(f"delta.{name}", TensorProto.FLOAT, lengths) for name, lengths in delta.items()]
    return inputs + _caches("past", shape)


def _outputs(shape: Shape, ids: int) -> list[Any]:
    info = helper.make_tensor_value_info
    logits = info("logits", TensorProto.FLOAT, [1, "kept", ids])
    inner = [info(name, TensorProto.FLOAT, [1, "length", shape.width]) for name in ("embedded", STATES)]
    return [logits, *inner, *_caches("present", shape)]


def _caches(time: str, shape: Shape) -> list[Any]:
    names = [f"{time}.{part}.{number}" for number in range(shape.layers) for part in ("key", "value")]
    lengths = [1, shape.kv_heads, shape.context, shape.head_width]
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, lengths) for name in names]


if __name__ == "__main__":
    main()
