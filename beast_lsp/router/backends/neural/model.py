"""The completion model's session: ids in, logits out, with a cache of keys and values that can be rewound.

The file is made by `training/completion/export.py`. Nothing else is kept between calls: a `State` is one text.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.manifest import read_checked
from beast_lsp.engine.subwords import Subwords
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta

FORMAT = 2
"""The version of the file's inputs, outputs and metadata."""
NAME = "completion"
FILE = f"{NAME}.onnx"
"""The model that ships; its alphabet lies beside it."""
STATES = "states"
"""The output with the states after the last norm, which the head scores."""
Logits = np.ndarray[tuple[int, int], np.dtype[np.float32]]
States = Logits
_REPAIR = "Install beast-lsp again."


class LanguageModel:
    """The decoder in `folder`: NAME.onnx, with the tokenizer NAME.tokenizer.json that it was trained with.

    Raises ModelError where a file is missing, truncated, altered, of another format, or made for another tokenizer.
    """

    def __init__(self, folder: Path, name: str = NAME) -> None:
        path = folder / f"{name}.onnx"
        self.sha256 = hashlib.sha256(read_checked(folder, path.name)).hexdigest()
        """The hash of the file: a delta is for one file only."""
        alphabet = read_checked(folder, f"{name}.tokenizer.json")
        self.subwords = Subwords.load(folder / f"{name}.tokenizer.json")
        self._session = _session(path)
        facts = _facts(path, self._session)
        self.size = str(facts["size"])
        """The name of the model's shape, "4m" for example."""
        self.tokens = int(facts["tokens"])
        """How many tokens it was trained on."""
        self.context = int(facts["context"])
        """How many ids a state can hold."""
        self.vocabulary = int(facts["vocabulary"])
        """How many ids there are."""
        self.width = int(facts["width"])
        """The width of a state."""
        self.no_delta = Delta.none(self.width, self.vocabulary)
        """A delta that changes nothing."""
        self.cache_shape = (int(facts["kv_heads"]), self.context, int(facts["head_width"]))
        """The shape of a layer's keys, and of its values."""
        self.layers = int(facts["layers"])
        if facts["tokenizer"] != hashlib.sha256(alphabet).hexdigest() or len(self.subwords) != self.vocabulary:
            raise ModelError(f"{path} was trained with another tokenizer.", hint=_REPAIR)

    def new_state(self, delta: Delta | None = None) -> "State":
        """An empty state, with the delta of a workspace or without one."""
        return State(self, delta)

    def binding(self) -> Any:
        """What a state binds its arrays to, and hands to `run`."""
        return self._session.io_binding()

    def run(self, binding: Any) -> None:
        """Runs the session once, from the bound arrays into the bound arrays."""
        self._session.run_with_iobinding(binding)


