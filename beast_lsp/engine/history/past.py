"""What the last twelve months say of a function or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from beast_lsp.engine.history.lines import Touch

YEAR = 365 * 86_400.0
"""The window, in seconds."""
PAST = ("changes", "fixes", "authors", "churn", "age", "heat")
"""The names of what `Past.values` gives, in its order."""
_HALF_LIFE = 90 * 86_400.0


@dataclass(slots=True)
class Past:
    """The commits that changed something in the year before `now` (seconds since 1970)."""

    now: float
    changes: int = 0
    churn: int = 0
    latest: float = 0.0
    heat: float = 0.0
    authors: set[str] = field(default_factory=set)
    fixed_by: list[tuple[str, float]] = field(default_factory=list)

    def add(self, touch: Touch) -> None:
        """Counts one commit's touch: each of its origins as a change."""
        origins = {origin for hunk in touch.hunks for origin in hunk.origins}
        time = float(touch.commit.time)
        self.latest = max(self.latest, time)
        self.changes += len(origins)
        self.authors.update(origin.author for origin in origins)
        self.churn += sum(hunk.added + hunk.removed for hunk in touch.hunks if hunk.origins)
        self.heat += len(origins) * 0.5 ** (max(0.0, self.now - time) / _HALF_LIFE)
        self.fixed_by += sorted((origin.hash, time) for origin in origins if origin.is_fix)

    def values(self) -> list[float]:
        """In the order of `PAST`.

        Changes, fixes, authors, changed lines, years since the last change (1 at most), and the changes again,
        each counting half as much 90 days later.
        """
        age = min(1.0, max(0.0, self.now - self.latest) / YEAR)
        counts = (self.changes, len(self.fixed_by), len(self.authors), self.churn)
        return [*map(float, counts), age, self.heat]


def telling(touches: Iterable[Touch]) -> Iterator[Touch]:
    """The touches that say something of what they touch: those with a hunk that has an origin."""
    return (touch for touch in touches if any(hunk.origins for hunk in touch.hunks))


def is_fixed(touch: Touch) -> bool:
    """Whether a touch repaired something."""
    return any(origin.is_fix for hunk in touch.hunks for origin in hunk.origins)
