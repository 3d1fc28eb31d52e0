"""Whether tests probably run a function, read from names and imports alone: for where there is no coverage report.

Python only, for that is what it was fitted and evaluated on. The features are few and the model is a logistic
regression, so that a reader can follow what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log, log1p
from typing import NamedTuple

from beast_lsp.engine.coverage.mentions import FileMentions, FunctionMentions
from beast_lsp.engine.coverage.reach import imported_modules, is_special, parts_of, reached

FEATURES = (
    "reached", "strength", "test_of_module", "imported", "reached_share", "stub", "private", "log_lines",
    "tests_per_function",
)  # fmt: skip
"""In the order of `Evidence.values`: whether tests reach the function by calls (`engine.coverage.reach`), and how
strongly; whether a test file is named after its module, and whether one imports it; the share of the module's functions
that tests reach; whether it is a stub, and private; its length; the tests of the workspace per function."""

# python -m beast_lsp.training.coverage, over eight train repositories, each with all, a third and a tenth of its tests.
INTERCEPT = -4.244
WEIGHTS = (1.2, 0.525, 0.606, 0.429, 1.65, -1.254, -0.309, 0.137, 2.626)


class Evidence(NamedTuple):
    """One function: its file, its header's line (from 0), its distance from the tests, and the values of `FEATURES`.

    The distance is 1 where a test mentions the function, one more for each call between; 0 where none comes there.
    """

    path: str
    line: int
    distance: int
    values: tuple[float, ...]


class Predicted(NamedTuple):
    """The probability that tests run most of a function's lines, and its distance from them (as in `Evidence`)."""

    path: str
    line: int
    probability: float
    distance: int


def predict(files: Sequence[FileMentions]) -> list[Predicted]:
    """A prediction for each function outside of the tests; `files` are the workspace's, its tests among them. Total."""
    return [Predicted(found.path, found.line, probability(found.values), found.distance) for found in evidence(files)]


def probability(values: Sequence[float]) -> float:
    """What the model makes of the values of `FEATURES`."""
    logit = INTERCEPT + sum(weight * value for weight, value in zip(WEIGHTS, values, strict=True))
    return 1 / (1 + exp(-max(-50.0, min(50.0, logit))))


def evidence(files: Sequence[FileMentions]) -> list[Evidence]:
    """What the names in a workspace's files tell of each function outside of the tests."""
    known = _Workspace(files)
    return [found for file in files if not file.is_test for found in known.of_file(file)]


class _Workspace:
    """What is counted once for all functions."""

    def __init__(self, files: Sequence[FileMentions]) -> None:
        tests = [file for file in files if file.is_test]
        self._reached = reached(files)
        self._test_files = [parts_of(file.path)[-1].lower() for file in tests]
        self._imports = {module for file in tests for module in imported_modules(file)}
        functions = sum(len(file.functions) for file in files if not file.is_test)
        self._tests = log1p(sum(len(file.functions) for file in tests) / max(1, functions))

    def of_file(self, file: FileMentions) -> Iterator[Evidence]:
        """The evidence for each function of a file."""
        parts = parts_of(file.path)
        name = parts[-1].lower().strip("_") if parts else ""
        has_test = any(name and name in test for test in self._test_files)
        is_imported = any(parts[-len(module) :] == module for module in self._imports)
        distances = [self._reached.distances.get(_key(file, function), 0) for function in file.functions]
        share = sum(distance > 0 for distance in distances) / max(1, len(distances))
        for function, distance in zip(file.functions, distances, strict=True):
            strength = log1p(self._reached.strengths.get(_key(file, function), 0.0))
            of_module = (float(has_test), float(is_imported), share)
            values = (float(distance > 0), strength, *of_module, *_shape(function), self._tests)
            yield Evidence(file.path, function.definition.line, distance, values)


def _shape(function: FunctionMentions) -> tuple[float, ...]:
    known = function.definition
    is_private = known.name[:1] == "_" and not is_special(known.name)
    return float(function.is_stub), float(is_private), log(max(1, known.end_line - known.line + 1))


def _key(file: FileMentions, function: FunctionMentions) -> tuple[str, int]:
    return file.path, function.definition.line
