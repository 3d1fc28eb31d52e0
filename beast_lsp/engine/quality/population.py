"""The ground that a workspace's risks stand on, made of all its code at a moment, and the windows of its own past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.history.moment import Moment, Unit
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.quality.calibration import UNCALIBRATED, Calibration, Window, own_past
from beast_lsp.engine.quality.features import FILE, FUNCTION, Reference, file_features, function_features
from beast_lsp.engine.quality.judge import Models, arrays, judge
from beast_lsp.engine.quality.score import Curve
from beast_lsp.engine.quality.standing import UNKNOWN, Fix, Ground

FEWEST = 20
"""With fewer functions of a language, percentiles mean little: it is set against what the model has seen instead."""


Arrays = tuple[Any, Any]
"""Measures (n x METRICS) and pasts (n x PAST)."""
Grounds = Mapping[tuple[str, str], Ground]
Calibrations = Mapping[tuple[str, str], Calibration]
"""By language family and level."""
EMPTY: Mapping[str, Reference] = {}


@dataclass(frozen=True, slots=True)
class Population:
    """The code of one language family at a moment: of each level the reference, and the features."""

    references: Mapping[str, Reference]
    features: Mapping[str, Any]


def grounds(now: Moment, calibrations: Calibrations, models: Models, *, with_past: bool) -> Grounds:
    """What each language family and level stands on; tests are left out where there is other code."""
    found = {}
    for family, (population, _) in _populations(now, models, with_past=with_past).items():
        for level in (FILE, FUNCTION):
            model, calibration = models[level, with_past], calibrations.get((family, level), UNCALIBRATED)
            risks = judge(population.features[level], model, calibration).risks
            curve = Curve.of(risks) if len(risks) >= FEWEST else Curve(model.curve)
            found[family, level] = Ground(population.references[level], calibration, curve)
    return found


def calibrations(before: Sequence[Moment], models: Models) -> Calibrations:
    """What a workspace's own past makes of the models' risks.

    `before` are the moments, the oldest first, whose next twelve months are over.
    """
    windows: dict[tuple[str, str], list[Window]] = {}
    for moment in before:
        for family, (population, labels) in _populations(moment, models, with_past=True).items():
            for level in (FILE, FUNCTION):
                logits = models[level, True].score(population.features[level]).logits
                windows.setdefault((family, level), []).append(Window(logits, labels[level]))
    return {key: own_past(known) for key, known in windows.items()}


_Labelled = tuple[Population, Mapping[str, Any]]


def _populations(moment: Moment, models: Models, *, with_past: bool) -> Mapping[str, _Labelled]:
    known = {level: models[level, with_past].reference for level in (FILE, FUNCTION)}
    members: dict[str, list[int]] = {}
    for number, unit in enumerate(moment.files):
        members.setdefault(for_path(Path(unit.path)).family, []).append(number)
    return {family: _population(moment, files, known, with_past=with_past) for family, files in members.items()}


def pasts_of(moment: Moment) -> tuple[dict[str, dict[str, Sequence[float]]], dict[str, dict[str, Sequence[Fix]]]]:
    """By path and name the pasts of what changed within a year, and the fixes of what was fixed."""
    pasts: dict[str, dict[str, Sequence[float]]] = {}
    fixes: dict[str, dict[str, Sequence[Fix]]] = {}
    for unit in (*moment.files, *moment.functions):
        if unit.past.latest:
            pasts.setdefault(unit.path, {})[unit.measured.name] = unit.past.values()
        if unit.past.fixed_by:
            fixes.setdefault(unit.path, {})[unit.measured.name] = unit.past.fixed_by
    return pasts, fixes


def related(files: Arrays, functions: Arrays, own: Any, known: Mapping[str, Reference] = EMPTY) -> Population:
    """References and features of measures and pasts; `own` (n) is the row of each function's file among the files.

    A level with too few rows is set against the reference in `known`, where there is one.
    """
    references = {}
    for level, columns in ((FILE, files), (FUNCTION, functions)):
        is_small = len(functions[0]) < FEWEST and level in known
        references[level] = known[level] if is_small else Reference.of(*columns)
    of_file = file_features(*files, references[FILE])
    rows = function_features(*functions, of_file[own], references[FUNCTION])
    return Population(references, {FILE: of_file, FUNCTION: rows})


def _population(
    moment: Moment, files: Sequence[int], known: Mapping[str, Reference], *, with_past: bool
) -> tuple[Population, Mapping[str, Any]]:
    """All files of a family, or, where it has others too, those that are no tests; and their labels."""
    wanted = [number for number in files if not is_test(moment.files[number].path)] or list(files)
    place = {number: row for row, number in enumerate(wanted)}
    whole = [moment.files[number] for number in wanted]
    functions = [unit for unit in moment.functions if unit.file in place]
    own = np.array([place[unit.file] for unit in functions], int)
    file_columns, function_columns = (_arrays(units, with_past=with_past) for units in (whole, functions))
    return related(file_columns, function_columns, own, known), {FILE: _labels(whole), FUNCTION: _labels(functions)}


def _arrays(units: Sequence[Unit], *, with_past: bool) -> Arrays:
    pasts = [unit.past.values() if with_past else UNKNOWN for unit in units]
    return arrays([unit.measured for unit in units], pasts)


def _labels(units: Sequence[Unit]) -> Any:
    return np.array([unit.fixes > 0 for unit in units], bool)
