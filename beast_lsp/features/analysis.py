"""Keeps the analysis of every open document live, and with it the style profile of each workspace folder.

An edit waits until the user pauses, at most a second, and is analysed in a background lane; what was known
before stays in use meanwhile. A folder's profile is the sum over its files on disk, with the open documents'
disk versions taken out and their live versions put in.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from beast_lsp.engine.analysis import Analysis, analyse
from beast_lsp.engine.document import Document
from beast_lsp.errors import CancelledRequest
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.engine.style.facts import StyleFacts
    from beast_lsp.engine.style.profile import StyleProfile

_log = logging.getLogger(__name__)
_IDLE = 0.15  # seconds without an edit after which a document is analysed.
_LATEST = 1.0  # seconds after which it is analysed even while the user types on.
_LONG = 5_000  # lines; the wait grows by one `_IDLE` with each so many, as the work does.
_LATEST_LONG = 30.0  # seconds; the analysis of a long document slows answers down, so it waits for a real pause.


class StyleBase(Protocol):
    """The style of a workspace folder's files on disk, as the index knows it."""

    profile: StyleProfile | None
    """The sum over the files on disk, under the folder's explicit configuration; None while it isn't known."""

    def style_facts(self, path: Path) -> StyleFacts | None:
        """What one file on disk added to the sum; None where it added nothing."""
        ...


class LiveAnalysis:
    """The analyses of the open documents. To be used from the event loop.

    `base` gives the style of a folder's files on disk, or None while it isn't known. `publish` is called
    after `analyses` or `profiles` have changed; both are replaced, never altered.
    """

    def __init__(
        self, lanes: Lanes, base: Callable[[Path], StyleBase | None], publish: Callable[[], None] = lambda: None
    ) -> None:
        self.analyses: Mapping[str, Analysis] = {}
        self.profiles: Mapping[Path, StyleProfile] = {}
        self._lanes = lanes
        self._base = base
        self._publish = publish
        self._open: set[str] = set()
        self._waiting: dict[str, _Wait] = {}
        self._running: dict[str, _Run] = {}

    def opened(self, document: Document) -> None:
        """Analyses a document that has just been opened, at once."""
        self._open.add(document.uri)
        self._wait_for(document, 0.0, 0.0)

    def changed(self, document: Document) -> None:
        """Analyses the document once its user pauses. Costs microseconds.

        An edit of a long document withdraws the analysis that is under way, until the oldest edit has waited
        for long enough.
        """
        is_long = len(document.lines) > _LONG
        deadline = asyncio.get_running_loop().time() + (_LATEST_LONG if is_long else _LATEST)
        running = self._running.get(document.uri)
        if running and is_long and asyncio.get_running_loop().time() < running.deadline:
            deadline = running.deadline
            running.task.cancel()
        self._wait_for(document, _IDLE * (1 + len(document.lines) // _LONG), deadline)

    def closed(self, uri: str) -> None:
        """Forgets a document; its folder's profile has the version on disk again."""
        self._open.discard(uri)
        wait = self._waiting.pop(uri, None)
        if wait:
            wait.stop()
        analysis = self.analyses.get(uri)
        if analysis is None:
            return
        self.analyses = {key: value for key, value in self.analyses.items() if key != uri}
        self._move(analysis.document, analysis.style, self._on_disk(analysis.document))
        self._publish()

    def rebase(self, folder: Path) -> None:
        """Sums a folder's profile anew, after its files on disk have changed."""
        base = self._base(folder)
        profile = base.profile if base else None
        if profile is None:
            self.profiles = {key: value for key, value in self.profiles.items() if key != folder}
        else:
            for analysis in self.analyses.values():
                if analysis.document.folder == folder:
                    profile = profile.with_change(self._on_disk(analysis.document), analysis.style)
            self.profiles = {**self.profiles, folder: profile}
        self._publish()

    def close(self) -> None:
        """Stops waiting and working."""
        for wait in self._waiting.values():
            wait.stop()
        for running in self._running.values():
            running.task.cancel()

    def _wait_for(self, document: Document, idle: float, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        wait = self._waiting.get(document.uri)
        if wait is None:
            wait = self._waiting[document.uri] = _Wait(deadline)
        wait.stop()
        wait.document = document
        due = min(loop.time() + idle, wait.deadline)
        wait.timer = loop.call_at(due, self._begin, document.uri)

    def _begin(self, uri: str) -> None:
        if uri in self._running:
            # To withdraw the older would let someone who never pauses starve the analysis of a long document.
            return
        wait = self._waiting.pop(uri)
        if wait.document is None:
            return
        task = asyncio.get_running_loop().create_task(self._analyse(wait.document))
        self._running[uri] = _Run(task, wait.deadline)
        task.add_done_callback(lambda _: self._finished(uri))

    def _finished(self, uri: str) -> None:
        del self._running[uri]
        wait = self._waiting.get(uri)
        if wait and wait.timer and wait.timer.when() <= asyncio.get_running_loop().time():
            self._begin(uri)

    async def _analyse(self, document: Document) -> None:
        previous, cancel = self.analyses.get(document.uri), CancelToken()
        try:
            analysis = await self._lanes.run(
                ("analysis", document.uri),
                lambda: analyse(document, previous, lambda: cancel.cancelled),
                cancel,
                background=True,
            )
        except CancelledRequest:
            return
        except Exception:
            # A document that can't be analysed keeps what was known, and must not stop the others.
            _log.exception("a fault in the analysis of a document")
            return
        if analysis:
            self._adopt(previous, analysis)

    def _adopt(self, previous: Analysis | None, analysis: Analysis) -> None:
        document = analysis.document
        before = self.analyses.get(document.uri)
        if document.uri not in self._open or before is not previous:
            return  # closed meanwhile, and perhaps opened again.
        self.analyses = {**self.analyses, document.uri: analysis}
        self._move(document, before.style if before else self._on_disk(document), analysis.style)
        self._publish()

    def _move(self, document: Document, old: StyleFacts | None, new: StyleFacts | None) -> None:
        folder = document.folder
        if folder is None or folder not in self.profiles:
            return
        profile = self.profiles[folder].with_change(old, new)
        self.profiles = {**self.profiles, folder: profile}

    def _on_disk(self, document: Document) -> StyleFacts | None:
        base = self._base(document.folder) if document.folder else None
        return base.style_facts(document.path) if base and document.path else None


class _Run(NamedTuple):
    """An analysis under way, and until when (loop time) an edit of a long document may withdraw it."""

    task: asyncio.Task[None]
    deadline: float


class _Wait:
    """A document that waits to be analysed, at `deadline` (loop time) at the latest."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.document: Document | None = None
        self.timer: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        if self.timer:
            self.timer.cancel()
