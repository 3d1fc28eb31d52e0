"""What the tests of the two completion features share: a scripted model, a tracker, and a cursor (`¦`) in the text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.features.feedback import Shown
from beast_lsp.router.task import Answer, CancelToken, Candidate, Egress, Request, Task

FOLDER = Path("/home/somebody/project")


class ScriptedBackend:
    """Answers with `candidates`, whatever is asked; keeps the requests. `cancels` withdraws each meanwhile."""

    name = "scripted"
    tasks = frozenset(Task)
    egress = Egress.PROCESS
    expected_ms = 1.0
    cost = 0.0

    def __init__(self, *texts: str | Candidate, cancels: bool = False) -> None:
        self.candidates = tuple(Candidate(text, 0.6, self.name) if isinstance(text, str) else text for text in texts)
        self.cancels = cancels
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.cancels:
            request.cancel.cancel()
        return Answer(self.name, self.candidates)


class FakeTracker:
    """Keeps what was shown; the last of it is live until the test says otherwise."""

    def __init__(self) -> None:
        self.rows: list[Shown] = []
        self.menu: list[Shown] = []
        self.is_live = True

    def shown(self, document: Document, shown: Shown) -> None:
        self.rows.append(shown)

    def listed(self, document: Document, entries: Sequence[Shown]) -> None:
        self.menu = list(entries)

    def live(self, uri: str) -> Shown | None:
        return self.rows[-1] if self.rows and self.is_live else None


def place(text: str, name: str = "a.py", language: str = "python") -> tuple[Document, Position]:
    before, _, after = text.partition("¦")
    lines = split_lines(before)
    path = FOLDER / name
    document = Document(path.as_uri(), language, 1, split_lines(before + after), path, FOLDER)
    return document, Position(len(lines) - 1, len(lines[-1]))


def snapshot(config: Mapping[str, Any] | None = None) -> Snapshot:
    return Snapshot(config=Config(config or {}))


def token() -> CancelToken:
    return CancelToken()
