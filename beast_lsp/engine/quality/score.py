"""From risks to a score from 0 to 100, and a word.

A risk says little by itself: one function in fifty needs a fix within a year. The score of a function is 100 less the
share, in percent, of the workspace's expected fixes that fall to functions of less risk: one that is as safe as any has
100, and the few that carry most of the risk come close to 0. (The complement of a Lorenz curve.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_POINTS = 201
_WORDS = ((85, "solid"), (60, "fair"), (30, "delicate"), (0, "fragile"))


@dataclass(frozen=True, slots=True)
class Curve:
    """Risks (ascending) at evenly spaced shares of all the expected fixes, from 0 to 1."""

    risks: Sequence[float]

    @classmethod
    def of(cls, risks: Any) -> Curve:
        """Of the risks (n) of everything in a workspace; at least one."""
        ordered = np.sort(np.asarray(risks, np.float64))
        below = np.concatenate([[0.0], np.cumsum(ordered)])[:-1] / ordered.sum()
        return cls([float(risk) for risk in np.interp(np.linspace(0.0, 1.0, _POINTS), below, ordered)])

    def scores(self, asked: Any) -> list[int]:
        """The scores of risks (n), from 0 to 100."""
        # Of equal risks the first counts: the others are not safer.
        risks, first = np.unique(np.asarray(self.risks), return_index=True)
        shares = first / max(1, len(self.risks) - 1)
        return [round(100 * (1 - share)) for share in np.interp(asked, risks, shares).tolist()]


def word(score: int) -> str:
    """What a score is called."""
    return next(name for least, name in _WORDS if score >= least)
