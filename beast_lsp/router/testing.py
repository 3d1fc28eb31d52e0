"""Which tests are asked for, and what is answered: written tests with the evidence for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

SECONDS = 30.0
"""What a module may take by default, all in all."""


def _nothing(_stage: Stage) -> None:
    return


@dataclass(frozen=True, slots=True)
class Stage:
    """How far the work is: what is being done, and the percentage of all that is done."""

    phase: str
    percent: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """Test functions that an endpoint proposes, as text, and the endpoint's name."""

    text: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class WantedTests:
    """What is to be tested and how.

    `names` are qualified names within the document's module; none means all of it. `framework` is "pytest" or
    "unittest", "" what the project uses. `interpreter` is the one that the owner named, None what the project has.
    `is_unconfined`: the user agreed to run the code where this system gives no limits. `tell` is called with each
    `Stage`, in the thread that works. `proposed` brings what an endpoint proposes; the router sets it. `example` asks
    for a WrittenExample of the one name in place of tests, under these options of what documents.
    """

    names: tuple[str, ...] = ()
    framework: str = ""
    interpreter: Path | None = None
    seconds: float = SECONDS
    is_unconfined: bool = False
    tell: Callable[[Stage], None] = _nothing
    proposed: Future[Proposed] | None = None
    example: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class WrittenExample:
    """A doctest for a docstring: its lines as one text, and the whole docstring as it was run with it."""

    text: str
    docstring: str


@dataclass(frozen=True, slots=True)
class KeptTest:
    """One test that stays: its name in the file, why it stays, and where it comes from ("recorded", or an endpoint).

    `suspicion` is a sentence where what it pins looks like a bug.
    """

    name: str
    why: str
    origin: str
    suspicion: str = ""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change of the code that no test notices: on `line` (from 1), `before` became `after` in a function."""

    line: int
    before: str
    after: str
    function: str


@dataclass(frozen=True, slots=True)
class WrittenTests:
    """The tests of one module that passed every check.

    `path` is relative to the workspace folder, `text` what the whole file becomes, and `before` what it was (None: it
    is new). Coverage is the share (0-1) of lines and branches of what was to be tested, by the file's tests. `notes`
    say what was faked, what could not be tested and why. `beside` are empty files that its folder needs, too.
    `measured` is what coverage counts; `python` the version of what ran the tests.
    """

    path: str
    text: str
    before: str | None
    framework: str
    python: str
    kept: tuple[KeptTest, ...]
    coverage_before: float
    coverage: float
    killed: int
    mutants: int
    survivors: tuple[Survivor, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    beside: tuple[str, ...] = ()
    measured: str = "lines and branches"

    @property
    def suspicions(self) -> tuple[str, ...]:
        """What looks like a bug, a sentence each."""
        return tuple(dict.fromkeys(each.suspicion for each in self.kept if each.suspicion))
