"""How likely a document's functions are to need a fix: scores and reasons, anew with each edit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.config import Option, option
from beast_lsp.engine.document import Document
from beast_lsp.engine.history.moment import MeasuredFile
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.quality.judge import Models
from beast_lsp.engine.quality.metrics import measure, measure_file
from beast_lsp.engine.quality.rating import FileRating, Rating, rate_file
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.syntax import parse
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

ENABLED: Option[bool] = option(
    "quality.enabled", True, "Whether functions and files get a score: how safe they are from the next bug fix."
)


@dataclass(frozen=True, slots=True)
class _Known:
    """The work on one version of a document, under way or done."""

    lines: object
    standing: Standing
    work: asyncio.Task[FileRating | None]

    def is_of(self, document: Document, standing: Standing) -> bool:
        failed = self.work.done() and (self.work.cancelled() or self.work.exception() is not None)
        return self.lines is document.lines and self.standing is standing and not failed


class QualityFeature:
    """Rates documents in a background lane. `standing` gives what a folder's risks are set against, None before it."""

    def __init__(self, lanes: Lanes, standing: Callable[[Path], Standing | None], models: Models) -> None:
        self._lanes = lanes
        self._standing = standing
        self._models = models
        self._known: dict[str, _Known] = {}

    async def rate(self, snapshot: Snapshot, document: Document) -> FileRating | None:
        """The ratings of this version of a document; None where there are none, or they are switched off.

        Who asks for the version that is being rated waits for the same rating: a lens and what tells of a file come
        together. Raises CancelledRequest where a newer version's request takes the place of this one.
        """
        standing = self._standing(document.folder) if document.folder is not None else None
        if standing is None or not snapshot.config[ENABLED] or not by_name(document.language).has_grammar:
            return None
        known = self._known.get(document.uri)
        if known is None or not known.is_of(document, standing):
            analysis = snapshot.analyses.get(document.uri)
            tree = analysis.tree if analysis is not None else None
            work = asyncio.create_task(self._work(document, tree, standing))
            known = self._known[document.uri] = _Known(document.lines, standing, work)
        return await asyncio.shield(known.work)

    def known(self, document: Document) -> FileRating | None:
        """The ratings of this version of a document, where they are done already."""
        known = self._known.get(document.uri)
        if known is None or known.lines is not document.lines or not known.work.done() or known.work.cancelled():
            return None
        return known.work.result() if known.work.exception() is None else None

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._known.pop(uri, None)

    async def _work(self, document: Document, tree: SyntaxTree | None, standing: Standing) -> FileRating | None:
        cancel = CancelToken()
        # A suggestion comes first: both at once take twice the time each.
        await self._lanes.quiet()
        return await self._lanes.run(
            ("quality", document.uri), lambda: self._rate(document, tree, standing, cancel), cancel, background=True
        )

    def _rate(
        self, document: Document, tree: SyntaxTree | None, standing: Standing, cancel: CancelToken
    ) -> FileRating | None:
        if tree is None or tree.lines is not document.lines:
            tree = parse(document.language, document.lines, tree, lambda: cancel.cancelled)
        if tree is None or cancel.cancelled or document.path is None or document.folder is None:
            return None
        functions = measure(tree)
        path = document.path.relative_to(document.folder).as_posix()
        file = MeasuredFile(path, measure_file(tree, functions), functions)
        return rate_file(file, by_name(document.language).family, standing, self._models)


def title(rating: Rating, *, has_past: bool) -> str:
    """A rating in one line."""
    about = "" if has_past else " (no history)"
    return " · ".join([f"{rating.score} {rating.word}{about}", *rating.shown])


def explanation(rating: Rating, path: str, *, has_past: bool) -> str:
    """A rating in Markdown: what the score means, and what every reason adds."""
    name = f"`{rating.name}`" if rating.name else f"`{path}`"
    lines = [
        f"### {name}: {rating.score} of 100, {rating.word}",
        "",
        f"The chance that a bug fix touches it within twelve months is {rating.risk:.1%}. "
        f"{100 - rating.score}% of the fixes to be expected here fall to code that is safer than it.",
        "",
    ]
    if not has_past:
        lines += ["There is no history to judge by, so this is calibrated on other projects only.", ""]
    lines += ["| reason | adds to the log odds |", "|---|---:|"]
    lines += [f"| {reason.text} | {reason.contribution:+.2f} |" for reason in rating.reasons]
    lines += [f"| the base | {rating.base:+.2f} |", f"| **together** | **{rating.logit:+.2f}** |"]
    return "\n".join(lines)