class State:
    """What the model has read: `ids`, and their keys and values. Used by one thread at a time.

    Raises ValueError where the delta is for a model of another shape.
    """

    def __init__(self, model: LanguageModel, delta: Delta | None = None) -> None:
        self._model = model
        self.ids: list[int] = []
        self._binding = model.binding()
        self._last, self._total = np.zeros(1, np.int32), np.zeros(1, np.int32)
        self._keep = np.zeros(1, np.int64)
        self._cache = np.zeros((2 * model.layers, 1, *model.cache_shape), np.float32)
        self._delta = delta or model.no_delta
        if not self._delta.fits(model.width, model.vocabulary):
            raise ValueError("the delta is for a model of another shape")
        arrays = {"last": self._last, "total": self._total, "keep": self._keep}
        deltas = {f"delta.{name}": array for name, array in self._delta.arrays.items()}
        for name, array in (arrays | deltas).items():
            self._binding.bind_ortvalue_input(name, _shared(array))
        self._bind_cache()

    def feed(self, ids: Sequence[int], keep: int = 1) -> Logits:
        """Appends `ids` and returns the logits after each of the last `keep` of them: (keep, vocabulary).

        Raises ValueError where that is more than the context holds, an id is none, or `keep` is not in 1..len(ids).
        """
        self._check(ids, keep)
        logits = np.empty((1, keep, self._model.vocabulary), np.float32)
        self._run(ids, keep, {"logits": logits})
        found: Logits = logits[0]
        return found

    def feed_inside(self, ids: Sequence[int]) -> tuple[States, States]:
        """Appends `ids`; returns their rows of the head, and their states without a delta: (len(ids), width) each.

        Only who fits a delta asks for them. Raises ValueError as `feed` does.
        """
        self._check(ids, 1)
        rows, states = (np.empty((1, len(ids), self._model.width), np.float32) for _ in range(2))
        logits = np.empty((1, 1, self._model.vocabulary), np.float32)
        self._run(ids, 1, {"logits": logits, "embedded": rows, STATES: states})
        self._binding.clear_binding_outputs()
        self._bind_cache()
        return rows[0], states[0]

    def rewind(self, length: int) -> None:
        """Drops every id after the first `length`, as though they had never been fed. Raises ValueError beyond that."""
        if not 0 <= length <= len(self.ids):
            raise ValueError(f"{length} is not a length of the {len(self.ids)} ids in the state")
        del self.ids[length:]

    def _check(self, ids: Sequence[int], keep: int) -> None:
        total = len(self.ids) + len(ids)
        if total > self._model.context:
            raise ValueError(f"{total} ids are more than the context of {self._model.context}")
        if not 1 <= keep <= len(ids):
            raise ValueError(f"the logits of {keep} positions were asked for, of {len(ids)}")
        if min(ids) < 0 or max(ids) >= self._model.vocabulary:
            raise ValueError(f"ids are below {self._model.vocabulary}")

    def _run(self, ids: Sequence[int], keep: int, outputs: Mapping[str, Any]) -> None:
        total, given = len(self.ids) + len(ids), np.array([ids], np.int64)
        self._last[0], self._total[0], self._keep[0] = total - 1, total, -keep
        self._binding.bind_ortvalue_input("ids", _shared(given))
        for name, array in outputs.items():
            self._binding.bind_ortvalue_output(name, _shared(array))
        self._model.run(self._binding)
        self.ids += ids

    def _bind_cache(self) -> None:
        for number in range(2 * self._model.layers):
            # The same memory goes in and comes out, so nothing is copied from call to call.
            value, name = _shared(self._cache[number]), f"{'value' if number % 2 else 'key'}.{number // 2}"
            self._binding.bind_ortvalue_input(f"past.{name}", value)
            self._binding.bind_ortvalue_output(f"present.{name}", value)


def _session(path: Path) -> Any:
    """The session of a file; ModelError where it is no model. From a path: a session of bytes keeps them."""
    import onnxruntime  # noqa: PLC0415 - it takes 0.1 s to load, which only the background may spend.

    options = onnxruntime.SessionOptions()
    # A second thread would have to spin, or cost each token more in waking up than it takes off its work.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as problem:
        # onnxruntime raises types of its own for each kind of broken file.
        raise ModelError(f"{path} can't be used: {problem}.", hint=_REPAIR) from problem


def _facts(path: Path, session: Any) -> dict[str, Any]:
    """What the file says of itself; ModelError where it is of another format."""
    try:
        facts: dict[str, Any] = json.loads(session.get_modelmeta().custom_metadata_map["completion"])
        version = facts["format"]
    except (KeyError, ValueError, TypeError) as problem:
        raise ModelError(f"{path} is no completion model.", hint=_REPAIR) from problem
    if version != FORMAT:
        raise ModelError(f"{path} has format {version}, but this version reads {FORMAT}.", hint=_REPAIR)
    return facts


def _shared(array: Any) -> Any:
    """The array as a value of onnxruntime, on the same memory."""
    import onnxruntime  # noqa: PLC0415 - as above.

    return onnxruntime.OrtValue.ortvalue_from_numpy(array)
