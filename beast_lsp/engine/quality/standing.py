"""What the risks of a workspace are set against, and the past of its code: made by the batch process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from beast_lsp.engine.history.past import PAST, YEAR, Past
from beast_lsp.engine.quality.calibration import Calibration
from beast_lsp.engine.quality.features import VERSION, Reference
from beast_lsp.engine.quality.score import Curve

UNTOUCHED = tuple(Past(10 * YEAR).values())
"""The past, in the order of `PAST`, of code that nobody has changed for long."""
UNKNOWN = (float("nan"),) * len(PAST)
"""The past where there is no history."""
Fix = tuple[str, float]
"""A fix that touched something: the commit's hash, and its time in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What one level of one language family is set against. `calibration` is that of the workspace's own past."""

    reference: Reference
    calibration: Calibration
    curve: Curve


@dataclass(frozen=True, slots=True)
class Standing:
    """A workspace at `head` ("" without a history), as the `models` of these digests see it.

    `grounds` are by (language family, level). `pasts` and `fixes` are by path and qualified name ("" for the file
    itself), of what changed within a year. `calibrated` is the month of the calibrations, `notice` what is to be said.
    """

    models: str = ""
    head: str = ""
    calibrated: str = ""
    notice: str = ""
    grounds: Mapping[tuple[str, str], Ground] = field(default_factory=dict)
    pasts: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)
    fixes: Mapping[str, Mapping[str, Sequence[Fix]]] = field(default_factory=dict)

    @property
    def has_past(self) -> bool:
        """Whether there is a history to judge by."""
        return bool(self.head)

    def past(self, path: str, name: str = "") -> Sequence[float]:
        """The past year of a function, or of a file; not a number where nothing is known."""
        return self.pasts.get(path, {}).get(name, UNTOUCHED) if self.has_past else UNKNOWN

    def to_json(self) -> dict[str, Any]:
        """A plain structure for `from_json`."""
        return {
            "version": VERSION,
            "models": self.models,
            "head": self.head,
            "calibrated": self.calibrated,
            "notice": self.notice,
            "grounds": [[*key, _ground_to_json(ground)] for key, ground in self.grounds.items()],
            "pasts": self.pasts,
            "fixes": self.fixes,
        }

    @classmethod
    def from_json(cls, data: Any) -> Standing:
        """What `to_json` gave. Raises ValueError, TypeError or KeyError for anything else, another version included."""
        if data["version"] != VERSION:
            raise ValueError("another version")
        grounds = {(family, level): _ground_from_json(ground) for family, level, ground in data["grounds"]}
        about = (data["models"], data["head"], data["calibrated"], data["notice"])
        return cls(*about, grounds, data["pasts"], data["fixes"])


def _ground_to_json(ground: Ground) -> dict[str, Any]:
    return {
        "reference": ground.reference.to_json(),
        "calibration": [ground.calibration.base, ground.calibration.slope],
        "curve": list(ground.curve.risks),
    }


def _ground_from_json(data: Any) -> Ground:
    base, slope = data["calibration"]
    calibration = Calibration(float(base), float(slope))
    return Ground(Reference.from_json(data["reference"]), calibration, Curve(data["curve"]))
