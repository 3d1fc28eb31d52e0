"""Refactorings that raise a low score: tried in the background on the function at the cursor, offered if they help."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.config import Option, option
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.quality.estimate import Asked, Estimate, estimate
from beast_lsp.engine.quality.judge import Models
from beast_lsp.engine.quality.rating import Rating
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.engine.refactors.pieces import Piece, pieces_of
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.syntax import parse
from beast_lsp.errors import BeastError
from beast_lsp.features.refactoring import Selection
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree
    from beast_lsp.features.refactoring import RefactoringFeature

BELOW: Option[int] = option(
    "refactoring.improve_below",
    60,
    "Functions with a score below this get refactorings offered that raise it; 0 offers none.",
    minimum=0,
    maximum=100,
)
_MOST_TRIED = 12
_MOST_SHOWN = 2
_GAIN = 10  # points that the lowest piece has to have over the function as it is.
_MOST_RISK = 1.35  # Pieces may be a little more likely to need a fix than the whole was, and the title says so.
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Improvement:
    """A refactoring of a part of a function, which leaves the function and its new pieces safer together."""

    name: str
    kind: str
    start: Position
    end: Position
    title: str


@dataclass(frozen=True, slots=True)
class _Tried:
    """The work on one function of one version of a document."""

    lines: object
    function: tuple[str, int]
    work: asyncio.Task[list[Improvement]]


class ImprovingFeature:
    """Tries refactorings on low functions, one function of a document at a time, when nothing else is to be done."""

    def __init__(
        self, refactoring: RefactoringFeature, standing: Callable[[Path], Standing | None], models: Models
    ) -> None:
        self._refactoring = refactoring
        self._standing = standing
        self._models = models
        self._tried: dict[str, _Tried] = {}

    def offers(self, snapshot: Snapshot, document: Document, rating: Rating) -> list[Improvement]:
        """What is known to raise the score of a rated function; the first question begins to find out."""
        if rating.score >= snapshot.config[BELOW] or document.language != "python":
            return []
        key, known = (rating.name, rating.line), self._tried.get(document.uri)
        if known is None or known.lines is not document.lines or known.function != key:
            if known is not None:
                known.work.cancel()
            work = asyncio.create_task(self._try(snapshot, document, rating))
            known = self._tried[document.uri] = _Tried(document.lines, key, work)
        work = known.work
        return work.result() if work.done() and not work.cancelled() and work.exception() is None else []

    def forget(self, uri: str) -> None:
        """The document was closed."""
        known = self._tried.pop(uri, None)
        if known is not None:
            known.work.cancel()

    async def _try(self, snapshot: Snapshot, document: Document, rating: Rating) -> list[Improvement]:
        standing = self._standing(document.folder) if document.folder is not None else None
        tree = await asyncio.to_thread(parse, document.language, document.lines)
        if standing is None or tree is None or document.path is None or document.folder is None:
            return []
        path = document.path.relative_to(document.folder).as_posix()
        asked = await asyncio.to_thread(Asked.of, path, rating.name, standing, tree)
        found: list[tuple[float, Improvement]] = []
        for piece in list(pieces_of(tree, rating.line))[:_MOST_TRIED]:
            after = await self._after(snapshot, document, piece)
            if after is not None:
                judged = await asyncio.to_thread(self._estimate, asked, tree, after)
                if judged is not None and _helps(rating, judged):
                    found.append((judged.risk, _improvement(piece, rating, judged)))
        return [one for _, one in sorted(found, key=lambda each: each[0])[:_MOST_SHOWN]]

    async def _after(self, snapshot: Snapshot, document: Document, piece: Piece) -> str | None:
        """The text after a refactoring of a piece; None where it is refused."""
        place = Selection(document, piece.start, piece.end)
        try:
            plan = await self._refactoring.plan(snapshot, place, piece.refactoring, {}, CancelToken())
        except BeastError as refusal:
            _log.debug("no improvement by %s: %s", piece.refactoring, refusal)
            return None
        return next(iter(plan.after.values()), None) if len(plan.after) == 1 else None

    def _estimate(self, asked: Asked, old: SyntaxTree, text: str) -> Estimate | None:
        new = parse(old.language, split_lines(text), old)
        return estimate(asked, new, self._models) if new is not None else None


def _helps(rating: Rating, judged: Estimate) -> bool:
    return judged.scores[0] >= rating.score + _GAIN and judged.risk <= _MOST_RISK * rating.risk


def _improvement(piece: Piece, rating: Rating, judged: Estimate) -> Improvement:
    parts = " and ".join(map(str, judged.scores))
    together = f", together as risky as {judged.together}" if len(judged.scores) > 1 else ""
    what = f"{piece.title}: score {rating.score} to about {parts}{together} (an estimate)"
    return Improvement(piece.refactoring, piece.kind, piece.start, piece.end, what)
