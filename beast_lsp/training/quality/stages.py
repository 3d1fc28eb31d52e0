"""The stages of the fix-risk models after mining; what one writes to a folder, the next reads there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.quality.calibration import sigmoid
from beast_lsp.engine.quality.features import FILE, FUNCTION, Reference
from beast_lsp.engine.quality.model import file_name
from beast_lsp.engine.quality.score import Curve
from beast_lsp.training.quality.evaluate import by_repository, gain, mean, pooled, ratio, with_own_past
from beast_lsp.training.quality.export import export as write_model
from beast_lsp.training.quality.learners import LEARNERS
from beast_lsp.training.quality.linear import Linear, fit_linear, fit_lines
from beast_lsp.training.quality.prepare import Table, prepare
from beast_lsp.training.quality.rows import Mined
from beast_lsp.training.quality.tracking import track
from beast_lsp.training.quality.train import LAST_YEAR, across, is_early, of_part, without_past

LEVELS = (FUNCTION, FILE)
_BEATEN = 0.005  # A model of more parts has to be this much better in both AUCs to be worth them.


def prepare_tables(mined: Path, tables: Path) -> None:
    """Writes a table and a reference for each level."""
    tables.mkdir(parents=True, exist_ok=True)
    paths = sorted(mined.glob("*.npz"))
    about = [Mined.load(path) for path in paths]
    sources = [{"name": one.name, "commit": one.commit, "licence": one.licence} for one in about]
    (tables / "sources.json").write_text(json.dumps(sources, indent=1), "utf-8")
    for level in LEVELS:
        table = prepare(paths, level)
        table.save(tables / f"{level}.npz")
        known = [
            rows.of(rows.years <= LAST_YEAR)
            for one in about
            for rows in [one.files if level == FILE else one.functions]
        ]
        values, past = (np.concatenate([getattr(rows, name) for rows in known]) for name in ("values", "past"))
        (tables / f"{level}.json").write_text(json.dumps(Reference.of(values, past).to_json()), "utf-8")
        print(f"{level}: {len(table.labels):,} rows of {len(paths)} repositories, {table.labels.mean():.4f} fixed")


def compare(tables: Path, run: Path) -> None:
    """Judges every kind of model on repositories of the train part that it has not seen."""
    table = Table.load(tables / f"{FUNCTION}.npz")
    judged, logits = across(table)
    by = {name: by_repository(judged, known) for name, known in logits.items()}
    found = {name: mean(by[name]) | _pooled(judged, logits[name]) for name in by}
    gains = {name: _gains(judged, logits[name], logits["lines"]) for name in by}
    _write(run / "compare.json", {"repositories": len(by["lines"]), "models": found, "gains": gains})
    for name, figures in found.items():
        print(f"{name:10}", *(f"{key} {figures[key]:.4f}" for key in ("auc", "size_matched_auc", "pooled_r2")))
    print("not beaten by a less simple one:", simplest(found))


def simplest(found: Mapping[str, Mapping[str, float]]) -> str:
    """The first model, from the simplest on, that no later one beats in both AUCs by more than half a hundredth."""
    names = list(LEARNERS)
    for place, name in enumerate(names):
        better = [
            other
            for other in names[place + 1 :]
            if all(found[other][key] > found[name][key] + _BEATEN for key in ("auc", "size_matched_auc"))
        ]
        if not better:
            return name
    return names[-1]


def train(tables: Path, run: Path) -> None:
    """Fits the model that ships on the train part's earlier years: of each level, with a past and without."""
    run.mkdir(parents=True, exist_ok=True)
    for level in LEVELS:
        table = Table.load(tables / f"{level}.npz")
        known = table.of(of_part(table, "train") & is_early(table))
        for with_past in (True, False):
            rows = known if with_past else without_past(known, level)
            model = fit_linear(rows)
            curve = Curve.of(sigmoid(model.logits(rows)))
            lines = fit_lines(rows)
            np.savez(
                run / _fitted(level, with_past=with_past), **asdict(model), curve=np.array(curve.risks), lines=lines
            )
            print(f"{level}, {'with' if with_past else 'without'} a past: {len(rows.labels):,} rows")


