"""How far an index is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """`done` of `total` steps, where reading one file is a step; `finished` in the last report only.

    `problem` says, in the last report, why the work ended early.
    """

    done: int = 0
    total: int = 0
    finished: bool = False
    problem: str = ""

    @property
    def percentage(self) -> int:
        """0 to 100."""
        return 100 if self.finished else min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def message(self) -> str:
        """One line for the user."""
        return self.problem or ("" if self.finished else f"{self.done:,} of {self.total:,}")
