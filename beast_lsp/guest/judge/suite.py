"""What the judge needs of a framework: the tests of a file by name, and how to run some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, NamedTuple, Protocol

GRACE = 3.0  # seconds, until a child that does not heed its alarm is ended.
PASSED, FAILED, ERROR, SKIPPED, UNRUN = "passed", "failed", "error", "skipped", "unrun"


class Outcome(NamedTuple):
    """What became of a test: "passed", "failed", "error" or "skipped", why, and how long it took.

    `is_broken`: it was cut off, so no other test should run in this process.
    """

    outcome: str
    message: str
    seconds: float
    is_broken: bool = False


Limit = Callable[[str], float]
Begin = Callable[[str], None]
End = Callable[[str, Outcome], bool]


class Suite(Protocol):
    """The collected tests of one file.

    Those in `in_short` are run with less around them, which is quicker; those in `can_be_short` may be tried so.
    """

    in_short: frozenset[str]
    can_be_short: frozenset[str]

    @property
    def names(self) -> list[str]:
        """The tests by name, as they stand: `test_one`, `Class::test_two[parameters]`."""

    def run(self, names: Sequence[str], limit: Limit, begin: Begin, end: End) -> None:
        """Run tests one after the other; `limit` is in seconds, `end` says whether to go on."""


def too_long(limit: float) -> Outcome:
    """The outcome of a test that was cut off."""
    return Outcome(ERROR, f"It took more than {limit:g} s.", limit, True)


class JudgingError(Exception):
    """Why nothing can be judged, as a sentence."""


def shortened(text: str) -> str:
    """The end of a message, where the reason stands."""
    return text if len(text) <= 2000 else "…" + text[-1999:]
