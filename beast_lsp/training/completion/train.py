"""Trains the completion model, on a CPU or a GPU.

    python -m beast_lsp.training.completion.train PACKED RUN --size 4m --tokens 40e6 [--resume WEIGHTS.npz]
    python -m beast_lsp.training.completion.train PACKED RUN --size 4m --anneal 4e6

The first trains at a constant rate until it is stopped or has seen so many tokens, and leaves a checkpoint in RUN
every few minutes, from which it goes on. The second lets the rate of the newest checkpoint fall to nothing, and
writes `annealed.npz`, the weights to ship, while `weights.npz` stays where a later run goes on (warm-up, stable,
decay: Hu et al., 2024). Hidden matrices are trained by Muon (Jordan et al., 2024), all else by AdamW.
"""

import argparse
import csv
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch.utils.data import DataLoader

from beast_lsp.training.completion.batches import Samples
from beast_lsp.training.completion.decoder import SIZES, Decoder, loss
from beast_lsp.training.completion.muon import Muon
from beast_lsp.training.completion.weights import read_weights, write_weights

MUON_RATE, ADAM_RATE = 0.02, 0.003
_WARM_UP = 100  # Steps.
_CLIP = 1.0
_CHUNK = {"cpu": 256, "cuda": 8192}
_STRIDE = {"cpu": 8, "cuda": 1}  # Of the head, while the rate is constant; the last steps see all of it.
_FIELDS = ("step", "tokens", "rate", "loss", "validation", "seconds")


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is told; `tokens` are those of this run, of which the rate falls over the last `decay`."""

    size: str
    tokens: int
    decay: int
    batch: int
    length: int
    seed: int
    minutes: float


class Run:
    """One run in a folder: the model, its optimisers, and how far it is."""

    def __init__(self, folder: Path, packed: Path, options: Options, ids: int) -> None:
        self.folder, self.options = folder, options
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(options.seed)
        self.model = Decoder(SIZES[options.size], ids).to(self.device)
        self.step = self.tokens = self.fresh = 0
        self._samples = Samples(packed / "train", options.length, options.seed)
        self._held_out = Samples(packed / "validation", options.length, options.seed)
        hidden = self.model.matrices()
        others = [parameter for parameter in self.model.parameters() if all(parameter is not one for one in hidden)]
        self._optimisers = [
            Muon(hidden, MUON_RATE),
            torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self._rates = (MUON_RATE, ADAM_RATE)

    def start_from(self, weights: Path) -> None:
        """Takes weights from a file, with the optimisers cold; `tokens` goes on from what the file tells."""
        state, self.tokens, self.step = read_weights(weights)
        self.model.load_state_dict({name: torch.from_numpy(value).float() for name, value in state.items()})

    def resume(self) -> bool:
        """Goes on from the folder's checkpoint, if it has one."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        known = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(known["model"])
        for optimiser, state in zip(self._optimisers, known["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.step, self.tokens = known["step"], known["tokens"]
        self.fresh = _WARM_UP
        return True

    def save(self) -> None:
        """Writes the checkpoint and the weights, each whole or not at all."""
        unfinished = self.folder / "checkpoint.part"
        states = [optimiser.state_dict() for optimiser in self._optimisers]
        torch.save(
            {"model": self.model.state_dict(), "optimisers": states, "step": self.step, "tokens": self.tokens},
            unfinished,
        )
        unfinished.replace(self.folder / "checkpoint.pt")
        self.write("weights.npz")

    def write(self, name: str) -> None:
        """Writes the weights as 16-bit floats."""
        state = {key: value.detach().cpu().numpy() for key, value in self.model.state_dict().items()}
        write_weights(self.folder / name, state, self.options.size, self.tokens, self.step)

    def batches(self) -> Iterator[torch.Tensor]:
        """The batches from this step on. A GPU is fed by several processes: one could not keep up with it."""
        workers = max(1, (os.cpu_count() or 2) - 2) if self.device == "cuda" else 0
        numbers = range(self.step, 1 << 40)
        yield from DataLoader(
            _Numbered(self._samples, self.options.batch),
            batch_size=None,
            sampler=numbers,  # Each batch follows from its number, whoever makes it.
            num_workers=workers,
            pin_memory=self.device == "cuda",
        )

    def train_step(self, batch: torch.Tensor, share: float) -> float:
        """One step at `share` of the full rate; the loss in nats an id."""
        rate = share * min(1.0, (self.fresh + 1) / _WARM_UP)
        for optimiser, full in zip(self._optimisers, self._rates, strict=True):
            for group in optimiser.param_groups:
                group["lr"] = full * rate
        found = self._loss(batch, 1 if self.options.decay else _STRIDE[self.device])
        found.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _CLIP)
        for optimiser in self._optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step, self.fresh, self.tokens = self.step + 1, self.fresh + 1, self.tokens + batch[:, 1:].numel()
        return float(found.item())

    def validate(self, count: int = 3) -> float:
        """The loss on repositories that nothing was trained on."""
        self.model.eval()
        with torch.no_grad():
            found = [self._loss(torch.from_numpy(self._held_out.batch(number, 16))).item() for number in range(count)]
        self.model.train()
        return float(np.mean(found))

    def _loss(self, batch: torch.Tensor, stride: int = 1) -> torch.Tensor:
        ids = batch.to(self.device, non_blocking=True)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            return loss(self.model, ids, _CHUNK[self.device], stride)


class _Numbered:
    """Batches by their numbers, as a loader wants them."""

    def __init__(self, samples: Samples, size: int) -> None:
        self._samples, self._size = samples, size

    def __getitem__(self, number: int) -> torch.Tensor:
        return torch.from_numpy(self._samples.batch(number, self._size))


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path, help="folder with the packed repositories: train/ and validation/")
    parser.add_argument("run", type=Path, help="folder of this run")
    parser.add_argument("--size", choices=sorted(SIZES), default="4m")
    parser.add_argument("--ids", type=int, default=8192, help="number of ids of the tokenizer")
    parser.add_argument("--tokens", type=float, default=1e9, help="tokens to see in this run")
    parser.add_argument("--minutes", type=float, default=1e9, help="minutes this run may take")
    parser.add_argument("--anneal", type=float, default=0.0, help="let the rate fall to nothing over so many tokens")
    parser.add_argument("--resume", type=Path, help="weights of an earlier run, perhaps on another machine")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    anneal = int(given.anneal)
    options = Options(
        given.size, anneal or int(given.tokens), anneal, given.batch, given.length, given.seed, given.minutes
    )
    given.run.mkdir(parents=True, exist_ok=True)
    run = Run(given.run, given.packed, options, given.ids)
    if not run.resume() and given.resume:
        run.start_from(given.resume)
    for line in train(run):
        print(line, flush=True)


