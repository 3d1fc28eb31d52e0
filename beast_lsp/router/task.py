"""What the router passes on: tasks, requests, candidates, and the protocol that every model speaks."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Protocol

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.snapshot import Snapshot


class Task(Enum):
    """What a feature asks for."""

    INLINE = "inline"
    COMPLETION = "completion"


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
class Request:
    """One question. `invoked` tells an explicit request from an automatic one.

    `multiline` allows a block; `selected` is the text of the item that is selected in the editor's menu,
    which a suggestion has to extend. `limit` bounds the number of candidates of a completion list.
    """

    task: Task
    snapshot: Snapshot
    document: Document
    position: Position
    invoked: bool = False
    multiline: bool = True
    selected: str | None = None
    limit: int = 1
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
    """The candidates of one backend, best first; empty when it has nothing to say."""

    backend: str
    candidates: tuple[Candidate, ...] = ()
    milliseconds: float = 0.0


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
