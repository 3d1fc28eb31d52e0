"""What the router passes on: tasks, requests, candidates, and the protocol that every model speaks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Protocol

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.router.testing import WantedTests, WrittenExample, WrittenTests

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.registry import Offer


class Task(Enum):
    """What a feature asks for."""

    INLINE = "inline"
    COMPLETION = "completion"
    REFACTOR = "refactor"
    TESTS = "tests"
    EXPLAIN = "explain"
    DOCS = "docs"


class Egress(IntEnum):
    """How far the user's code travels when a model answers."""

    PROCESS = 0
    MACHINE = 1
    NETWORK = 2


class CancelToken:
    """A flag that long steps poll; set by the client's cancel or by a newer request."""

    __slots__ = ("_cancelled",)

    def __init__(self) -> None:
        self._cancelled = False

    def cancel(self) -> None:
        """Asks whoever works on the request to stop soon."""
        self._cancelled = True

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which refactorings are asked for, between the request's position and `end`.

    `name` asks for one of them, with `options`, or with `is_glance` only whether it applies; without it, it is the menu
    of the code action `kinds` (None: all), which has `milliseconds` before what is left comes untried. `is_background`
    lets everybody else go first. For a docstring, `example` is a doctest that was run, and `words` what an endpoint
    says.
    """

    end: Position
    name: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    kinds: Collection[str] | None = None
    milliseconds: float = float("inf")
    is_background: bool = False
    is_glance: bool = False
    example: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One question. `invoked` tells an explicit request from an automatic one.

    `multiline` allows a block; `selected` is the text of the item that is selected in the editor's menu,
    which a suggestion has to extend. `limit` bounds the number of candidates of a completion list. `wanted` goes with
    the task of refactoring, `tests` with that of writing tests, `about` (facts and code) with those of explaining and
    documenting.
    """

    task: Task
    snapshot: Snapshot
    document: Document
    position: Position
    invoked: bool = False
    multiline: bool = True
    selected: str | None = None
    limit: int = 1
    wanted: Wanted | None = None
    tests: WantedTests | None = None
    about: str = ""
    cancel: CancelToken = field(default_factory=CancelToken)

    @property
    def config(self) -> Config:
        """The settings at the moment of dispatch."""
        return self.snapshot.config


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer: `text` to insert at the request's position, after `replaces` characters before it.

    `probability` is that the user keeps it, calibrated where the backend can; `kind` is a word for the
    ordinary completion list ("variable", "method", "keyword", "text", …); `detail` says where it comes from.
    """

    text: str
    probability: float
    backend: str
    replaces: int = 0
    kind: str = "text"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The candidates of one backend, best first, the refactorings it offers, or the tests or the example it wrote.

    Empty when it has nothing to say.
    """

    backend: str
    candidates: tuple[Candidate, ...] = ()
    milliseconds: float = 0.0
    offers: tuple[Offer, ...] = ()
    written: WrittenTests | None = None
    example: WrittenExample | None = None


class Backend(Protocol):
    """A model: anything that answers a task.

    `expected_ms` is the typical latency, `cost` the price of one answer in the owner's currency (0 for
    everything local). `answer` raises EndpointError or ModelError when it can't, and stops early, with what
    it has, once `request.cancel` is set.
    """

    name: str
    tasks: frozenset[Task]
    egress: Egress
    expected_ms: float
    cost: float

    async def answer(self, request: Request) -> Answer:
        """Answers one request."""
        ...
