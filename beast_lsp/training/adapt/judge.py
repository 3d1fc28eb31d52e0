"""Whether a delta is better on files that it never saw, beyond what chance would do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_GAIN = 0.005
"""A share of the loss; less is not worth a change of what the user knows."""
_ROUNDS = 2_000
_DOUBT = 0.025  # The share of the resampled gains that may be below the one that counts.
_SEED = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nats an id before and after on so many files, and the share of the loss that is surely won."""

    before: float
    after: float
    files: int
    surely: float

    @property
    def gain(self) -> float:
        """The share of the loss that is won on these files."""
        return 1.0 - self.after / self.before if self.before else 0.0

    @property
    def is_better(self) -> bool:
        """Whether the gain is beyond chance."""
        return self.surely >= LEAST_GAIN


def judge(before: Sequence[float], after: Sequence[float], ids: Sequence[int]) -> Verdict:
    """Compares what each file's ids cost in all before and after: a bootstrap over files, paired (Efron, 1979)."""
    first, second = np.array(before), np.array(after)
    picked = np.random.default_rng(_SEED).integers(0, len(first), (_ROUNDS, len(first)))
    gains = 1.0 - second[picked].sum(axis=1) / first[picked].sum(axis=1)
    count = sum(ids)
    costs = float(first.sum()) / count, float(second.sum()) / count
    return Verdict(*costs, len(first), float(np.quantile(gains, _DOUBT)))
