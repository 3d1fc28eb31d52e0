"""What is stored of scores: each that was shown, what the user said of it, and which fixes came later."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Score:
    """A score that was shown, of a function (or of a file, whose name is empty), in a workspace folder.

    `features` are those of `version`, as the models of the digest `models` read them; `created_at` is in seconds since
    the epoch.
    """

    STATEMENT: ClassVar[str] = """
        INSERT OR IGNORE INTO quality_scores VALUES (:prediction_id, :created_at, :folder, :path, :name, :version,
            :models, :risk, :score, :features)
    """

    prediction_id: str
    created_at: float
    folder: str
    path: str
    name: str
    version: int
    models: str
    risk: float
    score: int
    features: Sequence[float]

    def columns(self) -> dict[str, Any]:
        """The row of `quality_scores`."""
        # What is not known is no number, which JSON has no word for.
        known = [None if math.isnan(value) else round(value, 6) for value in map(float, self.features)]
        return {**asdict(self), "features": json.dumps(known, separators=(",", ":"))}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the user said of a score: `up` or `down`. The last word counts."""

    STATEMENT: ClassVar[str] = """
        INSERT INTO quality_verdicts SELECT :prediction_id, :verdict, '', :created_at
            WHERE EXISTS (SELECT 1 FROM quality_scores WHERE prediction_id = :prediction_id)
        ON CONFLICT (prediction_id, evidence) DO UPDATE SET verdict = excluded.verdict, created_at = excluded.created_at
    """

    prediction_id: str
    created_at: float
    verdict: str

    def columns(self) -> dict[str, Any]:
        """The row of `quality_verdicts`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LaterFix:
    """A fix that git knows of: it is linked with every score of what it touched that was shown before."""

    STATEMENT: ClassVar[str] = """
        INSERT OR IGNORE INTO quality_verdicts SELECT prediction_id, 'fixed', :commit, :created_at FROM quality_scores
            WHERE folder = :folder AND path = :path AND name = :name AND created_at < :created_at
    """

    folder: str
    path: str
    name: str
    commit: str
    created_at: float

    def columns(self) -> dict[str, Any]:
        """The values of `STATEMENT`."""
        return asdict(self)
