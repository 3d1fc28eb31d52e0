"""Why a score is what it is, in words: the contributions of kindred features together, and what they rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.quality.features import FEATURES


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words are made of: the features (percentiles from 0 to 1), the past, and the file's past."""

    level: str
    features: Sequence[float]
    past: Sequence[float]
    file_past: Sequence[float]

    def of(self, feature: str) -> float:
        """The value of a feature."""
        return float(self.features[FEATURES[self.level].index(feature)])


@dataclass(frozen=True, slots=True)
class Reason:
    """What kindred features add to the logit; all reasons of a function sum to its logit less the base.

    One that `speaks` may stand beside a score. The others hold for all of the workspace alike, or sound like their own
    opposite: features that go together share a weight, so that a short file may add a little to the risk.
    """

    contribution: float
    speaks: bool
    _say: Callable[[Evidence], str]
    _evidence: Evidence

    @property
    def text(self) -> str:
        """The reason in words. They are found when they are asked for: most reasons are never read."""
        return self._say(self._evidence)


def reasons(evidence: Evidence, contributions: Any) -> list[Reason]:
    """Every reason, the weightiest first: those that speak for the score's own side of the base before the others."""
    found = [
        _reason(evidence, float(contributions[places].sum()), places[0], say)
        for places, say in _places(evidence.level)
        if not all(math.isnan(evidence.features[place]) for place in places)
    ]
    sign = 1 if contributions.sum() >= 0 else -1
    return sorted(found, key=lambda reason: -sign * reason.contribution)


def _reason(evidence: Evidence, contribution: float, place: int, say: Callable[[Evidence], str]) -> Reason:
    is_rank = FEATURES[evidence.level][place].removeprefix("past_").removeprefix("file_") not in PAST
    fits = not is_rank or (evidence.features[place] >= 0.5) == (contribution >= 0)
    return Reason(contribution, say is not _rates and fits, say, evidence)


@cache
def _places(level: str) -> list[tuple[list[int], Callable[[Evidence], str]]]:
    """For each group that a level has, where its features stand."""
    names = {name: place for place, name in enumerate(FEATURES[level])}
    groups = (([names[name] for name in group if name in names], say) for group, say in _GROUPS)
    return [(places, say) for places, say in groups if places]


def _stands(feature: str, more: str, less: str) -> Callable[[Evidence], str]:
    """Says where a function stands: `more` or `less` than so many percent of the others."""

    def say(known: Evidence) -> str:
        share = known.of(feature)
        return f"{more} than {_percent(share)} here" if share >= 0.5 else f"{less} than {_percent(1 - share)} here"

    return say


def _changed(values: Sequence[float]) -> str:
    past = dict(zip(PAST, values, strict=True))
    if past["changes"]:
        people = _several(past["authors"], "person", "people")
        return f"changed {_several(past['changes'], 'time', 'times')} in a year by {people}"
    return "unchanged for a year"


def _fixed(values: Sequence[float]) -> str:
    past = dict(zip(PAST, values, strict=True))
    if past["fixes"]:
        return f"touched by {_several(past['fixes'], 'fix', 'fixes')} in a year"
    return "touched by no fix in a year"


def _rates(known: Evidence) -> str:
    odds = math.exp(known.of("workspace_fixed"))
    return f"{_percent(odds / (1 + odds))} of the code here was fixed within a year"


def _percent(share: float) -> str:
    return f"{min(99, max(1, int(100 * share)))}%"


def _several(count: float, one: str, many: str) -> str:
    return f"{count:.0f} {one if round(count) == 1 else many}"


_SIZE = ("lines", "code_lines", "tokens", "names", "calls", "assignments", "attributes", "literals")
_FLOW = ("branches", "loops", "conditions", "returns", "raises", "handlers", "branches_a_line")
_TEXT = ("tokens_a_line", "longest_line", "comments", "uses_a_name")
_CHANGES = ("changes", "authors", "churn", "age", "heat")
_GROUPS: tuple[tuple[tuple[str, ...], Callable[[Evidence], str]], ...] = (
    (_SIZE, _stands("lines", "longer", "shorter")),
    (_FLOW, _stands("branches", "more branches", "fewer branches")),
    (("nesting", "indentation"), _stands("nesting", "nested deeper", "nested less")),
    (("parameters",), _stands("parameters", "more parameters", "fewer parameters")),
    (_TEXT, _stands("tokens_a_line", "denser lines", "lighter lines")),
    (tuple(f"past_{name}" for name in _CHANGES), lambda known: _changed(known.past)),
    (("past_fixes",), lambda known: _fixed(known.past)),
    (("file_lines", "file_parameters"), _stands("file_lines", "in a longer file", "in a shorter file")),
    (tuple(f"file_{name}" for name in _CHANGES), lambda known: f"its file {_changed(known.file_past)}"),
    (("file_fixes",), lambda known: f"its file {_fixed(known.file_past)}"),
    (("workspace_changed", "workspace_fixed"), _rates),
)
"""Every feature is in one group, led by the one that its words are about. A file's `parameters` are its functions."""
