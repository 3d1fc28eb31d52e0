"""`$/progress` for work that takes long, where the client can show it; the user's cancel stops the work."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from beast_lsp.lsp.language_server import Server

if TYPE_CHECKING:
    from beast_lsp.store.index import IndexProgress

_log = logging.getLogger(__name__)
_STEP = 0.2  # seconds between two reports; more would only flicker.
_tokens = itertools.count(1)


class WorkDone:
    """The progress of one piece of work, from its beginning to `end`. To be used on the event loop.

    `cancel` is called where the user doesn't want the work to go on. A client that shows no progress (`is_wanted`)
    hears nothing.
    """

    def __init__(self, server: Server, title: str, cancel: Callable[[], None], *, is_wanted: bool) -> None:
        self._progress = server.work_done_progress
        self._token = f"beast-{next(_tokens)}"
        self._title, self._cancel = title, cancel
        self._newest = ("", 0)
        self._is_begun = self._is_ended = False
        self._last = 0.0
        self._begins = asyncio.get_running_loop().create_task(self._begin()) if is_wanted else None

    def report(self, message: str, percentage: int) -> None:
        """The work has come this far; shown a few times a second at most."""
        self._newest = (message, percentage)
        now = time.monotonic()
        if self._is_begun and not self._is_ended and now - self._last >= _STEP:
            self._last = now
            report = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._progress.report(self._token, report)

    def end(self, message: str | None = None) -> None:
        """The work is done, or given up."""
        if self._is_ended:
            return
        self._is_ended = True
        self._newest = (message or "", 100)
        if self._is_begun:
            self._close()

    async def _begin(self) -> None:
        try:
            await self._progress.create_async(self._token)
        except JsonRpcException as error:
            _log.info("no progress is shown: %s", error)
            return
        self._progress.tokens[self._token].add_done_callback(_if_cancelled(self._cancel))
        self._is_begun = True
        begin = types.WorkDoneProgressBegin(self._title, cancellable=True, percentage=0)
        self._progress.begin(self._token, begin)
        if self._is_ended:
            self._close()
        else:
            self.report(*self._newest)

    def _close(self) -> None:
        self._progress.end(self._token, types.WorkDoneProgressEnd(message=self._newest[0] or None))
        self._progress.tokens.pop(self._token, None)  # pygls keeps it for ever.


class IndexProgressReporter:
    """Shows how far the index of each folder is, where it `is_wanted`. Called on the event loop."""

    def __init__(self, server: Server, is_wanted: bool) -> None:
        self._server = server
        self._is_wanted = is_wanted
        self._shown: dict[Path, WorkDone] = {}

    def report(self, folder: Path, progress: IndexProgress, cancel: Callable[[], None]) -> None:
        """The index of `folder` has come this far; `cancel` stops it."""
        if progress.finished:
            if shown := self._shown.pop(folder, None):
                shown.end(progress.message)
            return
        if folder not in self._shown:
            title = f"Indexing {folder.name}"
            self._shown[folder] = WorkDone(self._server, title, cancel, is_wanted=self._is_wanted)
        self._shown[folder].report(progress.message, progress.percentage)


def _if_cancelled(cancel: Callable[[], None]) -> Callable[[Future[None]], None]:
    return lambda future: cancel() if future.cancelled() else None