def train(run: Run, every: int = 100, save_seconds: float = 300.0) -> Iterator[str]:
    """Trains as the run's options say; yields a line of figures every so many steps."""
    options, began, saved, batches = run.options, time.monotonic(), time.monotonic(), run.batches()
    goal, losses = run.tokens + options.tokens, list[float]()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.1f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress, (run.folder / "log.csv").open("a", newline="") as stream:
        task, log = progress.add_task(f"{options.size} on {run.device}", total=options.tokens), csv.writer(stream)
        while run.tokens < goal and time.monotonic() - began < options.minutes * 60:
            share = min(1.0, (goal - run.tokens) / options.decay) if options.decay else 1.0
            losses.append(run.train_step(next(batches), share))
            progress.update(task, completed=run.tokens - goal + options.tokens)
            if run.step % every == 0:
                row = (run.step, run.tokens, round(share, 3), np.mean(losses), run.validate(), time.monotonic() - began)
                losses.clear()
                log.writerow([f"{value:.4f}" if isinstance(value, float) else value for value in row])
                stream.flush()
                yield " ".join(
                    f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
                    for name, value in zip(_FIELDS, row, strict=True)
                )
            if not options.decay and time.monotonic() - saved > save_seconds:
                run.save()
                saved = time.monotonic()
    if options.decay:
        run.write("annealed.npz")
    else:
        run.save()
    yield f"{run.tokens:,} tokens, validation {run.validate(20):.4f}"


if __name__ == "__main__":
    main()
