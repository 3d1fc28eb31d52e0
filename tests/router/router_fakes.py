"""Backends that say what a test tells them to, and requests with a cursor (`¦`) in the text."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.router.endpoints import Consent, Endpoint, Endpoints
from beast_lsp.router.task import Answer, Candidate, Egress, Request, Task

FOLDER = Path("/home/somebody/project")
NO_DELAY = Config({"endpoint_delay_ms": 0})


class FakeBackend:
    """Answers every request with `texts`, or raises `error`, after `gate` is set where there is one."""

    expected_ms = 1.0
    cost = 0.0

    def __init__(
        self,
        *texts: str,
        name: str = "fake",
        error: Exception | None = None,
        gate: asyncio.Event | None = None,
        tasks: Sequence[Task] = tuple(Task),
    ) -> None:
        self.name, self.texts, self.error, self.gate = name, texts, error, gate
        self.tasks = frozenset(tasks)
        self.egress = Egress.PROCESS
        self.requests: list[Request] = []
        self.is_closed = False

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        return Answer(self.name, tuple(Candidate(text, 0.5, self.name) for text in self.texts))

    async def close(self) -> None:
        self.is_closed = True


def document(text: str, name: str = "a.py", folder: Path | None = FOLDER, language: str = "python") -> Document:
    path = (folder or Path("/elsewhere")) / name
    return Document(path.as_uri(), language, 1, split_lines(text.replace("¦", "")), path, folder)


def cursor(text: str) -> Position:
    lines = split_lines(text.partition("¦")[0])
    return Position(len(lines) - 1, len(lines[-1]))


def request(
    text: str, task: Task = Task.INLINE, *, invoked: bool = False, of: Document | None = None, multiline: bool = True
) -> Request:
    return Request(
        task, Snapshot(config=NO_DELAY), of or document(text), cursor(text), invoked=invoked, multiline=multiline
    )


def endpoints(*urls: str, folder: Path = FOLDER, deadline_ms: int = 1500) -> Endpoints:
    """Endpoints named `one`, `two`…, each with a consent for `folder`."""
    names = ("one", "two", "three")
    named = {name: Endpoint(name, url, deadline_ms=deadline_ms) for name, url in zip(names, urls, strict=False)}
    return Endpoints(named, tuple(Consent(name, folder) for name in named))


def texts(answer: Answer) -> list[str]:
    return [candidate.text for candidate in answer.candidates]
