"""Which calls become tests: each adds a part of the code that ran, or a class of outcomes that no other shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Region

_READABLE = 60  # characters of arguments and result that fit a line.
_MOST = 8  # tests of one target: who reads a file of thirty per function?
_ACCIDENTS = frozenset(
    {"panic", "TypeError", "ReferenceError", "NullPointerException", "ClassCastException", "InternalError"}
)
"""Errors that as a rule say that the values did not fit, not that the function refuses them."""


def select(
    calls: Mapping[int, Call], outcomes: Mapping[int, Outcome], is_meant: Callable[[Call, Outcome], bool]
) -> list[Case]:
    """The cases worth keeping, in the order of the calls; the greedy cover of what was seen, plain outcomes first.

    An error that `is_meant` does not vouch for is left out where it is of a kind that wrong values bring about.
    """
    parts = _Parts(outcomes.values())
    left = {
        key: _shows(calls[key], outcome, parts)
        for key, outcome in outcomes.items()
        if outcome.form != "error" or outcome.error not in _ACCIDENTS or is_meant(calls[key], outcome)
    }
    kept: dict[int, str] = {}
    counts: dict[str, int] = {}
    seen: set[object] = set()
    while left:
        best = max(left, key=lambda key: _worth(left[key] - seen, calls[key], outcomes[key], key))
        gain = left.pop(best) - seen
        name = calls[best].target.qualified
        if not gain:
            break
        if counts.get(name, 0) < _MOST:
            counts[name] = counts.get(name, 0) + 1
            adds_code = any(isinstance(one, tuple) and one[1] != "kind" for one in gain)
            kept[best] = "runs what no other test runs" if adds_code else "gives another kind of result"
            seen |= gain
    return [Case(calls[key], outcomes[key], kept[key]) for key in sorted(kept)]


class _Parts:
    """Regions of several calls cut where any of them begins or ends, so that they compare."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._cuts = sorted({cut for one in outcomes for region in one.regions for cut in region})

    def of(self, regions: Iterable[Region]) -> set[Region]:
        """The parts that regions are made of."""
        found = set()
        for start, end in regions:
            place = bisect_left(self._cuts, start)
            if start == end:
                found.add((start, end))  # the number of a beacon.
            while place + 1 < len(self._cuts) and self._cuts[place + 1] <= end:
                found.add((self._cuts[place], self._cuts[place + 1]))
                place += 1
        return found


def _shows(call: Call, outcome: Outcome, parts: _Parts) -> set[object]:
    """What a test of the call would show. Values for untyped parameters are guesses, which no test need pin each."""
    target = call.target
    is_guess = any(not (one.type or one.default or target.hints.get(one.name)) for one in target.parameters)
    kind = "any" if is_guess and call.arguments not in target.rows else outcome.kind
    return {(target.qualified, "kind", kind), *((target.qualified, part) for part in parts.of(outcome.regions))}


def _worth(gain: set[object], call: Call, outcome: Outcome, key: int) -> tuple[int, bool, bool, int]:
    """More first, then what gives a value, then what reads well, then what people wrote or is likely."""
    length = sum(map(len, call.arguments)) + len(outcome.text)
    return len(gain), outcome.form != "error", length < _READABLE, -key
