"""What the last twelve months say of a function or a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from beast_lsp.engine.history.fixes import is_bulk, is_fix
from beast_lsp.engine.history.lines import Touch

YEAR = 365 * 86_400.0
"""The window, in seconds."""
PAST = ("changes", "fixes", "authors", "churn", "age", "heat")
"""The names of what `Past.values` gives, in its order."""
_HALF_LIFE = 90 * 86_400.0


@dataclass(slots=True)
class Past:
    """Commits of the last twelve months before `now` (seconds since 1970) that changed something."""

    now: float
    changes: int = 0
    fixes: int = 0
    churn: int = 0
    latest: float = 0.0
    heat: float = 0.0
    authors: set[str] = field(default_factory=set)
    fixed_by: list[tuple[str, float]] = field(default_factory=list)

    def add(self, touch: Touch, *, fix: bool) -> None:
        """Counts one commit's touch."""
        self.changes += 1
        self.fixes += fix
        self.authors.add(touch.commit.author)
        self.churn += sum(hunk.added + hunk.removed for hunk in touch.hunks)
        self.latest = max(self.latest, touch.commit.time)
        self.heat += 0.5 ** (max(0.0, self.now - touch.commit.time) / _HALF_LIFE)
        if fix:
            self.fixed_by.append((touch.commit.hash, float(touch.commit.time)))

    def values(self) -> list[float]:
        """In the order of `PAST`.

        Changes, fixes, authors, changed lines, years since the last change (1 at most), and the changes again, each
        counting half as much 90 days later.
        """
        age = min(1.0, max(0.0, self.now - self.latest) / YEAR)
        return [float(self.changes), float(self.fixes), float(len(self.authors)), float(self.churn), age, self.heat]


def telling(touches: Iterable[Touch], ignored: Collection[str] = ()) -> Iterable[tuple[Touch, bool]]:
    """The touches that say something, each with whether it is a fix: no bulk commit's, none that is only cosmetic."""
    for touch in touches:
        if is_bulk(touch.commit, ignored) or all(hunk.is_cosmetic for hunk in touch.hunks):
            continue
        yield touch, is_fix(touch.commit.message)
