"""Writes the completion model's card, and a plot of the loss beside the run's checkpoint.

    python -m beast_lsp.training.completion.card RUN METRICS.json RECIPE.json models/completion.md

RUN/log.csv comes from the train stage, METRICS.json from evaluate, RECIPE.json from pack.
"""

import argparse
import csv
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_WIDTH = 120
_ROWS = 8  # Of the curve, in the card.
_FEWEST = 6  # Points from which the curve is drawn on.
_MORE = (2, 10)  # Times the tokens.
_SHOWN = 10  # Digits of a commit.
_CARD = """\
# completion.onnx

A decoder of the Llama kind ({size}: {ids:,} ids, int8) with grouped-query attention, for the code around the cursor.
Its alphabet is `completion.tokenizer.json`. The shape is in `beast_lsp/training/completion/decoder.py`, the file's
inputs and outputs in `export.py` beside it.

**Seen.** {tokens:,} tokens in all, drawn from {packed:,} (half of them Python); {share}.

**Metrics**, on repositories that nothing was trained on ({samples} samples of {length} ids, as in training: files
with their paths, pieces of others, holes). Bits per byte count a line break as its newlines, without indentation.

| | nats an id | bits a byte |
|---|---|---|
{metrics}

The integers change the loss by {cost:+.2%}.

{curve}

**Data.** Public repositories of the train part (the first hexadecimal digit of sha1("owner/name") is 0 to b) with
permissive licences; without secrets, mail addresses, generated and near-duplicate files, and without the repositories
whose replays train the calibrator. Hashes and sizes are in `models/resume/completion-corpus.json`.

{repositories}

Never trained on, and used to watch a run:
{validation}.

**Seed.** {seed}; a batch follows from the seed and its number.

**Command.** `make completion-model CHECKOUTS=FOLDER`, where FOLDER holds the checkouts as `owner__name`. It goes on
from `models/resume/completion-{size}.npz`.

**Licence.** Apache-2.0, as the project.
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a run's log: tokens seen in all, the share of the full rate, nats an id in training and held out."""

    tokens: int
    rate: float
    loss: float
    validation: float


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("metrics", type=Path)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="what the train stage was told")
    options = parser.parse_args()
    for path in (options.run / "log.csv", options.metrics, options.recipe):
        if not path.exists():
            parser.error(f"{path} is missing: run the stage that writes it first.")
    points = read_log(options.run / "log.csv")
    metrics, recipe = (json.loads(path.read_text("utf-8")) for path in (options.metrics, options.recipe))
    options.output.write_text(card(points, metrics, recipe, options.seed), "utf-8")
    if points:
        plot(points, options.run / "loss.png")


def read_log(path: Path) -> list[Point]:
    """The points of a log, whose columns are step, tokens, rate, loss, validation and seconds."""
    with path.open(newline="") as stream:
        return [Point(int(row[1]), *map(float, row[2:5])) for row in csv.reader(stream) if len(row) >= 5]


def card(points: Sequence[Point], metrics: Mapping[str, Any], recipe: Mapping[str, Any], seed: int) -> str:
    """The text of the card."""
    packed = sum(entry["ids"] for entry in recipe.values() if entry["part"] == "train")
    times = metrics["tokens"] / packed if packed else 0.0
    return _CARD.format(
        size=metrics["size"],
        ids=metrics["vocabulary"],
        tokens=metrics["tokens"],
        packed=packed,
        share=f"each {times:.1f} times on average" if times >= 1 else f"{times:.0%} of them",
        samples=metrics["samples"],
        length=metrics["length"],
        metrics=_rows(metrics),
        cost=metrics["loss_by_export"],
        curve=_curve(points),
        repositories=_folded(_repository(name, entry) for name, entry in recipe.items() if entry["part"] == "train"),
        validation=_folded(name for name, entry in recipe.items() if entry["part"] == "validation"),
        seed=seed,
    )


def expected(points: Sequence[Point], times: float) -> float | None:
    """The held-out loss after so many times the tokens, by the power law through the later half of the curve.

    Only points at the full rate count, as a falling rate makes a curve of its own. None where there are too few,
    or where the loss does not fall.
    """
    full = [point for point in points if point.rate >= 1.0]
    later = full[len(full) // 2 :]
    if len(later) < _FEWEST:
        return None
    tokens, losses = (np.log([getattr(point, name) for point in later]) for name in ("tokens", "validation"))
    slope, level = np.polyfit(tokens, losses, 1)
    return float(np.exp(level + slope * (tokens[-1] + np.log(times)))) if slope < 0 else None


def plot(points: Sequence[Point], path: Path) -> None:
    """Draws the losses over the tokens."""
    import matplotlib  # noqa: PLC0415 - a card can be written without it.

    matplotlib.use("agg")
    from matplotlib import pyplot  # noqa: PLC0415 - after the backend was chosen.

    figure, axes = pyplot.subplots(figsize=(7, 4))
    millions = [point.tokens / 1e6 for point in points]
    axes.plot(millions, [point.loss for point in points], label="training", alpha=0.6)
    axes.plot(millions, [point.validation for point in points], label="held out")
    axes.set(xlabel="million tokens", ylabel="nats an id", xscale="log")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


def _rows(metrics: Mapping[str, Any]) -> str:
    named = [("32-bit floats", metrics["fp32"]), ("as it ships", metrics["onnx"])]
    named += [(f"as it ships, {name}", found) for name, found in metrics["onnx"]["families"].items()]
    return "\n".join(f"| {name} | {found['nll']:.3f} | {found['bits_per_byte']:.3f} |" for name, found in named)


def _curve(points: Sequence[Point]) -> str:
    """What the newest run's log tells, and what it promises."""
    if not points:
        return "**Curve.** The newest run left no log."
    chosen = sorted({round(at) for at in np.linspace(0, len(points) - 1, _ROWS)})
    rows = [f"| {points[at].tokens:,} | {points[at].loss:.3f} | {points[at].validation:.3f} |" for at in chosen]
    promises = [f"{times} times the tokens, {value:.2f}" for times in _MORE if (value := expected(points, times))]
    promised = f" More at the full rate promise, by a power law: {'; '.join(promises)}." if promises else ""
    text = _folded([f"**Curve** of the newest run (nats an id; the card's metrics are of its last weights).{promised}"])
    return "\n".join([text, "", "| tokens | training | held out |", "|---|---|---|", *rows])


def _repository(name: str, entry: Mapping[str, Any]) -> str:
    return f"{name}@{entry['commit'][:_SHOWN] or '?'} ({entry['licence'] or 'permissive'})"


def _folded(parts: Any) -> str:
    return textwrap.fill(", ".join(parts), _WIDTH, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    main()