def export(tables: Path, run: Path, models: Path) -> None:
    """Writes the fitted models as ONNX."""
    for level in LEVELS:
        reference = Reference.from_json(json.loads((tables / f"{level}.json").read_text("utf-8")))
        for with_past in (True, False):
            model, curve = load(run, level, with_past=with_past)
            path = models / file_name(level, with_past=with_past)
            write_model(model, level, curve, reference, path)
            print(f"{path.name}: {path.stat().st_size:,} bytes")


def evaluate(tables: Path, run: Path, name: str = "") -> None:
    """Judges the fitted models, and lines of code alone, on the dev part's later years; `name` is the language's."""
    found: dict[str, Any] = {}
    for level in LEVELS:
        table = Table.load(tables / f"{level}.npz")
        judged = table.of(of_part(table, "dev"))
        for with_past in (True, False):
            rows = judged if with_past else without_past(judged, level)
            logits = load(run, level, with_past=with_past)[0].logits(rows)
            slope, base = np.load(run / _fitted(level, with_past=with_past))["lines"]
            lines = base + slope * np.log(np.maximum(rows.lines, 1.0))
            found[_fitted(level, with_past=with_past)[:-4]] = _judged(rows, logits, lines)
    _write(run / (f"figures-{name}.json" if name else "figures.json"), found)
    parameters = {"last_year": LAST_YEAR, "language": name or "python"}
    track(run, parameters, {key: known["own_past"] for key, known in found.items()})
    for which, known in found.items():
        gains = (f"{key} {middle:.3f} [{low:.3f}, {high:.3f}]" for key, (middle, low, high) in known["gains"].items())
        print(f"{which}, over lines alone: {', '.join(gains)}")


def load(run: Path, level: str, *, with_past: bool) -> tuple[Linear, Curve]:
    """What `train` wrote."""
    with np.load(run / _fitted(level, with_past=with_past)) as known:
        return Linear(known["weights"], known["means"], float(known["bias"])), Curve([*map(float, known["curve"])])


def _judged(rows: Table, logits: Any, lines: Any) -> dict[str, Any]:
    """Every figure of one model beside lines alone; own pasts are learnt from all years, and judged on later ones."""
    late = ~is_early(rows)
    own = with_own_past(rows, logits)[late]
    rows, logits, lines = rows.of(late), logits[late], lines[late]
    model_by, lines_by, own_by = (by_repository(rows, known) for known in (logits, lines, own))
    return {
        "repositories": {
            name: {"model": model_by[name], "lines": lines_by[name], "own_past": own_by[name]} for name in model_by
        },
        "mean": {"model": mean(model_by), "lines": mean(lines_by), "own_past": mean(own_by)},
        "gains": _gains(rows, logits, lines),
        "pooled": {"model": pooled(rows, logits), "lines": pooled(rows, lines)},
        "own_past": pooled(rows, own),
    }


def _gains(rows: Table, logits: Any, lines: Any) -> dict[str, tuple[float, float, float]]:
    """What a model gains over lines alone, each with its interval."""
    model_by, lines_by = by_repository(rows, logits), by_repository(rows, lines)
    return {
        "auc": gain(model_by, lines_by, "auc"),
        "size_matched_auc": gain(model_by, lines_by, "size_matched_auc"),
        "top_tenth": ratio(rows, logits, rows.lines, 0.1, safest=False),
        "safest_half": ratio(rows, logits, rows.lines, 0.5, safest=True),
    }


def _pooled(judged: Table, logits: Any) -> dict[str, float]:
    return {f"pooled_{name}": value for name, value in pooled(judged, logits).items()}


def _fitted(level: str, *, with_past: bool) -> str:
    return f"{level}{'' if with_past else '-static'}.npz"


def _write(path: Path, found: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1), "utf-8")
