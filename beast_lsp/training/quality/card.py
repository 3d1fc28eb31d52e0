"""Writes the card of the fix-risk models from what the stages found; nothing in it is typed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from beast_lsp.engine.quality.features import FEATURES, FILE, FUNCTION
from beast_lsp.engine.quality.model import file_name
from beast_lsp.training.corpus import part
from beast_lsp.training.quality.learners import SEED
from beast_lsp.training.quality.stages import load, simplest
from beast_lsp.training.quality.train import FOLDS, LAST_YEAR

_SHOWN = (
    ("auc", "AUC"), ("size_matched_auc", "AUC at equal size"), ("recall_top_tenth", "top tenth catches"),
    ("recall_safest_half", "safest half has"), ("recall_20_lines", "recall at 20% of lines"), ("f1", "F1"),
    ("r2", "R² (Brier skill)"), ("mae", "MAE"), ("rmse", "RMSE"), ("ece", "ECE"),
)  # fmt: skip


def card(tables: Path, run: Path) -> str:
    """The card, in Markdown."""
    sources = json.loads((tables / "sources.json").read_text("utf-8"))
    compared = json.loads((run / "compare.json").read_text("utf-8"))
    judged = json.loads((run / "figures.json").read_text("utf-8"))
    names = [file_name(level, with_past=past) for level in (FUNCTION, FILE) for past in (True, False)]
    parts = [
        f"# {', '.join(names)}",
        _ABOUT.format(functions=len(FEATURES[FUNCTION]), files=len(FEATURES[FILE])),
        _data(sources),
        f"**Seed.** {SEED}, for folds, trees and networks; the model that ships has nothing random.",
        "**Commands.** `beast-lsp train quality mine`, `prepare`, `compare`, `train`, `evaluate`, `export`, `card`, in "
        "this order; `beast-lsp train quality --help` shows their arguments.",
        _compared(compared),
        *(_judged(title, judged[name]) for name, title in _LEVELS),
        *(_judged(f"Functions, {name}", known[FUNCTION]) for name, known in _other_languages(run)),
        _weights(run),
        _LIMITS,
        "**Licence.** Apache-2.0, as the project.",
    ]
    return "\n\n".join(parts) + "\n"


_LEVELS = (
    (FUNCTION, "Functions"),
    (f"{FUNCTION}-static", "Functions, no history"),
    (FILE, "Files"),
    (f"{FILE}-static", "Files, no history"),
)
_ABOUT = """How likely a bug fix touches a function, or a file, within twelve months. Ridge logistic regression over
percentiles within the workspace (`beast_lsp/engine/quality/features.py`: {functions} features of functions, {files} of
files). Input `features` (rows by features, float32, NaN where a value is missing); outputs `contributions` (rows by
features, float64) and `logits` (rows, float64), the contributions' sum plus the bias. The metadata hold the features'
names and version, and for workspaces that are too small to have their own, the training data's distributions and curve.
"""
_LIMITS = """**Limits.** The label is a commit whose title says that it fixes something; four of five do, and two of
five fixes have another title. Precision is low at any threshold: this ranks, and is never a warning. Tests are left
out, and so are commits that change more than 40 places. Size alone explains most of it. A workspace whose past holds
for its next year is recalibrated (base rate and slope, `beast_lsp/engine/quality/calibration.py`); the ranking within
it stays the same."""


def _other_languages(run: Path) -> list[tuple[str, Any]]:
    """What `evaluate --name LANGUAGE` found: the same model, trained on Python alone."""
    paths = sorted(run.glob("figures-*.json"))
    return [(path.stem.removeprefix("figures-"), json.loads(path.read_text("utf-8"))) for path in paths]


def _data(sources: Sequence[Mapping[str, str]]) -> str:
    lines = ["**Data.** Git histories, no text of code; labels and features of each first of July since 2014."]
    for which, use in (("train", "learnt from and compared on"), ("dev", "reported on only")):
        found = [
            f"{one['name']}@{one['commit'][:10]} ({one['licence'] or '-'})"
            for one in sources
            if part(one["name"]) == which
        ]
        lines.append(f"- {which}, {use}: {', '.join(found)}")
    return "\n".join(lines)


def _compared(compared: Mapping[str, Any]) -> str:
    models = compared["models"]
    lines = [
        f"**Comparison.** On {compared['repositories']} repositories of the train part, each judged by models that saw "
        f"none of it ({FOLDS} folds) and no year after {LAST_YEAR}: means over repositories. Not beaten by a less "
        f"simple one: **{simplest(models)}**.",
        "",
        f"| model | {' | '.join(title for _, title in _SHOWN)} | R², pooled | AUC over lines (95%) |",
        "|---" * (len(_SHOWN) + 3) + "|",
    ]
    for name, known in models.items():
        values = " | ".join(f"{known[key]:.3f}" for key, _ in _SHOWN)
        lines.append(
            f"| {name} | {values} | {known['pooled_r2']:.3f} | {_interval(compared['gains'][name]['auc'], '+')} |"
        )
    return "\n".join(lines)


def _judged(title: str, known: Mapping[str, Any]) -> str:
    gains, pooled = known["gains"], known["own_past"]
    lines = [
        f"**{title}**, on the dev part after {LAST_YEAR} (reported, never tuned on). Over lines of code alone: AUC "
        f"{_interval(gains['auc'], '+')}, AUC at equal size {_interval(gains['size_matched_auc'], '+')}, the top tenth "
        f"catches {_interval(gains['top_tenth'])} times as many, the safest half {_interval(gains['safest_half'])}. "
        f"Pooled, own past included: R² {pooled['r2']:.3f} beside a ceiling of {pooled['ceiling']:.3f} (the "
        f"correlation of one year with the next), AUC {pooled['auc_over_all_moments']:.3f}, ECE {pooled['ece']:.3f}, "
        f"observed to expected {pooled['observed_expected']:.2f}.",
        "",
        "| repository | rows | fixed | AUC, lines alone | at equal size, lines alone | R², own past | O/E, own past |",
        "|---|---|---|---|---|---|---|",
    ]
    for repository, each in known["repositories"].items():
        model, alone, own = each["model"], each["lines"], each["own_past"]
        lines.append(
            f"| {repository} | {model['rows']:,.0f} | {model['fixed']:.0f} | {model['auc']:.3f}, {alone['auc']:.3f} | "
            f"{model['size_matched_auc']:.3f}, {alone['size_matched_auc']:.3f} | "
            f"{model['r2']:+.3f}, {own['r2']:+.3f} | "
            f"{model['observed_expected']:.2f}, {own['observed_expected']:.2f} |"
        )
    return "\n".join(lines)


def _weights(run: Path) -> str:
    """The weights of the model of functions: what the least and the most of each feature differ by."""
    model, _ = load(run, FUNCTION, with_past=True)
    pairs = sorted(zip(model.weights, FEATURES[FUNCTION], strict=True), reverse=True)
    shown = ", ".join(f"{name} {weight:+.2f}" for weight, name in pairs)
    return f"**Weights** of the model of functions (percentiles go from 0 to 1): {shown}."


def _interval(known: Sequence[float], sign: str = "") -> str:
    middle, low, high = known
    return f"{middle:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"
