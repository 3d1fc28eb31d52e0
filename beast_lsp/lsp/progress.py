"""`$/progress` for the index of each folder, where the client can show it; its cancel stops the work."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
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


@dataclass(slots=True)
class _Shown:
    token: str
    cancel: Callable[[], None]
    newest: IndexProgress
    is_begun: bool = False
    last: float = 0.0


class IndexProgressReporter:
    """Shows how far the index of each folder is, where it `is_wanted`. Called on the event loop."""

    def __init__(self, server: Server, is_wanted: bool) -> None:
        self._progress = server.work_done_progress
        self._is_wanted = is_wanted
        self._shown: dict[Path, _Shown] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def report(self, folder: Path, progress: IndexProgress, cancel: Callable[[], None]) -> None:
        """The index of `folder` has come this far; `cancel` stops it."""
        if not self._is_wanted:
            return
        shown = self._shown.get(folder)
        if shown is None and not progress.finished:
            shown = self._shown[folder] = _Shown(f"beast-index-{next(_tokens)}", cancel, progress)
            task = asyncio.get_running_loop().create_task(self._begin(folder, shown))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif shown:
            shown.newest = progress
            self._step(folder, shown)

    async def _begin(self, folder: Path, shown: _Shown) -> None:
        try:
            await self._progress.create_async(shown.token)
        except JsonRpcException as error:
            _log.info("no progress is shown: %s", error)
            return
        self._progress.tokens[shown.token].add_done_callback(_if_cancelled(shown.cancel))
        shown.is_begun = True
        begin = types.WorkDoneProgressBegin(f"Indexing {folder.name}", cancellable=True, percentage=0)
        self._progress.begin(shown.token, begin)
        self._step(folder, shown)

    def _step(self, folder: Path, shown: _Shown) -> None:
        newest = shown.newest
        if newest.finished and self._shown.get(folder) is shown:
            del self._shown[folder]
        if not shown.is_begun:
            return
        now = time.monotonic()
        if newest.finished:
            self._progress.end(shown.token, types.WorkDoneProgressEnd(message=newest.message))
            self._progress.tokens.pop(shown.token, None)  # pygls keeps it for ever.
        elif now - shown.last >= _STEP:
            shown.last = now
            report = types.WorkDoneProgressReport(message=newest.message, percentage=newest.percentage)
            self._progress.report(shown.token, report)


def _if_cancelled(cancel: Callable[[], None]) -> Callable[[Future[None]], None]:
    return lambda future: cancel() if future.cancelled() else None
