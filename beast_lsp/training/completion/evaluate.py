"""Measures the completion model on repositories that nothing was trained on.

    python -m beast_lsp.training.completion.evaluate PACKED/validation WEIGHTS.npz FOLDER [--output metrics.json]

FOLDER holds the exported model. Both read the same samples: the weights in torch with 32-bit floats, the export in
onnxruntime, fed in pieces as the server does. What the 8-bit integers cost is the ratio of the two.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import track

from beast_lsp.engine.subwords import FAMILIES, FIRST_BREAK, Subwords, family_mark, is_break
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.model import LanguageModel
from beast_lsp.training.completion.batches import Samples
from beast_lsp.training.completion.decoder import SIZES, Decoder
from beast_lsp.training.completion.weights import read_size, read_weights

_SEED = 1
_FAMILY = {family_mark(family): family for family in FAMILIES}


@dataclass
class Tally:
    """What a model lost on samples, in nats, and over how many ids and bytes, by language family."""

    nats: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    def add(self, family: str, nats: float, size: int) -> None:
        """Counts one id of `size` bytes."""
        self.nats[family] += nats  # type: ignore[assignment] # a Counter adds floats as well.
        self.ids[family] += 1
        self.bytes[family] += size

    def figures(self) -> dict[str, Any]:
        """Nats an id and bits a byte, over all and by family."""
        families = {name: self._of([name]) for name in sorted(self.ids)}
        return {**self._of(list(self.ids)), "families": families}

    def _of(self, names: Sequence[str]) -> dict[str, float]:
        nats = sum(self.nats[name] for name in names)
        ids, size = (sum(counts[name] for name in names) for counts in (self.ids, self.bytes))
        return {"nll": round(nats / ids, 4), "bits_per_byte": round(nats / np.log(2) / size, 4), "ids": ids}


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("validation", type=Path, help="folder of packed repositories that nothing was trained on")
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path, help="folder of the exported model")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--piece", type=int, default=128, help="ids that the session is fed at once")
    parser.add_argument("--output", type=Path, help="where the figures go, as JSON")
    options = parser.parse_args()
    try:
        report = compare(options.validation, options.weights, options.folder, options)
    except (ModelError, ValueError) as problem:
        parser.error(str(problem))
    text = json.dumps(report, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", "utf-8")


def compare(validation: Path, weights: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The figures of the weights and of the export, and by what share the export's loss is higher."""
    model = LanguageModel(folder)
    samples = Samples(validation, options.length, _SEED).batch(0, options.samples)
    floats = measure(samples, model.subwords, in_torch(weights, model.vocabulary), "fp32")
    integers = measure(samples, model.subwords, in_onnxruntime(model, options.piece), "onnx")
    return {
        "size": read_size(weights),
        "vocabulary": model.vocabulary,
        "tokens": read_weights(weights)[1],
        "samples": options.samples,
        "length": options.length,
        "piece": options.piece,
        "fp32": floats,
        "onnx": integers,
        "loss_by_export": round(integers["nll"] / floats["nll"] - 1, 5),
    }


def measure(samples: Any, subwords: Subwords, nats: Any, name: str) -> dict[str, Any]:
    """The figures of one model over samples (count, length + 1)."""
    sizes = [_size(subwords, piece) for piece in range(len(subwords))]
    tally = Tally()
    for sample in track(samples.tolist(), name):
        family = "text"
        for piece, after, lost in zip(sample, sample[1:], nats(sample).tolist(), strict=False):
            family = _FAMILY.get(piece, family)
            tally.add(family, lost, sizes[after])
    return tally.figures()


def in_torch(weights: Path, ids: int) -> Any:
    """How a weights file scores a text."""
    model = Decoder(SIZES[read_size(weights)], ids)
    state = read_weights(weights)[0]
    model.load_state_dict({name: torch.from_numpy(value).float() for name, value in state.items()})
    model.eval()

    def nats(sample: Sequence[int]) -> Any:
        with torch.no_grad():
            logits = model.logits(model(torch.tensor([sample[:-1]])))[0]
            return torch.nn.functional.cross_entropy(logits, torch.tensor(sample[1:]), reduction="none").numpy()

    return nats


def in_onnxruntime(model: LanguageModel, piece: int) -> Any:
    """How an exported model scores a text that it is fed in pieces."""
    state = model.new_state()

    def nats(sample: Sequence[int]) -> Any:
        state.rewind(0)
        given = sample[:-1]
        pieces = (given[at : at + piece] for at in range(0, len(given), piece))
        logits = np.concatenate([state.feed(ids, len(ids)) for ids in pieces]).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        right = logits[np.arange(len(given)), sample[1:]]
        return np.log(np.exp(logits).sum(axis=1)) - right

    return nats


def _size(subwords: Subwords, piece: int) -> int:
    """The bytes of a piece of text; of a line break only the newlines, as its indentation depends on the file."""
    text = subwords.text(piece)
    return text.count(b"\n") if is_break(piece) else len(text) if piece >= FIRST_BREAK else 0


if __name__ == "__main__":
    main()
