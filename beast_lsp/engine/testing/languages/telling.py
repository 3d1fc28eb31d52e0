"""What probes tell of their calls, object by object, each looked at like any input from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from beast_lsp.engine.testing.languages.model import Call, Outcome, Region

Line = Mapping[str, Any]


def outcomes(
    lines: Iterable[Line], calls: Mapping[int, Call], outcome: Callable[[Line, Call], Outcome | None]
) -> dict[int, Outcome | None]:
    """What came of the calls, by their numbers, as `outcome` reads a line; of several lines of a call, the last."""
    found: dict[int, Outcome | None] = {}
    for line in lines:
        key = line.get("id")
        if isinstance(key, int) and key in calls:
            found[key] = outcome(line, calls[key])
    return found


def beacons_of(line: Line) -> frozenset[Region]:
    """The beacons that ran, where the probe lists their numbers."""
    hits = line.get("hits")
    return frozenset((one, one) for one in hits if type(one) is int) if isinstance(hits, list) else frozenset()
